"""Where the embedded engine changes path by how much there is, both paths give the answer of the oracle: each constant is patched to
either end, so that a corpus of two hundred passages takes the path of two million."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from search.engine.port import ALL_FACETS, Engine, SearchRequest
from search.engine.whoosh.write.compaction import SegmentPiece, groups
from search.query.plan import All, Or, Run, Term
from search.question import Filters
from search.records import RecordRequest
from tests.house.constants import patch_constant

from .conftest import Opened
from .corpora import corpus
from .factories import FACTORIES
from .plans import requests
from .test_conformance import shown
from .test_nearest import listed, texts
from .test_records import requests as record_requests
from .test_records import same

HUGE = 10**9
SMALL_SEGMENTS = {"search.engine.whoosh.write.writer.SEGMENT_PASSAGES": 10, "search.engine.whoosh.write.writer.MERGED_PASSAGES": 10}
PATHS: dict[str, dict[str, int]] = {
    "counted one by one": {"search.engine.whoosh.answer.counts.FEW": HUGE},
    "counted by sets": {"search.engine.whoosh.answer.counts.FEW": 0},
    "few are many": {
        "search.engine.whoosh.answer.evaluate._SPARSE": 1,
        "search.engine.whoosh.answer.nearest._SPARSE": 0,
    },
    "many are few": {
        "search.engine.whoosh.answer.evaluate._SPARSE": HUGE,
        "search.engine.whoosh.answer.nearest._SPARSE": HUGE,
    },
    "blocks of a few postings": {
        "search.engine.whoosh.files.postings.SHARED": 3,
        "search.engine.whoosh.files.postings.LONGEST": 5,
        "search.engine.whoosh.files.postings.GROUP": 2,
    },
    "lists too long for 16 bits": {"search.engine.whoosh.files.postings._NARROW": 3},
    "a row a block": {
        "search.engine.whoosh.write.rows.BLOCK": 1,
        "search.engine.whoosh.write.rows.SAMPLES": 40,
        "search.engine.whoosh.files.rows.TOGETHER": 1,
        "search.engine.whoosh.files.rows.PREFIX": 40,
    },
    "records walked in steps": {
        "search.engine.whoosh.answer.records._WALKED": HUGE,
        "search.engine.whoosh.answer.records._STEP": 2,
        "search.engine.whoosh.answer.record_fields._MANY": 1,
    },
    "records sorted": {
        "search.engine.whoosh.answer.records._WALKED": 0,
        "search.engine.whoosh.answer.records._STEP": HUGE,
        "search.engine.whoosh.answer.record_fields._MANY": HUGE,
    },
    "the first hits among piles of two": {"search.engine.whoosh.answer.rank._PILE": 2},
    "the first hits in no pile": {"search.engine.whoosh.answer.rank._PILE": HUGE},
    "none reranked": {"search.query.score.RERANK": 0},
    "few reranked": {"search.query.score.RERANK": 3, "search.engine.whoosh.answer.rank._BATCH": 1},
    "all reranked": {"search.query.score.RERANK": HUGE, "search.engine.whoosh.answer.rank._BATCH": 7},
    "segments of ten": SMALL_SEGMENTS,
    "segments of a thousand characters": {
        "search.engine.whoosh.write.writer.SEGMENT_CHARACTERS": 1_000,
        "search.engine.whoosh.write.writer.MERGED_PASSAGES": 10,
    },
    "segments merged at forty": SMALL_SEGMENTS | {"search.engine.whoosh.write.writer.MERGED_PASSAGES": 40},
    "sealed and merged in other processes": {
        "search.engine.whoosh.write.writer.SEGMENT_PASSAGES": 80,
        "search.engine.whoosh.write.writer.MERGED_PASSAGES": 1_000,
        "search.engine.whoosh.write.writer.INLINE_CHARACTERS": 0,
        "search.engine.whoosh.write.writer._INLINE_MERGE": 0,
    },
    "sealed and merged here": SMALL_SEGMENTS
    | {
        "search.engine.whoosh.write.writer.MERGED_PASSAGES": 40,
        "search.engine.whoosh.write.writer.INLINE_CHARACTERS": HUGE,
        "search.engine.whoosh.write.writer._INLINE_MERGE": HUGE,
    },
    "copied and worked out in pieces": SMALL_SEGMENTS
    | {
        "search.engine.whoosh.write.writer.MERGED_PASSAGES": 40,
        "search.engine.whoosh.write.writer.INLINE_CHARACTERS": HUGE,
        "search.engine.whoosh.write.writer._INLINE_MERGE": HUGE,
        "search.engine.whoosh.files.layout.PIECE": 7,
        "search.engine.whoosh.write.part._BATCH": 3,
    },
    "nothing kept at hand": {
        "search.engine.whoosh.answer.engine.POSTINGS_CACHE": 0,
        "search.engine.whoosh.answer.engine.RESULT_CACHE": 0,
        "search.engine.whoosh.answer.engine.PASSAGE_CACHE": 0,
        "search.engine.whoosh.files.postings.LIST_CACHE": 0,
    },
}
"""Path → the constants that make a corpus of two hundred passages take it."""


@pytest.fixture(params=sorted(PATHS))
def path_taken(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The embedded engine over the largest corpus, built and asked with one set of constants."""
    for constant, value in PATHS[request.param].items():
        patch_constant(monkeypatch, constant, value)
    engine = FACTORIES["whoosh"](corpus(3), {}, tmp_path)
    yield engine
    engine.close()


@given(request_=requests)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_every_path_gives_the_answer_of_the_oracle(path_taken: Engine, oracle: Opened, request_: SearchRequest) -> None:
    """Hits, scores, totals and counts are the oracle's on either side of every threshold."""
    assert shown(path_taken.search(request_)) == shown(oracle(3).search(request_))


def test_most_passages_are_counted_by_those_left_out(oracle: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where more than half of the collection is found, the rest is taken from the counts of all; the counts are the oracle's."""
    patch_constant(monkeypatch, "search.engine.whoosh.answer.counts.FEW", 0)
    documents = sorted(corpus(3), key=lambda document: len(document.passages))
    most = SearchRequest(plan=All(), filters=Filters(documents=tuple(document.id for document in documents[1:])), collect=(ALL_FACETS,))
    engine = FACTORIES["whoosh"](corpus(3), {}, tmp_path)
    found = engine.search(most)
    assert sum(len(document.passages) for document in documents) < 2 * found.total
    assert documents[0].passages
    assert shown(found) == shown(oracle(3).search(most))
    engine.close()


@given(text=texts)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8)
def test_every_path_lists_the_nearest_of_the_oracle(path_taken: Engine, oracle: Opened, text: str) -> None:
    """The nearest passages, in order and with their scores, are the oracle's on either side of every threshold."""
    assert listed(path_taken, text) == listed(oracle(3), text)


@given(request_=record_requests())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8)
def test_every_path_gives_the_rows_of_the_oracle(path_taken: Engine, oracle: Opened, request_: RecordRequest) -> None:
    """Figures and relations, their totals, counts and sums are the oracle's on either side of every threshold."""
    same(path_taken.records(request_), oracle(3).records(request_))


def test_the_second_phase_is_asked_about_the_first_hits_only(oracle: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """With none reranked the order is that of the first phase, with all it is another, and with three only the first three differ."""
    words = tuple(Term((Run(word),), ()) for word in ("京", "东"))
    request = SearchRequest(plan=Or(words), limit=300, collect=())
    orders = {}
    for most in (0, 3, HUGE):
        patch_constant(monkeypatch, "search.query.score.RERANK", most)
        orders[most] = [hit.passage.id for hit in oracle(3).search(request).hits]
    assert orders[HUGE] != orders[0]
    assert sorted(orders[3][:3]) == sorted(orders[0][:3])
    assert orders[3][3:] == orders[0][3:]


@pytest.mark.parametrize(("passages", "merged"), [(20, True), (21, False)])
def test_a_large_segment_joins_company_of_its_size_only(monkeypatch: pytest.MonkeyPatch, passages: int, merged: bool) -> None:
    """A segment that could stay as it is is merged with ten passages at twice their number, and stays at one more."""
    patch_constant(monkeypatch, "search.engine.whoosh.write.compaction.GROWTH", 2)
    new = SegmentPiece(1, (0,), 10, whole=True, fresh=True)
    old = SegmentPiece(0, (0, 1), passages, whole=True)
    assert (groups([new, old], 1_000) == [(old, new)]) is merged
