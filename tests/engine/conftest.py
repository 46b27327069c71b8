"""Every engine of `FACTORIES` over every corpus, built once a session."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from search.engine.port import Engine

from .corpora import corpus
from .factories import FACTORIES

Opened = Callable[[int], Engine]


BODIES = [pytest.param(name, marks=pytest.mark.cluster) if name == "opensearch" else name for name in sorted(FACTORIES)]


@pytest.fixture(scope="session", params=BODIES)
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """Opens an engine over corpus 0 to 3 (with an attachment `note`)."""
    engines: dict[int, Engine] = {}
    if request.param == "opensearch":
        request.getfixturevalue("node")

    def engine(number: int) -> Engine:
        if number not in engines:
            folder = tmp_path_factory.mktemp(f"{request.param}-{number}")
            engines[number] = FACTORIES[request.param](corpus(number), {"note": b"kept"}, folder)
        return engines[number]

    yield engine
    for one in engines.values():
        one.close()
        one.close()


@pytest.fixture(scope="session")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """The memory engine over corpus 0 to 3."""
    folder = tmp_path_factory.mktemp("oracle")
    engines = {number: FACTORIES["memory"](corpus(number), {"note": b"kept"}, folder) for number in range(4)}
    return engines.__getitem__
