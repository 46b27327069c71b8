"""How the text of a passage came to be, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from search.model import Passage, SourceLine


def with_quality(passage: Passage, lines: Mapping[int, SourceLine]) -> Passage:
    """The passage with how its text came to be, and how sure OCR is of it: the mean over its lines, by their length."""
    own = [lines[number] for first, last in passage.source_lines for number in range(first, last + 1) if number in lines]
    scored = [(line.score, len(line.text)) for line in own if line.score is not None]
    if scored:
        weight = sum(size for _, size in scored) or 1
        return replace(passage, route="ocr", score=round(sum(score * size for score, size in scored) / weight, 3))
    return replace(passage, route="geometry" if any(line.box is not None for line in own) else "digital")
