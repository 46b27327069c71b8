"""The text layer of PDFs, read in a process of its own: pdfium is native code, and a file of two kilobytes can make it take
all memory and time there is. Run as a script; knows nothing of this project, so that it starts at once.

A request on standard input is a line of JSON (`size`, `pages`, `characters`) and the file's bytes; the answer on standard
output one too: `pages` (of lines, of pieces [text, left, right, bottom, height] parted by wide gaps) and `title`, or `error`.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import pypdfium2

try:
    import resource
except ImportError:  # Windows: the time limit still holds
    resource = None  # type: ignore[assignment]

MAX_PAGE_CHARS = 400_000
_LINE_END = re.compile("\r\n|\r|\n")

_WORD = re.compile(r"\S+")
_RISE = 0.5
"""What is higher or lower by more than this share of a character stands in another line; superscripts do not."""
_WIDE = 1.8
"""A gap of more than so many character heights parts the pieces of a line."""

Piece = tuple[str, float, float, float, float]
"""Text, left, right, bottom and height of a character, in points."""


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
        for number in range(count):
            page = _page(document, number)
            characters += sum(len(piece[0]) for line in page for piece in line)
            if characters > max_characters:
                return {"error": "large"}
            pages.append(page)
        return {"pages": pages, "title": _title(document)}
    finally:
        document.close()


def _title(document: Any) -> str:
    try:
        return str(document.get_metadata_value("Title"))
    except (pypdfium2.PdfiumError, UnicodeError, ValueError):
        return ""


def _page(document: Any, number: int) -> list[list[Piece]]:
    """Lines of one page; none where the page is damaged, or holds more characters than a page can."""
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return []
    try:
        textpage = page.get_textpage()
    except pypdfium2.PdfiumError:
        page.close()
        return []
    try:
        count = textpage.count_chars()
        text = textpage.get_text_range() if 0 < count <= MAX_PAGE_CHARS else ""
        return _boxed(textpage, text, len(text) == count)
    except pypdfium2.PdfiumError:
        return []
    finally:
        textpage.close()
        page.close()


def _boxed(textpage: Any, text: str, exact: bool) -> list[list[Piece]]:
    """Lines with boxes. Where characters outside the basic plane shift the count, lines are told to follow each other."""
    lines: list[list[Piece]] = []
    start = 0
    for row, part in enumerate(_LINE_END.split(text)):
        if part.strip():
            if exact:
                lines.extend(_pieces(textpage, part, start))
            else:
                lines.append([(part, 0.0, 12.0 * len(part), -18.0 * row, 12.0)])
        start += len(part) + 2  # pdfium parts lines by CR LF
    return lines


def _pieces(textpage: Any, part: str, start: int) -> list[list[Piece]]:
    """The words of what pdfium takes for a line, gathered into pieces that stand close together. Pieces at another height are
    lines of their own: pdfium joins what is written upwards, as at the top of the next column."""
    lines: list[list[Piece]] = []
    for word in _WORD.finditer(part):
        left, bottom, _, top = textpage.get_charbox(start + word.start(), loose=True)
        _, other, right, _ = textpage.get_charbox(start + word.end() - 1, loose=True)
        height = max(1.0, top - bottom)
        piece = (word[0], left, max(left, right), min(bottom, other), height)
        before = lines[-1][-1] if lines else None
        if before is None or abs(before[3] - piece[3]) > _RISE * max(height, before[4]):
            lines.append([piece])
        elif -height < left - before[2] < _WIDE * height:
            space = part[len(part[: word.start()].rstrip()) : word.start()]
            lines[-1][-1] = (before[0] + space + word[0], before[1], max(before[2], piece[2]), min(before[3], piece[3]), before[4])
        else:
            lines[-1].append(piece)
    return lines


def main() -> None:
    """Answers requests until the input ends. The argument is the memory limit in bytes."""
    if resource is not None:
        limit = int(sys.argv[1])
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while head := requests.readline():
        request = json.loads(head)
        try:
            answer = extract(requests.read(request["size"]), request["pages"], request["characters"])
            line = json.dumps(answer).encode("ascii")
        except MemoryError:
            line = b'{"error": "greedy"}'
        answers.write(line + b"\n")
        answers.flush()


if __name__ == "__main__":
    main()
