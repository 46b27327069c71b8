"""Parts of genres other than news: who speaks, whom a paper goes to, the number of a bulletin, the buttons of a page."""

from __future__ import annotations

import pytest

from search.model import BlockKind, Reading, SourceLine
from search.text.restore import restore

SPEECH = ["在全市协作推进会上的讲话", "（2022年3月2日）", "曾志伟", "", "同志们：", "　　今天的会，主要任务是总结去年工作，部署今年任务。"]
BULLETIN = [
    *["协作工作简报", "第18期", "青江市对口支援办公室编　　　　2021年11月5日", ""],
    "　　11月1日，青江市第四批援派干部42人抵达雪岭州，其中专业技术人员30人。",
    *["", "报：市委、市政府", "送：领导小组成员单位，各区县"],
]
INTERVIEW = [
    *["对话院长高平：带不走的医疗队", "", "问：三年来做了什么？", "答：我们建了胸痛、卒中两个中心，带出32名徒弟。"],
    *["", "（采访/撰文：陆一鸣　摄影：石磊）"],
]
PAGE = ["青江区协作办赴雪岭州调研", "3月18日，青江区协作办主任李红带队赴雪岭州调研食用菌产业园。", "打印本页　关闭窗口", "上一篇：没有了"]


def kinds_of(lines: list[str]) -> dict[str, BlockKind]:
    """Text → kind of each block."""
    restored = restore(Reading(tuple(SourceLine(at, line) for at, line in enumerate(lines, 1)), "text"))
    return {"".join(block.text.split()): block.kind for block in restored.blocks}


@pytest.mark.parametrize(
    ("lines", "title", "credits"),
    [
        (SPEECH, SPEECH[0], ["曾志伟"]),
        (BULLETIN, BULLETIN[0], ["第18期", "青江市对口支援办公室编2021年11月5日", "报：市委、市政府", "送：领导小组成员单位，各区县"]),
        (INTERVIEW, INTERVIEW[0], ["（采访/撰文：陆一鸣摄影：石磊）"]),
    ],
    ids=["speech", "bulletin", "interview"],
)
def test_what_a_genre_says_of_itself_is_a_credit(lines: list[str], title: str, credits: list[str]) -> None:
    """The speaker above the salutation, the number and the maker of a bulletin, those it is sent to, and who asked are no text."""
    found = kinds_of(lines)
    assert [text for text, kind in found.items() if kind is BlockKind.TITLE] == [title]
    assert [found.get(credit) for credit in credits] == [BlockKind.CREDIT] * len(credits)


def test_a_name_without_a_salutation_below_it_is_left() -> None:
    """Two to four characters below a date say nothing by themselves."""
    found = kinds_of([*SPEECH[:2], "主要任务", "", "　　今天的会，主要任务是总结去年工作，部署今年任务。"])
    assert found["主要任务"] is not BlockKind.CREDIT


def test_a_line_of_buttons_is_no_text() -> None:
    """Several labels of buttons on one line are furniture as each of them is."""
    assert not any("打印本页" in text for text in kinds_of(PAGE))
