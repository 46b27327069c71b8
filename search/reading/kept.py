"""Sources kept beside the index, by the digest of their bytes: so that their pages can be shown and the files downloaded."""

from __future__ import annotations

import os
import re
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


def kept_place(digest: str, folder: str | Path) -> Path | None:
    """Where a source of that digest lies, or would lie; None without a folder, and for what is no digest."""
    return Path(folder) / digest[:2] / digest if str(folder) and _DIGEST.fullmatch(digest) else None
