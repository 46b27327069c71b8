"""What a query says, as a tree: the form between the text typed and the plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

TITLE, DOCUMENT = "title", "document"
"""What can come before a colon beside the facet fields of `search.fields`."""


@dataclass(frozen=True, slots=True)
class Word:
    """A bare term."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A quoted term: exactly this run."""

    text: str


@dataclass(frozen=True, slots=True)
class Wild:
    """A term with wildcards between its pieces: gap `*` is any number of characters, `?` exactly one, `??` two …"""

    pieces: tuple[str, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """`before[core]after`, only below `Negation`: occurrences of core inside this longer run do not count."""

    before: str
    core: str
    after: str


@dataclass(frozen=True, slots=True)
class Nearby:
    """Two terms with at most `distance` characters between them, in this order if `ordered`."""

    left: Word | Phrase
    right: Word | Phrase
    distance: int
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class InField:
    """`name:child`. Only a title takes more than a word or phrase."""

    name: str
    child: QueryNode


@dataclass(frozen=True, slots=True)
class Measured:
    """A condition on figures (资金>1000万元): what is measured by its canonical name, its unit, and its bounds, None where open. `strict`
    leaves the one bound out."""

    name: str
    unit: str
    low: Decimal | None
    high: Decimal | None
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Conjunction:
    """All of the children; `explicit` where the user wrote AND or +."""

    children: tuple[QueryNode, ...]
    explicit: bool = False


@dataclass(frozen=True, slots=True)
class Disjunction:
    """Any of the children."""

    children: tuple[QueryNode, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """None of the child."""

    child: QueryNode


QueryNode = Word | Phrase | Wild | Neighbour | Nearby | InField | Measured | Conjunction | Disjunction | Negation


@dataclass(frozen=True, slots=True)
class Remark:
    """Something in the text that was not understood as an operator, or was cut. `start` and `end` are code points in the text typed."""

    code: str
    message: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Query:
    """A query as understood. Two are equal when they ask the same; the text typed and the remarks do not count.

    `root` is None for the empty query, which browses. `off` are keys of expansions the user switched off."""

    root: QueryNode | None = None
    off: frozenset[str] = frozenset()
    text: str = field(default="", compare=False)
    notes: tuple[Remark, ...] = field(default=(), compare=False)


def has_operators(node: QueryNode | None) -> bool:
    """Whether every term of the query is meant as its exact run: the user combined terms by AND, OR, NOT, near or exclusion."""
    match node:
        case Disjunction() | Negation() | Nearby() | Neighbour():
            return True
        case Conjunction(children, explicit):
            return explicit or any(has_operators(child) for child in children)
        case InField(_, child):
            return has_operators(child)
        case _:
            return False


def bare_words(node: QueryNode | None) -> tuple[Word, ...]:
    """The bare terms of a query without operators, in order (those inside a field left out)."""
    match node:
        case Word():
            return (node,)
        case Conjunction(children):
            return tuple(word for child in children for word in bare_words(child))
        case _:
            return ()
