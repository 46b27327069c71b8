"""Pictures of pages, drawn by a child process of bounded memory and kept on the disk within a bound."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO

from search.reading import page_picture_worker
from search.reading.child import Child, OneChild
from search.reading.kept import kept_place

WIDTHS = (700, 1400)
"""Pixels across: a thumbnail or telephone, a page to read. Others are not drawn, so that nobody can fill the disk by asking."""
_SCRIPT = Path(page_picture_worker.__file__)
_SECONDS = 20.0
_PICTURES_A_PROCESS = 500
_MEMORY = 900 * 2**20
_PROCESS = OneChild()
_ENDED: dict[str, Any] = {"error": "ended"}
_STARTS = (b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"GIF8", b"BM", b"RIFF")


def get_ready() -> None:
    """Starts the process that draws, without waiting for it: whoever looks at a document is about to ask for a page."""
    if _PROCESS.child is None and _PROCESS.lock.acquire(blocking=False):
        try:
            _child()
        except OSError:
            return  # the picture will be asked for all the same
        finally:
            _PROCESS.lock.release()


def _child() -> Child:
    return _PROCESS.ready((sys.executable, "-P", str(_SCRIPT), str(_MEMORY)), _PICTURES_A_PROCESS)


def _drawn(path: Path, page: int, width: int, kept: Path, most: int) -> bytes | None:
    """The picture, kept for the next who asks, or None where the page cannot be drawn in bounded time and memory."""
    with _PROCESS.lock:
        with contextlib.suppress(OSError):  # drawn for another reader meanwhile
            return kept.read_bytes()
        try:
            child = _child()
        except OSError:
            return None
        request = json.dumps({"path": str(path), "page": page, "width": width}).encode() + b"\n"
        line, _, data = child.answer(request, seconds=_SECONDS, read=_line_and_data).partition(b"\n")
        answer: dict[str, Any] = json.loads(line) if line else _ENDED
        if answer is _ENDED or len(data) < answer.get("size", 0):
            _PROCESS.close()
            return None
        if data:
            _keep(kept, data, most)
        return data or None


def _line_and_data(out: BinaryIO) -> bytes:
    """A line, and as many bytes as it says; nothing where the line is torn."""
    line = out.readline()
    if not line.endswith(b"\n"):
        return b""
    return line + out.read(json.loads(line).get("size", 0))


def can_be_drawn(digest: str, sources: Path) -> bool:
    """Whether the source is kept and is a PDF or a picture."""
    place = kept_place(digest, sources)
    try:
        if place is None:
            return False
        with place.open("rb") as stream:
            head = stream.read(1024)
    except OSError:
        return False
    return b"%PDF-" in head or head.startswith(_STARTS)


def page_picture(digest: str, page: int, width: int, *, sources: Path, pictures: Path, most: int) -> bytes | None:
    """A page as WebP, from the disk where it was drawn before; None where it cannot be drawn. At most `most` bytes are kept."""
    place = kept_place(digest, sources)
    if place is None or not place.exists() or width not in WIDTHS or page < 1:
        return None
    kept = pictures / f"{digest}-{page}-{width}.webp"
    try:
        return kept.read_bytes()
    except OSError:
        return _drawn(place, page, width, kept, most)


def _keep(place: Path, data: bytes, most: int) -> None:
    """Keeps a picture; when all are too large together, the oldest half goes. A folder that cannot be written keeps none."""
    beside = place.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(data)
        beside.replace(place)
        kept = [(entry.stat().st_mtime_ns, entry.stat().st_size, entry.path) for entry in os.scandir(place.parent) if entry.is_file()]
        if sum(size for _, size, _ in kept) > most:
            for _, _, path in sorted(kept)[: len(kept) // 2]:
                os.unlink(path)
    except OSError:
        return
