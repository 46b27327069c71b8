"""One pass over a text: which stretches read as names of places, how sure each name is of itself, and which only look like one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise
from sys import maxsize

import ahocorasick

from search.labels.gazetteer import SUFFIXES, gazetteer
from search.labels.region.tables import NameTables, Pair, tables
from search.model import Span
from search.text.fold import read_plainly

INTO = ("东西部协", "东西部扶", "东西部对", "东西扶贫", "东西协作")
"""Words of the programmes that no name reaches into: 秀山|东西部协作 is not 山东."""
LONGEST_PHRASE = 16
"""No phrase of the tables is longer, in characters."""


class Proof(IntEnum):
    """What a name asks for before it counts, least first."""

    NONE = 0
    """A full name, a province or a prefecture."""
    SUPPORT = 1
    """A county's short name: something else of its province must be about."""
    SOME = 2
    """An ordinary word or a district's short name: the full name, a neighbour in a list, the parent right before."""
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
    pair: Pair | None = None
    compound: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A name at its place in a text, half-open code points."""

    start: int
    end: int
    name: Name


def _proof(text: str, paths: tuple[str, ...], full: bool, names: NameTables) -> Proof:
    places = gazetteer()
    if full:
        return Proof.SOME if text in names.full_weak else Proof.NONE
    if text in names.strong:
        return Proof.NONE
    if text in names.never:
        return Proof.LIST
    if text in names.weak:
        return Proof.SOME
    levels = {level for path in paths if (found := places.division(path)) for level in (found.level,)}
    if min(levels, default=3) < 3:
        return Proof.NONE
    if all(path.endswith("区") for path in paths):
        return Proof.SOME
    return Proof.SUPPORT


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
            yield Name(written, paths, _proof(text, paths, full, listed.names), full, old)
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
def _automaton() -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for phrase in tables().names.phrases:
        automaton.add_word(phrase, (len(phrase), None))
    for name in _lexicon():
        if name.text not in automaton or automaton.get(name.text)[1] is None:
            automaton.add_word(name.text, (len(name.text), name))
    automaton.make_automaton()
    return automaton


def find_names(text: str) -> list[Found]:
    """Names in a text, left to right, none overlapping: longer before shorter, full before short, left before right.

    Names inside a phrase of the tables (迁安 in 搬迁安置), or cut out of two ordinary words, are left out."""
    hits: list[tuple[int, int, Name]] = []
    phrases: list[Span] = []
    for last, (length, name) in _automaton().iter(text):
        if name is None:
            phrases.append((last + 1 - length, last + 1))
        else:
            hits.append((last + 1 - length, last + 1, name))
    if not hits:
        return []
    phrases.sort()
    crossing = tables().names.crossing
    found: list[Found] = []
    for start, end, name in hits:
        if (phrases and _inside(start, end, phrases)) or text[end - 1 : end + 1] == "市场" or text.startswith(INTO, end - 1):
            continue
        if end - start > 2 or not _cut_out(text, start, end, name, crossing):
            found.append(Found(start, end, name))
    return _apart(found)


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


def _precedence(hit: Found) -> tuple[bool, bool, int, bool, int, int]:
    name = hit.name
    return name.compound, name.pair is not None, hit.start - hit.end, not name.full, name.proof, hit.start


def _apart(hits: list[Found]) -> list[Found]:
    if all(left.end <= right.start for left, right in pairwise(hits)):
        return hits
    kept: list[Found] = []
    cluster: list[Found] = []
    reach = 0
    for hit in sorted(hits, key=lambda hit: hit.start):
        if hit.start >= reach:
            kept += _best(cluster)
            cluster = []
        cluster.append(hit)
        reach = max(reach, hit.end)
    return kept + _best(cluster)


def _best(cluster: list[Found]) -> list[Found]:
    """Of names that overlap in a row, those that take precedence and leave each other alone."""
    if len(cluster) < 2:
        return cluster
    taken: list[Found] = []
    for hit in sorted(cluster, key=_precedence):
        at = bisect_left(taken, hit.start, key=lambda other: other.start)
        if (at == 0 or taken[at - 1].end <= hit.start) and (at == len(taken) or hit.end <= taken[at].start):
            taken.insert(at, hit)
    return taken
