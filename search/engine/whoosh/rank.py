"""Order: the best hits of all segments without sorting everything, their second phase, and folding."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from search.engine.port import Sort
from search.query.plan import Node, Tier
from search.query.score import NEAR_BONUS, RERANK, Candidate, positive_terms, quantise, rerank

from .columns import Array
from .find import Numbers
from .part import NO_YEAR
from .segment import Segment

_TIER = 1 << 41
_YEAR = 1 << 44
_BATCH = 20
"""Places the second phase looks at together."""
_TIERS = tuple(Tier)
_NO_YEAR = 100_000
"""Above every year, as a key."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """The hits of one segment with what orders them: `keys`, smallest first, then `order`, the place of every passage of the segment in
    document order."""

    segment: int
    passages: Numbers
    tiers: NDArray[np.uint8]
    scores: NDArray[np.float64]
    keys: NDArray[np.int64]
    order: Array


@dataclass(frozen=True, slots=True)
class Place:
    """A hit: where it stands, and what is shown of it."""

    segment: int
    passage: int
    score: float
    tier: Tier
    order: int
    folded: int = 0


def sort_keys(segment: Segment, passages: Numbers, tiers: NDArray[np.uint8], scores: NDArray[np.float64], sort: Sort) -> NDArray[np.int64]:
    """What hits order by, smallest first; ties go by document order."""
    if sort is Sort.DOCUMENT:
        return np.zeros(len(passages), np.int64)
    keys = tiers.astype(np.int64) * _TIER - np.floor(scores * 10_000.0 + 0.5).astype(np.int64)
    if sort is Sort.RELEVANCE:
        return keys
    latest = sort is Sort.YEAR_DESC
    years = segment.columns["latest" if latest else "earliest"][passages].astype(np.int64)
    return np.asarray(keys + np.where(years == NO_YEAR, _NO_YEAR, -years if latest else years) * _YEAR)


def has_second_phase(plan: Node, sort: Sort) -> bool:
    """Whether `search.query.score.rerank` can change the order."""
    terms = positive_terms(plan) if sort is Sort.RELEVANCE else ()
    return len(terms) > 1 or (len(terms) == 1 and len(terms[0].words) > 1)


def ordered(ranked: Sequence[Ranked], count: int) -> list[Place]:
    """The first `count` hits in order."""
    chosen = []
    for one in ranked:
        best = _smallest(one.keys, count)
        chosen.append((one.keys[best], one.order[one.passages[best]].astype(np.int64), np.full(len(best), one.segment), best))
    if not chosen:
        return []
    keys, orders, segments, items = (np.concatenate(columns) for columns in zip(*chosen, strict=True))
    order = np.lexsort((orders, keys))[:count]
    segments = segments[order]
    places: list[Place | None] = [None] * len(order)
    for one in ranked:
        here = np.flatnonzero(segments == one.segment)
        best = items[order[here]]
        columns = (here, one.passages[best], one.scores[best], one.tiers[best], orders[order[here]])
        for at, passage, score, tier, place in zip(*(column.tolist() for column in columns), strict=True):
            places[at] = Place(one.segment, passage, score, _TIERS[tier], place)
    return [place for place in places if place is not None]


def _smallest(keys: NDArray[np.int64], count: int) -> Numbers:
    """Indices of the `count` smallest keys, the first ones where keys are equal; not sorted by key."""
    if len(keys) <= count:
        return np.arange(len(keys))
    top = np.partition(keys, count - 1)[count - 1]
    below = np.flatnonzero(keys < top)
    equal = np.flatnonzero(keys == top)[: count - len(below)]
    return np.concatenate((below, equal))


def reranked(plan: Node, places: list[Place], count: int, match_texts: Callable[[Sequence[Place]], list[str]]) -> list[Place]:
    """The first `count` places after the second phase (`search.query.score.rerank`), which looks at the first `RERANK` of relevance order.

    Places are only looked at while the full bonus could still lift them among the first `count`."""
    scored: list[tuple[int, int, int, float, Place]] = []
    best: list[tuple[int, int]] = []
    head = places[:RERANK]
    for start in range(0, len(head), _BATCH):
        first = head[start]
        most = (quantise(first.score) + 1) / 10_000 * (1.0 + NEAR_BONUS)
        if len(best) >= count and (int(first.tier), -quantise(most)) > best[count - 1]:
            break
        batch = head[start : start + _BATCH]
        texts = match_texts(batch)
        candidates = [Candidate(at, one.tier, one.score, texts[at], "", one.order) for at, one in enumerate(batch)]
        for candidate in rerank(plan, candidates):
            quantised = quantise(candidate.score)
            insort(best, (int(candidate.tier), -quantised))
            scored.append((int(candidate.tier), -quantised, candidate.order, candidate.score, batch[candidate.key]))
    scored.sort(key=itemgetter(0, 1, 2))
    final = [Place(one.segment, one.passage, score, one.tier, one.order) for _, _, _, score, one in scored[:count]]
    return final if len(final) == count else [*final, *places[RERANK:]][:count]
