"""Headings that a file sets as ordinary paragraphs, told by their numbers; shared by the readers of DOCX and HTML."""

from __future__ import annotations

import re

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
