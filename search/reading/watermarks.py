"""What scanning programs stamp on every page, and what is no text of a document."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_WATERMARKS = Path(__file__).parent / "data" / "scanner_watermarks.txt"


def is_watermark(text: str) -> bool:
    """Whether a line is little more than the mark of a scanning program."""
    key = bare(text)
    return any(mark in key and len(key) <= 2 * len(mark) + 6 for mark in _watermarks())


def bare(text: str) -> str:
    """A line as it repeats from page to page: without spaces and figures, small letters."""
    return re.sub(r"[\s\d]+", "", text).lower()


@cache
def _watermarks() -> tuple[str, ...]:
    lines = _WATERMARKS.read_text("utf-8").splitlines()
    return tuple(bare(line) for line in lines if line and not line.startswith("#"))
