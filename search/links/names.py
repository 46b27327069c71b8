"""Whether two texts differ in nothing but the places they name: then they look alike and say different things."""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein

from search.labels.gazetteer import gazetteer

LONGEST_NAME = 14
MOST_CHANGES = 24
"""Stretches that differ; texts with more are not alike to begin with."""


def only_places_differ(old: str, new: str) -> bool:
    """Whether every stretch in which two match forms differ lies inside the name of a place, and the places are not the same.

    密云区帮助滦平县 and 怀柔区帮助丰宁县 do; 密云帮助滦平 and 密云区帮助滦平县 do not, as both name the same places."""
    changes = [one for one in Levenshtein.opcodes(old, new) if one.tag != "equal"]
    return 0 < len(changes) <= MOST_CHANGES and all(
        _other_place(old, new, one.src_start, one.src_end, one.dest_start, one.dest_end) for one in changes
    )


def _other_place(old: str, new: str, start: int, end: int, new_start: int, new_end: int) -> bool:
    """Whether the longest names around the two stretches are of different places."""
    before, after = _places_around(old, start, end), _places_around(new, new_start, new_end)
    return bool(before and after) and before.isdisjoint(after)


def _places_around(form: str, start: int, end: int) -> frozenset[str]:
    """The paths that the longest name over this stretch may mean; none where it is part of no name."""
    lookup = gazetteer().lookup
    for length in range(LONGEST_NAME, max(1, end - start - 1), -1):
        for begin in range(max(0, end - length), min(start, len(form) - length) + 1):
            if found := lookup(form[begin : begin + length]):
                return frozenset(division.path for division in found)
    return frozenset()
