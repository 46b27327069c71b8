"""What the readers of DOCX and HTML know of wording: headings set as ordinary paragraphs, and headings set in two lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

_CHIEF = re.compile(r"^(?:[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十百]{1,4}[章节编部分])\s*\S")
_LESSER = re.compile(r"^[（(][一二三四五六七八九十]{1,3}[)）]\s*\S")
_LONGEST = 40
_CLOSED = tuple("。；，、：！？…”;:,.!?")


def numbered_heading(text: str, *, bold: bool) -> str | None:
    """`heading2` for 一、… and 第一章 …, `heading3` for （一）… set in bold; None for anything long or closed by punctuation."""
    if len(text) > _LONGEST or text.endswith(_CLOSED):
        return None
    if _CHIEF.match(text):
        return "heading2"
    return "heading3" if bold and _LESSER.match(text) else None


def joined_lines(lines: Sequence[str]) -> str:
    """A heading set in several lines as one: a space only where two Latin words meet."""
    text = lines[0]
    for line in lines[1:]:
        text += (" " if text[-1:].isascii() and line[:1].isascii() else "") + line
    return text
