"""How the text of a passage came to be, from the lines it was read from."""

from __future__ import annotations

import pytest

from search.building.text_quality import with_quality
from search.model import BlockKind, Box, Passage, SourceLine

PASSAGE = Passage("a:1", "a", 1, BlockKind.BODY, "冷库建成了。", ((1, 2),))
BOX: Box = (100, 100, 400, 160)


def _line(text: str, box: Box | None = None, score: float | None = None) -> SourceLine:
    return SourceLine(1, text, box=box, score=score)


@pytest.mark.parametrize(
    ("lines", "route", "score"),
    [
        ([_line("冷库"), _line("建成了。")], "digital", None),
        ([_line("冷库", BOX), _line("建成了。")], "geometry", None),
        ([_line("冷库", BOX, 0.9), _line("建成了。", BOX, 0.6)], "ocr", 0.7),
        ([_line("", BOX, 0.5), _line("", BOX, 0.7)], "ocr", 0.0),
        ([], "digital", None),
    ],
    ids=["without places", "with places", "recognised", "recognised as nothing", "no lines"],
)
def test_a_passage_knows_how_its_text_came_to_be(lines: list[SourceLine], route: str, score: float | None) -> None:
    """Recognised text has the mean certainty of its lines, by their length; text with boxes came by geometry, other text was digital."""
    found = with_quality(PASSAGE, dict(enumerate(lines, start=1)))
    assert (found.route, found.score) == (route, score)
