"""A Whoosh codec whose segments are our columns: `whoosh.index.open_dir(generation)` opens a generation, and Whoosh's own searcher runs
over it (the cross-check of the vectorised path). Segments are written in bulk by `seal`, so the codec itself only reads.

Whoosh's table of contents is a pickle: the engine never reads it, only Whoosh does, when somebody opens the folder with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec.base import Codec, FieldCursor, PerDocumentReader, TermsReader
from whoosh.codec.base import Segment as WhooshSegment
from whoosh.fields import KEYWORD, STORED, TEXT, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo

from search.engine.whoosh.files.segment import PREFIX, Segment, Texts
from search.fields import NAMES

INDEX_NAME = PREFIX.rstrip("_")
WORDS = "words"


def schema() -> Schema:
    """What a passage is to Whoosh: its words (our tokens), its facet values, and what is stored of it."""
    return Schema(
        words=TEXT(phrase=False),
        **{name: KEYWORD(commas=True) for name in NAMES},
        id=STORED(),
        document=STORED(),
        order=STORED(),
        kind=STORED(),
        text=STORED(),
    )


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


class ColumnTerms(TermsReader):  # type: ignore[misc]
    """Terms and postings: the words, and the values of the facets."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._fields: dict[str, tuple[Texts, str]] = {name: (segment.facets[name], name) for name in sorted(NAMES)}
        self._fields[WORDS] = (segment.words, "word")

    def indexed_field_names(self) -> list[str]:
        return list(self._fields)

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._place(*term) is not None

    def _place(self, field: str, text: bytes) -> int | None:
        texts = self._fields[field][0] if field in self._fields else None
        if texts is None:
            return None
        at = texts.place(text)
        return at if at < len(texts) and texts.encoded(at) == text else None

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for field in sorted(self._fields):
            yield from self.terms_from(field, b"")

    def terms_from(self, field: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        texts = self._fields[field][0]
        for at in range(texts.place(prefix), len(texts)):
            yield field, texts.encoded(at)

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        for field in sorted(self._fields):
            yield from self.items_from(field, b"")

    def items_from(self, field: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        for _, text in self.terms_from(field, prefix):
            yield (field, text), self.term_info(field, text)

    def cursor(self, fieldname: str, fieldobj: Any) -> ColumnCursor:
        return ColumnCursor(self, fieldname, self._fields[fieldname][0], fieldobj)

    def _lists(self, field: str, text: bytes) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        at = self._place(field, text)
        if at is None:
            raise KeyError((field, text))
        name = self._fields[field][1]
        columns = self._segment.columns
        begin, end = columns[f"{name}_first"][at : at + 2].tolist()
        passages = columns[f"{name}_passages"][begin:end]
        weights = columns["word_frequencies"][begin:end] >> 1 if name == "word" else np.ones(len(passages), np.uint8)
        return passages, weights

    def term_info(self, field: str, text: bytes) -> TermInfo:
        passages, weights = self._lists(field, text)
        lengths = self._segment.columns["token_counts"][passages]
        return TermInfo(
            weight=float(weights.sum()), df=len(passages), minlength=int(lengths.min()), maxlength=int(lengths.max()),
            maxweight=float(weights.max()), minid=int(passages[0]), maxid=int(passages[-1]),
        )  # fmt: skip

    def frequency(self, field: str, text: bytes) -> float:
        return float(self.term_info(field, text).weight())

    def doc_frequency(self, field: str, text: bytes) -> int:
        return len(self._lists(field, text)[0])

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        passages, weights = self._lists(fieldname, text)
        return ListMatcher(
            passages.tolist(), weights=weights.astype(float).tolist(), format=format_, scorer=scorer, term=(fieldname, text),
            terminfo=self.term_info(fieldname, text),
        )  # fmt: skip


class ColumnCursor(FieldCursor):  # type: ignore[misc]
    """Walks the terms of a field in order."""

    def __init__(self, terms: ColumnTerms, field: str, texts: Texts, fieldobj: Any) -> None:
        self._terms, self._field, self._texts, self._fieldobj, self._at = terms, field, texts, fieldobj, 0

    def is_valid(self) -> bool:
        return self._at < len(self._texts)

    def first(self) -> str | None:
        self._at = 0
        return self.text()

    def find(self, string: str | bytes) -> str | None:
        self._at = self._texts.place(string.encode() if isinstance(string, str) else string)
        return self.text()

    def next(self) -> str | None:
        self._at += 1
        return self.text()

    def text(self) -> str | None:
        return self._fieldobj.from_bytes(self._texts.encoded(self._at)) if self.is_valid() else None

    def term_info(self) -> TermInfo:
        return self._terms.term_info(self._field, self._texts.encoded(self._at))


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
        return int(self._lengths[docnum]) if fieldname == WORDS else default

    def field_length(self, fieldname: str) -> int:
        return int(self._lengths.sum(dtype=np.int64)) if fieldname == WORDS else 0

    def min_field_length(self, fieldname: str) -> int:
        return int(self._lengths.min(initial=0)) if fieldname == WORDS else 0

    def max_field_length(self, fieldname: str) -> int:
        return int(self._lengths.max(initial=0)) if fieldname == WORDS else 0

    def stored_fields(self, docnum: int) -> dict[str, object]:
        passage = self._segment.passage(docnum)
        return {"id": passage.id, "document": passage.document_id, "order": passage.order, "kind": str(passage.kind), "text": passage.text}


__all__ = ["ColumnCodec", "ColumnSegment", "schema", "write_table_of_contents"]
