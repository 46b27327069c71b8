"""`search.engine.port.Engine` over one generation in a cluster."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from search.engine.opensearch import nearest as first
from search.engine.opensearch import records as rows_of_records
from search.engine.opensearch.answer import Answering
from search.engine.opensearch.cluster import Cluster
from search.engine.opensearch.counted import PassageCounter
from search.engine.opensearch.derived import FIRST, Derived
from search.engine.opensearch.encode import DOCUMENT
from search.engine.opensearch.filters import PASSAGES
from search.engine.opensearch.generations import ClusterGeneration, Generations
from search.engine.opensearch.queries import word_query
from search.engine.opensearch.rows import Rows
from search.engine.port import NOT_THERE, Around, DocumentSummary, Manifest, Narrowed, SearchRequest, SearchResult
from search.model import Document, Passage
from search.query.nearest import stages
from search.query.nearest.at_once import read_at_once
from search.query.nearest.stages import Asked, NearPassage
from search.query.plan import Pattern
from search.query.suggest import AttachedSuggestions, SuggestionRows
from search.records import RecordRequest, RecordResult

ATTACHMENTS_KEPT = 8
AROUND = 100
"""Hits read at once where one is looked for."""


class OpenSearchEngine:
    """Holds what a generation says of itself and what has been counted of it; all else is in the cluster."""

    def __init__(self, cluster: Cluster, generation: ClusterGeneration) -> None:
        self._cluster, self._generation = cluster, generation
        self._generations = Generations(cluster)
        alias = self._generations.alias(generation.name)
        self._alias = alias
        self._rows = Rows(cluster, alias, generation)
        self._counter = PassageCounter(cluster, alias, generation)
        self._answering = Answering(cluster, alias, generation, self._counter)
        self._derived = Derived(cluster, generation.name) if generation.derived else None
        self._attachment = lru_cache(maxsize=ATTACHMENTS_KEPT)(lambda name: self._generations.attachment(generation.name, name))

    def manifest(self) -> Manifest:
        return self._generation.manifest

    def search(self, request: SearchRequest) -> SearchResult:
        """The answer to one request: one round for what must be counted first, unless it is known, and one for the answer; a third where
        hits are folded."""
        return self._answering.search(request)

    def counts(self, wanted: Sequence[Narrowed], at_most: int | None = None) -> Sequence[int]:
        """The totals of searches, in one request."""
        totals = self._counter.totals(wanted)
        return totals if at_most is None else [min(total, at_most) for total in totals]

    def around(self, request: SearchRequest, passage_id: str) -> Around:
        """Where a passage is among the hits, which are read by the hundred until it comes."""
        ids: list[str] = []
        while len(ids) < request.limit and (not ids or passage_id not in ids[:-1]):
            page = min(AROUND, request.limit - len(ids))
            found = self.search(replace(request, offset=request.offset + len(ids), limit=page, collect=())).hits
            ids += [hit.passage.id for hit in found]
            if len(found) < page:
                break
        if passage_id not in ids:
            return NOT_THERE
        at = ids.index(passage_id)
        return Around(ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None, request.offset + at + 1)

    def records(self, request: RecordRequest) -> RecordResult:
        return rows_of_records.records(self._cluster, self._alias, self._generation, request)

    def fetch(self, ids: Sequence[str]) -> tuple[Passage | None, ...]:
        found = self._rows.passages_by_id(ids)
        return tuple(found.get(id_) for id_ in ids)

    def document(self, document_id: str) -> Document | None:
        return self._rows.document(document_id)

    def described(self, document_id: str) -> Document | None:
        """A document without its passages; they are read with it."""
        document = self._rows.document(document_id)
        return None if document is None else replace(document, passages=())

    def summaries(self, document_ids: Sequence[str]) -> tuple[DocumentSummary | None, ...]:
        found = self._rows.summaries_by_id(document_ids, self._derived.index if self._derived else "")
        return tuple(found.get(id_) for id_ in document_ids)

    def document_ids(self, start: int = 0, stop: int | None = None) -> tuple[str, ...]:
        stop = self._generation.manifest.documents if stop is None else stop
        if start >= stop:
            return ()
        before, after = self._derived.milestones(start, stop) if self._derived else (FIRST, None)
        return tuple(islice(self._rows.document_ids(before.document, after, stop - before.place), start - before.place, None))

    def copies(self, document_id: str) -> tuple[str, ...]:
        return self._derived.copies(document_id) if self._derived else ()

    def suggestions(self) -> SuggestionRows:
        return self._derived or AttachedSuggestions(b"")

    def documents(self) -> tuple[DocumentSummary, ...]:
        works = self._derived.all_works() if self._derived else {}
        return tuple(replace(one, work=works.get(one.id, one.id)) for one in self._rows.summaries())

    def passages(self) -> Iterator[Passage]:
        return self._rows.passages()

    def vocabulary(self) -> Iterator[tuple[str, int]]:
        return iter(sorted(self._rows.vocabulary().items()))

    def present(self, runs: Collection[str]) -> frozenset[str]:
        runs = list(runs)
        return frozenset(run for run, count in zip(runs, self._counter.runs(runs), strict=True) if count)

    def contains(self, runs: Sequence[str]) -> Sequence[int]:
        return self._counter.runs(runs)

    def statistics(self) -> StatisticsOfCluster:
        return StatisticsOfCluster(self._counter, self._generation)

    def nearest(self, sought: Asked) -> tuple[NearPassage, ...]:
        """The nearest passages: the first stage in the cluster, the second here."""
        candidates = first.candidates(self._cluster, self._alias, self._generation, sought)
        return stages.second_stage(sought, candidates, read_at_once)

    def attachment(self, name: str) -> bytes | None:
        small = self._attachment(name)
        return self._derived.attachment(name) if small is None and self._derived else small

    def check(self) -> tuple[str, ...]:
        """Sentences on what is missing of the generation, by counting it."""
        manifest = self._generation.manifest
        counted = {
            "passages": {"filter": PASSAGES, "aggs": {"length": {"sum": {"field": "len"}}}},
            "documents": {"filter": {"term": {"row": DOCUMENT}}, "aggs": {"held": {"sum": {"field": "held"}}}},
        }
        body = {"size": 0, "track_total_hits": False, "aggs": counted}
        found = self._cluster.search(self._alias, body, shards=self._generation.shards)["aggregations"]
        passages, length = found["passages"]["doc_count"], int(found["passages"]["length"]["value"])
        documents, held = found["documents"]["doc_count"], int(found["documents"]["held"]["value"])
        faults = []
        if passages != manifest.passages:
            faults.append(f"集群里有 {passages} 个段落，本版本应有 {manifest.passages} 个。")
        elif length != self._generation.length:
            faults.append("集群里段落的总长与记录不符。")
        elif passages != held:
            faults.append("集群里文献的段落数与记录不符。")
        if documents != manifest.documents:
            faults.append(f"集群里有 {documents} 件文献，本版本应有 {manifest.documents} 件。")
        if self._derived and self._derived.count() != self._generation.derived:
            faults.append("集群里的附表（建议、副本、报告）与记录不符。")
        return tuple(faults)

    def close(self) -> None:
        """Connections are the process's own."""


class StatisticsOfCluster:
    """`search.query.score.Statistics`, asked for one by one."""

    def __init__(self, counter: PassageCounter, generation: ClusterGeneration) -> None:
        self._counter = counter
        self.passages = generation.manifest.passages
        self.mean_length = generation.mean_length

    def run_df(self, run: str) -> int:
        return self._counter.runs((run,))[0]

    def word_df(self, word: str) -> int:
        return self._counter.counts({("word", word): word_query(word)})[("word", word)]

    def pattern_df(self, node: Pattern) -> int:
        return self._counter.pattern(node)
