"""Folding for matching: one character to one character, so that a range in folded text is the same range in canonical text.

The *match form* goes one step further and leaves out what a reader does not see as text: stray spaces, control and format characters,
commas inside numbers. It carries the way back to canonical text.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

VARIANTS = Path(__file__).parent / "data" / "variants.tsv"

_CONTROL = (
    r"\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180b-\u180f\u200b-\u200f\u2028-\u202f\u205f-\u206f\ufe00-\ufe0f\ufeff"
    r"\ufff9-\ufffb\U000e0000-\U000e01ef"
)
_FORMAT = rf"\s{_CONTROL}"
_DIGIT = "0-9\uff10-\uff19"
_UNSEEN = re.compile(rf"[{_FORMAT}]+|(?<=[{_DIGIT}]),(?=[{_DIGIT}])|(?<=[\uff10-\uff19])\uff0c(?=[\uff10-\uff19])")
_VARIANT = re.compile(r"^([0-9A-F]+)\t([0-9A-F]+)\t(\w+)", re.MULTILINE)
_SPACE = re.compile(r"\s")
_AS_WRITTEN = frozenset(",;:!?()\"'")
"""Punctuation that grammars read as it is written in Chinese, full-width."""
_LONG_DASHES = "—―"
_ICONS = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_NOT_READ = re.compile(rf"(?:[{_CONTROL}{_ICONS}](?<!\s))+")
_HAN = "\u3400-\u9fff"
_HALF_WIDTH = re.compile(rf"(?<=[{_HAN}])[,;:!?()]|[,;:!?()](?=[{_HAN}])")
_TYPED = re.compile("[,;:!?()]")
"""What a text must have for `_HALF_WIDTH` to be worth looking for, told five times faster."""
_MAY_NOT_BE_READ = re.compile(f"[{_CONTROL}{_ICONS}]")
"""The same for `_NOT_READ`."""
KEPT_CHARS, KEPT_TEXTS = 2_000, 512
"""Texts up to this length are kept as they read, the last so many."""
_FULL_WIDTH = dict(zip(",;:!?()", "，；：！？（）", strict=True))


@dataclass(frozen=True, slots=True)
class MatchForm:
    """`text` in match form. `offsets[i]` is the canonical index of its character `i`; the last entry is the end of the canonical text."""

    text: str
    offsets: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The canonical range of the match-form range, without unseen characters at its ends. `start` must be below `end`."""
        return self.offsets[start], self.offsets[end - 1] + 1


@cache
def _table() -> dict[int, int]:
    table = dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)  # lone surrogates: no segmenter takes them
    for char, becomes, _ in _VARIANT.findall(VARIANTS.read_text(encoding="utf-8")):
        table[int(char, 16)] = int(becomes, 16)
    return table


@cache
def _reading_table() -> tuple[re.Pattern[str], dict[int, int]]:
    table = {
        ord(char): ord(becomes)
        for char, becomes, why in ((chr(int(a, 16)), chr(int(b, 16)), why) for a, b, why in _VARIANT.findall(VARIANTS.read_text("utf-8")))
        if why not in ("case", "quote") and becomes not in _AS_WRITTEN and char not in _LONG_DASHES
    }
    basic = "".join(chr(point) for point in table if point < 0x10000)
    return re.compile(f"[{re.escape(basic)}\U00010000-\U0010ffff]"), table


def fold(text: str) -> str:
    """The text with width, case, script, variants, quotes and dashes unified. Same length, character for character; folding twice
    changes nothing more."""
    return text.lower() if text.isascii() else text.translate(_table())


def read_plainly(text: str) -> str:
    """The text as labels read it: folded but for capital letters, quotes, long dashes and the punctuation of sentences, which beside Han
    characters is full-width whatever was typed. Same length, character for character; the same object where nothing changes."""
    if text.isascii():
        return text
    return _kept_plain(text) if len(text) <= KEPT_CHARS else _plain(text)


def _plain(text: str) -> str:
    pattern, table = _reading_table()
    if pattern.search(text):
        text = text.translate(table)
    return _HALF_WIDTH.sub(lambda found: _FULL_WIDTH[found[0]], text) if _TYPED.search(text) else text


_kept_plain = lru_cache(maxsize=KEPT_TEXTS)(_plain)
"""Five labellers ask for the same text one after the other."""


def reading_form(text: str) -> MatchForm:
    """The text as labels read it (`read_plainly`), without the format, control and private-use characters inside it, and the way back."""
    plain = read_plainly(text)
    if _MAY_NOT_BE_READ.search(plain) is None or _NOT_READ.search(plain) is None:
        return MatchForm(plain, range(len(text) + 1))
    kept: list[str] = []
    offsets = array("I")
    position = 0
    for found in _NOT_READ.finditer(plain):
        kept.append(plain[position : found.start()])
        offsets.extend(range(position, found.start()))
        position = found.end()
    kept.append(plain[position:])
    offsets.extend(range(position, len(text) + 1))
    return MatchForm("".join(kept), offsets)


def match_form(text: str) -> MatchForm:
    """Folded text without what is not seen, and the way back.

    Left out: whitespace and control or format characters (a run of them that has whitespace and is between two ASCII letters or
    digits becomes one space), and a comma directly between two digits (16,958)."""
    folded = fold(text)
    if _UNSEEN.search(text) is None:
        return MatchForm(folded, range(len(text) + 1))
    kept: list[str] = []
    offsets = array("I")
    position = 0
    for found in _UNSEEN.finditer(text):
        start, end = found.span()
        kept.append(folded[position:start])
        offsets.extend(range(position, start))
        position = end
        if start and end < len(text) and _is_ascii_word(folded[start - 1]) and _is_ascii_word(folded[end]):
            space = _SPACE.search(text, start, end)
            if space is not None:
                kept.append(" ")
                offsets.append(space.start())
    kept.append(folded[position:])
    offsets.extend(range(position, len(text) + 1))
    return MatchForm("".join(kept), offsets)


def _is_ascii_word(char: str) -> bool:
    return char.isascii() and char.isalnum()
