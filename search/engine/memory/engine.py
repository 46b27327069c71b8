"""The brute-force engine: every passage is asked every question by `search.query.match`. The oracle of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from search.engine.attached import SUGGESTIONS, WORKS, Works
from search.engine.memory.corpus import Corpus, CorpusStatistics
from search.engine.memory.records import answer_records
from search.engine.port import (
    NOT_THERE,
    Around,
    Collector,
    Crossed,
    DocumentSummary,
    EngineHit,
    FacetCounts,
    Fruit,
    Manifest,
    Narrowed,
    SearchRequest,
    SearchResult,
    chosen,
    summary,
)
from search.fields import document_day
from search.model import Document, Passage
from search.query.match import Match, evaluate
from search.query.nearest import stages
from search.query.nearest.stages import Asked
from search.query.plan import Node
from search.query.score import RERANK, Candidate, quantise, rerank, score
from search.query.suggest import AttachedSuggestions
from search.question import Collapse, Filters, Sort
from search.records import (
    RecordRequest,
    RecordResult,
)


@dataclass(frozen=True, slots=True)
class _FoundPassage:
    index: int
    match: Match
    score: float


class MemoryEngine:
    """`search.engine.port.Engine` over a corpus in memory."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._statistics = CorpusStatistics(corpus.matchables)
        self._places = {passage.id: place for place, passage in enumerate(corpus.passages)}
        self._works = Works(corpus.attachments.get(WORKS))

    def manifest(self) -> Manifest:
        return self._corpus.manifest

    def counts(self, wanted: Sequence[Narrowed], at_most: int | None = None) -> Sequence[int]:
        """The totals of searches, by asking every passage."""
        totals = [self._total(plan, filters) for plan, filters in wanted]
        return totals if at_most is None else [min(total, at_most) for total in totals]

    def _total(self, plan: Node, filters: Filters) -> int:
        return sum(evaluate(plan, seen) is not None and self._allowed(place, filters) for place, seen in enumerate(self._corpus.matchables))

    def around(self, request: SearchRequest, passage_id: str) -> Around:
        """Where a passage is among the hits."""
        ids = [hit.passage.id for hit in self.search(request).hits]
        if passage_id not in ids:
            return NOT_THERE
        at = ids.index(passage_id)
        return Around(ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None, request.offset + at + 1)

    def search(self, request: SearchRequest) -> SearchResult:
        """The answer to one request, by asking every passage."""
        matches = {
            place: match for place, seen in enumerate(self._corpus.matchables) if (match := evaluate(request.plan, seen)) is not None
        }
        kept = [place for place in matches if self._allowed(place, request.filters)]
        order = self._ordered(request, {place: matches[place] for place in kept})
        groups = _collapsed(order, request.collapse, self._corpus.passages)
        hits = tuple(
            EngineHit(self._corpus.passages[found.index], quantise(found.score) / 10_000, found.match.tier, collapsed)
            for found, collapsed in islice(groups, request.offset, request.offset + request.limit)
        )
        return SearchResult(
            hits=hits,
            total=len(kept),
            documents=len({self._corpus.passages[place].document_id for place in kept}),
            groups=len(groups),
            tiers=dict(Counter(matches[place].tier for place in kept)),
            fruits={collector: self._collected(collector, matches, kept, request.filters) for collector in request.collect},
        )

    def records(self, request: RecordRequest) -> RecordResult:
        """Figures or relations, by asking every one of every passage found."""
        allowed = (place for place in range(len(self._corpus.passages)) if self._allowed(place, request.filters))
        found = [place for place in allowed if evaluate(request.plan, self._corpus.matchables[place]) is not None]
        return answer_records(request, [self._corpus.passages[place] for place in found])

    def fetch(self, ids: Sequence[str]) -> tuple[Passage | None, ...]:
        places = (self._places.get(id_) for id_ in ids)
        return tuple(None if place is None else self._corpus.passages[place] for place in places)

    def document(self, document_id: str) -> Document | None:
        return self._corpus.documents.get(document_id)

    def described(self, document_id: str) -> Document | None:
        """A document without its passages."""
        document = self._corpus.documents.get(document_id)
        return None if document is None else replace(document, passages=())

    def summaries(self, document_ids: Sequence[str]) -> tuple[DocumentSummary | None, ...]:
        documents = (self._corpus.documents.get(id_) for id_ in document_ids)
        return tuple(None if document is None else self._works.told(summary(document)) for document in documents)

    def copies(self, document_id: str) -> tuple[str, ...]:
        return self._works.copies(document_id)

    def suggestions(self) -> AttachedSuggestions:
        return AttachedSuggestions(self.attachment(SUGGESTIONS) or b"")

    def document_ids(self, start: int = 0, stop: int | None = None) -> tuple[str, ...]:
        return tuple(sorted(self._corpus.documents)[start:stop])

    def documents(self) -> tuple[DocumentSummary, ...]:
        return tuple(self._works.told(summary(self._corpus.documents[id_])) for id_ in sorted(self._corpus.documents))

    def passages(self) -> Iterator[Passage]:
        return iter(self._corpus.passages)

    def vocabulary(self) -> Iterator[tuple[str, int]]:
        counts: Counter[str] = Counter()
        for seen in self._corpus.matchables:
            counts.update({token[0] for token in seen.tokens})
        return iter(sorted(counts.items()))

    def present(self, runs: Collection[str]) -> frozenset[str]:
        return frozenset(run for run in runs if self._statistics.run_df(run))

    def contains(self, runs: Sequence[str]) -> Sequence[int]:
        return [self._statistics.run_df(run) for run in runs]

    def statistics(self) -> CorpusStatistics:
        return self._statistics

    def nearest(self, sought: Asked) -> tuple[stages.NearPassage, ...]:
        """The nearest passages, by asking every passage."""
        passages = self._corpus.passages
        numbers = {id_: number for number, id_ in enumerate(sorted(self._corpus.documents))}
        texts = [seen.text for seen in self._corpus.matchables]
        seen = [
            stages.Seen(seen.text, numbers[passage.document_id], seen.facets)
            for seen, passage in zip(self._corpus.matchables, passages, strict=True)
        ]
        candidates = [
            stages.NearCandidate(place, place, seen[place].document, passages[place].kind, texts[place], features)
            for place, features in stages.first_stage(sought, seen)
        ]
        return stages.second_stage(sought, candidates)

    def attachment(self, name: str) -> bytes | None:
        return self._corpus.attachments.get(name)

    def check(self) -> tuple[str, ...]:
        return ()

    def close(self) -> None:
        return None

    def _allowed(self, place: int, filters: Filters, without: str = "") -> bool:
        passage, seen = self._corpus.passages[place], self._corpus.matchables[place]
        if filters.documents and passage.document_id not in filters.documents:
            return False
        if filters.kinds and passage.kind not in filters.kinds:
            return False
        return all(chosen(seen.facets[name], choice, name, inclusions=name != without) for name, choice in filters.choices)

    def _ordered(self, request: SearchRequest, matches: Mapping[int, Match]) -> list[_FoundPassage]:
        found = [_FoundPassage(place, match, self._score(place, match)) for place, match in matches.items()]
        found.sort(key=lambda item: (item.match.tier, -quantise(item.score), item.index))
        if request.sort is Sort.RELEVANCE:
            return [*self._reranked(request.plan, found[:RERANK]), *found[RERANK:]]
        if request.sort is Sort.DOCUMENT:
            return sorted(found, key=lambda item: item.index)
        if request.sort in (Sort.DATE_DESC, Sort.DATE_ASC):
            newest = request.sort is Sort.DATE_DESC
            return sorted(found, key=lambda item: _date_key(self._corpus.passages[item.index], newest))
        latest = request.sort is Sort.YEAR_DESC
        return sorted(found, key=lambda item: self._year_key(item.index, latest))

    def _score(self, place: int, match: Match) -> float:
        return score(match.leaves, len(self._corpus.matchables[place].text), self._corpus.passages[place].kind, self._statistics)

    def _reranked(self, plan: Node, found: Sequence[_FoundPassage]) -> list[_FoundPassage]:
        by_place = {item.index: item for item in found}
        candidates = [
            Candidate(item.index, item.match.tier, item.score, self._corpus.matchables[item.index].text, passage.document_id, passage.order)
            for item in found
            for passage in (self._corpus.passages[item.index],)
        ]
        return [_FoundPassage(c.key, by_place[c.key].match, c.score) for c in rerank(plan, candidates)]

    def _year_key(self, place: int, latest: bool) -> int:
        years = [label.year for label in self._corpus.passages[place].years]
        if not years:
            return 100_000
        return -max(years) if latest else min(years)

    def _collected(self, collector: Collector, matches: Mapping[int, Match], kept: Sequence[int], filters: Filters) -> Fruit:
        if isinstance(collector, FacetCounts):
            return {name: self._count(name, matches, filters) for name in collector.fields}
        return self._cross(kept, collector.rows, collector.columns)

    def _count(self, name: str, matches: Mapping[int, Match], filters: Filters) -> Mapping[str, int]:
        values: Counter[str] = Counter()
        for place in matches:
            if self._allowed(place, filters, without=name):
                values.update(self._corpus.matchables[place].facets[name])
        return dict(values)

    def _cross(self, kept: Sequence[int], rows: str, columns: str) -> Crossed:
        cells: Counter[tuple[str, str]] = Counter()
        for place in kept:
            facets = self._corpus.matchables[place].facets
            cells.update((a, b) for a in facets[rows] for b in facets[columns])
        return dict(cells)


def _date_key(passage: Passage, newest: bool) -> tuple[bool, int]:
    day = document_day(passage)
    return day == 0, -day if newest else day


def _collapsed(order: Sequence[_FoundPassage], by: Collapse | None, passages: Sequence[Passage]) -> list[tuple[_FoundPassage, int]]:
    if by is None:
        return [(found, 0) for found in order]
    first: dict[str, _FoundPassage] = {}
    sizes: Counter[str] = Counter()
    for found in order:
        passage = passages[found.index]
        key = passage.document_id if by is Collapse.DOCUMENT else passage.text
        first.setdefault(key, found)
        sizes[key] += 1
    return [(found, sizes[key] - 1) for key, found in first.items()]
