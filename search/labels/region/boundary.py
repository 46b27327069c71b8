"""Whether a short name stands where a word stands, and as a word of its own: not cut out of two (叙利亚|东北部), nor part of a longer
name (香港中路, 陇川镇, 鄱阳湖).

Words are those of a plain cut by dictionary, with all names of places among them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from search.labels.cutting import segmenter
from search.labels.gazetteer import SUFFIXES, gazetteer
from search.labels.region.tables import Boundaries, tables

TORN = "跨词，全文未见全称"
"""A name that starts where a word starts, but ends inside one (林|西德青源): none, unless the document names the place in full."""


class Words:
    """The words of one text, cut when first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends: list[int] | None = None

    def _borders(self) -> list[int]:
        if self._ends is None:
            self._ends = [0, *segmenter().word_ends(self._text)]
        return self._ends

    def part_of(self, start: int, end: int, level: int) -> str:
        """Why a short name at this range is none, or nothing. Names of provinces and prefectures (`level` 1 and 2) are known well enough
        to lead longer words (北京人), those of provinces to stand before what a dictionary would rather cut otherwise (山西|北部)."""
        text, ends = self._text, self._borders()
        at = bisect_right(ends, start) - 1
        last = bisect_left(ends, end)
        if ends[at] == start and ends[last] == end:
            return "其他名称的一部分" if self._ends_township(at, end) else self._longer(at, last, wide=level < 3)
        if last == at + 1:
            return _inside(text[ends[at] : ends[last]], text[start:end], wide=level < 3)
        if ends[at] == start:
            return "" if level == 1 else TORN
        return "跨词，不是地名"

    def _longer(self, first: int, last: int, *, wide: bool) -> str:
        """Whether the words behind those from border `first` to `last` make a longer name of them: a road, a township, an estate."""
        listed, ends = tables().boundaries, self._borders()
        following = [self._text[one:other] for one, other in zip(ends[last : last + 3], ends[last + 1 : last + 4], strict=False)]
        if not following:
            return ""
        estate = following[0] in listed.estates and not (wide and self._opens(first))
        lane = following[0] in listed.lanes and len(following) > 1 and following[1][0] in listed.after_lanes
        land = following[0] in listed.lands and not wide
        return "其他名称的一部分" if estate or lane or land or following[0] in listed.beside or _township(following, listed) else ""

    def _ends_township(self, border: int, end: int) -> bool:
        """Whether a name in 乡 or 镇 is the end of a township's, right behind its county: 南昌县|南|新乡."""
        text, ends, listed = self._text, self._borders(), tables().boundaries
        if border < 2 or text[end - 1] not in listed.settlements or ends[border] - ends[border - 1] != 1:
            return False
        return text[ends[border - 1]] not in listed.grammar and text[: ends[border - 1]].endswith(
            ("县", "区", "市", "旗"), ends[border - 2]
        )

    def _opens(self, border: int) -> bool:
        """Whether what starts at a border follows no word of two characters and more: 把|西安城, but not 华源|上海城."""
        ends = self._borders()
        return border == 0 or ends[border] - ends[border - 1] == 1

    def torn_before(self, start: int, end: int) -> bool:
        """Whether a word that begins before this range ends inside it: 沿海|城市 is not 海城市."""
        ends = self._borders()
        at = bisect_right(ends, start)
        return ends[at - 1] < start and ends[at] < end

    def single_ends(self, end: int) -> bool:
        """Whether the character that ends here is a word, or ends a word of two with the one before it."""
        ends = self._borders()
        at = bisect_left(ends, end)
        return at < len(ends) and ends[at] == end and end - ends[at - 1] <= 2

    def borders(self, start: int, end: int) -> bool:
        """Whether no word reaches into a range from outside."""
        ends = self._borders()
        return ends[bisect_left(ends, start)] == start and ends[bisect_left(ends, end)] == end

    def surname_before(self, start: int) -> bool:
        """Whether the word before this place is a surname of one character and nothing else."""
        ends = self._borders()
        at = bisect_left(ends, start)
        return at > 0 and ends[at] == start and start - ends[at - 1] == 1


def _township(following: Sequence[str], listed: Boundaries) -> bool:
    """阳泉|曲|镇: a single character that is no word of the grammar, then the generic part of a village's or a road's name."""
    return (
        len(following) > 1
        and following[1] in listed.settlements
        and len(following[0]) == 1
        and following[0] not in listed.grammar
        and "\u4e00" <= following[0] <= "\u9fff"
    )


def _inside(word: str, name: str, *, wide: bool) -> str:
    """Why a name inside a longer word is none of its own, or nothing: 广西南宁 and 重庆人 are places, 鄱阳湖 and 资源共享 are not."""
    listed = tables().boundaries
    head, _, tail = word.partition(name)
    if not head and (wide or tail in listed.people):
        return "其他名称的一部分" if tail in listed.beside or tail in listed.lands or tail[-1] in listed.settlements else ""
    names = gazetteer().names
    if word.endswith(SUFFIXES) or (head and head in names and not tail) or (tail and tail in names and not head):
        return ""
    return "其他名称的一部分"
