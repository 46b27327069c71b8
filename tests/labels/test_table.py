"""Tables: heads, captions and merged cells tell what a bare number is of, when and where."""

from __future__ import annotations

import pytest

from search.building.one_source import make_document
from search.model import BlockKind, Document, Figure, Source
from search.settings import Settings

CSV = """序号,项目名称,建设地点,资金（万元）,年度,受益人口
1,养牛基地,内蒙古赤峰市巴林右旗,1300,2020,"1,145人"
2,扶贫车间,内蒙古通辽市库伦旗,250.5,2019,76户
3,中医院,河北省承德市滦平县,"3,000",2018,7.5万人
4,小学,青海省玉树州玉树市,0.17亿元,2019,900名学生
"""
MARKDOWN = """# 东西部协作资金表

单位：万元

| 支援方 | 受援方 | 2018年 | | 2019年 | |
| --- | --- | --- | --- | --- | --- |
| | | 财政资金 | 社会捐赠 | 财政资金 | 社会捐赠 |
| 济南市 | 武隆区 | 1,100 | 25.5 | 1400 | 30 |
| 合计 | | 1100 | 25.5 | 1400 | 30 |
"""
HTML = """<html><body><h1>帮扶资金一览</h1><p>这是对下面表格的一段说明文字，内容完整，句子也足够长。</p>
<table><tr><th rowspan=2>县</th><th colspan=2>2019年</th><th rowspan=2>培训人数（人）</th></tr>
<tr><th>资金（万元）</th><th>单价（元/亩）</th></tr>
<tr><td>滦平县</td><td>1323</td><td>12</td><td>200</td></tr>
<tr><td rowspan=2>蔚县</td><td>110</td><td>3</td><td>40</td></tr>
<tr><td>70</td><td>1</td><td>9</td></tr></table></body></html>"""


def document(name: str, text: str) -> Document:
    """The document of a source with this text."""
    return make_document(Source(name, text.encode(), "0"), "x", None, Settings())


def figures(read: Document) -> list[Figure]:
    """All figures of a document, in reading order."""
    return [figure for passage in read.passages for figure in passage.figures]


def test_column_gives_unit_and_year() -> None:
    """A bare number takes the unit of its column and the year of its row; a unit of its own wins; numbers that only count rows are none."""
    found = figures(document("表.csv", CSV))
    assert [(f.text, f.value, f.unit, f.years) for f in found] == [
        ("1300", 13_000_000, "CNY", (2020,)),
        ("1,145人", 1145, "人", (2020,)),
        ("250.5", 2_505_000, "CNY", (2019,)),
        ("76户", 76, "户", (2019,)),
        ("3,000", 30_000_000, "CNY", (2018,)),
        ("7.5万人", 75_000, "人", (2018,)),
        ("0.17亿元", 17_000_000, "CNY", (2019,)),
        ("900名", 900, "人", (2019,)),
    ]
    assert found[0].subject == "养牛基地资金"
    assert found[0].regions == ("内蒙古自治区/赤峰市/巴林右旗",)


def test_row_speaks_of_the_year_in_its_column() -> None:
    """A year in a column of years is a year of the passage, with the cell as evidence."""
    rows = [passage for passage in document("表.csv", CSV).passages if passage.kind is BlockKind.TABLE][1:]
    assert [[(label.year, row.text[slice(*label.evidence[0])]) for label in row.years] for row in rows] == [
        [(2020, "2020")], [(2019, "2019")], [(2018, "2018")], [(2019, "2019")],
    ]  # fmt: skip


def test_several_rows_of_heads_and_the_unit_of_a_whole_table() -> None:
    """A year that spans columns dates the figures below it; 单位：万元 above holds for all; a row of totals says so."""
    found = figures(document("表.md", MARKDOWN))
    assert [(f.value, f.years, f.subject) for f in found] == [
        (11_000_000, (2018,), "财政资金"),
        (255_000, (2018,), "社会捐赠"),
        (14_000_000, (2019,), "财政资金"),
        (300_000, (2019,), "社会捐赠"),
        (11_000_000, (2018,), "财政资金合计"),
        (255_000, (2018,), "社会捐赠合计"),
        (14_000_000, (2019,), "财政资金合计"),
        (300_000, (2019,), "社会捐赠合计"),
    ]


def test_columns_of_givers_and_takers_are_relations() -> None:
    """A row with a cell of givers and one of takers says who helps whom, of what kind its table is, with its money."""
    (one,) = document("表.md", MARKDOWN).relations
    assert (one.supporter.name, one.recipient.name, one.kind) == ("山东省/济南市", "重庆市/武隆区", "东西部协作")
    assert [figure.text for figure in one.amounts] == ["1,100", "25.5", "1400", "30"]


def test_merged_cells_hold_for_every_row_they_span() -> None:
    """A cell that spans rows names and places each of them; one that spans columns heads each of them; rates say what they are per."""
    found = figures(document("表.html", HTML))
    assert [(f.value, f.unit, f.per, f.years, f.subject) for f in found] == [
        (13_230_000, "CNY", None, (2019,), "资金"),
        (12, "CNY", "亩", (2019,), "单价"),
        (200, "人", None, (), "培训人数"),
        (1_100_000, "CNY", None, (2019,), "资金"),
        (3, "CNY", "亩", (2019,), "单价"),
        (40, "人", None, (), "培训人数"),
        (700_000, "CNY", None, (2019,), "资金"),
        (1, "CNY", "亩", (2019,), "单价"),
        (9, "人", None, (), "培训人数"),
    ]
    assert {f.regions for f in found[3:]} == {("河北省/张家口市/蔚县",)}


@pytest.mark.parametrize("text", ["甲,乙\n丙,丁\n", "名称,数\n一,\n,,\n", "资金（万元）\n12\n", "资金（万元）,资金（万元）\n1^9,9-5\n"])
def test_tables_without_amounts_give_none(text: str) -> None:
    """What is no table of amounts, or holds numbers that cannot be read whole, invents nothing."""
    assert figures(document("表.csv", text)) == []


def test_row_knows_the_heads_of_its_columns() -> None:
    """A row that is found can be shown with its heads, as they are written; a row of heads has none above it."""
    rows = [passage for passage in document("表.md", MARKDOWN).passages if passage.kind is BlockKind.TABLE]
    assert rows[0].heads == ()
    assert rows[2].heads == ("支援方", "受援方", "2018年 财政资金", "2018年 社会捐赠", "2019年 财政资金", "2019年 社会捐赠")


def test_long_table_is_read_in_one_pass() -> None:
    """Twenty thousand rows give a figure each."""
    rows = "\n".join(f"项目{n},{n}" for n in range(1, 20_001))
    assert len(figures(document("表.csv", f"项目名称,资金（万元）\n{rows}"))) == 20_000


@pytest.mark.parametrize(
    ("lead", "head", "unit_row"),
    [
        ("", "资金万元", ""),
        ("", "资金（万）", ""),
        ("", "资金，万元", ""),
        ("", "资金（万元人民币）", ""),
        ("表1 各县援助资金（万元）", "资金", ""),
        ("单位：人民币万元", "资金", ""),
        ("单位：万元、人", "资金", ""),
        ("金额以万元计", "资金", ""),
        ("", "资金", "|  | 万元 | 人 |\n"),
        ("", "2019年(万元)", ""),
    ],
)
def test_unit_of_money_is_found_wherever_the_table_says_it(lead: str, head: str, unit_row: str) -> None:
    """In the head with or without brackets, in the caption, among other units, in a row of units: amounts are in it, counts are not."""
    text = f"# 资金情况\n\n{lead}\n\n| 县区 | {head} | 人数 |\n| --- | --- | --- |\n{unit_row}| 赤城县 | 120 | 30 |\n"
    assert [(f.text, f.value, f.unit) for f in figures(document("a.md", text))] == [("120", 1_200_000, "CNY"), ("30", 30, "人")]


def test_a_head_that_contradicts_its_cell_does_not_name_it() -> None:
    """The cell's own unit wins over the head's; what money is under 人数, and people under 资金, the head does not say."""
    text = "| 县区 | 资金（万元） | 人数（人） |\n| --- | --- | --- |\n| 赤城县 | 30人 | 120万元 |\n"
    assert [(f.value, f.unit, f.subject) for f in figures(document("a.md", text))] == [(30, "人", "赤城县"), (1_200_000, "CNY", "赤城县")]


@pytest.mark.parametrize("cell", ["10^30亿元", "9" * 40, "5-3", "1万元亿", "--", "５００-3"])
def test_a_cell_that_is_no_amount_is_none(cell: str) -> None:
    """Powers, numbers longer than any amount, reversed ranges and signs alone say nothing; the rest of the row is read."""
    text = f"| 县区 | 资金（万元） | 人数（人） |\n| --- | --- | --- |\n| 赤城县 | {cell} | 12 |\n"
    assert [f.value for f in figures(document("a.md", text)) if f.unit == "人"] == [12]
    assert [f.value for f in figures(document("a.md", text)) if f.unit == "CNY" and f.value > 1e16] == []
