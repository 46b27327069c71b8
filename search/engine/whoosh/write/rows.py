"""Writes the stored rows of a segment (see `search.engine.whoosh.files.rows`), from a spool or from other segments: packed anew, or as
they were packed before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import zstandard

from search.engine.whoosh.files.columns import Array
from search.engine.whoosh.files.rows import PREFIX, TOGETHER, PackedRows, joined_rows, raw_dictionary
from search.engine.whoosh.write.invert import narrow
from search.text.dense import dense

BLOCK = 2_500
"""Bytes of rows at which a block of passages ends, unless its document ends before."""
LEVEL = 12
"""Of passages and summaries. It writes four hundredths less than 6, for a fifteenth of a second per megabyte of text."""
_DOCUMENT_LEVEL = 6
"""Of documents, whose passages are their dictionary: higher ones gain nothing."""
SAMPLES = 2_000
"""Rows a dictionary is trained on, at least; a segment of fewer passages has none, for training takes longer than it saves."""
DICTIONARY = 112 * 1024
_SEGMENT, _RUN = 256, 6
"""Bytes of the pieces a dictionary is made of, and of the runs that choose them: three hundredths less than what Zstandard finds by trying
several, in half the time."""


def trained_dictionary(samples: Sequence[str]) -> bytes:
    """What these rows have in common, for Zstandard; nothing where they are too few."""
    if len(samples) < SAMPLES:
        return b""
    try:
        return zstandard.train_dictionary(DICTIONARY, [dense(row) for row in samples], k=_SEGMENT, d=_RUN, level=LEVEL).as_bytes()
    except zstandard.ZstdError:  # all rows alike: nothing to learn
        return b""


def sampled(passages: int) -> range:
    """The passages whose rows a dictionary is trained on, of so many."""
    return range(0, passages, max(1, passages // SAMPLES))


class RowWriter:
    """Takes the rows of documents in their order, and gives the columns that find them again."""

    def __init__(self, path: Path, dictionary: bytes) -> None:
        self._file = path.open("wb")
        self._passages = 0
        self._first: list[int] = []
        self._blocks = [0]
        self._documents: list[bytes] = []
        """Rows of documents, compressed to a tenth of their text: they follow when all passages are written."""
        self._dictionary = dictionary
        shared = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        if shared:
            shared.precompute_compress(level=LEVEL)
        self._shared = zstandard.ZstdCompressor(level=LEVEL, dict_data=shared, write_checksum=False, write_dict_id=False)

    def add(self, document: str, rows: Sequence[str]) -> None:
        """The rows of one document and of its passages, in order."""
        passages = [dense(row) for row in rows]
        held, size = 0, 0
        for place, row in enumerate(passages, start=1):
            size += len(row)
            if size >= BLOCK or place == len(passages):
                self._first.append(self._passages + held)
                self._blocks.append(self._blocks[-1] + self._file.write(self._shared.compress(joined_rows(passages[held:place]))))
                held, size = place, 0
        self._passages += len(passages)
        own = zstandard.ZstdCompressor(
            level=_DOCUMENT_LEVEL, dict_data=raw_dictionary(joined_rows(passages)[:PREFIX]), write_checksum=False, write_dict_id=False
        )
        self._documents.append(own.compress(dense(document)))

    def copy(self, packed: PackedRows, passages: int) -> None:
        """The rows of documents with so many passages together, as they are: packed with the dictionary of this writer."""
        self._first.extend(self._passages + first for first in packed.firsts)
        for block in packed.blocks:
            self._blocks.append(self._blocks[-1] + self._file.write(block))
        self._documents.extend(packed.documents)
        self._passages += passages

    def finished(self, summaries: Iterable[str]) -> dict[str, Array]:
        """Writes what lists say of the documents, in their order, and closes the file. The columns."""
        rows = [dense(row) for row in summaries]
        blocks = [self._shared.compress(joined_rows(rows[at : at + TOGETHER])) for at in range(0, len(rows), TOGETHER)]
        with self._file:
            self._file.writelines((*self._documents, *blocks))
        documents = np.cumsum([self._blocks[-1], *map(len, self._documents)], dtype=np.uint64)
        return {
            "row_dictionary": np.frombuffer(self._dictionary, np.uint8),
            "row_first": narrow(np.array(self._first, np.uint32), self._passages),
            "row_blocks": narrow(np.array(self._blocks, np.uint64)),
            "document_rows": narrow(documents),
            "summary_rows": narrow(np.cumsum([documents[-1], *map(len, blocks)], dtype=np.uint64)),
        }
