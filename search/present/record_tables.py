"""Figures and relations taken away: as tables (CSV, JSON Lines, XLSX) and, of relations, as a graph (GraphML)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from itertools import chain
from xml.sax.saxutils import escape, quoteattr

from search.errors import BadRequest
from search.present.export import safe_cell
from search.results import FigureRow, RelationEvidence, RelationRow

FIGURE_COLUMNS = (
    "text", "value", "unit", "qualifier", "subject", "years", "regions", "document", "passage", "url", "start", "end",
    "per", "change", "programs", "roles", "quote",
)  # fmt: skip
RELATION_COLUMNS = (
    "supporter", "recipient", "kind", "since", "until", "years", "amounts", "people", "quote", "document", "passage", "url", "start", "end",
)  # fmt: skip
Cell = str | int | float
Rows = Iterable[Sequence[Cell]]
_PIECE = 64 * 1024
"""Bytes sent at once, roughly."""
_NOT_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])


def figure_cells(rows: Iterable[FigureRow], base_url: str) -> Iterator[Sequence[Cell]]:
    """The cells of figures under `FIGURE_COLUMNS`; several values of a cell are parted by `;`, a change without a base is `?`."""
    for row in rows:
        figure = row.figure
        yield (
            figure.text, figure.value, figure.unit, figure.qualifier or "", figure.subject, ";".join(map(str, figure.years)),
            ";".join(figure.regions), row.document_title, row.passage_id, f"{base_url}/p/{row.passage_id}", figure.start, figure.end,
            figure.per or "", "" if figure.change is None else figure.change or "?", ";".join(figure.programs), ";".join(figure.roles),
            row.quote,
        )  # fmt: skip


def relation_cells(clauses: Iterable[RelationEvidence], base_url: str) -> Iterator[Sequence[Cell]]:
    """The cells of clauses under `RELATION_COLUMNS`, one row a clause."""
    for one in clauses:
        said = one.relation
        yield (
            said.supporter.name, said.recipient.name, said.kind, said.since or "", said.until or "", ";".join(map(str, said.years)),
            ";".join(figure.text for figure in said.amounts), ";".join(figure.text for figure in said.people), one.quote,
            one.document_title, one.passage_id, f"{base_url}/p/{one.passage_id}", one.start, one.end,
        )  # fmt: skip


def table(columns: Sequence[str], rows: Rows, form: str) -> Iterator[bytes]:
    """The table in one of `TABLES`. Raises BadRequest for another form, before the first byte."""
    if form not in TABLES:
        raise BadRequest(f"没有“{form[:40]}”这种表格。", hint=f"可用：{'、'.join(TABLES)}。")
    return TABLES[form](columns, rows)


def _csv(columns: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """With the mark by which spreadsheet programs know UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    out.write("\ufeff")
    for row in chain([columns], rows):
        writer.writerow([_plain(cell) for cell in row])
        if out.tell() > _PIECE:
            yield out.getvalue().encode("utf-8", "replace")
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode("utf-8", "replace")


def _plain(cell: Cell) -> Cell:
    return safe_cell(cell) if isinstance(cell, str) else f"{cell:.15g}" if isinstance(cell, float) else cell


def _jsonl(columns: Sequence[str], rows: Rows) -> Iterator[bytes]:
    for row in rows:
        yield json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _xlsx(columns: Sequence[str], rows: Rows) -> Iterator[bytes]:
    # openpyxl is a fifth of a second of imports that no page needs until a workbook is asked for.
    writer = import_module("search.present.workbook")
    yield writer.workbook(columns, rows)


TABLES: dict[str, Callable[[Sequence[str], Rows], Iterator[bytes]]] = {"csv": _csv, "jsonl": _jsonl, "xlsx": _xlsx}
_KEYS = (
    ("node", "label", "string"), ("node", "place", "string"), ("node", "unit", "boolean"), ("edge", "kinds", "string"),
    ("edge", "since", "int"), ("edge", "until", "int"), ("edge", "years", "string"), ("edge", "said", "int"), ("edge", "quote", "string"),
    ("edge", "passages", "string"),
)  # fmt: skip


def graphml(rows: Iterable[RelationRow]) -> Iterator[bytes]:
    """Pairs as a directed graph: nodes are the sides, edges lead from who helps to whom, with kinds, years and the passages that say so."""
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for owner, name, kind in _KEYS:
        yield f'<key id="{name}" for="{owner}" attr.name="{name}" attr.type="{kind}"/>\n'.encode()
    yield b'<graph edgedefault="directed">\n'
    known: set[str] = set()
    for row in rows:
        for name, side in zip((row.supporter, row.recipient), _sides(row), strict=True):
            if name not in known:
                known.add(name)
                yield _element("node", f"id={_quoted(name)}", side)
        edge = {
            "kinds": ";".join(row.kinds), "since": row.since, "until": row.until, "years": ";".join(map(str, row.years)), "said": row.said,
            "quote": row.evidence[0].quote if row.evidence else "",
            "passages": ";".join(dict.fromkeys(one.passage_id for one in row.evidence)),
        }  # fmt: skip
        yield _element("edge", f"source={_quoted(row.supporter)} target={_quoted(row.recipient)}", edge)
    yield b"</graph>\n</graphml>\n"


def _sides(row: RelationRow) -> tuple[dict[str, object], dict[str, object]]:
    first = row.evidence[0].relation if row.evidence else None
    parties = (first.supporter, first.recipient) if first else (None, None)
    one, other = (
        {"label": name.rpartition("/")[2], "place": party.place if party else "", "unit": str(bool(party and party.unit)).lower()}
        for name, party in zip((row.supporter, row.recipient), parties, strict=True)
    )
    return dict(one), dict(other)


def _element(tag: str, attributes: str, data: Mapping[str, object]) -> bytes:
    told = "".join(
        f'<data key="{name}">{escape(str(value).translate(_NOT_XML))}</data>' for name, value in data.items() if value not in ("", None)
    )
    return f"<{tag} {attributes}>{told}</{tag}>\n".encode("utf-8", "replace")


def _quoted(text: str) -> str:
    return quoteattr(text.translate(_NOT_XML))
