"""Where restoring text changes path by how long or how many something is: both sides of each constant, which is given another value."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from search.model import Reading, SourceLine
from search.text import pinyin
from search.text.fold import match_form
from search.text.passage_form import passage_form
from search.text.passage_id import document_ids
from search.text.restore import restore
from search.text.restore.byline import authors_in, closing_note
from search.text.restore.captions import is_caption
from search.text.restore.lines import measure_lines
from search.text.restore.measure import measures
from search.text.restore.spacing import tidy
from search.text.restore.units import unit_of
from search.text.segment import _frequency
from tests.house.constants import patch_constant

SAYS = "青山区与云岭县近日签订新一轮协作协议，两地将在产业、教育、医疗、文化旅游和干部人才交流等方面继续合作，共同推动各项任务落到实处。"
MORE = "经领导小组同意，现将《青山区2031年协作项目计划》印发给你们，请结合实际，认真贯彻执行。"
NOTICE = f"关于做好协作工作的通知\n\n青协办发〔2031〕13号\n\n各街道办事处，区直各单位：\n\n{MORE}\n\n青山区农业农村局\n\n2031年3月5日"
DECREE = f"云岭县人民政府令\n\n第12号\n\n《云岭县协作项目管理办法》已经县政府常务会议通过，现予公布。\n\n{MORE}"
DECREED = f"{DECREE}\n\n云岭县协作项目管理办法\n\n{SAYS}"
ROSTER = "\n\n".join(["携手奔小康", SAYS, "（一）建设园区", "（二）发展车间", SAYS, MORE])
WIDE = "\n\n".join(
    [
        "协作工作要点",
        "一、加强领导",
        SAYS,
        "二、围绕重点任务，以更大力度推动产业合作往深里走、往细里走、往实里走，不断提升协作质量",
        SAYS,
        "三、保障措施",
        SAYS,
    ]
)
CONTENTS = "\n\n".join(["协作报告", "目录", "一、产业", "二、教育", "一、产业", SAYS, "二、教育", MORE])
ISLANDS = f"{SAYS}\n\n{MORE}\n\n\n\n\n两地干部在田间。\n\n\n\n\n{SAYS}\n\n\n\n\n孩子们在上课。\n\n\n\n\n{MORE}\n\n{SAYS}"
WEB = "\n".join(["打印", "关闭", "分享到", "携手奔小康", SAYS, MORE])


def restored(text: str) -> list[tuple[str, str]]:
    """Kinds and texts of the blocks of a plain text."""
    blocks = restore(Reading(tuple(SourceLine(at, line) for at, line in enumerate(text.split("\n"), 1)), "text")).blocks
    return [(str(block.kind), block.text) for block in blocks]


def kind_of(part: str) -> Callable[[str], str]:
    """The kind of the block of a text that begins with a part; empty where none does."""
    return lambda text: next((kind for kind, block in restored(text) if block.startswith(part)), "")


def count(text: str) -> int:
    """How many blocks a text has."""
    return len(restored(text))


def last(text: str) -> str:
    """The text of the last block."""
    return restored(text)[-1][1]


def number(text: str) -> str | None:
    """The number of an official document."""
    found = restore(Reading(tuple(SourceLine(at, line) for at, line in enumerate(text.split("\n"), 1)), "text")).metadata.official
    return found.number if found else None


def styled_kind(text: str) -> str:
    """The kind of a paragraph of a word processor."""
    lines = (SourceLine(1, "携手奔小康", style="title"), SourceLine(2, SAYS, style="paragraph"), SourceLine(3, text, style="paragraph"))
    return str(restore(Reading(lines, "docx")).blocks[-1].kind)


def ranges(text: str) -> int:
    """In how many ranges of source lines the lines of one unit lie."""
    lines, _ = measure_lines([SourceLine(at, line) for at, line in enumerate(text.split("\n"), 1)])
    return len(unit_of(lines).lines)


def official(text: str) -> tuple[bool, bool]:
    """Whether a text is official, and has an addressee."""
    found = restore(Reading(tuple(SourceLine(at, line) for at, line in enumerate(text.split("\n"), 1)), "text")).metadata.official
    return found is not None, bool(found and found.addressee)


PATHS: list[tuple[str, int | tuple[int, int], Callable[[str], object], str, object, object]] = [
    # constant, another value, what is asked of the text, the text, the answer, the answer under the other value
    ("search.text.restore.byline._MOST", (2, 1), authors_in, "本报记者 周山、李河", ["周山", "李河"], ["周山"]),
    ("search.text.restore.byline._WITHIN", (10, 9), authors_in, "青山区日报，本报记者 周山", ["周山"], []),
    ("search.text.restore.byline._NOTE_LONGEST", (7, 6), closing_note, "完成。（本报记者 周山）", "（本报记者 周山）", ""),
    ("search.text.restore.captions._LONGEST", (9, 8), is_caption, "图为两地干部在田间", True, False),
    (
        "search.text.restore.captions._SEVERAL_LONGEST",
        (14, 13),
        last,
        f"携手\n\n{SAYS}\n\n干部在田间劳动干部在田间劳动",
        "干部在田间劳动",
        "干部在田间劳动干部在田间劳动",
    ),
    ("search.text.restore.long.LONGEST", (2559, 2560), count, SAYS * 40, 3, 1),
    ("search.text.restore.long._QUOTED", 10**6, count, "“" + SAYS * 40, 3, 1),
    (
        "search.text.restore.measure.HINTED_CHARS",
        (12, 11),
        lambda text: measures([text])[0][5],
        "近日于云岭县开会，来源：某网",
        True,
        False,
    ),
    ("search.text.restore.measure.MEASURED_CHARS", (5, 4), lambda text: measures([text] * 2)[0][1], "干部，群众", 4.5, 5.0),
    ("search.text.restore.official._HEAD", (2, 1), number, NOTICE, "青协办发〔2031〕13号", None),
    ("search.text.restore.official._ADDRESSEE_LONGEST", (13, 12), official, NOTICE, (True, True), (True, False)),
    ("search.text.restore.pieces.HEAD_LINES", (1, 0), kind_of("携手奔小康"), f"标题：携手奔小康\n内容：{SAYS}", "title", ""),
    (
        "search.text.restore.pieces.RUN_TOGETHER",
        (78, 79),
        kind_of("云岭日报记者"),
        f"携手\n\n{SAYS}云岭日报记者 周山编辑 李河",
        "credit",
        "",
    ),
    ("search.text.restore.pieces._PARAGRAPH_LEAST", (109, 110), count, " ".join([SAYS + MORE] * 6), 6, 1),
    ("search.text.restore.pieces._PROSE_LONG", (659, 660), count, " ".join([SAYS + MORE] * 6), 6, 1),
    (
        "search.text.restore.pieces._TAIL",
        (8, 7),
        lambda text: last(text)[-6:],
        f"携手\n\n{SAYS}{MORE}分享让更多人看到",
        MORE[-6:],
        "让更多人看到",
    ),
    ("search.text.restore.spacing.LETTER_SPACED", (6, 7), tidy, "结 对 帮 扶 纪 实", "结对帮扶纪实", "结 对 帮 扶 纪 实"),
    ("search.text.restore.kinds._SIBLINGS", (2, 3), kind_of("二、"), WIDE, "heading", "body"),
    ("search.text.restore.title._DECREE_WITHIN", (3, 2), kind_of("云岭县协作项目管理办法"), DECREED, "title", "heading"),
    ("search.text.restore.furniture._ZONE", (2, 1), kind_of("打印"), WEB, "", "title"),
    ("search.text.restore.contents._LONGEST", (2, 1), count, CONTENTS, 5, 8),
    ("search.text.restore.contents._FEWEST", (2, 3), count, CONTENTS, 5, 8),
    ("search.text.restore.contents._MOST", (3, 2), count, CONTENTS, 5, 8),
    (
        "search.text.restore.lines.BYLINE_LONGEST",
        (12, 11),
        kind_of("本报记者 周山 李河"),
        f"携手奔小康\n\n本报记者 周 山 李 河\n\n{SAYS}",
        "credit",
        "",
    ),
    ("search.text.restore.captions.WIDE_GAP", (2, 3), kind_of("两地干部在田间。"), ISLANDS, "caption", "body"),
    ("search.text.restore.captions._ISLAND_LONGEST", (8, 7), kind_of("两地干部在田间。"), ISLANDS, "caption", "body"),
    ("search.text.restore.styled._CREDIT_LONGEST", (7, 6), styled_kind, "来源：云岭日报", "credit", "body"),
    ("search.text.restore.units._NEAR", (2, 1), ranges, "两地干部在田间地头，\n\n共同商量来年怎么种，\n\n怎么卖才能卖得更好。", 1, 3),
    ("search.text.passage_id.MAX_STEM", 2, lambda name: len(document_ids([name])[name]), "abcdef.txt", 6, 11),
    ("search.text.pinyin.MOST_ALIKE", (4, 3), lambda char: len(pinyin.sounds_like(char)) > 3, "是", True, False),
    ("search.text.pinyin.MOST_SPELLINGS", (2, 1), lambda text: len(pinyin.spellings(text)) > 1, "重长行", True, False),
]
"""Every row is a path that one constant chooses."""


@pytest.mark.parametrize(("constant", "value", "asked", "text", "usual", "other"), PATHS, ids=[row[0] for row in PATHS])
def test_a_constant_chooses_the_path(
    monkeypatch: pytest.MonkeyPatch,
    constant: str,
    value: int | tuple[int, int],
    asked: Callable[[str], object],
    text: str,
    usual: object,
    other: object,
) -> None:
    """What is short or few goes one way, what is long or many another: the same text takes both as the constant is moved past it, from the
    last value with which it goes as with the constant's own to the first with which it does not, where two are given."""
    assert asked(text) == usual
    last, first = value if isinstance(value, tuple) else (None, value)
    if last is not None:
        patch_constant(monkeypatch, constant, last)
        assert asked(text) == usual
    patch_constant(monkeypatch, constant, first)
    assert asked(text) == other


@pytest.mark.parametrize("most", [1, 3, 10**6])
def test_lines_measure_alike_one_by_one_and_together(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Arrays and single lines give the same measures, in however many goes."""
    texts = [SAYS, MORE, "产业。", "PM2.5", "“好”", "一、教育", "2031年3月5日", "a"] * 4
    expected = [measures([text])[0] for text in texts]
    patch_constant(monkeypatch, "search.text.restore.measure._FEW", most)
    assert measures(texts) == expected
    patch_constant(monkeypatch, "search.text.restore.measure._TOGETHER", most)
    assert measures(texts) == expected


@pytest.mark.parametrize("short", [0, 10**6])
def test_match_forms_are_alike_by_table_and_by_dictionary(monkeypatch: pytest.MonkeyPatch, short: int) -> None:
    """Short passages and long ones get the same form."""
    patch_constant(monkeypatch, "search.text.passage_form.SHORT", short)
    for text in (SAYS, MORE, "1,023名 Ａ", "臺灣", "𠮷"):
        assert passage_form(text).text == match_form(text).text
        assert list(passage_form(text).offsets) == list(match_form(text).offsets)


def test_rounds_end_where_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A settled text is the same after one round as after many; without a second one a headline below the name of a page is none."""
    page = f"                        要 闻\n云岭协作\n    “牵手”续写山海情\n本报讯 记者周山报道 {SAYS}"
    settled, unsettled = restored(NOTICE), restored(page)
    patch_constant(monkeypatch, "search.text.restore.pipeline.ROUNDS", 0)
    assert restored(NOTICE) == settled
    assert restored(page) != unsettled


def test_a_long_added_word_counts_as_seen_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A word of three characters that is rarer than the bound counts as the bound; one that is more frequent, or of two, as it is."""
    patch_constant(monkeypatch, "search.text.segment._FREQUENT", 10)
    assert [_frequency("帮扶办", often) for often in (9, 10, 11)] == [10, 10, 11]
    assert _frequency("帮扶", 9) == 9
