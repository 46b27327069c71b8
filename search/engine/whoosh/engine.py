"""The read side of one generation: `search.engine.port.Engine` over memory-mapped segments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.engine.port import (
    FACET_FIELDS,
    FACETS,
    DocumentSummary,
    EngineHit,
    FacetCounts,
    Filters,
    Manifest,
    SearchRequest,
    SearchResult,
)
from search.errors import IndexDamaged
from search.model import Document, Passage
from search.query.plan import Node, Tier
from search.query.score import RERANK, quantise

from .cache import Cache
from .columns import BadColumns, Columns
from .counts import FacetCounter, distinct_documents
from .evaluate import EMPTY, Found, Matcher
from .find import Finder, Postings
from .fold import Folding
from .generation import FileRecord, altered_files, missing_files, read_manifest, read_pointer
from .order import ORDER
from .rank import Place, Ranked, has_second_phase, ordered, reranked, sort_keys
from .segment import COLUMNS, Segment
from .weigh import Totals, Weigher

POSTINGS_CACHE = 24 * 2**20
RESULT_CACHE = 8 * 2**20
PASSAGE_CACHE = 8 * 2**20
_UNFILTERED = Filters()
_HIT_BYTES = 4_000
"""What a decoded passage holds, roughly."""


class WhooshEngine:
    """One open generation. Raises `IndexMissing` or `IndexDamaged` on opening."""

    def __init__(self, directory: Path) -> None:
        pointer = read_pointer(directory)
        self._folder = directory / pointer.generation
        self._manifest, self._files = read_manifest(self._folder, pointer.manifest)
        faults = missing_files(self._folder, self._files)
        if faults:
            raise IndexDamaged(faults[0], hint="请运行 bangfu build 重建索引。")
        try:
            names = sorted(name.removesuffix(COLUMNS) for name in self._files if name.endswith(COLUMNS))
            self.segments = tuple(Segment(self._folder, name) for name in names)
            self._order = Columns(self._folder / ORDER)
            self._ranks = [self._order[f"rank_{at}"] for at in range(len(names))]
            self._copies = [self._order[f"copies_{at}"] for at in range(len(names))]
        except (BadColumns, OSError, KeyError) as error:
            raise IndexDamaged("索引文件打不开。", hint="请运行 bangfu build 重建索引。") from error
        self._finders = tuple(Finder(segment) for segment in self.segments)
        self._facets = FacetCounter(self.segments, self._order)
        characters = sum(int(segment.lengths.sum(dtype=np.int64)) for segment in self.segments)
        self._mean_length = max(1.0, characters / max(1, self._manifest.passages))
        self._last: tuple[Node, list[Matcher]] | None = None
        self._postings: Cache[Postings] = Cache(POSTINGS_CACHE, lambda one: one.nbytes + 200)
        self._results: Cache[SearchResult] = Cache(RESULT_CACHE, _held_by)
        self._passages: Cache[Passage] = Cache(PASSAGE_CACHE, lambda _: _HIT_BYTES)

    @property
    def files(self) -> Mapping[str, FileRecord]:
        """The files of the generation, by name."""
        return self._files

    # --- search ---------------------------------------------------------------------------------------------------------

    def search(self, request: SearchRequest) -> SearchResult:
        """The answer; the same as every other engine's."""
        known = self._results.get(request)
        if known is None:
            known = self._search(request)
            self._results.put(request, known)
        return known

    def forget_results(self) -> None:
        """Empties the cache of results, and lets go of the last plan; for measuring."""
        self._results.clear()
        self._last = None

    def _search(self, request: SearchRequest) -> SearchResult:
        matchers = self._matchers(request.plan)
        found = [matcher.found(request.plan) for matcher in matchers]
        narrowed = [_narrowed(matcher, one, request.filters) for matcher, one in zip(matchers, found, strict=True)]
        wanted = [one[""] for one in narrowed]
        passages = [one.passages for one in wanted]
        tiers = np.bincount(np.concatenate([EMPTY.tiers, *(one.tiers for one in wanted)]), minlength=len(Tier)).tolist()
        total = sum(len(one) for one in passages)
        documents = distinct_documents(self.segments, passages)
        ranking = self._ranking(request, matchers, wanted, total)
        if request.collapse is None:
            places, groups = ranking(request.offset + request.limit), total
        else:
            folding = Folding(request.collapse, self.segments, self._copies, passages, documents)
            places, groups = _folded(folding, ranking, request.offset + request.limit, total), folding.groups
        shown = places[request.offset : request.offset + request.limit]
        facets = FacetCounts()
        if request.facets:
            included = [name for name in FACETS if request.filters.choice(name).include]
            without = {name: [one.get(name, one[""]).passages for one in narrowed] for name in included}
            facets = FacetCounts(**self._facets.all_counts({name: without.get(name, passages) for name in FACETS}))
        return SearchResult(
            hits=tuple(self._hit(place) for place in shown),
            total=total,
            documents=documents,
            groups=groups,
            tiers={tier: tiers[tier] for tier in Tier if tiers[tier]},
            facets=facets,
            cross=self._facets.cross(request.cross, passages) if request.cross else {},
        )

    def _hit(self, place: Place) -> EngineHit:
        return EngineHit(self._passage(place.segment, place.passage), quantise(place.score) / 10_000, place.tier, place.folded)

    def _ranking(
        self, request: SearchRequest, matchers: Sequence[Matcher], wanted: Sequence[Found], total: int
    ) -> Callable[[int], list[Place]]:
        """A function that gives so many of the first hits, in order."""
        if not total or not request.offset + request.limit:
            return lambda count: []  # noqa: ARG005
        totals = Totals(self._manifest.passages, self._mean_length)
        weighers = [Weigher(matcher) for matcher in matchers]
        for weigher in weighers:
            weigher.count_into(request.plan, totals)
        ranked = []
        for at, (weigher, found) in enumerate(zip(weighers, wanted, strict=True)):
            if len(found.passages):
                scores = weigher.scores(request.plan, found.passages, totals)
                keys = sort_keys(self.segments[at], found.passages, found.tiers, scores, request.sort)
                ranked.append(Ranked(at, found.passages, found.tiers, scores, keys, self._ranks[at]))
        if not has_second_phase(request.plan, request.sort):
            return lambda count: ordered(ranked, count)
        return lambda count: reranked(request.plan, ordered(ranked, max(count, RERANK)), min(count, total), self._match_texts)

    def _match_texts(self, places: Sequence[Place]) -> list[str]:
        texts = [""] * len(places)
        for number, segment in enumerate(self.segments):
            here = [at for at, place in enumerate(places) if place.segment == number]
            for at, text in zip(here, segment.match_texts([places[at].passage for at in here]), strict=True):
                texts[at] = text
        return texts

    def _matchers(self, plan: Node) -> list[Matcher]:
        """A matcher a segment. Those of the last plan are kept with what they know: a plan is counted first and searched right after."""
        last = self._last
        if last is None or last[0] != plan:
            last = self._last = plan, [self._matcher(at) for at in range(len(self.segments))]
        return last[1]

    def _matcher(self, at: int) -> Matcher:
        finder = self._finders[at]

        def postings(kind: str, text: str) -> Postings:
            key = (at, kind, text)
            known = self._postings.get(key)
            if known is None:
                known = finder.run(text) if kind == "run" else finder.word(text)
                self._postings.put(key, known)
            return known

        return Matcher(self.segments[at], finder, postings)

    # --- the rest of the port -------------------------------------------------------------------------------------------

    def manifest(self) -> Manifest:
        """What the generation says of itself."""
        return self._manifest

    def _passage(self, segment: int, number: int) -> Passage:
        known = self._passages.get((segment, number))
        if known is None:
            known = self.segments[segment].passage(number)
            self._passages.put((segment, number), known)
        return known

    def fetch(self, ids: Sequence[str]) -> tuple[Passage | None, ...]:
        """Passages by id, None where there is none."""
        return tuple(self._by_id(id_) for id_ in ids)

    def _by_id(self, id_: str) -> Passage | None:
        for at, segment in enumerate(self.segments):
            for number in segment.numbers_of(id_):
                passage = self._passage(at, number)
                if passage.id == id_:
                    return passage
        return None

    def document(self, document_id: str) -> Document | None:
        """A document with its passages."""
        for segment in self.segments:
            ordinal = segment.documents.find(document_id)
            if ordinal is not None:
                return segment.document(ordinal)
        return None

    def _by_document_id(self) -> Iterator[tuple[Segment, int]]:
        for at, ordinal in zip(self._order["document_segment"].tolist(), self._order["document_ordinal"].tolist(), strict=True):
            yield self.segments[at], ordinal

    def documents(self) -> tuple[DocumentSummary, ...]:
        """All documents, by id."""
        return tuple(segment.summary(ordinal) for segment, ordinal in self._by_document_id())

    def passages(self) -> Iterator[Passage]:
        """Every passage, by document id and order."""
        for segment, ordinal in self._by_document_id():
            yield from segment.passages(ordinal)

    def vocabulary(self) -> Iterator[tuple[str, int]]:
        """Every token with the number of passages that have it."""
        counts: dict[str, int] = {}
        for segment in self.segments:
            sizes: list[int] = np.diff(segment.columns["word_first"].astype(np.int64)).tolist()
            for word, size in zip(segment.words.all(), sizes, strict=True):
                counts[word] = counts.get(word, 0) + size
        yield from sorted(counts.items())

    def contains(self, runs: Sequence[str]) -> Sequence[int]:
        """For each run in match form, the number of passages it occurs in."""
        return [sum(len(self._matcher(at).postings("run", run).passages) for at in range(len(self.segments))) for run in runs]

    def attachment(self, name: str) -> bytes | None:
        """Bytes the build attached under this name."""
        return (self._folder / name).read_bytes() if name in self._files and not _is_own(name) else None

    def check(self) -> tuple[str, ...]:
        """Sentences on what is wrong with the files; reads them all."""
        return altered_files(self._folder, self._files)

    def close(self) -> None:
        """Lets go of the caches; mapped files go when nothing uses them any more."""
        self._last = None
        for cache in (self._results, self._postings, self._passages):
            cache.clear()


def _folded(folding: Folding, ranking: Callable[[int], list[Place]], wanted: int, total: int) -> list[Place]:
    """At least the first `wanted` places after folding, if there are so many."""
    count = min(wanted, total)
    while True:
        places = folding.first(ranking(count))
        if len(places) >= wanted or count >= total:
            return places
        count = min(total, max(4 * count, RERANK))


def _held_by(result: SearchResult) -> int:
    return 2_000 + _HIT_BYTES * len(result.hits) + 200 * (len(result.facets.region) + len(result.cross))


def _is_own(name: str) -> bool:
    return name == ORDER or name.startswith(("MAIN_", "_MAIN_"))


def _narrowed(matcher: Matcher, found: Found, filters: Filters) -> dict[str, Found]:
    """What the filters leave: under "" with all of them, under a facet's name with all but the inclusions of that facet (only where
    that differs)."""
    segment = matcher.segment
    count = segment.count
    base: NDArray[np.bool_] | None = None
    if not len(found.passages) or filters == _UNFILTERED:
        return {"": found}

    def narrow(mask: NDArray[np.bool_] | None, allowed: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return allowed if mask is None else mask & allowed

    if filters.documents:
        allowed = np.zeros(count, np.bool_)
        for id_ in filters.documents:
            ordinal = segment.documents.find(id_)
            if ordinal is not None:
                allowed[segment.document_first[ordinal] : segment.document_first[ordinal + 1]] = True
        base = narrow(base, allowed)
    if filters.kinds:
        base = narrow(base, matcher.of_kinds(filters.kinds))
    included: dict[str, NDArray[np.bool_]] = {}
    for name in FACET_FIELDS:
        choice = filters.choice(name)
        if choice.exclude:
            taken = np.ones(count, np.bool_)
            taken[matcher.valued(name, choice.exclude)] = False
            base = narrow(base, taken)
        if choice.include:
            included[name] = np.zeros(count, np.bool_)
            included[name][matcher.valued(name, choice.include)] = True
    result = {}
    for without in ("", *included):
        mask = base
        for name, allowed in included.items():
            if name != without:
                mask = narrow(mask, allowed)
        result[without] = found if mask is None else _kept(found, mask)
    return result


def _kept(found: Found, mask: NDArray[np.bool_]) -> Found:
    chosen = mask[found.passages]
    return Found(found.passages[chosen], found.tiers[chosen])
