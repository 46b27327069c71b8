"""Records the outcome of every source on disk, for two readers: the ledger, when the build ends, and the next build, if this one is
interrupted.

The file is a head, then one record per source: what was asked (name, document id, digest), what came of it (report, sketch, the writer's
receipt for the document), and the ids and texts of the passages. A record that is not whole ends the file; a file with another head is
ignored.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType

from search.building.base import Input, packed_sketch, read_report, unpacked_sketch
from search.building.report import FileReport
from search.model import BlockKind, Document, Passage

FILE_NAME = "build.spool"
FORMAT = 1
"""Raised whenever an older file can no longer be read as it is."""
_FRAME = struct.Struct("<III")
"""Length of the first part, of the second, and the checksum of both."""


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
            self._write(head.encode(), b"")

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
        self._write(zlib.compress(json.dumps(first).encode(), 1), body)

    def known(self, items: Iterable[Input]) -> list[Input]:
        """Those of `items` whose outcome the interrupted build had recorded, in the order it recorded them."""
        return sorted((item for item in items if _key(item) in self._known), key=lambda item: self._known[_key(item)])

    def read(self, item: Input) -> Laid:
        """The known outcome of a source."""
        _, _, _, receipt, report, sketch = json.loads(zlib.decompress(self._read(self._known[_key(item)])[0]))
        return Laid(read_report(report), unpacked_sketch(sketch), receipt)

    def take(self, item: Input) -> None:
        """Makes a known outcome one of this build."""
        at = self._known[_key(item)]
        if self._read(at)[1]:
            self._taken.append(at)

    def leave_out(self, documents: Collection[str]) -> None:
        """Documents that are not in the generation after all."""
        self._left_out = frozenset(documents)

    def documents(self) -> Iterator[Document]:
        """The documents of this build, added or taken, with what the ledger needs: ids, title, names, passage ids, kinds, texts."""
        for at in self._taken:
            id_, title, source_file, sha256, format_, entries = json.loads(zlib.decompress(self._read(at)[1]))
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

    def _write(self, first: bytes, second: bytes) -> None:
        self._file.seek(0, 2)
        self._file.write(_FRAME.pack(len(first), len(second), zlib.crc32(second, zlib.crc32(first))) + first + second)
        self._file.flush()

    def _read(self, at: int) -> tuple[bytes, bytes]:
        """Both parts of the record there. Raises ValueError where it is not whole."""
        self._file.seek(at)
        frame = self._file.read(_FRAME.size)
        if len(frame) < _FRAME.size:
            raise ValueError("no record")
        first, second, checksum = _FRAME.unpack(frame)
        data = self._file.read(first + second)
        if len(data) != first + second or zlib.crc32(data) != checksum:
            raise ValueError("torn")
        return data[:first], data[first:]

    def _scan(self, head: str) -> int:
        """Where the whole records of this head end; 0 where the head is another."""
        at = 0
        try:
            if self._read(0)[0] != head.encode():
                return 0
            at = self._file.tell()
            while True:
                name, document_id, digest, *_ = json.loads(zlib.decompress(self._read(at)[0]))
                self._known[name, document_id, digest] = at
                at = self._file.tell()
        except ValueError:
            return at
