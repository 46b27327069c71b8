"""A query that finds nothing, asked for less: each of its parts left out in turn, printed from the tree and so a query of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from search.query.describe import canonical
from search.query.syntax import Conjunction, InField, Nearby, Negation, Phrase, Query, QueryNode, Word


@dataclass(frozen=True, slots=True)
class Smaller:
    """A query without one of its demands: what was dropped, in canonical writing, and the query that is left."""

    dropped: str
    text: str


def smaller(query: Query) -> tuple[Smaller, ...]:
    """Every query that demands one thing less; none where nothing would be left to ask for."""
    found = {one.text: one for dropped, rest in _lessened(query.root) if (one := _printed(dropped, rest)).text}
    return tuple(found.values())


def _printed(dropped: QueryNode, rest: QueryNode) -> Smaller:
    return Smaller(canonical(Query(dropped)), canonical(Query(rest)))


def _lessened(root: QueryNode | None) -> Iterator[tuple[QueryNode, QueryNode]]:
    match root:
        case Conjunction(children, explicit):
            for at, child in enumerate(children):
                rest = children[:at] + children[at + 1 :]
                if any(not isinstance(one, Negation) for one in rest):
                    yield child, rest[0] if len(rest) == 1 else Conjunction(rest, explicit)
        case Phrase(text):
            yield root, Word(text)
        case Nearby(left, right):
            yield root, Conjunction((left, right))
        case InField(_, child):
            yield root, child
        case _:
            return
