"""The API's tables: figures, concordances, and exports of a result set."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from flask import Blueprint, Response, jsonify, request

from search import wire
from search.results import FigureTable, KwicTable
from web.problems import Problem
from web.routes.reader import read_state
from web.site import site

blueprint = Blueprint("api_tables", __name__, url_prefix="/api/v1")

EXPORTS = {
    "csv": ("text/csv; charset=utf-8", "csv"),
    "jsonl": ("application/x-ndjson; charset=utf-8", "jsonl"),
    "bibtex": ("application/x-bibtex; charset=utf-8", "bib"),
    "ris": ("application/x-research-info-systems; charset=utf-8", "ris"),
    "gbt7714": ("text/plain; charset=utf-8", "txt"),
    "markdown": ("text/markdown; charset=utf-8", "md"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
}
COLUMNS = ("text", "value", "unit", "qualifier", "subject", "years", "regions", "document", "passage", "url", "start", "end")
KWIC_COLUMNS = ("left", "keyword", "right", "document", "passage", "url", "start", "end")


@blueprint.get("/figures")
def figures() -> Response:
    """Figures in the passages a query finds."""
    table = _figures()
    return jsonify(wire.figures_json(table.rows, table.total))


@blueprint.get("/figures.csv")
def figures_csv() -> Response:
    """The same as a table."""
    urls = site().urls()
    rows = (
        [
            wire.safe_cell(row.figure.text),
            f"{row.figure.value:.15g}",
            wire.safe_cell(row.figure.unit),
            row.figure.qualifier or "",
            wire.safe_cell(row.figure.subject),
            ";".join(map(str, row.years)),
            ";".join(row.regions),
            wire.safe_cell(row.document_title),
            row.passage_id,
            urls.absolute(urls.passage(row.passage_id)),
            row.figure.start,
            row.figure.end,
        ]
        for row in _figures().rows
    )
    return _table(COLUMNS, rows, "bangfu-figures.csv")


@blueprint.get("/kwic")
def kwic() -> Response:
    """Every occurrence in a result set, with its context."""
    return jsonify(wire.kwic_json(_kwic()))


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
    return _table(KWIC_COLUMNS, rows, "bangfu-kwic.csv")


@blueprint.get("/export")
def export() -> Response:
    """A result set in one of the forms of export, streamed."""
    here = site()
    form = _export_format()
    state = read_state()
    mimetype, suffix = EXPORTS[form]
    pieces: Iterator[bytes] = iter(here.library.export(state.question, form, base_url=here.urls().base))
    return _download(pieces, mimetype, f"bangfu-export.{suffix}")


def _figures() -> FigureTable:
    state = read_state()
    low, high = (float(value) if value else None for value in (state.min, state.max))
    found: FigureTable = site().library.figures(state.question, unit=state.unit or None, minimum=low, maximum=high)
    return found


def _kwic() -> KwicTable:
    state = read_state()
    found: KwicTable = site().library.kwic(state.question, order=state.order)
    return found


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]], name: str) -> Response:
    """A CSV file that spreadsheet programs read as UTF-8."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return _download(out.getvalue(), "text/csv; charset=utf-8", name)


def _export_format() -> str:
    form = request.args.get("format", "csv")
    if form not in EXPORTS:
        raise Problem(400, "bad-format", f"没有“{form[:40]}”这种导出格式。", hint=f"可用的是 {'、'.join(EXPORTS)}。")
    return form


def _download(body: str | Iterator[bytes], mimetype: str, name: str) -> Response:
    response = Response(body, content_type=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
