"""Compiles `search/reading/data/character_cost.txt`: how surprising each Chinese character is, for telling encodings apart.

Run by hand: `python -m tests.reading.compile_characters`. Needs the dictionary file of jieba (MIT; words with corpus
counts) and OpenCC (Apache-2.0; traditional forms). Neither is needed to read the result.
"""

from __future__ import annotations

import importlib.util
import math
from collections import Counter
from pathlib import Path

import opencc

TARGET = Path(__file__).parents[2] / "search" / "reading" / "data" / "character_cost.txt"
TRADITIONAL_SHARE = 0.4
HIGHEST = 15

HEADER = """\
# Cost in nats (-ln p, rounded) of each Chinese character in running text; used by encoding.py to tell encodings apart.
# One line a cost: the cost, a tab, all characters of that cost. Characters not listed cost more than the last line.
# Compiled by tests/reading/compile_characters.py from the word counts of jieba 0.42.1's dict.txt (MIT licence);
# traditional forms by OpenCC's s2t, s2tw and s2hk (Apache-2.0), at a share of the simplified form's count.
"""


def main() -> None:
    """Writes the table anew."""
    spec = importlib.util.find_spec("jieba")
    assert spec is not None
    assert spec.submodule_search_locations
    counts: Counter[str] = Counter()
    for line in (Path(spec.submodule_search_locations[0]) / "dict.txt").read_text("utf-8").splitlines():
        word, times = line.split(" ")[:2]
        for character in word:
            if "\u3400" <= character <= "\u9fff":
                counts[character] += int(times)
    converters = [opencc.OpenCC(name) for name in ("s2t", "s2tw", "s2hk")]
    traditional: Counter[str] = Counter()
    for character, count in counts.items():
        for other in {converter.convert(character) for converter in converters} - {character}:
            if len(other) == 1:
                traditional[other] += round(count * TRADITIONAL_SHARE)
    counts.update(traditional)
    total = sum(counts.values())
    by_cost: dict[int, list[str]] = {}
    for character, count in counts.items():
        if count:
            by_cost.setdefault(min(HIGHEST, round(-math.log(count / total))), []).append(character)
    lines = [f"{cost}\t{''.join(sorted(by_cost[cost]))}\n" for cost in sorted(by_cost)]
    TARGET.write_text(HEADER + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
