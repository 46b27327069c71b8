"""The numbers that Word prints before paragraphs and does not store in them: 一、（一）第一章 1. (a)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "零一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"),
    (4, "IV"), (1, "I"),
)  # fmt: skip
_MAX_LEVELS = 9
_MAX_NUMBER = 9_999


@dataclass(frozen=True, slots=True)
class _Level:
    """How a level is written: the style of its number, the text around it (`%1` stands for the number), its first number."""

    style: str
    text: str
    start: int


class Numbers:
    """Counts the numbered paragraphs of a document, in order. Ask once a paragraph."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._of: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        for relation in document.part.rels.values():
            if not relation.is_external and relation.reltype.endswith("/numbering"):
                root = getattr(relation.target_part, "element", None)
                if root is not None:
                    self._read(root)

    def _read(self, root: Any) -> None:
        for abstract in root.iterchildren(_W + "abstractNum"):
            levels = {}
            for level in abstract.iterchildren(_W + "lvl"):
                place = _value(level, None, _W + "ilvl")
                if place.isdigit() and int(place) < _MAX_LEVELS:
                    start = _value(level, "start")
                    style, text = _value(level, "numFmt"), _value(level, "lvlText")
                    levels[int(place)] = _Level(style, text[:40], int(start) if start.isdigit() else 1)
            self._levels[_value(abstract, None, _W + "abstractNumId")] = levels
        for number in root.iterchildren(_W + "num"):
            self._of[_value(number, None, _W + "numId")] = _value(number, "abstractNumId")

    def label(self, identity: str, level: int) -> str:
        """What comes before the next paragraph of this list and level; empty for bullets and unknown lists."""
        abstract = self._of.get(identity, "")
        levels = self._levels.get(abstract, {})
        if level not in levels:
            return ""
        counts = self._counts.setdefault(abstract, {})
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        if levels[level].style in {"bullet", "none"}:
            return ""

        def number(found: re.Match[str]) -> str:
            place = int(found[1]) - 1
            if place not in levels:
                return ""
            return written(counts.get(place, levels[place].start), levels[place].style)

        return re.sub(r"%([1-9])", number, levels[level].text)


def _value(element: Any, child: str | None, attribute: str = _W + "val") -> str:
    found = element if child is None else element.find(_W + child)
    return (found.get(attribute) or "") if found is not None else ""


def written(number: int, style: str) -> str:
    """A number in one of Word's number styles; Arabic where the style is unknown."""
    if not 0 < number <= _MAX_NUMBER:
        return str(number)
    return _STYLES.get(style, str)(number)


def _chinese(number: int, digits: str = _DIGITS, units: str = "十百千") -> str:
    """一 … 九千九百九十九, as spoken: 十一, 一百零五."""
    text = ""
    pending = False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            text += (digits[0] if pending and text else "") + digits[digit] + (units[power - 1] if power else "")
            pending = False
        else:
            pending = True
    return text[1:] if 10 <= number < 20 and digits is _DIGITS else text


def _roman(number: int) -> str:
    text = ""
    for value, mark in _ROMAN:
        text += mark * (number // value)
        number %= value
    return text


def _letter(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * min(4, (number - 1) // 26 + 1)


_STYLES: dict[str, Callable[[int], str]] = {
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "japaneseCounting": _chinese,
    "taiwaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "ideographDigital": lambda number: "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number)),
    "chineseLegalSimplified": lambda number: _chinese(number, _FORMAL, "拾佰仟"),
    "ideographTraditional": lambda number: "甲乙丙丁戊己庚辛壬癸"[(number - 1) % 10],
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperLetter": lambda number: _letter(number).upper(),
    "lowerLetter": _letter,
    "decimalZero": lambda number: f"{number:02}",
    "decimalEnclosedCircle": lambda number: chr(0x2460 + number - 1) if number <= 20 else f"({number})",
    "decimalEnclosedCircleChinese": lambda number: chr(0x2460 + number - 1) if number <= 20 else f"({number})",
}
