"""Labelling costs as much as the text is long: the steps it takes are counted, not timed."""

from __future__ import annotations

import pytest

from search.labels.labelling import label
from search.model import Block, BlockKind, Metadata
from tests.quality.shapes import Shape, all_shapes
from tests.steps import count_steps

SMALL, TIMES, MOST = 40, 4, 5.5
"""Four times the text may take this many times the steps; were they to grow as the square, it would take sixteen."""
SHAPES = list(all_shapes())


def _blocks(lines: list[str]) -> list[Block]:
    """One block a line, a new article wherever a byline stands."""
    blocks: list[Block] = []
    article = 1
    for number, line in enumerate(filter(str.strip, lines), 1):
        article += line.startswith("□")
        blocks.append(Block(BlockKind.BODY, line.strip(), ((number, number),), article))
    return blocks


@pytest.mark.parametrize(("name", "shape"), SHAPES, ids=[name for name, _ in SHAPES])
def test_steps_grow_as_the_text_does(name: str, shape: Shape) -> None:
    """Four times as much of a hostile shape takes about four times the steps to label."""
    del name
    label(_blocks(shape(2)), Metadata())
    small, large = (count_steps(label, _blocks(shape(size)), Metadata()) for size in (SMALL, SMALL * TIMES))
    assert large <= MOST * small
