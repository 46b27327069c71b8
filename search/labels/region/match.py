"""One pass over a text: which stretches read as names of places, how sure each name is of itself, and which only look like one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise
from sys import maxsize
from typing import NamedTuple

from search.labels.gazetteer import SUFFIXES, gazetteer
from search.labels.region.boundary import TORN, Words
from search.labels.region.tables import NameTables, PairAbbreviation, tables
from search.labels.spotting import Spotter
from search.model import Span
from search.text.fold import read_plainly

LONGEST_TORN = 3
"""Full names of so few characters are looked at whether a word is cut to make them (沿海城市)."""
LONGEST_PHRASE = 16
"""No phrase of the tables is longer, in characters."""


class Proof(IntEnum):
    """What a name asks for before it counts, least first."""

    NONE = 0
    """A full name, a province or a prefecture."""
    SUPPORT = 1
    """A county's short name: something else of its province must be about."""
    SOME = 2
    """An ordinary word or a short name that districts share: the full name, a neighbour in a list, the parent right before."""
    LIST = 3
    """A very common word: only between full names of the same parts."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the lexicon. `pair` for abbreviations of several places; `old` when it is a former name of every path."""

    text: str
    paths: tuple[str, ...]
    proof: Proof
    full: bool = False
    old: bool = False
    pair: PairAbbreviation | None = None
    compound: bool = False
    level: int = 3
    """Of the highest place it means: 1 province, 2 prefecture, 3 county."""

    @property
    def bounded(self) -> bool:
        """Whether it counts only as a word of its own."""
        return not (self.full or self.compound or self.pair)


class FoundName(NamedTuple):
    """A name at its place in a text, half-open code points."""

    start: int
    end: int
    name: Name
    torn: bool = False
    """It ends inside an ordinary word."""


def _highest_level(paths: tuple[str, ...]) -> int:
    found = map(gazetteer().division, paths)
    return min((division.level for division in found if division), default=3)


def _proof(text: str, paths: tuple[str, ...], full: bool, names: NameTables) -> Proof:
    places = gazetteer()
    if full:
        return Proof.SOME if text in names.full_weak else Proof.NONE
    if _highest_level(paths) == 1:
        return Proof.NONE
    if text in names.crossing and all(places.is_old(text, path) for path in paths):
        return Proof.LIST  # 渡口, once the name of 攀枝花
    if text in names.strong:
        return Proof.NONE
    if text in names.never:
        return Proof.LIST
    if text in names.weak:
        return Proof.SOME
    if text in names.with_province:
        return Proof.SUPPORT
    if _highest_level(paths) < 3:
        return Proof.NONE
    return Proof.SOME if len(paths) > 1 and all(path.endswith("区") for path in paths) else Proof.SUPPORT


def _lexicon() -> Iterator[Name]:
    places, listed = gazetteer(), tables()
    for text, paths in places.names.items():
        if len(text) < 2:
            continue
        full = text.endswith(SUFFIXES) and any(text == path.rpartition("/")[2] or text not in places.short_names(path) for path in paths)
        old = all(places.is_old(text, path) for path in paths)
        if not full:
            paths = _without_districts(paths)
        for written in dict.fromkeys((text, read_plainly(text))):  # 乾县 is read 干县
            yield Name(written, paths, _proof(text, paths, full, listed.names), full, old, level=_highest_level(paths))
    for text, path in listed.places.items():
        yield Name(text, (path,), Proof.NONE, full=True)
    for text, path in listed.aid_compounds.items():
        yield Name(text, (path,), Proof.NONE, compound=True)
    for text, pair in listed.pairs.items():
        yield Name(text, (), Proof.NONE, pair=pair)


def _without_districts(paths: tuple[str, ...]) -> tuple[str, ...]:
    """朝阳 may be a district of Beijing; 海南 is never the district of Wuhai: short forms shared with a province drop districts."""
    places = gazetteer()
    if any("/" not in path for path in paths):
        return tuple(path for path in paths if not path.endswith("区") or "/" not in path or places.division(path) is None)
    return paths


@lru_cache(maxsize=1)
def _spotter() -> Spotter[Name | None]:
    """Names, and phrases (None) that are none."""
    words: dict[str, Name | None] = dict.fromkeys(tables().names.phrases)
    for name in _lexicon():
        if words.get(name.text) is None:
            words[name.text] = name
    return Spotter(words)


def names_of_blocks(texts: Sequence[str], words: Sequence[Words]) -> list[list[FoundName]]:
    """The names in each text of a document (`find_names`), given the words of each."""
    spelt = _spotter().spots(texts)
    return [_names(text, cut, here) for text, cut, here in zip(texts, words, spelt, strict=True)]


def find_names(text: str, words: Words | None = None) -> list[FoundName]:
    """Names in a text, left to right, none overlapping: longer before shorter, full before short, left before right.

    Names inside a phrase of the tables (迁安 in 搬迁安置), or cut out of two ordinary words, are left out; given the `words` of the text,
    short names that are no words of their own as well."""
    return _names(text, words, *_spotter().spots([text]))


def _names(text: str, words: Words | None, spelt: Sequence[tuple[int, int, Name | None]]) -> list[FoundName]:
    hits: list[tuple[int, int, Name]] = []
    phrases: list[Span] = []
    for end, start, name in spelt:
        if name is None:
            phrases.append((start, end))
        else:
            hits.append((start, end, name))
    phrases.sort()
    singles = [hit for hit in _singles(text, words) if not _inside(hit.start, hit.end, phrases)]
    if not hits:
        return singles
    crossing, singles_of, into = tables().names.crossing, tables().singles, tables().language.into
    found: list[FoundName] = []
    for start, end, name in hits:
        if (phrases and _inside(start, end, phrases)) or text[end - 1 : end + 1] == "市场" or text.startswith(into, end - 1):
            continue
        if name.compound and text[start - 1 : start] and text[start - 1] in singles_of.aids:
            continue
        if end - start <= 2 and _cut_out(text, start, end, name, crossing):
            continue
        if words and name.full and end - start <= LONGEST_TORN and words.torn_before(start, end):
            continue
        flaw = words.part_of(start, end, name.level) if words and name.bounded else ""
        if not flaw or flaw == TORN:
            found.append(FoundName(start, end, name, torn=bool(flaw)))
    kept = _apart(found)
    return _with_divisions_of_corps(text, _merged(kept, singles) if singles else kept)


def _singles(text: str, words: Words | None) -> Iterator[FoundName]:
    """Provinces by one character: where it is a word or ends the one its verb begins (在|陕|投资, 进京|务工), or in a row (湘鄂赣)."""
    if words is None:
        return
    listed = tables().singles
    for match in listed.pattern.finditer(text):
        if words.single_ends(match.end()):
            yield FoundName(match.start(), match.end(), _single(match[0]))
    for match in listed.row.finditer(text):
        if words.borders(match.start(), match.end()):
            yield from (FoundName(at, at + 1, _single(text[at], row=True)) for at in range(match.start(), match.end()))


@lru_cache(maxsize=64)
def _single(char: str, *, row: bool = False) -> Name:
    listed = tables()
    proof = Proof.NONE if row or char in listed.singles.sure else Proof.SUPPORT
    return Name(char, (listed.abbreviations[char],), proof, level=1)


def _merged(kept: list[FoundName], singles: list[FoundName]) -> list[FoundName]:
    """Both in order; a name of several characters beats one of one (京蒙 in 来京蒙协作)."""
    ends = [hit.end for hit in kept]
    free = []
    for one in singles:
        at = bisect_right(ends, one.start)
        if at == len(kept) or kept[at].start >= one.end:
            free.append(one)
    return sorted([*kept, *free], key=lambda hit: hit.start)


def _with_divisions_of_corps(text: str, found: list[FoundName]) -> list[FoundName]:
    """The divisions by number behind the name of the Corps (兵团第三师), each its town."""
    corps = tables().corps
    if all(hit.name.paths != (corps.path,) for hit in found):
        return found
    added = []
    for hit in found:
        at = hit.end
        while hit.name.paths == (corps.path,) and (match := corps.division.match(text, at)):
            at = match.end()
            number = match[0].lstrip("、")
            if match[1] in corps.towns:
                added.append(FoundName(at - len(number), at, Name(number, (corps.towns[match[1]],), Proof.NONE, full=True)))
    return _merged(found, added)


def _inside(start: int, end: int, phrases: list[Span]) -> bool:
    """Whether a longer phrase (of the sorted ones) holds a name."""
    for at in range(bisect_right(phrases, (start, maxsize)) - 1, -1, -1):
        first, last = phrases[at]
        if first < start - LONGEST_PHRASE:
            return False
        if end <= last and last - first > end - start:
            return True
    return False


def _cut_out(text: str, start: int, end: int, name: Name, crossing: frozenset[str]) -> bool:
    """Whether a two-character name is the end of one ordinary word and the start of the next (扩|大同|时), or 县 behind a word's end."""
    before = start > 0 and text[start - 1 : start + 1] in crossing
    return before and (name.full or text[end - 1 : end + 1] in crossing)


def _precedence(hit: FoundName) -> tuple[bool, bool, bool, int, bool, int, int]:
    name = hit.name
    return hit.torn, name.compound, name.pair is not None, hit.start - hit.end, not name.full, name.proof, hit.start


def _apart(hits: list[FoundName]) -> list[FoundName]:
    if all(left.end <= right.start for left, right in pairwise(hits)):
        return hits
    kept: list[FoundName] = []
    cluster: list[FoundName] = []
    reach = 0
    for hit in sorted(hits, key=lambda hit: hit.start):
        if hit.start >= reach:
            kept += _best(cluster)
            cluster = []
        cluster.append(hit)
        reach = max(reach, hit.end)
    return kept + _best(cluster)


def _best(cluster: list[FoundName]) -> list[FoundName]:
    """Of names that overlap in a row, those that take precedence and leave each other alone."""
    if len(cluster) < 2:
        return cluster
    taken: list[FoundName] = []
    for hit in sorted(cluster, key=_precedence):
        at = bisect_left(taken, hit.start, key=lambda other: other.start)
        if (at == 0 or taken[at - 1].end <= hit.start) and (at == len(taken) or hit.end <= taken[at].start):
            taken.insert(at, hit)
    return taken
