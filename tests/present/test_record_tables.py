"""Figures and relations taken away: every form holds the same rows, and no cell is a formula or breaks a file."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from search.errors import BadRequest
from search.model import Figure, Party, Relation
from search.present.record_tables import FIGURE_COLUMNS, figure_cells, graphml, relation_cells, table
from search.results import FigureRow, RelationEvidence, RelationRow

texts = st.text(max_size=12) | st.sampled_from(("=1+1", "-2", "@x", "一\x01二", "a;b", "“<&>”"))
figures = st.builds(
    lambda text, value, subject, quote: FigureRow(Figure(text, value, "CNY", 0, 1, subject=subject), "p1", "d1", "题", quote),
    texts, st.floats(-1e15, 1e15), texts, texts,
)  # fmt: skip


def written(rows: list[FigureRow], form: str) -> bytes:
    """The rows as a file."""
    return b"".join(table(FIGURE_COLUMNS, figure_cells(rows, "http://x"), form))


@given(st.lists(figures, max_size=4))
def test_every_form_holds_every_row(rows: list[FigureRow]) -> None:
    """CSV, JSON Lines and workbook have one row a figure, numbers as numbers, and nothing a spreadsheet would run."""
    told = [row.figure.value for row in rows]
    in_csv = list(csv.DictReader(io.StringIO(written(rows, "csv").decode().lstrip("\ufeff"))))
    assert [float(row["value"]) for row in in_csv] == pytest.approx(told)
    assert not any(cell.startswith(("=", "+", "@")) for row in in_csv for name, cell in row.items() if name != "value")
    assert [json.loads(line)["value"] for line in written(rows, "jsonl").splitlines() if line] == told
    sheet = openpyxl.load_workbook(io.BytesIO(written(rows, "xlsx"))).active
    assert sheet is not None
    assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == pytest.approx(told)
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)


def clause(giver: str, taker: str, quote: str = "") -> RelationEvidence:
    """A clause that says who helps whom."""
    said = Relation(Party(giver, giver), Party(taker, "", True), "对口支援", 0, 5, since=2016, years=(2016,))
    return RelationEvidence("p1", "d1", "题", 0, 5, quote, said)


def test_a_clause_is_a_row() -> None:
    """Relations as a table have a row for each clause, with its link."""
    rows = list(relation_cells([clause("北京市", "某校"), clause("北京市", "某校")], "http://x"))
    assert len(rows) == 2
    assert rows[0][:4] == ("北京市", "某校", "对口支援", 2016)
    assert "http://x/p/p1" in rows[0]


@given(texts, texts, texts)
def test_a_graph_is_well_formed(giver: str, taker: str, quote: str) -> None:
    """Whatever the names hold, the graph is XML with an edge between known nodes."""
    pair = RelationRow(giver, taker, ("对口支援",), 2016, None, (), (2016,), 1, (clause(giver, taker, quote),))
    root = etree.fromstring(b"".join(graphml([pair, pair])))
    space = "{http://graphml.graphdrawing.org/xmlns}"
    nodes = {node.get("id") for node in root.iter(f"{space}node")}
    edges = list(root.iter(f"{space}edge"))
    assert len(edges) == 2
    assert {edges[0].get("source"), edges[0].get("target")} == nodes


def test_an_unknown_form_is_refused_before_the_first_byte() -> None:
    """The refusal names the forms there are."""
    with pytest.raises(BadRequest, match="没有"):
        table((), (), "pdf")
