"""Columns over all segments of a generation, so that a question is answered over one row of passages, however many segments they lie in.

Passages are numbered through, segment after segment; `Collection` is that row. The file (`ORDER`) holds, a passage: `rank` (its place in
document order), `lengths`, `kind`, `earliest`, `latest`, `document` (the number of its document, by first passage), `copies` (the
number of its text among the texts that occur more than once, from 1; 0 for all others);
a document: `document_first`; the documents by id: `document_segment`, `document_ordinal`; and the facet values (see `facet_columns`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from search.engine.port import FACET_FIELDS, FACETS

from .columns import Array
from .invert import narrow, packed_texts, sizes
from .segment import Segment

ORDER = "order.columns"


def order_columns(segments: Sequence[Segment]) -> Iterator[dict[str, Array]]:
    """The columns over these segments, in groups."""
    passages = sum(segment.count for segment in segments)
    yield _documents(segments)
    yield {
        "lengths": narrow(_joined([segment.lengths for segment in segments])),
        **{name: _joined([segment.columns[name] for segment in segments]) for name in ("kind", "earliest", "latest")},
        "copies": _copies(_joined([segment.columns["text_hash"] for segment in segments])),
    }
    for name in FACET_FIELDS:
        yield _facet(name, segments, passages)
    yield _labels(segments, passages)


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


def united(name: str, segments: Sequence[Segment]) -> tuple[list[str], list[Array]]:
    """The values of a facet, sorted, and for every segment the place of each of its own values among them."""
    vocabularies = [segment.facets[name].all() for segment in segments]
    values = sorted({value for vocabulary in vocabularies for value in vocabulary})
    place = {value: at for at, value in enumerate(values)}
    return values, [np.array([place[value] for value in vocabulary], np.uint32) for vocabulary in vocabularies]


def _pairs(name: str, segments: Sequence[Segment], places: Sequence[Array]) -> tuple[Array, Array]:
    """Value and passage of every label of a facet, sorted by segment, value, passage."""
    values, passages = [], []
    base = 0
    for segment, place in zip(segments, places, strict=True):
        values.append(np.repeat(place, sizes(segment.columns[f"{name}_first"])))
        passages.append(segment.columns[f"{name}_passages"].astype(np.uint32) + np.uint32(base))
        base += segment.count
    return _joined(values), _joined(passages)


def _facet(name: str, segments: Sequence[Segment], passages: int) -> dict[str, Array]:
    """The values with their passages; and the sets of values that occur, with the number of each passage's set: passages that share a set
    are counted at once."""
    vocabulary, places = united(name, segments)
    value, passage = _pairs(name, segments, places)
    first = np.zeros(len(vocabulary) + 1, np.uint32)
    np.cumsum(np.bincount(value, minlength=len(vocabulary)), out=first[1:])
    numbers: dict[bytes, int] = {}
    sets = []
    for segment, place in zip(segments, places, strict=True):
        members = place[segment.columns[f"{name}_members"]]
        bounds = segment.columns[f"{name}_member_first"].tolist()
        known = [numbers.setdefault(np.sort(members[a:b]).tobytes(), len(numbers)) for a, b in pairwise(bounds)]
        sets.append(np.array(known, np.uint32)[segment.columns[f"{name}_sets"]])
    united_members = [np.frombuffer(one, np.uint32) for one in numbers]
    member_first = np.zeros(len(united_members) + 1, np.uint32)
    np.cumsum([len(one) for one in united_members], out=member_first[1:])
    return {
        **packed_texts(vocabulary, name),
        f"{name}_first": first,
        f"{name}_passages": narrow(passage[np.argsort(value, kind="stable")], max(passages - 1, 0)),
        f"{name}_sets": narrow(_joined(sets)),
        f"{name}_members": narrow(_joined(united_members), len(vocabulary)),
        f"{name}_member_first": member_first,
    }


def _labels(segments: Sequence[Segment], passages: int) -> dict[str, Array]:
    """The values of every passage (`labels` from `labels_first`), those of all counted facets numbered through."""
    values, owners = [], []
    offset = 0
    for name in FACETS:
        vocabulary, places = united(name, segments)
        value, passage = _pairs(name, segments, places)
        values.append(value.astype(np.uint32) + np.uint32(offset))
        owners.append(passage)
        offset += len(vocabulary)
    owner = _joined(owners)
    first = np.zeros(passages + 1, np.uint32)
    np.cumsum(np.bincount(owner, minlength=passages), out=first[1:])
    return {"labels": narrow(_joined(values)[np.argsort(owner, kind="stable")], offset), "labels_first": first}


def _joined(arrays: Sequence[Array]) -> Array:
    return np.concatenate(arrays) if arrays else np.zeros(0, np.uint32)
