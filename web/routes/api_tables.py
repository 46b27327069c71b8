"""The API's tables: figures, and exports of a result set, as streams."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from flask import Blueprint, Response, jsonify, request

from search.results import FigureTable
from search.wire import figures_json
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


@blueprint.get("/figures")
def figures() -> Response:
    """Figures in the passages a query finds."""
    table = _figures()
    return jsonify(figures_json(table.rows, table.total))


@blueprint.get("/figures.csv")
def figures_csv() -> Response:
    """The same as a table."""
    table = _figures()
    urls = site().urls()
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in table.rows:
        figure = row.figure
        writer.writerow(
            [
                _safe(figure.text),
                f"{figure.value:.15g}",
                _safe(figure.unit),
                figure.qualifier or "",
                _safe(figure.subject),
                ";".join(map(str, row.years)),
                ";".join(row.regions),
                _safe(row.document_title),
                row.passage_id,
                urls.absolute(urls.passage(row.passage_id)),
                figure.start,
                figure.end,
            ]
        )
    return _download(out.getvalue(), "text/csv; charset=utf-8", "bangfu-figures.csv")


@blueprint.get("/export")
def export() -> Response:
    """A result set in one of the forms of export, streamed."""
    here = site()
    form = _export_format()
    state = read_state()
    mimetype, suffix = EXPORTS[form]
    pieces: Iterator[bytes] = iter(here.library.export(state.search_view(), form, base_url=here.urls().base))
    return _download(pieces, mimetype, f"bangfu-export.{suffix}")


def _figures() -> FigureTable:
    state = read_state()
    low, high = (float(value) if value else None for value in (state.min, state.max))
    found: FigureTable = site().library.figures(state.search_view(), unit=state.unit or None, minimum=low, maximum=high)
    return found


def _export_format() -> str:
    form = request.args.get("format", "csv")
    if form not in EXPORTS:
        raise Problem(400, "bad-format", f"没有“{form[:40]}”这种导出格式。", hint=f"可用的是 {'、'.join(EXPORTS)}。")
    return form


def _download(body: str | Iterator[bytes], mimetype: str, name: str) -> Response:
    response = Response(body, content_type=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
