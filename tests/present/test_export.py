"""Exports stream, hold what was found, and do no harm where they are opened."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import BadRequest
from search.model import BlockKind, Passage, ProgramLabel, RegionLabel, YearLabel
from search.present.cite import CitationRecord, CiteKind
from search.present.export import FORMATS, ExportRow, export, safe_cell

ACCESSED = date(2026, 11, 22)


def row(number: int, text: str, document: str = "d1", title: str = "携手奔小康") -> ExportRow:
    """A passage as found."""
    passage = Passage(
        f"p{number}",
        document,
        number,
        BlockKind.BODY,
        text,
        ((1, 1),),
        section=("一、节",),
        regions=(RegionLabel("河北省/承德市/滦平县"),),
        years=(YearLabel(2020), YearLabel(2019)),
        programs=(ProgramLabel("consumption", "消费扶贫", 2.0),),
    )
    record = CitationRecord(
        passage.id, title, CiteKind.NEWSPAPER, container="北京日报", date=date(2020, 3, 1), url=f"https://x/p/p{number}", quote=text
    )
    return ExportRow(passage, record, f"https://x/d/{document}", "a.txt")


def whole(rows: list[ExportRow], form: str) -> bytes:
    """The export in one piece."""
    return b"".join(export(rows, form, ACCESSED, title="阅读清单"))


@pytest.mark.parametrize("form", [form for form in FORMATS if form not in ("docx", "xlsx", "parquet")])
def test_exports_stream(form: str) -> None:
    """The first bytes come after the first row, not after the last."""
    seen: list[int] = []

    def rows() -> Iterator[ExportRow]:
        for number in range(3):
            seen.append(number)
            yield row(number, "一句话。", f"d{number}")

    pieces = export(rows(), form, ACCESSED)
    next(pieces)
    assert len(seen) <= 1
    assert list(pieces)


@given(st.text(max_size=20))
def test_no_cell_is_a_formula(text: str) -> None:
    """Whatever stands in a text, no spreadsheet program computes it."""
    cell = safe_cell(text).lstrip()
    assert not cell or cell[0] not in "=+-@＝＋－＠"


def test_csv_opens_in_a_spreadsheet() -> None:
    """UTF-8 with BOM, quoted as it must be, one line a row, formulas disarmed."""
    data = whole([row(1, '=HYPERLINK("http://evil")'), row(2, "有“引号”,逗号\n和换行")], "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    table = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [one["id"] for one in table] == ["p1", "p2"]
    assert table[0]["text"] == '\'=HYPERLINK("http://evil")'
    assert table[1]["text"] == "有“引号”,逗号\n和换行"
    assert (table[0]["regions"], table[0]["years"], table[0]["programs"]) == ("河北省/承德市/滦平县", "2019; 2020", "消费扶贫")


def test_json_lines_keep_types() -> None:
    """One object a line, lists as lists, text untouched."""
    (line,) = whole([row(1, "=一\n二\x00")], "jsonl").decode().splitlines()
    found = json.loads(line)
    assert (found["text"], found["years"], found["permalink"]) == ("=一\n二\x00", [2019, 2020], "https://x/p/p1")


def test_reference_lists_name_each_document_once() -> None:
    """A list of references is numbered and has no doubles."""
    lines = whole([row(1, "甲。"), row(2, "乙。"), row(3, "丙。", "d2", "另一篇")], "gbt7714").decode().splitlines()
    assert lines == [
        "[1] 携手奔小康[N/OL]. 北京日报，2020-03-01. https://x/d/d1.",
        "[2] 另一篇[N/OL]. 北京日报，2020-03-01. https://x/d/d2.",
    ]


def test_bibtex_and_ris_hold_every_passage() -> None:
    """Entries for programs are one a passage, with its quote and its own link."""
    rows = [row(1, "甲。"), row(2, "乙。")]
    assert whole(rows, "bibtex").decode().count("@article{") == 2
    assert whole(rows, "ris").decode().count("ER  - ") == 2
    assert "annotation = {乙。}" in whole(rows, "bibtex").decode()


def test_markdown_quotes_and_escapes() -> None:
    """A reading list by document; what would be markup stays text."""
    text = whole([row(1, "甲 *不是* <b>粗体</b>"), row(2, "乙。")], "markdown").decode()
    assert text.startswith("# 阅读清单\n\n## 携手奔小康\n\n")
    assert r"> 甲 \*不是\* \<b\>粗体\</b\>" in text
    assert text.count("## ") == 1
    assert "(<https://x/p/p2>)" in text


def test_docx_opens_with_headings_quotes_and_links() -> None:
    """Word gets a real document, also from text with characters XML forbids."""
    found = docx.Document(io.BytesIO(whole([row(1, "甲\x00\x0b。"), row(2, "乙。")], "docx")))
    texts = [(paragraph.style.name if paragraph.style else "", paragraph.text) for paragraph in found.paragraphs]
    assert ("Title", "阅读清单") in texts
    assert ("Heading 1", "携手奔小康") in texts
    assert ("Quote", "甲。") in texts
    links = {relation.target_ref for relation in found.part.rels.values() if relation.is_external}
    assert {"https://x/p/p1", "https://x/p/p2"} <= links


@pytest.mark.parametrize("form", FORMATS)
def test_an_empty_result_is_a_valid_file(form: str) -> None:
    """Nothing found exports as nothing, without an error."""
    data = whole([], form)
    assert form in ("jsonl", "bibtex", "ris", "gbt7714", "gbt7714-2015") or data


def test_an_unknown_form_is_refused_before_the_first_byte() -> None:
    """The page can still say so: nothing was sent yet."""
    with pytest.raises(BadRequest, match="csv"):
        export([], "xls", ACCESSED)
