"""The names of a document in their surroundings: chains, lists, and what the document names beyond doubt."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from search.labels.region.match import FoundName, Name, Proof
from search.labels.region.tables import tables
from search.model import Span

CHAIN_GAPS = frozenset({"", "的", "·", "—", "——", "-", " ", "－", "•"})
LIST_GAPS = frozenset({"、", "和", "及", "以及", "/", "或"})
"""Between places that share a role."""
MEETING_GAPS = frozenset({"", "与", "同", " ", "—", "－", "-", "·"})
"""Between places that belong together, though one may help the other."""
BOUNDARY = re.compile(r"$|[、，。；：！？”》）)\s]|和|与|及|等|两|三|四|的|对|向|在")
"""What may stand right behind a name that stands alone."""
LONG_LIST = 40
"""Names of a list looked at on either side of one."""
LONG_SENTENCE = 300
"""Characters on either side of a place that are looked at."""
STOPS = "。；！？\n"
SENTENCE = re.compile(f"[{STOPS}]")


@dataclass(slots=True)
class Item:
    """A name in a block on its way to a place. `start` takes in the names of ancestors right before it (a chain)."""

    block: int
    start: int
    name_start: int
    end: int
    name: Name
    paths: list[str]
    article: int
    torn: bool = False
    settled: bool = False
    rejected: str = ""
    absorbed: bool = False
    in_chain: bool = False
    meets: bool = False
    """Linked to the right by 与 or the like, not by a list's comma."""
    shown_end: int = 0
    """Where its evidence ends, if before `end`: of 江苏省鼓楼区, where only the province is sure, behind 江苏省."""
    above: Item | None = field(default=None, repr=False)
    """The name right before it in a chain, of a place above it."""
    left: Item | None = field(default=None, repr=False)
    right: Item | None = field(default=None, repr=False)

    @property
    def path(self) -> str:
        return self.paths[0]

    @property
    def evidence(self) -> Span:
        """The range that names the place."""
        return self.start, self.shown_end or self.end

    @property
    def alive(self) -> bool:
        return not self.rejected and not self.absorbed


def province_of(path: str) -> str:
    """The first level of a path."""
    return path.partition("/")[0]


def sentence(text: str, at: int) -> str:
    """The sentence around a position, or as much of a very long one as lies near."""
    first, last = max(0, at - LONG_SENTENCE), at + LONG_SENTENCE
    start = max(first, 1 + max([text.rfind(mark, first, at) for mark in STOPS]))
    end = SENTENCE.search(text, at, last)
    return text[start : end.start() if end else last]


def shared_levels(one: str, other: str) -> int:
    """How many levels two paths have in common."""
    count = 0
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        count += 1
    return count


def make_items(block: int, article: int, found: Sequence[FoundName]) -> list[Item]:
    """One item a name; pairs of places are left to the caller."""
    return [
        Item(block, hit.start, hit.start, hit.end, hit.name, list(hit.name.paths), article, hit.torn)
        for hit in found
        if hit.name.pair is None
    ]


def link(text: str, items: Sequence[Item]) -> None:
    """Join chains (河北省承德市滦平县) and note neighbours in lists (林西县、巴林右旗和敖汉旗)."""
    for left, right in pairwise([item for item in items if not item.torn]):
        gap = text[left.end : right.start]
        if gap in CHAIN_GAPS and _join(text, left, right):
            continue
        if gap in LIST_GAPS or gap in MEETING_GAPS:
            left.right, right.left = right, left
            left.meets = gap in MEETING_GAPS and not (gap == "" and left.end - left.name_start == 1 == right.end - right.name_start)


def _join(text: str, left: Item, right: Item) -> bool:
    pairs = [(one, two) for one in left.paths for two in right.paths if two.startswith(one + "/")]
    if not pairs or left.name.compound:
        return False
    if right.name.proof is Proof.LIST and not BOUNDARY.match(text, right.end):
        return False
    if right.name.proof is Proof.SOME and not right.name.full and text[right.end - 1 : right.end + 1] in tables().names.crossing:
        return False
    left.paths = list(dict.fromkeys(one for one, _ in pairs))
    right.paths = list(dict.fromkeys(two for _, two in pairs))
    left.absorbed, right.in_chain = True, True
    right.start = left.start
    right.above = left
    right.left, left.left = left.left, None
    if right.left is not None:
        right.left.right = right
    return True


def list_span(item: Item) -> tuple[int, int]:
    """Where the list an item stands in begins and ends; its own range when it stands alone."""
    first, last = item, item
    for _ in range(LONG_LIST):
        if first.left is None or not first.left.settled or not first.left.alive or first.left.meets:
            break
        first = first.left
    for _ in range(LONG_LIST):
        if last.right is None or not last.right.settled or not last.right.alive or last.meets:
            break
        last = last.right
    return first.start, last.end


class Knowledge:
    """What a document names beyond doubt."""

    def __init__(self, given: Iterable[str] = ()) -> None:
        self.own: set[str] = set(given)
        self.provinces: Counter[str] = Counter(province_of(path) for path in self.own)
        self.by_article: dict[int, Counter[str]] = {}
        self.named: set[str] = set(self.own)
        """Every path named, in full or short."""
        self.bare: Counter[str] = Counter()
        """How often each name stands in the document, whatever it means."""

    def note(self, item: Item, *, full: bool) -> None:
        """Take in a settled item."""
        province = province_of(item.path)
        self.named.add(item.path)
        self.named.update(item.above.paths if item.above else ())
        self.provinces[province] += 1
        self.by_article.setdefault(item.article, Counter())[province] += 1
        if full:
            self.own.add(item.path)

    def note_pair(self, paths: Iterable[str], article: int) -> None:
        """Take in the places an abbreviation stands for (浙川): their provinces are spoken of."""
        for path in paths:
            self.provinces[province_of(path)] += 1
            self.by_article.setdefault(article, Counter())[province_of(path)] += 1

    def weight(self, path: str, article: int) -> tuple[int, int]:
        """How much is said of the province of a path: in this article, in the document."""
        province = province_of(path)
        return self.by_article.get(article, Counter())[province], self.provinces[province]
