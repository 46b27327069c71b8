"""Makes `data/word_edges.tsv`: what stands on either side of a cue of two characters when it is cut out of two other words.

务工 in 医务|工作 is no word: 医务 ends with its first character and 工作 begins with its second. For each cue the table lists the
characters before it that end such a word, and those after it that begin one; a cue between both is none. Words are those of jieba's
dictionary (MIT) that occur `LEAST` times in the texts it was counted on. Run `python -m search.labels.compile_edges` after changing cues.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Final

from search.labels.edges import EDGES
from search.labels.mechanism.table import mechanism_cues
from search.labels.program.table import program_cues

LEAST: Final = 20
HEAD: Final = (
    "# cue, characters that end a word with its first, characters that begin one with its second; see search/labels/compile_edges.py\n"
)


def compiled(cues: Iterable[str], dictionary: str) -> str:
    """The table for `cues` over the lines `word frequency tag` of `dictionary`."""
    first: dict[str, set[str]] = defaultdict(set)
    second: dict[str, set[str]] = defaultdict(set)
    for line in dictionary.splitlines():
        word, _, rest = line.partition(" ")
        if len(word) == 2 and int(rest.split(" ")[0]) >= LEAST:
            first[word[1]].add(word[0])
            second[word[0]].add(word[1])
    rows = []
    for cue in sorted({cue for cue in cues if len(cue) == 2}):
        before, after = first[cue[0]], second[cue[1]]
        if before and after:
            rows.append(f"{cue}\t{''.join(sorted(before))}\t{''.join(sorted(after))}\n")
    return HEAD + "".join(rows)


def compile_edges(target: Path = EDGES) -> None:
    """Write the table."""
    dictionary = (files("jieba") / "dict.txt").read_text("utf-8")
    target.write_text(compiled([*program_cues(), *mechanism_cues()], dictionary), "utf-8")


if __name__ == "__main__":
    compile_edges()
