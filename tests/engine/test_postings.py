"""Posting lists come back from their blocks as they were written, whatever is written at a time and whatever is kept."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine.whoosh.files import postings
from search.engine.whoosh.files.columns import Array, MappedColumns, write_columns
from search.engine.whoosh.files.postings import PostingLists, PostingWriter, is_placed, kept_lists

Lists = list[dict[int, tuple[int, ...]]]
"""Each list: the passages, and where in each of them it occurs."""

occurring = st.lists(st.integers(0, 300), min_size=1, max_size=3, unique=True).map(sorted).map(tuple)
lists_of_postings = st.lists(st.dictionaries(st.integers(0, 70_000), occurring, min_size=1, max_size=9), min_size=1, max_size=8)


def _columns(lists: Lists, cuts: set[int]) -> dict[str, Array]:
    """The lists written in pieces, cut before these."""
    writer = PostingWriter("pair")
    for begin, end in pairwise([0, *sorted(cut for cut in cuts if 0 < cut < len(lists)), len(lists)]):
        some = [sorted(one.items()) for one in lists[begin:end]]
        many = np.array([len(one) for one in some], np.int64)
        entries = [entry for one in some for entry in one]
        placed = is_placed(many).tolist()
        writer.add(
            many,
            np.array([passage for passage, _ in entries], np.uint32),
            np.array([2 * len(places) for _, places in entries], np.uint8),
            np.array(
                [place for one, is_long in zip(some, placed, strict=True) if is_long for _, places in one for place in places], np.uint16
            ),
        )
    return writer.finished()


@given(
    lists=lists_of_postings,
    cuts=st.sets(st.integers(1, 7)),
    shared=st.integers(1, 9),
    longest=st.integers(1, 5),
    narrow=st.sampled_from((3, 65_535)),
)
def test_lists_come_back_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, lists: Lists, cuts: set[int], shared: int, longest: int, narrow: int
) -> None:
    """Passages, frequencies and places of every list, its size and all lists in a row; places of short lists are asked for, those of long
    ones are not; and the same bytes however many lists come at a time."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("SHARED", shared), ("LONGEST", longest), ("GROUP", 2), ("_NARROW", narrow)):
            patch.setattr(postings, name, value)
        columns = _columns(lists, cuts)
        assert {name: one.tolist() for name, one in columns.items()} == {name: one.tolist() for name, one in _columns(lists, set()).items()}
        path = tmp_path_factory.mktemp("postings") / "one.columns"
        write_columns(path, [columns])
        for kept in (None, kept_lists()):
            found = PostingLists(MappedColumns(path), "pair", kept)
            assert len(found) == len(lists)
            for _ in range(2):
                _compare(found, lists, shared)
            assert found.range(0, len(lists)).passages.tolist() == [passage for one in lists for passage in sorted(one)]
            assert np.diff(found.first.astype(np.int64)).tolist() == [len(one) for one in lists]


def _compare(found: PostingLists, lists: Lists, shared: int) -> None:
    for key, one in enumerate(lists):
        passages = sorted(one)
        places = [place for passage in passages for place in one[passage]]
        asked: list[int] = []

        def sought(_passages: Array, _frequencies: Array, key: int = key, places: list[int] = places, asked: list[int] = asked) -> Array:
            asked.append(key)
            return np.array(places, np.uint16)

        assert found.size(key) == len(one)
        assert found.passages(key).tolist() == passages
        assert found.entries(key).frequencies.tolist() == [2 * len(one[passage]) for passage in passages]
        entries, inside = found.occurrences(key, sought)
        assert (entries.passages.tolist(), inside.tolist()) == (passages, places)
        assert not asked or len(one) <= shared, "the places of a long list are written"


def test_what_is_kept_cannot_be_changed(tmp_path: Path) -> None:
    """A list that is handed out again is the same again."""
    write_columns(tmp_path / "one.columns", [_columns([{1: (2,), 5: (3, 4)}], set())])
    found = PostingLists(MappedColumns(tmp_path / "one.columns"), "pair", kept_lists())
    with pytest.raises(ValueError, match="read-only"):
        found.entries(0).frequencies[0] = 9
    found.entries(0).passages[0] = 9
    assert found.entries(0).passages.tolist() == [1, 5]
