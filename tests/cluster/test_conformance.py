"""The conformance suite, unchanged, over a cluster: the same test functions with the cluster as their engine."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from search.engine.choice import open_engine, open_writer
from search.engine.port import Engine
from search.query.analysis import fingerprint
from tests.engine.conftest import Opened
from tests.engine.conftest import oracle as oracle
from tests.engine.corpora import corpus
from tests.engine.factories import fill
from tests.engine.test_conformance import *
from tests.engine.test_explained import *
from tests.engine.test_guarantee import *
from tests.engine.test_nearest import *
from tests.engine.test_records import *

from .nodes import Nodes

del test_rows_outlive_a_merge  # of the embedded engine's segments  # noqa: F821

SHARDS = {"one shard": "?shards=1", "three shards": "?shards=3"}


@pytest.fixture(scope="session", params=sorted(SHARDS))
def opened(request: pytest.FixtureRequest, node: Nodes) -> Iterator[Opened]:
    """Opens a cluster's engine over corpus 0 to 3, in one shard and in three."""
    engines: dict[int, Engine] = {}

    def engine(number: int) -> Engine:
        if number not in engines:
            place = node.place(f"c{number}-{secrets.token_hex(4)}", SHARDS[request.param])
            fill(open_writer(place, analysis=fingerprint(), base=False), corpus(number), {"note": b"kept"})
            engines[number] = open_engine(place)
        return engines[number]

    yield engine
    for one in engines.values():
        one.close()
        one.close()
