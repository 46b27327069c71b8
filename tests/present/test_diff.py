"""The difference of two texts loses nothing and reads like words."""

from __future__ import annotations

from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from search.present.diff import NEW, OLD, SAME, word_difference
from search.present.fragment import text_fragment
from search.text.sentences import sentences

TEXT = st.text(st.sampled_from("密云区投入资金9801万元。，！？”\n .ab"), max_size=60)


@given(TEXT, TEXT)
def test_both_texts_can_be_put_together_again(old: str, new: str) -> None:
    """Same and old pieces are the old text, same and new pieces the new one."""
    pieces = word_difference(old, new)
    assert "".join(text for op, text in pieces if op in (SAME, OLD)) == old
    assert "".join(text for op, text in pieces if op in (SAME, NEW)) == new
    assert all(text for _, text in pieces)


def test_numbers_are_not_cut() -> None:
    """9801 became 9810: the reader sees the numbers, not their digits."""
    assert word_difference("财政援助资金9801万元", "财政援助资金9810万元") == (
        (SAME, "财政援助资金"), (OLD, "9801"), (NEW, "9810"), (SAME, "万元"),
    )  # fmt: skip


@given(TEXT)
def test_sentences_hold_all_that_is_not_space(text: str) -> None:
    """Ranges in order, not overlapping, nothing but white space between them."""
    end = 0
    for start, stop in sentences(text):
        assert not text[end:start].strip()
        assert start < stop
        assert text[start:stop] == text[start:stop].strip()
        end = stop
    assert not text[end:].strip()


def test_sentences_end_where_a_reader_says() -> None:
    """Closing quotes belong to their sentence; decimals and commas end none."""
    text = "他说：“好。”增长8.1%，共729万元！真的？是的……\n完"
    assert [text[start:end] for start, end in sentences(text)] == ["他说：“好。”", "增长8.1%，共729万元！", "真的？", "是的……", "完"]


def test_text_fragments_are_cut_at_clauses_and_encoded() -> None:
    """Prefix and suffix are whole clauses, hyphens and commas of the text are escaped."""
    text = "前一句话。2018-2020年，投入资金，修路。后一句话。"
    fragment = text_fragment(text, (5, text.index("后")))
    assert unquote(fragment) == ":~:text=前一句话。-,2018-2020年，投入资金，修路。,-后一句话。"
    assert "2018%2D2020" in fragment
    assert text_fragment(text, (3, 3)) == ""


def test_long_quotes_are_given_by_their_ends() -> None:
    """A link must not be as long as the paragraph."""
    text = "密云区委、区政府主动提高政治站位，" + "建立机制，" * 30 + "全力帮助结对地区打赢脱贫攻坚战。"
    fragment = unquote(text_fragment(text, (0, len(text))))
    assert fragment == ":~:text=密云区委、,全力帮助结对地区打赢脱贫攻坚战。"
