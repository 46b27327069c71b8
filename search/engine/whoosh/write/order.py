"""Columns over all segments of a generation, so that a question is answered over one row of passages, however many segments they lie in.

Passages are numbered through, segment after segment; `JoinedSegments` is that row. The file (`ORDER`) holds, per passage: `rank` (its
place in document order), `lengths`, `kind`, `earliest`, `latest`, `day` (see `document_day`), `document` (the number of its document, by
first passage), `copies` (the number of its text among the texts that occur more than once, from 1; 0 for all others);
per document: `document_first`; of the documents by id: `document_segment`, `document_ordinal`; the facet values (`invert.facet_columns`),
and the values of each passage; the figures and relations (see `records.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from search.engine.whoosh.files.columns import Array
from search.engine.whoosh.files.postings import PostingLists
from search.engine.whoosh.files.segment import Segment
from search.engine.whoosh.write.invert import facet_columns, narrow, sizes, united
from search.engine.whoosh.write.part import Labelled
from search.engine.whoosh.write.records import joined_records
from search.fields import BY_NAME, NAMES

ORDER = "order.columns"


def order_columns(segments: Sequence[Segment]) -> Iterator[dict[str, Array]]:
    """The columns over these segments, in groups."""
    passages = sum(segment.count for segment in segments)
    documents = _documents(segments)
    rank = documents["rank"]
    yield documents
    yield {
        "lengths": narrow(_joined([segment.lengths for segment in segments])),
        **{name: _joined([segment.columns[name] for segment in segments]) for name in ("kind", "earliest", "latest", "day")},
        "copies": _copies(_joined([segment.columns["text_hash"] for segment in segments])),
    }
    bases = np.cumsum([0, *(segment.count for segment in segments)])
    numbers = [np.arange(segment.count, dtype=np.int64) + base for segment, base in zip(segments, bases.tolist(), strict=False)]
    yield joined_records([segment.columns for segment in segments], numbers, rank)
    counted = []
    for name in NAMES:
        facet = _read_facet(name, segments)
        yield _facet_columns(facet, segments)
        if BY_NAME[name].counted:
            counted.append(facet)
    yield _labels(counted, passages)


def _documents(segments: Sequence[Segment]) -> dict[str, Array]:
    by_id = sorted((id_, at, ordinal) for at, segment in enumerate(segments) for ordinal, id_ in enumerate(segment.documents.all()))
    segment_of = np.array([at for _, at, _ in by_id], np.uint32)
    ordinal_of = np.array([ordinal for _, _, ordinal in by_id], np.uint32)
    many = _joined([sizes(segment.document_first) for segment in segments]).astype(np.int64)
    first = np.zeros(len(many) + 1, np.int64)
    np.cumsum(many, out=first[1:])
    document = np.repeat(np.arange(len(many)), many)
    number = np.cumsum([0, *(segment.document_count for segment in segments)])[segment_of] + ordinal_of
    begins = np.zeros(len(many), np.int64)
    begins[number] = np.cumsum(many[number]) - many[number]
    return {
        "document_segment": segment_of,
        "document_ordinal": ordinal_of,
        "document_first": first.astype(np.uint32),
        "document": narrow(document),
        "rank": (np.arange(len(document)) - first[document] + begins[document]).astype(np.uint32),
    }


def _copies(hashes: Array) -> Array:
    _, inverse, counts = np.unique(hashes, return_inverse=True, return_counts=True)
    often = counts > 1
    return narrow(np.where(often, np.cumsum(often), 0)[inverse])


@dataclass(frozen=True, slots=True)
class _Facet:
    """The values of a facet, the place of each segment's own values among them, and value and passage of every label, sorted by value,
    then passage."""

    name: str
    labels: Labelled
    places: list[NDArray[np.int64]]


def _read_facet(name: str, segments: Sequence[Segment]) -> _Facet:
    vocabulary, places = united([segment.facets[name].all() for segment in segments])
    values, passages = [], []
    base = 0
    for segment, place in zip(segments, places, strict=True):
        lists = PostingLists(segment.columns, name)
        values.append(np.repeat(place.astype(np.uint32), sizes(lists.first)))
        passages.append(lists.range(0, len(lists)).passages.astype(np.uint32) + np.uint32(base))
        base += segment.count
    value = _joined(values)
    order = np.argsort(value, kind="stable")
    return _Facet(name, Labelled(vocabulary, value[order], _joined(passages)[order]), places)


def _facet_columns(facet: _Facet, segments: Sequence[Segment]) -> dict[str, Array]:
    name = facet.name
    numbers: dict[bytes, int] = {}
    sets = []
    for segment, place in zip(segments, facet.places, strict=True):
        members = place[segment.columns[f"{name}_members"]].astype(np.uint32)
        bounds = pairwise(segment.columns[f"{name}_member_first"].tolist())
        known = [numbers.setdefault(members[begin:end].tobytes(), len(numbers)) for begin, end in bounds]
        sets.append(np.array(known, np.uint32)[segment.columns[f"{name}_sets"]])
    return facet_columns(name, facet.labels, _joined(sets), [np.frombuffer(one, np.uint32) for one in numbers])


def _labels(facets: Sequence[_Facet], passages: int) -> dict[str, Array]:
    """The values of every passage, those of all these facets numbered through: `label_set` is the number of its set of values, and
    `labels` from `labels_first` are those of each set that occurs. Passages of a document mostly share one."""
    values, owners = [], []
    offset = 0
    for facet in facets:
        values.append(facet.labels.value + np.uint32(offset))
        owners.append(facet.labels.passage)
        offset += len(facet.labels.vocabulary)
    owner = _joined(owners)
    by_passage = _joined(values)[np.argsort(owner, kind="stable")]
    ends = np.cumsum(np.bincount(owner, minlength=passages)).tolist()
    numbers: dict[bytes, int] = {}
    sets = [numbers.setdefault(by_passage[begin:end].tobytes(), len(numbers)) for begin, end in pairwise([0, *ends])]
    members = [np.frombuffer(one, np.uint32) for one in numbers]
    first = np.zeros(len(members) + 1, np.uint32)
    np.cumsum([len(one) for one in members], out=first[1:])
    return {
        "labels": narrow(_joined(members), offset),
        "labels_first": narrow(first),
        "label_set": narrow(np.array(sets, np.uint32), max(len(members) - 1, 0)),
    }


def _joined(arrays: Sequence[Array]) -> Array:
    return np.concatenate(arrays) if arrays else np.zeros(0, np.uint32)
