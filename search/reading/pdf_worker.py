"""The text layer of PDFs, read in a process of its own: pdfium is native code, and a file of two kilobytes can make it take
all memory and time there is. Run as a script; knows nothing of this project, so that it starts at once.

A request on standard input is a line of JSON (`size`, `pages`, `characters`) and the file's bytes; the answer on standard
output one too: `pages` and `title`, or `error`. A page has its `box` (left, bottom, right, top in user space), `rotation` in
degrees, the `text` of its characters in the order of the file, for each of them the origin on the baseline (`x`, `y`), the
advance (`w`) and the index of its style (`s`), as doubles and 4-byte numbers in base64: lists of numbers would cost as much as
reading the page; `styles` are [height in points, angle in degrees, 1 where bold]; `pictures` (and what is filled with white, or
a pattern), `frames` and `rules` are boxes in user space. Where the file marks its structure, `b` has for each character the number
of its block (-1 for none, -2 for what is said to be no content, -3 for what is marked as no paragraph), and `blocks` of the answer
what each of them is: its type, and for the cell of a table the path of the table and the numbers of row and cell.
"""

from __future__ import annotations

import base64
import ctypes
import json
import math
import signal
import sys
from array import array
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

try:
    import resource
except ImportError:  # Windows: the time limit still holds
    resource = None  # type: ignore[assignment]

MAX_PAGE_CHARS = 400_000
_MAX_OBJECTS = 20_000
"""Objects of a page beyond so many are a drawing: no frames are looked for among them."""
_SKIPPED = frozenset((0xA, 0xD, 0x2, 0xFFFE, 0xFFFF))
"""What pdfium adds at line ends."""
_WIDE = 0x2E7F
_WHITE = 250
_OFF_LINE = 0.5
"""The characters of one text object are on one line, to within so many em."""
_WIDEST = 4
_MAX_STYLES = 10_000
_RECTANGLE, _MOST_SEGMENTS = 5, 4_000
"""A path of more parts than a rectangle has, and no more than the second number, may be a grid drawn in one go."""
_THIN = 2.0
"""A rectangle thinner than so many points is a rule."""
_MAX_ELEMENTS = 20_000
"""Elements of a page's structure beyond so many are left unread."""
_INLINE = frozenset(
    ("Span", "Link", "NonStruct", "Reference", "Em", "Strong", "Sub", "StyleSpan", "Code", "Quote", "Ruby", "RB", "Annot", "Lbl", "LBody")
)
_GROUPS = frozenset(
    ("Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Index", "TOC", "L", "Table", "TR", "THead", "TBody", "TFoot", "Private", "")
)
"""What is directly in one of these is marked, but no paragraph."""
_NO_CONTENT, _NO_BLOCK = -2, -3
_CELLS = frozenset(("TD", "TH"))
_BOLD = ("bold", "black", "heavy", "simhei", "heiti", "-hei", "medi")


def _address(handle: Any) -> int:
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def _by_address(function: Any, *arguments: Any, result: Any = ctypes.c_void_p) -> Any:
    """A function of pdfium whose handles are plain numbers: pointers made and cast for every character take longer than what is asked."""
    return ctypes.CFUNCTYPE(result, *arguments)(_address(function))


_unicode = _by_address(pdfium.FPDFText_GetUnicode, ctypes.c_void_p, ctypes.c_int, result=ctypes.c_uint)
_origin = _by_address(pdfium.FPDFText_GetCharOrigin, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, result=ctypes.c_int)
_matrix = _by_address(pdfium.FPDFText_GetMatrix, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, result=ctypes.c_int)
_font_size = _by_address(pdfium.FPDFText_GetFontSize, ctypes.c_void_p, ctypes.c_int, result=ctypes.c_double)
_loose_box = _by_address(pdfium.FPDFText_GetLooseCharBox, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, result=ctypes.c_int)
_object = _by_address(pdfium.FPDFPage_GetObject, ctypes.c_void_p, ctypes.c_int)
_object_kind = _by_address(pdfium.FPDFPageObj_GetType, ctypes.c_void_p, result=ctypes.c_int)
_text_object = _by_address(pdfium.FPDFText_GetTextObject, ctypes.c_void_p, ctypes.c_int)
_content_of = _by_address(pdfium.FPDFPageObj_GetMarkedContentID, ctypes.c_void_p, result=ctypes.c_int)
_marks_of = _by_address(pdfium.FPDFPageObj_CountMarks, ctypes.c_void_p, result=ctypes.c_int)
_font = _by_address(pdfium.FPDFTextObj_GetFont, ctypes.c_void_p)


_Cell = tuple[str, str, int, int]
"""Paths of table and row, number of the row among the elements met, number of the cell in it."""
_NO_CELL: _Cell = ("", "", -1, -1)


class _Blocks(NamedTuple):
    """Blocks of the whole file by their place in its tree, and what each is."""

    known: dict[str, int]
    entries: list[list[Any]]

    def number(self, path: str, role: str, cell: _Cell) -> int:
        """The number of a block; a new one where it was not met before."""
        if path not in self.known:
            self.known[path] = len(self.entries)
            self.entries.append([role, *cell] if cell[3] >= 0 else [role])
        return self.known[path]


class _Styles(NamedTuple):
    """Styles of a page as they go out, and what is known of fonts and matrices; a matrix to be filled again and again."""

    entries: list[list[float]]
    known: dict[tuple[Any, ...], tuple[int, float, float, float]]
    matrix: Any


def extract(data: bytes, max_pages: int, max_characters: int) -> dict[str, Any]:
    """The answer to one request. Pages are opened and closed one by one, so memory does not grow with their number."""
    try:
        document = pypdfium2.PdfDocument(data)
    except (pypdfium2.PdfiumError, ValueError, OSError) as error:
        locked = "password" in str(error).lower() or "security" in str(error).lower()
        return {"error": "locked" if locked else "broken"}
    try:
        count = len(document)
        if not 0 < count <= max_pages:
            return {"error": "long" if count else "empty", "count": count}
        pages = []
        characters = 0
        blocks = _Blocks({}, [])
        for number in range(count):
            page = _page(document, number, blocks)
            characters += len(page["text"])
            if characters > max_characters:
                return {"error": "large"}
            pages.append(page)
        return {"pages": pages, "title": _title(document), "blocks": blocks.entries}
    finally:
        document.close()


def _title(document: Any) -> str:
    try:
        return str(document.get_metadata_value("Title"))
    except (pypdfium2.PdfiumError, UnicodeError, ValueError):
        return ""


def _page(document: Any, number: int, blocks: _Blocks) -> dict[str, Any]:
    """One page; without text where it is damaged, or holds more characters than a page can."""
    empty = {"box": [0.0, 0.0, 595.0, 842.0], "rotation": 0, "text": "", "x": "", "y": "", "w": "", "s": "", "styles": []}
    empty |= {"pictures": [], "frames": [], "rules": []}
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return empty
    try:
        empty |= {"box": _box(page), "rotation": page.get_rotation()}
        textpage = page.get_textpage()
    except pypdfium2.PdfiumError:
        page.close()
        return empty
    try:
        count = textpage.count_chars()
        if not 0 < count <= MAX_PAGE_CHARS:
            return empty
        return empty | _characters(textpage.raw, count, _marked(page.raw, blocks)) | _drawings(page.raw)
    except pypdfium2.PdfiumError:
        return empty
    finally:
        textpage.close()
        page.close()


def _box(page: Any) -> list[float]:
    """The part of the page that is shown."""
    media, crop = page.get_mediabox(), page.get_cropbox()
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    return list(media) if right <= left or top <= bottom else [left, bottom, right, top]


def _characters(textpage: Any, count: int, marked: dict[int, int]) -> dict[str, Any]:
    """Characters with their places, and their blocks where any content is `marked`. Size and turn come from the text matrix, places from
    the origin: pdfium's boxes are those of the ink for some fonts."""
    text: list[str] = []
    xs, ys, widths, indexes, blocks = array("d"), array("d"), array("d"), array("i"), array("i")
    block = -1
    styles = _Styles([], {}, pdfium.FS_MATRIX())
    last: int | None = -1
    found, here = (0, 1.0, 1.0, 0.0), (0.0, 0.0)
    x, y, rect = ctypes.c_double(), ctypes.c_double(), pdfium.FS_RECTF()
    x_at, y_at, rect_at = ctypes.addressof(x), ctypes.addressof(y), ctypes.addressof(rect)
    page = _address(textpage)
    for index in range(count):
        code = _unicode(page, index)
        if code in _SKIPPED:
            continue
        blank = code == 0x20 or code == 0xA0 or code == 0x3000 or code == 0x9
        if blank and pdfium.FPDFText_IsGenerated(textpage, index) == 1:
            continue
        item = _text_object(page, index)
        if item != last or not item:
            last, found = item, _style(textpage, page, index, item, styles)
            here = (styles.matrix.e, styles.matrix.f)
            block = _block_of(item, marked) if marked else -1
        style, wide, cosine, sine = found
        _origin(page, index, x_at, y_at)
        left, base = x.value, y.value
        # of radicals, which pdfium turns into characters, it gives the place before the page's own scale
        if abs((base - here[1]) * cosine - (left - here[0]) * sine) > _OFF_LINE * wide:
            left, base = here
        if code > _WIDE:
            width = wide
        else:
            _loose_box(page, index, rect_at)
            width = _advance(rect, left, base, cosine, sine, wide)
        here = (left + width * cosine, base + width * sine)
        text.append(chr(code) if 0x20 <= code < 0xD800 or 0xE000 <= code < 0x110000 else " " if blank else "\ufffd")
        xs.append(left)
        ys.append(base)
        widths.append(width)
        indexes.append(style)
        blocks.append(block)
    numbers = {"x": _encoded(xs), "y": _encoded(ys), "w": _encoded(widths), "s": _encoded(indexes)}
    if marked:
        numbers["b"] = _encoded(blocks)
    return {"text": "".join(text), **numbers, "styles": styles.entries}


def _encoded(values: array[float] | array[int]) -> str:
    return base64.b64encode(values).decode("ascii")


def _marked(page: Any, blocks: _Blocks) -> dict[int, int]:
    """For each piece of marked content of a page the number of the block it belongs to. Elements are told apart by their place in the
    tree, which is the same on every page: so a paragraph that goes on over a page is one block."""
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    if not tree:
        return {}
    found: dict[int, int] = {}
    try:
        waiting: list[tuple[Any, str, tuple[str, str], _Cell]] = []
        for index in range(min(pdfium.FPDF_StructTree_CountChildren(tree), _MAX_ELEMENTS)):
            waiting.append((pdfium.FPDF_StructTree_GetChildAtIndex(tree, index), str(index), ("", ""), _NO_CELL))
        seen = 0
        while waiting and seen < _MAX_ELEMENTS:
            element, path, block, cell = waiting.pop()
            if not element:
                continue
            seen += 1
            role = _role(element)
            if role == "Table":
                cell = (path, "", -1, -1)
            elif role == "TR":
                cell = (cell[0], path, seen, -1)
            elif role in _CELLS and cell[1]:
                cell = (cell[0], cell[1], cell[2], int(path.rsplit("/", 1)[-1]))
            if role not in _INLINE or not block[0]:
                block = (path, role)
            count = min(pdfium.FPDF_StructElement_CountChildren(element), _MAX_ELEMENTS)
            for index in range(count):
                content = pdfium.FPDF_StructElement_GetChildMarkedContentID(element, index)
                if content >= 0:
                    found[content] = _NO_BLOCK if block[1] in _GROUPS else blocks.number(*block, cell)
                else:
                    child = pdfium.FPDF_StructElement_GetChildAtIndex(element, index)
                    waiting.append((child, f"{path}/{index}", block, cell))
    finally:
        pdfium.FPDF_StructTree_Close(tree)
    return found


def _role(element: Any) -> str:
    name = ctypes.create_string_buffer(64)
    size = pdfium.FPDF_StructElement_GetType(element, name, 64)
    return name.raw[: max(0, min(size, 64) - 2)].decode("utf-16-le", "replace")


def _block_of(item: int | None, marked: dict[int, int]) -> int:
    if not item:
        return -1
    content = _content_of(item)
    if content >= 0:
        return marked.get(content, -1)
    return _NO_CONTENT if _marks_of(item) > 0 else -1


def _style(textpage: Any, page: int, index: int, item: int | None, styles: _Styles) -> tuple[int, float, float, float]:
    """Number of the style of a character's text object, the width of its em, and cosine and sine of its angle. The page of text is given
    as a handle and by its address."""
    matrix = styles.matrix
    _matrix(page, index, ctypes.addressof(matrix))
    size = _font_size(page, index)
    font = _font(item) if item else None
    key = (font, size, matrix.a, matrix.b, matrix.c, matrix.d)
    if (found := styles.known.get(key)) is not None:
        return found
    wide, high = size * math.hypot(matrix.a, matrix.b), size * math.hypot(matrix.c, matrix.d)
    if not 0.5 < high < 2000:
        rect = pdfium.FS_RECTF()
        pdfium.FPDFText_GetLooseCharBox(textpage, index, rect)
        wide = high = max(1.0, abs(rect.top - rect.bottom))
    angle = math.atan2(matrix.b, matrix.a)
    entry = [round(high, 2), round(math.degrees(angle), 1), int(_is_bold(textpage, index))]
    if entry not in styles.entries:
        styles.entries.append(entry)
    found = (styles.entries.index(entry), wide, math.cos(angle), math.sin(angle))
    if len(styles.known) < _MAX_STYLES:
        styles.known[key] = found
    return found


def _is_bold(textpage: Any, index: int) -> bool:
    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(textpage, index, name, 128, ctypes.byref(flags))
    font = name.value.decode("utf-8", "replace").lower()
    return pdfium.FPDFText_GetFontWeight(textpage, index) >= 600 or any(word in font for word in _BOLD)


def _advance(rect: Any, x: float, y: float, cosine: float, sine: float, wide: float) -> float:
    """How far a character reaches along its baseline: to the far edge of its box, a fifth of an em at least."""
    level = rect.right - x if cosine > 0 else x - rect.left
    reach = level if abs(cosine) >= abs(sine) else rect.top - y if sine > 0 else y - rect.bottom
    return float(min(max(reach, 0.2 * wide), _WIDEST * wide))


def _drawings(page: Any) -> dict[str, Any]:
    """Boxes of pictures, of rectangles drawn around text, and of rules; those inside forms are left out."""
    pictures: list[list[float]] = []
    frames: list[list[float]] = []
    rules: list[list[float]] = []
    count = pdfium.FPDFPage_CountObjects(page)
    sides = [ctypes.c_float() for _ in range(4)]
    places = [ctypes.byref(side) for side in sides]
    at = _address(page)
    for index in range(count if count <= _MAX_OBJECTS else 0):
        kind = _object_kind(_object(at, index))
        if kind not in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE):
            continue
        item = pdfium.FPDFPage_GetObject(page, index)
        if not pdfium.FPDFPageObj_GetBounds(item, *places):
            continue
        left, bottom, right, top = box = [round(side.value, 1) for side in sides]
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            pictures.append(box)
        elif min(right - left, top - bottom) <= _THIN:
            rules.append(box)
        elif lines := _straight_lines(item):
            rules += lines
        else:
            (frames if _is_drawn(item) else pictures).append(box)
    return {"pictures": pictures, "frames": frames, "rules": rules}


def _straight_lines(item: Any) -> list[list[float]]:
    """The lines of a path that is stroked and has horizontal and vertical lines only, as a grid drawn in one go; none for a rectangle."""
    count = pdfium.FPDFPath_CountSegments(item)
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, ctypes.byref(mode), ctypes.byref(stroke))
    if not _RECTANGLE < count <= _MOST_SEGMENTS or not stroke.value:
        return []
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, ctypes.byref(matrix)):
        return []
    lines: list[list[float]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    here = (0.0, 0.0)
    for index in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(item, index)
        pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        there = (matrix.a * x.value + matrix.c * y.value + matrix.e, matrix.b * x.value + matrix.d * y.value + matrix.f)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_LINETO:
            if min(abs(there[0] - here[0]), abs(there[1] - here[1])) > _THIN:
                return []
            across, along = sorted((here[0], there[0])), sorted((here[1], there[1]))
            lines.append([round(value, 1) for value in (across[0], along[0], across[1], along[1])])
        elif kind != pdfium.FPDF_SEGMENT_MOVETO:
            return []
        here = there
    return lines


def _is_drawn(item: Any) -> bool:
    """Whether a path has a stroke, or a fill that is not white. Of patterns, which picture editors leave, pdfium says white."""
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, ctypes.byref(mode), ctypes.byref(stroke))
    if stroke.value:
        return True
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    parts = [ctypes.byref(part) for part in (red, green, blue, alpha)]
    known = mode.value and pdfium.FPDFPageObj_GetFillColor(item, *parts)
    return bool(known) and min(red.value, green.value, blue.value) < _WHITE and alpha.value > 0


def main() -> None:
    """Answers requests until the input ends. The argument is the memory limit in bytes."""
    if resource is not None:
        limit = int(sys.argv[1])
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while head := requests.readline():
        request = json.loads(head)
        _limit_time(request["seconds"])
        try:
            answer = extract(requests.read(request["size"]), request["pages"], request["characters"])
            line = json.dumps(answer).encode("ascii")
        except MemoryError:
            line = b'{"error": "greedy"}'
        _limit_time(0)
        answers.write(line + b"\n")
        answers.flush()


def _limit_time(seconds: float) -> None:
    """Ends this process after so many seconds of work from now; 0: not."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


if __name__ == "__main__":
    main()
