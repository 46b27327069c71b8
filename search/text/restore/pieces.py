"""One source line that holds several: paragraphs run together, a title glued to its text, the labels a crawler wrote before the parts
of an article, and the buttons it left at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from search.model import BlockKind
from search.text.restore.cues import cue_table, cues, either

HEAD_LINES = 8
"""Only so many lines at the beginning may carry a crawler's labels."""
_TITLE_LEAST, _TITLE_MOST = 6, 64
"""A title glued to its text is of so many characters; else where it ends is not told."""
RUN_TOGETHER = 60
"""A shorter line below the head is one piece."""
_PROSE_LONG = 400
_PARAGRAPH_LEAST = 80
"""Spaces after full stops part paragraphs where these have so many characters in the mean, else the extractor set them everywhere."""
_TAIL = 90
_STAFF_LONGEST, _STAFF_AFTER, _ONE_OFFICE = 160, 16, 30
"""The names below a text take so many characters at most, the first office comes within so many, and one office alone takes no more."""
_STAFF_MARKS = frozenset(" \u3000：:/／|｜丨")
_SENTENCE_OVER = re.compile("[。！？”…）)】]")
_CLAUSE = re.compile("[，；“]")
_OF_PICTURE = re.compile(either(cue_table()["metadata"]["of_picture"]) + r"[）)。]?\Z")
_INDENTS = re.compile("\u3000{2,}|\u00a0{3,}")
_SENTENCE_END = re.compile("[。！？…”]")
_PART = re.compile("(?<=[。！？”]) +(?=[\u3400-\u9fff“《（〈【])")
_GAP = re.compile("[ \u3000\u00a0\t]{2,}")


@dataclass(frozen=True, slots=True)
class LinePiece:
    """A part of a source line: its text, whether it begins a block for certain, and what a label says it is. `gone` is the reason why
    it is no text."""

    text: str
    opens: bool = False
    kind: BlockKind | None = None
    gone: str = ""


def pieces_of(text: str, at: int) -> list[LinePiece]:
    """The pieces of a stripped line, which is number `at` among those with text. All its characters but blanks are in one of them."""
    found = list(_labelled(text)) if at < HEAD_LINES else [LinePiece(text)]
    return [part for piece in found for part in (_parted(piece) if not piece.gone and piece.kind is None else [piece])]


def _labelled(text: str) -> Iterator[LinePiece]:
    label = cues().crawled_label.match(text)
    if label is None:
        yield LinePiece(text)
        return
    name, rest = label.group(1), text[label.end() :]
    if not rest or cues().address_label.match(name):
        yield LinePiece(text, opens=True, kind=BlockKind.CREDIT) if rest else LinePiece(text, gone="metadata-label")
        return
    yield LinePiece(text[: label.end()].rstrip(), gone="metadata-label")
    if not cues().title_label.match(name):
        yield LinePiece(rest, opens=True)
        return
    end = _title_end(rest)
    if end is None:
        yield LinePiece(rest, opens=True)
        return
    title, body = rest[:end].strip(), rest[end:].strip()
    yield LinePiece(title, opens=True, kind=BlockKind.TITLE)
    if body.startswith(title):
        yield LinePiece(title, gone="repeated-title")
        body = body[len(title) :].strip()
    if body:
        yield LinePiece(body, opens=True)


def _title_end(text: str) -> int | None:
    """Where a title ends that its text follows without a break; its whole length where nothing follows; None where that is not told."""
    if (gap := _GAP.search(text, _TITLE_LEAST)) and gap.start() <= _TITLE_MOST:
        return gap.start()
    for size in range(_TITLE_LEAST, min(_TITLE_MOST, len(text) // 2) + 1):
        if text.startswith(text[:size], size) or (text[size] == " " and text.startswith(text[:size], size + 1)):
            return size
    if len(text) <= _TITLE_MOST and not _SENTENCE_END.search(text[:-1]):
        return len(text)
    begins = cues().text_opening.search(text, _TITLE_LEAST, _TITLE_MOST + 20)
    return begins.start() if begins and begins.start() <= _TITLE_MOST else None


def _parted(piece: LinePiece) -> Iterator[LinePiece]:
    """Paragraphs that indents or single spaces part, and the buttons below the last."""
    text = piece.text
    if len(text) < RUN_TOGETHER:
        yield piece
        return
    tail = (
        cues().furniture_tail.search(text, max(0, len(text) - _TAIL))
        if cues().furniture_tail_word.search(text, len(text) - _TAIL)
        else None
    )
    body = text[: tail.start()].rstrip() if tail else text
    staff = _staff_at(body)
    first = True
    for part in _paragraphs(body[:staff].rstrip()):
        yield LinePiece(part, opens=piece.opens if first else True)
        first = False
    if staff < len(body):
        yield LinePiece(body[staff:].strip(), opens=True, kind=BlockKind.CREDIT)
    if tail:
        yield LinePiece(text[tail.start() :].strip(), gone="page-furniture")


def _staff_at(text: str) -> int:
    """Where those who had a hand in a piece are named, glued to its last sentence: 某报记者 王海编辑 李明二审 张强; else the length."""
    start = max(0, len(text) - _STAFF_LONGEST)
    if _SENTENCE_OVER.match(text[-1:]) or not cues().staff.search(text, start) or _OF_PICTURE.search(text, start):
        return len(text)
    over = [found.end() for found in _SENTENCE_OVER.finditer(text, start)]
    if not over:
        return len(text)
    rest = text[over[-1] :]
    offices = [office for office in cues().staff.finditer(rest) if rest[office.end() : office.end() + 1] in _STAFF_MARKS]
    named = bool(offices) and len(rest) > offices[-1].end() + 2 and offices[0].start() <= _STAFF_AFTER and not _CLAUSE.search(rest)
    return over[-1] if named and (len(offices) > 1 or len(rest) <= _ONE_OFFICE) else len(text)


def _paragraphs(text: str) -> list[str]:
    if _INDENTS.search(text) and _SENTENCE_END.search(text):
        return [part for part in map(str.strip, _INDENTS.split(text)) if part]
    if len(text) >= _PROSE_LONG and " " in text:
        parts = _PART.split(text)
        if len(parts) > 1 and len(text) >= len(parts) * _PARAGRAPH_LEAST:
            return [part for part in map(str.strip, parts) if part]
    return [text]
