"""What a generation says of itself, and what says which one is in force: pointer, manifest, checksums. All of it tells when it was altered.

The pointer is `CURRENT`, the manifest `manifest.json` in the folder of each generation.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import xxhash

from search.engine.port import Manifest
from search.errors import IndexDamaged, IndexMissing

CURRENT = "CURRENT"
MANIFEST = "manifest.json"
FORMAT = 6
"""Raised whenever older files can no longer be read as they are."""

FOLDER = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
"""What generations are called."""
_REBUILD = "请运行 bangfu build 重建索引。"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Pointer:
    """What CURRENT says: the generation in force and the checksum of its manifest, and the same of those before it, newest first, kept as
    a way back."""

    generation: str
    manifest: str
    earlier: tuple[tuple[str, str], ...] = ()

    @property
    def all(self) -> tuple[tuple[str, str], ...]:
        """Every generation it names, with the checksum of its manifest ("" where an older version did not write it down)."""
        return ((self.generation, self.manifest), *self.earlier)

    def to_json(self) -> bytes:
        """As it is written, with a checksum of its own."""
        record = {"generation": self.generation, "manifest": self.manifest, "earlier": self.earlier}
        return json.dumps(record | {"sum": digest_of(json.dumps(record).encode())}).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Pointer:
        """The pointer again, of older versions too. Raises ValueError, TypeError or KeyError for what is none."""
        record = json.loads(data)
        if set(record) == {"generation", "manifest", "previous"}:  # as older versions wrote it
            earlier: tuple[tuple[str, str], ...] = ((str(record["previous"]), ""),) if record["previous"] else ()
        else:
            stated = record.pop("sum")
            if stated != digest_of(json.dumps(record).encode()):
                raise ValueError("sum")
            earlier = tuple((str(name), str(manifest)) for name, manifest in record["earlier"])
        pointer = cls(record["generation"], record["manifest"], earlier)
        if not all(FOLDER.fullmatch(name) for name, _ in pointer.all):
            raise ValueError(pointer.generation)
        return pointer


@dataclass(frozen=True, slots=True)
class FileRecord:
    """Size in bytes and checksum of a file of a generation."""

    size: int
    checksum: str


def digest_of(data: bytes) -> str:
    """XXH3 (128 bits) as hex. It tells damage, not malice: who can write here can do worse."""
    return xxhash.xxh3_128(data).hexdigest()


def checksum(path: Path, like: str = "") -> str:
    """XXH3 (128 bits) of a file's content, as hex; BLAKE2b where `like` is one, as older versions wrote."""
    digest = hashlib.blake2b(digest_size=20) if len(like) == 40 else xxhash.xxh3_128()
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(_CHUNK):
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


def make_folder(path: Path) -> None:
    """Makes a folder, and those above it, so that a power cut does not take them away again."""
    missing = [one for one in (path, *path.parents) if not one.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for one in missing:
        sync_folder(one.parent)


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
        return Pointer.from_json(data)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise IndexDamaged("索引的指针文件 CURRENT 已损坏。", hint=_REBUILD) from None


def write_manifest(folder: Path, manifest: Manifest, files: dict[str, FileRecord]) -> str:
    """Writes the manifest durably and returns its checksum."""
    record = asdict(manifest) | {"format": FORMAT, "files": {name: [one.size, one.checksum] for name, one in sorted(files.items())}}
    record["sum"] = digest_of(json.dumps(record, sort_keys=True).encode())
    data = json.dumps(record, ensure_ascii=False, indent=1).encode()
    replace_file(folder / MANIFEST, data)
    return digest_of(data)


def read_manifest(folder: Path, expected: str) -> tuple[Manifest, dict[str, FileRecord]]:
    """The manifest and the files it names. Raises `IndexDamaged` if it is not the one CURRENT was set to; with `expected` empty, if it
    does not agree with itself."""
    try:
        data = (folder / MANIFEST).read_bytes()
    except OSError:
        raise IndexDamaged("索引缺少 manifest.json。", hint=_REBUILD) from None
    if expected and expected not in (digest_of(data), hashlib.blake2b(data, digest_size=20).hexdigest()):
        raise IndexDamaged("索引的 manifest.json 已被改动。", hint=_REBUILD)
    try:
        record: dict[str, Any] = json.loads(data)
        stated = record.pop("sum", "")
        if not expected and stated != digest_of(json.dumps(record, sort_keys=True).encode()):
            raise IndexDamaged("索引的 manifest.json 已被改动。", hint=_REBUILD)
        if record.pop("format") != FORMAT:
            raise IndexDamaged("索引是另一版本的程序写的。", hint=_REBUILD)
        files = {name: FileRecord(size, digest) for name, (size, digest) in record.pop("files").items()}
        return Manifest(**record), files
    except (ValueError, TypeError, KeyError, AttributeError):
        raise IndexDamaged("索引的 manifest.json 读不懂。", hint=_REBUILD) from None


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


_SOUND: dict[tuple[int, int], tuple[int, int, int, str]] = {}
"""Device and inode of each file found sound by this process, with size, times and checksum: it is read through once."""


def refuse_damage(folder: Path, files: dict[str, FileRecord]) -> None:
    """Raises `IndexDamaged` for the first file that is missing, short or altered. What this process has found sound, and nobody has
    written to since, is not read again."""
    faults = missing_files(folder, files)
    if faults:
        raise IndexDamaged(faults[0], hint=_REBUILD)
    for name, record in files.items():
        path = folder / name
        try:
            status = path.stat()
            identity, seen = (status.st_dev, status.st_ino), (status.st_size, status.st_mtime_ns, status.st_ctime_ns, record.checksum)
            if _SOUND.get(identity) == seen:
                continue
            if checksum(path, record.checksum) != record.checksum:
                raise IndexDamaged(f"文件 {name} 的内容已被改动。", hint=_REBUILD)
        except OSError:
            raise IndexDamaged(f"文件 {name} 读不出来。", hint=_REBUILD) from None
        _SOUND[identity] = seen


def altered_files(folder: Path, files: dict[str, FileRecord]) -> tuple[str, ...]:
    """Sentences on every file that is missing, short, altered, or not named in the manifest: reads everything."""
    faults = list(missing_files(folder, files))
    for name, record in files.items():
        path = folder / name
        try:
            if path.stat().st_size == record.size and checksum(path, record.checksum) != record.checksum:
                faults.append(f"文件 {name} 的内容已被改动。")
        except OSError:
            continue
    faults.extend(f"多出文件 {one.name}。" for one in sorted(folder.iterdir()) if one.name not in files and one.name != MANIFEST)
    return tuple(faults)
