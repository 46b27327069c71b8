"""Where presenting changes path, or stops, by how much there is: both sides of each constant, which is patched small."""

from __future__ import annotations

import csv
import io
from datetime import date

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.present import notebook
from search.present.cite import CitationRecord, CiteKind, cite
from search.present.cite_search import SearchCitation, decode_citation
from search.present.cite_web import meta_tags
from search.present.diff import word_difference
from search.present.fragment import text_fragment
from search.present.highlight import snippets
from search.present.parquet import parquet
from search.present.record_tables import table
from tests.house.constants import patch_constant

RECORD = CitationRecord(
    "p1", "题名", CiteKind.NEWSPAPER, date=date(2020, 3, 1), url="https://x/p/p1", quote="引" * 6, authors=("甲", "乙", "丙")
)


@pytest.mark.parametrize(("named", "others"), [(3, False), (2, True)])
def test_authors_beyond_those_named_are_said_to_be_there(monkeypatch: pytest.MonkeyPatch, named: int, others: bool) -> None:
    """Three authors are named where three are; where two are, 等 follows them."""
    patch_constant(monkeypatch, "search.present.cite_gb.NAMED_AUTHORS", named)
    text = cite(RECORD, "gbt7714", accessed=date(2026, 1, 1))
    assert ("等" in text) is others
    assert ("丙" in text) is not others


@pytest.mark.parametrize(("most", "read"), [(41, True), (40, False)])
def test_a_search_cited_with_an_impossible_total_is_none(monkeypatch: pytest.MonkeyPatch, most: int, read: bool) -> None:
    """A total up to the bound comes back as it was written, one above it makes no citation."""
    patch_constant(monkeypatch, "search.present.cite_search.MAX_TOTAL", most)
    citation = SearchCitation((("q", "扶贫"),), 41, "g1", date(2026, 1, 1))
    assert decode_citation(citation.encode()) == (citation if read else None)


@pytest.mark.parametrize(("longest", "said"), [(6, "引" * 6), (5, "引" * 5)])
def test_descriptions_are_cut(monkeypatch: pytest.MonkeyPatch, longest: int, said: str) -> None:
    """The description of a page holds the quote up to its bound."""
    patch_constant(monkeypatch, "search.present.cite_web.LONGEST_DESCRIPTION", longest)
    assert dict(meta_tags(RECORD))["og:description"] == said


@given(old=st.text("甲乙丙丁12，", max_size=12), new=st.text("甲乙丙丁12，", max_size=12), island=st.integers(0, 12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_differences_add_up_whatever_is_an_island(monkeypatch: pytest.MonkeyPatch, old: str, new: str, island: int) -> None:
    """Same and old pieces are the old text, same and new the new one, and no island is shorter than the bound."""
    with monkeypatch.context() as patch:
        patch_constant(patch, "search.present.diff.ISLAND", island)
        pieces = word_difference(old, new)
    assert "".join(text for op, text in pieces if op != "new") == old
    assert "".join(text for op, text in pieces if op != "old") == new


@pytest.mark.parametrize(("island", "pieces"), [(2, 2), (1, 5)])
def test_short_unchanged_text_is_part_of_a_change(monkeypatch: pytest.MonkeyPatch, island: int, pieces: int) -> None:
    """Two characters between two changes are swallowed where islands of two are."""
    patch_constant(monkeypatch, "search.present.diff.ISLAND", island)
    assert len(word_difference("甲丙丁乙", "子丙丁丑")) == pieces


QUOTE = "北山区派出医生三名，教师五名，到南河县工作两年，回来以后还打电话。"


@pytest.mark.parametrize(("whole", "pieces"), [(len(QUOTE), 1), (len(QUOTE) - 1, 2)])
def test_long_quotes_are_given_by_their_ends(monkeypatch: pytest.MonkeyPatch, whole: int, pieces: int) -> None:
    """A quote as long as the bound is given whole, a longer one by its first and last clause."""
    patch_constant(monkeypatch, "search.present.fragment.WHOLE", whole)
    assert len(text_fragment(QUOTE, (0, len(QUOTE))).split(",")) == pieces


@pytest.mark.parametrize(("context", "around"), [(10, 2), (9, 1), (5, 0)])
def test_long_clauses_are_no_context(monkeypatch: pytest.MonkeyPatch, context: int, around: int) -> None:
    """The clauses before (ten characters) and behind (nine) are given where they are no longer than the bound."""
    patch_constant(monkeypatch, "search.present.fragment.CONTEXT", context)
    start = QUOTE.index("教师")
    fragment = text_fragment(QUOTE, (start, start + 5))
    assert fragment.count("-,") + fragment.count(",-") == around


TEXT = "，".join(f"第{at}句说的是蘑菇大棚里的事情" for at in range(30))
SPANS = [(at, at + 2) for at in range(len(TEXT)) if TEXT[at : at + 2] == "蘑菇"]


@pytest.mark.parametrize("weighed", [1, 5, 10**6])
def test_marks_beyond_those_weighed_are_still_shown(monkeypatch: pytest.MonkeyPatch, weighed: int) -> None:
    """Cuts are chosen by the first marks; every mark inside a cut is a mark."""
    patch_constant(monkeypatch, "search.present.highlight.MOST_WEIGHED", weighed)
    cuts = snippets(TEXT, SPANS)
    assert cuts
    for cut in cuts:
        assert cut.html.count("<mark>") == sum(cut.start <= start and end <= cut.end for start, end in SPANS) > 0


@pytest.mark.parametrize("reach", [0, 1, 16, 40])
def test_a_cut_reaches_for_the_end_of_a_clause(monkeypatch: pytest.MonkeyPatch, reach: int) -> None:
    """Whatever the reach, the first mark is shown, the cut is no longer than its length and the reach at both ends, and with room it ends
    at a clause."""
    patch_constant(monkeypatch, "search.present.highlight._REACH", reach)
    (cut, *_) = snippets(TEXT, SPANS[12:13], chars=30, most=1)
    assert cut.start <= SPANS[12][0] < SPANS[12][1] <= cut.end
    assert cut.end - cut.start <= 30 + 2 * reach
    assert (TEXT[cut.end - 1] == "，") is (reach >= 16)
    whole = snippets(TEXT[: 30 + reach], [], chars=30, most=1)
    assert [(one.start, one.end) for one in whole] == [(0, 30 + reach)]


@pytest.mark.parametrize(("shown", "more"), [(3, 0), (2, 1)])
def test_rows_beyond_those_shown_in_a_notebook_are_counted(monkeypatch: pytest.MonkeyPatch, shown: int, more: int) -> None:
    """Three rows are shown where three are; where two are, one more is said to be there."""
    patch_constant(monkeypatch, "search.present.notebook.SHOWN", shown)
    html = notebook.table_html(("头",), [("甲",)] * min(shown, 3), "题", 3)
    assert (f"{more} more" in html) is bool(more)
    assert "more" in html or not more


@pytest.mark.parametrize("piece", [0, 20, 10**6])
def test_a_table_in_pieces_is_the_table(monkeypatch: pytest.MonkeyPatch, piece: int) -> None:
    """However large the pieces, a CSV has every row once, in order."""
    patch_constant(monkeypatch, "search.present.record_tables._PIECE", piece)
    rows = [(str(at), "一二三") for at in range(20)]
    pieces = list(table(("a", "b"), iter(rows), "csv"))
    assert (len(pieces) > 1) is (piece < 10**6)
    assert [tuple(row) for row in csv.reader(io.StringIO(b"".join(pieces).decode("utf-8-sig")))] == [("a", "b"), *rows]


@pytest.mark.parametrize(("longest", "kept"), [(4, "一二三四"), (3, "一二三")])
def test_cells_are_no_longer_than_a_workbook_takes(monkeypatch: pytest.MonkeyPatch, longest: int, kept: str) -> None:
    """A cell as long as the bound is whole."""
    patch_constant(monkeypatch, "search.present.workbook._LONGEST", longest)
    data = b"".join(table(("a",), [("一二三四",)], "xlsx"))
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == [kept]


@pytest.mark.parametrize("group", [1, 3, 1_000])
def test_groups_of_rows_are_all_rows(monkeypatch: pytest.MonkeyPatch, group: int) -> None:
    """However many rows are written at a time, the file has each once, in order."""
    patch_constant(monkeypatch, "search.present.parquet.GROUP", group)
    data = b"".join(parquet(("id",), ({"id": str(at)} for at in range(7))))
    assert pq.read_table(io.BytesIO(data)).column("id").to_pylist() == [str(at) for at in range(7)]
