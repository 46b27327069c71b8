"""What a user says of a source and cannot mean is told, and the rest of it holds."""

from __future__ import annotations

from datetime import date

import pytest

from search.labels.region.label import label_regions
from search.labels.stated import doubts_of
from search.model import Block, BlockKind, Metadata, Origin
from search.reading import sidecar
from search.reading.sidecar import read_sidecar


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        (Metadata(date=date(2019, 5, 1), year=2020), ["日期", "年份", "2020"]),
        (Metadata(years=(2018, 2020), forbid_years=(2020,)), ["2020", "以给出为准"]),
        (Metadata(regions=("火星",)), ["火星", "不在行政区划表中"]),
        (Metadata(forbid_regions=("鼓楼区",)), ["鼓楼区", "不止一处"]),
        (Metadata(regions=("滦平县",), forbid_regions=("河北省",)), ["滦平县", "以给出为准"]),
        (Metadata(programs=("不存在",)), ["不存在", "类型"]),
        (Metadata(programs=("教育帮扶",), forbid_programs=("education",)), ["教育帮扶", "以给出为准"]),
        (Metadata(mechanisms=("东西部协作",), forbid_mechanisms=("东西部协作",)), ["东西部协作", "机制"]),
    ],
)
def test_what_cannot_be_meant_is_told(stated: Metadata, said: list[str]) -> None:
    """Each contradiction and each unknown name is one sentence that names it."""
    (told,) = doubts_of(stated)
    assert all(word in told for word in said)


def test_what_can_be_meant_is_not_doubted() -> None:
    """Names of every spelling, dates that agree, and the ruling out of what is not asked for are taken without a word."""
    stated = Metadata(
        date=date(2019, 5, 1),
        year=2019,
        regions=("滦平县", "北京市/密云区", "全国"),
        forbid_regions=("河北省/承德市/隆化县",),
        programs=("消费扶贫",),
        forbid_programs=("education",),
        mechanisms=("定点扶贫",),
    )
    assert doubts_of(stated) == ()


def test_a_long_list_is_told_in_short() -> None:
    """A thousand unknown names make one sentence of bounded length."""
    (told,) = doubts_of(Metadata(regions=tuple(f"星球{number}" * 20 for number in range(1000))))
    assert "等 1000 个" in told
    assert len(told) < 300


def test_a_place_is_ruled_out_by_any_of_its_names() -> None:
    """A user who rules out 滦平县 need not write its path; what is asked for holds against what is ruled out."""
    blocks = [Block(BlockKind.BODY, "密云区对口帮扶滦平县。", ())]
    ruled_out = label_regions(blocks, Metadata(forbid_regions=("滦平县",), origin=Origin.USER))
    assert [label.path for label in ruled_out.labels[0]] == ["北京市/密云区"]
    asked = label_regions(blocks, Metadata(regions=("滦平县",), forbid_regions=("河北省",), origin=Origin.USER))
    assert "河北省/承德市/滦平县" in {label.path for label in asked.labels[0]}
    assert "河北省/承德市/滦平县" in asked.about


def test_keys_too_deep_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key of twenty thousand parts, or a table of them, is refused with a sentence; one at the bound is read."""
    monkeypatch.setattr(sidecar, "MAX_DEPTH", 3)
    assert "太深" in read_sidecar(b'title = "t"\na.b.c.d.e = 1')[1][0]
    assert "太深" in read_sidecar(b"[a.b.c.d.e]\nk = 1")[1][0]
    assert "太深" in read_sidecar(b"x = {a.b.c.d.e = 1}")[1][0]
    monkeypatch.setattr(sidecar, "_parsed", lambda _: pytest.fail("parsed"))
    assert "太深" in read_sidecar(b".".join([b"k"] * 20_000) + b" = 1")[1][0]
    monkeypatch.undo()
    monkeypatch.setattr(sidecar, "MAX_DEPTH", 4)
    assert read_sidecar(b'title = "t"\na.b.c.d.e = 1')[0].title == "t"


def test_sides_that_contradict_each_other_are_told() -> None:
    """A place said to help and not to, to help and to take, or that no table knows is told of, once each."""
    found = doubts_of(
        Metadata(supporters=("密云区", "没有的县"), forbid_supporters=("密云区",), recipients=("密云区",), origin=Origin.USER)
    )
    assert len(found) == 3
    assert sum("密云区" in one for one in found) == 2
    assert not doubts_of(Metadata(supporters=("密云区",), recipients=("滦平县",), origin=Origin.USER))
