"""Answers are bounded whatever is asked, and exports take memory for a few rows only."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from datetime import date

import pytest
from flask.testing import FlaskClient

from search import Library, Settings
from search.model import BlockKind, Passage
from search.present.cite_record import CitationRecord
from search.present.export import ExportRow, export
from search.question import Question
from web.shown import largest as cutting
from web.shown.largest import largest

SEARCH = "/search?q=%E5%B8%AE%E6%89%B6"


@pytest.mark.parametrize("name", ["off", "region", "not_year", "document", "x"])
def test_thousands_of_parameters_are_refused(client: FlaskClient, name: str) -> None:
    """A page repeats its parameters in each link, so their number is limited: as many as may be are answered, one more is 400."""
    for count, status in ((199, {200, 400}), (200, {400})):
        answer = client.get(SEARCH + f"&{name}=2019" * count)
        assert answer.status_code in status
        assert len(answer.get_data()) < 8_000_000
    assert client.get(SEARCH + f"&{name}=2019" * 200).headers.get("Cache-Control") == "no-store"


@pytest.mark.parametrize("name", ["unit", "off", "region", "view"])
def test_long_values_are_refused(client: FlaskClient, name: str) -> None:
    """Only texts to be searched for may be long."""
    assert client.get(f"{SEARCH}&{name}={'x' * 2_001}").status_code == 400
    assert client.get(f"/search?q={'x' * 5_000}").status_code == 200


def test_tables_are_cut_to_the_largest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows and columns with the most passages stay, in their order, and it is said that there are more; a small table stays whole."""
    monkeypatch.setattr(cutting, "ROWS", 2)
    monkeypatch.setattr(cutting, "COLUMNS", 2)
    rows, columns = (("a", "甲"), ("b", "乙"), ("c", "丙")), (("x", "x"), ("y", "y"), ("z", "z"))
    kept = largest(rows, columns, ((5, 0, 1), (0, 0, 1), (0, 2, 9)))
    assert kept[:3] == ((rows[0], rows[2]), (columns[0], columns[2]), ((5, 1), (0, 9)))
    assert "2" in kept[3]
    assert largest(rows[:2], columns[:2], ((1, 2), (3, 4))) == (rows[:2], columns[:2], ((1, 2), (3, 4)), "")


def rows(count: int) -> Iterator[ExportRow]:
    """So many rows, none of which is kept here."""
    for number in range(count):
        passage = Passage(f"p{number:011}", "d", number, BlockKind.BODY, f"第{number}段：南岭区与北岭县签订帮扶协议。" * 20, ())
        record = CitationRecord(passage.id, "题目", year=2020, url=f"https://example.org/p/{passage.id}", quote=passage.text)
        yield ExportRow(passage, record, f"https://example.org/d/d{number // 10}", "d.txt")


@pytest.mark.parametrize("form", ["csv", "jsonl", "bibtex", "ris", "gbt7714", "markdown", "docx"])
def test_exports_take_the_same_memory_however_long(form: str) -> None:
    """Eight times the rows: hardly more memory at the peak, in every format."""
    peaks = []
    for count in (250, 2_000):
        sum(map(len, export(rows(10), form, date(2026, 1, 1))))
        tracemalloc.start()
        assert sum(map(len, export(rows(count), form, date(2026, 1, 1)))) > 0
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 5_000_000


def test_an_export_is_what_the_search_finds(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gone through a few at a time, the rows are those of the search, in its order, up to the limit."""
    whole = b"".join(library.export(Question("帮扶"), "jsonl"))
    monkeypatch.setattr("search.answering.searching.EACH", 7)
    assert b"".join(library.export(Question("帮扶"), "jsonl")) == whole
    assert whole.count(b"\n") == min(library.search("帮扶").total, Settings().max_export_rows)


def test_the_command_exports_to_a_closed_pipe(index: str) -> None:
    """A reader that stops reading ends the export without a trace."""
    command = [sys.executable, "-m", "search", "export", "", "--format", "csv", "--engine", index]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
