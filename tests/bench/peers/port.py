"""What every engine of the comparison can do, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Protocol

from tests.bench.queries import Query
from tests.bench.rows import Corpus

SHOWN = 20
"""Hits that are given back."""
MOST_VALUES = 4_000
"""Facet values an engine is asked for where it wants a number: more than there are, so that every count comes back."""


class Depth(StrEnum):
    """How much of a page is asked for. Each holds the one before it; the exact total belongs to all."""

    TOP = "top 20"
    FACETS = "all facets"
    SNIPPETS = "facets, marks, snippets"


@dataclass(frozen=True, slots=True)
class Found:
    """What an engine answered: the exact total, the texts of the first twenty, all counts of all facets, marked cuts of the twenty."""

    total: int
    texts: tuple[str, ...]
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    snippets: tuple[str, ...] = ()


class Peer(Protocol):
    """An engine in a folder of its own, given the same tokens and asked the same questions in its own best way.

    `marking` says in a few words how it marks and cuts. `build` leaves the index on disk, `open` is what a process does before its first
    question."""

    name: ClassVar[str]
    marking: ClassVar[str]

    def __init__(self, folder: Path) -> None: ...

    def build(self, corpus: Corpus) -> None: ...

    def open(self) -> None: ...

    def ask(self, asked: Query, depth: Depth) -> Found: ...

    def close(self) -> None: ...
