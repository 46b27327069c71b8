"""Years: what the grammar reads, how a document is dated, and the laws every labelling keeps."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.labels.year.label import label_years
from search.labels.year.pattern import branches, year_pattern
from search.model import Block, BlockKind, Metadata, Origin
from tests.quality.label_years import score_years

CASES = Path(__file__).parent / "data" / "year_cases.toml"


def body(text: str, *, kind: BlockKind = BlockKind.BODY, section: tuple[str, ...] = ()) -> Block:
    """A block of one source line."""
    return Block(kind, text, ((1, 1),), section=section)


def cases() -> Iterator[tuple[str, int, list[int]]]:
    """All golden rows: text, document's year (0 unknown), years expected."""
    for rows in tomllib.loads(CASES.read_text("utf-8")).values():
        yield from (tuple(row) for row in rows)


@pytest.mark.parametrize(("text", "year", "expected"), list(cases()))
def test_sentence_speaks_of_its_years(text: str, year: int, expected: list[int]) -> None:
    """Each golden sentence gives exactly its years, and evidence for each of them."""
    if year:
        found = label_years([body(text)], Metadata(year=year)).labels[0]
    else:  # a document that prints no year of its own: only what is written may be given
        found = label_years([body(text)], Metadata(forbid_years=())).labels[0]
    assert [label.year for label in found if not label.inherited] == expected


FRAGMENTS = (
    "2018年", "2019年底", "3年来", "今年", "去年", "截至", "自", "以来", "起", "、", "，", "。", "至", "—", "“十三五”", "时期",
    "5月", "6日", "二〇二〇年", "疫情期间", "连续3年", "2000余人", "〔2018〕12号", "上世纪九十年代", "党的十八大以来", "京蒙协作",
    "8万元", " ", "年", "20184月", "明春", "\n", "２０１９年",
)  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=4)), max_size=14).map("".join)


@given(st.lists(texts, max_size=4), st.one_of(st.none(), st.integers(1950, 2050)))
def test_labels_keep_their_laws(paragraphs: list[str], year: int | None) -> None:
    """Evidence lies inside the text, years ascend without repeats, inherited ones alone lack evidence, and nothing is
    resolved in a document without a year."""
    result = label_years([body(t) for t in paragraphs], Metadata(year=year))
    assert len(result.labels) == len(result.rejected) == len(paragraphs)
    for text, labels, refusals in zip(paragraphs, result.labels, result.rejected, strict=True):
        years = [label.year for label in labels]
        assert years == sorted(set(years))
        for label in labels:
            assert label.inherited == (not label.evidence)
            assert not (label.resolved and label.inherited)
            for start, end in label.evidence:
                assert 0 <= start < end <= len(text)
                assert text[start:end].strip()
        assert not any(label.inherited for label in labels) or len(labels) == 1
        for refusal in refusals:
            assert text[slice(*refusal.span)] == refusal.text


@given(st.lists(texts, max_size=4))
def test_same_blocks_same_labels(paragraphs: list[str]) -> None:
    """Labels depend on the blocks alone."""
    blocks = [body(t) for t in paragraphs]
    assert label_years(blocks, Metadata()) == label_years(list(blocks), Metadata())


@given(texts)
def test_full_width_digits_read_the_same(text: str) -> None:
    """A text in full-width digits speaks of the same years at the same places."""
    wide = text.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    narrow = text.translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    assert label_years([body(wide)], Metadata(year=2020)).labels == label_years([body(narrow)], Metadata(year=2020)).labels


def test_unspoken_year_is_inherited_from_the_document() -> None:
    """A passage that names no year has the document's, marked and without evidence."""
    result = label_years([body("2019年，投入资金。"), body("共建产业园区4个。")], Metadata())
    assert [(label.year, label.inherited, label.evidence) for label in result.labels[1]] == [(2019, True, ())]


def test_heading_year_is_nearer_than_the_documents() -> None:
    """Below a heading that names one year, that year is inherited."""
    heading = "一、2025年工作回顾"
    blocks = [body(heading, kind=BlockKind.HEADING), body("新增高标准农田70万亩。", section=(heading,))]
    assert [label.year for label in label_years(blocks, Metadata(year=2026)).labels[1]] == [2025]


@pytest.mark.parametrize(
    ("paragraphs", "year", "inferred"),
    [
        (["2020年，密云区建设分中心。", "疫情期间，两地携手。", "截至2019年底，减贫17万人。"], 2020, True),
        (["2016年签署协议。", "2019年8月30日，成立分中心。", "明春投入使用。"], 2019, True),
        (["2018年，安排资金65亿元。", "2018年至2020年，新增近40亿元。", "2019年是关键之年，任务艰巨。"], 2019, True),
        (["今年，中央印发的2019年考核通报中排名第一。", "努力克服疫情影响。"], 2020, True),
        (["截至2019年底，减贫17万人。", "今年再接再厉。"], 2020, True),
        (["2018年，投入3亿元，确保2020年如期脱贫。", "到2025年再上台阶。"], 2018, True),
        (["2018—2020年投入3亿元，三年来培训3000余人。", "2017年签约。"], 2020, True),
        (["2018—2020年，三年来培训3000余人。"], 2020, True),
        (["今年是“十四五”开局之年。"], 2021, True),
        (["2018年，投入3亿元。", "2019年，共建2022年北京冬奥会蔬菜基地。"], 2019, True),
        (["2017年，起步。2018年，提速。2019年，见效。", "面向2025年的园区。2018年开工。"], 2019, True),
        (["——2026年1月27日在省第十四届人民代表大会第四次会议上", "2025年，经济向好。"], 2026, False),
        (["二〇二六年一月二十七日", "2025年，经济向好。"], 2026, False),
        (["成文日期：2018年12月30日", "发布日期：2019年01月14日", "到2020年见效。"], 2018, False),
        (["《某某日报》（2020年09月18日 第05版）", "去年成效明显。"], 2020, False),
        (["来源：某报 时间：2026-02-06", "去年成效明显。"], 2026, False),
    ],
)
def test_document_is_dated_from_its_text(paragraphs: list[str], year: int, inferred: bool) -> None:
    """Without metadata a date line decides, else the latest year spoken of as past or present, with a reason."""
    result = label_years([body(t) for t in paragraphs], Metadata())
    assert (result.year, result.inferred) == (year, inferred)
    assert result.reason


def title(text: str) -> Block:
    """A title of one source line."""
    return body(text, kind=BlockKind.TITLE)


LONG = "两地干部群众携手并肩，共同走过了不平凡的历程，脱贫攻坚取得决定性成就，贫困地区面貌明显改善，群众生活水平明显提高，获得感不断增强。"


@pytest.mark.parametrize(
    ("blocks", "metadata", "expected"),
    [
        ([title("某县简报"), body("[2023年07月20日]"), body(LONG)], Metadata(), date(2023, 7, 20)),
        ([body("2023-07-19 09:01"), body(LONG)], Metadata(), date(2023, 7, 19)),
        ([body("http://example.org/ 2023年08月16日 23:37 来源：某网"), body(LONG)], Metadata(), date(2023, 8, 16)),
        ([title("某省纪实"), body("某日报 2019年10月17日 星期四 第03版"), body(LONG)], Metadata(), date(2019, 10, 17)),
        ([title("关于做好工作的通知"), body(LONG), body("某某办公室"), body("2020年2月20日")], Metadata(), date(2020, 2, 20)),
        ([title("关于做好工作的通知"), body(LONG), body("二〇二〇年二月二十日")], Metadata(named_date=date(2020, 3, 1)), date(2020, 2, 20)),
        ([title("《新闻简报》 (20221222)"), body(LONG)], Metadata(), date(2022, 12, 22)),
        ([title("讲话"), body("（2020年3月6日）", kind=BlockKind.SUBTITLE), body(LONG)], Metadata(), date(2020, 3, 6)),
        (
            [title("讲话"), body("（2020年3月6日）", kind=BlockKind.SUBTITLE), body(LONG)],
            Metadata(named_date=date(2020, 3, 7), named_page="02"),
            date(2020, 3, 7),
        ),
        ([title("纪实"), body(f"本报北京12月2日电  （记者王海）{LONG}")], Metadata(named_year=2019), date(2019, 12, 2)),
        ([title("纪实"), body(f"某某新闻网2023年7月24日讯（记者王海）{LONG}")], Metadata(), date(2023, 7, 24)),
        ([title("纪实"), body(f"2018年，两地结对。{LONG}"), body("（新华社北京5月29日电）")], Metadata(), date(2018, 5, 29)),
        ([body("8-3 20:24"), body(f"2023年，两地结对。{LONG}")], Metadata(), date(2023, 8, 3)),
        (
            [
                title("某市供水条例"),
                body("1996年6月21日某市人民代表大会常务委员会第二次会议通过"),
                body("2018年12月20日《关于修改〈某市供水条例〉的决定》第五次修正"),
                body("第一条 为了加强管理，制定本条例。"),
                body("第四十八条 本条例自1996年10月1日起施行。"),
            ],
            Metadata(),
            date(2018, 12, 20),
        ),
        (
            [
                title("专利条例（2018修订）"),
                body("（1991年3月4日国务院令第76号发布 根据2018年11月6日国务院令第706号修订）"),
                body("第一章 总则"),
            ],
            Metadata(date=date(2024, 1, 1)),
            date(2018, 11, 6),
        ),
        (
            [title("某县补助办法"), body("第一条 为了规范补助，制定本办法。"), body("第九条 本办法自2021年3月1日起施行。")],
            Metadata(),
            date(2021, 3, 1),
        ),
    ],
)
def test_document_is_dated_by_what_it_prints(blocks: list[Block], metadata: Metadata, expected: date) -> None:
    """Mastheads, source lines, signatures, datelines, names and the record of a law date a document, each in its order of trust."""
    result = label_years(blocks, metadata)
    assert (result.date, result.year) == (expected, expected.year)


@pytest.mark.parametrize(
    ("blocks", "year"),
    [
        ([body("由2015年的32亿元增加到2019年的65亿元，年均增长两成。")], 2019),
        ([body("1997年奠基，2001年建镇。到2020年底，全镇常住人口6.6万人。")], 2020),
        ([body("2018年投入3亿元，到2020年实现全部脱贫。")], 2018),
        ([body("项目\t2018年\t2025年", kind=BlockKind.TABLE), body("2019年，投入资金3亿元。")], 2019),
        ([body("项目\t2018年\t2019年", kind=BlockKind.TABLE)], 2019),
        ([body("2021年以来，累计投入财政资金104.8亿元。"), body("7月12日，会议召开。")], None),
        ([body("2077年，园区建成。2019年，园区开工。")], 2019),
        ([body("2077年，园区建成。")], None),
        ([title("到2035年远景目标纲要解读"), body("2021年，纲要发布。")], 2021),
    ],
)
def test_goals_heads_and_open_intervals_date_nothing(blocks: list[Block], year: int | None) -> None:
    """A goal, the head of a table beside running text, a year to come, the beginning of what still goes on are not the document's year."""
    assert label_years(blocks, Metadata()).year == year


def test_open_interval_says_so() -> None:
    """A document that only says since when has no year, and the reason names the bound."""
    assert "不早于2021年" in label_years([body("2021年以来，累计投入财政资金104.8亿元。")], Metadata()).reason


@pytest.mark.parametrize(
    "stated", [Metadata(date=date(2077, 1, 1)), Metadata(named_date=date(2077, 1, 1)), Metadata(named_year=2077), Metadata(year=2077)]
)
def test_no_document_is_of_the_future(stated: Metadata) -> None:
    """What a source, its name or its text says of a day to come is not its date; what its user says is."""
    assert label_years([body("2019年，投入资金。")], stated).year == 2019
    assert label_years([body("2019年，投入资金。")], Metadata(date=date(2077, 1, 1), origin=Origin.USER)).year == 2077


def test_document_without_years_has_none() -> None:
    """Where nothing dates a document, relative times are refused with the reason and nothing is inherited."""
    result = label_years([body("去年投入资金，三年来见效。")], Metadata())
    assert result.year is None
    assert result.labels == ((),)
    assert {r.text for r in result.rejected[0]} == {"去年", "三年来"}


def test_vague_times_are_refused_with_the_reason() -> None:
    """What cannot be told to a year is listed as considered and refused."""
    refused = label_years([body("近年来，两地往来密切；多年来情谊不断。")], Metadata(year=2020)).rejected[0]
    assert [(r.text, r.reason) for r in refused] == [("近年来", "说法含混，不能定到年份"), ("多年来", "说法含混，不能定到年份")]


def test_metadata_date_beats_the_text() -> None:
    """A stated date is taken as it stands, and is not called inferred."""
    result = label_years([body("2018年，投入资金。今年再增。")], Metadata(date=date(2020, 9, 18)))
    assert (result.year, result.date, result.inferred) == (2020, date(2020, 9, 18), False)
    assert [label.year for label in result.labels[0]] == [2018, 2020]


def test_report_of_january_reviews_the_year_before() -> None:
    """In a government work report 今年 is its own year, 一年来 and 五年来 end with the year it reviews."""
    title = body("2026年某省政府工作报告", kind=BlockKind.TITLE)
    blocks = [title, body("一年来，成效显著。"), body("五年来，跨越发展。"), body("今年，重点抓好以下工作。"), body("去年，投入增长。")]
    found = [[label.year for label in labels] for labels in label_years(blocks, Metadata()).labels]
    assert found[1:] == [[2025], [2021, 2022, 2023, 2024, 2025], [2026], [2025]]


def test_months_of_an_early_document_fall_before_it() -> None:
    """In a document of February a bare February is its own, a bare August of the year before."""
    metadata = Metadata(title="政府工作报告", date=date(2026, 2, 4))
    labels = label_years([body("2月3日，大会开幕。"), body("8月，项目投产。")], metadata).labels
    assert [[label.year for label in found] for found in labels] == [[2026], [2025]]


def test_users_years_stand_and_forbidden_ones_fall() -> None:
    """The user's years are added with their origin, forbidden ones are never given."""
    metadata = Metadata(year=2020, years=(2017,), forbid_years=(2019,))
    result = label_years([body("2018年、2019年投入。"), body("共4个。")], metadata)
    assert [(label.year, label.origin) for label in result.labels[0]] == [(2017, Origin.USER), (2018, Origin.MACHINE)]
    assert [(label.year, label.origin, label.inherited) for label in result.labels[1]] == [(2017, Origin.USER, False)]
    assert [r.text for r in result.rejected[0]] == ["2019年"]


def test_explicit_beats_resolved() -> None:
    """A year both written and worked out counts as written, with both places as evidence."""
    (first, second) = label_years([body("2019年，起步。去年以来，提速。")], Metadata(year=2020)).labels[0]
    assert (first.year, first.resolved, len(first.evidence)) == (2019, False, 2)
    assert (second.year, second.resolved) == (2020, True)


def test_judged_passages_hold_the_bar() -> None:
    """On the judged passages kept with the tests, explicit years reach F1 0.95."""
    score = score_years()
    assert score.f1 >= 0.95, score.faults


@pytest.mark.parametrize(
    ("text", "day", "expected"),
    [
        ("上一季度，销售过亿。", date(2020, 2, 10), [2019]),
        ("上季度，销售过亿。", date(2020, 5, 10), [2020]),
        ("下一季度开工。", date(2020, 11, 10), [2021]),
        ("上个月，首批医生到任。", date(2020, 1, 31), [2019]),
        ("下个月，首批医生到任。", date(2020, 12, 1), [2021]),
        ("下个月，首批医生到任。", date(2020, 11, 30), [2020]),
        ("11月，车间投产。", date(2020, 5, 1), [2019]),
        ("11月，车间投产。", date(2020, 6, 1), [2020]),
        ("11月底前，车间投产。", date(2020, 5, 1), [2020]),
        ("计划于11月投产。", date(2020, 5, 1), [2020]),
        ("四季度，订单翻番。", date(2020, 3, 1), [2019]),
    ],
)
def test_months_and_quarters_are_counted_from_the_date(text: str, day: date, expected: list[int]) -> None:
    """A month half a year ahead and not said to be due was last year's; quarters and months away cross the year's end."""
    assert [label.year for label in label_years([body(text)], Metadata(date=day)).labels[0]] == expected


def test_open_interval_is_a_lower_bound_and_says_so() -> None:
    """Where nothing dates the document, 2021年以来 gives that one year, marked open; a range that ends is not open."""
    (alone,) = label_years([body("2021年以来，投入增加。")], Metadata(forbid_years=(2000,))).labels[0]
    assert (alone.year, alone.open) == (2021, True)
    later = label_years([body("2021年以来，投入增加。")], Metadata(year=2023)).labels[0]
    assert [(label.year, label.open, label.resolved) for label in later] == [(2021, True, False), (2022, False, True), (2023, False, True)]
    closed = label_years([body("从2021年起，到2022年底，投入增加。")], Metadata(year=2023)).labels[0]
    assert [(label.year, label.open) for label in closed] == [(2021, False), (2022, False)]


def test_heading_hands_its_years_down_until_the_next() -> None:
    """A plan named by a heading holds for its section, below inner headings too, and not for the next section."""
    past, inner, coming = "一、“十四五”时期工作回顾", "（一）乡村更美", "二、今后的打算"
    blocks = [
        body(past, kind=BlockKind.HEADING, section=()),
        body("粮食稳产。", section=(past,)),
        body(inner, kind=BlockKind.HEADING, section=(past,)),
        body("修了公路。", section=(past, inner)),
        body(coming, kind=BlockKind.HEADING),
        body("再修公路。", section=(coming,)),
    ]
    found = [[label.year for label in labels] for labels in label_years(blocks, Metadata(year=2026)).labels]
    assert found[1] == found[3] == [2021, 2022, 2023, 2024, 2025]
    assert found[5] == [2026]


def test_heading_of_more_years_than_a_decade_hands_none_down() -> None:
    """改革开放四十年 above a passage does not make it speak of forty years."""
    heading = "改革开放40年来的变化"
    blocks = [body(heading, kind=BlockKind.HEADING), body("路修通了。", section=(heading,))]
    assert [label.year for label in label_years(blocks, Metadata(year=2019)).labels[1]] == [2019]


def test_report_looks_back_below_a_heading_of_what_was_done() -> None:
    """In a report given in January, sections on what was achieved are of the year before, those on tasks of its own."""
    title, done, tasks = "2026年某省政府工作报告", "一、攻坚克难，各项事业取得新进展", "二、今年的重点任务"
    blocks = [
        body(title, kind=BlockKind.TITLE),
        body(done, kind=BlockKind.HEADING),
        body("粮食稳产。", section=(done,)),
        body(tasks, kind=BlockKind.HEADING),
        body("再修公路。", section=(tasks,)),
    ]
    found = [[label.year for label in labels] for labels in label_years(blocks, Metadata()).labels]
    assert (found[2], found[4]) == ([2025], [2026])


@given(texts)
def test_spaces_within_do_not_change_the_years(text: str) -> None:
    """Blanks between characters, as extracted text has them, change neither the years nor what they are read from."""
    close = re.sub(r"[^\S\n]", "", text)
    spaced = re.sub(r"(?<=[^\x00-\x7f])(?=[^\x00-\x7f])", " ", close)
    (one,), (two,) = (label_years([body(t)], Metadata(year=2020)).labels for t in (close, spaced))
    assert [label.year for label in one] == [label.year for label in two]
    assert [close[slice(*s)] for label in one for s in label.evidence] == [
        re.sub(r"[^\S\n]", "", spaced[slice(*s)]) for label in two for s in label.evidence
    ]


@given(st.lists(st.sampled_from([text for text, _, _ in cases()]), max_size=9).map("".join))
def test_one_look_at_a_character_loses_nothing(text: str) -> None:
    """What a branch may begin with is known in full: the grammar finds the same with and without that look."""
    found = [(match.span(), match.lastgroup) for match in year_pattern().finditer(text)]
    assert found == [(match.span(), match.lastgroup) for match in re.finditer(branches(), text)]
