"""PowerPoint 97–2003 presentations and WPS's .dps (the same binary form) → titles and paragraphs, slide by slide.

Our own reader: nothing on PyPI reads the form. It is that of Microsoft's [MS-PPT]; sections are named in the comments.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from search.errors import UnreadableSource
from search.model import Metadata, Reading, Source, SourceLine
from search.reading.ole import BROKEN, damaged, encrypted, open_ole, stream, summary_title
from search.reading.plain import without_controls
from search.reading.wording import deck_titled, joined_lines, stated_title
from search.settings import Settings

_WHAT = "PowerPoint 文件"
_DOCUMENT, _SLIDE, _LIST, _PERSIST, _HEADER = 1000, 1006, 4080, 1011, 3999
_WIDE, _NARROW, _REFERENCE, _TEXT_BOX, _EDIT, _DIRECTORY = 4000, 4008, 3998, 0xF00D, 4085, 6002
_TITLES = frozenset({0, 6})
"""Kinds of text (2.13.33): title, centred title."""
_MAX_EDITS = 10_000
_MAX_RECORDS = 2_000_000
_ENCRYPTED = 0xF3D1C4DF


@dataclass(frozen=True, slots=True)
class _Record:
    """A record's header (2.3.1) and where its body lies."""

    kind: int
    instance: int
    start: int
    end: int
    holds_records: bool


def read_powerpoint97(source: Source, settings: Settings) -> Reading:
    """The text of every slide, its number as the page. Raises UnreadableSource for broken, encrypted and oversized files."""
    container = open_ole(source.data, _WHAT)
    try:
        current = stream(container, "Current User")
        if len(current) >= 16 and struct.unpack_from("<I", current, 12)[0] == _ENCRYPTED:
            raise encrypted(_WHAT)
        data = stream(container, "PowerPoint Document")
        slides = list(_slides(data, struct.unpack_from("<I", current, 16)[0]))
        title = stated_title(summary_title(container))
    except BROKEN:
        raise damaged(_WHAT) from None
    finally:
        container.close()
    written: list[tuple[int | None, str, str]] = [
        (number, text, style) for number, slide in enumerate(slides, 1) for text, style in _styled(slide)
    ]
    if sum(len(text) for _, text, _ in written) > settings.max_expanded_bytes // 4:
        raise UnreadableSource(f"{_WHAT}的文字过多。", hint="请分成几个文件。")
    lines = (SourceLine(line, text, number, style) for line, (number, text, style) in enumerate(deck_titled(written), 1))
    return Reading(tuple(lines), "ppt", metadata=Metadata(title=title))


_Text = tuple[int, str]
"""Kind of a text and its paragraphs, parted by CR."""


def _styled(texts: list[_Text]) -> Iterator[tuple[str, str]]:
    for kind, text in texts:
        pieces = [piece for part in text.split("\r") if (piece := without_controls(part.replace("\x0b", " "))[0].strip())]
        if kind in _TITLES and pieces:
            yield joined_lines(pieces), "heading1"
        else:
            yield from ((piece, "paragraph") for piece in pieces)


def _slides(data: bytes, edit: int) -> Iterator[list[_Text]]:
    """The texts of the slides in the order shown. Text lies in the slide, or in the list that outlines it (2.4.14.3)."""
    places, document = _directory(data, edit)
    whole = _record(data, places[document])
    if whole.kind != _DOCUMENT:
        raise ValueError("no document where the directory says")
    for part in _children(data, whole):
        if part.kind == _LIST and part.instance == 0:
            yield from _outlined(data, part, places)


def _outlined(data: bytes, part: _Record, places: dict[int, int]) -> Iterator[list[_Text]]:
    slide: _Record | None = None
    texts: list[_Text] = []
    kind = -1
    for record in _children(data, part):
        if record.kind == _PERSIST:
            if slide is not None:
                yield _on(data, slide, texts)
            place = places.get(struct.unpack_from("<I", data, record.start)[0])
            slide, texts = (None if place is None else _record(data, place)), []
        elif record.kind == _HEADER:
            (kind,) = struct.unpack_from("<I", data, record.start)
        elif record.kind in (_WIDE, _NARROW):
            texts.append((kind, _text(data, record)))
    if slide is not None:
        yield _on(data, slide, texts)


def _on(data: bytes, slide: _Record, outlined: list[_Text]) -> list[_Text]:
    """The texts of a slide as its boxes come, then those of the outline that no box shows; titles first."""
    shown: list[_Text] = []
    used: set[int] = set()
    kind = -1
    stack = [slide]
    while stack:
        record = stack.pop()
        if record.kind == _HEADER:
            (kind,) = struct.unpack_from("<I", data, record.start)
        elif record.kind == _REFERENCE:
            (index,) = struct.unpack_from("<I", data, record.start)
            if index < len(outlined) and index not in used:
                used.add(index)
                shown.append(outlined[index])
        elif record.kind in (_WIDE, _NARROW):
            shown.append((kind, _text(data, record)))
        elif record.holds_records or record.kind == _TEXT_BOX:
            stack.extend(reversed(list(_children(data, record))))
    shown += [text for index, text in enumerate(outlined) if index not in used]
    return sorted(shown, key=lambda text: text[0] not in _TITLES)


def _text(data: bytes, record: _Record) -> str:
    raw = data[record.start : record.end]
    return raw.decode("utf-16-le", errors="replace") if record.kind == _WIDE else raw.decode("latin-1")


def _directory(data: bytes, edit: int) -> tuple[dict[int, int], int]:
    """Where each persistent object lies, by its latest edit, and which one is the document (2.3.3, 2.3.4)."""
    places: dict[int, int] = {}
    document = -1
    seen: set[int] = set()
    while edit not in seen and len(seen) < _MAX_EDITS and (edit or not seen):
        seen.add(edit)
        record = _record(data, edit)
        if record.kind != _EDIT:
            raise ValueError("no edit where the current user says")
        _, _, earlier, directory, first = struct.unpack_from("<IIIII", data, record.start)
        document = first if document < 0 else document
        for identity, place in _entries(data, _record(data, directory)):
            places.setdefault(identity, place)
        edit = earlier
    return places, document


def _entries(data: bytes, record: _Record) -> Iterator[tuple[int, int]]:
    at = record.start
    while record.kind == _DIRECTORY and at + 4 <= record.end:
        (head,) = struct.unpack_from("<I", data, at)
        first, count = head & 0xFFFFF, head >> 20
        count = min(count, (record.end - at - 4) // 4)
        yield from enumerate(struct.unpack_from(f"<{count}I", data, at + 4), first)
        at += 4 + 4 * count


def _record(data: bytes, at: int) -> _Record:
    head, kind, size = struct.unpack_from("<HHI", data, at)
    return _Record(kind, head >> 4, at + 8, min(len(data), at + 8 + size), head & 0xF == 0xF)


def _children(data: bytes, parent: _Record) -> Iterator[_Record]:
    at = parent.start
    while at + 8 <= parent.end:
        record = _record(data, at)
        yield record
        at = max(record.end, at + 8)
