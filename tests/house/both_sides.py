"""Tables of what lies just on this side of a constant and just on the other, and what is made of both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pytest

from tests.house.constants import patch_constant


class Sides(NamedTuple):
    """The constant's value in the test (None: its own), what is asked, what is given just on this side and on the other, both answers."""

    value: float | None
    asked: Callable[[Any], object]
    here: object
    there: object
    usual: object
    other: object

    def check(self, patch: pytest.MonkeyPatch, constant: str) -> None:
        """What is given on either side, as near to the constant as can be, is taken in one way and in the other."""
        if self.value is not None:
            patch_constant(patch, constant, self.value)
        assert self.asked(self.here) == self.usual
        assert self.asked(self.there) == self.other


def both_sides(rows: Sequence[Any]) -> list[tuple[str, Sides]]:
    """The rows of a table (`pytest.param` of a constant and the parts of its `Sides`) as parameters of a test."""
    return [(row.values[0], Sides(*row.values[1:])) for row in rows]
