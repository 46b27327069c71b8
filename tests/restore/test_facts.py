"""What a text says of itself: authors, publication and page, the parts of an official document. Names made up for the test."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.building.one_source import make_document
from search.labels.year.document import document_time
from search.model import BlockKind, Metadata, Official, Reading, SourceLine
from search.present.cite_record import CitationRecord
from search.reading.found import source_of
from search.settings import Settings
from search.text.restore import SECTIONS_INFERRED, restore, spacing, with_sections
from search.text.restore.byline import authors_in, names_closed, signed_in
from search.text.restore.metadata import bylines_of


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
        ("记者 周山近日，2031年协作培训班开班。", ["周山"]),
        ("云岭日报记者 周山编辑 李河二审 王小明", ["周山"]),
        ("云岭在线记者 周山 摄影 李河6月5日，发布会举行。", ["周山"]),
        ("云岭社记者 周山 摄", []),
        ("●政府建设", []),
    ],
)
def test_authors_are_named_whole_and_without_their_offices(text: str, authors: list[str]) -> None:
    """A byline, a dateline and a closing note give the names alone, spaced or joined by a dot."""
    assert authors_in(text) == authors


@pytest.mark.parametrize(
    ("text", "authors"),
    [
        ("（周山、李小河）", ["周山", "李小河"]),
        ("(周山)", ["周山"]),
        ("（周  山）", ["周山"]),
        ("（完）", []),
        ("（全文完）", []),
        ("（本报记者）", []),
        ("（会议于次日闭幕）", []),
    ],
)
def test_a_signature_is_names_alone_in_brackets(text: str, authors: list[str]) -> None:
    """Names alone in brackets sign a report; a note in brackets does not."""
    assert signed_in(text) == authors


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
REPORT = "青山区与云岭县近日签订新一轮协作协议，两地将在产业、教育、医疗、文化旅游和干部人才交流等方面继续合作，共同推动各项任务落到实处。"


PLAIN_NOTICE = f"关于做好2031年协作工作的通知\n\n各街道办事处，区直各单位：\n\n    {BODY}\n\n青山区农业农村局\n\n2031年3月5日"


def test_a_notice_without_number_is_official_by_addressee_and_signature() -> None:
    """Copied without its red head a notice still says to whom it goes and which body signed; a letter signed by a person is none."""
    found = facts(PLAIN_NOTICE).official
    assert found == Official(issuer="青山区农业农村局", addressee="各街道办事处，区直各单位", signature="青山区农业农村局")
    assert facts(PLAIN_NOTICE.replace("青山区农业农村局", "周小山")).official is None
    assert facts(PLAIN_NOTICE.replace("各街道办事处，区直各单位：", "朋友们：")).official is None


def test_a_notice_is_of_the_day_it_was_signed_though_a_plan_is_attached() -> None:
    """The signature ends the notice, and what is attached begins with a title of its own."""
    plan = "青山区2031年协作工作方案\n\n一、总体要求\n\n" + "\n\n".join([REPORT] * 9)
    restored = restore(
        Reading(tuple(SourceLine(at, line) for at, line in enumerate(PLAIN_NOTICE.replace("2031", "2021").split("\n"), 1)), "text")
    )
    attached = restore(Reading(tuple(SourceLine(at, line) for at, line in enumerate(plan.split("\n"), 101)), "text"))
    blocks = (*restored.blocks, *(replace(block, article=2) for block in attached.blocks))
    assert document_time(blocks, restored.metadata, [()] * len(blocks)).date == date(2021, 3, 5)


SPEECHES = "\n\n".join(
    [
        "协作工作会议发言摘编",
        REPORT,
        *(line for name in ("云岭县县长 周小山", "青山区区长 李 河") for line in ("抓产业 强基础", "推动协作走深走实", name, REPORT, BODY)),
    ]
)


def kinds(text: str) -> list[tuple[BlockKind, int, str]]:
    """Kind, article and text of each block but paragraphs."""
    restored = restore(Reading(tuple(SourceLine(at, line) for at, line in enumerate(text.split("\n"), 1)), "text"))
    return [(block.kind, block.article, block.text) for block in restored.blocks if block.kind is not BlockKind.BODY]


def test_each_speech_of_a_page_is_an_article_by_its_speaker() -> None:
    """Two headlines with office and name below them are titles with decks, and the speaker signs; one alone is a heading."""
    assert kinds(SPEECHES)[1:] == [
        (BlockKind.TITLE, 2, "抓产业 强基础"),
        (BlockKind.SUBTITLE, 2, "推动协作走深走实"),
        (BlockKind.CREDIT, 2, "云岭县县长 周小山"),
        (BlockKind.TITLE, 3, "抓产业 强基础"),
        (BlockKind.SUBTITLE, 3, "推动协作走深走实"),
        (BlockKind.CREDIT, 3, "青山区区长 李 河"),
    ]
    alone = kinds("\n\n".join(SPEECHES.split("\n\n")[:7]))
    assert BlockKind.CREDIT not in {kind for kind, _, _ in alone}


def test_a_wide_number_among_headings_of_its_depth_is_a_heading() -> None:
    """Where 一、 and 三、 are headings 二、 is one too, however many clauses it has; alone it is a paragraph."""
    wide = "二、围绕重点任务，以更大力度推动产业合作往深里走、往细里走、往实里走，不断提升协作质量"
    text = "\n\n".join(["协作工作要点", "一、加强领导", REPORT, wide, REPORT, "三、保障措施", REPORT])
    assert (BlockKind.HEADING, 1, wide) in kinds(text)
    assert (BlockKind.HEADING, 1, wide) not in kinds(text.replace("一、", "").replace("三、", ""))


def test_facts_one_to_a_line_have_one_heading() -> None:
    """Of many short lines below a heading none is a heading itself, though numbered lines follow them."""
    facts_of_a_year = ["销售金额4618亿元", "营业收入2360亿元", "净利润280亿元", "纳税总额447亿元", "在职员工超5.6万人"]
    text = "\n\n".join(["年度报告摘要", REPORT, "经济效益稳步增长", *facts_of_a_year, "1.扩大就业", REPORT, BODY])
    assert [text for kind, _, text in kinds(text) if kind is BlockKind.HEADING] == ["经济效益稳步增长", "1.扩大就业"]


def test_an_article_is_by_all_who_sign_its_parts() -> None:
    """Each part of a page may be signed by another."""
    parts = (f"{head}\n\n{REPORT}\n\n（本报记者{name}采访整理）" for head, name in (("找准路子", "周山"), ("多学技术", "李小河")))
    assert facts("\n\n".join(["对话致富带头人", REPORT, *parts, "制图：王小明"])).byline == "周山、李小河"


def test_a_headline_below_the_name_of_a_page_is_the_title() -> None:
    """The name of a page above the headline goes, and what is left of the headline is title and deck."""
    text = f"                        要 闻\n云岭协作\n    “牵手”续写山海情\n本报讯 记者周山报道 {REPORT}"
    blocks = restore(Reading(tuple(SourceLine(at, line) for at, line in enumerate(text.split("\n"), 1)), "text")).blocks
    assert [(block.kind, block.text) for block in blocks[:2]] == [
        (BlockKind.TITLE, "云岭协作"),
        (BlockKind.SUBTITLE, "“牵手”续写山海情"),
    ]


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("累计投入资金 1 0 4 . 8 亿元。", "累计投入资金104.8亿元。"),
        ("选派干部 1 , 0 2 3 名。", "选派干部1,023名。"),
        ("第 1 2 3 4 5 6 7 8 9 1 2 3 4 5 6 7 8 号", None),
        ("得分 1 2 人", None),
    ],
)
def test_the_figures_of_a_number_set_apart_are_closed(text: str, closed: str | None) -> None:
    """A number whose figures an extractor set apart is one between words; two of them, or more than a number has, stay apart."""
    assert ("".join(spacing.tidy(text).split()) == "".join(text.split())) is True
    if closed is None:
        assert " " in spacing.tidy(text)
    else:
        assert spacing.tidy(text) == closed


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


@pytest.mark.parametrize(
    ("text", "byline"),
    [
        (f"携手奔小康\n\n本报青山6月3日电  （周山、李小河）{REPORT}", "周山、李小河"),
        (f"携手奔小康\n\n{REPORT}（周山）", "周山"),
        (f"携手奔小康\n\n{REPORT}\n\n（周山）", "周山"),
        (f"携手奔小康\n\n{REPORT}（完）", None),
        (f"携手奔小康\n\n{REPORT}（一期项目）正在建设。", None),
    ],
)
def test_a_report_is_signed_behind_its_dateline_or_at_its_end(text: str, byline: str | None) -> None:
    """The names behind a dateline, or in brackets at the very end, are those of the authors though no word says so."""
    assert facts(text).byline == byline


@pytest.mark.parametrize(
    "staff",
    [
        "云岭日报记者 周山编辑 李河二审 王小明三审 陈某",
        "来源：云岭县融媒体中心编辑 李河二审 王小明",
        "文/云岭日报记者 周山编辑/李河",
        "编辑：李河",
    ],
)
def test_names_glued_to_the_last_sentence_of_a_page_are_a_credit(staff: str) -> None:
    """Who wrote, edited and checked a page is no part of its last paragraph, though it is copied without a break."""
    blocks = restore(Reading((SourceLine(1, "携手奔小康"), SourceLine(3, REPORT + staff)), "text")).blocks
    assert [(block.kind, block.text) for block in blocks[-2:]] == [(BlockKind.BODY, REPORT), (BlockKind.CREDIT, staff)]


@pytest.mark.parametrize("end", ["目前，记者 通讯员培训班已有四十人报名，教材由县里编写", "会议由县长主持", "云岭日报记者 周山 摄"])
def test_a_last_sentence_without_a_full_stop_stays(end: str) -> None:
    """Words for those who write are no list of names where clauses go on, and who took a picture belongs to its caption."""
    blocks = restore(Reading((SourceLine(1, "携手奔小康"), SourceLine(3, REPORT + end)), "text")).blocks
    assert blocks[-1].text == REPORT + end


def test_each_article_of_a_page_has_its_own_authors() -> None:
    """A page of several articles: each is by those whom its own byline names, an unsigned one by nobody."""
    page = f"携手奔小康\n\n本报记者 周 山\n\n{BODY}\n\n{REPORT}\n\n山乡新事\n\n本报记者 李 河\n\n{REPORT}\n\n{BODY}"
    restored = restore(Reading(tuple(SourceLine(at, line) for at, line in enumerate(page.split("\n"), 1)), "text"))
    assert restored.metadata.byline == "周山"
    assert bylines_of(restored.blocks) == {1: "周山", 2: "李河"}
    document = make_document(source_of("a.txt", page.encode()), "a", None, Settings())
    assert {(passage.article, passage.imprint.authors) for passage in document.passages} == {(1, ("周山",)), (2, ("李河",))}
    last = CitationRecord.of(document, document.passages[-1])
    assert (last.title, last.authors) == ("山乡新事", ("李河",))


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
