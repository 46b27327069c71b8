"""The engines that are always there answer the benchmark's questions alike, so that its times are of the same work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.bench.corpus import regions
from tests.bench.peers import Depth, Peer
from tests.bench.peers.bangfu import Bangfu
from tests.bench.peers.plain_whoosh import PlainWhoosh
from tests.bench.peers.sqlite_fts5 import Fts5
from tests.bench.queries import CLASSES, Questions, draw
from tests.bench.rows import Corpus

pytestmark = pytest.mark.xdist_group("bench")
PASSAGES = 300
EACH = 3


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Peer]]:
    """Open engines over the same small corpus; plain Whoosh builds in this process."""
    folder: Path = tmp_path_factory.mktemp("bench")
    corpus = Corpus(folder, PASSAGES)
    found: dict[str, Peer] = {
        "bangfu": Bangfu(folder / "bangfu"),
        "fts5": Fts5(folder / "fts5"),
        "whoosh": PlainWhoosh(folder / "whoosh", processes=1),
    }
    for peer in found.values():
        peer.build(corpus)
        peer.open()
    yield found
    for peer in found.values():
        peer.close()


@pytest.fixture(scope="module")
def questions(peers: Mapping[str, Peer]) -> Questions:
    """A few questions of every class, drawn from that corpus."""
    ours = peers["bangfu"]
    assert isinstance(ours, Bangfu)
    return draw(ours.engine, EACH, regions())


@pytest.mark.parametrize("label", CLASSES)
def test_totals_and_counts_agree(peers: Mapping[str, Peer], questions: Questions, label: str) -> None:
    """Every engine gives the total and all the facet counts that ours gives, and as many hits and snippets."""
    for asked in questions[label]:
        answers = {name: peer.ask(asked, Depth.SNIPPETS) for name, peer in peers.items()}
        right = answers["bangfu"]
        for name, found in answers.items():
            assert found.total == right.total, (name, asked)
            assert {facet: dict(counts) for facet, counts in found.facets.items()} == {
                facet: dict(counts) for facet, counts in right.facets.items()
            }, (name, asked)
            assert len(found.texts) == len(found.snippets) == min(20, found.total), (name, asked)


@pytest.mark.parametrize("label", [label for label in CLASSES if label not in ("browse", "filtered")])
def test_questions_find_something(peers: Mapping[str, Peer], questions: Questions, label: str) -> None:
    """No class is empty by its making, and a top-20 answer is the first part of a full one."""
    for asked in questions[label]:
        short, whole = (peers["bangfu"].ask(asked, depth) for depth in (Depth.TOP, Depth.SNIPPETS))
        assert short.total == whole.total
        assert short.texts == whole.texts
        if label != "and":
            assert whole.total, asked
