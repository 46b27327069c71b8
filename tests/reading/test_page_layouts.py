"""Layouts of newspapers by kind: boxes and excerpts across columns, headlines beside their text, articles that go on elsewhere."""

from __future__ import annotations

from search.model import Reading
from search.reading.page import Piece, Sheet, arranged
from search.reading.page.columns import gutters
from search.reading.page.excerpts import breaks_off
from search.reading.page.heads import articles_apart
from search.reading.page.rows import row_of
from search.text.restore import restore
from tests.reading.typeset import SIZE, flow, piece, sheet

SPRING = "开春以后，村里的茶园来了三位农技员，白天下地看苗，晚上在祠堂里讲课。老人们起先不信，后来也搬着板凳来听。"
SUMMER = "到了夏天，冷库建成了，鲜叶当天就能送出山去，价钱比往年高出两成，合作社的账上头一回有了结余。"
AUTUMN = "秋收过后，两地的干部坐在一起算账，今年一共投入三百二十万元，修路八公里，带动一百四十户增收。"
WINTER = "冬闲时节，夜校开课了，缝纫、电工、家政三个班坐得满满当当，结业的人大多在春节前找到了活。"


def blocks_of(*sheets: Sheet) -> list[tuple[str, str]]:
    """Kinds and texts of the blocks restored from pages."""
    found = arranged(sheets)
    restored = restore(Reading(found.lines, "pdf", page_sizes=found.page_sizes))
    return [(str(block.kind), block.text) for block in restored.blocks]


def paragraphs_of(*sheets: Sheet) -> list[str]:
    return [text for kind, text in blocks_of(*sheets) if kind == "body"]


def shifted(pieces: list[Piece], below: float, down: float) -> list[Piece]:
    """The pieces, those of the first column below a height moved down."""
    for item in pieces:
        if item.top > below and item.left < 100:
            item.top += down
            item.bottom += down
    return pieces


def test_an_excerpt_inside_a_column_parts_no_paragraph() -> None:
    """A sentence set large between the lines of a column is a caption of its own; the paragraph it lies in is whole."""
    lines = shifted(flow([SPRING, SUMMER], (20.0, 180.0), 60.0, 13, 5), 85.0, 60.0)
    found = blocks_of(sheet([piece("山里的茶园", 60, 20, 24)], lines, [piece("价钱高出两成", 22, 106, 16)]))
    assert [text for kind, text in found if kind == "body"] == [SPRING, SUMMER]
    assert ("caption", "价钱高出两成") in found


def test_a_headline_after_a_whole_sentence_is_no_excerpt() -> None:
    """Where the row above ends its sentence, large type below it is a headline."""
    assert breaks_off(row_of([piece("两地的干部坐在一起", 20, 40)]))
    assert not breaks_off(row_of([piece("带动一百四十户增收。”", 20, 40)]))


def test_articles_with_headlines_beside_their_text_are_parted() -> None:
    """Two articles one under the other, their headlines to the left of the columns: each is read whole."""
    page = sheet(
        [piece("茶园", 20, 22, 22)],
        flow([SPRING, SUMMER], (120.0, 280.0), 20.0, 13, 5),
        [piece("算账", 20, 172, 22)],
        flow([AUTUMN, WINTER], (120.0, 280.0), 170.0, 13, 5),
    )
    assert paragraphs_of(page) == [SPRING, SUMMER, AUTUMN, WINTER]
    assert len(articles_apart(page.pieces, (), SIZE)) == 2


def test_columns_without_a_headline_at_the_side_are_not_parted_at_a_blank() -> None:
    """A blank across the page below which no headline begins is no end of an article."""
    page = sheet(flow([SPRING], (120.0, 280.0), 20.0, 13, 3), flow([AUTUMN], (120.0, 280.0), 120.0, 13, 3))
    assert len(articles_apart(page.pieces, (), SIZE)) == 1


def test_two_articles_that_go_on_on_one_page_are_each_made_whole() -> None:
    """Each （上接） line is matched by the title it names, and the paragraph a page parted is one again."""
    head, tail = SPRING[:26], SPRING[26:]
    other, rest = AUTUMN[:26], AUTUMN[26:]
    first = sheet(
        [piece("茶园里的新账", 60, 20, 22)],
        [piece("　　" + head[:11], 20, 60), piece(head[11:24], 20, 76), piece(head[24:], 20, 92)],
        [piece("（下转第4版）", 20, 110)],
        [piece("坐在一起算账", 60, 150, 22)],
        [piece("　　" + other[:11], 20, 190), piece(other[11:24], 20, 206), piece(other[24:], 20, 222)],
        [piece("（下转第4版）", 20, 240)],
    )
    second = sheet(
        [piece("（上接第1版《茶园里的新账》）", 20, 20), piece(tail, 20, 40)],
        [piece("（上接第1版《坐在一起算账》）", 20, 70), piece(rest, 20, 90)],
    )
    texts = "".join(text for _, text in blocks_of(first, second))
    assert texts.index(tail) < texts.index("坐在一起算账") < texts.index(rest)
    assert "上接" not in texts


def test_bullets_side_by_side_are_columns() -> None:
    """Two lists beside each other on a slide are read one after the other, not row by row."""
    left = [piece(f"◆ 左边第{name}条", 20, 40 + 24 * at) for at, name in enumerate("一二三")]
    right = [piece(f"◆ 右边第{name}条", 220, 40 + 24 * at) for at, name in enumerate("一二三")]
    assert len(gutters([*left, *right], SIZE)) == 1
    assert [text for _, text in blocks_of(sheet(left, right))] == [item.text for item in [*left, *right]]


def test_lines_that_are_not_side_by_side_have_no_gutter_between_them() -> None:
    """The last words of a column and a heading in its middle further down do not make two columns of it."""
    rows = flow([SPRING[:37]], (20.0,), 20.0, 13, 3) + flow([AUTUMN[:37]], (340.0,), 20.0, 13, 3)
    short = [piece("结余。", 170, 20), piece("一条路", 215, 45)]
    assert [round(gutter[0]) for gutter in gutters([*short, *rows], SIZE)] == [150, 245]


def test_numbered_points_are_paragraphs_each() -> None:
    """A line with the next number of the list begins a paragraph though the one above fills its column and ends without a stop."""
    points = ["1. 安排资金四亿六千万元，实施项目五十三个", "2. 选派干部一百二十六名，其中医生三十八名"]
    assert paragraphs_of(sheet([piece("进展", 20, 10, 22)], [piece(text, 20, 60 + 20 * at) for at, text in enumerate(points)])) == points


def test_a_caption_beside_its_picture_is_one() -> None:
    """Small lines in a narrow column to the right of a picture are its caption."""
    page = sheet(
        [piece("两地同唱一台戏", 60, 10, 22)],
        [piece("果农在分拣苹果，", 170, 60, 8), piece("今年又是丰收年", 170, 72, 8)],
        flow([SPRING, SUMMER], (20.0, 180.0), 200.0, 13, 5),
    )
    page.pictures.append((20.0, 50.0, 160.0, 180.0))
    assert [text for kind, text in blocks_of(page) if kind == "caption"] == ["果农在分拣苹果，今年又是丰收年"]


def test_those_who_issue_a_notice_together_are_no_titles() -> None:
    """Above the number of an official document there are the offices that issue it; its title is below the number."""
    page = sheet(
        [piece("某市发展和改革委员会", 60, 20, 24), piece("某市财政局文件", 60, 52, 24), piece("某发改协〔2023〕118号", 130, 96)],
        [piece("关于印发协作项目管理办法的通知", 60, 130, 18)],
        flow([SPRING], (20.0,), 170.0, 30, 5),
    )
    found = blocks_of(page)
    assert [text for kind, text in found if kind == "title"] == ["关于印发协作项目管理办法的通知"]


def test_a_number_in_a_cell_is_no_page_number() -> None:
    """What is in a table and alone at the edge of the page occurs once, in the table."""
    rules = [(120.0, 240.0, 480.0, 240.0), (120.0, 100.0, 120.0, 240.0), (480.0, 100.0, 480.0, 240.0)]
    cells = [piece("1", 480, 190), piece("村数", 410, 196), piece("户数", 460, 540), piece("四十六", 290, 550)]
    page = Sheet(700.0, 700.0, cells, [], [(410.0, 160.0, 750.0, 680.0)], rules)
    assert "".join(line.text for line in arranged([page]).lines).count("1") == 1
