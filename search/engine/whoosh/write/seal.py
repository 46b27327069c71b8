"""Makes a segment's files from spooled documents, or from documents of other segments.

Runs in the building process for small segments, in a process of its own for large ones (`main`: the job on standard input, the answer on
standard output): then all cores work, and the memory goes back to the system when the segment is written.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from search.engine.spool import whole_records
from search.engine.stored import text_of, unpack_passage, unpack_summary
from search.engine.whoosh.files.columns import Array, write_columns
from search.engine.whoosh.files.records import FileRecord, checksum, sync_file
from search.engine.whoosh.files.segment import COLUMNS, STORED, Segment, document_columns, is_seldom_read
from search.engine.whoosh.write.invert import invert
from search.engine.whoosh.write.merge import merged
from search.engine.whoosh.write.part import analysed
from search.engine.whoosh.write.records import Recorder
from search.engine.whoosh.write.rows import RowWriter, sampled, trained_dictionary
from search.model import Passage
from search.query.analysis import analyse
from search.text.fold import match_form

if sys.platform != "win32":
    import fcntl


@dataclass(frozen=True, slots=True)
class Job:
    """A segment to be written: `name` in `folder`, from `spool` (`superseded`: places in it to be passed over) or, where that is empty,
    from documents of `kept` segments (folder, name, ordinals ascending)."""

    folder: str
    name: str
    spool: str = ""
    kept: tuple[tuple[str, str, tuple[int, ...]], ...] = ()
    superseded: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _StoredRows:
    """Stored bytes of a document on their way into a segment, and where its passages stand in the joined part."""

    id: str
    title: str
    document: bytes
    summary: bytes
    passages: Sequence[bytes]


def _rows(document: bytes, summary: bytes, passages: Sequence[bytes]) -> _StoredRows:
    shown = unpack_summary(summary)
    title = f"{match_form(shown.id).text}\0{match_form(shown.title).text}"
    return _StoredRows(shown.id, title, document, summary, passages)


def seal(job: Job) -> dict[str, FileRecord]:
    """Writes both files of the segment, durably. Passages are numbered by document id, then order."""
    target = Path(job.folder)
    if job.spool:
        _seal_spool(job, target)
    else:
        kept = [(Segment(Path(folder), name), ordinals) for folder, name, ordinals in job.kept]
        write_columns(target / f"{job.name}{COLUMNS}", merged(target, job.name, kept), compressed=is_seldom_read)
    files = {}
    for ending in (COLUMNS, STORED):
        path = target / f"{job.name}{ending}"
        sync_file(path)
        files[path.name] = FileRecord(path.stat().st_size, checksum(path))
    return files


def _seal_spool(job: Job, target: Path) -> None:
    passed_over = set(job.superseded)
    with open(job.spool, "rb") as spool:
        spooled = (record.parts for at, record in enumerate(whole_records(spool)) if at not in passed_over)
        documents = [_rows(parts[0], parts[1], parts[2:]) for parts in spooled]
    documents.sort(key=lambda rows: rows.id)
    recorder = Recorder()
    parts = [analysed(recorder.watch(_passages(documents)), analyse)]
    records = recorder.columns()
    stored = _write_stored(target / f"{job.name}{STORED}", documents)
    about = document_columns([one.id for one in documents], [one.title for one in documents], [len(one.passages) for one in documents])
    documents.clear()
    with _turn(target):
        write_columns(target / f"{job.name}{COLUMNS}", chain((about, stored, records), invert(parts)), compressed=is_seldom_read)


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """One segment of a generation is inverted at a time, for that takes the most memory; others are analysed meanwhile. The system gives
    the turn on when its holder dies."""
    if sys.platform == "win32":
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _passages(documents: Sequence[_StoredRows]) -> Iterator[Passage]:
    for rows in documents:
        for row in rows.passages:
            yield unpack_passage(row)


def _write_stored(path: Path, documents: Sequence[_StoredRows]) -> dict[str, Array]:
    passages = [row for rows in documents for row in rows.passages]
    writer = RowWriter(path, trained_dictionary([text_of(passages[at]) for at in sampled(len(passages))]))
    del passages
    for rows in documents:
        writer.add(text_of(rows.document), list(map(text_of, rows.passages)))
    return writer.finished(text_of(rows.summary) for rows in documents)


def _stop_with_parent() -> None:
    """Ends this process when the builder's end of the pipe closes: a killed build leaves no writer behind."""
    sys.stdin.buffer.read()
    os._exit(1)


def main() -> None:
    """Does one job read from standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the builder, which ends this process
    gc.disable()  # nothing made here has cycles, and there is much of it
    record = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    kept = tuple((folder, name, tuple(ordinals)) for folder, name, ordinals in record["kept"])
    files = seal(Job(**record | {"kept": kept, "superseded": tuple(record["superseded"])}))
    sys.stdout.write(json.dumps({name: [one.size, one.checksum] for name, one in files.items()}) + "\n")
    sys.stdout.flush()
    os._exit(0)  # the watching thread still waits for the pipe
