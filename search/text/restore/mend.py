"""Paragraphs that a column break or a caption cut in two are made whole.

For text that has one paragraph per line. A paragraph goes on where its last sentence does not end and the next text
is not one of another kind; captions, credits and tables in between are stepped over.
"""

from __future__ import annotations

import re

import numpy as np

from search.model import BlockKind, LineRange
from search.text.restore import spacing
from search.text.restore.captions import usual_gap
from search.text.restore.cues import cues
from search.text.restore.measure import em, ends_sentence
from search.text.restore.units import Unit

_VERY_LONG, _LONG, _MIDDLING, _SHORT = 80.0, 40.0, 24.0, 20.0
_TOO_WIDE = 3.2
_CAPTION_LONGEST = 80
_FARTHEST = 12
_MOST_PIECES = 400
_HEAD, _TAIL = 200, 64
"""So much of a growing paragraph is looked at from either end."""
_PAIRS_FROM = 100_000
_PLANE = 0x10000
_FIRST_HAN, _LAST_HAN = "\u3400", "\u9fff"
_ENOUGH, _ENOUGH_IF_SHORT = 2, 3
_OPEN_MARK = re.compile(r"[，、“‘（《【—-]\Z")
_CLOSING = re.compile(r"[，。、；！？”’）》】％%]")
_SENTENCE_INSIDE = re.compile("[。！？].")
_VERBAL = re.compile(r"了|着|先后|共|已|\d+多?[个项家名户亩]")
_SHORT_CLAUSE = re.compile(r"[^，。、；：！？]{1,4}[，、；]")
_INTERRUPTION = frozenset({BlockKind.CAPTION, BlockKind.CREDIT, BlockKind.TABLE})


def mend_paragraphs(units: list[Unit]) -> list[Unit]:
    """Units with every cut paragraph joined; what interrupted it follows it. Linear in the length of the text."""
    pairs = _Pairs(units)
    usual = usual_gap(units)
    mended: list[Unit] = []
    taken: set[int] = set()
    for at, unit in enumerate(units):
        if at in taken:
            continue
        mended.append(unit)
        if not _may_be_cut(unit, unit.text):
            continue
        last = at
        grown = _Grown(unit)
        for _ in range(_MOST_PIECES):
            if not _may_be_cut(unit, grown.tail):
                break
            found = _continuation(units, last, taken)
            if found is None or not _goes_on(grown, units[found], pairs, interrupted=found - last > 1, usual=usual):
                break
            grown.add(units[found])
            taken.add(found)
            for skipped in units[last + 1 : found]:
                if skipped.body:
                    skipped.kind = BlockKind.CAPTION
                if skipped.kind is BlockKind.CAPTION:
                    skipped.placed = False
            last = found
        grown.settle()
    return mended


class _Grown:
    """A paragraph and the pieces that go on it, put together once at the end: what is asked of it meanwhile is kept beside it, so that a
    long one is not read again for every piece."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.head = unit.text[:_HEAD]
        self.tail = unit.text[-_TAIL:]
        self.numbered = any(level.match(unit.text) for level in cues().heading_levels)
        self.parted = "，" in unit.text
        self.sentences = bool(_SENTENCE_INSIDE.search(unit.text))
        self.verbal = bool(_VERBAL.search(unit.text))
        self._pieces: list[str] = []
        self._lines: list[LineRange] = []

    def add(self, other: Unit) -> None:
        """Takes another unit's text onto the end."""
        joined = spacing.join(self.tail, other.text)
        self._pieces.append(joined[len(self.tail) :])
        self._lines += other.lines
        self.unit.wrapped = self.unit.wrapped or other.wrapped
        self.parted = self.parted or "，" in other.text
        self.sentences = self.sentences or bool(_SENTENCE_INSIDE.search(joined))
        self.verbal = self.verbal or bool(_VERBAL.search(joined))
        if len(self.head) < _HEAD:
            self.head = (self.head + self._pieces[-1])[:_HEAD]
        self.tail = joined[-_TAIL:]

    def settle(self) -> None:
        """Writes text and lines back to the unit."""
        if self._pieces:
            self.unit.text = spacing.tidy_prose("".join([self.unit.text, *self._pieces]))
            self.unit.lines = (*self.unit.lines, *self._lines)


def _may_be_cut(unit: Unit, tail: str) -> bool:
    return unit.body and not unit.cue and not ends_sentence(tail) and tail[-1] not in "：:；;"


def _continuation(units: list[Unit], at: int, taken: set[int]) -> int | None:
    """The unit in which a cut one may go on: the next that is no caption, credit or table, nor display text inside a column."""
    for index in range(at + 1, min(at + 1 + _FARTHEST, len(units))):
        if index in taken:
            return None
        if units[index].kind in _INTERRUPTION or _is_display(units, at, index):
            continue
        return index if units[index].body and not units[index].cue else None
    return None


def _is_display(units: list[Unit], at: int, index: int) -> bool:
    """Whether a line between two parts of a column is too wide to be of it: a caption that stood beside the column."""
    unit, other = units[at], units[index]
    if not (unit.wrapped and unit.column and other.body) or other.cue or other.wrapped or index + 1 >= len(units):
        return False
    if em(other.text[:200]) <= unit.column + _TOO_WIDE or len(other.text) > _CAPTION_LONGEST:
        return False
    return any(below.wrapped and below.body for below in units[index + 1 : index + 4])


def _goes_on(cut: _Grown, other: Unit, pairs: _Pairs, *, interrupted: bool, usual: int) -> bool:
    if other.opens:
        return False
    unit, rest = cut.unit, other.text
    width = em(cut.head)
    if not interrupted and other.gap > usual + 1:
        return False
    if not unit.wrapped and (cut.numbered or any(level.match(rest) for level in cues().heading_levels)):
        return False
    if not interrupted and not unit.wrapped and width < _SHORT and em(rest[:80]) < _SHORT:
        return False
    if rest.startswith(("——", "●", "■", "□", "◆", "★")) or cut.head.startswith("——"):
        return False
    if cues().date_line.match(rest):
        return False
    score = 2 if width >= _VERY_LONG else 1 if width >= _LONG or (width >= _MIDDLING and cut.parted) else 0
    if _OPEN_MARK.search(cut.tail) or _CLOSING.match(rest):
        score += 3
    if cut.sentences:
        score += 2
    score += pairs.count(cut.tail[-1] + rest[0])
    if interrupted:
        score += 1 + (other.wrapped and unit.wrapped)
        score += 1 if cut.verbal else 0
        score += 1 if _SHORT_CLAUSE.match(rest) and not cues().openers.match(rest) else 0
    if not ends_sentence(rest) and em(rest[:80]) <= _LONG and not _CLOSING.match(rest):
        score -= 2
    if unit.wrapped and (len(unit.lines) > 1 or unit.lines[0][0] != unit.lines[0][1]) and cut.parted:
        score += 1
    return score >= (_ENOUGH_IF_SHORT if width < _SHORT else _ENOUGH)


class _Pairs:
    """Which two Chinese characters are side by side in the document, or in its beginning if it is a long one."""

    def __init__(self, units: list[Unit]) -> None:
        self._units = units
        self._sorted: np.ndarray | None = None

    def count(self, pair: str) -> int:
        """How often a pair occurs; 2 is as good as more."""
        if not all(_FIRST_HAN <= char <= _LAST_HAN for char in pair):
            return 0
        if self._sorted is None:
            self._sorted = _sorted_pairs("\n".join(unit.text[:_PAIRS_FROM] for unit in self._units)[:_PAIRS_FROM])
        wanted = ord(pair[0]) * _PLANE + ord(pair[1])
        at = int(self._sorted.searchsorted(wanted))
        found: list[int] = self._sorted[at : at + 2].tolist()
        return found.count(wanted)


def _sorted_pairs(text: str) -> np.ndarray:
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    chinese = (codes >= ord(_FIRST_HAN)) & (codes <= ord(_LAST_HAN))
    return np.sort((codes[:-1] * _PLANE + codes[1:])[chinese[:-1] & chinese[1:]])
