"""Fresh documents laid by until the ledger records them: ids and texts only, compressed, so that a large build does not hold them twice."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator

from search.model import BlockKind, Document, Passage


class Spool:
    """Documents in the order they were added, with what the ledger needs of them: id, title, source name, passage ids, kinds and texts."""

    def __init__(self) -> None:
        self._packed: list[bytes] = []

    def add(self, document: Document) -> None:
        entries = [(passage.id, passage.kind.value, passage.text) for passage in document.passages]
        record = (document.id, document.title, document.source_file, document.sha256, document.format, entries)
        self._packed.append(zlib.compress(json.dumps(record).encode(), 1))

    def __iter__(self) -> Iterator[Document]:
        for packed in self._packed:
            id_, title, source_file, sha256, format_, entries = json.loads(zlib.decompress(packed))
            passages = tuple(
                Passage(passage_id, id_, order, BlockKind(kind), text, ())
                for order, (passage_id, kind, text) in enumerate(entries, start=1)
            )
            yield Document(id_, title, source_file, sha256, format_, passages)
