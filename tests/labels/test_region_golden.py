"""Golden cases of the region labeller, kept as data."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from search.labels.region.label import label_regions
from search.model import Block, BlockKind, Metadata, RegionLabel

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "golden_regions.toml").read_text("utf-8"))["case"]


def _parse(listed: list[str]) -> dict[str, tuple[str | None, str | None]]:
    found = {}
    for entry in listed:
        head, _, was = entry.partition(" < ")
        path, _, role = head.partition(" = ")
        found[path] = (role or None, was or None)
    return found


def _check(labels: list[RegionLabel], listed: list[str], where: str) -> None:
    expected = _parse(listed)
    assert {label.path for label in labels} == set(expected), where
    for label in labels:
        role, was = expected[label.path]
        assert role in (None, label.role.value), f"{where}: {label}"
        assert was is None or label.was == was, f"{where}: {label}"


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_golden_case(case: dict[str, Any]) -> None:
    """Each block names exactly the places the case lists, in the roles it states, and inherits what it states."""
    blocks = [Block(BlockKind.BODY, text, ()) for text in case["text"]]
    found = label_regions(blocks, Metadata())
    for at, labels in enumerate(found.labels):
        where = f"{case['why']}, block {at}: {blocks[at].text}"
        _check([label for label in labels if not label.inherited], case["names"][at], where)
        if "takes" in case:
            _check([label for label in labels if label.inherited], case["takes"][at], where)
