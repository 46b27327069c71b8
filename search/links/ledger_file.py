"""The file of the ledger: opened, brought to this version, and what SQLite says of it as sentences of ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search.errors import IndexDamaged, LedgerDamaged, StorageFault
from search.links.intake import LOOKUP_BITS
from search.links.keys import key_of

SCHEMA = Path(__file__).with_name("schema.sql")
UPGRADE = Path(__file__).with_name("upgrade.sql")
VERSION = 2
LEAD_COLUMNS = "id, generation, state, target, parts, candidates, similarity"
HINT = "ledger.sqlite3 已损坏或不可读，请运行 bangfu restore，从最近的副本或备份恢复。"


def open_ledger(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """A connection to the file; made where there is none, unless it is only read. Raises LedgerDamaged, StorageFault, and IndexDamaged
    where a later version wrote it."""
    try:
        db = _open_read_only(path) if read_only else _open(path)
        version = _version(db)
    except sqlite3.DatabaseError as error:
        if _of_the_disk(error):
            raise _disk_fault() from error
        raise LedgerDamaged("链接簿无法打开。", hint=HINT) from error
    if version > VERSION:
        db.close()
        raise IndexDamaged("链接簿由更新的版本写成。", hint="请升级本程序。")
    return db


def is_older(db: sqlite3.Connection) -> bool:
    """Whether an earlier version wrote it."""
    return _version(db) < VERSION


def upgrade(db: sqlite3.Connection) -> None:
    """Brings the tables of an earlier version to this one, in one transaction. Texts stay as they were compressed."""
    db.create_function("key_of", 1, key_of, deterministic=True)
    db.executescript(
        f"BEGIN IMMEDIATE;{UPGRADE.read_text(encoding='utf-8')};{SCHEMA.read_text(encoding='utf-8')};"
        f"INSERT INTO passage SELECT key_of(id), snapshot, position, lookup & {LOOKUP_BITS} FROM passage_before ORDER BY 1, 2;"
        f"INSERT INTO successor SELECT key_of(id), {LEAD_COLUMNS.partition(', ')[2]} FROM successor_before;"
        f"DROP TABLE passage_before;DROP TABLE successor_before;PRAGMA user_version = {VERSION};COMMIT;VACUUM;"
    )


def _version(db: sqlite3.Connection) -> int:
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
    try:
        # WAL: a build never makes the pages wait. FULL: what was committed survives a power cut too. Small pages: half of the last page
        # of every text is lost; a ledger keeps those it was made with.
        for pragma in ("page_size = 1024", "journal_mode = WAL", "synchronous = FULL", "cache_size = -32768"):
            db.execute(f"PRAGMA {pragma}")
        if _version(db) == 0:
            db.executescript(f"BEGIN IMMEDIATE;{SCHEMA.read_text(encoding='utf-8')};PRAGMA user_version = {VERSION};COMMIT;")
    except BaseException:
        db.close()
        raise
    return db


def _open_read_only(path: Path) -> sqlite3.Connection:
    """For serving. A directory that cannot be written has no place for WAL's shared memory: then the file is read as it stands."""
    location = path.resolve().as_uri()
    for mode in ("mode=ro", "mode=ro&immutable=1"):
        db = sqlite3.connect(f"{location}?{mode}", uri=True, timeout=60, isolation_level=None, check_same_thread=False)
        try:
            db.execute("SELECT count(*) FROM generation").fetchone()
        except sqlite3.OperationalError:
            db.close()
            continue
        except BaseException:
            db.close()
            raise
        return db
    raise sqlite3.OperationalError("unable to open the ledger")


def _of_the_disk(error: sqlite3.Error) -> bool:
    """Whether it is the disk that does not do as it is told, and no damage."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY)


def _disk_fault() -> StorageFault:
    return StorageFault("链接簿读写不成：磁盘已满、出错或只读，索引没有改动。", hint="请检查磁盘，再运行一次。")


@contextmanager
def sentences() -> Iterator[None]:
    """What SQLite says of a file that is damaged, or a disk that is full, as an error of ours."""
    try:
        yield
    except sqlite3.OperationalError as error:
        said = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if said in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise StorageFault("链接簿正由另一个进程写。", hint="请稍后再试。") from error
        if _of_the_disk(error):
            raise _disk_fault() from error
        raise LedgerDamaged("链接簿读不出来。", hint=HINT) from error
    except sqlite3.DatabaseError as error:
        raise LedgerDamaged("链接簿已损坏。", hint=HINT) from error
