"""What a pattern of pieces and gaps means, by hand-made texts."""

from __future__ import annotations

import pytest

from search.query.match import pattern
from search.query.plan import Pattern


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("扶贫车间", True),
        ("扶贫的大车间", True),
        ("扶贫,在车间", True),
        ("扶贫。车间", False),
        ("扶贫!车间", False),
        ("扶贫;车间", False),
        ("扶贫?车间", False),
    ],
)
def test_a_gap_of_any_width_stays_in_its_sentence(text: str, found: bool) -> None:
    """`扶贫*车间` takes what stands between, commas too, but never the end of a sentence."""
    assert bool(pattern(Pattern(("扶贫", "车间"), ((0, 20),))).search(text)) is found


@pytest.mark.parametrize(("text", "found"), [("扶贫。车间", True), ("扶贫车间", False), ("扶贫的大车间", False)])
def test_a_gap_of_one_width_takes_any_character(text: str, found: bool) -> None:
    """`扶贫?车间` takes exactly one character, whatever it is."""
    assert bool(pattern(Pattern(("扶贫", "车间"), ((1, 1),))).search(text)) is found
