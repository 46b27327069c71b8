"""The editable table of program types (`data/programs.toml`) and the automaton compiled from it."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import ahocorasick

TABLE: Final = Path(__file__).parents[1] / "data" / "programs.toml"


@dataclass(frozen=True, slots=True)
class ProgramType:
    """One of the fifteen types. `phrases` are what proves it, strongest first; `synonyms` are its own names, old and new;
    `strong` are the phrases that say it by themselves; `asked` are words that mean the type where they stand alone in a query."""

    key: str
    label: str
    definition: str
    source: str
    phrases: tuple[str, ...]
    synonyms: tuple[str, ...] = ()
    strong: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """How scores become labels; the numbers stand, explained, at the head of the table."""

    least: float
    least_chars: int
    least_step: int
    least_most: float
    share: float
    share_most: float
    strong: float
    long_share: float
    long_chars: int
    lead: float
    run_in: float
    run_in_chars: int
    heading: float
    title: float
    heading_most: float
    repeat: float
    list: float
    distant: float
    distant_passages: int
    aid_share: float
    aid: Sequence[str]
    inherit: float


@dataclass(frozen=True, slots=True)
class Phrase:
    """One entry of the automaton: the types it proves with weights, the types it says nothing of though it holds their words."""

    length: int
    weights: tuple[tuple[str, float], ...]
    excluded: tuple[str, ...] = ()
    inner: tuple[tuple[int, Phrase], ...] = ()
    """Phrases of other types within an excluding one, with their offsets."""


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads(TABLE.read_text("utf-8"))


@lru_cache(maxsize=1)
def program_types() -> tuple[ProgramType, ...]:
    """All types in the order of the table."""
    return tuple(
        ProgramType(
            row["key"],
            row["label"],
            row["definition"],
            row["source"],
            tuple(p for weight in sorted(row["phrases"], key=float, reverse=True) for p in row["phrases"][weight]),
            tuple(row["synonyms"]),
            tuple(p for weight, words in row["phrases"].items() if float(weight) >= 3 for p in words),
            tuple(row["asked"]),
        )
        for row in _table()["type"]
    )


@lru_cache(maxsize=1)
def program_rule() -> Rule:
    """The numbers of the rule."""
    return Rule(**_table()["rule"])


@lru_cache(maxsize=1)
def program_labels() -> dict[str, str]:
    """Key → label."""
    return {t.key: t.label for t in program_types()}


@lru_cache(maxsize=1)
def program_names() -> dict[str, str]:
    """Key, label and every synonym → key."""
    return {name: t.key for t in reversed(program_types()) for name in (*t.synonyms, t.label, t.key)}


def program_key(name: str) -> str | None:
    """The key of a type given by key, label or synonym (`消费帮扶` → `consumption`); None when there is no such type."""
    return program_names().get(name.strip())


@lru_cache(maxsize=1)
def program_automaton() -> Any:
    """An Aho–Corasick automaton over all phrases; its values are `Phrase`."""
    weights: dict[str, dict[str, float]] = {}
    excluded: dict[str, set[str]] = {}
    for row in _table()["type"]:
        for weight, words in row["phrases"].items():
            for word in words:
                weights.setdefault(word, {}).setdefault(row["key"], float(weight))
        for word in row["exclude"]:
            excluded.setdefault(word, set()).add(row["key"])
    automaton = ahocorasick.Automaton()
    for word in {*weights, *excluded}:
        automaton.add_word(word, _phrase(word, weights, excluded))
    automaton.make_automaton()
    return automaton


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
    return Phrase(len(word), own, tuple(sorted(without)), tuple(inner))
