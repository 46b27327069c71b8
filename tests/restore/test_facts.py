"""What a text says of itself: authors, publication and page, the parts of an official document. Names made up for the test."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.model import Metadata, Official, Reading, SourceLine
from search.text.restore import SECTIONS_INFERRED, restore, with_sections
from search.text.restore.byline import authors_in, names_closed


@pytest.mark.parametrize(
    ("text", "authors"),
    [
        ("本报记者 周 山 李 河", ["周山", "李河"]),
        ("本报记者 欧阳山水 通讯员 扎西·次仁", ["欧阳山水", "扎西·次仁"]),
        ("□本报记者 周山 实习生 李河", ["周山", "李河"]),
        ("（作者系云岭县委书记 周远山）", ["周远山"]),
        ("记者 买买提江·吾斯曼 摄影报道", ["买买提江·吾斯曼"]),
        ("本报青山6月3日电  （记者周山、李小河）为贯彻落实", ["周山", "李小河"]),
        ("本报讯 记者陈某 通讯员黄某报道 7月12日，会议召开。", ["陈某", "黄某"]),
        ("本报记者 周 山整理", ["周山"]),
        ("■周山 李河", ["周山", "李河"]),
        ("作者：王小明 发布时间：2031-03-08 10:22", ["王小明"]),
        ("记者27日从农业部门获悉，春耕已经开始。", []),
        ("编辑：周山 审核：李河", []),
        ("●政府建设", []),
    ],
)
def test_authors_are_named_whole_and_without_their_offices(text: str, authors: list[str]) -> None:
    """A byline, a dateline and a closing note give the names alone, spaced or joined by a dot."""
    assert authors_in(text) == authors


@given(st.text(alphabet="记者通讯员作周山李河 　、（）：·", max_size=40))
def test_closing_names_moves_nothing_but_blanks(text: str) -> None:
    """Names are closed by taking out blanks alone, and once closed stay so."""
    closed = names_closed(text)
    assert "".join(closed.split()) == "".join(text.split())
    assert names_closed(closed) == closed


def facts(text: str) -> Metadata:
    """What a text says of itself."""
    return restore(Reading(tuple(SourceLine(at, line) for at, line in enumerate(text.strip("\n").split("\n"), 1)), "text")).metadata


BODY = "经领导小组同意，现将《青山区2031年协作项目计划》印发给你们，请结合实际，认真贯彻执行。"


def test_masthead_gives_paper_page_and_no_author() -> None:
    """The line of a newspaper above the title names the paper and the page; the byline below the title the author."""
    found = facts(f"云岭日报 2031年10月17日 星期四 第03版\n\n携手奔小康\n\n本报记者 周 山\n\n{BODY}")
    assert (found.publication, found.page_label, found.title, found.byline) == ("云岭日报", "3", "携手奔小康", "周山")


def test_source_line_gives_the_source_without_its_date() -> None:
    """来源：云岭日报 2031-06-18 names the paper only."""
    assert facts(f"携手奔小康\n\n来源：云岭日报 2031-06-18\n\n{BODY}").publication == "云岭日报"


def test_head_of_a_public_account_gives_author_and_account() -> None:
    """原创 小山 云岭协作 2031-06-18 17:30: the author and the account that published."""
    found = facts(f"携手奔小康\n\n原创 小山 云岭协作 2031-06-18 17:30\n\n{BODY}")
    assert (found.byline, found.publication) == ("小山", "云岭协作")


NOTICE = f"""
青山区协作工作领导小组办公室文件

青协办发〔2031〕13号

关于印发《青山区2031年协作项目计划》的通知

各街道办事处，区直各单位：

    {BODY}

附件：1.项目计划表
      2.联系人名单

青山区协作工作领导小组办公室

2031年2月20日
"""


@pytest.mark.parametrize("text", [NOTICE, NOTICE.replace("\n\n", "\n").replace("    ", "　　")])
def test_official_document_has_its_parts(text: str) -> None:
    """Red head, number, title, addressee, attachments and signature are told apart, with blank lines between them or without."""
    found = facts(text)
    assert found.title == "关于印发《青山区2031年协作项目计划》的通知"
    assert found.official == Official(
        number="青协办发〔2031〕13号",
        issuer="青山区协作工作领导小组办公室",
        addressee="各街道办事处，区直各单位",
        signature="青山区协作工作领导小组办公室",
        attachments=("项目计划表", "联系人名单"),
    )


def test_newspaper_article_is_no_official_document() -> None:
    """A text without red head and number has no such parts."""
    assert facts(f"携手奔小康\n\n本报记者 周山\n\n{BODY}").official is None


LOOSE = """
青山区援建云岭县职业学校实训楼，添置教学设备，改善了办学条件。

云岭县建起服装加工扶贫车间，吸纳二百名群众就近就业。

转自《云岭日报》林小川
——青山区对口帮扶云岭县纪实

援建学校 改善办学条件

产业合作 建起扶贫车间

青山区与云岭县的结对帮扶始于二十年前，两地干部群众常来常往。
"""


def test_inferred_sections_are_said_and_can_be_confirmed_or_refused() -> None:
    """Headings left behind the text head their runs with a warning; the user's word takes the doubt away, or the sections."""
    restored = restore(Reading(tuple(SourceLine(at, line) for at, line in enumerate(LOOSE.strip("\n").split("\n"), 1)), "text"))
    assert SECTIONS_INFERRED in restored.warnings
    assert [block.section for block in restored.blocks if block.section_inferred and block.kind == "body"] == [
        ("援建学校 改善办学条件",),
        ("产业合作 建起扶贫车间",),
    ]
    confirmed, refused = with_sections(restored, "confirmed"), with_sections(restored, "none")
    assert [block.section for block in confirmed.blocks] == [block.section for block in restored.blocks]
    assert not any(block.section for block in refused.blocks)
    for settled in (confirmed, refused):
        assert not settled.warnings
        assert not any(block.section_inferred for block in settled.blocks)


def test_headings_that_share_no_words_stay_behind() -> None:
    """Where wording tells nothing, nothing is inferred."""
    text = LOOSE.replace("援建学校 改善办学条件", "春风化雨 润物无声").replace("产业合作 建起扶贫车间", "星光不负 赶路之人")
    restored = restore(Reading(tuple(SourceLine(at, line) for at, line in enumerate(text.strip("\n").split("\n"), 1)), "text"))
    assert not restored.warnings
    assert [block.text for block in restored.blocks if not block.placed] == ["春风化雨 润物无声", "星光不负 赶路之人"]
