"""Compiles `pinyin.tsv`: the readings of every common character, without tones, the commonest first, and how common the character is.

Run by hand after an update of pypinyin (MIT, a development dependency only) or jieba (MIT): `python search/text/data/compile_pinyin.py`.
The frequency is the sum over the words of jieba's dictionary that hold the character, in match form.
"""

from __future__ import annotations

from collections import Counter
from importlib.metadata import distribution
from pathlib import Path

import pypinyin

from search.text.fold import fold

TARGET = Path(__file__).with_name("pinyin.tsv")
_JIEBA = distribution("jieba")
DICTIONARY = Path(str(_JIEBA.locate_file("jieba/dict.txt")))


def main() -> None:
    counts: Counter[str] = Counter()
    for line in DICTIONARY.read_text(encoding="utf-8").splitlines():
        word, seen, _ = line.split(" ")
        for char in fold(word):
            counts[char] += int(seen)
    sources = f"pypinyin {pypinyin.__version__} and jieba {_JIEBA.version}"
    lines = [f"# character, readings, frequency. Compiled by compile_pinyin.py from {sources}."]
    for char, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if "\u4e00" <= char <= "\u9fa5":
            readings = dict.fromkeys(pypinyin.pinyin(char, style=pypinyin.Style.NORMAL, heteronym=True)[0])
            lines.append(f"{char}\t{','.join(one.replace('ü', 'v') for one in readings)}\t{count}")
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(len(lines) - 1, "characters")


if __name__ == "__main__":
    main()
