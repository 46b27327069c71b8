"""Columns over all segments of a generation: document order, facet values, copies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .columns import Array
from .counts import facet_columns
from .fold import copy_columns
from .segment import Segment

ORDER = "order.columns"
"""The file: `rank_<n>`, the place of every passage of segment n in document order; `copies_<n>` (see `fold`); `document_segment` and
`document_ordinal`, the documents by id; facet values (see `counts`)."""


def order_columns(segments: Sequence[Segment]) -> dict[str, Array]:
    """The columns over these segments."""
    documents = sorted((id_, at, ordinal) for at, segment in enumerate(segments) for ordinal, id_ in enumerate(segment.documents.all()))
    firsts = [np.zeros(segment.document_count, np.int64) for segment in segments]
    total = 0
    for _, at, ordinal in documents:
        firsts[at][ordinal] = total
        total += int(segments[at].document_first[ordinal + 1] - segments[at].document_first[ordinal])
    columns = {
        "document_segment": np.array([at for _, at, _ in documents], np.uint32),
        "document_ordinal": np.array([ordinal for _, _, ordinal in documents], np.uint32),
    }
    for at, segment in enumerate(segments):
        shift = firsts[at] - segment.document_first[:-1].astype(np.int64)
        columns[f"rank_{at}"] = (shift[segment.document_of] + np.arange(segment.count)).astype(np.uint32)
    return columns | facet_columns(segments) | copy_columns(segments)
