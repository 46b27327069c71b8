"""Where the distributed body changes path by how much there is: each constant patched small, and the answers are still the oracle's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from search import build, open_library
from search.engine.attached import SUGGESTIONS, WORKS
from search.engine.choice import open_engine, open_writer
from search.engine.port import Engine, FacetCounts, SearchRequest
from search.fields import FACET_NAMES
from search.model import Document
from search.query.analysis import fingerprint
from search.query.plan import All, Or, Run, Term
from search.query.suggest import SuggestionRow, packed_rows
from search.question import Collapse
from search.records import RecordKind, RecordRequest
from search.results import Question
from tests.cluster.conftest import Place
from tests.cluster.test_builds import same, write
from tests.engine.corpora import corpus
from tests.engine.factories import fill, memory
from tests.engine.test_conformance import shown
from tests.engine.test_records import same as same_rows
from tests.house.constants import patch_constant

pytestmark = pytest.mark.cluster
SMALL = {
    "search.engine.opensearch.answer.VALUES": 2,
    "search.engine.opensearch.records.VALUES": 2,
    "search.engine.opensearch.bulk.REQUEST_BYTES": 1_000,
    "search.engine.opensearch.counted.AT_ONCE": 1,
    "search.engine.opensearch.counted.KEPT": 1,
    "search.engine.opensearch.derived.MILES": 2,
    "search.engine.opensearch.encode.LONGEST_TOKEN": 2,
    "search.engine.opensearch.encode.PART_BYTES": 64,
    "search.engine.opensearch.engine.AROUND": 2,
    "search.engine.opensearch.rows.IDS": 1,
    "search.engine.opensearch.rows.LISTED": 2,
}
"""Pages, parts and batches of an engine and its writer."""
WORDS = Or((Term((Run("消费扶贫"),), ("消费", "扶贫")), Term((Run("京"),))))
REQUESTS = (
    SearchRequest(All(), limit=300),
    SearchRequest(WORDS, limit=300, collect=(FacetCounts(FACET_NAMES),)),
    SearchRequest(WORDS, offset=3, limit=20, collapse=Collapse.COPY),
    SearchRequest(WORDS, limit=20, collapse=Collapse.DOCUMENT),
)


def agree(engine: Engine, oracle: Engine) -> None:
    """Hits, counts, neighbours, documents, passages and rows are the oracle's."""
    for request in REQUESTS:
        assert shown(engine.search(request)) == shown(oracle.search(request))
    ids = [hit.passage.id for hit in oracle.search(REQUESTS[1]).hits]
    for id_ in (ids[0], ids[1], ids[2], ids[-1], "no such"):
        assert engine.around(REQUESTS[1], id_) == oracle.around(REQUESTS[1], id_)
    assert engine.fetch(ids) == oracle.fetch(ids)
    documents = [one.id for one in oracle.documents()]
    for start in range(len(documents) + 2):
        for stop in (start + 1, start + 4, None):
            assert engine.document_ids(start, stop) == oracle.document_ids(start, stop)
    assert list(engine.summaries(documents)) == list(oracle.summaries(documents))
    assert [engine.document(one) for one in documents] == [oracle.document(one) for one in documents]
    for kind in RecordKind:
        every = RecordRequest(kind, limit=50, yearly=True)
        same_rows(engine.records(every), oracle.records(every))


def test_small_pages_parts_and_batches_give_the_answers_of_the_oracle(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counts a few values at a time, words by their hashes, documents in parts, rows in many requests: the same answers; with the
    constants as they are, over the same index but for long words, as well."""
    url, documents = place("?shards=2"), corpus(3)
    with monkeypatch.context() as patch:
        for constant, value in SMALL.items():
            patch_constant(patch, constant, value)
        write(url, documents)
        engine = open_engine(url)
        agree(engine, memory(documents, {}, tmp_path))
        engine.close()
    whole = place("?shards=2")
    write(whole, documents)
    engine = open_engine(whole)
    agree(engine, memory(documents, {}, tmp_path))
    engine.close()


def attached(documents: Sequence[Document]) -> dict[str, bytes]:
    """What becomes rows: an object with many members, which documents are copies, suggestions."""
    report = {"files": [{"name": f"{number}.txt"} for number in range(9)], "inputs": {f"甲{n}": [n] for n in range(9)}, "many": 9}
    works = {one.id: documents[0].id for one in documents[:7]}
    rows = [SuggestionRow(f"县{text}", "xian", "x", "place", 9 - at, f"县{text}") for at, text in enumerate("甲乙丙丁戊己庚")]
    return {"note.json": json.dumps(report, ensure_ascii=False).encode(), WORKS: json.dumps(works).encode(), SUGGESTIONS: packed_rows(rows)}


@pytest.mark.parametrize(
    "constants",
    [{}, {"search.engine.opensearch.derived.LARGE": 64, "search.engine.opensearch.derived.PAGE": 2}],
    ids=["one piece", "rows"],
)
def test_what_is_attached_comes_back_from_rows_as_from_one_piece(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, constants: dict[str, int]
) -> None:
    """Members of a large object, copies and suggestions, read two rows at a time or all at once: what the oracle has."""
    for constant, value in constants.items():
        patch_constant(monkeypatch, constant, value)
    documents = corpus(3)
    given = attached(documents)
    fill(open_writer(url := place(), analysis=fingerprint(), base=False), documents, given)
    engine, oracle = open_engine(url), memory(documents, given, tmp_path)
    for name in ("note.json", WORKS):
        found, wanted = (json.loads(one.attachment(name) or b"") for one in (engine, oracle))
        assert found == wanted
    assert engine.attachment(SUGGESTIONS) == oracle.attachment(SUGGESTIONS)
    assert engine.documents() == oracle.documents()
    assert [engine.copies(one.id) for one in documents] == [oracle.copies(one.id) for one in documents]
    ours, theirs = engine.suggestions(), oracle.suggestions()
    assert list(ours.starting("form", "县", 50)) == list(theirs.starting("form", "县", 50))
    assert list(ours.holding("丙", 50)) == list(theirs.holding("丙", 50))
    assert engine.check() == ()
    engine.close()


@pytest.mark.parametrize("small", [True, False])
def test_shares_put_together_two_rows_at_a_time_are_those_of_one_page(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: bool
) -> None:
    """Outcomes of sources and numbers of documents, read two or ten thousand at a time: nothing is missing, and what has changed since its
    share is there once."""
    if small:
        patch_constant(monkeypatch, "search.engine.opensearch.outcomes.PAGE", 2)
        patch_constant(monkeypatch, "search.engine.opensearch.unfinished.NUMBERS", 2)
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(7):
        (folder / f"{number}.txt").write_text(f"第{number}批干部到滦平县挂职。\n\n密云区采购农产品{number}吨。\n", encoding="utf-8")
    url = place()
    for share in ("1/2", "2/2"):
        build([folder], url, share=share)
    (folder / "3.txt").write_text("第三批教师到滦平县支教。\n", encoding="utf-8")
    (folder / "5.txt").unlink()
    report = build([folder], url)
    assert (report.documents, report.resumed) == (6, 5)
    build([folder], other := f"whoosh:{tmp_path / 'alone'}")
    ours, theirs = open_engine(url), open_engine(other)
    for request in REQUESTS:
        assert shown(ours.search(request)) == shown(theirs.search(request))
    assert list(ours.passages()) == list(theirs.passages())
    assert ours.check() == ()


@pytest.mark.parametrize("depth", [5, 8])
def test_hits_end_at_the_depth_of_a_cluster_and_totals_do_not(place: Place, monkeypatch: pytest.MonkeyPatch, depth: int) -> None:
    """Beyond the depth there are no hits and no rows, in whatever page, and totals are those of all."""
    url = place()
    write(url, corpus(3))
    engine = open_engine(url)
    request, rows = SearchRequest(WORDS, limit=20), RecordRequest(RecordKind.FIGURE, limit=20)
    every, all_rows = engine.search(request), engine.records(rows)
    patch_constant(monkeypatch, "search.engine.opensearch.answer.DEPTH", depth)
    patch_constant(monkeypatch, "search.engine.opensearch.records.DEPTH", depth)
    for offset in (0, 3, depth, depth + 1):
        found = engine.search(replace(request, offset=offset))
        assert [hit.passage.id for hit in found.hits] == [hit.passage.id for hit in every.hits[offset:depth]]
        assert found.total == every.total
        some = engine.records(replace(rows, offset=offset))
        assert [(row.passage.id, row.at) for row in some.rows] == [(row.passage.id, row.at) for row in all_rows.rows[offset:depth]]
        assert some.total == all_rows.total
    engine.close()


@pytest.mark.parametrize(
    "constants",
    [
        {"search.engine.opensearch.writer.MOST_SEGMENTS": 1},
        {"search.engine.opensearch.writer.MOST_SEGMENTS": 100, "search.engine.opensearch.writer.MOST_DROPPED": 1.0},
        {"search.engine.opensearch.writer.MOST_DROPPED": 0.0},
        {"search.engine.opensearch.writer.DROPPED_AT_MOST": 0, "search.engine.opensearch.rows.AHEAD": 1},
    ],
    ids=str,
)
def test_however_indices_are_joined_the_generation_is_the_same(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, constants: dict[str, float]
) -> None:
    """Of few or many indices, those that lost documents rewritten or not: what is in force is what the oracle has."""
    for constant, value in constants.items():
        patch_constant(monkeypatch, constant, value)
    url, documents = place(), corpus(3)
    for some in (documents[:4], documents[:6], documents[2:9]):
        write(url, some)
        same(url, some, tmp_path)


def test_a_ledger_written_in_small_pieces_leads_alike(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entered two rows at a time and asked for one id at a time, the links after an edit are those of a ledger written at once."""
    folder = tmp_path / "in"
    folder.mkdir()
    lines = [f"第{at}段说的是蘑菇大棚和两地互派教师的事情，为期一个学期，大家都满意。" for at in range(6)]
    states = []
    for small in (True, False):
        (folder / "a.txt").write_text("\n\n".join(lines), encoding="utf-8")
        with monkeypatch.context() as patch:
            if small:
                patch_constant(patch, "search.engine.opensearch.ledger_rows.BULK", 2)
                patch_constant(patch, "search.engine.opensearch.links.AT_ONCE", 1)
            url = place()
            build([folder], url)
            with open_library(url) as library:
                ids = [hit.passage.id for hit in library.search(Question("大棚", size=20)).hits]
            (folder / "a.txt").write_text("\n\n".join([lines[0][:-4] + "很满意。", *lines[2:]]), encoding="utf-8")
            build([folder], url)
            with open_library(url) as library:
                states.append([library.passage(id_).resolution.state for id_ in ids])
                assert len(library.newest(Question("大棚")).hits) == 5
    assert states[0] == states[1]
    assert len(set(states[0])) > 1
