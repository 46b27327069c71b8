"""Sources kept beside the index, by the digest of their bytes: so that their pages can be shown and the files downloaded."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from search.model import Source

SOURCES_FOLDER, OCR_FOLDER, PICTURES_FOLDER = "sources", "ocr", "pages"
"""Beside the index: sources as they were given; pages read by OCR; pictures of pages. The last two are safe to delete."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


def keep_source(source: Source, folder: str) -> None:
    """Writes the source under its digest, unless it is there. A full disk is no reason to fail a build."""
    place = kept_place(source.sha256, folder)
    if place is None or place.exists():
        return
    beside = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(source.data)
        beside.replace(place)
    except OSError:
        beside.unlink(missing_ok=True)


def altered_sources(folder: Path) -> Iterator[str]:
    """Names, below the folder, of kept sources whose bytes are not those their name says, and of files that are no kept source."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
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
        beside.replace(place)


def kept_place(digest: str, folder: str | Path) -> Path | None:
    """Where a source of that digest lies, or would lie; None without a folder, and for what is no digest."""
    return Path(folder) / digest[:2] / digest if str(folder) and _DIGEST.fullmatch(digest) else None
