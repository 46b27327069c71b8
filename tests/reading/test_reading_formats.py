"""Markdown, HTML, DOCX and tables: what the format says of a line arrives as its style."""

from __future__ import annotations

import io
from datetime import datetime

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from docx.shared import Pt

from search.model import Metadata, Reading
from search.reading import override, read
from search.reading.docx_numbers import written
from search.reading.found import source_of
from search.settings import Settings
from tests.reading.hostile import BODY

SETTINGS = Settings()
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def reading_of(name: str, data: bytes | str) -> Reading:
    """The reading of a source."""
    return read(source_of(name, data.encode() if isinstance(data, str) else data), SETTINGS)


def styled(reading: Reading) -> list[tuple[str | None, str]]:
    """Style and text of every line that has text; a line that goes on is marked by a plus."""
    return [(("+" if line.continues else "") + (line.style or "-"), line.text) for line in reading.lines if line.text]


def test_markdown_markup_becomes_style() -> None:
    """Headings, lists, quotes, tables and pictures are told apart; the markup is gone, the numbers of a list stay."""
    text = "# 题\n\n一段 **话**\n续[行](http://x)\n\n## 节\n\n1. 甲\n2. 乙\n- 丙\n\n> 引\n\n"
    text += "| a | b |\n|---|---|\n| c | d |\n\n![图注](x.png)\n\n```\n码\n```\n"
    reading = reading_of("甲.md", text)
    assert styled(reading) == [
        ("title", "题"),
        ("paragraph", "一段 话"),
        ("+paragraph", "续行"),
        ("heading2", "节"),
        ("list", "1. 甲"),
        ("list", "2. 乙"),
        ("list", "丙"),
        ("quote", "引"),
        ("table", "a | b"),
        ("table", "c | d"),
        ("caption", "图注"),
        ("paragraph", "码"),
    ]
    numbers = {line.text: line.number for line in reading.lines}
    assert (numbers["题"], numbers["续行"], numbers["码"]) == (1, 4, 21)


def test_markdown_front_matter_is_metadata() -> None:
    """`key: value` lines at the top speak for the document."""
    reading = reading_of("甲.md", "---\ntitle: 题\ndate: 2020-03-01\n---\n\n正文一段\n")
    assert (reading.metadata.title, reading.metadata.year) == ("题", 2020)
    assert [(line.number, line.text) for line in reading.lines if line.text] == [(6, "正文一段")]


PAGE = f"""<!DOCTYPE html><html><head><meta charset=utf-8><title>密云区扶贫工作纪实_某某政府网</title>
<meta name="PubDate" content="2020-03-01 09:00"><meta name="ContentSource" content="北京日报"></head><body>
<ul class="nav"><li><a href=/>首页</a></li><li><a href=/a>政务</a></li></ul><div class="weizhi">当前位置：首页</div>
<div class="wrap"><h1>密云区扶贫<br>工作纪实</h1><div class="info">来源：北京日报 2020-03-01</div>
<div class="TRS_Editor"><p>　　{BODY}<br>　　换行后的一段
文字。</p><p style="font-weight:bold">一、高位统筹推进</p><p>{BODY}</p>
<table><tr><td>受援地区</td><td>资金</td></tr><tr><td>滦平县</td><td>9801万元</td></tr></table>
<blockquote>引文</blockquote><ul><li>甲项</li></ul><figure><img><figcaption>图为车间。</figcaption></figure></div></div>
<div class="related"><a href=1>相关新闻一二三四五六</a></div><div class="footer">版权所有 京ICP备1号</div></body></html>"""


def test_html_gives_the_article_alone() -> None:
    """Main text with styles, the title first; navigation, place in the site and footer are left out."""
    reading = reading_of("甲.html", PAGE)
    assert styled(reading) == [
        ("title", "密云区扶贫工作纪实"),
        ("paragraph", BODY),
        ("paragraph", "换行后的一段文字。"),
        ("heading2", "一、高位统筹推进"),
        ("paragraph", BODY),
        ("table", "受援地区 | 资金"),
        ("table", "滦平县 | 9801万元"),
        ("quote", "引文"),
        ("list", "甲项"),
        ("caption", "图为车间。"),
    ]
    stated = reading.metadata
    assert (stated.title, stated.publication, str(stated.date)) == ("密云区扶贫工作纪实", "北京日报", "2020-03-01")


def test_html_of_nested_layout_tables_is_text() -> None:
    """Tables that only lay out the page do not make its paragraphs table rows; the labels above give the date."""
    page = (
        "<title>关于消费扶贫的意见</title><table><tr><td>成文日期：</td><td>2018年12月30日</td></tr></table>"
        f"<table><tr><td><table><tr><td><p>关于消费</p><p>扶贫的意见</p><p>{BODY}</p><p>{BODY}</p></td></tr></table></td></tr></table>"
    )
    reading = reading_of("甲.html", page)
    assert styled(reading) == [("title", "关于消费扶贫的意见"), ("paragraph", BODY), ("paragraph", BODY)]
    assert str(reading.metadata.date) == "2018-12-30"


def test_a_page_inside_one_form_is_read() -> None:
    """Sites that wrap the whole page in a form, or name its wrapper as others name their menus, lose nothing."""
    page = f"<body><form><div class='location'><div class=main-nav>首页 新闻</div><p>{BODY}</p><p>{BODY}</p></div></form></body>"
    assert styled(reading_of("甲.html", page)) == [("paragraph", BODY), ("paragraph", BODY)]


def test_line_breaks_inside_one_cell_are_paragraphs() -> None:
    """Old pages set an article as one table cell with line breaks; spaces of the source mean nothing, indents go."""
    page = f"<table><tr><td class=title>密云区扶贫纪实</td></tr><tr><td>&nbsp;&nbsp;&nbsp;{BODY}<br><br>　　{BODY}<br></td></tr></table>"
    assert styled(reading_of("甲.html", page)) == [("title", "密云区扶贫纪实"), ("paragraph", BODY), ("paragraph", BODY)]


def word_file() -> bytes:
    """A Word file with what python-docx's `paragraph.text` leaves out."""
    document = docx.Document()
    document.core_properties.title = "扶贫工作年度报告"
    document.add_heading("扶贫工作年度报告", 0)
    document.add_heading("高位统筹", 1)
    paragraph = document.add_paragraph("甲")
    paragraph.add_run("乙").add_break()
    paragraph.add_run("换行")
    paragraph._p.append(parse_xml(f"<w:ins {WORD} w:id='1'><w:r><w:t>增</w:t></w:r></w:ins>"))
    paragraph._p.append(parse_xml(f"<w:del {WORD} w:id='2'><w:r><w:delText>删</w:delText></w:r></w:del>"))
    block = f"<w:sdt {WORD}><w:sdtContent><w:p><w:r><w:t>控件里的一段</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    document.element.body.insert(len(document.element.body) - 1, parse_xml(block))
    bold = document.add_paragraph().add_run("（二）层层压实责任")
    bold.bold, bold.font.size = True, Pt(12)
    document.add_paragraph("一、任务清单")
    document.add_paragraph("第一项", style="List Bullet")
    document.add_paragraph("图1 扶贫车间", style="Caption")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip((cell for row in table.rows for cell in row.cells), ("地区", "资金", "滦平县", "9801"), strict=True):
        cell.text = text
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_docx_styles_and_hidden_corners() -> None:
    """Styles, content controls, insertions, manual breaks and table rows arrive; deletions do not."""
    reading = reading_of("甲.docx", word_file())
    assert styled(reading) == [
        ("title", "扶贫工作年度报告"),
        ("heading1", "高位统筹"),
        ("paragraph", "甲乙"),
        ("paragraph", "换行增"),
        ("paragraph", "控件里的一段"),
        ("heading3", "（二）层层压实责任"),
        ("heading2", "一、任务清单"),
        ("list", "第一项"),
        ("caption", "图1 扶贫车间"),
        ("table", "地区 | 资金"),
        ("table", "滦平县 | 9801"),
    ]
    assert reading.metadata.title == "扶贫工作年度报告"


def test_ruby_parts_no_word() -> None:
    """How a character is read, set above it, is no part of the text, in a web page and in Word."""
    page = f"<body><p>帮<ruby>扶<rp>(</rp><rt>fú</rt><rp>)</rp></ruby>工作扎实推进。{BODY}</p></body>"
    assert styled(reading_of("甲.html", page)) == [("paragraph", f"帮扶工作扎实推进。{BODY}")]
    document = docx.Document()
    paragraph = document.add_paragraph("帮")
    ruby = "<w:ruby><w:rt><w:r><w:t>fú</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>扶</w:t></w:r></w:rubyBase></w:ruby>"
    paragraph._p.append(parse_xml(f"<w:r {WORD}>{ruby}<w:t>工作扎实推进。</w:t></w:r>"))
    buffer = io.BytesIO()
    document.save(buffer)
    assert styled(reading_of("甲.docx", buffer.getvalue())) == [("paragraph", "帮扶工作扎实推进。")]


def test_docx_numbers_are_printed() -> None:
    """Numbers that Word keeps in a list definition stand before their paragraphs, level by level."""
    document = docx.Document()
    levels = "".join(
        f"<w:lvl w:ilvl='{place}'><w:start w:val='1'/><w:numFmt w:val='{style}'/><w:lvlText w:val='{text}'/></w:lvl>"
        for place, (style, text) in enumerate((("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3.")))
    )
    root = document.part.numbering_part.element
    root.insert(0, parse_xml(f"<w:abstractNum {WORD} w:abstractNumId='77'>{levels}</w:abstractNum>"))
    root.append(parse_xml(f"<w:num {WORD} w:numId='77'><w:abstractNumId w:val='77'/></w:num>"))
    for level, text in ((0, "总体要求"), (1, "任务"), (1, "措施"), (2, "甲"), (0, "保障"), (1, "组织")):
        paragraph = document.add_paragraph(text)
        number = f"<w:numPr {WORD}><w:ilvl w:val='{level}'/><w:numId w:val='77'/></w:numPr>"
        paragraph._p.get_or_add_pPr().append(parse_xml(number))
    buffer = io.BytesIO()
    document.save(buffer)
    texts = [line.text for line in reading_of("甲.docx", buffer.getvalue()).lines]
    assert texts == ["一、总体要求", "（一）任务", "（二）措施", "1. 甲", "二、保障", "（一）组织"]


@pytest.mark.parametrize(
    ("number", "style", "words"),
    [
        (10, "chineseCounting", "十"), (11, "chineseCounting", "十一"), (20, "chineseCounting", "二十"),
        (110, "chineseCounting", "一百一十"), (105, "chineseCounting", "一百零五"), (2020, "chineseCounting", "二千零二十"),
        (12, "chineseLegalSimplified", "壹拾贰"),
        (4, "upperRoman", "IV"), (27, "lowerLetter", "aa"), (3, "decimalEnclosedCircle", "③"), (7, "decimal", "7"), (0, "upperRoman", "0"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_word_writes_them(number: int, style: str, words: str) -> None:
    """Chinese, Roman, lettered and circled numbers."""
    assert written(number, style) == words


def test_workbooks_show_cells_as_people_see_them() -> None:
    """Whole numbers without a point, dates without midnight, sheets one after the other under the names given to them."""
    book = openpyxl.Workbook()
    book.active.append(["地区", "资金", "日期"])
    book.active.append(["滦平县", 9801.0, datetime(2020, 3, 1)])
    book.create_sheet("二").append(["甲", None, "丙"])
    buffer = io.BytesIO()
    book.save(buffer)
    texts = [line.text for line in reading_of("甲.xlsx", buffer.getvalue()).lines]
    assert texts == ["地区 | 资金 | 日期", "滦平县 | 9801 | 2020-03-01", "二", "甲 |  | 丙"]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_delimiters(delimiter: str) -> None:
    """The delimiter is found; long quoted cells with line ends stay one row."""
    text = delimiter.join(("地区", "说明")) + "\n" + delimiter.join(("滦平县", '"一\n二"')) + "\n"
    assert [line.text for line in reading_of("甲.csv", text).lines] == ["地区 | 说明", "滦平县 | 一 二"]


def test_the_users_word_beats_the_files() -> None:
    """What the sidecar says replaces what the file says; what it leaves out stays."""
    merged = override(Metadata(title="甲", byline="乙"), Metadata(title="丙"))
    assert (merged.title, merged.byline) == ("丙", "乙")
