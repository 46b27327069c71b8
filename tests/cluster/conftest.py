"""The cluster of these tests: one node for most of them, started when the first one asks for it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .nodes import NoCluster, Nodes

HERE = Path(__file__).parent
Place = Callable[..., str]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of this folder run by `make test-cluster` (or `-m cluster`) only: they start nodes, which takes a minute and a gigabyte."""
    mine = [item for item in items if HERE in item.path.parents]
    for item in mine:
        item.add_marker(pytest.mark.cluster)
        item.add_marker(pytest.mark.xdist_group("cluster"))
    if "cluster" not in config.getoption("-m"):
        config.hook.pytest_deselected(items=mine)
        items[:] = [item for item in items if item not in mine]


@pytest.fixture(scope="session")
def node() -> Iterator[Nodes]:
    """A cluster of one node. Where none can be started the test is skipped, with the reason."""
    try:
        nodes = Nodes(1)
        try:
            nodes.start()
            yield nodes
        finally:
            nodes.stop()
    except NoCluster as reason:
        pytest.skip(str(reason))


@pytest.fixture
def place(node: Nodes) -> Place:
    """Engine URLs of collections that no other test uses: `place()`, `place("?shards=3")`."""
    return lambda options="": node.place(f"t{secrets.token_hex(5)}", options)
