"""One segment of a generation, read: its columns, its stored rows, its documents."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.engine.port import DocumentSummary
from search.engine.stored import unpack_document, unpack_passage, unpack_summary
from search.engine.whoosh.files.columns import Array, MappedColumns
from search.engine.whoosh.files.rows import StoredRows
from search.engine.whoosh.write.invert import packed_texts
from search.engine.whoosh.write.part import id_hash
from search.fields import NAMES
from search.model import Document, Passage
from search.records import RecordKind

COLUMNS = ".col"
STORED = ".sto"
PREFIX = "MAIN_"
"""Whoosh's own naming: files of a segment are `<index name>_<segment id>.<extension>`."""


_SELDOM = {"kind", "earliest", "latest", "day", "text_hash", "token_counts", "title_bytes", "title_offsets"}
_SELDOM_KINDS = tuple(f"{name}_" for name in (*NAMES, *RecordKind))


def is_seldom_read(column: str) -> bool:
    """Whether only merges, Whoosh itself and searches for documents read this column of a segment: questions are answered from the
    columns over all segments."""
    return column in _SELDOM or column.startswith(_SELDOM_KINDS)


class Vocabulary(Sequence[str]):
    """A sorted vocabulary on mapped bytes. `find` is a binary search."""

    def __init__(self, columns: MappedColumns, name: str) -> None:
        self._bytes = columns[f"{name}_bytes"].data
        self._offsets = columns[f"{name}_offsets"]

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, at):  # type: ignore[no-untyped-def]
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        return self.encoded(at).decode("utf-8", "surrogatepass")

    def encoded(self, at: int) -> bytes:
        """The entry as UTF-8."""
        if not 0 <= at < len(self):
            raise IndexError(at)
        return bytes(self._bytes[self._offsets[at] : self._offsets[at + 1]])

    def place(self, encoded: bytes) -> int:
        """The first place whose entry is not below this."""
        return bisect_left(range(len(self)), encoded, key=self.encoded)

    def find(self, text: str) -> int | None:
        """The place of exactly this text, or None."""
        encoded = text.encode("utf-8", "surrogatepass")
        at = self.place(encoded)
        return at if at < len(self) and self.encoded(at) == encoded else None

    def all(self) -> list[str]:
        """The whole vocabulary."""
        offsets = self._offsets.tolist()
        data = bytes(self._bytes)
        return [data[begin:end].decode("utf-8", "surrogatepass") for begin, end in pairwise(offsets)]


class Segment:
    """Opens `<name>.col` and `<name>.sto` in a folder. Raises `BadColumns` or `OSError`."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self.columns = MappedColumns(folder / f"{name}{COLUMNS}")
        columns = self.columns
        self.rows = StoredRows(folder / f"{name}{STORED}", columns)
        self.lengths: NDArray[np.uint32] = columns["lengths"]
        self.count = len(self.lengths)
        self.document_first: NDArray[np.uint32] = columns["document_first"]
        self.document_count = len(self.document_first) - 1
        self.documents = Vocabulary(columns, "document")
        self.words = Vocabulary(columns, "word")

    @cached_property
    def facets(self) -> dict[str, Vocabulary]:
        """The values of each facet field."""
        return {name: Vocabulary(self.columns, name) for name in NAMES}

    # --- stored rows --------------------------------------------------------------------------------------------------

    def passage(self, number: int) -> Passage:
        """The passage of this number."""
        return unpack_passage(self.rows.passages(number, number + 1)[0])

    def passages_of(self, document: int) -> list[str]:
        """The rows of the passages of a document, in order."""
        return self.rows.passages(int(self.document_first[document]), int(self.document_first[document + 1]))

    def passages(self, document: int) -> tuple[Passage, ...]:
        """The passages of a document, in order."""
        return tuple(map(unpack_passage, self.passages_of(document)))

    def document(self, ordinal: int) -> Document:
        """The document of this ordinal, with its passages."""
        rows = self.passages_of(ordinal)
        return unpack_document(self.rows.document(ordinal, rows), tuple(map(unpack_passage, rows)))

    def described(self, ordinal: int) -> Document:
        """The same without its passages."""
        return unpack_document(self.rows.document(ordinal, self.passages_of(ordinal)), ())

    def summary(self, ordinal: int) -> DocumentSummary:
        """What a list of documents shows of it."""
        return unpack_summary(self.rows.summary(ordinal))

    def numbers_of(self, passage_id: str) -> Iterator[int]:
        """Numbers of the passages whose id has this hash; nearly always the one asked for, or none."""
        hashes = self.columns["id_hash"]
        key = np.uint32(id_hash(passage_id))
        at = int(np.searchsorted(hashes, key))
        while at < len(hashes) and hashes[at] == key:
            yield int(self.columns["id_passage"][at])
            at += 1

    def match_text(self, number: int) -> str:
        """The match form of a passage."""
        first = int(self.columns["passage_first"][number])
        codes = self.columns["alphabet"][self.columns["text"][first : first + int(self.lengths[number])]]
        return codes.tobytes().decode("utf-32-le", "surrogatepass")

    def match_texts(self, numbers: Sequence[int]) -> list[str]:
        """The match forms of several passages, decoded together."""
        if not numbers:
            return []
        firsts = self.columns["passage_first"][np.asarray(numbers)].tolist()
        lengths = self.lengths[np.asarray(numbers)].tolist()
        text = self.columns["text"]
        # Each with the separator after it, which no match form has.
        places = np.concatenate([text[first : first + length + 1] for first, length in zip(firsts, lengths, strict=True)])
        joined: str = self.columns["alphabet"][places].tobytes().decode("utf-32-le", "surrogatepass")
        return joined.split("\0")[:-1]

    @cached_property
    def document_forms(self) -> tuple[tuple[str, str], ...]:
        """The match forms of id and title of every document."""
        pairs = (text.split("\0") for text in Vocabulary(self.columns, "title").all())
        return tuple((id_, title) for id_, title in pairs)


def document_columns(ids: Sequence[str], titles: Sequence[str], sizes: Sequence[int]) -> dict[str, Array]:
    """Columns of the documents of a segment, sorted by id: ids, match forms of id and title, first passage of each."""
    first = np.zeros(len(sizes) + 1, np.uint32)
    np.cumsum(sizes, out=first[1:])
    return {**packed_texts(ids, "document"), **packed_texts(titles, "title"), "document_first": first}
