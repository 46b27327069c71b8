"""Two provinces and the word for their pairing: 上海 … 云南 is written 沪滇, and who asks for 京蒙 asks for what is of Beijing and of Inner
Mongolia. Pairs come from the table of the region labeller (`search/labels/data/regions.toml`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import permutations

from search.labels.region.tables import tables
from search.query import expand
from search.query.plan import Facet, Tier

NAMED, WITHIN = 0.8, 0.5
"""What a pair weighs, beside the words themselves, where both sides are named, and where a place within one is."""


@cache
def _pairs() -> dict[tuple[str, str], tuple[str, ...]]:
    """(supporter, recipient) → the words for the pair."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for word, pair in tables().pairs.items():
        for supporter in pair.supporters:
            for recipient in pair.recipients:
                found[supporter, recipient] = (*found.get((supporter, recipient), ()), word)
    return found


def pair_words(words: Iterable[str]) -> tuple[tuple[str, float], ...]:
    """The words for pairs of the places that these words (in match form) name, in either order: (run, weight)."""
    named = [paths for word in dict.fromkeys(words) if (paths := expand.place_paths(word)[:2])]
    found: dict[str, float] = {}
    for ones, others in permutations(named, 2):
        for one in ones:
            for other in others:
                for supporter, recipient, weight in _widened(one, other):
                    for word in _pairs().get((supporter, recipient), ()):
                        found[word] = max(found.get(word, 0.0), weight)
    return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _widened(one: str, other: str) -> Iterable[tuple[str, str, float]]:
    yield one, other, NAMED
    whole = one.partition("/")[0], other.partition("/")[0]
    if whole != (one, other):
        yield *whole, WITHIN


def sides(text: str) -> Sequence[tuple[Facet, ...]]:
    """For each pair that a text in match form names (京蒙协作), the facet values of either side."""
    pairs = [pair for word, pair in tables().pairs.items() if word in text]
    places = dict.fromkeys(path for pair in pairs for path in (*pair.supporters, *pair.recipients))
    return [(Facet("region", path, Tier.RELAXED),) for path in places]
