"""Engine URLs on the node that these tests share."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pytest

from .nodes import Nodes

Place = Callable[..., str]


@pytest.fixture
def place(node: Nodes) -> Place:
    """Engine URLs of collections that no other test uses: `place()`, `place("?shards=3")`."""
    return lambda options="": node.place(f"t{secrets.token_hex(5)}", options)
