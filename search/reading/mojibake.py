"""Text that was once decoded wrongly and saved so: led back to what it was, where no byte of it was lost.

GBK or UTF-8 read as Latin-1, Windows-1252 or MacRoman becomes rows of accented letters (ÃÜÔÆÇø); UTF-8 read as GBK rows of rare characters.
Encoding by the wrong one and decoding by the right one gives the text again, if and only if every character comes through.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

_SHARE = 0.4
"""So much of what is visible in such a text is accented letters; no language that is written with them comes near."""
_LEAST = 8
_RARE = 24
"""So many characters tell rows of rare ones from a word or two."""
_SAMPLE = 4_000
_ASCII = re.compile(r"[\x00-\x7f]+")
_ODD = re.compile(r"[\x80-\u2ffe]+")
_FAR = re.compile(r"[\u2fff-\U0010ffff]+")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_RIGHT = (("utf-8", "UTF-8"), ("gb18030", "GBK"), ("big5hkscs", "Big5"))
_WRONG = (("cp1252", "Windows-1252"), ("mac_roman", "MacRoman"))


def led_back(text: str, cost: Callable[[str], float], plausible: float) -> tuple[str, str] | None:
    """The text as it was and, in Chinese, what had happened to it; None where it is as it should be or cannot be led back. `cost` gives
    the mean cost of a text's characters, at most `plausible` for one that makes sense."""
    if text.isascii():
        return None
    best: tuple[float, str, str] | None = None
    for wrong, wrong_name in _WRONG if _is_accented(text) else ():
        for right, right_name in _RIGHT:
            if (again := _again(text, wrong, right)) and _is_chinese(again) and (spent := cost(_wide(again))) <= plausible:
                found = (spent, again, f"{right_name} 曾被当作 {wrong_name}")
                best = found if best is None or found < best else best
    if best is not None:
        return best[1], best[2]
    wide = _wide(text)
    if len(wide) < _RARE or cost(wide) <= plausible:
        return None
    again = _again(text, "gb18030", "utf-8")
    return (again, "UTF-8 曾被当作 GBK") if again and _is_chinese(again) and cost(_wide(again)) < plausible - 1 else None


def _is_accented(text: str) -> bool:
    sample = "".join(text[: 4 * _SAMPLE].split())[:_SAMPLE]
    odd = len(sample) - len(_ODD.sub("", sample))
    wide = len(sample) - len(_FAR.sub("", sample))
    return odd >= _LEAST and odd >= _SHARE * len(sample) and odd > 4 * wide


def _is_chinese(text: str) -> bool:
    wide = _wide(text)
    return (len(wide) - len(_HAN.sub("", wide))) * 2 > len(wide) > 0


def _wide(text: str) -> str:
    return _ASCII.sub("", text[:_SAMPLE])


def _again(text: str, wrong: str, right: str) -> str | None:
    try:
        data = text.encode("gb18030") if wrong == "gb18030" else text.translate(_bytes_of(wrong)).encode("latin-1")
        return data.decode(right)
    except UnicodeError:
        return None


@cache
def _bytes_of(encoding: str) -> dict[int, int]:
    """Code point → the byte that a program which knows this encoding would have read it from; what the encoding leaves free is the byte
    itself, as programs do."""
    table: dict[int, int] = {}
    for byte in range(0x80, 0x100):
        try:
            table[ord(bytes([byte]).decode(encoding))] = byte
        except UnicodeDecodeError:
            table[byte] = byte
    return table
