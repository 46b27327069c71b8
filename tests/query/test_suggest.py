"""Suggestions by characters and by pinyin."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.model import BlockKind, Document, Passage, RegionLabel
from search.query.suggest import AttachedSuggestions, Suggester, build_suggestions
from search.text.pinyin import initials, is_spelling, looks_like, sounds_like, spelling, spellings


@cache
def suggester() -> Suggester:
    """Over one small document."""
    lines = (
        "密云区消费扶贫分中心",
        "密云区与滦平县结对，消费扶贫成效显著",
        "北京首农食品集团落户玉树",
        "北京首农食品集团采购牛羊肉",
        "滦平县扶贫车间",
    )
    region = RegionLabel("北京市/密云区", evidence=((0, 3),))
    passages = tuple(
        Passage(f"p{place}", "d", place, BlockKind.HEADING if place == 1 else BlockKind.BODY, text, (), regions=(region,) * (place < 3))
        for place, text in enumerate(lines, start=1)
    )
    return Suggester(AttachedSuggestions(build_suggestions([Document("d", "真抓实干来帮扶 密云模式助脱贫", "d.txt", "", "txt", passages)])))


@pytest.mark.parametrize("prefix", ["密", "mi", "miy", "miyun", "my", "密y", "密yun", "ＭＩＹＵＮ"])
def test_a_place_by_characters_and_pinyin(prefix: str) -> None:
    """密云区 is suggested however its start is typed."""
    assert "密云区" in [one.text for one in suggester().suggest(prefix)]


def test_organisations_titles_and_terms() -> None:
    """Names of organisations, titles by their middle, and frequent terms."""
    found = {one.text: one.kind for prefix in ("北京", "真抓", "消费", "模式") for one in suggester().suggest(prefix)}
    assert found["北京首农食品集团"] == "organisation"
    assert found["真抓实干来帮扶 密云模式助脱贫"] == "title"
    assert found["消费扶贫"] == "term"


@given(st.text(max_size=12), st.integers(1, 5))
def test_any_prefix_is_answered(prefix: str, limit: int) -> None:
    """Any prefix gives at most as many suggestions as asked for, each once."""
    found = [one.text for one in suggester().suggest(prefix, limit)]
    assert len(found) == len(set(found)) <= limit


def test_nothing_attached_suggests_nothing() -> None:
    """A generation without the attachment has no suggestions."""
    assert Suggester(AttachedSuggestions(b"")).suggest("密") == []
    assert list(Suggester(AttachedSuggestions(b"")).spelled("miyun")) == []


@given(text=st.text(alphabet="密云蔚县重长行a1·", min_size=1, max_size=12))
def test_the_spelling_is_the_likeliest_of_all(text: str) -> None:
    """One spelling costs no list of all."""
    assert spelling(text) == spellings(text)[0]


def test_sounds_and_shapes() -> None:
    """Readings, homophones and look-alikes."""
    assert spellings("密云")[0] == "miyun"
    assert initials("滦平") == "lp"
    assert "yuxian" in spellings("蔚县")
    assert "平" in sounds_like("坪")
    assert "青" in looks_like("清")
    assert is_spelling("xi'an")
    assert not is_spelling("covid")


def test_a_heading_that_leads_on_is_suggested_whole() -> None:
    """A heading that ends in a dash or a colon (促发展——) is suggested without it, beside titles that begin with one."""
    texts = ("补短板——", "补短板的路：", "——补短板纪实")
    passages = tuple(Passage(f"p{at}", "d", at, BlockKind.HEADING, text, ((at, at),)) for at, text in enumerate(texts, 1))
    document = Document("d", "补短板——", "a.txt", "0", "txt", passages)
    found = {one.text for one in Suggester(AttachedSuggestions(build_suggestions([document]))).suggest("补")}
    assert found >= {"补短板", "补短板的路", "补短板纪实"}
    assert not any(text.strip("—：") != text for text in found)
