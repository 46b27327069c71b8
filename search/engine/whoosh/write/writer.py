"""The write side: documents are spooled, sealed into segments (in processes of their own when they are many), merged, committed,
published."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

import numpy as np

from search.engine.attached import REPORT
from search.engine.port import Manifest, summary
from search.engine.spool import append_record, record_at
from search.engine.stored import pack_document, pack_passage, pack_summary, unpack_document, unpack_passage
from search.engine.whoosh.answer.engine import WhooshEngine
from search.engine.whoosh.as_whoosh import write_table_of_contents
from search.engine.whoosh.files.attachments import COMPRESSED, compressed_attachment
from search.engine.whoosh.files.columns import BadColumns, write_columns
from search.engine.whoosh.files.generation import KEPT, BuildLock, in_use, new_name, point_to, sweep
from search.engine.whoosh.files.records import MANIFEST, FileRecord, checksum, make_folder, sync_file, sync_folder, write_manifest
from search.engine.whoosh.files.segment import COLUMNS, PREFIX, STORED, Segment
from search.engine.whoosh.write.compaction import SegmentPiece, groups
from search.engine.whoosh.write.order import ORDER, order_columns
from search.engine.whoosh.write.seal import Job
from search.engine.whoosh.write.sealing import Files, Sealing, Tally
from search.engine.whoosh.write.unfinished import SPOOL, begin, find, note_sealed, take_up, work_folder
from search.errors import IndexDamaged, IndexMissing
from search.model import Document
from search.query.analysis import segmenter

SEGMENT_PASSAGES = 32_000
SEGMENT_CHARACTERS = 8_000_000
"""A spool is closed at the first document that reaches either: sealing one fits in memory."""
MERGED_PASSAGES = 65_536
"""Passages of a merged segment: as many as 16-bit passage numbers tell apart, which keep the columns small."""
INLINE_CHARACTERS = 400_000
"""Smaller segments are sealed in the building process: quicker than starting another."""
_INLINE_MERGE = 4_000
"""Passages up to which segments are merged in the building process."""
_MERGE_SPEED = 5
"""Passages merged in the time it takes to seal one."""


@dataclass(eq=False)
class _Pending:
    """A segment being filled: its spool, and id and receipt of each document in it. `superseded` are the places that gave way."""

    name: str
    spool: Path
    file: BinaryIO
    passages: int = 0
    characters: int = 0
    documents: list[tuple[str, str]] = field(default_factory=list)
    superseded: set[int] = field(default_factory=set)


def _segment_name() -> str:
    return f"{PREFIX}{os.urandom(8).hex()}"


class WhooshWriter:
    """`search.engine.port.Writer`. Holds the build lock of the directory until published or ended. Raises `BuildBusy`."""

    def __init__(self, directory: Path, *, analysis: str, base: bool, keep: int = KEPT) -> None:
        make_folder(directory)
        self._directory, self._analysis, self._kept_generations = directory, analysis, keep
        self._lock: BuildLock | None = BuildLock(directory)
        try:
            self._name = find(directory, analysis) or new_name()
            sweep(directory, self._name)
            self._folder, self._work = directory / self._name, begin(directory, self._name, analysis)
            self._unfinished = take_up(directory, self._name)
            self._base = _open_base(directory) if base else None
        except BaseException:
            self._lock.release()
            raise
        based = self._base.segments if self._base else ()
        self._segments = [*based, *self._unfinished.segments]
        """Where documents can be kept from: segments of the base, then those of the interrupted build."""
        self._first_taken = len(based)
        self._based = {id_: (at, ordinal) for at, segment in enumerate(based) for ordinal, id_ in enumerate(segment.documents.all())}
        self._kept: dict[str, tuple[int, int]] = {}
        self._added: dict[str, tuple[_Pending, int]] = {}
        self._pending: _Pending | None = None
        self._sealed: list[_Pending] = []
        self._sealing = Sealing()
        self._files: dict[str, FileRecord] = {}
        self._manifest: Manifest | None = None
        self._manifest_checksum = ""

    # --- the port -------------------------------------------------------------------------------------------------------

    def keep(self, document_id: str, receipt: str = "") -> Document | None:
        """Carries an unchanged document over, from the base or by its receipt from an interrupted build; None if it is not there."""
        place = self._based.get(document_id)
        if receipt:
            taken = self._unfinished.sealed.get((document_id, receipt))
            if taken is None:
                return self._keep_spooled(document_id, receipt)
            place = self._first_taken + taken[0], taken[1]
        if place is None:
            return None
        self._kept[document_id] = place
        return self._segments[place[0]].document(place[1])

    def carry(self, document_ids: Collection[str]) -> frozenset[str]:
        """Carries unchanged documents over from the base: their numbers are all that is looked at."""
        places = {id_: place for id_ in document_ids if (place := self._based.get(id_)) is not None}
        self._kept |= places
        return frozenset(places)

    def _keep_spooled(self, document_id: str, receipt: str) -> Document | None:
        where = self._unfinished.spooled.get((document_id, receipt))
        if where is None:
            return None
        with where[0].open("rb") as spool:
            stored, _, *passages = record_at(spool, where[1]).parts
        document = unpack_document(stored, tuple(map(unpack_passage, passages)))
        self.add(document)
        return document

    def add(self, document: Document) -> str:
        """Adds a document; one by the same id that was kept or added before gives way. Returns its receipt."""
        self._kept.pop(document.id, None)
        before = self._added.pop(document.id, None)
        if before is not None:
            before[0].superseded.add(before[1])
        pending = self._open_pending()
        passages = sorted(document.passages, key=lambda passage: passage.order)
        receipt = append_record(pending.file, [pack_document(document), pack_summary(summary(document)), *map(pack_passage, passages)])
        self._added[document.id] = (pending, len(pending.documents))
        pending.documents.append((document.id, receipt))
        pending.passages += len(passages)
        pending.characters += sum(len(passage.text) for passage in passages)
        if pending.passages >= SEGMENT_PASSAGES or pending.characters >= SEGMENT_CHARACTERS:
            self._close_pending()
        self._sealing.poll()
        return receipt

    def attach(self, name: str, data: bytes) -> None:
        """Stores bytes under a plain file name, or under that and `COMPRESSED`."""
        if Path(name).name != name or name.startswith((".", PREFIX, f"_{PREFIX}")) or name in (MANIFEST, ORDER):
            raise ValueError(f"not a name for an attachment: {name!r}")
        packed = b"" if name == REPORT else compressed_attachment(data)
        path = self._folder / (f"{name}{COMPRESSED}" if packed else name)
        path.write_bytes(packed or data)
        self._record(path)

    def refused(self) -> Mapping[str, str]:
        """Nothing: what can be added can be written."""
        return {}

    def commit(self, tell: Callable[[int, int], None] | None = None) -> Manifest:
        """Seals what is open, merges, orders all documents, and waits until every byte is on the disk. Tells in passages."""
        unsealed = self._pending.passages if self._pending else 0
        added = sum(pending.passages for pending in self._sealed) + unsealed
        tally = self._sealing.tally = Tally(tell, self._sealing.left + unsealed + added // _MERGE_SPEED)
        tally.add(0)
        self._close_pending()
        self._sealing.wait()
        self._compact()
        tally.add(tally.total)
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
        for path in self._folder.iterdir():  # segments that were merged, and what a killed build left
            if path.name not in self._files and path.name != MANIFEST:
                path.unlink()
        sync_folder(self._folder)  # or a power cut brings them back, foreign to the manifest
        point_to(self._directory, self._name, self._manifest_checksum, self._kept_generations)
        self._release()

    def abort(self) -> None:
        """Removes what was written, unless it is in force already; harmless after `publish`."""
        if self._lock is None:
            return
        if self._is_in_force():  # `publish` failed in its last steps
            self.suspend()
            return
        self._stop()
        for folder in (work_folder(self._directory, self._name), self._folder):
            shutil.rmtree(folder, ignore_errors=True)
        self._release()

    def suspend(self) -> None:
        """Stops, and leaves what was written to the next build; harmless after `publish`."""
        if self._lock is not None:
            self._stop()
            self._release()

    def _is_in_force(self) -> bool:
        try:
            return self._name in in_use(self._directory)
        except IndexDamaged:
            return True  # not known: nothing is removed

    def _stop(self) -> None:
        self._sealing.stop()
        if self._pending:
            self._pending.file.close()

    def _release(self) -> None:
        if self._base is not None:
            self._base.close()
            self._base = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    # --- segments -------------------------------------------------------------------------------------------------------

    def _open_pending(self) -> _Pending:
        if self._pending is None:
            name = _segment_name()
            spool = self._work / f"{name}{SPOOL}"
            self._pending = _Pending(name, spool, spool.open("wb"))
        return self._pending

    def _close_pending(self) -> None:
        """Hands the open segment over to be sealed."""
        pending, self._pending = self._pending, None
        if pending is None:
            return
        pending.file.close()
        if len(pending.superseded) == len(pending.documents):
            return
        self._sealed.append(pending)
        job = Job(str(self._folder), pending.name, str(pending.spool), superseded=tuple(sorted(pending.superseded)))

        def then(files: Files) -> None:
            self._files.update(files)
            note_sealed(self._work, pending.name, files, dict(pending.documents))

        self._sealing.run(job, pending.passages, then, inline=pending.characters < INLINE_CHARACTERS)

    def _compact(self) -> None:
        """Links what stays of older segments, and merges what is small or not wanted whole. Files of merged segments stay until the
        generation is in force: an interrupted build is taken up from them."""
        segments = [*self._segments, *(Segment(self._folder, pending.name) for pending in self._sealed)]
        pieces = self._pieces(segments)
        sealed, self._files = self._files, {name: one for name, one in self._files.items() if not name.startswith(PREFIX)}
        known = {**(self._base.files if self._base else {}), **self._unfinished.files, **sealed}
        for group in groups(pieces, MERGED_PASSAGES):
            if len(group) == 1 and group[0].whole:
                self._link(segments[group[0].segment], known)
                continue
            kept = tuple((str(segments[one.segment].folder), segments[one.segment].name, one.ordinals) for one in group)
            passages = sum(one.passages for one in group)
            job = Job(str(self._folder), _segment_name(), kept=kept)
            self._sealing.run(job, passages // _MERGE_SPEED, self._files.update, inline=passages <= _INLINE_MERGE)
        self._sealing.wait()

    def _pieces(self, segments: Sequence[Segment]) -> list[SegmentPiece]:
        wanted: dict[int, list[int]] = {}
        for at, ordinal in self._kept.values():
            wanted.setdefault(at, []).append(ordinal)
        for at, pending in enumerate(self._sealed, start=len(self._segments)):
            current = {id_ for place, (id_, _) in enumerate(pending.documents) if self._added.get(id_) == (pending, place)}
            wanted[at] = [ordinal for ordinal, id_ in enumerate(segments[at].documents.all()) if id_ in current]
        pieces = []
        for at, ordinals in sorted(wanted.items()):
            segment = segments[at]
            passages = int((segment.document_first[1:] - segment.document_first[:-1])[ordinals].sum(dtype=np.int64))
            whole = len(ordinals) == segment.document_count
            pieces.append(SegmentPiece(at, tuple(sorted(ordinals)), passages, whole, fresh=at >= self._first_taken))
        return pieces

    def _link(self, segment: Segment, known: dict[str, FileRecord]) -> None:
        for ending in (COLUMNS, STORED):
            name = f"{segment.name}{ending}"
            source, target = segment.folder / name, self._folder / name
            self._files[name] = known[name]
            if source == target:
                continue
            try:
                os.link(source, target)
            except OSError:  # no hard links here
                shutil.copyfile(source, target)
                sync_file(target)

    def _record(self, path: Path) -> None:
        sync_file(path)
        self._files[path.name] = FileRecord(path.stat().st_size, checksum(path))


def _open_base(directory: Path) -> WhooshEngine | None:
    """The generation in force, if there is a sound one. Whether its analysis lets documents be kept is for the build to say."""
    try:
        return WhooshEngine(directory)
    except (IndexMissing, IndexDamaged, BadColumns):
        return None
