"""The list of names is found as a plain search finds each of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.labels.spotting import Spotter
from tests.house.constants import patch_constant

LETTERS = "甲乙丙丁\n🀄\ud800"


@given(
    words=st.sets(st.text("甲乙丙丁", min_size=2, max_size=4), max_size=8),
    texts=st.lists(st.text(LETTERS, max_size=30), max_size=4),
    piece=st.integers(2, 40),
)
def test_every_word_is_found_wherever_it_is(words: set[str], texts: list[str], piece: int) -> None:
    """Whatever the texts and however they are cut for looking, each text has exactly the places where a word begins in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch_constant(patch, "search.labels.spotting._PIECE", piece)
        found = Spotter({word: word for word in words}).spots(texts)
    for text, here in zip(texts, found, strict=True):
        there = [(at + len(word), at, word) for word in words for at in range(len(text)) if text.startswith(word, at)]
        assert here == sorted(there)


@pytest.mark.parametrize("word", ["甲", "", "甲\n乙"])
def test_a_word_that_could_not_be_found_is_refused(word: str) -> None:
    """A list that holds a single character or a line break is a mistake, told when it is made."""
    with pytest.raises(ValueError, match="two characters"):
        Spotter({word: 1})
