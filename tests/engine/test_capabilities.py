"""What bodies say of themselves, held to: what one says it can do, it does; where it says it cannot, exactly that refusal is asked for."""

from __future__ import annotations

import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from search.engine.choice import BODIES, load_body, open_engine, open_writer
from search.engine.port import SearchRequest
from search.query.analysis import fingerprint
from tests.cluster.nodes import Nodes

from .corpora import corpus
from .factories import fill

ELSEWHERE = """import sys
from search.engine.choice import open_engine
from search.errors import IndexMissing
try:
    print(open_engine(sys.argv[1]).manifest().generation)
except IndexMissing:
    print("nothing")
"""


@pytest.fixture(params=[pytest.param(name, marks=pytest.mark.cluster) if name == "opensearch" else name for name in sorted(BODIES)])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An engine URL of each body, with nothing in it yet."""
    name: str = request.param
    if name != "opensearch":
        return f"{name}:{tmp_path / 'index'}"
    nodes: Nodes = request.getfixturevalue("node")
    monkeypatch.chdir(tmp_path)
    return nodes.place(f"k{secrets.token_hex(5)}")


def test_durable_generations_outlive_the_process(url: str) -> None:
    """Another process opens the generation of a durable body; for one that is not, there is nothing there, and it says so."""
    fill(open_writer(url, analysis=fingerprint(), base=False), corpus(3)[:2], {})
    engine = open_engine(url)
    name = engine.manifest().generation
    engine.close()
    seen = subprocess.run([sys.executable, "-c", ELSEWHERE, url], capture_output=True, text=True, check=True).stdout.strip()
    assert seen == (name if load_body(url)[0].capabilities.durable else "nothing")


def test_an_interrupted_build_is_taken_up_where_that_is_said(url: str) -> None:
    """A body that resumes gives a receipt by which the next writer keeps the very document; another gives none, and keeps nothing."""
    resumes = load_body(url)[0].capabilities.resumes
    document = corpus(3)[0]
    writer = open_writer(url, analysis=fingerprint(), base=False)
    receipt = writer.add(document)
    writer.suspend()
    assert bool(receipt) is resumes
    again = open_writer(url, analysis=fingerprint(), base=False)
    kept = again.keep(document.id, receipt or "0" * 32)
    assert kept == (document if resumes else None)
    assert again.keep(document.id, "0" * 32) is None
    again.abort()


def test_hits_are_reached_as_deep_as_is_said(url: str) -> None:
    """Every hit is reached where there is no end; past the end of a body that has one come no hits, and the same total."""
    depth = load_body(url)[0].capabilities.depth
    fill(open_writer(url, analysis=fingerprint(), base=False), corpus(3), {})
    engine = open_engine(url)
    total = engine.manifest().passages
    last = engine.search(SearchRequest(offset=total - 1, limit=5, collect=()))
    assert (len(last.hits), last.total) == (1, total)
    past = engine.search(SearchRequest(offset=depth or total, limit=5, collect=()))
    assert (past.hits, past.total) == ((), total)
    engine.close()
