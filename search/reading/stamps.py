"""Which files have not changed since their bytes were last looked at, told without reading them: by size, times and inode, as version
control does. What a stamp stands for is the hash of the bytes, so that a list that is lost or stale costs a reading, and nothing else."""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

FILE_NAME = "known-files.json"
SETTLED = 2_000_000_000
"""Nanoseconds after a change from which a stamp is believed: a second change within the tick of a file system's clock leaves the same
times."""

_Kept = dict[str, tuple[str, str]]


def stamp_of(status: os.stat_result) -> str:
    """What tells a file from its changed self; empty where nothing does: changed just now, or on a system that does not say when."""
    if sys.platform == "win32" or time.time_ns() - max(status.st_ctime_ns, status.st_mtime_ns) < SETTLED:
        return ""
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino} {status.st_dev}"


@dataclass(slots=True)
class KnownFiles:
    """Path → stamp and SHA-256 of the files that were looked at before. `to_read` are paths whose bytes are wanted whatever is known."""

    known: _Kept = field(default_factory=dict)
    to_read: Collection[str] = ()
    met: _Kept = field(default_factory=dict)
    """Those of this walk."""

    @classmethod
    def load(cls, path: Path) -> KnownFiles:
        """What was kept in a file; nothing where it cannot be read."""
        try:
            return cls(msgspec.json.decode(path.read_bytes(), type=_Kept))
        except (OSError, ValueError):
            return cls()

    def digest(self, path: str, stamp: str) -> str:
        """The SHA-256 of a file with this stamp; empty where it must be read."""
        known = self.known.get(path)
        return known[1] if known is not None and stamp and known[0] == stamp and path not in self.to_read else ""

    def note(self, path: str, stamp: str, digest: str) -> None:
        """A file that was met, and what it holds."""
        if stamp:
            self.met[path] = stamp, digest

    def save(self, path: Path) -> None:
        """Keeps what was met for the next walk, if the disk takes it."""
        if self.met == self.known:
            return
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with suppress(OSError, UnicodeError):
            try:
                temporary.write_bytes(msgspec.json.encode(self.met))
                os.replace(temporary, path)
            finally:
                temporary.unlink(missing_ok=True)
