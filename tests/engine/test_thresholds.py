"""Where the embedded engine changes path by how much there is, both paths give the answer of the oracle: each constant is patched to
either end, so that a corpus of two hundred passages takes the path of two million."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from search.engine.port import Engine, SearchRequest
from search.engine.whoosh.answer import counts, evaluate
from search.engine.whoosh.files import postings
from search.engine.whoosh.write import rows, writer
from search.query import score

from .conftest import Opened
from .corpora import corpus
from .factories import FACTORIES
from .plans import requests
from .test_conformance import shown

HUGE = 10**9
PATHS = {
    "counted one by one": [(counts, "FEW", HUGE)],
    "counted by sets": [(counts, "FEW", 0)],
    "few are many": [(evaluate, "_SPARSE", 1)],
    "many are few": [(evaluate, "_SPARSE", HUGE)],
    "blocks of a few postings": [(postings, "SHARED", 3), (postings, "LONGEST", 5)],
    "a row a block": [(rows, "BLOCK", 1), (rows, "SAMPLES", 40)],
    "few reranked": [(score, "RERANK", 3)],
    "segments of ten": [(writer, "SEGMENT_PASSAGES", 10), (writer, "MERGED_PASSAGES", 10)],
    "segments merged at forty": [(writer, "SEGMENT_PASSAGES", 10), (writer, "MERGED_PASSAGES", 40)],
}


@pytest.fixture(params=sorted(PATHS))
def path_taken(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The embedded engine over the largest corpus, built and asked with one set of constants."""
    for module, name, value in PATHS[request.param]:
        assert hasattr(module, name), f"{module.__name__} has no {name}: the path it chose is tested by nothing"
        monkeypatch.setattr(module, name, value)
    engine = FACTORIES["whoosh"](corpus(3), {}, tmp_path)
    yield engine
    engine.close()


@given(request_=requests)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_every_path_gives_the_answer_of_the_oracle(path_taken: Engine, oracle: Opened, request_: SearchRequest) -> None:
    """Hits, scores, totals and counts are the oracle's on either side of every threshold."""
    assert shown(path_taken.search(request_)) == shown(oracle(3).search(request_))
