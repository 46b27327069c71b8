"""Plain text → lines, numbered as an editor shows them.

A line ends at LF, CR LF, CR, or the Unicode line and paragraph separators. A form feed begins a new page; pages are
counted only where there is one. NUL and other control characters are left out, with a warning.
"""

from __future__ import annotations

import re
from itertools import count

from search.errors import UnreadableSource
from search.model import Reading, Source, SourceLine
from search.reading.encoding import decode
from search.reading.gridded import in_columns
from search.settings import Settings

_LINE_END = re.compile("\r\n|[\n\r\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]|[\ud800-\udfff]")


def read_plain(source: Source, settings: Settings) -> Reading:
    """Lines without style. Raises UnreadableSource for binary or empty files and undecidable encodings."""
    decoded = decode(source.data)
    text, warnings = without_controls(decoded.text)
    lines = split_lines(text, settings)
    return Reading(in_columns(lines) or lines, "text", decoded.encoding, warnings=decoded.warnings + warnings)


def without_controls(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without NUL, other control characters and lone surrogates, and a warning that counts them."""
    if text.isprintable():
        return text, ()
    clean, removed = _CONTROL.subn("", text)
    return clean, (f"去掉了 {removed} 个控制字符。",) if removed else ()


def split_lines(text: str, settings: Settings) -> tuple[SourceLine, ...]:
    """Lines of the text; the empty one after a final line end is not a line. Raises UnreadableSource for overlong lines."""
    parts = _LINE_END.split(text)
    if parts and not parts[-1]:
        parts.pop()
    if max(map(len, parts), default=0) > settings.max_line_chars:
        raise UnreadableSource(f"有一行超过 {settings.max_line_chars} 字，不像文章。")
    if "\f" not in text:
        return tuple(map(SourceLine, count(1), parts))
    lines = []
    page = 1
    for number, part in enumerate(parts, 1):
        opening = len(part) - len(part.lstrip("\f"))
        page += opening
        lines.append(SourceLine(number, part[opening:].replace("\f", " "), page))
        page += part.count("\f", opening)
    return tuple(lines)
