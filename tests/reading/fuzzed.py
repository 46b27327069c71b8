"""A small sound file of every format, and what bytes broken in it make of it."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module

from PIL import Image

from tests.reading import hostile
from tests.reading.ole_maker import Paragraph, make_message, make_slides, make_word, row
from tests.reading.package_maker import make_epub, make_odt, make_ofd, make_pptx, make_rar, make_tar, make_warc, ofd_text, shape
from tests.reading.pdf_maker import Text, make_pdf

BODY = hostile.BODY
_PAGE = f"<html><head><title>题</title><meta name='date' content='2020-01-02'></head><body><h1>题</h1><p>{BODY}</p><table><tr><td>1</table>"
_LETTER = "From: a@b\nSubject: =?utf-8?b?5biu5om2?=\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\n"

Blow = tuple[float, bytes]
"""Where in a file, as a share of it, and what is written there."""


def _office(name: str) -> Callable[[], bytes]:
    return lambda: (hostile._office() | hostile._tables())[name][0]


def _picture() -> bytes:
    held = io.BytesIO()
    Image.new("L", (40, 30), 255).save(held, "PNG")
    return held.getvalue()


def _letter() -> bytes:
    return f"{_LETTER}{BODY}\n--x\nContent-Disposition: attachment; filename=a.txt\n\n{BODY}\n--x--\n".encode()


def _has_libarchive() -> bool:
    try:
        return bool(import_module("libarchive"))
    except (ImportError, OSError, AttributeError, TypeError):
        return False


_MAKERS: dict[str, Callable[[], bytes]] = {
    "a.txt": lambda: "\n".join([BODY] * 4).encode("gb18030"),
    "a.md": lambda: f"---\ntitle: 题\n---\n# 题\n\n{BODY}\n\n| a | b |\n|---|---|\n| 1 | 2 |\n".encode(),
    "a.html": lambda: _PAGE.encode(),
    "a.mht": lambda: f"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n{_PAGE}".encode(),
    "a.eml": _letter,
    "a.rtf": lambda: ("{\\rtf1\\ansi\\ansicpg936 {\\fonttbl{\\f0 a;}} " + "".join(f"\\u{ord(c)}?" for c in BODY) + "\\par}").encode(),
    "a.json": lambda: f'{{"title": "题", "date": "2020-01-02", "content": "{BODY}", "n": [1, {{"a": null}}]}}'.encode(),
    "a.jsonl": lambda: (f'{{"title": "题", "content": "{BODY}"}}\n' * 3).encode(),
    "a.xml": lambda: f"<?xml version='1.0'?><a><title>题</title><p>{BODY}</p><!-- x --><![CDATA[y]]></a>".encode(),
    "a.srt": lambda: f"1\n00:00:01,000 --> 00:00:02,000\n{BODY}\n\n2\n00:00:03,000 --> 00:00:04,000\n{BODY}\n".encode(),
    "a.csv": lambda: f"标题,日期,正文\n题,2020-01-02,{BODY}\n".encode(),
    "a.docx": _office("report.docx"),
    "a.xlsx": _office("articles.xlsx"),
    "a.odt": lambda: make_odt(f"<text:h text:outline-level='1'>题</text:h><text:p>{BODY}</text:p>"),
    "a.pptx": lambda: make_pptx([shape("题", "title") + shape(BODY)]),
    "a.epub": lambda: make_epub({"a.xhtml": f"<h1>题</h1><p>{BODY}</p>"}),
    "a.ofd": lambda: make_ofd([ofd_text(20, 40, BODY[:30])]),
    "a.doc": lambda: make_word([Paragraph("题", style=1), Paragraph(BODY), *row("地区", "资金")], styles=("Normal", "heading 1")),
    "a.ppt": lambda: make_slides([[(0, "题"), (1, BODY)]]),
    "a.msg": lambda: make_message("题", "a@b", BODY, {"a.txt": BODY.encode() * 90}),
    "a.pdf": lambda: make_pdf([[Text(72, 700, BODY[:30]), Text(72, 680, BODY[30:])]], title="题"),
    "a.png": _picture,
    "a.zip": lambda: hostile._zip({"甲.txt": BODY.encode(), "甲.toml": b'title = "x"', "b.html": _PAGE.encode()}),
    "a.tar.gz": lambda: make_tar({"甲.txt": BODY.encode(), "b.txt": BODY.encode()}),
    "a.txt.gz": lambda: zlib.compress(BODY.encode(), 6, 31),
    **({"a.rar": lambda: make_rar({"a.txt": BODY.encode(), "b.txt": BODY.encode()})} if _has_libarchive() else {}),
    "a.warc": lambda: make_warc([("http://a/b", "text/html", _PAGE.encode())]),
}
SAMPLES: dict[str, Callable[[], bytes]] = {name: cache(maker) for name, maker in _MAKERS.items()}
"""Name → the file, made once."""


def broken(data: bytes, blows: Sequence[Blow], kept: float) -> bytes:
    """The file with bytes overwritten and its end cut off. In a package it is a member that is broken, which is then packed soundly: what
    is broken outside of it is refused by its checksum alone."""
    if data[:2] == b"PK" and blows and blows[0][0] < 0.8:
        packed = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as sound, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            names = sound.namelist()
            chosen = names[int(blows[0][0] / 0.8 * (len(names) - 1))]
            for name in names:
                archive.writestr(name, _struck(sound.read(name), blows, kept) if name == chosen else sound.read(name))
        return packed.getvalue()
    return _struck(data, blows, kept)


def _struck(data: bytes, blows: Sequence[Blow], kept: float) -> bytes:
    found = bytearray(data)
    for place, blow in blows:
        at = int(place * max(len(found) - 1, 0))
        found[at : at + len(blow)] = blow
    return bytes(found[: int(len(found) * kept)])
