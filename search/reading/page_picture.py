"""Pictures of pages, drawn by a child process of bounded memory and kept on the disk within a bound."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from search.reading import page_picture_worker
from search.reading.kept import kept_place

WIDTHS = (700, 1400)
"""Pixels across: a thumbnail or telephone, a page to read. Others are not drawn, so that nobody can fill the disk by asking."""
_SCRIPT = Path(page_picture_worker.__file__)
_SECONDS = 20.0
_MEMORY = 900 * 2**20
_ENDED: dict[str, Any] = {"error": "ended"}
_STARTS = (b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"GIF8", b"BM", b"RIFF")


class _PictureDesk:
    """The running process of this interpreter, if any, and the lock that lets one thread at a time use it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.inherited: list[subprocess.Popen[bytes]] = []

    def forget(self) -> None:
        """After a fork the process is the parent's: the child starts its own."""
        if self.process is not None:
            self.inherited.append(self.process)
        self.process, self.lock = None, threading.Lock()

    def close(self) -> None:
        """Ends the process and closes its pipes."""
        process, self.process = self.process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue
        process.wait()

    def drawn(self, path: Path, page: int, width: int) -> bytes | None:
        """The picture, or None where the page cannot be drawn in bounded time and memory."""
        with self.lock:
            if self.process is not None and self.process.poll() is not None:
                self.close()
            if self.process is None:
                command = [sys.executable, "-P", str(_SCRIPT), str(_MEMORY)]
                self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            process = self.process
            assert process.stdin is not None
            assert process.stdout is not None
            timer = threading.Timer(_SECONDS, process.kill)
            timer.start()
            try:
                process.stdin.write(json.dumps({"path": str(path), "page": page, "width": width}).encode() + b"\n")
                process.stdin.flush()
                line = process.stdout.readline()
                answer: dict[str, Any] = json.loads(line) if line.endswith(b"\n") else _ENDED
                data = b"" if "error" in answer else process.stdout.read(answer["size"])
            except OSError:
                answer, data = _ENDED, b""
            finally:
                timer.cancel()
                timer.join()
            if answer is _ENDED or len(data) < answer.get("size", 0):
                self.close()
                return None
            return data or None


_DESK = _PictureDesk()
atexit.register(_DESK.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_DESK.forget)


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
        data = _DESK.drawn(place, page, width)
    if data is not None:
        _keep(kept, data, most)
    return data


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
