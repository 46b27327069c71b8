"""Sentences that were said in Chinese, by the library or before the language of a page was known, in the language of the page."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from web.locale import gettext as _
from web.locale import language

SENTENCES = Path(__file__).parent / "translations" / "sentences_en.toml"
_HAN = re.compile("[㐀-鿿]")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    table = tomllib.loads(SENTENCES.read_text("utf-8"))["sentences"]
    return tuple((re.compile("(.*?)".join(map(re.escape, chinese.split("{}"))), re.DOTALL), english) for chinese, english in table.items())


def said(text: str, *, depth: int = 2) -> str:
    """The sentence in English on an English page, as it is everywhere else and where it is not known. What varies in it may be such a
    sentence itself, or a string of the catalogues."""
    if language() != "en" or not _HAN.search(text):
        return text
    for pattern, english in _patterns():
        if found := pattern.fullmatch(text):
            inner = (said(part, depth=depth - 1) if depth and part else part for part in found.groups())
            return english.format(*inner)
    return _(text)


def spoken(text: str) -> str:
    """The `lang` of a sentence as it stands on the page."""
    return "zh-Hans" if _HAN.search(text) else language()
