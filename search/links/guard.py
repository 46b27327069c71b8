"""What keeps the ledger: a seal that tells when its file was altered, copies taken before every change, and the way back.

    ledger.sqlite3         the ledger
    ledger.seal            size and checksum of that file at rest; taken away before a change, written again after it
    ledger.copies/         the ledger as it was before each of the last changes, each with its seal beside it

A ledger without a seal (a build was killed while it wrote) is looked through row by row instead.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import xxhash

from search.errors import LedgerDamaged
from search.links.ledger_file import sentences
from search.links.store import LedgerStore

SEAL = ".seal"
COPIES = "ledger.copies"
COPIES_KEPT = 3
RESTORE = "请运行 bangfu restore，它会取回最近的完好副本。"
_CHUNK = 1 << 20


def seal_of(path: Path) -> Path:
    """Where the seal of a ledger file is."""
    return path.with_suffix(SEAL)


def set_seal(path: Path) -> None:
    """Seals a ledger that nobody is writing to."""
    record = json.dumps({"size": path.stat().st_size, "checksum": _checksum(path)})
    _write(seal_of(path), record.encode())


def break_seal(path: Path) -> None:
    """Takes the seal away, before a change; for good: one that a power cut brought back would call the change damage."""
    seal = seal_of(path)
    if seal.exists():
        seal.unlink(missing_ok=True)
        _sync(seal.parent)


def is_altered(path: Path) -> bool | None:
    """Whether the file is another than the one that was sealed; None where there is no seal to tell by. A sealed ledger is at rest: changes
    that wait in the log beside it are not of our making."""
    try:
        record = json.loads(seal_of(path).read_bytes())
        return bool(record["size"] != path.stat().st_size or record["checksum"] != _checksum(path))
    except FileNotFoundError:
        return None if path.exists() else True
    except (ValueError, KeyError, TypeError, OSError):
        return None


def refuse_altered(path: Path) -> None:
    """Raises LedgerDamaged where the ledger is not what it was: by its seal, or without one by a look through all of it."""
    altered = is_altered(path)
    if altered:
        raise LedgerDamaged("链接簿的文件已被改动。", hint=RESTORE)
    if altered is None and (faults := faults_of(path)):
        raise LedgerDamaged(f"链接簿已损坏：{faults[0]}", hint=RESTORE)


def faults_of(path: Path) -> tuple[str, ...]:
    """What is wrong with a ledger by a look through all of it. One that the very first build was only making has nothing that could be.
    Raises LedgerDamaged."""
    if _is_blank(path):
        return ()
    with closing(LedgerStore(path, read_only=True)) as store:
        return store.faults()


def _is_blank(path: Path) -> bool:
    """Whether the file has no table yet: its maker was killed. A file that says nothing at all is told from one that was emptied by what
    the index says: a generation in force must be known to its ledger."""
    try:
        with closing(sqlite3.connect(path, timeout=60)) as db:
            return not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    except sqlite3.DatabaseError:
        return False


def copy_to(path: Path, target: Path) -> None:
    """A whole and sealed copy of a ledger, durable, in place of what is at the target. Nobody who reads the ledger is disturbed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with sentences(), closing(sqlite3.connect(path, timeout=60)) as source, closing(sqlite3.connect(temporary)) as copy:
            source.backup(copy)
            # A copy is one file: what a log beside it would hold is lost when it is moved.
            copy.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        _put(temporary, target)
    finally:
        for leftover in (temporary, temporary.with_name(f"{temporary.name}-wal"), temporary.with_name(f"{temporary.name}-shm")):
            leftover.unlink(missing_ok=True)


def _put(file: Path, target: Path) -> None:
    """Moves a ledger file into place. The seal goes first and comes last, so that it never vouches for another file."""
    _sync(file)
    break_seal(target)
    for ending in ("-wal", "-shm"):  # of the file that was there: read with another they would be damage
        target.with_name(target.name + ending).unlink(missing_ok=True)
    os.replace(file, target)
    set_seal(target)
    _sync(target.parent)


def copy_before_change(path: Path, changes: int) -> None:
    """Lays a copy of a sealed ledger by, and drops copies older than the last few. `changes`: how many the ledger has seen, by which copies
    are told newer and older whatever the clock says."""
    folder = path.parent / COPIES
    name = f"{max(changes, 0):09}.{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.sqlite3"
    copy_to(path, folder / name)
    sealed = [copy for copy in copies(path) if seal_of(copy).exists()]
    for old in (*sealed[COPIES_KEPT:], *(copy for copy in copies(path) if copy not in sealed)):  # and those of killed builds
        break_seal(old)
        old.unlink(missing_ok=True)


def copies(path: Path) -> list[Path]:
    """The copies of a ledger, newest first. Those of older versions have no number and are older."""
    return sorted((path.parent / COPIES).glob("*.sqlite3"), key=_age, reverse=True)


def _age(copy: Path) -> tuple[int, int, str]:
    number = copy.name.split(".")[0]
    return int(number) if number.isdigit() else -1, copy.stat().st_mtime_ns, copy.name


def sound_copy(path: Path) -> Path | None:
    """The newest copy that is whole."""
    return next((copy for copy in copies(path) if is_altered(copy) is False), None)


def put_back(path: Path, copy: Path) -> None:
    """Puts a sound copy in the place of the ledger. What was there is kept beside the copies, whatever it is. Raises LedgerDamaged."""
    refuse_altered(copy)
    if path.exists():
        aside = path.parent / COPIES / f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.aside"
        aside.parent.mkdir(exist_ok=True)
        with suppress(OSError):
            shutil.copyfile(path, aside)
    copy_to(copy, path)


def _checksum(path: Path) -> str:
    digest = xxhash.xxh3_128()
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    temporary.write_bytes(data)
    _sync(temporary)
    os.replace(temporary, path)


def _sync(path: Path) -> None:
    with suppress(PermissionError):  # Windows opens no folders
        file = os.open(path, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)
