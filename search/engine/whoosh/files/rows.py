"""The stored rows of a segment, read: passages, documents and what lists say of them, as they were written.

Rows are written densely (`search.text.dense`) and compressed by Zstandard. Passages lie in blocks of a few thousand bytes that end with
their document, so that one passage costs little and a document is read in whole blocks; a dictionary drawn from the segment's own rows
(`row_dictionary`) stands in for what small blocks cannot see. A document's row repeats the text of its passages: these are its
dictionary. Summaries lie in blocks of `TOGETHER`. Rows are JSON, in which no line break occurs: it parts the rows of a block.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from threading import Lock

import numpy as np
import zstandard

from search.engine.whoosh.files.columns import MappedColumns
from search.text.dense import dense, from_dense

TOGETHER = 32
"""Summaries in a block."""
PREFIX = 1 << 20
"""Bytes of its passages' rows that are the dictionary of a document's row."""
_BREAK = b"\n"


class RowFile:
    """Read, not mapped: a row is copied once anyway, and what was read long ago is the system's to drop, not this process's to hold. The
    file is closed when nothing uses it any more. Thread-safe. Raises `OSError`."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        self._lock = Lock()
        weakref.finalize(self, os.close, self._file)

    def read(self, begin: int, end: int) -> bytes:
        """The bytes from `begin` up to `end`."""
        if hasattr(os, "pread"):
            return os.pread(self._file, end - begin, begin)
        with self._lock:
            os.lseek(self._file, begin, os.SEEK_SET)
            return os.read(self._file, end - begin)


def raw_dictionary(content: bytes) -> zstandard.ZstdCompressionDict | None:
    """A dictionary of these very bytes; None where there are too few for one."""
    return zstandard.ZstdCompressionDict(content, dict_type=zstandard.DICT_TYPE_RAWCONTENT) if len(content) >= 8 else None


def joined_rows(rows: Sequence[bytes]) -> bytes:
    """The rows of a block as one."""
    return _BREAK.join(rows)


@dataclass(frozen=True, slots=True)
class PackedRows:
    """Rows of neighbouring documents as they lie in a file: for each block of passages the number of its first, counted from the first of
    these, and its bytes; and the bytes of each document's row."""

    firsts: Sequence[int]
    blocks: Sequence[bytes]
    documents: Sequence[bytes]


class StoredRows:
    """The rows of one segment, by the offsets in its columns. Thread-safe. Raises `OSError`."""

    def __init__(self, path: Path, columns: MappedColumns) -> None:
        self._file = RowFile(path)
        self._first, self._blocks = columns["row_first"], columns["row_blocks"]
        self._documents, self._summaries = columns["document_rows"], columns["summary_rows"]
        self.dictionary = columns["row_dictionary"].tobytes()
        """What blocks are compressed with."""
        self._dictionary = zstandard.ZstdCompressionDict(self.dictionary) if self.dictionary else None
        self._threads = threading.local()
        self._last: tuple[int, list[bytes]] = -1, []
        """The block of summaries read last: lists go through them in order."""

    def passages(self, begin: int, end: int) -> list[str]:
        """The rows of the passages from number `begin` up to `end`."""
        if begin >= end:
            return []
        low = int(self._first.searchsorted(begin, side="right"))
        high = low if end == begin + 1 else int(self._first.searchsorted(end - 1, side="right"))
        borders = self._blocks[low - 1 : high + 1].tolist()
        data = self._file.read(borders[0], borders[-1])
        rows: list[bytes] = []
        for at, border in enumerate(borders[1:]):
            rows += self._unpacked(data[borders[at] - borders[0] : border - borders[0]]).split(_BREAK)
        start = int(self._first[low - 1])
        return [from_dense(row) for row in rows[begin - start : end - start]]

    def document(self, ordinal: int, passages: Sequence[str]) -> str:
        """The row of a document; `passages` are the rows of its passages."""
        begin, end = self._documents[ordinal : ordinal + 2].tolist()
        data = self._file.read(begin, end)
        dictionary = raw_dictionary(joined_rows([dense(row) for row in passages])[:PREFIX])
        decompressor = zstandard.ZstdDecompressor(dict_data=dictionary) if dictionary else zstandard.ZstdDecompressor()
        return from_dense(decompressor.decompress(data))

    def packed(self, documents: tuple[int, int], passages: tuple[int, int]) -> PackedRows:
        """The rows of the documents from one ordinal up to another, whose passages are these numbers, as they lie in the file."""
        low, high = self._first.searchsorted(passages).tolist()
        return PackedRows(
            (self._first[low:high].astype(np.int64) - passages[0]).tolist(),
            self._pieces(self._blocks[low : high + 1].tolist()),
            self._pieces(self._documents[documents[0] : documents[1] + 1].tolist()),
        )

    def _pieces(self, borders: Sequence[int]) -> list[bytes]:
        data = self._file.read(borders[0], borders[-1])
        return [data[begin - borders[0] : end - borders[0]] for begin, end in pairwise(borders)]

    def summary(self, ordinal: int) -> str:
        """The row of what lists say of a document."""
        block, place = divmod(ordinal, TOGETHER)
        known, rows = self._last
        if known != block:
            begin, end = self._summaries[block : block + 2].tolist()
            rows = self._unpacked(self._file.read(begin, end)).split(_BREAK)
            self._last = block, rows
        return from_dense(rows[place])

    def _unpacked(self, data: bytes) -> bytes:
        decompressor = getattr(self._threads, "decompressor", None)
        if decompressor is None:  # one a thread: it must not be used by two at a time
            decompressor = zstandard.ZstdDecompressor(dict_data=self._dictionary) if self._dictionary else zstandard.ZstdDecompressor()
            self._threads.decompressor = decompressor
        return decompressor.decompress(data)
