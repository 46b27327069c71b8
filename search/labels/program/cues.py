"""Cues of program types in a text, in one pass: leftmost longest, whole words, and not part of a body's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

import ahocorasick

from search.labels.edges import Edges, cuts_words, word_edges
from search.labels.program.table import aid_words, conditions, program_rule, type_rows
from search.model import Span


class Says(Enum):
    """What a phrase says of aid."""

    NOTHING = 0
    AID = 1
    NO_AID = 2
    """It holds a word of aid and speaks of none (法律援助)."""


@dataclass(frozen=True, slots=True)
class CuePhrase:
    """One entry of the automaton: the types it proves with weights, the types it says nothing of though it holds their words."""

    length: int
    weights: tuple[tuple[str, float], ...] = ()
    excluded: tuple[str, ...] = ()
    inner: tuple[tuple[int, CuePhrase], ...] = ()
    """Phrases of other types within an excluding one, with their offsets."""
    edges: Edges | None = None
    says: Says = Says.NOTHING
    near: re.Pattern[str] | None = None
    """What must stand near it for it to prove anything."""
    actor: bool = False
    """Whether it names a kind of body."""

    @property
    def is_cue(self) -> bool:
        """Whether it is more than a word of aid."""
        return bool(self.weights or self.excluded)


Match = tuple[int, int, CuePhrase]


@dataclass(frozen=True, slots=True)
class ProgramCues:
    """What one text holds: cues of types in order, not overlapping, and where words of aid stand."""

    matches: Sequence[Match] = ()
    aid: Sequence[Span] = ()


_NOTHING = ProgramCues()


def find_cues(text: str) -> ProgramCues:
    """The cues of `text`, leftmost longest. Spans are code points into it."""
    found: list[Match] = []
    aid: list[Span] = []
    without: list[Span] = []
    first = -1
    above = 0
    best: CuePhrase | None = None
    for last, (length, edges, says, is_cue, phrase) in cue_automaton().iter(text):
        end = last + 1
        start = end - length
        if edges is not None and cuts_words(text, start, end, edges):
            continue
        if says is not Says.NOTHING:
            (aid if says is Says.AID else without).append((start, end))
            if not is_cue:
                continue
        if start >= above or start <= first:  # what follows the best so far, or outdoes it
            if best is not None and start >= above:
                _take(found, first, best)
            first, above, best = start, end, phrase
    if best is not None:
        _take(found, first, best)
    if not found and not aid:
        return _NOTHING
    matches = [one for one in found if _holds(text, one)]
    return ProgramCues(matches, _outside(aid, without) if without else aid)


def _take(found: list[Match], start: int, phrase: CuePhrase) -> None:
    """Keep a match that cannot be outdone any more; of an excluding phrase, what it holds of other types."""
    if phrase.weights:
        found.append((start, start + phrase.length, phrase))
    for offset, inner in phrase.inner:
        found.append((start + offset, start + offset + inner.length, inner))


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
    start, end, phrase = match
    return phrase.near is None or phrase.near.search(text, max(0, start - NEAR), end + NEAR) is not None


NEAR = 40
"""So far from a cue, in characters, the words it needs may stand."""


STRONGEST = 3.0
"""Cues of this weight name a topic whoever is said to speak of it."""


def is_name(text: str, match: Match) -> bool:
    """Whether a cue is but part of a name: of a body (旅游|集团), of one that acts (某大学|采购), of who speaks (人民医院|副主任某某说)."""
    _, end, phrase = match
    after = _names().match(text, end)
    if after is None:
        return False
    return after.lastgroup == "body" or phrase.actor or (after.lastgroup == "speaker" and phrase.weights[0][1] < STRONGEST)


@lru_cache(maxsize=1)
def _names() -> re.Pattern[str]:
    rule = program_rule()
    return re.compile(f"(?P<body>{rule.body})|(?P<speaker>{rule.speaker})|(?P<acts>{rule.acts})")


@lru_cache(maxsize=1)
def cue_automaton() -> Any:
    """An Aho–Corasick automaton over all cues and words of aid; its values are what `find_cues` looks at first, and the `CuePhrase`."""
    weights: dict[str, dict[str, float]] = {}
    excluded: dict[str, set[str]] = {}
    for row in type_rows():
        for weight, words in row["phrases"].items():
            for word in words:
                weights.setdefault(word, {}).setdefault(row["key"], float(weight))
        for word in row["exclude"]:
            excluded.setdefault(word, set()).add(row["key"])
    aid, no_aid = aid_words()
    says = dict.fromkeys(aid, Says.AID) | dict.fromkeys(no_aid, Says.NO_AID)
    automaton = ahocorasick.Automaton()
    for word in {**weights, **excluded, **says}:
        phrase = _phrase(word, weights, excluded, says.get(word, Says.NOTHING))
        automaton.add_word(word, (phrase.length, phrase.edges, phrase.says, phrase.is_cue, phrase))
    automaton.make_automaton()
    return automaton


def _phrase(word: str, weights: dict[str, dict[str, float]], excluded: dict[str, set[str]], says: Says) -> CuePhrase:
    without = excluded.get(word, set())
    own = tuple((key, weight) for key, weight in sorted(weights.get(word, {}).items()) if key not in without)
    inner: list[tuple[int, CuePhrase]] = []
    if without and not own:
        for start in range(len(word)):
            for end in range(start + 1, len(word) + 1):
                kept = tuple((k, w) for k, w in sorted(weights.get(word[start:end], {}).items()) if k not in without)
                if kept and end - start < len(word):
                    inner.append((start, CuePhrase(end - start, kept)))
    return CuePhrase(
        len(word),
        own,
        tuple(sorted(without)),
        tuple(inner),
        word_edges().get(word),
        says,
        conditions().get(word),
        word in program_rule().actors,
    )
