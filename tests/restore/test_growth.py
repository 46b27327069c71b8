"""Restoring costs as much as the text is long: the steps it takes are counted, not timed."""

from __future__ import annotations

import pytest

from search.text.restore import restore
from tests.quality.shapes import Shape, all_shapes, as_reading, furnished_pages
from tests.steps import count_steps

SMALL, TIMES, MOST = 40, 4, 5.5
"""Four times the text may take this many times the steps; were they to grow as the square, it would take sixteen."""
SHAPES = list(all_shapes())


@pytest.mark.parametrize(("name", "shape"), SHAPES, ids=[name for name, _ in SHAPES])
def test_steps_grow_as_the_text_does(name: str, shape: Shape) -> None:
    """Four times as much of a hostile shape takes about four times the steps to restore."""
    del name
    restore(as_reading(shape(2)))
    small, large = (count_steps(restore, as_reading(shape(size))) for size in (SMALL, SMALL * TIMES))
    assert large <= MOST * small


def test_steps_grow_as_the_pages_do() -> None:
    """Pages with heads and feet are restored in steps that grow with their number."""
    restore(furnished_pages(2))
    small, large = (count_steps(restore, furnished_pages(count)) for count in (6, 24))
    assert large <= MOST * small
