"""Which places a document is about: those that carry it, not those a sentence of it mentions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.labels.gazetteer import gazetteer
from search.labels.region import about
from search.labels.region.about import places_about
from search.labels.region.label import label_regions
from search.model import Block, BlockKind, Metadata

PATHS = st.sampled_from(["北京市", "北京市/密云区", "河北省", "河北省/承德市", "河北省/承德市/滦平县", "云南省/昆明市", "广东省"])
MENTIONS = st.lists(st.lists(st.tuples(PATHS, st.integers(0, 300)), max_size=5), max_size=8)


def _body(*texts: str) -> list[Block]:
    return [Block(BlockKind.BODY, text, ()) for text in texts]


def _about(*texts: str) -> tuple[str, ...]:
    return label_regions(_body(*texts), Metadata()).about


@given(MENTIONS, st.sets(PATHS))
def test_what_a_document_is_about_is_named_in_it(mentions: list[list[tuple[str, int]]], sides: set[str]) -> None:
    """Every place a document is about is named in it, or holds one that is; none is listed twice, none lies below another."""
    found = places_about(_body(*["文" * 400] * len(mentions)), mentions, sides)
    paths = {path for here in mentions for path, _ in here}
    named = paths.union(*map(gazetteer().ancestors, paths))
    assert set(found) <= named
    assert len(set(found)) == len(found)
    assert not any(one.startswith(other + "/") for one in found for other in found)


@given(MENTIONS)
def test_sides_only_add(mentions: list[list[tuple[str, int]]]) -> None:
    """A province that is a main side of the aid is about no later than without."""
    blocks = _body(*["文" * 50] * len(mentions))
    with_side = {path.partition("/")[0] for path in places_about(blocks, mentions, {"广东省"})}
    assert {path.partition("/")[0] for path in places_about(blocks, mentions)} <= with_side


def test_a_place_named_once_in_a_list_is_only_mentioned() -> None:
    """A pairing told of all through is what a document is about; the provinces that took part in a fair are not."""
    found = _about(
        "天津市武清区对口帮扶甘肃省静宁县，武清区选派医生到静宁县坐诊。",
        "静宁县的苹果卖到武清区，武清区又为静宁县建冷库。",
        "秋天的展销会上，山东、河南、湖北、湖南、安徽的客商也来订货。",
        "武清区和静宁县签了新协议。",
        "静宁县群众收入增加，武清区继续帮扶。",
    )
    assert set(found) == {"甘肃省/平凉市/静宁县", "天津市/武清区"}


def test_titles_weigh_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """A province in the title is about though the text names another more often; without that weight it is not."""
    blocks = [Block(BlockKind.TITLE, "青海山村的新校舍", ()), *_body("四川的老师来了。", "四川来信说，四川的教材到了。", "四川又派人来。")]
    blocks += _body("课桌也到了。", "孩子们唱起四川民歌，谢谢四川。")
    assert "青海省" in label_regions(blocks, Metadata()).about
    monkeypatch.setattr(about, "TITLE", 1)
    assert "青海省" not in label_regions(blocks, Metadata()).about


def test_sparse_names_make_no_theme(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long document that names a province once in its midst is about none; a short one is."""
    texts = ("经验" * 150 + "。", "比如贵州省的做法。", "经验" * 150 + "。")
    assert _about(*texts) == ()
    monkeypatch.setattr(about, "SPARSE", 10_000)
    assert _about(*texts) == ("贵州省",)


def test_finer_places_stand_for_those_above(monkeypatch: pytest.MonkeyPatch) -> None:
    """A county that carries its province is what the document is about; where many counties share the weight, the province is."""
    texts = ("河北省赤城县脱贫，赤城县增收，赤城县群众致富。", "滦平县、隆化县、丰宁县、围场县受到表彰。")
    assert _about(texts[0]) == ("河北省/张家口市/赤城县",)
    assert _about(texts[0], texts[1]) == ("河北省/承德市", "河北省/张家口市/赤城县")
    monkeypatch.setattr(about, "CARRIES", 0.9)
    assert _about(texts[0], texts[1]) == ("河北省",)


def test_the_users_word_comes_first() -> None:
    """Places the user states are what the document is about, those the user forbids are not."""
    found = label_regions(_body("云南省昆明市和贵州省贵阳市来往。"), Metadata(regions=("海南省",), forbid_regions=("云南省",)))
    assert found.about == ("海南省", "贵州省/贵阳市")
