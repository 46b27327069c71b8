"""Structure that a PDF marks: believed where it agrees with the page, put aside where it does not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from search.model import BlockKind, Reading, Restored, Source
from search.reading.page import arranged
from search.reading.pdf import read_pdf
from search.settings import Settings
from search.text.restore import restore
from tests.reading.pdf_maker import Tag, Text, make_tagged_pdf
from tests.reading.typeset import column, sheet

FIRST = "青山区投入帮扶资金九千八百万元支持云岭县发展茶叶核桃和中药材产业带动三千多户农户增收其中脱贫户一千二百户。"
SECOND = "两地商务部门建立了消费帮扶专柜把茶叶和核桃卖到青山区的社区和机关食堂里去全年销售额达到四千六百万元以上。"
THIRD = "组织农村劳动力到青山区务工帮助稳岗就业开通专列和包车让务工人员出家门上车门下车门进厂门免除后顾之忧了。"


def _restored(pages: Sequence[Sequence[Tag | Text]]) -> Restored:
    reading = read_pdf(Source("a.pdf", make_tagged_pdf(pages), ""), Settings())
    return restore(reading)


def _bodies(restored: Restored) -> list[str]:
    return [block.text for block in restored.blocks if block.kind is BlockKind.BODY]


def _lines(text: str, top: float, width: int = 25, page: int | None = None) -> list[Text]:
    """A paragraph without an indent, set in lines of so many characters."""
    parts = [text[at : at + width] for at in range(0, len(text), width)]
    return [Text(100, top - 20 * row, part, page=page) for row, part in enumerate(parts)]


def test_marked_paragraphs_are_whole_where_the_page_does_not_show_them() -> None:
    """Three paragraphs without indent or gap, each of which fills its last line: nothing but the marks tells them apart."""
    texts = [FIRST[:49] + "。", SECOND[:49] + "。", THIRD[:49] + "。"]
    page = [Tag("P", _lines(text, 700 - 40 * at)) for at, text in enumerate(texts)]
    assert _bodies(_restored([page])) == texts


def test_a_paragraph_over_two_pages_is_one() -> None:
    """An element whose content stands on two pages is one paragraph, though a sentence ends with the page."""
    text = FIRST[:49] + "。" + SECOND[:49] + "。"
    shared = Tag("P", [*_lines(text[:50], 100, page=0), *_lines(text[50:], 700, page=1)])
    other = [Tag("P", _lines(THIRD, 700)), shared]
    assert text in _bodies(_restored([other, [shared]]))


def test_levels_and_what_is_no_content() -> None:
    """A heading in the size of the text is one because it is marked so; what is marked as no content counts as neither."""
    page: list[Tag | Text] = [
        Text(280, 800, "云岭年鉴"),
        Tag("H2", [Text(100, 720, "产业协作的做法")]),
        Tag("P", _lines(FIRST, 700)),
        Tag("H2", [Text(100, 620, "劳务协作的做法")]),
        Tag("P", _lines(THIRD, 600)),
    ]
    kinds = {block.text: block.kind for block in _restored([page]).blocks}
    assert kinds["劳务协作的做法"] is BlockKind.HEADING
    assert kinds[FIRST] is kinds[THIRD] is BlockKind.BODY


def test_marked_cells_make_rows() -> None:
    """A table without a line drawn is read row by row, with a cell of two lines whole."""
    rows = [("项目", "资金"), ("茶叶加工厂", "1200万元"), ("核桃基地", "860万元")]
    cells = [
        Tag("TR", [Tag("TD", [Text(100 + 150 * at, 560 - 40 * row, word)]) for at, word in enumerate(words)])
        for row, words in enumerate(rows)
    ]
    cells[2] = Tag("TR", [Tag("TD", [Text(100, 480, "核桃基地"), Text(100, 464, "扩建工程")]), Tag("TD", [Text(250, 480, "860万元")])])
    page = [Tag("P", _lines(FIRST, 700)), Tag("Table", cells), Tag("P", _lines(THIRD, 400))]
    blocks = _restored([page]).blocks
    assert [block.cells for block in blocks if block.kind is BlockKind.TABLE] == [*rows[:2], ("核桃基地扩建工程", "860万元")]


@pytest.mark.parametrize("lie", ["every line", "whole page", "interleaved"])
def test_marks_that_deny_what_the_page_shows_are_put_aside(lie: str) -> None:
    """Every line marked as a paragraph, the page as one, or two blocks in turn: the paragraphs are those the page shows."""
    texts = [FIRST, SECOND, THIRD]
    pieces = column(texts * 2, 50, 50, 20)
    for at, piece in enumerate(pieces):
        piece.block = {"every line": at, "whole page": 0, "interleaved": at % 2}[lie]
    found = arranged([sheet(pieces)], [["P"]] * len(pieces))
    assert all(line.setting is None or line.setting.block is None for line in found.lines)
    assert _bodies(restore(Reading(found.lines, "pdf"))) == texts * 2


def test_marks_that_are_right_are_kept() -> None:
    """The same page with a block a paragraph keeps its blocks: both sides of the threshold."""
    pieces = column([FIRST, SECOND, THIRD], 50, 50, 20)
    for piece in pieces:
        piece.block = [FIRST, SECOND, THIRD].index(next(text for text in (FIRST, SECOND, THIRD) if piece.text in text))
    found = arranged([sheet(pieces)], [["P"]] * 3)
    assert all(line.setting.block is not None for line in found.lines if line.setting is not None)


def test_a_page_with_too_few_marks_has_none() -> None:
    """Where more than a twentieth of the characters has no mark, none of them counts."""
    page: list[Tag | Text] = [Tag("P", _lines(FIRST, 700)), Tag("Div", [Text(100, 500, THIRD[:20])])]
    data = make_tagged_pdf([page])
    known = read_pdf(Source("a.pdf", data, ""), Settings())
    broken = data.replace(b"/Div <</MCID 3>> BDC", b"                    ").replace(b"EMC\n\nendstream", b"   \n\nendstream")
    assert len(broken) == len(data) != broken.count(b"EMC")
    unknown = read_pdf(Source("a.pdf", broken, ""), Settings())
    assert any(line.setting and line.setting.block is not None for line in known.lines)
    assert not any(line.setting and line.setting.block is not None for line in unknown.lines)


def test_what_stands_right_in_a_group_is_no_paragraph() -> None:
    """Text marked only as part of the document, or of a division, is told by the page: number and title of a notice stay two."""
    page: list[Tag | Text] = [
        Tag("Document", [Text(200, 760, "某政办发〔2021〕37号"), Text(100, 720, "关于印发省内对口帮扶工作方案的通知", 20)]),
        Tag("P", _lines(FIRST, 660)),
        Tag("P", _lines(THIRD, 600)),
    ]
    blocks = [block.text for block in _restored([page]).blocks]
    assert blocks == ["某政办发〔2021〕37号", "关于印发省内对口帮扶工作方案的通知", FIRST, THIRD]


def test_a_paragraph_that_a_program_marks_anew_on_the_next_page_is_joined() -> None:
    """Two elements, and a sentence that goes on from the one to the other over the page: one paragraph."""
    text = FIRST[:49] + "、" + SECOND[:49] + "。"
    first = [Tag("P", _lines(THIRD, 700)), Tag("P", _lines(text[:50], 100))]
    assert text in _bodies(_restored([first, [Tag("P", _lines(text[50:], 700))]]))
