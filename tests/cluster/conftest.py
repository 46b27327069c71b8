"""Engine URLs on the node that these tests share."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from .nodes import Nodes

HERE = Path(__file__).parent
Place = Callable[..., str]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder need a cluster."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.cluster)


@pytest.fixture
def place(node: Nodes) -> Place:
    """Engine URLs of collections that no other test uses: `place()`, `place("?shards=3")`."""
    return lambda options="": node.place(f"t{secrets.token_hex(5)}", options)
