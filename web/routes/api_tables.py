"""The API's tables: figures, concordances, and exports of a result set."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from search import wire
from search.results import FigureTable, KwicTable, RelationTable, read_amount
from web.routes.files import csv_file, download
from web.routes.reader import as_json, check_request, read_state
from web.site import site
from web.state import SearchState

blueprint = Blueprint("api_tables", __name__, url_prefix="/api/v1")
blueprint.before_request(check_request)

TABLES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "graphml": "application/graphml+xml",
}
"""Forms of tables of figures and relations, with their media types."""
KWIC_COLUMNS = ("left", "keyword", "right", "document", "passage", "url", "start", "end")


@blueprint.get("/figures")
def figures() -> Response:
    """Figures in the passages a query finds, filtered by their own year, place, type, unit and rate."""
    return as_json(wire.figure_table_json(_figures()))


@blueprint.get("/figures.csv")
def figures_csv() -> Response:
    """The same as a table."""
    return _figures_as("csv")


@blueprint.get("/figures.xlsx")
def figures_xlsx() -> Response:
    """The same as a workbook."""
    return _figures_as("xlsx")


@blueprint.get("/relations")
def relations() -> Response:
    """Who helps whom: pairs with every clause that says so."""
    return as_json(wire.relations_json(_relations()))


@blueprint.get("/relations.csv")
def relations_csv() -> Response:
    """The same as a table, a row for each clause."""
    return _relations_as("csv")


@blueprint.get("/relations.xlsx")
def relations_xlsx() -> Response:
    """The same as a workbook."""
    return _relations_as("xlsx")


@blueprint.get("/relations.graphml")
def relations_graphml() -> Response:
    """The same as a graph: sides are nodes, pairs are edges."""
    return _relations_as("graphml")


@blueprint.get("/kwic")
def kwic() -> Response:
    """Every occurrence in a result set, with its context."""
    return as_json(wire.kwic_json(_kwic()))


@blueprint.get("/kwic.csv")
def kwic_csv() -> Response:
    """The same as a table."""
    urls, table = site().urls(), _kwic()
    rows = (
        [
            wire.safe_cell(row.left),
            wire.safe_cell(row.keyword),
            wire.safe_cell(row.right),
            wire.safe_cell(table.titles[row.document_id]),
            row.passage_id,
            urls.absolute(urls.passage(row.passage_id)),
            row.start,
            row.end,
        ]
        for row in table.rows
    )
    return csv_file([KWIC_COLUMNS, *rows], "bangfu-kwic.csv")


@blueprint.get("/export")
def export() -> Response:
    """A result set in one of the forms of export, streamed."""
    here = site()
    form = request.args.get("format") or "csv"
    state = read_state()
    mimetype, suffix = wire.EXPORT_TYPES[form]
    if not mimetype.startswith("application/vnd."):
        mimetype += "; charset=utf-8"
    partial = request.args.get("partial") == "1"
    pieces = iter(here.library.export(state.question, form, partial=partial, base_url=here.urls().base))
    return download(pieces, mimetype, f"bangfu-export.{suffix}")


def _figures() -> FigureTable:
    state = read_state()
    found: FigureTable = site().library.figures(state.question, **_figures_chosen(state))
    return found


def _figures_chosen(state: SearchState) -> dict[str, Any]:
    low, high = (read_amount(value) if value else None for value in (state.min, state.max))
    offset, limit = _page(state)
    return {
        "unit": state.unit or None, "per": state.per or None, "minimum": low, "maximum": high, "sort": state.record_order,
        "offset": offset, "limit": limit,
    }  # fmt: skip


def _figures_as(form: str) -> Response:
    state, here = read_state(), site()
    pieces = here.library.export_figures(state.question, form, base_url=here.urls().base, **_figures_chosen(state))
    return download(iter(pieces), TABLES[form], f"bangfu-figures.{form}")


def _relations() -> RelationTable:
    state = read_state()
    offset, limit = _page(state)
    found: RelationTable = site().library.relations(state.question, kind=state.relation or None, offset=offset, limit=limit)
    return found


def _relations_as(form: str) -> Response:
    state, here = read_state(), site()
    offset, limit = _page(state)
    kind = state.relation or None
    pieces = here.library.export_relations(state.question, form, kind=kind, base_url=here.urls().base, offset=offset, limit=limit)
    return download(iter(pieces), TABLES[form], f"bangfu-relations.{form}")


def _page(state: SearchState) -> tuple[int, int | None]:
    """Offset and size where the address asks for a page; else everything, as far as exports go."""
    return (state.question.offset, state.size) if {"page", "size"} & set(request.args) else (0, None)


def _kwic() -> KwicTable:
    state = read_state()
    found: KwicTable = site().library.kwic(state.question, order=state.kwic_order)
    return found
