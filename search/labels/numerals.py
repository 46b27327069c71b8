"""Chinese and Arabic numerals as numbers: `3`, `16,958`, `８.79`, `三千`, `二〇二〇`, `两`.

Pure functions over short strings; the patterns here are the building stones of the year and figure grammars.
"""

from __future__ import annotations

from typing import Final

DIGIT_VALUES: Final[dict[str, int]] = {
    **{c: i for i, c in enumerate("零一二三四五六七八九")},
    **dict.fromkeys("〇○Oo０", 0),
    "两": 2,
    "壹": 1,
    "贰": 2,
    "叁": 3,
    "肆": 4,
    "伍": 5,
    "陆": 6,
    "柒": 7,
    "捌": 8,
    "玖": 9,
}
SMALL_UNITS: Final[dict[str, int]] = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1_000, "仟": 1_000}
LARGE_UNITS: Final[dict[str, int]] = {"万": 10_000, "亿": 100_000_000}

ARABIC_DIGIT: Final = "0-9０-９"
CHINESE_DIGIT: Final = "零〇○一二两三四五六七八九"
CHINESE_NUMERAL: Final = CHINESE_DIGIT + "十百千万亿"

_TO_ASCII: Final = str.maketrans("０１２３４５６７８９．，。", "0123456789.,.")


def arabic_value(text: str) -> float | None:
    """The value of an Arabic numeral with optional thousands separators and decimals, in any width; None when it is none.

    A full stop `。` between digits is read as a decimal point: extracted text breaks `48.4` that way.
    """
    plain = text.translate(_TO_ASCII).replace(" ", "").replace("\u00a0", "")
    whole, dot, decimals = plain.partition(".")
    parts = whole.split(",")
    if len(parts) > 1 and (not 1 <= len(parts[0]) <= 3 or any(len(p) != 3 for p in parts[1:])):
        return None
    digits = "".join(parts)
    if not (digits.isascii() and digits.isdigit()) or (dot and not (decimals.isascii() and decimals.isdigit())):
        return None
    return float(f"{digits}.{decimals}") if dot else float(int(digits))


def digits_value(text: str) -> int | None:
    """A numeral written digit by digit (`二〇二〇`, `2020`, `２０２０`); None when a character is no digit."""
    value = 0
    for char in text:
        if char.isdecimal():
            digit = int(char)
        elif char in DIGIT_VALUES:
            digit = DIGIT_VALUES[char]
        else:
            return None
        value = value * 10 + digit
    return value if text else None


def chinese_value(text: str) -> int | None:
    """The value of a Chinese numeral by place (`三千二百`, `十二`, `两万`, `百`) or digit by digit; None when it is none."""
    if not text:
        return None
    if not any(c in SMALL_UNITS or c in LARGE_UNITS for c in text):
        return digits_value(text)
    total = section = 0
    digit: int | None = None
    for char in text:
        if char in DIGIT_VALUES:
            digit = DIGIT_VALUES[char]
        elif char in SMALL_UNITS:
            section += (1 if digit is None else digit) * SMALL_UNITS[char]
            digit = None
        elif char in LARGE_UNITS:
            section += digit or 0
            if section == 0:
                section = 1
            unit = LARGE_UNITS[char]
            total = (total + section) * unit if total and unit > 10_000 else total + section * unit
            section, digit = 0, None
        else:
            return None
    return total + section + (digit or 0)


def number_value(text: str) -> float | None:
    """The value of a numeral written either way; None when it is no numeral."""
    value = arabic_value(text)
    return value if value is not None else chinese_value(text)


def to_chinese(value: int) -> str:
    """The Chinese numeral of a whole number from 0 to 99,999,999 as prose writes it (`12` → `十二`, `3200` → `三千二百`)."""
    if not 0 <= value < 100_000_000:
        raise ValueError(f"no Chinese numeral for {value}: 0 to 99,999,999 only")
    if value >= 10_000:
        head, tail = divmod(value, 10_000)
        rest = "" if not tail else ("零" if tail < 1_000 else "") + _below_ten_thousand(tail)
        return _below_ten_thousand(head) + "万" + rest
    text = _below_ten_thousand(value)
    return text[1:] if text.startswith("一十") else text


def _below_ten_thousand(value: int) -> str:
    if value == 0:
        return "零"
    parts: list[str] = []
    gap = False
    for unit, name in ((1_000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            parts.append(("零" if gap and parts else "") + "零一二三四五六七八九"[digit] + name)
            gap = False
        else:
            gap = True
    return "".join(parts)
