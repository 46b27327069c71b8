"""Laws of the query language."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.query.describe import canonical, describe, escape
from search.query.parse import parse
from search.query.syntax import Word
from search.settings import Settings

PIECES = (
    *("消费扶贫", "密云", "京东", "a", "来", "京", "就", "5", "😀", "𠮷", "\ud800"),
    *("AND", "OR", "NOT", "与", "或", "非", "|", "&", "NEAR/3", "近/5", "PRE/2", "-", "+", "－", "*", "?", "＊", "？"),
    *("(", ")", "（", "）", '"', "“", "”", "「", "」", "[", "]", "［", "\\", "北[京东]西"),
    *(":", "：", "标题:", "地区：", "year:", "2018-2020"),
    *(" ", " ", " ", "　", "\n", "\u0000", "\u202e", "\u200b"),
)
texts = st.one_of(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.text(max_size=40))


@given(texts)
def test_canonical_asks_the_same(text: str) -> None:
    """The canonical writing of any query parses to the query."""
    query = parse(text)
    assert parse(canonical(query)) == query


@given(texts)
def test_never_raises_and_points_into_the_text(text: str) -> None:
    """Any text is a query, can be read back, and every note stands at a place of the text typed."""
    query = parse(text)
    assert describe(query)
    assert describe(query, "en")
    for note in query.notes:
        assert 0 <= note.start < note.end <= len(text)


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Zs", "Zl", "Zp"]), min_size=1, max_size=20))
def test_escaped_text_is_one_word(text: str) -> None:
    """Whatever is escaped is searched literally."""
    assert parse(escape(text)).root == Word(text)


@given(st.sampled_from(PIECES), st.integers(1, 10_000))
def test_long_queries_are_cut_with_a_note(piece: str, times: int) -> None:
    """Ten thousand of anything is answered, and what was cut is said."""
    settings = Settings(max_query_chars=500, max_query_terms=20)
    query = parse(piece * times, settings)
    codes = {note.code for note in query.notes}
    printable = len(piece.replace("\u0000", "").replace("\u202e", "").replace("\u200b", ""))
    assert ("too-long" in codes) == (printable * times > 500)
