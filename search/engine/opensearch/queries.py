"""A plan as queries: which passages match it in a tier or better, and what its leaves add to their scores.

`search.query.match` and `search.query.score` are the definition; this is its translation. Matching asks by filters only, one query for each
tier, so that it is the same wherever it is asked: for hits, counts, facets. Scores are sums of leaves, each under the condition that it
matches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from search.engine.opensearch import scripts
from search.engine.opensearch.encode import END, START, flagged, joined, pairs, word_token
from search.fields import BY_NAME, UNLABELLED
from search.query.match import SENTENCE_ENDS
from search.query.plan import (
    All,
    And,
    Facet,
    InDocument,
    Kinds,
    Listed,
    Measure,
    Near,
    Node,
    Not,
    Nothing,
    Or,
    Outside,
    Pattern,
    Some,
    Term,
    Tier,
)
from search.query.score import WORD_SHARE, idf

Query = dict[str, Any]

NOTHING: Query = {"match_none": {}}
EVERYTHING: Query = {"match_all": {}}
TIER_STEP = 4096.0
"""What a better tier adds to a score, so that one number is the order of relevance. No sum of leaves comes near it."""


def all_of(queries: Sequence[Query]) -> Query:
    """What matches all of the queries; they are filters."""
    if any(query is NOTHING for query in queries):
        return NOTHING
    told = [query for query in queries if query is not EVERYTHING]
    if not told:
        return EVERYTHING
    return told[0] if len(told) == 1 else {"bool": {"filter": told}}


def any_of(queries: Sequence[Query]) -> Query:
    """What matches any of the queries. Single terms of one field become one query: a cluster takes only so many clauses in one."""
    terms: dict[str, list[str]] = {}
    rest: list[Query] = []
    for query in _alternatives(queries):
        if "term" in query:
            ((where, value),) = query["term"].items()
            terms.setdefault(where, []).append(value)
        else:
            rest.append(query)
    found: list[Query] = [
        {"term": {where: values[0]}} if len(values) == 1 else {"terms": {where: values}} for where, values in terms.items()
    ]
    found += rest
    if not found:
        return NOTHING
    return found[0] if len(found) == 1 else {"bool": {"should": found, "minimum_should_match": 1}}


def _alternatives(queries: Sequence[Query]) -> Iterator[Query]:
    for query in queries:
        inner = query.get("bool", {})
        if inner.keys() == {"should", "minimum_should_match"} and inner["minimum_should_match"] == 1:
            yield from _alternatives(inner["should"])
        elif query is not NOTHING:
            yield query


def none_of(query: Query) -> Query:
    """What does not match the query."""
    return {"bool": {"must_not": [query]}}


def run_query(run: str, *, exact: bool = False) -> Query:
    """Passages that a run occurs in, anywhere or on word boundaries."""
    if not run:
        return NOTHING
    if len(run) == 1:
        return {"term": {"chars": START + run + END if exact else run}}
    tokens = flagged(pairs(run), exact, exact)
    if len(tokens) == 1:
        return {"term": {"pairs": tokens[0]}}
    return {"match_phrase": {"pairs": {"query": joined(tokens), "analyzer": "tokens"}}}


def word_query(word: str) -> Query:
    """Passages that have a word as a token."""
    return {"term": {"words_in": word_token(word)}}


def facet_query(name: str, value: str) -> Query:
    """Passages that have a value of a field."""
    where = f"facet.{name}"
    covered = list(BY_NAME[name].covers(value)) if value != UNLABELLED else [value]
    return {"term": {where: covered[0]}} if len(covered) == 1 else {"terms": {where: covered}}


def measure_query(node: Measure) -> Query:
    """Passages with a figure that is one of those asked for."""
    return {"nested": {"path": "figures", "query": figure_query(node), "score_mode": "none"}}


def figure_query(node: Measure) -> Query:
    """The figures asked for, among figures."""
    bounds = {"gte": node.low, "lte": node.high}
    found: list[Query] = [{"range": {"figures.number": {name: value for name, value in bounds.items() if isfinite(value)}}}]
    if node.unit:
        found.append({"term": {"figures.unit": node.unit}})
    if node.nature:
        found.append({"term": {"figures.per": node.nature}})
    return all_of(found)


def terms_of_run(run: str) -> int:
    """Of how many terms the query of a run is made."""
    return max(1, len(run) - 1)


def _span(run: str, where: str, *, exact: bool = False) -> Query:
    tokens = list(run) if where == "chars" else pairs(run)
    if exact:
        tokens = flagged(tokens, True, True)
    clauses = [{"span_term": {where: token}} for token in tokens]
    return clauses[0] if len(clauses) == 1 else {"span_near": {"clauses": clauses, "slop": 0, "in_order": True}}


def _near_query(node: Near) -> Query:
    """Whether runs of both sides stand near to each other. Spans tell of one run each; of several lengths at once they would miss some."""
    lefts, rights = ([run.text for run in side.runs if run.text] for side in (node.left, node.right))
    if not lefts or not rights:
        return NOTHING
    if len(lefts) > 1 or len(rights) > 1:
        params = {"lefts": lefts, "rights": rights, "distance": node.distance, "ordered": node.ordered}
        return {"script": {"script": {"source": scripts.NEAR, "params": params}}}
    one, other = _span(lefts[0], "chars"), _span(rights[0], "chars")
    orders = ((one, other),) if node.ordered else ((one, other), (other, one))
    return any_of([{"span_near": {"clauses": list(order), "slop": node.distance, "in_order": True}} for order in orders])


def is_plainly_outside(node: Outside) -> bool:
    """Whether an occurrence of the run overlaps one of the longer ones only by lying in it at the offset given: then spans can tell."""
    run = node.run.text
    for longer, offset in node.longer:
        for at in range(-len(run) + 1, len(longer)):
            if at == offset:
                continue
            first, last = max(0, at), min(len(longer), at + len(run))
            if longer[first:last] == run[first - at : last - at]:
                return False
    return True


def _span_outside(node: Outside, *, exact: bool) -> Query:
    where = "chars" if len(node.run.text) == 1 else "pairs"
    wanted = _span(node.run.text, where, exact=exact)
    longer = [_span(text, where) for text, _ in node.longer if text]
    if not longer:
        return wanted
    barred = longer[0] if len(longer) == 1 else {"span_or": {"clauses": longer}}
    return {"span_not": {"include": wanted, "exclude": barred}}


def _outside_script(node: Outside, source: str, **params: object) -> Query:
    given = {"run": node.run.text, "longer": [text for text, _ in node.longer], "offsets": [offset for _, offset in node.longer]}
    return {"source": source, "params": {**given, **params}}


def _pattern_query(node: Pattern) -> Query:
    script = {
        "source": scripts.PATTERN,
        "params": {
            "pieces": list(node.pieces),
            "least": [least for least, _ in node.gaps],
            "most": [most for _, most in node.gaps],
            "stops": [ord(char) for char in SENTENCE_ENDS],
        },
    }
    return all_of([*(run_query(piece) for piece in node.pieces if piece), {"script": {"script": script}}])


def matching(node: Node, tier: Tier = Tier.RUN) -> Query:
    """Passages that match the node in this tier or a better one."""
    match node:
        case Term():
            return _term(node, tier)
        case And(children):
            return all_of([matching(child, tier) for child in children])
        case Or(children):
            return any_of([matching(child, tier) for child in children])
        case Some():
            return _some(node, tier)
        case Not(child):
            return none_of(matching(child))
        case Near():
            return all_of([matching(node.left, tier), matching(node.right, tier), _near_query(node)])
        case Outside():
            return _outside(node, tier)
        case Pattern():
            return _pattern_query(node)
        case Facet(name, value, own):
            return facet_query(name, value) if tier >= own else NOTHING
        case Measure(tier=own):
            return measure_query(node) if tier >= own else NOTHING
        case Kinds(kinds, child):
            return all_of([{"terms": {"kind": sorted(kind.value for kind in kinds)}}, matching(child, tier)])
        case InDocument(run):
            return _in_document(run)
        case Listed(passages):
            return {"terms": {"key": [key for key, _ in passages]}} if passages and tier >= Tier.RELAXED else NOTHING
        case All():
            return EVERYTHING
        case Nothing():
            return NOTHING


def better(node: Node, tier: Tier) -> Query:
    """Of the passages that match the node, those that do so in this tier or a better one."""
    match node:
        case And(children):
            return all_of([better(child, tier) for child in children])
        case Some(children):
            return any_of([matching(child, tier) for child in children]) if tier >= Tier.RELAXED else NOTHING
        case Near(left, right):
            return all_of([better(left, tier), better(right, tier)])
        case Kinds(_, child):
            return better(child, tier)
        case Pattern() | Not() | InDocument() | All():
            return EVERYTHING
        case Facet(tier=own) | Measure(tier=own):
            return EVERYTHING if tier >= own else NOTHING
        case Listed():
            return EVERYTHING if tier >= Tier.RELAXED else NOTHING
        case Term() | Or() | Outside() | Nothing():
            return matching(node, tier)


def _term(term: Term, tier: Tier) -> Query:
    found = []
    for run in term.runs:
        best = Tier.EXACT if run.kind.is_own else Tier.RELAXED
        if tier >= Tier.RUN:
            found.append(run_query(run.text))
        elif tier >= best:
            found.append(run_query(run.text, exact=True))
    if len(term.words) > 1 and tier >= Tier.WORDS:
        found.append(all_of([word_query(word) for word in dict.fromkeys(term.words)]))
    return any_of(found)


def _some(node: Some, tier: Tier) -> Query:
    least = max(node.at_least, 1)
    if tier < Tier.RELAXED or least > len(node.children):
        return NOTHING
    enough: Query = {"bool": {"should": [matching(child) for child in node.children], "minimum_should_match": least}}
    if tier >= Tier.RUN:
        return enough
    return all_of([enough, any_of([matching(child, tier) for child in node.children])])


def _outside(node: Outside, tier: Tier) -> Query:
    if not node.run.text or tier < (Tier.EXACT if node.run.kind.is_own else Tier.RELAXED):
        return NOTHING
    exact = tier < Tier.RUN
    if is_plainly_outside(node):
        return _span_outside(node, exact=exact)
    script: Query = {"script": {"script": _outside_script(node, scripts.OUTSIDE)}}
    return all_of([run_query(node.run.text, exact=exact), script])


def _in_document(run: str) -> Query:
    if not run:
        return EVERYTHING
    if len(run) == 1:
        return {"term": {"title_chars": run}}
    return {"match_phrase": {"title_pairs": {"query": joined(pairs(run)), "analyzer": "tokens"}}}


@dataclass(frozen=True, slots=True)
class Frequencies:
    """What scores need to know of a generation, all of it at hand."""

    passages: int
    mean_length: float
    runs: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, int] = field(default_factory=dict)
    patterns: Mapping[Pattern, int] = field(default_factory=dict)


NO_FREQUENCIES = Frequencies(0, 1.0)
"""Where nothing is scored."""


def leaves(node: Node) -> Iterator[Term | Outside | Pattern]:
    """The leaves that give a score and must be counted first."""
    match node:
        case Term() | Outside() | Pattern():
            yield node
        case And(children) | Or(children) | Some(children):
            for child in children:
                yield from leaves(child)
        case Kinds(_, child):
            yield from leaves(child)
        case Near(left, right):
            yield from (left, right)
        case _:
            return


class Scoring:
    """What the leaves of a plan add to the scores of passages."""

    def __init__(self, known: Frequencies) -> None:
        self._known = known

    def clauses(self, node: Node) -> list[Query]:
        """Scoring clauses for passages that match the node; each counts only where its leaf matches."""
        match node:
            case Term():
                return self._term(node)
            case And(children):
                return [clause for child in children for clause in self.clauses(child)]
            case Or(children) | Some(children):
                return [clause for child in children for clause in self._if_matching(child)]
            case Near(left, right):
                return [*self._term(left), *self._term(right)]
            case Outside():
                return self._outside(node)
            case Pattern():
                return [self._scored(matching(node), scripts.ONCE, self._idf(self._known.patterns.get(node, 0)))]
            case Kinds(_, child):
                return self.clauses(child)
            case Listed(passages):
                scores = {str(key): score for key, score in passages}
                return [self._scored(matching(node), scripts.LISTED, scores=scores)] if passages else []
            case Not() | Facet() | Measure() | InDocument() | All() | Nothing():
                return []

    def _if_matching(self, child: Node) -> list[Query]:
        """The clauses of a child that need not match: where it does not, none of its leaves counts."""
        found = self.clauses(child)
        if not found or isinstance(child, (Outside, Pattern, Listed)) or (isinstance(child, Term) and len(child.words) < 2):
            return found
        return [{"bool": {"filter": [matching(child)], "should": found}}]

    def _term(self, term: Term) -> list[Query]:
        runs = [
            self._occurring(run_query(run.text), run.weight * self._idf(count), terms_of_run(run.text))
            for run in term.runs
            if run.text and (count := self._known.runs.get(run.text, 0))
        ]
        found = [runs[0] if len(runs) == 1 else {"dis_max": {"queries": runs}}] if runs else []
        if len(term.words) > 1:
            found += [
                self._occurring(word_query(word), WORD_SHARE * self._idf(count))
                for word in dict.fromkeys(term.words)
                if (count := self._known.words.get(word, 0))
            ]
        return found

    def _outside(self, node: Outside) -> list[Query]:
        weight = node.run.weight * self._idf(self._known.runs.get(node.run.text, 0))
        if not node.run.text:
            return []
        if is_plainly_outside(node):
            terms = 1 if len(node.run.text) == 1 else len(set(pairs(node.run.text)))
            return [self._occurring(_span_outside(node, exact=False), weight, terms)]
        script = _outside_script(node, scripts.OUTSIDE_SHARE, **self._params(weight))
        return [{"script_score": {"query": matching(node), "script": script}}]

    def _occurring(self, query: Query, weight: float, terms: int = 1) -> Query:
        return self._scored(query, scripts.OCCURRENCES, weight, terms=terms)

    def _scored(self, query: Query, source: str, weight: float = 0.0, **params: object) -> Query:
        return {"script_score": {"query": query, "script": {"source": source, "params": {**self._params(weight), **params}}}}

    def _params(self, weight: float) -> dict[str, object]:
        return {"idf": weight, "mean": self._known.mean_length, "weights": scripts.WEIGHTS}

    def _idf(self, count: int) -> float:
        return idf(self._known.passages, count)


def is_level(node: Node) -> bool:
    """Whether all that matches the node is of one tier, and nothing is scored."""
    return not list(leaves(node)) and not _has_listed(node) and all(better(node, tier) is EVERYTHING for tier in Tier)


def _has_listed(node: Node) -> bool:
    match node:
        case Listed():
            return True
        case And(children) | Or(children) | Some(children):
            return any(_has_listed(child) for child in children)
        case Kinds(_, child):
            return _has_listed(child)
        case _:
            return False


def tiers(node: Node) -> Iterable[Query]:
    """A clause for each tier but the last, for passages that match: together they add as many steps to a score as its tier is better than
    the last."""
    for tier in (Tier.EXACT, Tier.WORDS, Tier.RELAXED):
        query = better(node, tier)
        if query is not NOTHING:
            yield {"constant_score": {"filter": query, "boost": TIER_STEP}}
