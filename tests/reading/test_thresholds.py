"""Where a format's reader changes path by how long, how many or how deep something is: just within a constant, and just beyond it."""

from __future__ import annotations

import base64
import io
import math
import struct
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import docx
import numpy as np
import openpyxl
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from lxml import etree

from search.errors import UnreadableSource
from search.model import SourceLine
from search.reading import registry
from search.reading.container import is_bomb, open_container
from search.reading.docx_numbers import written
from search.reading.encoding import _mean_cost, decode
from search.reading.found import source_of
from search.reading.html_tree import parse_page
from search.reading.mojibake import led_back
from search.reading.ocr.sheet import ScannedLine, scanned_sheet
from search.reading.ofd import _draw, _Drawn, _OfdBook, _once
from search.reading.page import Piece
from search.reading.pdf import _stamps, _unread, refuse_bomb
from search.reading.pdf_glyphs import glyphs_of
from search.reading.pdf_worker import extract
from search.reading.sidecar import metadata_of, read_sidecar
from search.reading.sniff import DOC, DOCX, EML, EPUB, HTML, JSON, MARKDOWN, ODF, ODS, PPT, RTF, SUBTITLES, TEXT, XLSX, XML
from search.reading.table import counted, spanned, table_line
from search.reading.wording import confirmed_title, numbered_heading, stated_title
from search.settings import Settings
from tests.house.both_sides import Sides, both_sides
from tests.reading.ole_maker import Paragraph, make_ole, make_slides, make_word
from tests.reading.package_maker import make_epub, make_odt, make_zip, ofd_text
from tests.reading.pdf_maker import Tag, Text, make_pdf, make_tagged_pdf

SETTINGS = Settings()
SAYS = "两地干部在田间地头共同商量来年怎么种怎么卖。"
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def told(form: str) -> Callable[[bytes | str], object]:
    """Reads a file of a format: style and text of its lines, or the sentence it is refused with."""

    def read(data: bytes | str) -> object:
        raw = data.encode() if isinstance(data, str) else data
        try:
            reading = registry.reader_of(form)(source_of("a", raw), SETTINGS)
        except UnreadableSource as error:
            return error.message
        return [(line.style, line.text) for line in reading.lines if line.text.strip()]

    return read


def styles(form: str) -> Callable[[bytes | str], object]:
    """Reads a file of a format: the styles of its lines, or the sentence it is refused with."""

    def read(data: bytes | str) -> object:
        found = told(form)(data)
        return [style for style, _ in found] if isinstance(found, list) else found

    return read


def count(form: str) -> Callable[[bytes | str], object]:
    """Reads a file of a format: how many lines it has, or the sentence it is refused with."""

    def read(data: bytes | str) -> object:
        found = told(form)(data)
        return len(found) if isinstance(found, list) else found

    return read


def refused(act: Callable[[Any], object]) -> Callable[[Any], object]:
    """Whether something given is refused."""

    def ask(given: Any) -> object:
        try:
            act(given)
        except UnreadableSource:
            return True
        return False

    return ask


def word_of(body: str) -> bytes:
    """A Word file with this XML in its body."""
    file = docx.Document()
    file.element.body.append(parse_xml(f"<w:sdt {WORD}><w:sdtContent>{body}</w:sdtContent></w:sdt>"))
    buffer = io.BytesIO()
    file.save(buffer)
    return buffer.getvalue()


def word_line(words: str, properties: str = "") -> bytes:
    """A Word file of one paragraph with its properties."""
    return word_of(f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>")


def nested(tag: str, inner: str, depth: int) -> str:
    """Something inside so many elements."""
    return f"<{tag}>" * depth + inner + f"</{tag}>" * depth


def heading_word(words: str) -> bytes:
    """A Word file of one paragraph in the style Heading 1."""
    file = docx.Document()
    file.add_paragraph(
        words, style=file.styles["Heading 1"] if "Heading 1" in file.styles else file.styles.add_style("H", WD_STYLE_TYPE.PARAGRAPH)
    )
    file.add_paragraph(SAYS)
    buffer = io.BytesIO()
    file.save(buffer)
    return buffer.getvalue()


def numbered_word(level: int) -> bytes:
    """A Word file with a paragraph of that level of a list that counts on each level."""
    file = docx.Document()
    part = file.part.numbering_part.element
    for child in list(part):
        part.remove(child)
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="7"/><w:numFmt w:val="decimal"/><w:lvlText w:val="第%{at + 1}条 "/></w:lvl>'
        for at in range(9)
    )
    part.append(parse_xml(f'<w:abstractNum {WORD} w:abstractNumId="1">{levels}</w:abstractNum>'))
    part.append(parse_xml(f'<w:num {WORD} w:numId="1"><w:abstractNumId w:val="1"/></w:num>'))
    file.element.body.append(
        parse_xml(
            f'<w:p {WORD}><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>{SAYS}</w:t></w:r></w:p>'
        )
    )
    buffer = io.BytesIO()
    file.save(buffer)
    return buffer.getvalue()


def spanning_word(columns: int) -> bytes:
    """A Word table whose first cell spans so many columns."""
    cell = "<w:tc><w:tcPr>{}</w:tcPr><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    row = cell.format(f'<w:gridSpan w:val="{columns}"/>', "东川") + cell.format("", "茶园")
    return word_of(f"<w:tbl><w:tr>{row}</w:tr></w:tbl>")


def cells(form: str) -> Callable[[bytes], object]:
    """How many cells the first row of a file's table has."""
    return lambda data: len(next(line.cells for line in registry.reader_of(form)(source_of("a", data), SETTINGS).lines if line.cells))


def workbook(rows: int) -> bytes:
    """A workbook of so many rows."""
    book = openpyxl.Workbook()
    for at in range(rows):
        book.active.append([f"第{at}行", "茶园"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def ods(columns: int) -> bytes:
    """An OpenDocument sheet of two rows and so many columns."""
    cell = '<table:table-cell office:value-type="string"><text:p>茶园</text:p></table:table-cell>'
    row = f"<table:table-row>{cell * columns}</table:table-row>"
    return make_odt(f'<table:table table:name="表">{row * 2}</table:table>', kind="spreadsheet")


def odt_table(repeated: int) -> bytes:
    """An OpenDocument text with a row whose first cell is repeated."""
    cell = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>"
    first = cell.format(f' table:number-columns-repeated="{repeated}"', "东川")
    return make_odt(f"<table:table><table:table-row>{first}{cell.format('', '茶园')}</table:table-row></table:table>")


def is_refused_part(size: int) -> bool:
    """Whether an OpenDocument text is refused whose content takes so many bytes."""
    with zipfile.ZipFile(io.BytesIO(make_odt("<text:p></text:p>"))) as package:
        least = package.getinfo("content.xml").file_size
    file = make_odt(f"<text:p>{'a' * (size - least)}</text:p>")
    return bool(refused(lambda data: registry.reader_of(ODF)(source_of("a", data), SETTINGS))(file))


def rtf(depth: int, words: str = "text", level: int | None = None) -> bytes:
    """An RTF whose text is inside so many groups."""
    said = "".join(f"\\u{ord(one)}?" for one in words)
    outline = f"\\outlinelevel{level} " if level is not None else ""
    return ("{\\rtf1\\ansi " + "{" * (depth - 1) + outline + said + "\\par" + "}" * (depth - 1) + "}").encode()


def letter(parts: int) -> bytes:
    """A letter of so many parts, each of which says that it has parts."""
    head = "".join(f"Content-Type: multipart/mixed; boundary=b{at}\n\n--b{at}\n" for at in range(parts))
    return f"From: a@b\nSubject: x\n{head}Content-Type: text/plain\n\n{SAYS}\n".encode()


def json_lines(bad: int, good: int) -> str:
    """A file of values one a line, some of them none."""
    return "\n".join(['{"县":"东川"}'] * good + ["{"] * bad)


def slides_after(edits: int) -> bytes:
    """A presentation whose latest edit is so many edits after the first."""
    data = make_slides([[(0, "标题")]])
    from olefile import OleFileIO  # noqa: PLC0415

    with OleFileIO(io.BytesIO(data)) as container:
        stream = container.openstream("PowerPoint Document").read()
        current = container.openstream("Current User").read()
    (edit,) = struct.unpack_from("<I", current, 16)
    body = stream[edit : edit + 8 + 28]
    for _ in range(edits - 1):
        fields = list(struct.unpack_from("<IIIIIII", body, 8))
        place = len(stream)
        fields[2], fields[3] = edit, place + 36
        stream += struct.pack("<HHI", 0, 4085, 28) + struct.pack("<IIIIIII", *fields) + struct.pack("<HHI", 0, 6002, 0)
        edit = place
    return make_ole({"Current User": current[:16] + struct.pack("<I", edit) + current[20:], "PowerPoint Document": stream})


def subtitles(pause: float) -> str:
    """Two cues, so many seconds apart."""
    later = 2 + pause
    return f"1\n00:00:01,000 --> 00:00:02,000\n开春以后\n\n2\n00:00:{later:06.3f} --> 00:00:{later + 1:06.3f}\n茶园忙起来\n"


def record(words: str) -> str:
    """XML of one record of two leaves."""
    return f"<r><a><县>东川</县><事>{words}</事></a></r>"


def grid(lines: list[tuple[str, ...]], places: tuple[int, ...]) -> tuple[SourceLine, ...]:
    """Lines whose pieces begin at places of the grid, one behind the other."""
    rows = []
    for line in lines:
        text = ""
        for piece, place in zip(line, places, strict=False):
            text = text.ljust(place) + piece
        rows.append(text)
    return tuple(SourceLine(number, row) for number, row in enumerate(rows, 1))


def tree_of(depth: int) -> str:
    """A page of so many elements one in the other."""
    return "<html><body>" + nested("div", f"<p>{SAYS}</p>", depth) + "</body></html>"


def told_page(text: str, **whole: bool) -> str:
    """The text of a page, or the sentence it is refused with."""
    try:
        body = parse_page(text, **whole).body
    except UnreadableSource as error:
        return error.message

    def words(node: Any) -> str:
        return "".join(child if isinstance(child, str) else words(child) for child in node.children)

    return words(body).strip()


def spans(stated: int) -> object:
    """How many columns a cell of a page spans that states a number."""
    node = parse_page(f"<table><tr><td colspan={stated}>甲</td><td>乙</td></tr></table>", whole=True).body
    while getattr(node, "spans", (1, 1)) == (1, 1):
        inner = [child for child in node.children if not isinstance(child, str)]
        if not inner:
            return (1, 1)
        node = inner[0]
    return node.spans


def warned(form: str) -> Callable[[str], bool]:
    """Whether a reading comes with a warning."""
    return lambda text: bool(registry.reader_of(form)(source_of("a", text.encode()), SETTINGS).warnings)


def bomb(size: int) -> bool:
    """Whether a member of so many bytes that shrinks to nothing is taken for a bomb."""
    member = zipfile.ZipInfo("a")
    member.file_size, member.compress_size = size, 0
    return is_bomb(member, SETTINGS)


def decoded(data: bytes) -> object:
    """The encoding of bytes and how many warnings there are, or the first clause of the refusal."""
    try:
        found = decode(data)
    except UnreadableSource as error:
        return error.message[:8]
    return found.encoding, len(found.warnings)


def pieces(*texts: str) -> list[Piece]:
    """Pieces of a page with these texts."""
    return [Piece(text, 0.0, 20.0 * at, 10.0 * len(text), 20.0 * at + 10, 10.0) for at, text in enumerate(texts)]


RARE = "鰥魎魍魑"
RECTANGLE = b"50 100 100 40 re f "
SHOWN = b"BT /F1 12 Tf 50 700 Td <4e00> Tj ET"


def texts(form: str) -> Callable[[bytes | str], object]:
    """Reads a file of a format: the texts of its lines, or the sentence it is refused with."""

    def read(data: bytes | str) -> object:
        found = told(form)(data)
        return [text for _, text in found] if isinstance(found, list) else found

    return read


def accented(length: int) -> str:
    """The beginning of a text in GBK as Windows-1252 shows it."""
    raw = SAYS[:length].encode("gb18030")
    return "".join(bytes([byte]).decode("cp1252") if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D} else chr(byte) for byte in raw)


def rare(length: int) -> str:
    """The beginning of a text in UTF-8 as GBK shows it."""
    return SAYS[:length].encode().decode("gb18030")


def led(text: str) -> str | None:
    """The text as it was, where it can be led back."""
    found = led_back(text, _mean_cost, 10.6)
    return found[0] if found else None


def ofd_drawn(objects: str) -> _Drawn:
    """What a page of an OFD draws with these objects; the composite graphic 1 holds itself and one character."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    again = f'<ofd:CompositeObject ResourceID="1"/>{ofd_text(1, 9, "茶")}'
    graphic = etree.fromstring(f'<ofd:CompositeGraphicUnit {space} ID="1">{again}</ofd:CompositeGraphicUnit>')
    drawn = _Drawn()
    book = _OfdBook(zipfile.ZipFile(io.BytesIO(make_zip({}))), 9999, graphics={"1": graphic})
    _draw(etree.fromstring(f"<ofd:Layer {space}>{objects}</ofd:Layer>"), book, drawn)
    return drawn


def ofd_path(data: str) -> str:
    """A drawn path of an OFD."""
    return f'<ofd:PathObject Boundary="0 0 210 297"><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>'


def ofd_line(slope: float) -> str:
    """A line that falls by so many millimetres."""
    return ofd_path(f"M 10 10 L 90 {10 + slope}")


def ofd_square(side: float) -> str:
    """A square of so many millimetres."""
    return ofd_path(f"M 10 10 L {10 + side} 10 L {10 + side} {10 + side} L 10 {10 + side}")


def pdf_page(angles: Sequence[float], wide: float = 10.0) -> dict[str, Any]:
    """The answer of the PDF process for a page of characters that are turned by these angles."""

    def encoded(values: Sequence[float], kind: type[np.generic]) -> str:
        return base64.b64encode(np.array(values, kind).tobytes()).decode()

    count = len(angles)
    places = {"x": encoded([10.0 * at for at in range(count)], np.float64), "y": encoded([100.0] * count, np.float64)}
    numbers = places | {"w": encoded([wide] * count, np.float64), "s": encoded(range(count), np.int32)}
    said = {"box": [0, 0, 600, 800], "rotation": 0, "text": "茶" * count, "styles": [[10.0, angle, 0] for angle in angles]}
    return said | numbers | {"pictures": [], "frames": [], "rules": []}


def turns(angles: Sequence[float]) -> object:
    """By how many quarter turns each character is turned; 4 where it is set on a slant."""
    return glyphs_of(pdf_page(angles)).turn.tolist()


def extracted(data: bytes) -> dict[str, Any]:
    """The first page of a PDF, as the process that reads it answers."""
    page: dict[str, Any] = extract(data, 9, 10**6)["pages"][0]
    return page


def drawn_in(content: bytes) -> tuple[int, int, int]:
    """How many rules, frames and pictures a page of this content has."""
    page = extracted(make_pdf([[]], content=content))
    return len(page["rules"]), len(page["frames"]), len(page["pictures"])


def tagged_blocks(count: int) -> object:
    """The block of each character of a page of so many marked paragraphs of one character."""
    page = extracted(make_tagged_pdf([[Tag("P", [Text(50, 700 - 20 * at, "茶")]) for at in range(count)]]))
    return np.frombuffer(base64.b64decode(page["b"]), np.int32).tolist()


def scan(x: float, y: float, text: str, wide: float, high: float, score: float, angle: float) -> ScannedLine:
    """A line that OCR found at a place, on a page that lies askew."""
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    corners = ((0.0, 0.0), (wide, 0.0), (wide, high), (0.0, high))
    return ScannedLine(tuple((x + dx * cosine - dy * sine, y + dx * sine + dy * cosine) for dx, dy in corners), text, score)


def scanned_size(high: float) -> float:
    """The size of the characters of two in a box of ten points across and so many down."""
    return scanned((50, 50, "茶园", 10, high, 0.98, 0))[0].size


def scanned(*lines: tuple[float, float, str, float, float, float, float]) -> list[Piece]:
    """The pieces of a sheet of such lines."""
    return scanned_sheet([scan(*line) for line in lines], 600.0, 800.0)[0].pieces


PATHS = [
    pytest.param(
        "search.reading.container._MAX_ENTRIES",
        2,
        refused(open_container),
        make_zip({"a": "1", "b": "2"}),
        make_zip(dict.fromkeys("abc", "1")),
        False,
        True,
    ),
    pytest.param("search.reading.container._RATIO_FROM_BYTES", 100, bomb, 100, 101, False, True),
    pytest.param(
        "search.reading.docx._MAX_DEPTH",
        5,
        count(DOCX),
        word_of(nested("w:ins", f"<w:p><w:r><w:t>{SAYS}</w:t></w:r></w:p>", 3)),
        word_of(nested("w:ins", f"<w:p><w:r><w:t>{SAYS}</w:t></w:r></w:p>", 4)),
        1,
        0,
    ),
    pytest.param(
        "search.reading.docx._MAX_HEADING",
        10,
        styles(DOCX),
        word_line("茶" * 10, '<w:outlineLvl w:val="1"/>'),
        word_line("茶" * 11, '<w:outlineLvl w:val="1"/>'),
        ["heading2"],
        ["paragraph"],
    ),
    pytest.param(
        "search.reading.docx._MAX_HEADING",
        3,
        styles(DOCX),
        heading_word("茶" * 12),
        heading_word("茶" * 13),
        ["title", "paragraph"],
        ["paragraph", "paragraph"],
    ),
    pytest.param("search.reading.docx._WIDEST", 3, cells(DOCX), spanning_word(3), spanning_word(9), 4, 4),
    pytest.param(
        "search.reading.docx_numbers._MAX_LEVELS",
        3,
        told(DOCX),
        numbered_word(2),
        numbered_word(3),
        [("list", f"第7条 {SAYS}")],
        [("list", SAYS)],
    ),
    pytest.param("search.reading.docx_numbers._MAX_NUMBER", 12, lambda number: written(number, "chineseCounting"), 12, 13, "十二", "13"),
    pytest.param(
        "search.reading.epub._MAX_CHAPTERS",
        2,
        count(EPUB),
        make_epub({f"{at}.html": f"<p>{SAYS}{at}</p>" for at in range(2)}),
        make_epub({f"{at}.html": f"<p>{SAYS}{at}</p>" for at in range(3)}),
        2,
        2,
    ),
    pytest.param(
        "search.reading.html._MAX_CELL",
        5,
        styles(HTML),
        f"<table><tr><td>东川<td>茶园</tr><tr><td>西山<td>{'茶' * 5}</tr></table>",
        f"<table><tr><td>东川<td>茶园</tr><tr><td>西山<td>{'茶' * 6}</tr></table>",
        ["table", "table"],
        ["paragraph"] * 4,
    ),
    pytest.param(
        "search.reading.html._MAX_HEADING",
        6,
        styles(HTML),
        f"<title>云岭协作</title><p>{SAYS * 4}</p><p><b>{'茶' * 6}</b></p><p>{SAYS}</p>",
        f"<title>云岭协作</title><p>{SAYS * 4}</p><p><b>{'茶' * 7}</b></p><p>{SAYS}</p>",
        ["title", "paragraph", "heading2", "paragraph"],
        ["title", "paragraph", "paragraph", "paragraph"],
    ),
    pytest.param(
        "search.reading.html._TITLE_WITHIN",
        2,
        styles(HTML),
        f"<title>云岭协作纪实</title><p>要闻</p><p>云岭协作纪实</p><p>{SAYS}</p>",
        f"<title>云岭协作纪实</title><p>要闻</p><p>专栏</p><p>云岭协作纪实</p><p>{SAYS}</p>",
        ["paragraph", "title", "paragraph"],
        ["title", "paragraph", "paragraph", "paragraph", "paragraph"],
    ),
    pytest.param(
        "search.reading.html_tree._MAX_CHARS", 40, told_page, "<p>茶园</p>".ljust(40), "<p>茶园</p>".ljust(41), "茶园", "网页过大。"
    ),
    pytest.param("search.reading.html_tree._MAX_DEPTH", 5, told_page, tree_of(5), tree_of(6), SAYS, "网页的嵌套层数多得不合常理。"),
    pytest.param(
        "search.reading.html_tree._MAX_NODES",
        5,
        told_page,
        "<p>甲</p><p>乙</p>",
        "<p>甲</p><p>乙</p><p>丙</p>",
        "甲乙",
        "网页的结构过于庞大。",
    ),
    pytest.param("search.reading.html_tree._MAX_SPAN", 3, spans, 3, 4, (1, 3), (1, 3)),
    pytest.param(
        "search.reading.json_text._MAX_WHOLE",
        20,
        count(JSON),
        '{"县":\n"东川"}',
        '{"县":\n\n\n\n\n\n\n\n\n\n\n\n\n"东川"}',
        1,
        "JSON 文件过大。",
    ),
    pytest.param(
        "search.reading.json_text._MAX_VALUES",
        3,
        count(JSON),
        '{"甲":["乙"],"丙":["丁"]}',
        '{"甲":["乙"],"丙":["丁"],"戊":["己"]}',
        2,
        "JSON 的值过多。",
    ),
    pytest.param(
        "search.reading.json_text._MAX_DEPTH",
        2,
        told(JSON),
        '{"甲":{"乙":"茶园"}}',
        '{"甲":{"乙":{"丙":"茶园"}}}',
        [("table", "乙：茶园")],
        [("paragraph", "乙：{'丙': '茶园'}")],
    ),
    pytest.param(
        "search.reading.json_text._LONG",
        4,
        styles(JSON),
        '{"县":"东川","事":"茶园冷库"}',
        '{"县":"东川","事":"茶园冷库路"}',
        ["table"],
        ["table", "paragraph"],
    ),
    pytest.param(
        "search.reading.json_text._MAX_BAD_LINES",
        0.2,
        refused(lambda text: registry.reader_of(JSON)(source_of("a", text.encode()), SETTINGS)),
        json_lines(2, 8),
        json_lines(3, 8),
        False,
        True,
    ),
    pytest.param(
        "search.reading.mail._MAX_PARTS",
        3,
        refused(lambda data: registry.reader_of(EML)(source_of("a", data), SETTINGS)),
        letter(3),
        letter(4),
        False,
        True,
    ),
    pytest.param(
        "search.reading.markdown._MAX_BYTES",
        21,
        styles(MARKDOWN),
        "# 标题\n\n茶园",
        "# 标题\n\n茶园茶园",
        ["title", "paragraph"],
        [None, None],
    ),
    pytest.param(
        "search.reading.markdown._MAX_LINKS",
        2,
        texts(MARKDOWN),
        "[甲](a)\n\n[乙](b)",
        "[甲](a)\n\n[乙](b)\n\n[丙](c)",
        ["甲", "乙"],
        ["[甲](a)", "[乙](b)", "[丙](c)"],
    ),
    pytest.param(
        "search.reading.markdown._MAX_LINKS_TOGETHER",
        2,
        texts(MARKDOWN),
        "[甲](a)[乙](b)\n\n[丙](c)",
        "[甲](a)[乙](b)[丙](c)",
        ["甲乙", "丙"],
        ["[甲](a)[乙](b)[丙](c)"],
    ),
    pytest.param(
        "search.reading.odf._MAX_DEPTH",
        3,
        count(ODF),
        make_odt(nested("text:section", f"<text:p>{SAYS}</text:p>", 2)),
        make_odt(nested("text:section", f"<text:p>{SAYS}</text:p>", 3)),
        1,
        0,
    ),
    pytest.param(
        "search.reading.odf._MAX_REPEATED",
        3,
        told(ODF),
        odt_table(3),
        odt_table(9),
        [("table", "东川 | 东川 | 东川 | 茶园")],
        [("table", "东川 | 东川 | 东川 | 茶园")],
    ),
    pytest.param("search.reading.package.MAX_PART", 1400, is_refused_part, 1400, 1401, False, True),
    pytest.param(
        "search.reading.powerpoint97._MAX_EDITS", 3, count(PPT), slides_after(3), slides_after(4), 1, "PowerPoint 文件已损坏，打不开。"
    ),
    pytest.param("search.reading.registry.HARMLESS", 100, lambda size: registry.is_limited(TEXT, size), 100, 101, False, True),
    pytest.param(
        "search.reading.rtf._MAX_DEPTH",
        4,
        refused(lambda data: registry.reader_of(RTF)(source_of("a", data), SETTINGS)),
        rtf(4),
        rtf(5),
        False,
        True,
    ),
    pytest.param("search.reading.rtf._MAX_HEADING", 5, styles(RTF), rtf(1, "茶" * 5, 1), rtf(1, "茶" * 6, 1), ["heading2"], ["paragraph"]),
    pytest.param(
        "search.reading.word97._MAX_HEADING",
        5,
        styles(DOC),
        make_word([Paragraph("茶" * 20, style=1)], styles=("Normal", "heading 2")),
        make_word([Paragraph("茶" * 21, style=1)], styles=("Normal", "heading 2")),
        ["heading2"],
        ["paragraph"],
    ),
    pytest.param(
        "search.reading.sidecar.MAX_DEPTH", 2, lambda text: len(read_sidecar(text.encode())[1][0]), "a.b.c = 1", "a.b.c.d = 1", 14, 20
    ),
    pytest.param(
        "search.reading.sidecar.MAX_SIDECAR_BYTES",
        12,
        lambda text: read_sidecar(text.encode())[0].title,
        'title = "ab"',
        'title = "abc"',
        "ab",
        None,
    ),
    pytest.param(
        "search.reading.sidecar._MAX_VALUE_CHARS",
        3,
        lambda text: metadata_of({"title": text}, "此处")[0].title,
        "茶园里",
        "茶园里忙",
        "茶园里",
        None,
    ),
    pytest.param(
        "search.reading.sidecar._MAX_VALUES",
        2,
        lambda text: metadata_of({"regions": text}, "此处")[0].regions,
        "东川、西山",
        "东川、西山、北原",
        ("东川", "西山"),
        (),
    ),
    pytest.param("search.reading.spreadsheet._MAX_CELLS", 6, count(ODS), workbook(3), workbook(4), 3, "表格过大。"),
    pytest.param("search.reading.subtitles._PAUSE", 2.0, count(SUBTITLES), subtitles(1.9), subtitles(2.0), 1, 2),
    pytest.param(
        "search.reading.table._MOST_EMPTY",
        3,
        table_line,
        ["甲", "", "乙", "", "", ""],
        ["甲", "", "乙", "", "", "", ""],
        "甲 |  | 乙",
        "甲 | 乙",
    ),
    pytest.param("search.reading.table._WIDEST", 3, lambda wide: len(next(iter(spanned([[("甲", 1, 1)] * wide])))[1]), 4, 9, 4, 4),
    pytest.param(
        "search.reading.table._MAX_CELLS",
        6,
        refused(lambda rows: list(counted(rows, SETTINGS))),
        [["甲"], ["乙", "丙"]],
        [["甲"], ["乙", "丙"], ["丁"]],
        False,
        True,
    ),
    pytest.param(
        "search.reading.wording._LONGEST",
        6,
        lambda text: numbered_heading(text, bold=False),
        "一、茶园兴村",
        "一、茶园兴村了",
        "heading2",
        None,
    ),
    pytest.param("search.reading.wording._LONGEST_TITLE", 4, stated_title, "茶园兴村", "茶园兴村记", "茶园兴村", None),
    pytest.param(
        "search.reading.wording._HEAD_LINES",
        2,
        lambda lines: confirmed_title("茶园兴村", lines),
        ["要闻", "茶园兴村"],
        ["要闻", "专栏", "茶园兴村"],
        "茶园兴村",
        None,
    ),
    pytest.param("search.reading.xlsx._MAX_ROWS", 2, count(XLSX), workbook(2), workbook(3), 2, "表格超过一百万行。"),
    pytest.param(
        "search.reading.xml_text._SHORT", 4, styles(XML), record("茶园冷库"), record("茶园冷库路"), ["table"], ["paragraph", "paragraph"]
    ),
    pytest.param(
        "search.reading.pdf._MAX_STREAMS",
        2,
        refused(lambda data: refuse_bomb(data, SETTINGS)),
        b"stream\n" * 3,
        b"stream\n" * 4,
        False,
        True,
    ),
    pytest.param(
        "search.reading.pdf._SCANNED_CHARS",
        4,
        lambda texts: _unread([pieces(text) for text in texts]).pages,
        ["茶园里忙" * 9, "茶园里忙"],
        ["茶园里忙" * 9, "茶园里"],
        (),
        (2,),
    ),
    pytest.param(
        "search.reading.pdf._STAMPED_CHARS",
        6,
        lambda text: _stamps([pieces(text)] * 3),
        "茶园里忙着",
        "茶园里忙着呢",
        {"茶园里忙着"},
        set(),
    ),
    pytest.param(
        "search.reading.encoding._MAX_REPLACED_SHARE",
        0.1,
        decoded,
        ("茶园" * 18 + "\ufffd" * 4).encode(),
        ("茶园" * 17 + "\ufffd" * 4).encode(),
        ("utf-8", 1),
        "文字已成乱码：有",
    ),
    pytest.param("search.reading.encoding._LATIN_SHARE", 3, decoded, "éab".encode(), "éb".encode(), ("utf-8", 0), "无法断定文字的编"),
    pytest.param(
        "search.reading.encoding._MARGIN",
        None,
        decoded,
        SAYS[:5].encode("gb18030"),
        SAYS[:4].encode("gb18030"),
        ("gb18030", 0),
        "无法断定文字的编",
    ),
    pytest.param(
        "search.reading.encoding._PLAUSIBLE",
        None,
        decoded,
        (SAYS[:10] + RARE * 2).encode("gb18030"),
        (SAYS[:10] + RARE * 3).encode("gb18030"),
        ("gb18030", 0),
        "不是文本文件，或",
    ),
    pytest.param(
        "search.reading.encoding._LISTED",
        None,
        decoded,
        "\x80\u05d0\u07ca".encode(),
        "\u0250\u05d0\u07ca\x85\x85".encode(),
        ("utf-8", 0),
        "不是文本文件，或",
    ),
    pytest.param(
        "search.reading.encoding._COSTED_BYTES",
        60,
        decoded,
        b"tea garden tea garden " + (SAYS * 2)[:30].encode("gb18030"),
        b"tea garden tea garden " * 2 + (SAYS * 2)[:30].encode("gb18030"),
        ("gb18030", 0),
        "无法断定文字的编",
    ),
    pytest.param(
        "search.reading.encoding._MAX_BROKEN_SHARE",
        None,
        decoded,
        (SAYS * 50)[:998].encode() + b"\xff" * 2,
        (SAYS * 50)[:998].encode() + b"\xff" * 3,
        ("utf-8", 1),
        "不是文本文件，或",
    ),
    pytest.param("search.reading.mojibake._LEAST", 6, led, accented(3), accented(2), SAYS[:3], None),
    pytest.param("search.reading.mojibake._SHARE", None, led, "a" * 12 + accented(4), "a" * 13 + accented(4), "a" * 12 + SAYS[:4], None),
    pytest.param("search.reading.mojibake._RARE", 18, led, rare(12), rare(10), SAYS[:12], None),
    pytest.param("search.reading.mojibake._SAMPLE", 20, led, "a" * 12 + accented(20), "a" * 13 + accented(20), "a" * 12 + SAYS[:20], None),
    pytest.param("search.reading.ofd._MAX_DEPTH", 2, lambda _: len(ofd_drawn('<ofd:CompositeObject ResourceID="1"/>').text), 0, 0, 2, 2),
    pytest.param("search.reading.ofd._MAX_SHAPES", 2, lambda shapes: len(ofd_drawn(ofd_line(0.0) * shapes).rules), 2, 3, 2, 2),
    pytest.param(
        "search.reading.ofd._SAME_PLACE",
        None,
        lambda apart: len(_once(ofd_drawn(ofd_text(10, 10, "茶") + ofd_text(10 + apart, 10, "茶")))),
        0.79,
        0.81,
        1,
        2,
    ),
    pytest.param(
        "search.reading.ofd._SLANT",
        None,
        lambda angle: ofd_drawn(ofd_text(10, 10, "茶", attributes=f'CharDirection="{angle}"')).places[0][4],
        8,
        8.1,
        0,
        4,
    ),
    pytest.param("search.reading.ofd._THIN", None, lambda slope: len(ofd_drawn(ofd_line(slope)).rules), 0.6, 0.7, 1, 0),
    pytest.param("search.reading.ofd._THIN", None, lambda side: len(ofd_drawn(ofd_square(side)).frames), 6.5, 6, 1, 0),
    pytest.param("search.reading.pdf_glyphs._SLANT", None, turns, (0.0, 8.0), (0.0, 8.2), [0, 0], [0, 4]),
    pytest.param("search.reading.pdf_glyphs._LEVEL", None, turns, (0.5, 20.0), (0.6, 20.0), [0, 4], [4, 4]),
    pytest.param(
        "search.reading.pdf_glyphs._WIDEST",
        None,
        lambda wide: glyphs_of(pdf_page((0.0,), wide)).advance.tolist(),
        10.4,
        11.0,
        [10.4],
        [10.5],
    ),
    pytest.param(
        "search.reading.pdf_worker.MAX_PAGE_CHARS",
        3,
        lambda count: len(extracted(make_pdf([[Text(50, 700, "茶" * count)]]))["text"]),
        3,
        4,
        3,
        0,
    ),
    pytest.param("search.reading.pdf_worker._MAX_OBJECTS", 3, drawn_in, RECTANGLE * 2 + SHOWN, RECTANGLE * 3 + SHOWN, (0, 2, 0), (0, 0, 0)),
    pytest.param(
        "search.reading.pdf_worker._THIN",
        None,
        drawn_in,
        b"50 100 100 2 re f " + SHOWN,
        b"50 100 100 2.1 re f " + SHOWN,
        (1, 0, 0),
        (0, 1, 0),
    ),
    pytest.param(
        "search.reading.pdf_worker._WHITE",
        None,
        drawn_in,
        b"0.9765 g " + RECTANGLE + SHOWN,
        b"0.9804 g " + RECTANGLE + SHOWN,
        (0, 1, 0),
        (0, 0, 1),
    ),
    pytest.param("search.reading.pdf_worker._MAX_ELEMENTS", 2, tagged_blocks, 2, 3, [1, 0], [1, 0, -1]),
    pytest.param("search.reading.ocr.sheet._UPRIGHT", None, scanned_size, 18.0, 18.1, 3.25, 8.0),
    pytest.param(
        "search.reading.ocr.sheet._DOUBTFUL",
        None,
        lambda score: scanned((50, 50, "茶园", 20, 9.3, score, 0))[0].doubtful,
        0.85,
        0.84,
        False,
        True,
    ),
    pytest.param(
        "search.reading.ocr.sheet._MOST_SKEW",
        None,
        lambda angle: round(scanned_sheet([scan(50, 50, SAYS[:13], 130, 9.3, 0.98, angle)], 600.0, 800.0)[1]),
        11.9,
        12.1,
        -12,
        0,
    ),
]
"""Constant, its value in the test (None: its own), what is asked, what is given just on this side and on the other, and both answers."""


@pytest.mark.parametrize(("constant", "sides"), both_sides(PATHS))
def test_a_threshold_parts_what_is_read(monkeypatch: pytest.MonkeyPatch, constant: str, sides: Sides) -> None:
    """What is given on either side of a constant, as near to it as can be, is read in one way and in the other."""
    sides.check(monkeypatch, constant)
