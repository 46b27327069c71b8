"""Sources kept beside the index, by the digest of their bytes: so that their pages can be shown and the files downloaded."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from search.model import Source

SOURCES_FOLDER, OCR_FOLDER, PICTURES_FOLDER = "sources", "ocr", "pages"
"""Beside the index: sources as they were given; pages read by OCR; pictures of pages. The last two are safe to delete."""
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LEFT = re.compile(r"[0-9a-f]{64}\.\d+")
"""A source that was being written."""


def keep_source(source: Source, folder: str) -> None:
    """Writes the source under its digest, unless it is there whole. A full disk is no reason to fail a build."""
    place = kept_place(source.sha256, folder)
    if place is None or _holds(place, source.data):
        return
    beside = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            file.write(source.data)
            file.flush()
            os.fsync(file.fileno())  # its name says what is in it, after a power cut too
        beside.replace(place)
    except OSError:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def settle_sources(folder: Path) -> None:
    """Waits until what was kept has its names on the disk, and removes what killed builds left half-written. For the one build that
    runs."""
    if not folder.is_dir():
        return
    for part in (*(Path(one.path) for one in os.scandir(folder) if one.is_dir()), folder, folder.parent):
        if part.parent == folder:
            for name in os.listdir(part):
                if _LEFT.fullmatch(name):
                    (part / name).unlink(missing_ok=True)
        _sync(part)


def drop_sources(folder: Path, since: int) -> None:
    """Removes what was kept since a moment, in nanoseconds: a build that found the disk full must not leave it so."""
    for path in folder.rglob("*") if folder.is_dir() else ():
        with suppress(OSError):
            if path.is_file() and path.stat().st_mtime_ns >= since:
                path.unlink()


def _holds(place: Path, data: bytes) -> bool:
    try:
        return place.stat().st_size == len(data) and place.read_bytes() == data
    except OSError:
        return False


def _sync(folder: Path) -> None:
    with suppress(PermissionError):  # Windows opens no folders
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def altered_sources(folder: Path) -> Iterator[str]:
    """Names, below the folder, of kept sources whose bytes are not those their name says, and of files that are no kept source."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or _LEFT.fullmatch(path.name):
            continue
        name = path.relative_to(folder).as_posix()
        if kept_place(path.name, folder) != path:
            yield name
            continue
        digest = hashlib.sha256()
        try:
            with path.open("rb") as file:
                while chunk := file.read(1 << 20):
                    digest.update(chunk)
        except OSError:
            yield name
            continue
        if digest.hexdigest() != path.name:
            yield name


def copy_sources(folder: Path, target: Path) -> None:
    """Copies the kept sources that the target lacks. Raises OSError."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        place = kept_place(path.name, target)
        if not path.is_file() or place is None or place.exists():
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = place.with_name(f"{place.name}.{os.getpid()}")
        shutil.copyfile(path, beside)
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        beside.replace(place)
    settle_sources(target)


def kept_place(digest: str, folder: str | Path) -> Path | None:
    """Where a source of that digest lies, or would lie; None without a folder, and for what is no digest."""
    return Path(folder) / digest[:2] / digest if str(folder) and _DIGEST.fullmatch(digest) else None
