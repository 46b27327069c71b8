"""The work folder of a build: what the next build takes up if this one is interrupted.

    index_data/<generation>.work/work.json          by which analysis and in which format
    index_data/<generation>.work/<segment>.spool    documents on their way into a segment, a checksum each
    index_data/<generation>.work/<segment>.sealed   says that the segment in index_data/<generation>/ is whole: its files, its documents

A document is known by its id and its receipt, the checksum of its stored bytes: who has the receipt gets that very document or none.
What is torn, altered or of another analysis is as if it were not there.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from search.engine.spool import whole_records
from search.engine.stored import unpack_summary
from search.engine.whoosh.files.columns import BadColumns
from search.engine.whoosh.files.generation import WORK, folders, in_use
from search.engine.whoosh.files.records import FORMAT, FileRecord, checksum, replace_file
from search.engine.whoosh.files.segment import Segment
from search.errors import IndexDamaged

SEALED = ".sealed"
SPOOL = ".spool"
_HEADER = "work.json"


@dataclass
class Unfinished:
    """Whole segments of an interrupted build with their files, and where each document stands: segment and ordinal, or spool and
    offset."""

    segments: list[Segment] = field(default_factory=list)
    files: dict[str, FileRecord] = field(default_factory=dict)
    sealed: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    spooled: dict[tuple[str, str], tuple[Path, int]] = field(default_factory=dict)


def work_folder(directory: Path, generation: str) -> Path:
    """Where the work on this generation is kept."""
    return directory / f"{generation}{WORK}"


def begin(directory: Path, generation: str, analysis: str) -> Path:
    """Makes the folder of a generation and its work folder, and returns the latter."""
    (directory / generation).mkdir(exist_ok=True)
    work = work_folder(directory, generation)
    work.mkdir(exist_ok=True)
    replace_file(work / _HEADER, _header(analysis))
    return work


def find(directory: Path, analysis: str) -> str:
    """The newest generation that was begun by this analysis in this format and never came into force; empty if there is none."""
    try:
        spared = in_use(directory)
    except IndexDamaged:
        return ""
    for folder in sorted(folders(directory), reverse=True):
        try:
            if folder.name not in spared and (work_folder(directory, folder.name) / _HEADER).read_bytes() == _header(analysis):
                return folder.name
        except OSError:
            continue
    return ""


def _header(analysis: str) -> bytes:
    return json.dumps({"analysis": analysis, "format": FORMAT}).encode()


def note_sealed(work: Path, segment: str, files: Mapping[str, FileRecord], receipts: Mapping[str, str]) -> None:
    """Notes that a segment is on the disk, with the receipts of its documents by id; its spool is no longer needed."""
    record = {"files": {name: [one.size, one.checksum] for name, one in files.items()}, "documents": receipts}
    replace_file(work / f"{segment}{SEALED}", json.dumps(record).encode())
    (work / f"{segment}{SPOOL}").unlink(missing_ok=True)


def take_up(directory: Path, generation: str) -> Unfinished:
    """What is whole of the work on this generation; all other files of it are removed."""
    found = Unfinished()
    folder, work = directory / generation, work_folder(directory, generation)
    for path in sorted(work.glob(f"*{SEALED}")):
        _take_segment(found, folder, path)
    for path in sorted(work.glob(f"*{SPOOL}")):
        if path.with_suffix(SEALED).exists():
            path.unlink()
            continue
        with path.open("rb") as spool:
            for record in whole_records(spool):
                found.spooled[unpack_summary(record.parts[1]).id, record.receipt] = path, record.start
    for path in folder.iterdir():
        if path.name not in found.files:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return found


def _take_segment(found: Unfinished, folder: Path, path: Path) -> None:
    try:
        record = json.loads(path.read_bytes())
        files = {name: FileRecord(*one) for name, one in record["files"].items()}
        if any(checksum(folder / name) != one.checksum for name, one in files.items()):
            raise BadColumns(path.stem)
        segment = Segment(folder, path.stem)
    except (ValueError, OSError, KeyError, TypeError, AttributeError, BadColumns):
        path.unlink()
        return
    receipts: dict[str, str] = record["documents"]
    for ordinal, id_ in enumerate(segment.documents.all()):
        if id_ in receipts:
            found.sealed[id_, receipts[id_]] = len(found.segments), ordinal
    found.segments.append(segment)
    found.files |= files
