"""Records the outcome of every source on disk, for two readers: the ledger, when the build ends, and the next build, if this one is
interrupted.

The file (`search.engine.spool`) is a head, then one record per source: what was asked (name, document id, digest), what came of it (report,
sketch, the writer's receipt for the document), and the ids and texts of the passages. A file with another head is ignored.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType

from search.building.base import Input, packed_sketch, read_report, unpacked_sketch
from search.building.report import FileReport
from search.engine.spool import append_record, record_at, whole_records
from search.model import BlockKind, Document, Passage

FILE_NAME = "build.spool"
FORMAT = 2
"""Raised whenever an older file can no longer be read as it is."""


@dataclass(frozen=True, slots=True)
class Laid:
    """An outcome laid by. `receipt` is the writer's for the document; none for a rejected source."""

    report: FileReport
    sketch: tuple[int, ...]
    receipt: str


def _key(item: Input) -> tuple[str, str, str]:
    return item.name, item.document_id, item.digest


class Spool:
    """Outcomes in the order they came. `head` says by what analysis and
    settings; outcomes of another build by the same head are `known`, unless `anew`. One user at a time."""

    def __init__(self, path: Path, head: str, *, anew: bool = False) -> None:
        self._path = path
        head = f"{FORMAT} {head}"
        self._known: dict[tuple[str, str, str], int] = {}
        self._taken: list[int] = []
        self._left_out: frozenset[str] = frozenset()
        self._file = path.open("a+b")
        end = 0 if anew else self._scan(head)
        self._file.seek(end)
        self._file.truncate()
        if not end:
            append_record(self._file, (head.encode(), b""))

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    @property
    def fresh(self) -> int:
        """How many documents of this build the spool has."""
        return len(self._taken)

    def add(
        self, item: Input, report: FileReport, document: Document | None = None, sketch: tuple[int, ...] = (), receipt: str = ""
    ) -> None:
        """Lays an outcome by, and hands it to the system, so that a killed process loses none."""
        first = [item.name, item.document_id, item.digest, receipt, asdict(report), packed_sketch(sketch)]
        body = b""
        if document is not None:
            entries = [(passage.id, passage.kind.value, passage.text) for passage in document.passages]
            second = (document.id, document.title, document.source_file, document.sha256, document.format, entries)
            body = zlib.compress(json.dumps(second).encode(), 1)
            self._taken.append(self._file.seek(0, 2))
        append_record(self._file, (zlib.compress(json.dumps(first).encode(), 1), body))

    def known(self, items: Iterable[Input]) -> list[Input]:
        """Those of `items` whose outcome the interrupted build had recorded, in the order it recorded them."""
        return sorted((item for item in items if _key(item) in self._known), key=lambda item: self._known[_key(item)])

    def read(self, item: Input) -> Laid:
        """The known outcome of a source."""
        _, _, _, receipt, report, sketch = json.loads(zlib.decompress(record_at(self._file, self._known[_key(item)]).parts[0]))
        return Laid(read_report(report), unpacked_sketch(sketch), receipt)

    def take(self, item: Input) -> None:
        """Makes a known outcome one of this build."""
        at = self._known[_key(item)]
        if record_at(self._file, at).parts[1]:
            self._taken.append(at)

    def leave_out(self, documents: Collection[str]) -> None:
        """Documents that are not in the generation after all."""
        self._left_out = frozenset(documents)

    def documents(self) -> Iterator[Document]:
        """The documents of this build, added or taken, with what the ledger needs: ids, title, names, passage ids, kinds, texts."""
        for at in self._taken:
            id_, title, source_file, sha256, format_, entries = json.loads(zlib.decompress(record_at(self._file, at).parts[1]))
            if id_ in self._left_out:
                continue
            passages = tuple(
                Passage(passage_id, id_, order, BlockKind(kind), text, ())
                for order, (passage_id, kind, text) in enumerate(entries, start=1)
            )
            yield Document(id_, title, source_file, sha256, format_, passages)

    def remove(self) -> None:
        """Closes and removes the file."""
        self._file.close()
        self._path.unlink(missing_ok=True)

    def _scan(self, head: str) -> int:
        """Where the whole records of this head end; 0 where the head is another."""
        end = 0
        for record in whole_records(self._file):
            if not end and record.parts[0] != head.encode():
                return 0
            if end:
                name, document_id, digest, *_ = json.loads(zlib.decompress(record.parts[0]))
                self._known[name, document_id, digest] = record.start
            end = record.end
        return end
