"""Order: the best hits without sorting everything, their second phase, and collapsing."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engine.whoosh.answer.find import Numbers
from search.engine.whoosh.files.columns import Array, MappedColumns
from search.engine.whoosh.write.part import NO_YEAR
from search.query.plan import Node, Tier
from search.query.score import NEAR_BONUS, RERANK, positive_terms, quantise, second_phase
from search.question import Sort

_TIER = 1 << 41
_YEAR = 1 << 44
_DAY = 1 << 43
"""Above all tiers and scores; `document_day` of the last year there is times this stays below 2 ** 63."""
_PILE = 16
"""Keys of a pile: the smallest of each are looked at first, since finding the smallest few of all costs ten times as much."""
_BATCH = 20
"""Places the second phase looks at together."""
_TIERS = tuple(Tier)
_NO_YEAR = 100_000
"""Above every year, as a key."""
_NO_DAY = 1_000_000
"""Above every day."""


Keys = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ranked:
    """Hits with what orders them: `keys`, smallest first (None where all are equal), then their place in document order. `scores` is None
    where all are 0."""

    passages: Numbers
    tiers: NDArray[np.uint8]
    scores: NDArray[np.float64] | None
    keys: Keys | None


class HitPlace(NamedTuple):
    """A hit: which passage, and what is shown of it."""

    passage: int
    score: float
    tier: Tier
    order: int
    collapsed: int = 0


def ranked(columns: MappedColumns, passages: Numbers, tiers: NDArray[np.uint8], scores: NDArray[np.float64] | None, sort: Sort) -> Ranked:
    """The hits with their keys."""
    if sort is Sort.DOCUMENT:
        return Ranked(passages, tiers, scores, None)
    keys: Keys | None = None
    if scores is not None:
        quantised = scores * -10_000.0
        quantised -= 0.5
        keys = np.ceil(quantised, out=quantised).astype(np.int64)
    if tiers.any():
        bands = tiers.astype(np.int64) * _TIER
        keys = bands if keys is None else np.add(keys, bands, out=keys)
    spans = _spans(columns, passages, sort)
    if spans is not None:
        keys = spans if keys is None else np.add(keys, spans, out=keys)
    return Ranked(passages, tiers, scores, keys)


def _spans(columns: MappedColumns, passages: Numbers, sort: Sort) -> Keys | None:
    """What orders hits before tier and score: their years, or the days of their documents."""
    if sort in (Sort.YEAR_DESC, Sort.YEAR_ASC):
        latest = sort is Sort.YEAR_DESC
        years = columns["latest" if latest else "earliest"][passages].astype(np.int64)
        return np.where(years == NO_YEAR, _NO_YEAR, -years if latest else years) * _YEAR
    if sort in (Sort.DATE_DESC, Sort.DATE_ASC):
        days = columns["day"][passages].astype(np.int64)
        return np.where(days == 0, _NO_DAY, -days if sort is Sort.DATE_DESC else days) * _DAY
    return None


def has_second_phase(plan: Node, sort: Sort) -> bool:
    """Whether `search.query.score.rerank` can change the order."""
    terms = positive_terms(plan) if sort is Sort.RELEVANCE else ()
    return len(terms) > 1 or (len(terms) == 1 and len(terms[0].words) > 1)


def ordered(hits: Ranked, count: int, rank: Array) -> list[HitPlace]:
    """The first `count` hits in order. `rank` is the place of every passage in document order."""
    best = _smallest(hits, count, rank)
    orders = rank[hits.passages[best]]
    inside = orders.argsort() if hits.keys is None else np.lexsort((orders, hits.keys[best]))
    best = best[inside]
    scores = [0.0] * len(best) if hits.scores is None else hits.scores[best].tolist()
    tiers = [_TIERS[tier] for tier in hits.tiers[best].tolist()]
    return list(map(HitPlace, hits.passages[best].tolist(), scores, tiers, orders[inside].tolist()))


def _smallest(hits: Ranked, count: int, rank: Array) -> Numbers:
    """Indices of the first `count` hits, not sorted."""
    if len(hits.passages) <= count:
        return np.arange(len(hits.passages))
    if hits.keys is None:
        return np.argpartition(rank[hits.passages], count - 1)[:count]
    near = np.flatnonzero(hits.keys <= _within(hits.keys, count))
    keys = hits.keys[near]
    top = np.partition(keys, count - 1)[count - 1]
    below = near[keys < top]
    equal = near[keys == top]
    wanted = count - len(below)
    if len(equal) > wanted:
        equal = equal[np.argpartition(rank[hits.passages[equal]], wanted - 1)[:wanted]]
    return np.concatenate((below, equal))


def _within(keys: Keys, count: int) -> int:
    """A bound below or at which `count` of the keys lie, and few more: keys are dealt into piles, and of so many piles one is each."""
    piles = len(keys) // _PILE
    if piles < count * 2:
        return int(keys.max())
    least = keys[: piles * _PILE].reshape(_PILE, piles).min(axis=0)
    return int(np.partition(least, count - 1)[count - 1])


def reranked(plan: Node, places: list[HitPlace], count: int, match_texts: Callable[[Sequence[HitPlace]], list[str]]) -> list[HitPlace]:
    """The first `count` places after the second phase (`search.query.score.rerank`), which looks at the first `RERANK` of relevance order.

    Places are only looked at while the full bonus could still lift them among the first `count`."""
    final = second_phase(plan)
    scored: list[tuple[int, int, int, float, HitPlace]] = []
    best: list[tuple[int, int]] = []
    head = places[:RERANK]
    for start in range(0, len(head), _BATCH):
        highest = head[start]
        most = (quantise(highest.score) + 1) / 10_000 * (1.0 + NEAR_BONUS)
        if len(best) >= count and (int(highest.tier), -quantise(most)) > best[count - 1]:
            break
        batch = head[start : start + _BATCH]
        for one, text in zip(batch, match_texts(batch), strict=True):
            score = one.score if final is None else final(one.score, text)
            key = int(one.tier), -quantise(score)
            insort(best, key)
            scored.append((*key, one.order, score, one))
    scored.sort(key=itemgetter(0, 1, 2))
    first = [one._replace(score=score) for _, _, _, score, one in scored[:count]]
    return first if len(first) == count else [*first, *places[RERANK:]][:count]
