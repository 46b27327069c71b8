"""Who gives and who takes by the build of a sentence: a list of places is one party, and between two parties stands a verb.

A sentence becomes a skeleton in which every party is one character, and a few frames (active, passive, giving to, going and coming,
mutual) are looked for in it. Frames that tell only that two parties stand on opposite sides leave it to their usual sides which is
which.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from search.labels.region.context import Item, province_of
from search.labels.region.tables import tables

GIVES, TAKES = 2.5, -2.5
"""What a frame says of a party: more than any cue word beside it, and more than its usual side."""
LONGEST = 240
"""Characters of a sentence, cut at its parties' commas when longer."""
_FIRST = 0xE000
_MOST = 200
_STOP = re.compile("[。；！？\n]")


class PlaceList(NamedTuple):
    """Places that share a role, of one list."""

    start: int
    end: int
    items: tuple[Item, ...]


def parties(text: str, items: Sequence[Item]) -> list[PlaceList]:
    """The living places of a block as parties, in order: a list is one, a place alone is one. A branch there (湖北省分行) is none."""
    found: list[PlaceList] = []
    open_list: list[Item] = []
    for item in items:
        if not (item.alive and item.settled) or item.name.compound or tables().language.branch.match(text, item.end):
            continue
        if open_list and not (open_list[-1].right is item and not open_list[-1].meets):
            found.append(_party(open_list))
            open_list = []
        open_list.append(item)
    if open_list:
        found.append(_party(open_list))
    return found


def _party(items: list[Item]) -> PlaceList:
    return PlaceList(items[0].start, items[-1].end, tuple(items))


def framed(text: str, items: Sequence[Item], leaning: Callable[[str], float]) -> dict[int, float]:
    """id of an item → what the sentences of a block say of it; items of which they say nothing are left out. `leaning` is the usual
    side of a path: above zero it gives."""
    votes: dict[int, float] = {}
    for skeleton, here in _sentences(text, parties(text, items)):
        for at, value in _read(skeleton, here, leaning):
            for item in here[at].items:
                own = leaning(item.path)
                if value or own:  # of a list of both sides each takes its usual one
                    votes.setdefault(id(item), value or (GIVES if own > 0 else TAKES))
    return votes


def _sentences(text: str, found: Sequence[PlaceList]) -> Iterator[tuple[str, list[PlaceList]]]:
    """Each sentence with a party and a verb of aid, as its skeleton."""
    trigger = tables().frames.trigger
    at = 0
    while at < len(found):
        start = _sentence_start(text, found[at].start)
        stop = _STOP.search(text, found[at].end)
        end = stop.start() if stop else len(text)
        here = []
        while at < len(found) and found[at].start < end:
            here.append(found[at])
            at += 1
        if trigger.search(text, start, end):
            yield _skeleton(text, start, end, here[:_MOST]), here[:_MOST]


def _sentence_start(text: str, before: int) -> int:
    return 1 + max(text.rfind(mark, max(0, before - LONGEST), before) for mark in "。；！？\n")


def _skeleton(text: str, start: int, end: int, here: Sequence[PlaceList]) -> str:
    pieces: list[str] = []
    at = start
    for number, party in enumerate(here):
        pieces += (text[at : party.start], chr(_FIRST + number))
        at = party.end
    pieces.append(text[at:end])
    return "".join(pieces)


def _read(skeleton: str, here: Sequence[PlaceList], leaning: Callable[[str], float]) -> Iterator[tuple[int, float]]:
    """(number of a party, what is said of it), the surest frames first; 0: each of its places has its usual side."""
    if len(skeleton) > len(here) + 2 * LONGEST:
        skeleton = skeleton[: len(here) + 2 * LONGEST]
    taken: list[tuple[int, int]] = []
    for kind, pattern in tables().frames.patterns:
        if len(here) < len(pattern.groupindex):
            continue  # each of its groups is a party of its own
        for match in pattern.finditer(skeleton):
            if any(first < match.end() and match.start() < last for first, last in taken) and kind != "object":
                continue
            groups = match.groupdict()
            giver, taker = groups.get("g"), groups.get("t")
            if kind == "grace" and giver and _leans(here[ord(giver) - _FIRST], leaning) < 0:
                continue  # 在雷山县政府的支持下: the place that is helped
            if kind == "object" and _gives_there(skeleton, match, here, leaning):
                yield ord(match["t"]) - _FIRST, GIVES / 2
                continue
            if kind == "at" and _unlikely(here[ord(str(giver)) - _FIRST], here[ord(str(taker)) - _FIRST], leaning):
                continue
            if kind == "among":
                if taker and _is_mixed(here[ord(taker) - _FIRST], leaning):
                    yield ord(taker) - _FIRST, 0.0
            elif kind in ("mutual", "visit"):
                yield from _opposite(here, leaning, str(giver), str(taker), told=kind == "mutual")
            elif not (giver and taker and _kin(here[ord(giver) - _FIRST], here[ord(taker) - _FIRST])):
                if giver:
                    yield ord(giver) - _FIRST, GIVES
                if taker:
                    yield ord(taker) - _FIRST, TAKES
                if taker and kind == "object" and skeleton[match.start()] == taker:
                    yield from ((number, TAKES) for number in _joined_before(skeleton, match.start()))
            taken.append((match.start(), match.end() - 1))


def _joined_before(skeleton: str, at: int) -> Iterator[int]:
    """The parties that only commas part from the one at a place: 山西静乐、岢岚，四川喜德3个县."""
    while at >= 2 and skeleton[at - 1] == "，" and 0 <= ord(skeleton[at - 2]) - _FIRST < _MOST:
        at -= 2
        yield ord(skeleton[at]) - _FIRST


def _kin(one: PlaceList, other: PlaceList) -> bool:
    """Whether a place of one party holds one of the other: 新疆 in its capital gives nothing to itself."""
    pairs = ((left.path, right.path) for left in one.items for right in other.items)
    return any(f"{left}/".startswith(f"{right}/") or f"{right}/".startswith(f"{left}/") for left, right in pairs)


def _gives_there(skeleton: str, match: re.Match[str], here: Sequence[PlaceList], leaning: Callable[[str], float]) -> bool:
    """Whether who stands behind 对口帮扶的 is the one that gives: of that county the 对口帮扶的|广东鼎湖区, with no other named to give."""
    at = match.start("t")
    return at > 0 and skeleton[at - 1] == "的" and _leans(here[ord(match["t"]) - _FIRST], leaning) > 0


def _unlikely(giver: PlaceList, taker: PlaceList, leaning: Callable[[str], float]) -> bool:
    """Whether a party that usually takes is said to do something in another province: 海北州 sets up an office in 济南."""
    return _leans(giver, leaning) < 0 and province_of(giver.items[0].path) != province_of(taker.items[0].path)


def _is_mixed(party: PlaceList, leaning: Callable[[str], float]) -> bool:
    """Whether some places of a list usually give and others usually take."""
    sides = [leaning(item.path) for item in party.items]
    return min(sides) < 0 < max(sides)


def _leans(party: PlaceList, leaning: Callable[[str], float]) -> float:
    """The usual side of a party."""
    return sum(leaning(item.path) for item in party.items)


def _opposite(
    here: Sequence[PlaceList], leaning: Callable[[str], float], one: str, other: str, *, told: bool
) -> Iterator[tuple[int, float]]:
    """Two parties on opposite sides: that which usually gives, and the other; nothing where both usually do the same."""
    first, second = ord(one) - _FIRST, ord(other) - _FIRST
    left, right = _leans(here[first], leaning), _leans(here[second], leaning)
    if left == right or left * right > 0:
        return
    giver, taker = (first, second) if left > right else (second, first)
    yield giver, GIVES if told else GIVES / 2
    yield taker, TAKES if told else TAKES / 2
