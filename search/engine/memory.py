"""The brute-force engine: every passage is asked every question by `search.query.match`. The oracle of the others, and `memory:`.

Generations live as long as the process, in stores by name; one store a URL (`memory:`, `memory:name`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from search.engine.attached import SUGGESTIONS, WORKS, Works
from search.engine.port import (
    NOT_THERE,
    Around,
    Capabilities,
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
from search.errors import IndexMissing
from search.fields import document_day
from search.model import Document, Figure, Passage, Relation
from search.query import analysis
from search.query.match import Match, Matchable, evaluate
from search.query.matchable import matchable
from search.query.nearest import stages
from search.query.nearest.stages import Asked
from search.query.plan import Node, Pattern
from search.query.score import RERANK, Candidate, quantise, rerank, score
from search.query.suggest import AttachedSuggestions
from search.question import Collapse, Filters, Sort
from search.records import (
    RecordRequest,
    RecordResult,
    RecordRow,
    RecordSort,
    in_bounds,
    is_total,
    lets_through,
    record_number,
    record_values,
    record_years,
    records_of,
)


@dataclass(frozen=True)
class Corpus:
    """One generation: documents by id, and their passages as plans see them, by document id and order."""

    documents: Mapping[str, Document]
    attachments: Mapping[str, bytes]
    manifest: Manifest

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        by_id = sorted(self.documents)
        return tuple(passage for id_ in by_id for passage in sorted(self.documents[id_].passages, key=lambda passage: passage.order))

    @cached_property
    def matchables(self) -> tuple[Matchable, ...]:
        return tuple(
            matchable(passage, passage.document_id, self.documents[passage.document_id].title, key)
            for key, passage in enumerate(self.passages)
        )


@dataclass
class CorpusStatistics:
    """Counts over one corpus, each worked out once (`search.query.score.Statistics`)."""

    matchables: Sequence[Matchable]
    passages: int = 0
    mean_length: float = 1.0
    _known: dict[tuple[str, object], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.passages = len(self.matchables)
        self.mean_length = max(1.0, sum(len(seen.text) for seen in self.matchables) / max(1, self.passages))

    def run_df(self, run: str) -> int:
        return self._count(("run", run), (run in seen.text for seen in self.matchables))

    def word_df(self, word: str) -> int:
        return self._count(("word", word), (any(word == token[0] for token in seen.tokens) for seen in self.matchables))

    def pattern_df(self, node: Pattern) -> int:
        return self._count(("pattern", node), (evaluate(node, seen) is not None for seen in self.matchables))

    def _count(self, key: tuple[str, object], hits: Iterable[bool]) -> int:
        if key not in self._known:
            self._known[key] = sum(hits)
        return self._known[key]


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
        found: list[tuple[RecordRow, Figure | Relation, dict[str, tuple[str, ...]]]] = []
        for place, seen in enumerate(self._corpus.matchables):
            if self._allowed(place, request.filters) and evaluate(request.plan, seen) is not None:
                passage = self._corpus.passages[place]
                records = enumerate(records_of(passage, request.kind))
                found += [(RecordRow(passage, at), one, record_values(one)) for at, one in records]
        where = request.where
        found = [one for one in found if in_bounds(one[1], where)]
        kept = [one for one in found if lets_through(one[2], where)]
        if request.sort is not RecordSort.DOCUMENT:
            kept.sort(key=lambda one: _record_key(one[1], request.sort))
        sums: dict[str, tuple[int, float]] = {}
        for _, record, _ in kept:
            if isinstance(record, Figure) and is_total(record):
                many, amount = sums.get(record.unit, (0, 0.0))
                sums[record.unit] = many + 1, amount + record.value
        relations = [record for _, record, _ in kept if isinstance(record, Relation)]
        return RecordResult(
            rows=tuple(row for row, _, _ in kept[request.offset : request.offset + request.limit]),
            total=len(kept),
            passages=len({row.passage.id for row, _, _ in kept}),
            counts={
                name: dict(Counter(value for _, _, values in found if lets_through(values, where, name) for value in values[name]))
                for name in request.fields_counted
            },
            sums=sums,
            pairs=dict(Counter((one.supporter.name, one.recipient.name) for one in relations)),
            yearly=_yearly([record for _, record, _ in kept if isinstance(record, Figure)]) if request.yearly else {},
        )

    def fetch(self, ids: Sequence[str]) -> tuple[Passage | None, ...]:
        places = (self._places.get(id_) for id_ in ids)
        return tuple(None if place is None else self._corpus.passages[place] for place in places)

    def document(self, document_id: str) -> Document | None:
        return self._corpus.documents.get(document_id)

    def summaries(self, document_ids: Sequence[str]) -> tuple[DocumentSummary | None, ...]:
        documents = (self._corpus.documents.get(id_) for id_ in document_ids)
        return tuple(None if document is None else self._works.told(summary(document)) for document in documents)

    def copies(self, document_id: str) -> tuple[str, ...]:
        return self._works.copies(document_id)

    def suggestions(self) -> AttachedSuggestions:
        return AttachedSuggestions(self.attachment(SUGGESTIONS) or b"")

    def document_ids(self) -> tuple[str, ...]:
        return tuple(sorted(self._corpus.documents))

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


def _yearly(figures: Iterable[Figure]) -> dict[int, tuple[int, float]]:
    sums: dict[int, tuple[int, float]] = {}
    for figure in figures:
        if is_total(figure) and len(figure.years) == 1:
            many, amount = sums.get(figure.years[0], (0, 0.0))
            sums[figure.years[0]] = many + 1, amount + figure.value
    return sums


def _record_key(record: Figure | Relation, sort: RecordSort) -> float:
    if sort in (RecordSort.VALUE_ASC, RecordSort.VALUE_DESC):
        return record_number(record) if sort is RecordSort.VALUE_ASC else -record_number(record)
    years = record_years(record)
    if not years:
        return 100_000
    return min(years) if sort is RecordSort.YEAR_ASC else -max(years)


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


@dataclass
class MemoryStore:
    """Where memory generations live: the one in force, if any."""

    current: Corpus | None = None
    count: int = 0

    @cached_property
    def state(self) -> TemporaryDirectory[str]:
        """The folder of the ledger; goes with the process."""
        return TemporaryDirectory(prefix="bangfu-", ignore_cleanup_errors=True)


class MemoryBody:
    """`search.engine.port.Body` for `memory:NAME`. Generations and state live as long as the body, that is, as the process."""

    name = "memory"
    capabilities = Capabilities(durable=False, resumes=False)

    def __init__(self) -> None:
        self._stores: dict[str, MemoryStore] = {}

    def open_engine(self, place: str) -> MemoryEngine:
        return MemoryEngine(self._in_force(place))

    def generation_in_force(self, place: str) -> str:
        return self._in_force(place).manifest.generation

    def open_writer(self, place: str, *, analysis: str, base: bool) -> MemoryWriter:  # noqa: ARG002  a process has one analysis
        return MemoryWriter(self._store(place))

    def state(self, place: str) -> Path:
        return Path(self._store(place).state.name)

    def _store(self, name: str) -> MemoryStore:
        return self._stores.setdefault(name, MemoryStore())

    def _in_force(self, name: str) -> Corpus:
        corpus = self._store(name).current
        if corpus is None:
            raise IndexMissing(f"内存里没有名为“{name}”的索引。", hint="请先在同一进程里构建。")
        return corpus


BODY = MemoryBody()


class MemoryWriter:
    """`search.engine.port.Writer` into a store."""

    def __init__(self, target: MemoryStore) -> None:
        self._target = target
        self._base = target.current
        self._documents: dict[str, Document] = {}
        self._attachments: dict[str, bytes] = {}
        self._corpus: Corpus | None = None

    def keep(self, document_id: str, receipt: str = "") -> Document | None:
        document = self._base.documents.get(document_id) if self._base and not receipt else None
        if document is not None:
            self._documents[document_id] = document
        return document

    def carry(self, document_ids: Collection[str]) -> frozenset[str]:
        return frozenset(id_ for id_ in document_ids if self.keep(id_) is not None)

    def add(self, document: Document) -> str:
        self._documents[document.id] = document
        return ""

    def attach(self, name: str, data: bytes) -> None:
        self._attachments[name] = data

    def refused(self) -> Mapping[str, str]:
        return {}

    def commit(self, tell: Callable[[int, int], None] | None = None) -> Manifest:  # noqa: ARG002  done before it could be told
        manifest = Manifest(
            generation=f"memory-{self._target.count + 1}",
            engine="memory",
            analysis=analysis.fingerprint(),
            created="",
            passages=sum(len(document.passages) for document in self._documents.values()),
            documents=len(self._documents),
            segmenter=analysis.segmenter().name,
        )
        self._corpus = Corpus(dict(self._documents), dict(self._attachments), manifest)
        return manifest

    def publish(self) -> None:
        if self._corpus is not None:
            self._target.current = self._corpus
            self._target.count += 1

    def abort(self) -> None:
        self._corpus = None

    def suspend(self) -> None:
        self.abort()
