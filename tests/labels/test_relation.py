"""Relations: who helps whom, from the words that pair them and never from places that merely occur together."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.labels.labelling import label, naming, one_place
from search.model import Block, BlockKind, Metadata, RegionLabel, Relation
from tests.house.constants import patch_constant

CASES = tomllib.loads((Path(__file__).parent / "data" / "relation_cases.toml").read_text("utf-8"))


def relations(text: str, *section: str) -> tuple[Relation, ...]:
    """The relations of a document of one block, dated 2020."""
    block = Block(BlockKind.BODY, text, ((1, 1),), section=section)
    return label([block], Metadata(year=2020)).blocks[0].relations


@pytest.mark.parametrize(("text", "expected"), CASES["cases"])
def test_phrase_says_who_helps_whom(text: str, expected: list[list[object]]) -> None:
    """Each golden phrase gives exactly its relations, with kind, beginning and end."""
    found = [
        [one.supporter.name.rpartition("/")[2], one.recipient.name.rpartition("/")[2], one.kind, one.since or 0, one.until or 0]
        for one in relations(text)
    ]
    assert found == expected


def test_relation_has_the_money_and_the_people_of_its_clauses() -> None:
    """What is given and who is sent in the sentence of a relation is the relation's."""
    (one,) = relations("丰台区对口帮扶林西县，投入资金1.2亿元，选派教师30名。会上有5000元奖金。")
    assert [figure.text for figure in one.amounts] == ["1.2亿元"]
    assert [figure.text for figure in one.people] == ["30名"]


def test_evidence_is_the_clause_that_says_it() -> None:
    """Start and end of a relation are its clauses, whole, and the parties are named inside."""
    text = "会议认为，今年成绩很大。济南市对口帮扶武隆区，成效明显。"
    (one,) = relations(text)
    assert text[one.start : one.end] == "济南市对口帮扶武隆区"
    assert text[one.supporter.start : one.supporter.end] == "济南市"
    assert text[one.recipient.start : one.recipient.end] == "武隆区"


def test_towns_are_kept_below_their_places() -> None:
    """A street and a town of a pairing stand below the district and the banner that their sentence names."""
    found = relations("西城区与喀喇沁旗结对，金融街街道—锦山镇结成对子。")
    assert found[1].supporter.name == "北京市/西城区/金融街街道"
    assert found[1].recipient.name == "内蒙古自治区/赤峰市/喀喇沁旗/锦山镇"
    assert found[1].recipient.place == "内蒙古自治区/赤峰市/喀喇沁旗"


def test_ranges_are_of_the_text_as_written() -> None:
    """In traditional script with an unseen character, ranges still are of the canonical text."""
    text = "\u200b濟南市對口幫扶武隆區，捐贈30萬元。"
    (one,) = relations(text)
    assert text[one.supporter.start : one.supporter.end] == "濟南市"
    assert text[one.amounts[0].start : one.amounts[0].end] == "30萬元"


PAIRED = ("苏陕协作今年落实援助资金。", "江苏财政援陕资金到位。", "对接无锡—延安、常州—安康的结对工作。", "江苏省对口帮扶陕西省。")


@pytest.mark.parametrize(
    ("chosen", "pairs"),
    [
        ((0, 1), {("江苏省", "陕西省")}),
        ((0, 1, 2), {("无锡市", "延安市"), ("常州市", "安康市")}),
        ((0, 2, 3), {("无锡市", "延安市"), ("常州市", "安康市"), ("江苏省", "陕西省")}),
    ],
)
def test_pairs_of_parts_stand_for_a_pair_named_in_passing(chosen: tuple[int, ...], pairs: set[tuple[str, str]]) -> None:
    """Two provinces named together are a pair where a document says no more; where it pairs their parts, those are; a sentence on the two
    provinces counts beside them."""
    found = label([Block(BlockKind.BODY, PAIRED[at], ((1, 1),)) for at in chosen], Metadata(year=2020)).blocks
    named = {(one.supporter.name, one.recipient.name) for block in found for one in block.relations}
    assert {tuple(side.rpartition("/")[2] for side in pair) for pair in named} == pairs


FRAGMENTS = (
    "北京市",
    "密云区",
    "滦平县",
    "河北省",
    "、",
    "和",
    "与",
    "对口帮扶",
    "结对",
    "分别",
    "—",
    "由",
    "，",
    "。",
    "；",
    "2018年",
    "捐款",
    "30万元",
    "医院",
    "3个",
    "为",
)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=24).map("".join))
def test_relations_keep_their_laws(text: str) -> None:
    """Parties lie inside the clause that pairs them, nobody helps himself, and every text is read to its end."""
    for one in relations(text):
        assert 0 <= one.start <= min(one.supporter.start, one.recipient.start)
        assert max(one.supporter.end, one.recipient.end) <= one.end <= len(text)
        assert one.supporter.name != one.recipient.name
        assert one.since is None or one.until is None or one.since <= one.until


@pytest.mark.parametrize(
    ("lines", "publication", "pairs"),
    [
        (["我市与定西市结对帮扶。"], "福州日报", [("福州市", "定西市")]),
        (["福州新闻网讯（记者林某）市长赴定西市考察。", "我市对口帮扶定西市以来，成效明显。"], None, [("福州市", "定西市")]),
        (["市长赴定西市考察。", "我市对口帮扶定西市以来，成效明显。"], None, []),
        (["我区对口帮扶叶城县。"], "静安时报", [("静安区", "叶城县")]),
        (["赤城县后城村面貌变了。", "海淀区对口帮扶后城村。"], None, [("海淀区", "后城村")]),
        (["某某大学来到弥渡县。该校定点帮扶弥渡县。"], None, [("某某大学", "弥渡县")]),
        (["外交部和麻栗坡县。", "该单位定点帮扶金平县。"], None, []),
    ],
)
def test_document_says_whom_a_passage_means(lines: list[str], publication: str | None, pairs: list[tuple[str, str]]) -> None:
    """我市 is the place of the paper, given or named in the first line, a village lies where the document says; unsaid, no pair."""
    blocks = [Block(BlockKind.BODY, line, ((1, 1),)) for line in lines]
    found = label(blocks, Metadata(year=2020, publication=publication)).blocks
    said = [(one.supporter.name.rpartition("/")[2], one.recipient.name.rpartition("/")[2]) for of in found for one in of.relations]
    assert said == pairs


@pytest.mark.parametrize(("named", "places"), [(1, ()), (2, ("河北省/张家口市/赤城县",))])
def test_a_document_is_of_one_place_where_enough_of_it_names_it(
    named: int, places: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The only place a document is about is that of its figures where a quarter of the passages name it, not where an eighth does."""
    path = "河北省/张家口市/赤城县"
    labels = [[RegionLabel(path, evidence=((0, 3),))] if at < named else [RegionLabel(path, inherited=True)] for at in range(8)]
    assert one_place([path], naming(labels), len(labels)) == places
    patch_constant(monkeypatch, "search.labels.labelling._NAMED_IN", 0.1)
    assert one_place([path], naming(labels), len(labels)) == (path,)
