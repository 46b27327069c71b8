"""Mechanisms: what proves them, what hands them down, and the laws every labelling keeps."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.labels.labelling import label
from search.labels.mechanism.label import label_mechanisms
from search.labels.mechanism.table import is_arranged, mechanism_cues, mechanism_key, mechanisms
from search.model import Block, BlockKind, Metadata, Origin, RegionLabel, Role

CASES = tomllib.loads((Path(__file__).parent / "data" / "mechanism_cases.toml").read_text("utf-8"))


def body(text: str, *, kind: BlockKind = BlockKind.BODY, section: tuple[str, ...] = ()) -> Block:
    """A block of one source line."""
    return Block(kind, text, ((1, 1),), section=section)


def keys(text: str, regions: tuple[RegionLabel, ...] = ()) -> set[str]:
    """The mechanisms of a passage that stands alone."""
    return {label.key for label in label_mechanisms([body(text)], Metadata(), [regions]).labels[0]}


@pytest.mark.parametrize(("text", "required", "allowed"), CASES["cases"])
def test_passage_has_its_mechanisms(text: str, required: list[str], allowed: list[str]) -> None:
    """Each golden passage gets the mechanisms it must get and no other than it may."""
    found = keys(text)
    assert set(required) <= found <= set(required) | set(allowed)


@pytest.mark.parametrize(("giver", "taker", "words", "expected"), CASES["arranged"])
def test_open_words_mean_the_mechanism_the_two_are_paired_by(giver: str, taker: str, words: str, expected: str) -> None:
    """对口帮扶 between two provinces that are officially paired is that mechanism; without both sides it stays open."""
    regions = (RegionLabel(giver, Role.SUPPORTER, evidence=((0, 1),)), RegionLabel(taker, Role.RECIPIENT, evidence=((2, 3),)))
    assert expected in keys(f"甲市{words}乙市。", regions)
    assert expected not in keys(f"甲市{words}乙市。", regions[:1])
    assert expected not in keys("甲市到乙市考察。", regions)


def test_table_is_whole() -> None:
    """Every mechanism has label, definition, source and a name of its own; no cue proves two of them."""
    for one in mechanisms():
        assert one.label
        assert one.definition
        assert one.source
        assert one.synonyms
        assert mechanism_key(one.label) == one.key
        assert keys(f"{one.cues[0]}取得进展。") >= {one.key}
    assert [cue for cue, times in Counter(mechanism_cues()).items() if times > 1] == []


def test_heading_and_title_hand_down_and_the_own_word_beats_them() -> None:
    """A passage without a mechanism inherits the heading's, else the title's, marked and without evidence; headings inherit none."""
    title, heading = body("东西部协作结硕果", kind=BlockKind.TITLE), body("定点帮扶见实效", kind=BlockKind.HEADING)
    below = (heading.text,)
    blocks = [title, body("苹果卖出了好价钱。"), heading, body("路修通了。", section=below), body("对口支援的医生来了。", section=below)]
    labels = label_mechanisms(blocks, Metadata()).labels
    assert [[(label.key, label.inherited, bool(label.evidence)) for label in found] for found in labels] == [
        [("east_west", False, True)],
        [("east_west", True, False)],
        [("designated", False, True)],
        [("designated", True, False)],
        [("counterpart_support", False, True)],
    ]


def test_users_mechanisms_stand_and_forbidden_ones_fall() -> None:
    """The user's mechanisms are added with their origin, forbidden ones are refused with the reason."""
    metadata = Metadata(mechanisms=("定点扶贫", "没有的机制"), forbid_mechanisms=("东西部扶贫协作",))
    result = label_mechanisms([body("东西部协作再上台阶。")], metadata)
    assert [(label.key, label.origin) for label in result.labels[0]] == [("designated", Origin.USER)]
    assert [refused.reason for refused in result.rejected[0]] == ["使用者排除了这一机制"]


def test_weak_words_alone_are_refused_with_their_score() -> None:
    """A word that proves nothing by itself is listed as considered and refused."""
    (refused,) = label_mechanisms([body("东部省市的企业来了。")], Metadata()).rejected[0]
    assert refused.text == "东西部协作：东部省市"
    assert refused.reason == "得分 1.0，不足 2.0"


pieces = st.one_of(st.sampled_from(list(mechanism_cues())), st.sampled_from(["，", "。", "帮扶", "县", "粤桂协作"]), st.text(max_size=3))


@given(st.lists(st.lists(pieces, max_size=12).map("".join), max_size=4))
def test_labels_keep_their_laws(paragraphs: list[str]) -> None:
    """Evidence lies inside the text; a label without it is inherited; best come first; the same blocks give the same labels."""
    heading = "加强东西部协作"
    blocks = [body(heading, kind=BlockKind.HEADING), *(body(text, section=(heading,)) for text in paragraphs)]
    result = label_mechanisms(blocks, Metadata())
    assert len(result.labels) == len(result.rejected) == len(blocks)
    for block, labels in zip(blocks, result.labels, strict=True):
        scores = [one.score for one in labels]
        assert scores == sorted(scores, reverse=True)
        assert len({one.key for one in labels}) == len(labels)
        for one in labels:
            assert one.inherited == (not one.evidence)
            assert all(0 <= start < end <= len(block.text) for start, end in one.evidence)
    assert result == label_mechanisms(list(blocks), Metadata())


def test_evidence_lies_in_the_text_as_written() -> None:
    """Through the whole labelling, evidence is led back to canonical text with its unseen characters."""
    text = "東西部\u200b協作再上臺階。"
    (found,) = label([body(text)], Metadata(year=2020)).blocks
    assert [(one.key, [text[slice(*span)] for span in one.evidence]) for one in found.mechanisms] == [("east_west", ["東西部\u200b協作"])]


def test_a_mechanism_by_the_pair_says_so() -> None:
    """Of two mechanisms with the same words behind them, the one that the words name is read, the other inferred from the pair."""
    text = "上海市长宁区对口帮扶云南省绿春县。"
    regions = (RegionLabel("上海市/长宁区", Role.SUPPORTER), RegionLabel("云南省/红河哈尼族彝族自治州/绿春县", Role.RECIPIENT))
    found = {one.key: is_arranged(one, text) for one in label_mechanisms([body(text)], Metadata(), [regions]).labels[0]}
    assert found == {"counterpart_help": False, "east_west": True}
    named = label_mechanisms([body("沪滇东西部协作深入推进。")], Metadata()).labels[0]
    assert [is_arranged(one, "沪滇东西部协作深入推进。") for one in named] == [False]


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("四川宜宾市的3所市级医院与20家乡镇卫生院建立对口支援关系。", True),
        ("四川宜宾市从全市选派教师下沉乡村学校，开展结对帮扶。", True),
        ("四川宜宾市的学校开展结对帮扶。", False),
        ("浙江宁波市的市级医院与四川宜宾市的乡镇卫生院建立对口支援关系。", False),
    ],
)
def test_help_from_above_within_a_province_is_a_mechanism(text: str, within: bool) -> None:
    """Units of a city that help townships of the same province are 省内结对, said or not; those of another province are not."""
    labels = label([body(text)], Metadata(year=2023)).blocks[0].mechanisms
    assert ("within_province" in {one.key for one in labels}) is within


def test_the_main_sides_tell_the_pair_where_a_passage_names_more() -> None:
    """A passage that names a second province beside the pair of its document still has their mechanism."""
    text = "上海市长宁区对口帮扶云南省绿春县，队长此前在西藏波密县工作。"
    regions = (
        RegionLabel("上海市/长宁区", Role.SUPPORTER),
        RegionLabel("云南省/红河哈尼族彝族自治州/绿春县", Role.RECIPIENT),
        RegionLabel("西藏自治区/林芝市/波密县", Role.RECIPIENT),
    )
    sides = ("上海市/长宁区", "云南省/红河哈尼族彝族自治州/绿春县")
    assert "east_west" not in {one.key for one in label_mechanisms([body(text)], Metadata(), [regions]).labels[0]}
    assert "east_west" in {one.key for one in label_mechanisms([body(text)], Metadata(), [regions], sides).labels[0]}
