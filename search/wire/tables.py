"""Figures, relations, concordances and quotes found, as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, TypedDict

from msgspec import Meta

from search.present.record_json import FigureForm, figure_json
from search.results import FigureRow, FigureTable, KwicTable, LocateMatch, RelationRow, RelationTable
from search.wire.links import permalink


class FoundFigureForm(FigureForm):
    """A figure with where it is, and its clause."""

    passage: str
    document: str
    quote: str


class SumForm(TypedDict):
    """How many totals of a unit there are, and what they add up to: rates and changes are in none, repetitions are."""

    count: int
    sum: float


class FigureList(TypedDict):
    """`total` counts all rows, of which `figures` may be a page."""

    total: int
    figures: list[FoundFigureForm]


class FiguresForm(FigureList):
    """`GET /api/v1/figures`: a page of figures, counted by unit and by kind."""

    units: dict[str, int]
    per: dict[str, int]
    sums: dict[str, SumForm]


class EvidenceForm(TypedDict):
    """A clause that says so: code points `start`–`end` of a passage, and what it says."""

    passage: str
    document: str
    start: int
    end: int
    text: str
    kind: str
    since: int | None
    until: int | None


class RelationRowForm(TypedDict):
    """A pair with every clause that says so; the amounts are those of the clauses shown."""

    supporter: str
    recipient: str
    kind: str | None
    kinds: list[str]
    since: int | None
    until: int | None
    disagree: Annotated[list[int], Meta(description="各处说法不一的起始年份")]
    years: list[int]
    amounts: list[FigureForm]
    people: list[FigureForm]
    said: int
    evidence: list[EvidenceForm]


class RelationsForm(TypedDict):
    """`GET /api/v1/relations`. `total` counts pairs, `said` the clauses behind them."""

    total: int
    said: int
    relations: list[RelationRowForm]


class KwicRowForm(TypedDict):
    """An occurrence with its context."""

    left: str
    keyword: str
    right: str
    passage: str
    document: str
    start: int
    end: int


class KwicForm(TypedDict):
    """`GET /api/v1/kwic`. `complete` is false where more passages match than were gone through."""

    total: int
    complete: bool
    rows: list[KwicRowForm]


class OtherAmount(TypedDict):
    """An amount of the quote that is another in the text; `there` is null where none is like it."""

    quoted: str
    there: str | None


class QuoteForm(TypedDict):
    """Where a quote occurs. `score` 100 is letter for letter in match form, below 80 the sentence nearest to a quote that
    occurs nowhere."""

    id: str
    document: str
    start: int
    end: int
    score: float
    permalink: str
    difference: Annotated[list[list[str]], Meta(description="[same|old|new, 文字]：从引文到原文的差别")]
    amounts: list[OtherAmount]


class MatchesForm(TypedDict):
    """`GET /api/v1/locate`: best first, empty where there is none."""

    matches: list[QuoteForm]


def figures_json(rows: Iterable[FigureRow], total: int) -> FigureList:
    """Rows of `GET /api/v1/figures`."""
    return {"total": total, "figures": [found_figure_json(row) for row in rows]}


def figure_table_json(table: FigureTable) -> FiguresForm:
    """`GET /api/v1/figures`."""
    rows = figures_json(table.rows, table.total)
    return {**rows, "units": dict(table.units), "per": dict(table.pers), "sums": sums_json(table)}


def found_figure_json(row: FigureRow) -> FoundFigureForm:
    """A figure with where it is, and its clause."""
    return {**figure_json(row.figure), "passage": row.passage_id, "document": row.document_id, "quote": row.quote}


def sums_json(table: FigureTable) -> dict[str, SumForm]:
    """What the totals of each unit add up to, beside the rows."""
    return {unit: {"count": count, "sum": total} for unit, (count, total) in table.sums.items()}


def relations_json(table: RelationTable) -> RelationsForm:
    """`GET /api/v1/relations`."""
    return {"total": table.total, "said": table.said, "relations": [relation_row_json(row) for row in table.rows]}


def relation_row_json(row: RelationRow) -> RelationRowForm:
    """A pair with every clause that says so."""
    return {
        "supporter": row.supporter,
        "recipient": row.recipient,
        "kind": row.kinds[0] if row.kinds else None,
        "kinds": list(row.kinds),
        "since": row.since,
        "until": row.until,
        "disagree": list(row.sinces),
        "years": list(row.years),
        "amounts": [figure_json(figure) for one in row.evidence for figure in one.relation.amounts],
        "people": [figure_json(figure) for one in row.evidence for figure in one.relation.people],
        "said": row.said,
        "evidence": [
            {
                "passage": one.passage_id,
                "document": one.document_id,
                "start": one.start,
                "end": one.end,
                "text": one.quote,
                "kind": one.relation.kind,
                "since": one.relation.since,
                "until": one.relation.until,
            }
            for one in row.evidence
        ],
    }


def kwic_json(table: KwicTable) -> KwicForm:
    """`GET /api/v1/kwic`: every occurrence with its context, in the order asked for."""
    return {
        "total": table.total,
        "complete": table.complete,
        "rows": [
            {
                "left": row.left,
                "keyword": row.keyword,
                "right": row.right,
                "passage": row.passage_id,
                "document": row.document_id,
                "start": row.start,
                "end": row.end,
            }
            for row in table.rows
        ],
    }


def matches_json(matches: Iterable[LocateMatch]) -> MatchesForm:
    """`GET /api/v1/locate`."""
    return {
        "matches": [
            {
                "id": match.id,
                "document": match.document_id,
                "start": match.start,
                "end": match.end,
                "score": round(match.score, 2),
                "permalink": permalink(match.id),
                "difference": [list(piece) for piece in match.difference],
                "amounts": [{"quoted": quoted, "there": there or None} for quoted, there in match.amounts],
            }
            for match in matches
        ]
    }
