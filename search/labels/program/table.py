"""The editable table of program types (`data/programs.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

TABLE: Final = Path(__file__).parents[1] / "data" / "programs.toml"


@dataclass(frozen=True, slots=True)
class ProgramType:
    """A program type. `phrases` are what proves it, strongest first; `synonyms` are its own names, old and new;
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
    """How scores become labels, and when a document is one of aid; the numbers stand, explained, at the head of the table."""

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
    name: float
    body: str
    speaker: str
    actors: Sequence[str]
    acts: str
    short_chars: int
    aid_share: float
    lead_share: float
    lead_passages: int
    near_chars: int
    aid: Sequence[str]
    no_aid: Sequence[str]
    inherit: float


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads(TABLE.read_text("utf-8"))


def type_rows() -> Sequence[dict[str, Any]]:
    """The rows of the types as the table has them."""
    rows: list[dict[str, Any]] = _table()["type"]
    return rows


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
        for row in type_rows()
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
    """Every name of a type (key, label, synonym) → its key."""
    return {name: t.key for t in reversed(program_types()) for name in (*t.synonyms, t.label, t.key)}


def program_key(name: str) -> str | None:
    """The key of a type given by key, label or synonym (`消费帮扶` → `consumption`); None when there is no such type."""
    return program_names().get(name.strip())


def aid_words() -> tuple[Sequence[str], Sequence[str]]:
    """Words of aid, and longer words that hold one and speak of none."""
    rule = program_rule()
    return rule.aid, rule.no_aid


def program_cues() -> Iterator[str]:
    """Every cue and every word of aid."""
    for kind in program_types():
        yield from kind.phrases
    yield from program_rule().aid


@lru_cache(maxsize=1)
def conditions() -> dict[str, re.Pattern[str]]:
    """Cue → what must stand near it for it to prove anything."""
    return {cue: re.compile(row["near"]) for row in _table()["condition"] for cue in row["cues"]}
