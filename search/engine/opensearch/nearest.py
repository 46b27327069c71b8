"""The first stage of `search.query.nearest` in the cluster.

A document is whole in one shard, so what is summed over a document is summed there: a scripted metric goes through the passages that hold
any pair or word, works out the features as `stages.first_stage` defines them, and hands back the best of the shard. How many passages that
can be is bounded by `stages.POSTINGS`. What is compared across shards (the depth, how many of one document) is decided here.
"""

from __future__ import annotations

from collections.abc import Sequence

from search.engine.opensearch.cluster import Cluster, Json
from search.engine.opensearch.filters import PASSAGES
from search.engine.opensearch.generations import ClusterGeneration
from search.engine.opensearch.queries import Query, all_of, any_of, run_query
from search.engine.opensearch.rows import passage_of
from search.fields import BY_NAME, UNLABELLED
from search.query.nearest import stages
from search.query.nearest.stages import FEATURES, FIRST, Asked, NearCandidate
from search.query.score import K1, B
from search.text.fold import match_form

_INIT = "state.entries = new ArrayList(); state.documents = new HashMap();"

_MAP = """
int count(String text, String run) {
  int found = 0;
  for (int at = text.indexOf(run); at >= 0; at = text.indexOf(run, at + 1)) { found++; }
  return found;
}
double saturated(double tf, double k, double b, double length, double mean) {
  return tf * (k + 1.0) / (tf + k * (1.0 - b + b * length / mean));
}
String text = doc['text'].size() == 0 ? '' : doc['text'].value.utf8ToString();
String name = doc['doc'].value;
def document = state.documents.get(name);
if (document == null) {
  document = new HashMap();
  document.pairs = new double[params.pairs.length]; document.words = new double[params.words.length];
  document.length = (double) doc['document_len'].value; document.best = 0.0; document.head = 0.0; document.name = name;
  state.documents.put(name, document);
}
double length = doc['len'].value;
double near = 0.0; double cover = 0.0; double spoken = 0.0;
for (int i = 0; i < params.pairs.length; i++) {
  int tf = count(text, params.pairs[i]);
  if (tf > 0) {
    near += params.pair_weights[i] * saturated(tf, params.k, params.b, length, params.mean);
    cover += params.pair_weights[i];
    document.pairs[i] += tf;
  }
}
for (int i = 0; i < params.words.length; i++) {
  double share = 0.0; double sum = 0.0;
  for (int j = 0; j < params.words[i].length; j++) {
    int tf = count(text, params.words[i][j]);
    if (tf > 0) { share = Math.max(share, params.shares[i][j]); sum += params.shares[i][j] * tf; }
  }
  spoken += params.word_weights[i] * share;
  document.words[i] += sum;
}
document.best = Math.max(document.best, near);
if (doc['place'].value < 2) { document.head = Math.max(document.head, cover); }
if (cover > 0.0 || spoken > 0.0) {
  int held = 0;
  for (ways in params.labels) {
    boolean has = false;
    for (way in ways) { for (value in way.values) { if (doc[way.field].contains(value)) { has = true; } } }
    if (has) { held++; }
  }
  def entry = new HashMap();
  entry.document = document; entry.key = doc['key'].value; entry.order = doc['ord'].value;
  double labelled = params.labels.length > 0 ? (double) held / params.labels.length : 0.0;
  entry.features = new double[] { near, cover, spoken, 0.0, 0.0, 0.0, 0.0, labelled };
  state.entries.add(entry);
}
"""

_COMBINE = """
int compared(String a, String b) {
  int shorter = (int) Math.min(a.length(), b.length());
  for (int i = 0; i < shorter; i++) {
    int x = a.charAt(i); int y = b.charAt(i);
    if (x != y) {
      x += x >= 57344 ? -2048 : (x >= 55296 ? 8192 : 0);
      y += y >= 57344 ? -2048 : (y >= 55296 ? 8192 : 0);
      return x - y;
    }
  }
  return a.length() - b.length();
}
void sum(def document, def params) {
  double norm = params.document_k * (1.0 - params.document_b + params.document_b * document.length / params.document_mean);
  double pairs = 0.0; double words = 0.0;
  for (int i = 0; i < params.pairs.length; i++) {
    double tf = document.pairs[i];
    if (tf > 0.0) { pairs += params.pair_weights[i] * tf * (params.document_k + 1.0) / (tf + norm); }
  }
  for (int i = 0; i < params.words.length; i++) {
    double tf = document.words[i];
    if (tf > 0.0) { words += params.word_weights[i] * tf * (params.document_k + 1.0) / (tf + norm); }
  }
  document.by_pairs = pairs; document.by_words = words;
}
void finish(def entry, def params) {
  def document = entry.document; def features = entry.features;
  features[3] = document.by_pairs; features[4] = document.by_words; features[5] = document.best; features[6] = document.head;
  double total = 0.0;
  for (int i = 0; i < features.length; i++) { total += params.weights[i] * features[i]; }
  entry.score = (long) Math.floor(total * 10000.0 + 0.5);
}
for (document in state.documents.values()) { sum(document, params); }
for (entry in state.entries) { finish(entry, params); }
state.entries.sort((a, b) -> {
  if (a.score != b.score) { return a.score > b.score ? -1 : 1; }
  int order = compared(a.document.name, b.document.name);
  return order != 0 ? order : (int) (a.order - b.order);
});
List ranked = new ArrayList();
List wanted = new ArrayList();
Map many = new HashMap();
int first = 0; int rest = 0;
for (int i = 0; i < state.entries.size() && i < params.depth; i++) {
  def entry = state.entries.get(i);
  ranked.add([entry.score, entry.document.name, entry.order]);
  int count = many.getOrDefault(entry.document.name, 0) + 1;
  many.put(entry.document.name, count);
  boolean taken = false;
  if (count <= params.of_document) { if (first < params.candidates) { first++; taken = true; } }
  else if (rest < params.candidates) { rest++; taken = true; }
  if (taken) { wanted.add([entry.document.name, entry.order, entry.key, entry.features]); }
}
Map answer = new HashMap();
answer.ranked = ranked; answer.wanted = wanted;
return answer;
"""


def candidates(cluster: Cluster, alias: str, generation: ClusterGeneration, sought: Asked) -> list[NearCandidate]:
    """What `stages.first_stage` keeps, with texts."""
    runs = [pair for pair, _ in sought.pairs] + [run for word, _ in sought.words for run, _ in word]
    if not runs or not generation.manifest.passages:
        return []
    body = {
        "size": 0,
        "track_total_hits": False,
        "query": all_of([PASSAGES, any_of([run_query(run) for run in dict.fromkeys(runs)])]),
        "aggs": {"first": {"scripted_metric": _metric(generation, sought)}},
    }
    shards = [one for one in cluster.search(alias, body, shards=generation.shards)["aggregations"]["first"]["value"] if one]
    ranked = sorted((-score, document, order) for shard in shards for score, document, order in shard["ranked"])[: stages.DEPTH]
    kept = [ranked[at] for at in stages.spread(_numbered([document for _, document, _ in ranked]))]
    found = {(document, order): (int(key), tuple(features)) for shard in shards for document, order, key, features in shard["wanted"]}
    return _with_texts(cluster, alias, generation, [(document, order, *found[document, order]) for _, document, order in kept])


def _metric(generation: ClusterGeneration, sought: Asked) -> Json:
    weights = stages.weights()
    params = {
        "pairs": [pair for pair, _ in sought.pairs],
        "pair_weights": [idf / sought.pair_total for _, idf in sought.pairs],
        "words": [[run for run, _ in word] for word, _ in sought.words],
        "shares": [[share for _, share in word] for word, _ in sought.words],
        "word_weights": [idf / sought.word_total for _, idf in sought.words],
        "labels": [[_way(one.name, one.value) for one in ways] for ways in sought.labels],
        "k": K1,
        "b": B,
        "mean": generation.mean_length,
        "document_k": stages.DOCUMENT_K1,
        "document_b": stages.DOCUMENT_B,
        "document_mean": max(1.0, generation.length / max(1, generation.peopled)),
        "weights": [weights[name] for name in FEATURES[:FIRST]],
        "depth": stages.DEPTH,
        "candidates": stages.CANDIDATES,
        "of_document": stages.MOST_OF_DOCUMENT,
    }
    return {"init_script": _INIT, "map_script": _MAP, "combine_script": _COMBINE, "reduce_script": "return states;", "params": params}


def _way(name: str, value: str) -> Json:
    covered = [value] if value == UNLABELLED else list(BY_NAME[name].covers(value))
    return {"field": f"facet.{name}", "values": covered}


def _numbered(documents: Sequence[str]) -> list[int]:
    numbers: dict[str, int] = {}
    return [numbers.setdefault(document, len(numbers)) for document in documents]


def _with_texts(
    cluster: Cluster, alias: str, generation: ClusterGeneration, kept: Sequence[tuple[str, int, int, tuple[float, ...]]]
) -> list[NearCandidate]:
    if not kept:
        return []
    query: Query = all_of([PASSAGES, {"terms": {"key": [key for _, _, key, _ in kept]}}])
    body = {"size": 2 * len(kept), "track_total_hits": False, "query": query, "_source": ["src"]}
    hits = map(passage_of, cluster.search(alias, body, shards=generation.shards)["hits"]["hits"])
    passages = {(passage.document_id, passage.order): passage for passage in hits}
    order = {place: at for at, place in enumerate(sorted((document, number) for document, number, _, _ in kept))}
    numbers = _numbered([document for document, _, _, _ in kept])
    return [
        NearCandidate(key, order[document, at], number, passages[document, at].kind, match_form(passages[document, at].text).text, features)
        for (document, at, key, features), number in zip(kept, numbers, strict=True)
    ]
