"""What readers know of wording: headings set as ordinary paragraphs or in two lines, the names of styles, titles that programs make up."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from search.reading.plain import without_controls

_CHIEF = re.compile(r"^(?:[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十百]{1,4}[章节编部分])\s*\S")
_LESSER = re.compile(r"^[（(][一二三四五六七八九十]{1,3}[)）]\s*\S")
_LONGEST = 40
_CLOSED = tuple("。；，、：！？…”;:,.!?")
_TABLE = tomllib.loads((Path(__file__).parent / "data" / "office_styles.toml").read_text(encoding="utf-8"))
_STYLE_HEADING = re.compile(rf"(?i)(?:{_TABLE['heading']})[\s_]*([1-9])\b")
_STYLES = tuple((re.compile(rf"(?i)^(?:{'|'.join(names)})"), ours) for ours, names in _TABLE["styles"].items())
_JUNK_TITLE = re.compile(rf"(?i)^(?:{'|'.join(_TABLE['junk_title'])})")
_LONGEST_TITLE = 200
_HEAD_LINES = 12


def named_style(name: str) -> str | None:
    """Our style for the name an Office program gives one (heading 1, 标题 1, 副标题 …); None where the name says nothing."""
    heading = _STYLE_HEADING.search(name)
    if heading:
        return f"heading{min(6, int(heading[1]))}"
    return next((ours for pattern, ours in _STYLES if pattern.search(name)), None)


def stated_title(text: str) -> str | None:
    """The title in a file's properties as one line, unless a program or a template put it there."""
    title = without_controls(" ".join(text.split()))[0]
    return None if _JUNK_TITLE.match(title) or len(title) > _LONGEST_TITLE or "\ufffd" in title else title


def confirmed_title(title: str | None, lines: Sequence[str]) -> str | None:
    """A title from a file's properties where the text begins with it too: many files carry that of what they were copied from."""
    head = "".join("".join(text.split()) for text in lines[:_HEAD_LINES])
    return title if title and "".join(title.split()) in head else None


def titled(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Text and style of lines. Without a title of its own, a document that begins with its only level-1 heading has that as its title."""
    headings = [index for index, (_, style) in enumerate(lines) if style in {"heading1", "title"}]
    return [(lines[0][0], "title"), *lines[1:]] if headings == [0] else lines


def deck_titled(slides: list[tuple[int | None, str, str]]) -> list[tuple[int | None, str, str]]:
    """Page, text and style of a presentation's lines: the title of its first slide is the title of the whole."""
    first = next((index for index, (page, _, style) in enumerate(slides) if page == 1 and style.startswith("heading")), None)
    if first is None:
        return slides
    return [*slides[:first], (1, slides[first][1], "title"), *slides[first + 1 :]]


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
