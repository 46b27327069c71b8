"""Cues of program types in a text, in one pass: leftmost longest, whole words, and not part of a body's name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import ahocorasick

from search.labels.edges import NO_EDGES, Edges, cuts_words, word_edges
from search.labels.program.table import aid_words, conditions, program_rule, type_rows
from search.model import Span


@dataclass(frozen=True, slots=True)
class Phrase:
    """One entry of the automaton: the types it proves with weights, the types it says nothing of though it holds their words."""

    length: int
    weights: tuple[tuple[str, float], ...]
    excluded: tuple[str, ...] = ()
    inner: tuple[tuple[int, Phrase], ...] = ()
    """Phrases of other types within an excluding one, with their offsets."""
    edges: Edges = NO_EDGES
    aid: bool | None = None
    """True for a word of aid, False for what holds one and speaks of none (法律援助); None for all others."""


Match = tuple[int, int, Phrase]


@dataclass(frozen=True, slots=True)
class Cues:
    """What one text holds: cues of types in order, not overlapping, and where words of aid stand."""

    matches: Sequence[Match] = ()
    aid: Sequence[Span] = ()


_NOTHING = Cues()


@dataclass(slots=True)
class _Pass:
    best: Match | None = None
    matches: list[Match] = field(default_factory=list)
    aid: list[Span] = field(default_factory=list)
    without: list[Span] = field(default_factory=list)

    def take(self, start: int, end: int, phrase: Phrase) -> None:
        """Keep the leftmost longest of what overlaps."""
        best = self.best
        if best is None or start >= best[1]:
            self.close()
            self.best = (start, end, phrase)
        elif start <= best[0]:
            self.best = (start, end, phrase)

    def close(self) -> None:
        """Give what cannot be outdone any more: of an excluding phrase, what it holds of other types."""
        if self.best is None:
            return
        start, _, phrase = self.best
        if phrase.weights:
            self.matches.append(self.best)
        for offset, inner in phrase.inner:
            self.matches.append((start + offset, start + offset + inner.length, inner))


def find_cues(text: str) -> Cues:
    """The cues of `text`. Spans are code points into it."""
    found = _Pass()
    for last, entries in cue_automaton().iter(text):
        end = last + 1
        for phrase in entries:
            start = end - phrase.length
            if phrase.edges is not NO_EDGES and cuts_words(text, start, end, phrase.edges):
                continue
            if phrase.aid is None:
                found.take(start, end, phrase)
            else:
                (found.aid if phrase.aid else found.without).append((start, end))
    found.close()
    if not found.matches and not found.aid:
        return _NOTHING
    matches = [one for one in found.matches if _holds(text, one)]
    return Cues(matches, _outside(found.aid, found.without) if found.without else found.aid)


def _outside(spans: Sequence[Span], holes: Sequence[Span]) -> list[Span]:
    """The spans that lie in none of the holes; both ordered by their ends."""
    kept: list[Span] = []
    at = 0
    for start, end in spans:
        while at < len(holes) and holes[at][1] < end:
            at += 1
        if not any(first <= start and end <= last for first, last in holes[at : at + 2]):
            kept.append((start, end))
    return kept


def _holds(text: str, match: Match) -> bool:
    """Whether a cue that proves its type only beside certain words has one of them near."""
    start, end, _ = match
    pattern = conditions().get(text[start:end])
    return pattern is None or pattern.search(text, max(0, start - NEAR), end + NEAR) is not None


NEAR = 40
"""So far from a cue, in characters, the words it needs may stand."""


@lru_cache(maxsize=1)
def body_pattern() -> re.Pattern[str]:
    """What makes the words before it the name of a body (旅游|集团)."""
    return re.compile(program_rule().body)


@lru_cache(maxsize=1)
def cue_automaton() -> Any:
    """An Aho–Corasick automaton over all cues and words of aid; its values are tuples of `Phrase`."""
    entries: dict[str, list[Phrase]] = {}
    for word, phrase in _phrases():
        entries.setdefault(word, []).append(phrase)
    edges = word_edges()
    for words, aid in zip(aid_words(), (True, False), strict=True):
        for word in words:
            entries.setdefault(word, []).append(Phrase(len(word), (), edges=edges.get(word, NO_EDGES), aid=aid))
    automaton = ahocorasick.Automaton()
    for word, phrases in entries.items():
        automaton.add_word(word, tuple(phrases))
    automaton.make_automaton()
    return automaton


def _phrases() -> Iterator[tuple[str, Phrase]]:
    weights: dict[str, dict[str, float]] = {}
    excluded: dict[str, set[str]] = {}
    for row in type_rows():
        for weight, words in row["phrases"].items():
            for word in words:
                weights.setdefault(word, {}).setdefault(row["key"], float(weight))
        for word in row["exclude"]:
            excluded.setdefault(word, set()).add(row["key"])
    for word in {**weights, **excluded}:
        yield word, _phrase(word, weights, excluded)


def _phrase(word: str, weights: dict[str, dict[str, float]], excluded: dict[str, set[str]]) -> Phrase:
    without = excluded.get(word, set())
    own = tuple((key, weight) for key, weight in sorted(weights.get(word, {}).items()) if key not in without)
    inner: list[tuple[int, Phrase]] = []
    if without and not own:
        for start in range(len(word)):
            for end in range(start + 1, len(word) + 1):
                kept = tuple((k, w) for k, w in sorted(weights.get(word[start:end], {}).items()) if k not in without)
                if kept and end - start < len(word):
                    inner.append((start, Phrase(end - start, kept)))
    return Phrase(len(word), own, tuple(sorted(without)), tuple(inner), edges=word_edges().get(word, NO_EDGES))
