"""Reading costs as much as the file is long: the steps of our readers are counted; ten megabytes by the clock are `make torture`."""

from __future__ import annotations

from contextlib import suppress

import pytest

from search import Settings
from search.errors import UnreadableSource
from search.reading.found import source_of
from search.reading.registry import reader_of
from search.reading.sniff import format_of
from tests.reading.grown import GROWN, Grown
from tests.steps import count_steps

SMALL, TIMES, MOST = 60, 4, 5.0
"""Four times the turns may take this many times the steps; were they to grow as the square, it would take sixteen."""
START = 400
"""Steps that any file takes, however small."""


@pytest.mark.parametrize(("name", "grown"), GROWN.items(), ids=list(GROWN))
def test_steps_grow_as_the_file_does(name: str, grown: Grown) -> None:
    """Four times as much of a hostile file takes about four times the steps to read."""

    def steps(turns: int) -> int:
        source = source_of(name, grown(turns))
        reader = reader_of(format_of(source))

        def read() -> None:
            with suppress(UnreadableSource):
                reader(source, Settings())

        return count_steps(read)

    steps(2)
    assert steps(SMALL * TIMES) <= MOST * steps(SMALL) + START
