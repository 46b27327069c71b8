"""The judged passages kept in the repository."""

from __future__ import annotations

from tests.quality.label_regions import score_regions


def test_judged_passages() -> None:
    """Places named, places inherited, roles, and the sides of whole documents stay as right as they are promised to be."""
    score = score_regions()
    assert score.explicit >= 0.96, score.faults
    assert score.every >= 0.88, score.faults
    assert score.roles >= 0.95
    assert score.sides >= 0.9
