"""What is on the disk when the power goes, made of a recording.

What a program wrote is on the disk for certain only when it waited for it (`fsync`): until then a file's new bytes may be there in
part, in any order, or as zeros, and each folder may have lost its latest changes, however old they are. Folders keep the order of
their own changes, as journals do; no folder's changes wait for another's.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

from tests.faults.recorder import FOLDER, Entries, Event, Recording, Written

PAGE = 4096

Tree = tuple[dict[str, int], dict[int, bytes]]
"""Path → number of the file or FOLDER; number → content."""


def written_so_far(recording: Recording, upto: int, torn: float | None = None) -> Tree:
    """The folder after the first `upto` events, all of it written: what a killed program leaves. `torn`: with this share of the next event,
    where that is a write."""
    entries, files = dict(recording.entries), dict(recording.files)
    for event in recording.events[:upto]:
        _apply(entries, files, event)
    if torn is not None and upto < len(recording.events) and isinstance(event := recording.events[upto], Written):
        files[event.file] = _part(event.before, event.after, torn)
    return entries, files


def after_power_cut(recording: Recording, upto: int, chance: random.Random) -> Tree:
    """What may be on the disk when the power goes after the first `upto` events."""
    durable, entries = dict(recording.files), dict(recording.entries)
    latest = dict(recording.files)
    pending: dict[str, list[dict[str, int | None]]] = {}
    for event in recording.events[:upto]:
        if isinstance(event, Written):
            latest[event.file] = event.after
        elif isinstance(event, Entries):
            for change in _single(event):
                pending.setdefault(_folder(next(reversed(change))), []).append(change)
        elif isinstance(event.what, int):
            durable[event.what] = latest.get(event.what, b"")
        else:
            for change in pending.pop(event.what, []):
                _enter(entries, change)
    for changes in pending.values():
        for change in changes[: chance.choice((0, len(changes), chance.randint(0, len(changes))))]:
            _enter(entries, change)
    files = {number: _survived(durable.get(number, b""), content, chance) for number, content in latest.items()}
    return entries, files


def lay_out(tree: Tree, place: Path) -> None:
    """Writes it to a folder that is not there yet. What lies in a folder that was lost is lost with it."""
    entries, files = tree
    place.mkdir()
    for path in sorted(entries):
        target = place / path
        if not target.parent.is_dir():
            continue
        if entries[path] == FOLDER:
            target.mkdir()
        else:
            target.write_bytes(files.get(entries[path], b""))


def _single(event: Entries) -> list[dict[str, int | None]]:
    """A renaming is one change, in which the old name goes and the new one comes; all else is a change per name."""
    if len(set(map(_folder, event.changes))) == 1 and {number is None for number in event.changes.values()} == {True, False}:
        return [event.changes]
    return [{path: number} for path, number in event.changes.items()]


def _folder(path: str) -> str:
    return os.path.dirname(path)


def _apply(entries: dict[str, int], files: dict[int, bytes], event: Event) -> None:
    if isinstance(event, Written):
        files[event.file] = event.after
    elif isinstance(event, Entries):
        _enter(entries, event.changes)


def _enter(entries: dict[str, int], changes: dict[str, int | None]) -> None:
    for path, number in changes.items():
        if number is None:
            entries.pop(path, None)
        else:
            entries[path] = number


def _survived(durable: bytes, latest: bytes, chance: random.Random) -> bytes:
    """One of the contents a file may have that was not waited for."""
    if durable == latest:
        return latest
    kind = chance.randrange(4)
    if kind == 0:
        return durable
    if kind == 1:
        return latest
    if kind == 2 and len(latest) > len(durable):  # the length was noted, the bytes were not
        return durable + bytes(len(latest) - len(durable))
    pages = range(0, max(len(latest), len(durable)), PAGE)
    return b"".join((latest if chance.random() < 0.5 else durable)[at : at + PAGE] for at in pages)


def _part(before: bytes, after: bytes, share: float) -> bytes:
    """`after` written up to a share of what differs, in order."""
    start = next((at for at, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), min(len(before), len(after)))
    end = start + int((len(after) - start) * share)
    return after[:end] + before[end:]
