"""Passages of three seeds judged for this project, labelled through the whole line."""

from __future__ import annotations

from tests.quality.label_own import score_own


def test_own_passages() -> None:
    """Places, years and types of seeds that nobody tuned to stay as right as they are promised to be."""
    score = score_own()
    assert score.lost <= 3
    assert score.explicit >= 0.96, score.faults
    assert score.every >= 0.92, score.faults
    assert score.roles >= 0.95, score.faults
    assert score.years >= 0.95, score.faults
    assert score.programs >= 0.9, score.faults
