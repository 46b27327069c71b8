"""A file layer that notes what a task does to a folder, step by step, so that a power cut after any of them can be played again.

Every call that changes what is on the disk, or waits for the disk, is a step: syncing, renaming, linking, removing, making folders,
and each statement of SQLite. What was written between two steps is found by comparing the folder before and after, so that native code
is seen too."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = -1
"""What an entry names that is a folder, instead of a file's number."""
_CALLS = ("fsync", "fdatasync", "replace", "rename", "link", "unlink", "remove", "rmdir", "mkdir")
_SHARED = ("-shm",)
"""Memory that SQLite's connections share: worth nothing after a power cut."""
_DURABLE = re.compile(r"\s*(COMMIT|PRAGMA journal_mode|BEGIN IMMEDIATE;.*COMMIT)", re.DOTALL)
"""Statements that return when the log is on the disk (`synchronous` is FULL or EXTRA)."""
_CHANCE = re.compile(r"[0-9a-f]{8,}|\d{8}T\d+Z|\d{3,}")


@dataclass(frozen=True)
class Entries:
    """Names that come, go or lead elsewhere, all at once: path → number of the file, FOLDER, or None."""

    changes: dict[str, int | None]


@dataclass(frozen=True)
class Written:
    """The content of a file, before and after."""

    file: int
    before: bytes
    after: bytes


@dataclass(frozen=True)
class Synced:
    """A file's content, or a folder's entries (by its path, "" for the folder itself), are on the disk."""

    what: int | str


Event = Entries | Written | Synced


@dataclass(frozen=True)
class Recording:
    """What was there before, and what happened, with the name of the step each event belongs to."""

    files: dict[int, bytes]
    entries: dict[str, int]
    events: tuple[Event, ...]
    steps: tuple[str, ...]


class Recorder:
    """Watches a folder while `recording`. `on_step` is called before each step with its number and name, and may kill, or raise OSError."""

    def __init__(self, root: Path, on_step: Callable[[int, str], None] | None = None, *, watch: bool = True) -> None:
        self._root = root
        self._on_step = on_step or (lambda _number, _name: None)
        self._watch = watch
        self._numbers: dict[int, int] = {}
        self._files: dict[int, bytes] = {}
        self._entries: dict[str, int] = {}
        self._events: list[Event] = []
        self._names: list[str] = []
        self._made = 0
        self.steps: list[str] = []
        if watch:
            self._look("", ordered=False)
        self._before = dict(self._files), dict(self._entries)
        self._events.clear()
        self._names.clear()

    @property
    def recording(self) -> Recording:
        """All so far."""
        return Recording(*self._before, tuple(self._events), tuple(self._names))

    @contextmanager
    def installed(self) -> Iterator[Recorder]:
        """Puts the layer under this process."""
        real = {name: getattr(os, name) for name in _CALLS}
        connect = sqlite3.connect
        recorder = self

        class Watched(sqlite3.Connection):
            def execute(self, sql: str, *values: Any) -> Any:
                return recorder._statement(sql, lambda: super(Watched, self).execute(sql, *values))

            def executemany(self, sql: str, values: Any) -> Any:
                return recorder._statement(sql, lambda: super(Watched, self).executemany(sql, values))

            def executescript(self, sql: str) -> Any:
                return recorder._statement(sql, lambda: super(Watched, self).executescript(sql))

            def close(self) -> None:
                recorder._statement("close", super().close)

        def watched(*place: Any, **how: Any) -> Any:
            return connect(*place, **{**how, "factory": Watched})

        try:
            for name, call in real.items():
                setattr(os, name, self._call(name, call))
            sqlite3.connect = watched
            yield self
        finally:
            for name, call in real.items():
                setattr(os, name, call)
            sqlite3.connect = connect
            if self._watch:
                self._look("the end")

    def _call(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*place: Any, **how: Any) -> Any:
            said = self._said(place, how)
            if said is None:
                return call(*place, **how)
            label = f"{name} {said}"
            self._step(label)
            if name not in ("fsync", "fdatasync"):
                found = call(*place, **how)
                self._after(label)
                return found
            self._after(label)
            found = call(*place, **how)
            if self._watch:
                about = os.fstat(place[0])
                self._note(label, Synced(self._numbers.get(about.st_ino, said if said != "." else "")))
            return found

        return called

    def _said(self, place: tuple[Any, ...], how: dict[str, Any]) -> str | None:
        """The path below the folder that a call is about; None where it is about another place."""
        what = place[-1] if isinstance(place[-1], (str, os.PathLike)) else place[0]
        if isinstance(what, int):
            path = os.readlink(f"/proc/self/fd/{what}")
        elif how.get("dir_fd") is not None:
            path = os.path.join(os.readlink(f"/proc/self/fd/{how['dir_fd']}"), os.fspath(what))
        else:
            path = os.path.abspath(os.fspath(what))
        if path != str(self._root) and not path.startswith(f"{self._root}{os.sep}"):
            return None
        return os.path.relpath(path, self._root)

    def _statement(self, sql: str, run: Callable[[], Any]) -> Any:
        word = " ".join(sql.split()[:2])
        label = f"SQLite {word}"
        self._step(label)
        found = run()
        self._after(label, ordered=True)
        if self._watch and _DURABLE.match(sql):
            for path, file in self._entries.items():
                if path.endswith((".sqlite3", "-wal")) and file != FOLDER:
                    self._note(label, Synced(file))
        return found

    def _step(self, name: str) -> None:
        self.steps.append(_CHANCE.sub("…", name))
        self._on_step(len(self.steps), self.steps[-1])
        if self._watch:
            self._look(f"before {name}")

    def _after(self, name: str, *, ordered: bool = False) -> None:
        if self._watch:
            self._look(name, ordered=ordered)

    def _note(self, name: str, event: Event) -> None:
        self._events.append(event)
        self._names.append(name)

    def _look(self, name: str, *, ordered: bool = False) -> None:
        """Compares the folder with what was known, and notes what differs. `ordered`: SQLite's own order, in which the log is emptied only
        when the database it was written into is on the disk."""
        found, contents = self._seen()
        gone = {inode for inode, number in self._numbers.items() if number not in set(found.values())}
        changes: dict[str, int | None] = {path: number for path, number in found.items() if self._entries.get(path) != number}
        changes |= dict.fromkeys(self._entries.keys() - found.keys())
        removed: dict[str, int | None] = {path: number for path, number in changes.items() if number is None}
        made: dict[str, int | None] = {path: number for path, number in changes.items() if number is not None}
        both = name.split(" ")[0] in ("replace", "rename")
        if made or (both and changes):
            self._note(name, Entries(changes if both else made))
        for number in sorted(contents, key=lambda one: self._is_log(one, found)):
            before = self._files.get(number, b"")
            if contents[number] != before:
                self._note(name, Written(number, before, contents[number]))
                if ordered and not self._is_log(number, found) and len(self._files.get(number, b"")) > 0:
                    self._note(name, Synced(number))
        if removed and not both:
            self._note(name, Entries(removed))
        self._files.update(contents)
        self._entries = found
        for inode in gone:
            self._numbers.pop(inode)

    @staticmethod
    def _is_log(number: int, found: dict[str, int]) -> bool:
        return any(path.endswith("-wal") for path, one in found.items() if one == number)

    def _seen(self) -> tuple[dict[str, int], dict[int, bytes]]:
        found: dict[str, int] = {}
        contents: dict[int, bytes] = {}
        for folder, folders, files in os.walk(self._root):
            for name in folders:
                found[os.path.relpath(os.path.join(folder, name), self._root)] = FOLDER
            for name in files:
                path = os.path.join(folder, name)
                if name.endswith(_SHARED):
                    continue
                inode = os.stat(path).st_ino
                if inode not in self._numbers:
                    self._made += 1
                    self._numbers[inode] = self._made
                number = self._numbers[inode]
                found[os.path.relpath(path, self._root)] = number
                if number not in contents:
                    contents[number] = Path(path).read_bytes()
        return found, contents
