"""The write side: documents are spooled, sealed into segments (in processes of their own when they are many), committed, published."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

import numpy as np

from search.engine.port import Manifest, summary
from search.errors import IndexDamaged, IndexMissing
from search.model import Document
from search.query.analysis import segmenter

from .codec import write_table_of_contents
from .columns import BadColumns, write_columns
from .engine import WhooshEngine
from .generation import MANIFEST, BuildLock, FileRecord, checksum, new_name, point_to, sweep, sync_file, sync_folder, write_manifest
from .order import ORDER, order_columns
from .seal import Job, seal, spool_rows
from .seal_process import SealProcess
from .segment import COLUMNS, PREFIX, STORED, Segment
from .stored import pack_document, pack_passage, pack_summary

SEGMENT_PASSAGES = 50_000
SEGMENT_CHARACTERS = 12_000_000
"""A segment is closed at the first document that reaches either; passage numbers then fit 16 bits, and sealing one fits in memory."""
INLINE_CHARACTERS = 400_000
"""Smaller segments are sealed in the building process: quicker than starting another."""
_WORKERS = max(1, min(4, os.cpu_count() or 1))


@dataclass
class _Pending:
    """A segment being filled."""

    name: str
    spool: Path
    file: BinaryIO | None = None
    passages: int = 0
    characters: int = 0
    documents: list[str] = field(default_factory=list)
    superseded: set[int] = field(default_factory=set)
    kept: dict[str, list[int]] = field(default_factory=dict)


def _segment_name() -> str:
    return f"{PREFIX}{os.urandom(8).hex()}"


class WhooshWriter:
    """`search.engine.port.Writer`. Holds the build lock of the directory until published or aborted. Raises `BuildBusy`."""

    def __init__(self, directory: Path, *, analysis: str, base: bool) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory, self._analysis = directory, analysis
        self._lock: BuildLock | None = BuildLock(directory)
        try:
            sweep(directory)
            self._name = new_name()
            self._folder = directory / self._name
            self._folder.mkdir()
            self._base = _open_base(directory) if base else None
        except BaseException:
            self._lock.release()
            raise
        self._base_ordinals = self._find_base_documents()
        self._kept: dict[str, tuple[int, int]] = {}
        self._added: dict[str, tuple[_Pending, int]] = {}
        self._pending: _Pending | None = None
        self._sealed: list[_Pending] = []
        self._running: list[tuple[SealProcess, _Pending]] = []
        self._files: dict[str, FileRecord] = {}
        self._manifest: Manifest | None = None
        self._manifest_checksum = ""

    # --- the port -------------------------------------------------------------------------------------------------------

    def keep(self, document_id: str) -> Document | None:
        """Carries an unchanged document over; None if the base has none by this id."""
        place = self._base_ordinals.get(document_id)
        if place is None or self._base is None:
            return None
        self._kept[document_id] = place
        return self._base.segments[place[0]].document(place[1])

    def add(self, document: Document) -> None:
        """Adds a document; one by the same id that was kept or added before gives way."""
        self._kept.pop(document.id, None)
        before = self._added.pop(document.id, None)
        if before is not None:
            before[0].superseded.add(before[1])
        pending = self._open_pending()
        assert pending.file is not None
        passages = sorted(document.passages, key=lambda passage: passage.order)
        rows = [pack_document(document), pack_summary(summary(document)), *map(pack_passage, passages)]
        spool_rows(pending.file, rows)
        self._added[document.id] = (pending, len(pending.documents))
        pending.documents.append(document.id)
        pending.passages += len(passages)
        pending.characters += sum(len(passage.text) for passage in passages)
        if pending.passages >= SEGMENT_PASSAGES or pending.characters >= SEGMENT_CHARACTERS:
            self._close_pending()

    def attach(self, name: str, data: bytes) -> None:
        """Stores bytes under a plain file name."""
        if Path(name).name != name or name.startswith((".", PREFIX, f"_{PREFIX}")) or name in (MANIFEST, ORDER):
            raise ValueError(f"not a name for an attachment: {name!r}")
        path = self._folder / name
        path.write_bytes(data)
        self._record(path)

    def commit(self) -> Manifest:
        """Seals what is open, orders all documents, and waits until every byte is on the disk."""
        self._carry_over()
        self._close_pending()
        self._await(0)
        self._repair_superseded()
        names = sorted(name.removesuffix(COLUMNS) for name in self._files if name.endswith(COLUMNS))
        segments = [Segment(self._folder, name) for name in names]
        write_columns(self._folder / ORDER, order_columns(segments))
        self._record(self._folder / ORDER)
        self._record(write_table_of_contents(self._folder, names))
        self._manifest = Manifest(
            generation=self._name,
            engine="whoosh",
            analysis=self._analysis,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            passages=sum(segment.count for segment in segments),
            documents=sum(segment.document_count for segment in segments),
            segmenter=segmenter().name,
            details={
                "segments": len(segments),
                "bytes": sum(record.size for record in self._files.values()),
                "whoosh": version("Whoosh-Reloaded"),
            },
        )
        self._manifest_checksum = write_manifest(self._folder, self._manifest, self._files)
        sync_folder(self._folder)
        sync_folder(self._directory)
        return self._manifest

    def publish(self) -> None:
        """Puts the committed generation in force and frees the lock."""
        if self._manifest is None:
            raise ValueError("publish before commit")
        if self._lock is None:
            return
        point_to(self._directory, self._name, self._manifest_checksum)
        self._release()

    def abort(self) -> None:
        """Removes what was written; harmless after `publish`."""
        if self._lock is None:
            return
        for process, _ in self._running:
            process.kill()
        self._running.clear()
        if self._pending and self._pending.file:
            self._pending.file.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._release()

    def _release(self) -> None:
        if self._base is not None:
            self._base.close()
            self._base = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    # --- segments -------------------------------------------------------------------------------------------------------

    def _find_base_documents(self) -> dict[str, tuple[int, int]]:
        segments = self._base.segments if self._base else ()
        return {id_: (at, ordinal) for at, segment in enumerate(segments) for ordinal, id_ in enumerate(segment.documents.all())}

    def _open_pending(self) -> _Pending:
        if self._pending is None:
            name = _segment_name()
            self._pending = _Pending(name, self._folder / f"{name}.spool")
        if self._pending.file is None:
            self._pending.file = self._pending.spool.open("wb")
        return self._pending

    def _close_pending(self) -> None:
        """Hands the open segment over to be sealed."""
        pending, self._pending = self._pending, None
        if pending is None or not (pending.documents or pending.kept):
            return
        if pending.file is not None:
            pending.file.close()
        if len(pending.superseded) == len(pending.documents) and not pending.kept:
            pending.spool.unlink(missing_ok=True)
            return
        self._sealed.append(pending)
        base = self._base
        kept = tuple((str(base.segments[int(at)].folder), base.segments[int(at)].name, tuple(sorted(ordinals)))
                     for at, ordinals in pending.kept.items()) if base else ()  # fmt: skip
        spool = str(pending.spool) if pending.documents else ""
        job = Job(str(self._folder), pending.name, spool, kept, tuple(sorted(pending.superseded)))
        pending.superseded.clear()
        if pending.characters < INLINE_CHARACTERS:
            self._files.update(seal(job))
            pending.spool.unlink(missing_ok=True)
            return
        self._await(_WORKERS - 1)
        self._running.append((SealProcess(job), pending))

    def _await(self, running: int) -> None:
        """Waits until at most this many segments are being sealed."""
        while len(self._running) > running:
            process, pending = self._running.pop(0)
            self._files.update(process.files())
            pending.spool.unlink(missing_ok=True)

    def _carry_over(self) -> None:
        """Links the base's segments that are kept whole; documents of the others, and small segments, go into new ones."""
        if self._base is None:
            return
        by_segment: dict[int, list[int]] = {}
        for at, ordinal in self._kept.values():
            by_segment.setdefault(at, []).append(ordinal)
        whole = [at for at, ordinals in by_segment.items() if len(ordinals) == self._base.segments[at].document_count]
        cut = {at: ordinals for at, ordinals in by_segment.items() if at not in whole}
        loose = sum(self._base.segments[at].count for at in cut) + (self._pending.passages if self._pending else 0)
        for at in sorted(whole, key=lambda at: self._base.segments[at].count if self._base else 0):
            size = self._base.segments[at].count
            if loose and size <= 4 * loose and size < SEGMENT_PASSAGES:
                cut[at] = by_segment[at]
                loose += size
            else:
                self._link(self._base, self._base.segments[at])
        for at, ordinals in cut.items():
            segment = self._base.segments[at]
            for ordinal in ordinals:
                if self._pending is None:
                    name = _segment_name()
                    self._pending = _Pending(name, self._folder / f"{name}.spool")
                first, last = segment.document_first[ordinal : ordinal + 2].tolist()
                self._pending.kept.setdefault(str(at), []).append(ordinal)
                self._pending.passages += last - first
                self._pending.characters += int(segment.lengths[first:last].sum(dtype=np.int64))
                if self._pending.passages >= SEGMENT_PASSAGES or self._pending.characters >= SEGMENT_CHARACTERS:
                    self._close_pending()

    def _link(self, base: WhooshEngine, segment: Segment) -> None:
        for ending in (COLUMNS, STORED):
            name = f"{segment.name}{ending}"
            source, target = segment.folder / name, self._folder / name
            try:
                os.link(source, target)
            except OSError:  # no hard links here
                shutil.copyfile(source, target)
                sync_file(target)
            self._files[name] = base.files[name]

    def _repair_superseded(self) -> None:
        """Rewrites segments sealed before one of their documents was added again."""
        for pending in self._sealed:
            if not pending.superseded:
                continue
            segment = Segment(self._folder, pending.name)
            dead = {pending.documents[at] for at in pending.superseded}
            ordinals = tuple(at for at, id_ in enumerate(segment.documents.all()) if id_ not in dead)
            if ordinals:
                self._files.update(seal(Job(str(self._folder), _segment_name(), kept=((str(self._folder), segment.name, ordinals),))))
            for ending in (COLUMNS, STORED):
                del self._files[f"{segment.name}{ending}"]
                (self._folder / f"{segment.name}{ending}").unlink()

    def _record(self, path: Path) -> None:
        sync_file(path)
        self._files[path.name] = FileRecord(path.stat().st_size, checksum(path))


def _open_base(directory: Path) -> WhooshEngine | None:
    """The generation in force, if there is a sound one. Whether its analysis lets documents be kept is for the build to say."""
    try:
        return WhooshEngine(directory)
    except (IndexMissing, IndexDamaged, BadColumns):
        return None
