"""Figures: amounts read rightly, names left alone, and the laws every figure keeps."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.labels.figure import amount
from search.labels.figure.find import find_figures
from search.labels.labelling import label
from search.labels.numerals import arabic_value, chinese_value, digits_value, number_value, to_chinese
from search.labels.region.label import label_regions
from search.labels.year.label import label_years
from search.model import Block, BlockKind, Metadata, Reach, RegionLabel, Role
from tests.quality.figure_own import PARTS, judged, score_records
from tests.quality.figures import score_figures

CASES = tomllib.loads((Path(__file__).parent / "data" / "figure_cases.toml").read_text("utf-8"))


def body(text: str) -> Block:
    """A block of one source line."""
    return Block(BlockKind.BODY, text, ((1, 1),))


@pytest.mark.parametrize(("text", "expected"), CASES["cases"])
def test_phrase_has_its_figures(text: str, expected: list[list[object]]) -> None:
    """Each golden phrase gives exactly its figures: text, value, unit and qualifier."""
    found = [[f.text, f.value, f.unit, f.qualifier.value if f.qualifier else ""] for f in find_figures(body(text))]
    assert found == expected


@pytest.mark.parametrize(("text", "subject"), CASES["subjects"])
def test_figure_says_what_it_counts(text: str, subject: str) -> None:
    """The last figure of each golden phrase has the subject expected; no place is one."""
    regions = label_regions([body(text)], Metadata(year=2020)).labels[0]
    assert find_figures(body(text), (), regions)[-1].subject == subject


@pytest.mark.parametrize(("text", "expected"), CASES["rates"])
def test_rates_say_what_they_are_per(text: str, expected: list[str]) -> None:
    """Each amount of a golden phrase is a total, or per what the phrase says."""
    assert [f.per or "—" for f in find_figures(body(text))] == expected


@pytest.mark.parametrize(("text", "expected"), CASES["changes"])
def test_changes_say_their_base(text: str, expected: list[str]) -> None:
    """Each amount of a golden phrase is a level, or a change with the base that the phrase says."""
    assert ["—" if f.change is None else f.change for f in find_figures(body(text))] == expected


FRAGMENTS = (
    "3000", "16,958", "8.79", "万", "亿", "元", "人", "余", "多", "近", "约", "~", "—", "至", "户", "%", "百分之", "三千", "两", "第",
    "个方面", "2019年", "亩", "。", "，", "家企业", "财政资金", "０５", "人次", "不超过", "以上", "“", "”",
)  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=3)), max_size=16).map("".join)


@given(texts)
def test_figures_keep_their_laws(text: str) -> None:
    """Spans lie inside the text in order, do not overlap and read as claimed; subjects are cut from the text."""
    end = 0
    for figure in find_figures(body(text)):
        assert end <= figure.start < figure.end <= len(text)
        assert figure.text == text[figure.start : figure.end]
        assert figure.value >= 0 or "-" in figure.text or "负" in figure.text
        assert figure.unit
        assert figure.subject in text
        end = figure.end


@given(st.integers(0, 99_999_999))
def test_numerals_agree(value: int) -> None:
    """A number reads the same in Arabic digits, with separators, and in Chinese."""
    assert arabic_value(str(value)) == arabic_value(f"{value:,}") == value
    assert chinese_value(to_chinese(value)) == value
    assert number_value(to_chinese(value)) == value


NUMERALS = [("十二", 12), ("两万", 20_000), ("三百零五", 305), ("一亿二千万", 120_000_000), ("百", 100), ("二〇二〇", 2020)]


@pytest.mark.parametrize(("text", "value"), [*NUMERALS, ("人", None), ("", None)])
def test_chinese_numerals(text: str, value: int | None) -> None:
    """Numerals by place and digit by digit are read; what is none gives None."""
    assert chinese_value(text) == value


@pytest.mark.parametrize(("text", "value"), [("1,2", None), ("１６,９５８", 16958), ("48。4", 48.4), ("x", None)])
def test_arabic_numerals(text: str, value: float | None) -> None:
    """Widths and broken decimal points are read; separators in wrong places are not."""
    assert arabic_value(text) == value
    assert digits_value("12a") is None


def test_figure_takes_the_year_named_before_it() -> None:
    """A figure belongs to the time expression nearest before it."""
    block = body("2018年，捐款130万元。2019年，捐款154.6万元，三年来共计500万元。")
    years = label_years([block], Metadata(year=2020)).labels[0]
    assert [f.years for f in find_figures(block, years)] == [(2018,), (2019,), (2018, 2019, 2020)]


def test_figure_takes_the_places_of_its_sentence() -> None:
    """A figure belongs to the places named in its sentence, else to the passage's."""
    text = "滦平县就业50人。蔚县就业60人。共计110人。"
    regions = (
        RegionLabel("河北省/承德市/滦平县", evidence=((0, 3),)),
        RegionLabel("河北省/张家口市/蔚县", evidence=((9, 11),)),
    )
    found = find_figures(body(text), (), regions)
    assert [f.regions for f in found] == [
        ("河北省/承德市/滦平县",),
        ("河北省/张家口市/蔚县",),
        ("河北省/承德市/滦平县", "河北省/张家口市/蔚县"),
    ]


def test_respectively_aligns_years_and_places() -> None:
    """分别 gives each amount of a list the year, or the place, of the same position."""
    block = body("2017年、2018年、2019年分别投入100万元、200万元和350.5万元。")
    found = find_figures(block, label_years([block], Metadata(year=2020)).labels[0])
    assert [(f.years, f.years_from) for f in found] == [((year,), Reach.CLAUSE) for year in (2017, 2018, 2019)]
    block = body("滦平县、蔚县分别就业50人、60人。")
    regions = label_regions([block], Metadata(year=2020)).labels[0]
    assert [f.regions for f in find_figures(block, (), regions)] == [("河北省/承德市/滦平县",), ("河北省/张家口市/蔚县",)]


def test_year_compared_with_is_not_the_figure_s() -> None:
    """比2017年 names the base of a change; the change itself is of the year told before."""
    block = body("2018年选派1739名干部，与2017年相比增幅达94.5%。")
    years = label_years([block], Metadata(year=2020)).labels[0]
    assert [f.years for f in find_figures(block, years)] == [(2018,), (2018,)]


def test_place_of_a_later_clause_is_not_the_figure_s() -> None:
    """A figure without a place in its clause takes the one its sentences are about, not one that is named after it."""
    text = "北京市全力支援。实施928个项目，25个县摘帽，拉萨市实现整体脱贫。"
    regions = (
        RegionLabel("北京市", Role.SUPPORTER, evidence=((0, 3),)),
        RegionLabel("西藏自治区/拉萨市", Role.RECIPIENT, evidence=((24, 27),)),
    )
    found = find_figures(body(text), (), regions)
    assert [(f.regions, f.roles, f.regions_from) for f in found] == [(("北京市",), (Role.SUPPORTER,), Reach.PASSAGE)] * 2


def test_figure_without_a_place_is_of_the_one_place_the_document_is_about() -> None:
    """A report of one province names it once; its figures are of it all the same, and of no year but one that is told."""
    title = Block(BlockKind.TITLE, "甘肃省政府工作报告", ((1, 1),))
    texts = ("甘肃省全面推进乡村振兴。甘肃经济稳中有进。", "新增就业300人。")
    blocks = [title, *(body(text) for text in texts)]
    (figure,) = label(blocks, Metadata(year=2026)).blocks[2].figures
    assert figure.regions == ("甘肃省",)
    assert figure.years == ()


def test_judged_figures_are_found() -> None:
    """Of the judged figures kept with the tests, nineteen in twenty are found with value and unit."""
    score = score_figures()
    assert score.found >= 0.95, score.faults
    assert score.years >= 0.95, score.faults


LONE, BESIDE = "一二两三百千万亿几数十点零", (*"个余多来成分至到—约 港币元户人%", "统一", "一带一路", "3", "规划", "。", "前", "第")
GLANCED = st.lists(st.sampled_from([*LONE, *BESIDE]), max_size=12).map("".join)


@given(GLANCED)
def test_a_glance_at_a_numeral_loses_no_amount(text: str) -> None:
    """What is told at a glance to count nothing is nothing when it is read in full."""
    glanced = list(amount.amounts(text))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(amount, "_counts_nothing", lambda *_: False)
        assert glanced == list(amount.amounts(text))


@pytest.mark.parametrize(
    ("text", "said", "subject"),
    [
        ("县里上马了80千瓦光伏发电项目，", "80千瓦", "光伏发电项目"),
        ("盘活60亩荒地，种上果树。", "60亩", "荒地"),
        ("全州辖5县36个乡镇。", "36个", "乡镇"),
        ("八名民警到山里支教。", "八名", "民警"),
        ("捐建希望小学6所，", "6所", "希望小学"),
        ("累计投入帮扶资金2亿元，其中今年投入5000万元。", "5000万元", "帮扶资金"),
        ("累计投入帮扶资金2亿元，其中医疗设备5000万元。", "5000万元", "医疗设备"),
    ],
)
def test_what_is_counted_stands_behind_a_bare_verb(text: str, said: str, subject: str) -> None:
    """Where only a verb stands before an amount its noun stands behind it; a part that names nothing is of what its whole is."""
    assert {figure.text: figure.subject for figure in find_figures(body(text))}[said] == subject


def test_an_idiom_is_no_amount() -> None:
    """判若两人 counts nobody."""
    assert not find_figures(body("如今的他判若两人。"))


@pytest.mark.parametrize(
    ("text", "placed"),
    [
        ("丰宁县的产业兴旺。全国累计建档2亿户。", False),
        ("丰宁县的产业兴旺。我国贫困人口减少800万人。", False),
        ("丰宁县的产业兴旺。如今培训200人。", True),
        ("丰宁县的产业兴旺。产品销往全国，培训200人。", True),
    ],
)
def test_what_is_said_of_the_whole_country_is_no_sum_of_the_place_around(text: str, placed: bool) -> None:
    """A national total has no place, though its passage is about one; any other amount has that place."""
    (figure,) = find_figures(body(text), regions=[RegionLabel("河北省/承德市/丰宁满族自治县", evidence=((0, 3),))])
    assert bool(figure.regions) == placed


@pytest.mark.parametrize(
    ("text", "values"),
    [("投入5-3亿元。", []), ("人数为5000-1000人。", []), ("每人500-1万元。", [500, 10_000]), ("投入3-5亿元。", [3e8, 5e8])],
)
def test_a_range_the_wrong_way_round_gives_nothing(text: str, values: list[float]) -> None:
    """Nothing is made up of a range whose ends stand the wrong way round; one that counts its ends apart is read."""
    assert [figure.value for figure in find_figures(body(text))] == values


@pytest.mark.parametrize("text", [f"投入1{'0' * 30}亿元。", f"投入{'9' * 400}亿元。", f"投入{'一亿' * 200}元。"])
def test_a_number_beyond_all_measure_is_no_figure(text: str) -> None:
    """What is larger than anything counted, or longer than any number, is left unread."""
    assert not find_figures(body(text))


def test_own_passages_keep_their_score() -> None:
    """Figures and relations of the passages judged for this project come out as well as the README says."""
    score = score_records(judged())
    assert score.counted == (128, 47)
    assert min(score.figures) >= 0.99
    assert {
        part: share >= floor for (part, share), floor in zip(score.parts.items(), (0.95, 0.87, 0.96, 0.99), strict=True)
    } == dict.fromkeys(PARTS, True)
    assert score.relations[0] >= 0.97
    assert score.relations[1] >= 0.91
    assert score.since >= 0.90


def test_a_score_tells_what_is_wrong() -> None:
    """A judged passage that says otherwise than the text lowers every share and names the fault."""
    wrong = {
        "text": "济南市对口帮扶武隆区，2019年投入3亿元。",
        "date": date(2020, 1, 1),
        "figures": [["3亿元", 300000000, "CNY", "捐款", [2018], [], "户", "—"], ["5人", 5, "人", "", [], [], "", "—"]],
        "relations": [["济南市", "赤城县", "对口帮扶", 0]],
    }
    score = score_records([wrong])
    assert score.figures == (1.0, 0.5)
    assert score.parts == dict.fromkeys(PARTS, 0.0)
    assert score.relations == (0.0, 0.0)
    assert len(score.faults) == 7
