"""The table of behaviours to break (`mutants.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).with_name("mutants.toml")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One behaviour broken: `old` becomes `new` in the file, and one of the tests must fail."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def mutants() -> tuple[Mutant, ...]:
    """Every mutant, in the order of the table."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["mutant"]
    return tuple(Mutant(row["name"], row["file"], row["old"], row["new"], tuple(row["tests"])) for row in rows)
