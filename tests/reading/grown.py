"""Files of each format at any size, in shapes that a careless reader takes the square of their length for."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from tests.quality.shapes import PROSE
from tests.reading.ole_maker import Paragraph, make_word
from tests.reading.package_maker import make_epub, make_odt, make_pptx, shape

Grown = Callable[[int], bytes]
"""So many turns of it."""

LINE = PROSE.encode() + b"\n"


def _docx(body: str) -> bytes:
    held = io.BytesIO()
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", f"<w:document {space}><w:body>{body}</w:body></w:document>")
    return held.getvalue()


def _mail(parts: int) -> bytes:
    head = b"From: a@b\nSubject: c\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
    return head + b"--x\n\n" + LINE * parts + b"--x--\n"


GROWN: dict[str, Grown] = {
    "lines.txt": lambda turns: LINE * turns,
    "one-line.txt": lambda turns: PROSE.encode() * turns,
    "gbk.txt": lambda turns: (PROSE + "\n").encode("gb18030") * turns,
    "breaks.txt": lambda turns: b"\r\n\x0b\x0c\r" * turns + LINE,
    "rows.csv": lambda turns: "甲,乙\n".encode() * turns,
    "wide.csv": lambda turns: "甲,".encode() * turns + b"\n",
    "quotes.csv": lambda turns: b'"' * (2 * turns) + b"\n",
    "titles.srt": lambda turns: "1\n00:00:01,000 --> 00:00:02,000\n帮扶\n\n".encode() * turns,
    "paragraphs.md": lambda turns: (b"# " + LINE + b"\n* a\n\n") * turns,
    "stars.md": lambda turns: b"*a **b " * turns,
    "brackets.md": lambda turns: b"[a](" * turns,
    "paragraphs.html": lambda turns: b"<html><body>" + (b"<p>" + LINE + b"</p>") * turns,
    "cells.html": lambda turns: b"<html><table><tr>" + "<td>甲</td>".encode() * turns,
    "breaks.html": lambda turns: "<html><body>甲".encode() + "<br>乙".encode() * turns,
    "comments.html": lambda turns: "<html><body>甲".encode() + b"<!-- " * turns,
    "records.json": lambda turns: b"[" + '{"title": "甲", "text": "乙"},'.encode() * turns + b"{}]",
    "string.json": lambda turns: b'{"text": "' + PROSE.encode() * turns + b'"}',
    "items.xml": lambda turns: b"<?xml version='1.0'?><a>" + "<b>甲</b>".encode() * turns + b"</a>",
    "text.xml": lambda turns: b"<?xml version='1.0'?><a>" + PROSE.encode() * turns + b"</a>",
    "groups.rtf": lambda turns: b"{\\rtf1 " + b"{\\b x}" * turns + b"}",
    "letters.rtf": lambda turns: b"{\\rtf1 " + b"\\u24110?" * turns + b"}",
    "lines.eml": _mail,
    "words.eml": lambda turns: b"From: a\nSubject: " + b"=?utf-8?b?5biu5om2?= " * turns + b"\nMIME-Version: 1.0\n\n" + LINE,
    "paragraphs.docx": lambda turns: _docx("<w:p><w:r><w:t>甲</w:t></w:r></w:p>" * turns),
    "runs.docx": lambda turns: _docx("<w:p>" + "<w:r><w:t>甲</w:t></w:r>" * turns + "</w:p>"),
    "paragraphs.odt": lambda turns: make_odt("<text:p>甲</text:p>" * turns),
    "shapes.pptx": lambda turns: make_pptx([shape("甲") * turns]),
    "paragraphs.epub": lambda turns: make_epub({"a.xhtml": "<p>甲</p>" * turns}),
    "characters.doc": lambda turns: make_word([Paragraph("甲" * turns)]),
}
