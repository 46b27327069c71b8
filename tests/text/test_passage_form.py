"""The quick match form is the match form."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.text.fold import match_form
from search.text.passage_form import SHORT, passage_form
from tests.engine.corpora import HAN, ODD

telling = st.sampled_from("12１２,，、。 \t\u3000\u200b\ufe0fabＡＢ們雲\U00020000\U000e0101\ud800")
texts = st.lists(st.one_of(telling, st.characters(), st.sampled_from(HAN + ODD)), max_size=3 * SHORT).map("".join)


def same(text: str) -> bool:
    """Whether text and offsets are equal."""
    quick, right = passage_form(text), match_form(text)
    return quick.text == right.text and list(quick.offsets) == list(right.offsets)


@given(texts)
def test_it_is_the_match_form(text: str) -> None:
    """Text and offsets are those of `match_form`, for any text."""
    assert same(text)
    assert same(text * 3)


def test_every_character_of_the_basic_plane() -> None:
    """Each character is folded, or left out, as in the match form: alone in a passage and between two digits."""
    plane = "".join(map(chr, range(0x10000)))
    for start in range(0, len(plane), 64):
        assert same(plane[start : start + 64])
        assert same("9".join(plane[start : start + 64]))
