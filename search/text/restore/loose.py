"""Headings that the extractor left behind the text, given to the paragraphs they stood over.

Which run of paragraphs a heading headed is told by the wording they share and by order: every heading has one run, the runs cover the text
one after another, and headings keep their order unless wording speaks against it. The result is a guess, and is marked as one.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from itertools import permutations
from pathlib import Path

from search.model import BlockKind
from search.text.restore.units import Unit

_FEWEST, _MOST_HEADINGS, _MOST_PARAGRAPHS = 2, 6, 200
_CATCH_ALL = 0.02
"""What any heading says of any paragraph, so that one without words of its own takes what the others leave."""
_OUT_OF_ORDER = 0.35
"""What it costs when a heading comes before one that was listed above it."""
_COMMON = 0.5
"""Two characters that occur in more of the paragraphs than this say nothing."""


def head_runs(units: list[Unit]) -> bool:
    """Moves loose headings before the runs of paragraphs they are given to, in place, marked as inferred. Returns whether it did: not
    where fewer than all headings but one find their words in their run, nor where the text has headings of its own."""
    loose = [unit for unit in units if unit.kind is BlockKind.HEADING and not unit.placed]
    own = any(unit.kind is BlockKind.HEADING and unit.placed for unit in units)
    body = [unit for unit in units if unit.body and unit.placed and not unit.opening]
    if own or not (_FEWEST <= len(loose) <= _MOST_HEADINGS) or not len(loose) <= len(body) <= _MOST_PARAGRAPHS:
        return False
    likeness = _likeness([unit.text for unit in loose], [unit.text for unit in body])
    starts = _best_starts(likeness, len(body))
    if starts is None or sum(_speaks(likeness[heading], start, end) for heading, start, end in _runs(starts, len(body))) < len(loose) - 1:
        return False
    for heading, start, _ in _runs(starts, len(body)):
        unit = loose[heading]
        units.remove(unit)
        unit.placed, unit.inferred = True, True
        units.insert(next(at for at, other in enumerate(units) if other is body[start]), unit)
    return True


def _likeness(headings: list[str], paragraphs: list[str]) -> list[list[float]]:
    """For each heading and paragraph what they share: pairs of characters, rare ones more, and words of the same theme."""
    pairs = [_pairs(text) for text in paragraphs]
    often = Counter(pair for found in pairs for pair in found)
    rows: list[list[float]] = []
    for heading in headings:
        weights = {pair: 1 / often[pair] for pair in _pairs(heading) if 0 < often[pair] <= _COMMON * len(paragraphs)}
        shared = [min(1.0, sum(weight for pair, weight in weights.items() if pair in found)) for found in pairs]
        rows.append([of_words + of_theme for of_words, of_theme in zip(shared, _of_theme(heading, paragraphs), strict=True)])
    return rows


def _of_theme(heading: str, paragraphs: list[str]) -> list[float]:
    """The share of each paragraph's theme words that belong to the themes of the heading."""
    own = {at for at, (heads, _) in enumerate(_themes()) if any(word in heading for word in heads)}
    shares: list[float] = []
    for text in paragraphs:
        counts = [sum(text.count(word) for word in words) for _, words in _themes()]
        total = sum(counts)
        shares.append(sum(counts[at] for at in own) / total if total else 0.0)
    return shares


@cache
def _themes() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    table = tomllib.loads((Path(__file__).parent / "data" / "themes.toml").read_text("utf-8"))
    return tuple((tuple(theme["heads"]), tuple(theme["words"])) for theme in table["theme"])


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1) if text[at : at + 2].isalpha()}


def _speaks(row: list[float], start: int, end: int) -> bool:
    """Whether a heading finds words of its own in a run."""
    return any(row[start:end])


def _runs(starts: list[tuple[int, int]], count: int) -> list[tuple[int, int, int]]:
    """(heading, first paragraph, end) of each run in the order of the text."""
    ends = [start for _, start in starts[1:]] + [count]
    return [(heading, start, end) for (heading, start), end in zip(starts, ends, strict=True)]


def _best_starts(likeness: list[list[float]], count: int) -> list[tuple[int, int]] | None:
    """Heading and first paragraph of each run, in the order of the text: that order and those cuts which share most."""
    sums = [_running(row) for row in likeness]
    best: tuple[float, list[tuple[int, int]]] | None = None
    for order in permutations(range(len(likeness))):
        crossed = sum(one > other for at, one in enumerate(order) for other in order[at + 1 :])
        score, starts = _best_cuts([sums[heading] for heading in order], count)
        score -= _OUT_OF_ORDER * crossed
        if best is None or score > best[0]:
            best = score, list(zip(order, starts, strict=True))
    return best[1] if best else None


def _running(row: list[float]) -> list[float]:
    sums = [0.0]
    for value in row:
        sums.append(sums[-1] + value + _CATCH_ALL)
    return sums


def _best_cuts(sums: list[list[float]], count: int) -> tuple[float, list[int]]:
    """The cuts that give each row in turn its run of one paragraph or more, for the greatest sum."""
    scores = list(sums[0])
    scores[0] = float("-inf")
    came: list[list[int]] = [[0] * (count + 1)]
    for number, row in enumerate(sums[1:], 1):
        next_scores, cuts = [float("-inf")] * (count + 1), [0] * (count + 1)
        best, at = float("-inf"), 0
        for end in range(number + 1, count + 1):
            start = end - 1
            if scores[start] - row[start] >= best:
                best, at = scores[start] - row[start], start
            next_scores[end], cuts[end] = best + row[end], at
        scores = next_scores
        came.append(cuts)
    starts: list[int] = []
    end = count
    for cuts in reversed(came):
        end = cuts[end]
        starts.append(end)
    return scores[count], starts[::-1]
