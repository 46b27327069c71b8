"""The read side of one generation: `search.engine.port.Engine` over memory-mapped columns."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.engine.attached import SUGGESTIONS, WORKS, Works
from search.engine.port import (
    NOT_THERE,
    Around,
    Collector,
    DocumentSummary,
    EngineHit,
    FacetCounts,
    Fruit,
    Manifest,
    Narrowed,
    SearchRequest,
    SearchResult,
)
from search.engine.whoosh.answer.collapse import Collapsing
from search.engine.whoosh.answer.collection import JoinedSegments
from search.engine.whoosh.answer.counts import FacetCounter
from search.engine.whoosh.answer.evaluate import Matched, Matcher
from search.engine.whoosh.answer.find import Postings
from search.engine.whoosh.answer.nearest import Nearest
from search.engine.whoosh.answer.rank import HitPlace, has_second_phase, ordered, ranked, reranked
from search.engine.whoosh.answer.weigh import Weigher
from search.engine.whoosh.files.attachments import read_attachment
from search.engine.whoosh.files.cache import Cache
from search.engine.whoosh.files.columns import BadColumns, MappedColumns
from search.engine.whoosh.files.generation import ReaderLock
from search.engine.whoosh.files.postings import PostingLists, kept_lists
from search.engine.whoosh.files.records import FileRecord, altered_files, read_manifest, read_pointer, refuse_damage
from search.engine.whoosh.files.segment import COLUMNS, Segment
from search.engine.whoosh.write.order import ORDER
from search.errors import IndexDamaged
from search.model import Document, Passage
from search.query.nearest.at_once import read_at_once
from search.query.nearest.stages import Asked, NearPassage, second_stage
from search.query.plan import Node, Pattern, Tier
from search.query.score import RERANK, quantise
from search.query.suggest import AttachedSuggestions
from search.question import NO_FILTERS, Filters
from search.records import RecordRequest, RecordResult
from search.work import go_on

POSTINGS_CACHE = 24 * 2**20
RESULT_CACHE = 8 * 2**20
PASSAGE_CACHE = 8 * 2**20
_HIT_BYTES = 4_000
"""What a decoded passage holds, roughly."""


@dataclass(frozen=True, slots=True)
class GenerationStatistics:
    """`search.query.score.Statistics` of one generation."""

    passages: int
    mean_length: float
    postings: Callable[[str, str], Postings]
    count: Callable[[Node], int]

    def run_df(self, run: str) -> int:
        """Passages that hold the run."""
        return len(self.postings("run", run).passages)

    def word_df(self, word: str) -> int:
        """Passages that have the word as a token."""
        return len(self.postings("word", word).passages)

    def pattern_df(self, node: Pattern) -> int:
        """Passages that match the pattern."""
        return self.count(node)


class WhooshEngine:
    """One open generation: the one in force, or the one named, with the checksum of its manifest. Every file of it is read through and
    compared with its checksum first. Raises `IndexMissing` or `IndexDamaged` on opening."""

    def __init__(self, directory: Path, named: tuple[str, str] | None = None) -> None:
        generation, manifest = named or read_pointer(directory).all[0]
        self._folder = directory / generation
        self._reading = ReaderLock(self._folder)
        self._manifest, self._files = read_manifest(self._folder, manifest)
        refuse_damage(self._folder, self._files)
        try:
            names = sorted(name.removesuffix(COLUMNS) for name in self._files if name.endswith(COLUMNS))
            self._order = MappedColumns(self._folder / ORDER)
            self._lists = kept_lists()
            self._all = JoinedSegments([Segment(self._folder, name) for name in names], self._order, self._lists)
        except (BadColumns, OSError, KeyError) as error:
            raise IndexDamaged("索引文件打不开。", hint="请运行 bangfu build 重建索引。") from error
        self._facets = FacetCounter(self._all)
        self._mean_length = max(1.0, int(self._all.lengths.sum(dtype=np.int64)) / max(1, self._manifest.passages))
        self._last = threading.local()
        self._near: Nearest | None = None
        self._postings: Cache[Postings] = Cache(POSTINGS_CACHE, lambda one: one.nbytes + 200)
        self._results: Cache[SearchResult] = Cache(RESULT_CACHE, _held_by)
        self._passages: Cache[Passage] = Cache(PASSAGE_CACHE, lambda _: _HIT_BYTES)

    @property
    def files(self) -> Mapping[str, FileRecord]:
        """The files of the generation, by name."""
        return self._files

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments, in the order of their names."""
        return self._all.segments

    # --- search ---------------------------------------------------------------------------------------------------------

    def search(self, request: SearchRequest) -> SearchResult:
        """The answer; the same as every other engine's."""
        known = self._results.get(request)
        go_on()
        if known is None:
            known = self._search(request)
            self._results.put(request, known)
        return known

    def counts(self, wanted: Sequence[Narrowed], at_most: int | None = None) -> Sequence[int]:
        """The totals of searches. What was worked out for a plan is at hand for the next one asked, if that is the same."""
        totals = [self._total(plan, filters) for plan, filters in wanted]
        return totals if at_most is None else [min(total, at_most) for total in totals]

    def _total(self, plan: Node, filters: Filters = NO_FILTERS) -> int:
        matcher = self._matcher(plan)
        return len(_narrowed(matcher, matcher.found(plan), filters)[""].passages)

    def around(self, request: SearchRequest, passage_id: str) -> Around:
        """Where a passage is among the hits: of all of them only its neighbours are read."""
        number = self._number(passage_id)
        if number is None:
            return NOT_THERE
        matcher = self._matcher(request.plan)
        found = _narrowed(matcher, matcher.found(request.plan), request.filters)[""]
        if not matcher.among(np.array([number]), found.passages)[0]:
            return NOT_THERE
        numbers = [place.passage for place in self._places(request, matcher, found)[0]]
        if number not in numbers:
            return NOT_THERE
        at = numbers.index(number)
        before = self._passage(numbers[at - 1]).id if at else None
        after = self._passage(numbers[at + 1]).id if at + 1 < len(numbers) else None
        return Around(before, after, request.offset + at + 1)

    def records(self, request: RecordRequest) -> RecordResult:
        """Figures or relations of the passages found."""
        go_on()
        matcher = self._matcher(request.plan)
        found = _narrowed(matcher, matcher.found(request.plan), request.filters)[""]
        return self._all.records[request.kind].answer(request, found.passages, self._all.count, self._passage)

    def forget_queries(self) -> None:
        """Lets go of all that was worked out for earlier queries (results, postings, the last plan); for measuring."""
        self._results.clear()
        self._postings.clear()
        self._last = threading.local()

    def _search(self, request: SearchRequest) -> SearchResult:
        matcher = self._matcher(request.plan)
        narrowed = _narrowed(matcher, matcher.found(request.plan), request.filters)
        found = narrowed[""]
        passages = found.passages
        tiers = np.bincount(found.tiers, minlength=len(Tier)).tolist()
        shown, groups = self._places(request, matcher, found)
        return SearchResult(
            hits=self._hits(shown),
            total=len(passages),
            documents=self._all.distinct_documents(passages),
            groups=groups,
            tiers={tier: tiers[tier] for tier in Tier if tiers[tier]},
            fruits={collector: self._collected(collector, narrowed) for collector in request.collect},
        )

    def _places(self, request: SearchRequest, matcher: Matcher, found: Matched) -> tuple[list[HitPlace], int]:
        """The hits of a request in order, and how many there are in all after collapsing."""
        ranking = self._ranking(request, matcher, found)
        total, wanted = len(found.passages), request.offset + request.limit
        if request.collapse is None:
            return ranking(wanted)[request.offset :], total
        collapsing = Collapsing(request.collapse, self._all, found.passages, self._all.distinct_documents(found.passages))
        return _collapsed(collapsing, ranking, wanted, total)[request.offset : wanted], collapsing.groups

    def _collected(self, collector: Collector, narrowed: Mapping[str, Matched]) -> Fruit:
        found = narrowed[""]
        if isinstance(collector, FacetCounts):
            return self._facets.all_counts({name: narrowed.get(name, found).passages for name in collector.fields})
        return self._facets.cross(collector.rows, collector.columns, found.passages)

    def _hits(self, places: Sequence[HitPlace]) -> tuple[EngineHit, ...]:
        known = self._passages.get_all([place.passage for place in places])
        return tuple([
            EngineHit(
                self._passage(place.passage) if passage is None else passage, quantise(place.score) / 10_000, place.tier, place.collapsed
            )
            for place, passage in zip(places, known, strict=True)
        ])  # fmt: skip

    def _ranking(self, request: SearchRequest, matcher: Matcher, found: Matched) -> Callable[[int], list[HitPlace]]:
        """A function that gives so many of the first hits, in order."""
        total = len(found.passages)
        if not total or not request.offset + request.limit:
            return lambda count: []  # noqa: ARG005
        scores = Weigher(matcher, self._mean_length).scores(request.plan, found.passages)
        hits, rank = ranked(self._order, found.passages, found.tiers, scores, request.sort), self._order["rank"]
        if not has_second_phase(request.plan, request.sort):
            return lambda count: ordered(hits, count, rank)
        return lambda count: reranked(request.plan, ordered(hits, max(count, RERANK), rank), min(count, total), self._match_texts)

    def _match_texts(self, places: Sequence[HitPlace]) -> list[str]:
        return self._all.match_texts([place.passage for place in places])

    def _matcher(self, plan: Node) -> Matcher:
        """A matcher. Each thread keeps that of its last plan with what it knows: a plan is counted first and searched right after."""
        last: tuple[Node, Matcher] | None = getattr(self._last, "plan", None)
        if last is None or last[0] != plan:
            last = self._last.plan = plan, Matcher(self._all, self._known_postings)
        return last[1]

    def _known_postings(self, kind: str, text: str) -> Postings:
        known = self._postings.get((kind, text))
        if known is None:
            known = self._all.run(text) if kind == "run" else self._all.word(text)
            self._postings.put((kind, text), known)
        return known

    # --- the rest of the port -------------------------------------------------------------------------------------------

    def manifest(self) -> Manifest:
        """What the generation says of itself."""
        return self._manifest

    def _passage(self, number: int) -> Passage:
        go_on()  # what goes over many rows comes by here for each
        known = self._passages.get(number)
        if known is None:
            segment, inside = self._all.located(number)
            known = self.segments[segment].passage(inside)
            self._passages.put(number, known)
        return known

    def fetch(self, ids: Sequence[str]) -> tuple[Passage | None, ...]:
        """Passages by id, None where there is none."""
        return tuple(self._by_id(id_) for id_ in ids)

    def _by_id(self, id_: str) -> Passage | None:
        number = self._number(id_)
        return None if number is None else self._passage(number)

    def _number(self, id_: str) -> int | None:
        numbers = (self._all.base(at) + inside for at, segment in enumerate(self.segments) for inside in segment.numbers_of(id_))
        return next((number for number in numbers if self._passage(number).id == id_), None)

    def document(self, document_id: str) -> Document | None:
        """A document with its passages."""
        place = self._all.document(document_id)
        return None if place is None else self.segments[place[0]].document(place[1])

    def described(self, document_id: str) -> Document | None:
        """A document without its passages, which are not unpacked for it."""
        place = self._all.document(document_id)
        return None if place is None else self.segments[place[0]].described(place[1])

    def summaries(self, document_ids: Sequence[str]) -> tuple[DocumentSummary | None, ...]:
        """What lists of documents say of these, None where there is none."""
        places = map(self._all.document, document_ids)
        return tuple(None if place is None else self._works.told(self.segments[place[0]].summary(place[1])) for place in places)

    def copies(self, document_id: str) -> tuple[str, ...]:
        """The other documents of the same work, by id."""
        return self._works.copies(document_id)

    def suggestions(self) -> AttachedSuggestions:
        """What is suggested as one types."""
        return AttachedSuggestions(self.attachment(SUGGESTIONS) or b"")

    @cached_property
    def _works(self) -> Works:
        return Works(self.attachment(WORKS))

    def _by_document_id(self) -> Iterator[tuple[Segment, int]]:
        for at, ordinal in zip(self._order["document_segment"].tolist(), self._order["document_ordinal"].tolist(), strict=True):
            yield self.segments[at], ordinal

    def document_ids(self, start: int = 0, stop: int | None = None) -> tuple[str, ...]:
        """The ids of the documents from place `start` up to `stop`, in their order."""
        at, ordinals = (self._order[name][start:stop].tolist() for name in ("document_segment", "document_ordinal"))
        return tuple(self.segments[segment].documents[ordinal] for segment, ordinal in zip(at, ordinals, strict=True))

    def documents(self) -> tuple[DocumentSummary, ...]:
        """All documents, by id."""
        return tuple(self._works.told(segment.summary(ordinal)) for segment, ordinal in self._by_document_id())

    def passages(self) -> Iterator[Passage]:
        """Every passage, by document id and order."""
        for segment, ordinal in self._by_document_id():
            yield from segment.passages(ordinal)

    def vocabulary(self) -> Iterator[tuple[str, int]]:
        """Every token with the number of passages that have it."""
        counts: dict[str, int] = {}
        for segment in self.segments:
            sizes: list[int] = np.diff(PostingLists(segment.columns, "word").first).tolist()
            for word, size in zip(segment.words.all(), sizes, strict=True):
                counts[word] = counts.get(word, 0) + size
        yield from sorted(counts.items())

    def present(self, runs: Collection[str]) -> frozenset[str]:
        """Those of the runs that occur."""
        return frozenset(run for run in runs if len(self._known_postings("run", run).passages))

    def contains(self, runs: Sequence[str]) -> Sequence[int]:
        """For each run in match form, the number of passages it occurs in."""
        return [len(self._known_postings("run", run).passages) for run in runs]

    def statistics(self) -> GenerationStatistics:
        """What the scores of this generation are made of."""
        return GenerationStatistics(self._manifest.passages, self._mean_length, self._known_postings, self._total)

    def nearest(self, sought: Asked) -> tuple[NearPassage, ...]:
        """The nearest passages, nearest first."""
        if self._near is None:
            self._near = Nearest(self._all, self._mean_length)
        return second_stage(sought, self._near.candidates(sought, Matcher(self._all, self._known_postings)), read_at_once)

    def attachment(self, name: str) -> bytes | None:
        """Bytes the build attached under this name."""
        return None if _is_own(name) else read_attachment(self._folder, self._files, name)

    def check(self) -> tuple[str, ...]:
        """Sentences on what is wrong with the files; reads them all."""
        return altered_files(self._folder, self._files)

    def close(self) -> None:
        """Lets go of the caches; mapped files go when nothing uses them any more."""
        self._last = threading.local()
        for cache in (self._results, self._postings, self._passages, self._lists):
            cache.clear()


def _collapsed(collapsing: Collapsing, ranking: Callable[[int], list[HitPlace]], wanted: int, total: int) -> list[HitPlace]:
    """At least the first `wanted` places after collapsing, if there are so many."""
    count = min(wanted, total)
    while True:
        places = collapsing.first(ranking(count))
        if len(places) >= wanted or count >= total:
            return places
        count = min(total, max(4 * count, RERANK))


def _held_by(result: SearchResult) -> int:
    return 2_000 + _HIT_BYTES * len(result.hits) + 100 * sum(map(_entries, result.fruits.values()))


def _entries(fruit: Fruit) -> int:
    """How many numbers a fruit holds."""
    return sum(1 if isinstance(count, int) else len(count) for count in fruit.values())


def _is_own(name: str) -> bool:
    return name == ORDER or name.startswith(("MAIN_", "_MAIN_"))


def _narrowed(matcher: Matcher, found: Matched, filters: Filters) -> dict[str, Matched]:
    """What the filters leave: under "" with all of them, under a facet's name with all but the inclusions of that facet (only where
    that differs)."""
    if filters == NO_FILTERS or not len(found.passages):
        return {"": found}
    if filters.documents:
        found = _kept(found, matcher.among(found.passages, matcher.in_documents(filters.documents)))
    if filters.kinds:
        found = _kept(found, matcher.of_kinds(filters.kinds, found.passages))
    for name, choice in filters.choices:
        if choice.exclude:
            found = _kept(found, ~matcher.among(found.passages, matcher.valued(name, choice.exclude)))
    chosen = {name: choice.include for name, choice in filters.choices if choice.include}
    included = {name: matcher.among(found.passages, matcher.valued(name, values)) for name, values in chosen.items()}
    result = {}
    for without in ("", *included):
        flags = [one for name, one in included.items() if name != without]
        result[without] = _kept(found, np.logical_and.reduce(flags)) if flags else found
    return result


def _kept(found: Matched, chosen: NDArray[np.bool_]) -> Matched:
    left = chosen.nonzero()[0]
    return Matched(found.passages.take(left), found.tiers.take(left))
