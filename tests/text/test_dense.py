"""What is written densely reads back as it was, whatever stands in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text.dense import dense, from_dense


@given(text=st.text() | st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)))
def test_every_text_comes_back(text: str) -> None:
    """Any text, of any script."""
    assert from_dense(dense(text)) == text


@pytest.mark.parametrize("text", ["\ud800", "\0", "\ue5e5", "\u1e3f", "\u9fb4", "\ufe19", "\U00020087", "甲\udfff乙"])
def test_characters_that_editions_moved_are_utf8(text: str) -> None:
    """Lone surrogates, private characters and those whose code an edition of the standard changed."""
    assert dense(text)[:1] == b"\0"
    assert from_dense(dense(text)) == text


def test_chinese_takes_two_bytes() -> None:
    """Common characters and punctuation: half to two thirds of UTF-8."""
    assert len(dense("扶贫协作，对口支援。")) == 20


@given(rows=st.lists(st.text(st.characters(exclude_characters="\n")), min_size=1))
def test_a_line_break_parts_texts(rows: list[str]) -> None:
    """No other character has the byte of a line break in it."""
    assert [from_dense(row) for row in b"\n".join(map(dense, rows)).split(b"\n")] == rows
