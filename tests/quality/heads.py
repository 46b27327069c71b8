"""How well titles, dates, authors and papers are told: `python -m tests.quality.heads [FILE.jsonl]`.

Over `data/own_heads.toml`, or over lines of JSON of one's own with `file`, `text` and what must come out (`title`, `date`,
`year`, `byline`, `publication`). Prints each miss and the share right of each fact; exits 1 if a share is below the bar.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from search.building.one_source import make_document
from search.model import Document
from search.reading.found import source_of
from search.settings import Settings

_OWN = Path(__file__).parent / "data" / "own_heads.toml"
_FACTS = ("title", "date", "year", "byline", "publication")
_BAR = 0.97


def told(document: Document, fact: str) -> str:
    """What is known of a document, as text; empty where nothing is."""
    value = document.date if fact == "date" and not document.year_inferred else None if fact == "date" else getattr(document, fact)
    return "" if value is None else str(value)


def judged(heads: list[Mapping[str, object]]) -> tuple[Counter[str], Counter[str], list[str]]:
    """How often each fact was asked for and how often it was right; and the misses, in words."""
    asked: Counter[str] = Counter()
    right: Counter[str] = Counter()
    misses: list[str] = []
    for head in heads:
        document = make_document(source_of(str(head["file"]), str(head["text"]).encode()), "head", None, Settings())
        for fact in _FACTS:
            if fact not in head:
                continue
            asked[fact] += 1
            found = told(document, fact)
            if found == str(head[fact]):
                right[fact] += 1
            else:
                misses.append(f"{head['file']}: {fact} {found!r}, not {head[fact]!r}")
    return asked, right, misses


def main() -> int:
    """Prints the shares; 0 if every one reaches the bar."""
    if len(sys.argv) > 1:
        heads = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    else:
        heads = tomllib.loads(_OWN.read_text(encoding="utf-8"))["head"]
    asked, right, misses = judged(heads)
    print(*misses, sep="\n")
    shares = {fact: right[fact] / asked[fact] for fact in _FACTS if asked[fact]}
    print("  ".join(f"{fact} {share:.3f} ({right[fact]}/{asked[fact]})" for fact, share in shares.items()))
    return 0 if min(shares.values(), default=1.0) >= _BAR else 1


if __name__ == "__main__":
    sys.exit(main())
