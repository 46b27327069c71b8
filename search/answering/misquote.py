"""A quote that occurs nowhere: the sentences nearest to it, and what is different there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from search.engine.port import Engine, SearchRequest
from search.model import Passage
from search.query.nearest import reading
from search.query.nearest.stages import Asked
from search.query.plan import Listed
from search.query.score import idf
from search.query.syntax import Query, Word
from search.text.fold import MatchForm, match_form

LOOKED_AT = 20
"""Passages whose sentences are compared."""
LEAST = 0.3
"""The least share of a quote, by the rarity of its pairs, that a sentence must hold to be shown."""
HIGHEST = 79.0
"""The score of a sentence that holds all of them, below every match of the quote itself."""

_SENTENCE = re.compile(r"[^。!?;]+")
_CLAUSE = re.compile(r"[^,:]+")
_AMOUNT = re.compile(r"([0-9]+(?:\.[0-9]+)?)(万亿|亿|万)?(?:多|余)?([一-鿿%]?)")
_SCALES = {None: 1, "万": 10**4, "亿": 10**8, "万亿": 10**12}
_NO_UNITS = "年月日时分号点"


@dataclass(frozen=True, slots=True)
class NearStretch:
    """A stretch of a passage, in match form, with the share of the quote it holds."""

    passage: Passage
    seen: MatchForm
    start: int
    end: int
    share: float

    @property
    def score(self) -> float:
        """0 to HIGHEST."""
        return HIGHEST * self.share


def sentences_near(form: str, engine: Engine) -> list[NearStretch]:
    """The sentences nearest to a quote in match form, one a passage, the nearest first."""
    passages = engine.statistics().passages
    sought = reading.sought(Query(Word(form)), engine.contains, passages)
    if sought is None:
        return []
    weights = dict(sought.pairs)
    missing = idf(passages, 0)
    total = sum(weights.get(pair, missing) for pair in dict.fromkeys(reading.pairs(form)))
    best = [near for passage in _passages(sought, engine) if (near := _best(passage, weights, total)) is not None]
    return sorted(
        (near for near in best if near.share >= LEAST), key=lambda near: (-near.share, near.passage.document_id, near.passage.order)
    )


def _passages(sought: Asked, engine: Engine) -> Iterator[Passage]:
    plan = Listed(tuple((one.key, one.score) for one in engine.nearest(sought)))
    return (hit.passage for hit in engine.search(SearchRequest(plan, limit=LOOKED_AT, collect=())).hits)


def _best(passage: Passage, weights: dict[str, float], total: float) -> NearStretch | None:
    seen = match_form(passage.text)
    found: NearStretch | None = None
    for sentence in _SENTENCE.finditer(seen.text):
        share = sum(weight for pair, weight in weights.items() if pair in sentence[0]) / total
        if share and (found is None or share > found.share):
            start, end = _clauses(sentence[0], weights)
            found = NearStretch(passage, seen, sentence.start() + start, sentence.start() + end, share)
    return found


def _clauses(sentence: str, weights: dict[str, float]) -> tuple[int, int]:
    """From the first to the last clause of a sentence that hold something of the quote: a long sentence has more to say than that."""
    most = max(_held(clause[0], weights) for clause in _CLAUSE.finditer(sentence))
    telling = [clause for clause in _CLAUSE.finditer(sentence) if _held(clause[0], weights) * 4 >= most]
    return telling[0].start(), telling[-1].end()


def _held(text: str, weights: dict[str, float]) -> float:
    return sum(weight for pair, weight in weights.items() if pair in text)


def other_amounts(quote: str, text: str) -> tuple[tuple[str, str], ...]:
    """The amounts of a quote that a text does not hold, each with the one of the same unit that is nearest in rank (empty: none)."""
    there, asked = list(_amounts(text)), list(_amounts(quote))
    free = [one for one in there if not any(_same(one, other) for other in asked)]
    found = []
    for amount in asked:
        if any(_same(amount, other) for other in there):
            continue
        like = next((one for one in free if one.unit == amount.unit), None)
        if like is not None:
            free.remove(like)
        found.append((amount.written, like.written if like else ""))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Amount:
    """An amount as written, its value, and the character it counts (empty at the end of a text)."""

    written: str
    value: Decimal
    unit: str


def _same(one: _Amount, other: _Amount) -> bool:
    return one.value == other.value and (one.unit == other.unit or not one.unit or not other.unit)


def _amounts(text: str) -> Iterator[_Amount]:
    for found in _AMOUNT.finditer(match_form(text).text):
        if not found[3] or found[3] not in _NO_UNITS:
            yield _Amount(found[0], Decimal(found[1]) * _SCALES[found[2]], found[3])
