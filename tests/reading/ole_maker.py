"""Small compound files for tests, written by hand: Word and PowerPoint documents and Outlook messages of the old binary forms."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SMALLEST = 4096
"""Shorter streams would need the table of small sectors; they are padded instead."""


def make_ole(streams: dict[str, bytes]) -> bytes:
    """A compound file with the streams; `/` in a name puts it into a storage."""
    sectors: list[bytes] = []
    chain: list[int] = []

    def put(data: bytes) -> int:
        first = len(sectors)
        parts = [data[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(data), _SECTOR)]
        sectors.extend(parts)
        chain.extend([*range(first + 1, first + len(parts)), _END])
        return first

    entries: list[list[object]] = [["Root Entry", 5, -1, -1, -1, _END, 0]]
    storages: dict[str, int] = {"": 0}
    children: dict[int, list[int]] = {0: []}
    for name, data in streams.items():
        folder, _, leaf = name.rpartition("/")
        for depth in range(1, folder.count("/") + 2 if folder else 1):
            path = "/".join(folder.split("/")[:depth])
            if path not in storages:
                storages[path] = len(entries)
                children[len(entries)] = []
                children[storages[path.rpartition("/")[0]]].append(len(entries))
                entries.append([path.rpartition("/")[2], 1, -1, -1, -1, 0, 0])
        padded = data.ljust(_SMALLEST, b"\0")
        children[storages[folder]].append(len(entries))
        entries.append([leaf, 2, -1, -1, -1, put(padded), len(padded)])
    for parent, inner in children.items():
        entries[parent][4] = inner[0] if inner else -1
        for index, following in zip(inner, [*inner[1:], -1], strict=True):
            entries[index][3] = following
    directory = put(b"".join(_entry(*entry) for entry in entries))  # type: ignore[arg-type]
    table = len(sectors)
    count = -(-(len(chain) + 1) // (_SECTOR // 4))
    count = -(-(len(chain) + count) // (_SECTOR // 4))
    chain += [_FAT] * count
    fat = b"".join(struct.pack("<I", link) for link in chain).ljust(count * _SECTOR, b"\xff")
    header = (
        bytes.fromhex("d0cf11e0a1b11ae1")
        + bytes(16)
        + struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, count, directory, 0, 4096, _END, 0, _END, 0)
    )
    header += b"".join(struct.pack("<I", table + index) for index in range(count)).ljust(436, b"\xff")
    return header + b"".join(sectors) + fat


def _entry(name: str, kind: int, left: int, right: int, child: int, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<III", *(link & 0xFFFFFFFF for link in (left, right, child)))
    return raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1) + links + bytes(36) + struct.pack("<IQ", start, size)


@dataclass(frozen=True)
class Paragraph:
    """Text of a Word paragraph with the mark that ends it, and the sprms that hold for it; `style` is an index of the sheet."""

    text: str
    mark: str = "\r"
    sprms: bytes = b""
    style: int = 0


IN_TABLE = struct.pack("<HB", 0x2416, 1)
ROW_END = IN_TABLE + struct.pack("<HB", 0x2417, 1)


def row(*cells: str) -> list[Paragraph]:
    """The paragraphs of a table row."""
    return [*(Paragraph(cell, "\x07", IN_TABLE) for cell in cells), Paragraph("", "\x07", ROW_END)]


def make_word(paragraphs: Sequence[Paragraph], *, flags: int = 0x0200, version: int = 193, styles: Sequence[str] = ("Normal",)) -> bytes:
    """A Word 97 document of one piece; `styles` are the names of the style sheet."""
    text = "".join(item.text + item.mark for item in paragraphs)
    start = 1024
    raw = text.encode("utf-16-le")
    pages = -(-(start + len(raw)) // _SECTOR)
    page, at = bytearray(_SECTOR), start
    places, properties, end = [], [], 511
    for item in paragraphs:
        grpprl = struct.pack("<H", item.style) + item.sprms
        grpprl += bytes(1 - len(grpprl) % 2)  # an odd length, so that the first byte counts words
        end = (end - len(grpprl) - 1) // 2 * 2
        page[end : end + 1 + len(grpprl)] = bytes([(len(grpprl) + 1) // 2]) + grpprl
        places.append(at)
        properties.append(bytes([end // 2]) + bytes(12))
        at += 2 * len(item.text + item.mark)
    fixed = b"".join(struct.pack("<I", place) for place in [*places, at]) + b"".join(properties)
    page[: len(fixed)] = fixed
    page[511] = len(paragraphs)
    clx = b"\x02" + struct.pack("<IIIHIH", 16, 0, len(text), 0, start, 0)
    sheet = _sheet(styles)
    papx = struct.pack("<III", start, at, pages)
    table = clx.ljust(64, b"\0") + papx.ljust(64, b"\0") + sheet
    fib = bytearray(start)
    struct.pack_into("<HH", fib, 0, 0xA5EC, version)
    struct.pack_into("<H", fib, 0x0A, flags)
    struct.pack_into("<i", fib, 0x4C, len(text))
    struct.pack_into("<II", fib, 0x1A2, 0, len(clx))
    struct.pack_into("<II", fib, 0x102, 64, len(papx))
    struct.pack_into("<II", fib, 0xA2, 128, len(sheet))
    main = (bytes(fib) + raw).ljust(pages * _SECTOR, b"\0") + bytes(page)
    return make_ole({"WordDocument": main, "1Table": table})


def _sheet(names: Sequence[str]) -> bytes:
    fixed = 10
    out = struct.pack("<HHH14x", 18, len(names), fixed)
    for name in names:
        style = struct.pack("<HH6x", 0, 0xFFF0) + struct.pack("<H", len(name)) + name.encode("utf-16-le") + b"\0\0"
        out += struct.pack("<H", len(style)) + style
    return out


def make_slides(slides: Sequence[Sequence[tuple[int, str]]]) -> bytes:
    """A PowerPoint 97 presentation; each slide has texts with their kinds (0: title, 1: body, 4: other)."""
    data = b""
    places: list[int] = []
    outline = b""
    for number, slide in enumerate(slides, 2):
        boxes = b"".join(_record(0xF00D, _text(kind, words), True) for kind, words in slide if kind == 4)
        boxes += b"".join(
            _record(0xF00D, _record(3998, struct.pack("<I", index)), True) for index, (kind, _) in enumerate(slide) if kind != 4
        )
        places.append(len(data))
        data += _record(1006, boxes, True)
        outline += _record(1011, struct.pack("<IIiII", number, 0, 0, 256 + number, 0))
        outline += b"".join(_text(kind, words) for kind, words in slide if kind != 4)
    document = len(data)
    data += _record(1000, _record(4080, outline, True), True)
    directory = len(data)
    data += _record(6002, struct.pack(f"<I{len(slides) + 1}I", 1 | (len(slides) + 1) << 20, document, *places))
    edit = len(data)
    data += _record(4085, struct.pack("<IIIIIII", 0, 0, 0, directory, 1, 0, 0))
    return make_ole({"Current User": struct.pack("<HHIIII", 0, 4086, 20, 20, 0xE391C05F, edit), "PowerPoint Document": data})


def _record(kind: int, body: bytes, holds: bool = False) -> bytes:
    return struct.pack("<HHI", 0xF if holds else 0, kind, len(body)) + body


def _text(kind: int, words: str) -> bytes:
    return _record(3999, struct.pack("<I", kind)) + _record(4000, words.encode("utf-16-le"))


def make_message(subject: str, sender: str, body: str, attachments: dict[str, bytes]) -> bytes:
    """An Outlook message. Streams are padded, which its properties bear: they end at the first NUL."""
    streams = {"__properties_version1.0": b"\0", "__substg1.0_0037001F": subject.encode("utf-16-le")}
    streams |= {"__substg1.0_0C1A001F": sender.encode("utf-16-le"), "__substg1.0_1000001F": body.encode("utf-16-le")}
    streams["__substg1.0_007D001F"] = "Date: Mon, 01 Jun 2020 10:00:00 +0800\r\n".encode("utf-16-le")
    for number, (name, data) in enumerate(attachments.items()):
        folder = f"__attach_version1.0_#{number:08X}"
        streams[f"{folder}/__substg1.0_3707001F"] = name.encode("utf-16-le")
        streams[f"{folder}/__substg1.0_37010102"] = data
    return make_ole(streams)
