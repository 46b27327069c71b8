"""Generations on disk: one immutable folder each, one pointer to the folder in force.

    index_data/CURRENT                 {"generation", "manifest", "previous"}: replaced by rename, never edited
    index_data/LOCK                    held (flock) by the build that is running; holds its process id
    index_data/<generation>/           files named in its manifest.json with size and checksum
    index_data/<generation>.work/      what an interrupted build of it can be taken up from (see `unfinished`)

Everything is on the disk, folder entries included, before CURRENT names it, so that a kill or a power cut at any moment
leaves the old or the new generation whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import sys
import weakref
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from search.engine.port import Manifest
from search.errors import BuildBusy, IndexDamaged, IndexMissing

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

CURRENT = "CURRENT"
LOCK = "LOCK"
MANIFEST = "manifest.json"
WORK = ".work"
FORMAT = 3
"""Raised whenever older files can no longer be read as they are."""

_FOLDER = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
_REBUILD = "请运行 bangfu build 重建索引。"


@dataclass(frozen=True, slots=True)
class Pointer:
    """What CURRENT says: the generation in force, the checksum of its manifest, and the one before it (kept as a way back)."""

    generation: str
    manifest: str
    previous: str = ""


@dataclass(frozen=True, slots=True)
class FileRecord:
    """Size in bytes and BLAKE2b checksum of a file of a generation."""

    size: int
    checksum: str


def new_name() -> str:
    """A folder name no generation has had; names sort by time."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


def checksum(path: Path) -> str:
    """BLAKE2b (20 bytes) of a file's content, as hex."""
    digest = hashlib.blake2b(digest_size=20)
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def sync_file(path: Path) -> None:
    """Waits until the file's content is on the disk."""
    descriptor = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Waits until the folder's entries are on the disk (where the system can say so)."""
    if sys.platform != "win32":
        sync_file(path)


def replace_file(path: Path, data: bytes) -> None:
    """Writes a file so that a reader sees the old content or the new, never a part."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    sync_folder(path.parent)


def read_pointer(directory: Path) -> Pointer:
    """The generation in force. Raises `IndexMissing` where there is none, `IndexDamaged` where CURRENT cannot be read."""
    try:
        data = (directory / CURRENT).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise IndexMissing("还没有索引。", hint="请先运行 bangfu build。") from None
    except OSError:
        raise IndexDamaged("索引的指针文件 CURRENT 读不出来。", hint="请检查文件权限。") from None
    try:
        pointer = Pointer(**json.loads(data))
        if not _FOLDER.fullmatch(pointer.generation):
            raise ValueError(pointer.generation)
    except (ValueError, TypeError):
        raise IndexDamaged("索引的指针文件 CURRENT 已损坏。", hint=_REBUILD) from None
    return pointer


def write_manifest(folder: Path, manifest: Manifest, files: dict[str, FileRecord]) -> str:
    """Writes the manifest durably and returns its checksum."""
    record = asdict(manifest) | {"format": FORMAT, "files": {name: [one.size, one.checksum] for name, one in sorted(files.items())}}
    data = json.dumps(record, ensure_ascii=False, indent=1).encode()
    replace_file(folder / MANIFEST, data)
    return hashlib.blake2b(data, digest_size=20).hexdigest()


def read_manifest(folder: Path, expected: str) -> tuple[Manifest, dict[str, FileRecord]]:
    """The manifest and the files it names. Raises `IndexDamaged` if it is not the one CURRENT was set to."""
    try:
        data = (folder / MANIFEST).read_bytes()
    except OSError:
        raise IndexDamaged("索引缺少 manifest.json。", hint=_REBUILD) from None
    if hashlib.blake2b(data, digest_size=20).hexdigest() != expected:
        raise IndexDamaged("索引的 manifest.json 已被改动。", hint=_REBUILD)
    record: dict[str, Any] = json.loads(data)
    if record.pop("format") != FORMAT:
        raise IndexDamaged("索引是另一版本的程序写的。", hint=_REBUILD)
    files = {name: FileRecord(size, digest) for name, (size, digest) in record.pop("files").items()}
    return Manifest(**record), files


def missing_files(folder: Path, files: dict[str, FileRecord]) -> tuple[str, ...]:
    """Sentences on files that are not there or not as long as they were written: a quick look, no reading."""
    faults = []
    for name, record in files.items():
        try:
            size = (folder / name).stat().st_size
        except OSError:
            faults.append(f"缺少文件 {name}。")
            continue
        if size != record.size:
            faults.append(f"文件 {name} 应有 {record.size} 字节，实有 {size} 字节。")
    return tuple(faults)


def altered_files(folder: Path, files: dict[str, FileRecord]) -> tuple[str, ...]:
    """Sentences on every file that is missing, short, altered, or not named in the manifest: reads everything."""
    faults = list(missing_files(folder, files))
    for name, record in files.items():
        path = folder / name
        try:
            if path.stat().st_size == record.size and checksum(path) != record.checksum:
                faults.append(f"文件 {name} 的内容已被改动。")
        except OSError:
            continue
    faults.extend(f"多出文件 {one.name}。" for one in sorted(folder.iterdir()) if one.name not in files and one.name != MANIFEST)
    return tuple(faults)


def point_to(directory: Path, generation: str, manifest: str) -> None:
    """Makes a committed generation the one in force, and drops all but it and the one before."""
    try:
        previous = read_pointer(directory).generation
    except (IndexMissing, IndexDamaged):
        previous = ""
    pointer = Pointer(generation, manifest, previous if previous != generation else "")
    replace_file(directory / CURRENT, json.dumps(asdict(pointer)).encode())
    sweep(directory)


def in_use(directory: Path) -> tuple[str, ...]:
    """The generation in force and the one before. Raises `IndexDamaged` where that is not known."""
    try:
        pointer = read_pointer(directory)
    except IndexMissing:
        return ()
    return pointer.generation, pointer.previous


def sweep(directory: Path, unfinished: str = "") -> None:
    """Removes generations neither in force nor the one before, half-built ones but for `unfinished`, and leftovers of replaced files.

    Only to be called by the holder of the lock. Files that a reader has mapped stay readable until it lets go.
    """
    try:
        spared = in_use(directory)
    except IndexDamaged:
        return  # nothing is removed while it is not known what is in force
    for path in directory.iterdir():
        name = path.name.removesuffix(WORK)
        if path.name.startswith((f".{CURRENT}.", f".{MANIFEST}.")):
            path.unlink(missing_ok=True)
        elif _FOLDER.fullmatch(name) and name != unfinished and (name not in spared or name != path.name):
            shutil.rmtree(path, ignore_errors=True)


_HELD: weakref.WeakSet[BuildLock] = weakref.WeakSet()


def _let_go() -> None:
    """In a forked worker: a lock is its builder's, and must not outlive it with the worker."""
    for lock in list(_HELD):
        lock.release()


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_let_go)


class BuildLock:
    """At most one build a directory. The system frees the lock when its holder dies, so a stale one never stands in the way."""

    def __init__(self, directory: Path) -> None:
        """Raises `BuildBusy` naming the process that holds it."""
        self._file = (directory / LOCK).open("a+b")
        try:
            if sys.platform == "win32":
                msvcrt.locking(self._file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.seek(0)
            owner = self._file.read(32).decode("ascii", "replace").strip()
            self._file.close()
            raise BuildBusy(f"另一个构建正在写这个索引（进程 {owner or '未知'}）。", hint="请等它结束，或换一个目录。") from None
        self._file.truncate(0)
        self._file.write(f"{os.getpid()}\n".encode())
        self._file.flush()
        _HELD.add(self)

    def release(self) -> None:
        """Frees the lock; harmless when done twice."""
        self._file.close()


def folders(directory: Path) -> Iterator[Path]:
    """The generation folders that are there, oldest first."""
    yield from sorted(path for path in directory.iterdir() if _FOLDER.fullmatch(path.name))
