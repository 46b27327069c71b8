"""A plain marking in Python, for engines that have none for a text cut into words by somebody else."""

from __future__ import annotations

import re
from html import escape

from tests.bench.queries import Query

CHARS = 90
"""Length of a cut: that of the product's."""


def snippet(text: str, asked: Query) -> str:
    """About ninety characters from a little before the first place that answers the question, its words marked, the rest escaped."""
    wanted = ("".join(asked.words),) if asked.phrase else asked.words or tuple(filter(None, (asked.run or asked.prefix,)))
    if not wanted:
        return escape(text[:CHARS])
    pattern = re.compile("|".join(map(re.escape, sorted(wanted, key=len, reverse=True))))
    first = pattern.search(text)
    start = max(0, first.start() - CHARS // 3) if first else 0
    cut = text[start : start + CHARS]
    parts, at = [], 0
    for found in pattern.finditer(cut):
        parts += [escape(cut[at : found.start()]), "<mark>", escape(found.group()), "</mark>"]
        at = found.end()
    return "".join([*parts, escape(cut[at:])])
