"""The editable table of mechanisms (`data/mechanisms.toml`) and the automaton compiled from it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import ahocorasick

from search.labels.edges import Edges, word_edges
from search.model import MechanismLabel
from search.text.fold import read_plainly

ARRANGED: Final = "词语未指明机制，由支援方与受援方的官方结对关系推定"
"""Why a mechanism is given that no word of the passage names."""
TABLE: Final = Path(__file__).parents[1] / "data" / "mechanisms.toml"


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One arrangement by which help is given. `cues` are what proves it, strongest first; `synonyms` are its own names, old and new."""

    key: str
    label: str
    definition: str
    source: str
    cues: tuple[str, ...]
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cue:
    """One entry of the automaton. A weight of zero marks a longer word in which a cue proves nothing."""

    word: str
    key: str
    weight: float
    edges: Edges | None = None
    near: re.Pattern[str] | None = None
    """What must stand near it for it to prove anything."""


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads(TABLE.read_text("utf-8"))


@lru_cache(maxsize=1)
def mechanisms() -> tuple[Mechanism, ...]:
    """All mechanisms in the order of the table."""
    return tuple(
        Mechanism(
            row["key"],
            row["label"],
            row["definition"],
            row["source"],
            tuple(cue for weight in sorted(row["cues"], key=float, reverse=True) for cue in row["cues"][weight]),
            tuple(row["synonyms"]),
        )
        for row in _table()["mechanism"]
    )


@lru_cache(maxsize=1)
def mechanism_labels() -> dict[str, str]:
    """Key → label."""
    return {one.key: one.label for one in mechanisms()}


@lru_cache(maxsize=1)
def mechanism_names() -> dict[str, str]:
    """Every name of a mechanism (key, label, synonym) → its key."""
    return {name: one.key for one in reversed(mechanisms()) for name in (*one.synonyms, one.label, one.key)}


def mechanism_key(name: str) -> str | None:
    """The key of a mechanism given by key, label or synonym (`定点扶贫` → `designated`); None when there is no such one."""
    return mechanism_names().get(name.strip())


@lru_cache(maxsize=1)
def mechanism_rule() -> tuple[float, float]:
    """The score a mechanism must reach, and what a cue that is repeated counts."""
    rule = _table()["rule"]
    return rule["least"], rule["repeat"]


@lru_cache(maxsize=1)
def within_words() -> re.Pattern[str]:
    """What says that units of a place help those below them."""
    return re.compile(_table()["within"]["structure"])


@lru_cache(maxsize=1)
def arrangements() -> dict[tuple[str, str], str]:
    """Province that gives and province that takes → the mechanism the two are paired by, where official documents pair them."""
    return {(giver, taker): row["key"] for row in _table()["arrangement"] for giver in row["givers"] for taker in row["takers"]}


def is_arranged(label: MechanismLabel, text: str) -> bool:
    """Whether a label of a passage's text is worked out from who is paired with whom: nothing quoted for it is a word of its own."""
    own: set[str] = _own_words().get(label.key, set())
    return bool(label.evidence) and not any(read_plainly(text[start:end]) in own for start, end in label.evidence)


@lru_cache(maxsize=1)
def _own_words() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for cue in _cues():
        found.setdefault(cue.key, set()).add(cue.word)
    return found


def mechanism_cues() -> Iterator[str]:
    """Every cue of the table."""
    for one in mechanisms():
        yield from one.cues


@lru_cache(maxsize=1)
def cue_automaton() -> Any:
    """An Aho–Corasick automaton over all cues; its values are `Cue`."""
    automaton = ahocorasick.Automaton()
    for cue in _cues():
        automaton.add_word(cue.word, cue)
    automaton.make_automaton()
    return automaton


def _cues() -> Iterator[Cue]:
    pairs, edges = _table()["pairs"], word_edges()
    near = {cue: re.compile(row["near"]) for row in _table()["condition"] for cue in row["cues"]}
    for giver in pairs["givers"]:
        for taker in pairs["takers"]:
            for word in pairs["words"]:
                yield Cue(giver + taker + word, pairs["key"], pairs["weight"])
    for row in _table()["mechanism"]:
        for weight, words in row["cues"].items():
            for word in words:
                yield Cue(word, row["key"], float(weight), edges.get(word), near.get(word))
        for word in row["exclude"]:
            yield Cue(word, row["key"], 0.0)
