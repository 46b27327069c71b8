"""Words told by how often they occur: beside what was searched, or in one set of passages rather than another.

Strength is the log-likelihood ratio of Dunning (1993): how much better two rates explain two counts than one rate does. It is large for
words that are frequent and unevenly so, and near 0 for what chance explains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import log

from search.present.kwic import KwicEntry
from search.query.analysis import analyse, longest
from search.results import WordCount

SHORTEST = 2
"""Characters of a word worth listing; single characters are mostly particles."""
SEEN = 3
"""Occurrences below which a word says nothing."""


def word_counts(texts: Iterable[str]) -> Counter[str]:
    """Occurrences of the words of some texts, numbers and single characters left out."""
    counted: Counter[str] = Counter()
    for text in texts:
        counted.update(_words(text))
    return counted


def words_beside(rows: Iterable[KwicEntry], width: int) -> Counter[str]:
    """The words of the contexts of a concordance; what its ends may have cut through is left out."""
    counted: Counter[str] = Counter()
    for row in rows:
        left, right = _words(row.left), _words(row.right)
        counted.update(left[1:] if len(row.left) == width else left)
        counted.update(right[:-1] if len(row.right) == width else right)
    return counted


def _words(text: str) -> list[str]:
    return [word for word, *_ in longest(analyse(text).tokens) if len(word) >= SHORTEST and not _is_number(word)]


def distinctive(here: Counter[str], there: Counter[str], limit: int) -> tuple[WordCount, ...]:
    """The words that set one count apart from another, the strongest first."""
    mine, theirs = here.total(), there.total()
    if not mine or not theirs:
        return ()
    found = (WordCount(word, count, there[word], log_likelihood(count, mine, there[word], theirs)) for word, count in here.items())
    return tuple(sorted((one for one in found if one.strength > 0 and one.here >= SEEN), key=lambda one: (-one.strength, one.word))[:limit])


def log_likelihood(count: int, total: int, other: int, other_total: int) -> float:
    """Dunning's ratio for `count` of `total` against `other` of `other_total`, negative where the first rate is the lower."""
    rate = (count + other) / (total + other_total)
    ratio = 2 * (_term(count, rate * total) + _term(other, rate * other_total))
    return ratio if count * other_total >= other * total else -ratio


def _term(seen: int, expected: float) -> float:
    return seen * log(seen / expected) if seen else 0.0


def _is_number(word: str) -> bool:
    return all(char in "0123456789.%一二三四五六七八九十百千万亿零两〇" for char in word)
