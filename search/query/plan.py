"""The plan: the engine-neutral form of a query, a tree of frozen nodes over match forms.

The *match form* of a text (`search.text.fold.match_form`) is its folded text without stray spaces and digit-group commas. A `Run` is a
string in match form. What each node means is defined once, in `search.query.match`; engines must give exactly that answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from search.model import BlockKind, Figure


class Tier(IntEnum):
    """How well a hit stands for the query; a smaller tier always ranks first."""

    EXACT = 0
    """The whole term is on word boundaries."""
    WORDS = 1
    """All of its words stand in the passage."""
    RELAXED = 2
    """Only by an expansion (synonym, spelling, pinyin), or only some of the terms."""
    RUN = 3
    """Only as a run of characters that cuts across words."""


class RunKind(StrEnum):
    """Where a run comes from. LITERAL and NUMBER (another writing of the same number) count as the user's own words."""

    LITERAL = "literal"
    NUMBER = "number"
    SCRIPT = "script"
    SYNONYM = "synonym"
    SPELLING = "spelling"
    PINYIN = "pinyin"

    @property
    def is_own(self) -> bool:
        """Whether a match by this run is a match of the user's own term, not of an expansion."""
        return self in (RunKind.LITERAL, RunKind.NUMBER, RunKind.SCRIPT)


@dataclass(frozen=True, slots=True)
class Run:
    """A string in match form. `weight` scales the score of matches by it (1.0 for the user's own words)."""

    text: str
    kind: RunKind = RunKind.LITERAL
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Term:
    """Matches where any of `runs` occurs, or where all of `words` occur as tokens (only if there are two or more).

    An exact term (a phrase, or any term of a query with operators) has no words."""

    runs: tuple[Run, ...]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class And:
    """All children. A `Not` child takes away."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any child."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Matches when at least max(at_least, 1) children match. Its tier is that of the best matching child, capped at RELAXED."""

    children: tuple[Node, ...]
    at_least: int


@dataclass(frozen=True, slots=True)
class Not:
    """Everything the child does not match. Gives no score and no marks."""

    child: Node


@dataclass(frozen=True, slots=True)
class Near:
    """An occurrence of a run of `left` and one of `right` with at most `distance` characters of match form between them."""

    left: Term
    right: Term
    distance: int
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Outside:
    """Occurrences of `run` that do not lie inside an occurrence of any of `longer` at the offset given.

    京东 -北[京东]西 is Outside(Run("京东"), (("北京东西", 1),))."""

    run: Run
    longer: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """`pieces` one after the other; `gaps[i]` = (least, most) characters between pieces i and i + 1; where least < most,
    none of them 。！？；. `search.query.match.pattern` is its definition."""

    pieces: tuple[str, ...]
    gaps: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet value inside a query (地区:滦平县). `name` is region, year or program; region paths stand for all below them,
    year values are `2019` or `2018-2020`, `none` is 未标明. `tier` is the tier of a passage that has it (RELAXED where the facet stands in
    for a term). Gives no score."""

    name: str
    value: str
    tier: Tier = Tier.EXACT


@dataclass(frozen=True, slots=True)
class Measure:
    """Passages with a figure of this unit (empty: any) whose value lies from `low` to `high`, ends included. `nature` is `total`, `rate`,
    `change`, or empty for any. `tier` is the tier of a passage that has one. Gives no score."""

    unit: str
    low: float
    high: float
    nature: str = ""
    tier: Tier = Tier.EXACT

    def holds(self, figure: Figure) -> bool:
        """Whether the figure is one of those asked for."""
        return (
            self.low <= figure.value <= self.high
            and self.unit in ("", figure.unit)
            and self.nature in ("", "change" if figure.change is not None else "rate" if figure.per else "total")
        )


@dataclass(frozen=True, slots=True)
class Kinds:
    """Passages of these kinds (标题: is title, subtitle and heading) that match the child."""

    kinds: frozenset[BlockKind]
    child: Node


@dataclass(frozen=True, slots=True)
class InDocument:
    """Passages of the documents whose id or title contains this run (match form)."""

    run: str


@dataclass(frozen=True, slots=True)
class Listed:
    """The passages listed, in tier RELAXED, each with its score (before its kind is weighed): the nearest ones of a query
    (`search.query.nearest`), by the keys that the engine gave them. `terms` are what is marked in them."""

    passages: tuple[tuple[int, float], ...]
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class All:
    """Every passage: the empty query browses."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No passage."""


Node = Term | And | Or | Some | Not | Near | Outside | Pattern | Facet | Measure | Kinds | InDocument | Listed | All | Nothing


def measures(plan: Node) -> tuple[Measure, ...]:
    """The conditions on figures that a plan asks for, those under Not left out."""
    match plan:
        case Measure():
            return (plan,)
        case And(children) | Or(children) | Some(children):
            return tuple(one for child in children for one in measures(child))
        case Kinds(_, child):
            return measures(child)
        case _:
            return ()


def conditions(plan: Node) -> tuple[Measure, ...]:
    """Of those, what every passage found must have by the user's own condition: a figure beside other terms, not one that a term may stand
    for."""
    match plan:
        case Measure():
            return (plan,)
        case And(children):
            return tuple(one for child in children for one in conditions(child))
        case Or(children) if all(isinstance(child, Measure) for child in children):
            return measures(plan)
        case _:
            return ()
