"""Merging segments is sealing their documents together; which are merged keeps them few without rewriting everything."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.engine.port import summary
from search.engine.spool import SpoolRecord, append_record, record_at, whole_records
from search.engine.stored import pack_document, pack_passage, pack_summary
from search.engine.whoosh.files import layout, postings
from search.engine.whoosh.files.columns import write_columns
from search.engine.whoosh.files.segment import COLUMNS, STORED, Segment, is_seldom_read
from search.engine.whoosh.write import merge, rows
from search.engine.whoosh.write.compaction import SegmentPiece, groups
from search.engine.whoosh.write.merge import merged
from search.engine.whoosh.write.seal import Job, seal
from search.model import Document
from tests.house.constants import patch_constant

from .corpora import corpus

_OF_ROWS = ("row_dictionary", "row_blocks", "document_rows", "summary_rows")
"""Columns that say how long packed rows are."""


def sealed(folder: Path, name: str, documents: Sequence[Document]) -> Segment:
    """A segment of these documents."""
    spool = folder / f"{name}.spool"
    with spool.open("wb") as file:
        for document in documents:
            append_record(file, [pack_document(document), pack_summary(summary(document)), *map(pack_passage, document.passages)])
    seal(Job(str(folder), name, str(spool)))
    return Segment(folder, name)


@settings(max_examples=8)
@given(
    homes=st.lists(st.integers(0, 3), min_size=9, max_size=9),
    dropped=st.sets(st.integers(0, 8), max_size=6),
    piece=st.sampled_from((7, 10**6)),
    block=st.sampled_from((3, 2_048)),
    samples=st.sampled_from((4, 10**6)),
    taken_over=st.sampled_from((0.4, 1.0)),
    passed_on=st.sampled_from((1, 200)),
)
def test_a_merged_segment_is_the_segment_of_its_documents(
    tmp_path_factory: pytest.TempPathFactory,
    homes: list[int],
    dropped: set[int],
    piece: int,
    block: int,
    samples: int,
    taken_over: float,
    passed_on: int,
) -> None:
    """Whatever lay in which segment, and whatever is left out: every column is as if sealed together, every stored byte too unless rows
    were taken over with another dictionary, and these give the documents again."""
    folder = tmp_path_factory.mktemp("merge")
    with pytest.MonkeyPatch.context() as patch:
        for module in (layout, merge):
            patch.setattr(module, "PIECE", piece)
        patch.setattr(postings, "SHARED", block)
        patch.setattr(postings, "LONGEST", 2 * block)
        patch.setattr(postings, "GROUP", block)
        patch.setattr(rows, "SAMPLES", samples)
        patch.setattr(rows, "BLOCK", 100 * block)
        patch_constant(patch, "search.engine.whoosh.write.merge.TAKEN_OVER", taken_over)
        patch_constant(patch, "search.engine.whoosh.write.merge.PASSED_ON", passed_on)
        _compare_merged(folder, homes, dropped)


def _compare_merged(folder: Path, homes: Sequence[int], dropped: set[int]) -> None:
    documents = corpus(3)
    wanted = [document for at, document in enumerate(documents) if at not in dropped]
    whole = sealed(folder, "MAIN_whole", wanted)
    ids = {document.id for document in wanted}
    kept = []
    for home in sorted(set(homes)):
        segment = sealed(folder, f"MAIN_{home}", [document for at, document in enumerate(documents) if homes[at] == home])
        kept.append((segment, [ordinal for ordinal, id_ in enumerate(segment.documents.all()) if id_ in ids]))
    write_columns(folder / f"MAIN_m{COLUMNS}", merged(folder, "MAIN_m", kept), compressed=is_seldom_read)
    found = Segment(folder, "MAIN_m")
    assert sorted(found.columns.names()) == sorted(whole.columns.names())
    alike = found.rows.dictionary == whole.rows.dictionary
    for name in whole.columns.names():
        if alike or name not in _OF_ROWS:
            assert found.columns[name].tolist() == whole.columns[name].tolist(), name
    assert not alike or (folder / f"MAIN_m{STORED}").read_bytes() == (folder / f"MAIN_whole{STORED}").read_bytes()
    assert found.rows.passages(0, found.count) == whole.rows.passages(0, whole.count)
    assert not [path for path in folder.iterdir() if path.suffix not in (COLUMNS, STORED, ".spool")]
    assert [found.document(ordinal) for ordinal in range(found.document_count)] == sorted(wanted, key=lambda one: one.id)
    assert [found.summary(ordinal).id for ordinal in range(found.document_count)] == sorted(ids)


def _whole(path: Path) -> list[SpoolRecord]:
    with path.open("rb") as file:
        return list(whole_records(file))


@given(rows=st.lists(st.lists(st.binary(max_size=20), max_size=4), max_size=5), cut=st.integers(0, 400), flip=st.integers(0, 400))
def test_a_torn_spool_gives_what_is_whole(tmp_path_factory: pytest.TempPathFactory, rows: list[list[bytes]], cut: int, flip: int) -> None:
    """Cut off or altered anywhere, a spool gives a beginning of its documents, each as it was; and each stands where it says."""
    path = tmp_path_factory.mktemp("spool") / "one.spool"
    with path.open("wb") as file:
        receipts = [append_record(file, one) for one in rows]
    assert [(one.receipt, list(one.parts)) for one in _whole(path)] == list(zip(receipts, rows, strict=True))
    with path.open("rb") as file:
        assert [list(record_at(file, one.start).parts) for one in _whole(path)] == rows
    data = bytearray(path.read_bytes())
    if flip < len(data):
        data[flip] ^= 1
    path.write_bytes(data[:cut])
    found = [list(one.parts) for one in _whole(path)]
    assert found == rows[: len(found)]
    assert cut < len(data) or flip < len(data) or found == rows


pieces = st.lists(
    st.tuples(st.integers(1, 400), st.booleans(), st.booleans()), max_size=30
).map(lambda some: [SegmentPiece(at, tuple(range(size)), size, whole, fresh) for at, (size, whole, fresh) in enumerate(some)])  # fmt: skip


@given(some=pieces, most=st.integers(1, 500))
def test_groups_hold_every_piece_once_and_stay_small(some: list[SegmentPiece], most: int) -> None:
    """Nothing is lost or doubled, no group is larger than a segment may be, what is large and whole stays."""
    found = groups(some, most)
    assert sorted(piece.segment for group in found for piece in group) == [piece.segment for piece in some]
    for group in found:
        assert len(group) == 1 or sum(piece.passages for piece in group) <= most
    for piece in some:
        assert not (piece.whole and 2 * piece.passages > most) or (piece,) in found


@given(added=st.lists(st.integers(1, 60), min_size=1, max_size=120))
def test_segments_stay_few_over_many_small_builds(added: list[int]) -> None:
    """A document now and then for months: the segments stay a handful, and what is rewritten stays a few times what was added."""
    sizes: list[int] = []
    most, written = 1_000, 0
    for size in added:
        some = [SegmentPiece(at, tuple(range(known)), known, True) for at, known in enumerate(sizes)]
        some.append(SegmentPiece(len(sizes), tuple(range(size)), size, True, True))
        found = groups(some, most)
        written += sum(sum(piece.passages for piece in group) for group in found if len(group) > 1)
        sizes = [sum(piece.passages for piece in group) for group in found]
    assert sum(sizes) == sum(added)
    assert len(sizes) <= 3 * sum(added) / most + 6
    assert written <= 12 * sum(added)
