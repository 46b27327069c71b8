"""Both segmenters cut alike, and as the field needs it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query import analysis
from search.text.fold import match_form
from search.text.segment import Segmenter

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


@cache
def pair() -> tuple[Segmenter, Segmenter]:
    """The native segmenter and jieba itself, with the same words."""
    words = analysis.lexicon()
    return Segmenter(words), Segmenter(words, native=False)


@given(st.one_of(st.text(max_size=40), st.text("北京市密云区消费扶贫COVID-19-a.b 8.79亿元%😀𠮷，。①万企帮村的", max_size=40)))
def test_native_and_plain_agree(text: str) -> None:
    """The same tokens with the same places, whatever the text."""
    native, plain = pair()
    form = match_form(text).text
    assert list(native.segment(form)) == list(plain.segment(form))


def test_native_and_plain_agree_on_the_seeds() -> None:
    """The same tokens over the five seeds."""
    native, plain = pair()
    for path in sorted(SEEDS.glob("*.txt")):
        form = match_form(path.read_text(encoding="utf-8").replace("\n", "")).text
        assert list(native.segment(form)) == list(plain.segment(form))


@given(st.text(max_size=60))
def test_tokens_stand_where_they_say(text: str) -> None:
    """A token is the text of its range; every letter and digit is in one, sorted by place."""
    form = match_form(text).text
    tokens = list(pair()[0].segment(form))
    assert all(form[start:end] == word for word, start, end in tokens)
    assert [token[1:] for token in tokens] == sorted(token[1:] for token in tokens)
    covered = {place for _, start, end in tokens for place in range(start, end)}
    assert covered >= {place for place, char in enumerate(form) if "\u4e00" <= char <= "\u9fa5" or (char.isascii() and char.isalnum())}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("万企帮万村", {"万企帮万村"}),
        ("北京市密云区共结对帮扶", {"密云区", "共", "结对帮扶"}),
        ("实现脱贫8.79亿元", {"脱贫", "8.79", "亿元"}),
        ("巴林右旗扶贫车间", {"巴林右旗", "扶贫车间", "扶贫", "车间"}),
        ("covid-19疫情", {"covid", "19", "疫情"}),
        ("𠮷野家", {"𠮷"}),
    ],
)
def test_words_of_the_field(text: str, words: set[str]) -> None:
    """Names and terms stay whole and come with the words inside them."""
    assert words <= {token[0] for token in analysis.words(text)}


def test_boundaries_are_token_edges_and_punctuation() -> None:
    """A run may start or end where a word does, and on either side of a character that is in none."""
    tokens = analysis.words("京东，北京")
    starts, ends = analysis.boundaries(tokens, 5)
    assert list(starts) == [1, 0, 1, 1, 0, 0]
    assert list(ends) == [0, 0, 1, 1, 0, 1]
