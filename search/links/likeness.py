"""How much of one text is in another: the evidence on which succession is decided.

Characters kept are counted by shared runs, so that sentences may change places; names and numbers tell a corrected text from another that
merely follows the same pattern.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rapidfuzz import fuzz

from search.links.names import only_places_differ
from search.text.fold import match_form

GRAM = 4
"""Length of the character runs whose presence in both texts counts as text kept."""
KEPT = 0.8
"""Share of a text that must stand in the other for it to be a part of it (split, merged)."""
SHORTEST_PART = 10
"""Texts with fewer characters of match form are too common to be recognised as a part of another."""
SAME = 0.95
"""From here a text beside its old neighbours is taken as a corrected whole without a look at its parts."""
ENOUGH = (0.8, 0.7, 0.65)
"""Least similarity of an edited text with none, one or both of its neighbours still beside it."""
ENOUGH_SHORT = 0.8
"""The same for texts of at most `SHORTEST_PART` characters, wherever they are."""
NEIGHBOUR = 0.04
"""What a neighbour still in place adds to the score."""
STEADY = (2.0, 0.97, 0.9)
"""Least similarity of all but the numbers, by neighbours in place, where most numbers differ; without a neighbour nothing suffices."""
ALONE = 0.95
"""The same for a text with a single number."""
HELD = 0.5
"""Share of the old names or numbers below which a text speaks of something else."""

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_ENDINGS = "|".join(
    line
    for line in (Path(__file__).parent / "data" / "name_endings.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)
_NAME = re.compile(rf"[\u4e00-\u9fff]{{2}}(?:{_ENDINGS})" r"|“[^”]{2,20}”|[a-z][a-z.\-]+")


@dataclass(frozen=True)
class Text:
    """A passage as succession sees it. `kind` is its block kind, `position` its place in its document, from 0."""

    id: str
    kind: str
    text: str
    position: int

    @cached_property
    def form(self) -> str:
        """The match form, made only for the few texts that are compared."""
        return match_form(self.text).text

    @cached_property
    def grams(self) -> frozenset[str]:
        """All its runs of `GRAM` characters."""
        return frozenset(self.form[at : at + GRAM] for at in range(len(self.form) - GRAM + 1))

    @cached_property
    def names(self) -> frozenset[str]:
        """Places, organisations, quoted and Latin names, as far as their spelling shows them."""
        return frozenset(_NAME.findall(self.form))

    @cached_property
    def numbers(self) -> Counter[str]:
        return Counter(_NUMBER.findall(self.form))


@dataclass(frozen=True, slots=True)
class TextPair:
    """An old text and a fresh one. Masks mark the positions of each that stand in the other."""

    old: int
    new: int
    similarity: float
    context: int
    old_mask: int
    new_mask: int
    eligible: bool

    @property
    def score(self) -> float:
        """What pairs are ranked by."""
        return self.similarity + NEIGHBOUR * self.context


def weigh(old: Text, new: Text, context: int, at: tuple[int, int] = (0, 0)) -> TextPair | None:
    """How much of the old text is in the new one; None where nothing speaks for it. `context` counts neighbours still in
    place, `at` are the numbers of the two texts."""
    ratio = fuzz.ratio(old.form, new.form) / 100
    if ratio >= SAME and context and abs(len(old.form) - len(new.form)) < SHORTEST_PART:
        masks = (1 << len(old.form)) - 1, (1 << len(new.form)) - 1
        return TextPair(*at, ratio, context, *masks, eligible=_speaks_of_same(old, new, context))
    old_mask, new_mask = _shared(old, new)
    old_kept = old_mask.bit_count() / max(1, len(old.form))
    new_kept = new_mask.bit_count() / max(1, len(new.form))
    if max(ratio, old_kept, new_kept) < 0.5:
        return None
    merged = old_kept >= KEPT and len(old.form) >= SHORTEST_PART
    part = new_kept >= KEPT and len(new.form) >= SHORTEST_PART
    edited = ratio >= (ENOUGH[context] if len(old.form) > SHORTEST_PART else ENOUGH_SHORT)
    if merged or part:
        old_mask, new_mask = _where(old, new, old_mask, new_mask)
    elif edited:
        # A rewritten text is claimed whole: its changed words are spoken for too.
        old_mask, new_mask = (1 << len(old.form)) - 1, (1 << len(new.form)) - 1
    same_sort = old.kind == new.kind or len(old.form) >= 2 * SHORTEST_PART or merged or part
    eligible = (edited or merged or part) and same_sort and _speaks_of_same(old, new, context)
    return TextPair(*at, max(ratio, (old_kept + new_kept) / 2), context, old_mask, new_mask, eligible)


def _speaks_of_same(old: Text, new: Text, context: int) -> bool:
    """Whether names and numbers are kept: what tells a corrected text from another that merely follows the same pattern."""
    if only_places_differ(old.form, new.form):
        return False
    names = _held(Counter(old.names), Counter(new.names))
    numbers = _held(old.numbers, new.numbers)
    if names is not None and names < HELD:
        # One name alone may have been corrected, where all else and the place are the same.
        corrected = len(old.names) == 1 and context == 2 and fuzz.ratio(old.form, new.form) >= 100 * SAME
        return corrected or (numbers is not None and numbers >= HELD)
    if numbers is not None and numbers < HELD:
        # Its numbers are new: the same paragraph only where it is in its old place and every other word is the same. One number
        # alone proves less.
        bare = fuzz.ratio(_NUMBER.sub("", old.form), _NUMBER.sub("", new.form)) / 100
        return bare >= (ALONE if old.numbers.total() < 2 else STEADY[context])
    return True


def _held(old: Counter[str], new: Counter[str]) -> float | None:
    """Share of the smaller collection found in the other (a part of a text has fewer names); None where either has none."""
    smaller = min(old.total(), new.total())
    return (old & new).total() / smaller if smaller else None


def _shared(old: Text, new: Text) -> tuple[int, int]:
    if len(old.form) < GRAM or len(new.form) < GRAM:
        return ((1 << len(old.form)) - 1, (1 << len(new.form)) - 1) if old.form == new.form else (0, 0)
    common = old.grams & new.grams
    return (_covered(old.form, common), _covered(new.form, common)) if common else (0, 0)


def _covered(form: str, runs: frozenset[str]) -> int:
    """Bit mask of the characters that are in any of the runs."""
    mask = start = end = 0
    for at in range(len(form) - GRAM + 1):
        if form[at : at + GRAM] in runs:
            if at > end:
                mask |= (1 << end) - (1 << start)
                start = at
            end = at + GRAM
    return mask | (1 << end) - (1 << start)


def _where(old: Text, new: Text, old_mask: int, new_mask: int) -> tuple[int, int]:
    """The masks without set phrases that stand elsewhere too: only the stretch of the longer text that the shorter one fits."""
    found = fuzz.partial_ratio_alignment(old.form, new.form)
    if found is None:
        return old_mask, new_mask
    old_stretch = (1 << found.src_end) - (1 << found.src_start)
    new_stretch = (1 << found.dest_end) - (1 << found.dest_start)
    return old_mask & old_stretch or old_mask, new_mask & new_stretch or new_mask
