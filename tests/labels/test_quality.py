"""Text quality: each passage says how its text came to be and what of it is in doubt, and can be found by it."""

from __future__ import annotations

import pytest

from search.fields import BY_NAME
from search.labels.quality import quality_labels
from search.model import BlockKind, Passage


def _passage(**said: object) -> Passage:
    return Passage("a:1", "a", 1, BlockKind.BODY, "冷库建成了。", ((1, 1),), **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ({"route": "digital"}, ("digital",)),
        ({"route": "geometry"}, ("geometry",)),
        ({"route": "ocr", "score": 0.9}, ("ocr",)),
        ({"route": "ocr", "score": 0.899}, ("doubtful", "ocr")),
        ({"route": "digital", "placed": False}, ("digital", "unplaced")),
        ({"route": "digital", "section_inferred": True}, ("digital", "unplaced")),
        ({}, ("none",)),
    ],
)
def test_a_passage_says_how_its_text_came_to_be(said: dict[str, object], values: tuple[str, ...]) -> None:
    """The route, and doubts about characters or order, on both sides of the bound."""
    assert BY_NAME["quality"].values(_passage(**said)) == values


def test_every_quality_has_a_label_and_is_read_back() -> None:
    """Keys and labels name the same values."""
    field = BY_NAME["quality"]
    assert {field.read(label) for label in quality_labels().values()} == set(quality_labels())
