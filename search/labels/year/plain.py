"""The text as the grammar of years reads it: one width, one dash, one way to write a year, no spaces inside an expression.

Extracted text spells one year many ways: `二O一九年`, `２０１９年`, `2 0 1 9年`, `2018－2020年`. Here they become one, so that the grammar
needs to know one only; the way back to the text as it stands is kept.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from typing import Final, NamedTuple

from search.labels.numerals import DIGIT_VALUES
from search.model import Span

_DASH: Final = re.compile("[—―－‐‑‒–−─～〜~∼﹣]")
_WIDE: Final = re.compile("[０-９\u00a0\u3000Ｏ]")
_WIDTH: Final = str.maketrans("０１２３４５６７８９\u00a0\u3000Ｏ", "0123456789  O")
_DIGIT: Final = "0-9零〇○Oo一二三四五六七八九"
_MIXED: Final = re.compile(
    rf"[12一二](?<![{_DIGIT}].)(?![0-9]{{3}})" rf"(?:(?<=[2二])[0零〇○Oo]|(?<=[1一])[98九八])[{_DIGIT}]{{2}}(?=[年、和及与至到-])"
)
"""Four digits of a year, some of them Chinese or a letter O."""
_AS_DIGIT: Final = str.maketrans({char: str(value) for char, value in DIGIT_VALUES.items()})
_SPACES: Final = re.compile(r"(?<![0-9A-Za-z])[^\S\n]+|[^\S\n]+(?![0-9A-Za-z])")
_SPACED: Final = re.compile(r"(?<![0-9.] )(?<![0-9.])(?=[0-9 ]{5,7}年)(?:1 ?[89]|2 ?0) ?[0-9] ?[0-9](?=年)|(?<=年)1 [0-2](?=月)")


class Plain(NamedTuple):
    """`text` as the grammar reads it. `offsets[i]` is the place of its character `i` in the text as it stands; None where both agree."""

    text: str
    offsets: Sequence[int] | None = None

    def span(self, start: int, end: int) -> Span:
        """The range in the text as it stands of a range in `text`; `start` must be below `end`."""
        return (start, end) if self.offsets is None else (self.offsets[start], self.offsets[end - 1] + 1)


def plain_text(text: str) -> Plain:
    """`text` with widths, dashes and the digits of years unified, and without the spaces that break an expression."""
    if _WIDE.search(text):
        text = text.translate(_WIDTH)
    text = _DASH.sub("-", text)
    offsets: Sequence[int] | None = None
    if " " in text or "\t" in text:
        text, offsets = _without(text, [found.span() for found in _SPACES.finditer(text)], None)
        spaces = [(at, at + 1) for found in _SPACED.finditer(text) for at in range(*found.span()) if text[at] == " "]
        text, offsets = _without(text, spaces, offsets)
    return Plain(_MIXED.sub(_in_arabic, text), offsets)


def _in_arabic(match: re.Match[str]) -> str:
    return match[0].translate(_AS_DIGIT)


def _without(text: str, spans: Sequence[Span], offsets: Sequence[int] | None) -> tuple[str, Sequence[int] | None]:
    if not spans:
        return text, offsets
    kept: list[str] = []
    places = array("I")
    known = range(len(text)) if offsets is None else offsets
    position = 0
    for start, end in (*spans, (len(text), len(text))):
        kept.append(text[position:start])
        places.extend(known[position:start])
        position = end
    return "".join(kept), places
