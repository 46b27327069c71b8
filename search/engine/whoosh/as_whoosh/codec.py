"""A Whoosh codec whose segments are our columns, and the table of contents that names them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec.base import Codec, PerDocumentReader
from whoosh.codec.base import Segment as WhooshSegment
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from search.engine.whoosh.as_whoosh.schema import RUNS, WORDS, schema
from search.engine.whoosh.as_whoosh.terms import ColumnTerms
from search.engine.whoosh.files.segment import PREFIX, Segment

INDEX_NAME = PREFIX.rstrip("_")


def write_table_of_contents(folder: Path, names: Sequence[str]) -> Path:
    """Writes Whoosh's table of contents over these segments of the folder, and returns its path."""
    segments = [ColumnSegment(name, Segment(folder, name).count) for name in names]
    storage = FileStorage(str(folder))
    TOC(schema(), segments, 1).write(storage, INDEX_NAME)
    return folder / f"_{INDEX_NAME}_1.toc"


class ColumnSegment(WhooshSegment):  # type: ignore[misc]
    """A segment as Whoosh's table of contents names it. Immutable: nothing is ever deleted in place."""

    def __init__(self, name: str, count: int) -> None:
        super().__init__(INDEX_NAME)
        self.segid = name.removeprefix(PREFIX)
        self._count = count

    def codec(self) -> ColumnCodec:
        return ColumnCodec()

    def doc_count_all(self) -> int:
        return self._count

    def deleted_count(self) -> int:
        return 0

    def deleted_docs(self) -> Iterator[int]:
        return iter(())

    def is_deleted(self, docnum: int) -> bool:  # noqa: ARG002
        return False

    def should_assemble(self) -> bool:
        return False


class ColumnCodec(Codec):  # type: ignore[misc]
    """The read side of a codec; writing goes through `search.engine.whoosh.open_writer`."""

    def terms_reader(self, storage: Any, segment: ColumnSegment) -> ColumnTerms:
        return ColumnTerms(_opened(storage, segment))

    def per_document_reader(self, storage: Any, segment: ColumnSegment) -> ColumnDocuments:
        return ColumnDocuments(_opened(storage, segment))


def _opened(storage: Any, segment: ColumnSegment) -> Segment:
    return Segment(Path(storage.folder), segment.segment_id())


class ColumnDocuments(PerDocumentReader):  # type: ignore[misc]
    """What belongs to a passage: lengths and stored fields."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._lengths = segment.columns["token_counts"]

    def doc_count(self) -> int:
        return self._segment.count

    def doc_count_all(self) -> int:
        return self._segment.count

    def has_deletions(self) -> bool:
        return False

    def is_deleted(self, docnum: int) -> bool:  # noqa: ARG002
        return False

    def deleted_docs(self) -> frozenset[int]:
        return frozenset()

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return int(self._lengths[docnum]) if fieldname in (WORDS, RUNS) else default

    def field_length(self, fieldname: str) -> int:
        return int(self._lengths.sum(dtype=np.int64)) if fieldname in (WORDS, RUNS) else 0

    def min_field_length(self, fieldname: str) -> int:
        return int(self._lengths.min(initial=0)) if fieldname in (WORDS, RUNS) else 0

    def max_field_length(self, fieldname: str) -> int:
        return int(self._lengths.max(initial=0)) if fieldname in (WORDS, RUNS) else 0

    def stored_fields(self, docnum: int) -> dict[str, object]:
        passage = self._segment.passage(docnum)
        return {"id": passage.id, "document": passage.document_id, "order": passage.order, "kind": str(passage.kind), "text": passage.text}
