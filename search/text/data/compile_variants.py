"""Compiles `variants.tsv`: every character that folding replaces, with the one character it becomes and why.

Run by hand after an update of OpenCC or Unicode: `python search/text/data/compile_variants.py`. OpenCC (Apache-2.0) is a development
dependency only. The table is closed: what a character becomes is never itself replaced.
"""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

import opencc

TARGET = Path(__file__).with_name("variants.tsv")

SAME = {
    "quote": {'"': "“”„‟«»「」『』〝〞〟″", "'": "‘’‚‛′´"},
    "dash": {"-": "‐‑‒–—―−─━﹘", "~": "〜∼", "·": "•‧∙⋅・･●•"},
    "zero": {"〇": "○◯"},
    # Radicals of the CJK supplement block that text extracted from PDF files uses in place of the characters; Unicode gives most of them
    # no decomposition (EquivalentUnifiedIdeograph.txt lists the same pairs).
    "radical": {
        "民": "⺠", "长": "⻓⻑", "见": "⻅", "角": "⻆", "贝": "⻉", "车": "⻋", "金": "⻐", "门": "⻔", "页": "⻚", "风": "⻛",
        "飞": "⻜", "食": "⻝", "马": "⻢", "鱼": "⻥", "鸟": "⻦", "麦": "⻨", "黄": "⻩", "齐": "⻬", "齿": "⻮", "龙": "⻰", "龟": "⻳",
        "西": "⻄⻃", "青": "⻘", "户": "⺼", "羊": "⺶", "犬": "⺨", "辰": "⻍", "骨": "⻣", "鬼": "⻤", "电": "⺒", "卤": "⻧",
        "韦": "⻙", "虎": "⻁", "衣": "⻂", "言": "⻈", "足": "⻊", "竹": "⺮", "羽": "⺄", "老": "⺹",
        "肉": "⺝", "母": "⺟", "雨": "⻗", "玉": "⺩",
    },
}  # fmt: skip

DECOMPOSITIONS = ("<wide>", "<narrow>", "<font>", "<vertical>")


def unified(char: str) -> tuple[str, str] | None:
    """What Unicode itself says the character stands for, where that is one character and no superscript, circle or numeral."""
    parts = unicodedata.decomposition(char).split()
    if not parts:
        return None
    radical = 0x2E80 <= ord(char) <= 0x2FDF
    if parts[0].startswith("<") and parts[0] not in DECOMPOSITIONS and not radical:
        return None
    plain = unicodedata.normalize("NFKC", char)
    if len(plain) != 1 or plain == char:
        return None
    return plain, "width" if parts[0] in DECOMPOSITIONS else "compatibility"


def steps() -> dict[str, tuple[str, str]]:
    """One replacement a character, before closing: {character: (becomes, reason)}."""
    simplify = opencc.OpenCC("t2s")
    found: dict[str, tuple[str, str]] = {}
    for point in range(0x20, sys.maxunicode + 1):
        if 0xD800 <= point <= 0xDFFF:
            continue
        char = chr(point)
        lower = char.lower()
        if len(lower) == 1 and lower != char:
            found[char] = (lower, "case")
        elif (plain := unified(char)) is not None:
            found[char] = plain
        elif unicodedata.category(char) == "Lo":
            simple = simplify.convert(char)
            if len(simple) == 1 and simple != char:
                found[char] = (simple, "script")
    for reason, groups in SAME.items():
        for becomes, chars in groups.items():
            found.update(dict.fromkeys(chars, (becomes, reason)))
    return found


def closed(table: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """The table with every chain followed to its end."""
    result = {}
    for char, (becomes, reason) in table.items():
        seen = {char}
        while becomes in table and becomes not in seen:
            seen.add(becomes)
            becomes = table[becomes][0]
        if becomes != char:
            result[char] = (becomes, reason)
    return result


def main() -> None:
    table = closed(steps())
    lines = [
        "# character, what folding makes of it, why. Compiled by compile_variants.py from OpenCC "
        f"{opencc.__version__} (t2s, Apache-2.0) and Unicode {unicodedata.unidata_version}; code points in hex.",
        *(f"{ord(char):X}\t{ord(becomes):X}\t{reason}" for char, (becomes, reason) in sorted(table.items())),
    ]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(len(table), "characters")


if __name__ == "__main__":
    main()
