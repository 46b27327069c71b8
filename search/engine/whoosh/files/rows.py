"""A file of stored rows, read a row at a time."""

from __future__ import annotations

import os
import weakref
from pathlib import Path
from threading import Lock


class RowFile:
    """Read, not mapped: a row is copied once anyway, and what was read long ago is the system's to drop, not this process's to hold. The
    file is closed when nothing uses it any more. Thread-safe. Raises `OSError`."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        self._lock = Lock()
        weakref.finalize(self, os.close, self._file)

    def read(self, begin: int, end: int) -> bytes:
        """The bytes from `begin` up to `end`."""
        if hasattr(os, "pread"):
            return os.pread(self._file, end - begin, begin)
        with self._lock:
            os.lseek(self._file, begin, os.SEEK_SET)
            return os.read(self._file, end - begin)
