"""Generations on disk: one immutable folder each, one pointer to the folder in force.

    index_data/CURRENT                 what is in force, and the ones before that are kept: replaced by rename, never edited
    index_data/LOCK                    held (flock) by the build that is running; holds its process id
    index_data/<generation>/           files named in its manifest.json with size and checksum
    index_data/<generation>.work/      what an interrupted build of it can be taken up from (see `unfinished`)

Everything is on the disk, folder entries included, before CURRENT names it, so that a kill or a power cut at any moment
leaves the old or the new generation whole. Who reads a generation holds a shared lock on its manifest, and nothing that is read is removed.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from search.engine.whoosh.files.records import (
    CURRENT,
    FOLDER,
    MANIFEST,
    Pointer,
    altered_files,
    digest_of,
    make_folder,
    read_manifest,
    read_pointer,
    refuse_damage,
    replace_file,
    sync_file,
    sync_folder,
)
from search.errors import BuildBusy, IndexDamaged, IndexMissing

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK = "LOCK"
WORK = ".work"
KEPT = 3
"""Generations kept unless told otherwise: the one in force, and those to go back to."""


def new_name() -> str:
    """A folder name no generation has had; names sort by time."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


def roll_back(directory: Path, to: str = "") -> str:
    """Puts the generation before the one in force, or the one named, in force again, and returns its name. The one that was in force stays,
    last among those to go back to. Raises `IndexMissing`, `IndexDamaged`, `BuildBusy`."""
    lock = BuildLock(directory)
    try:
        pointer = read_pointer(directory)
        chosen = next((one for one in pointer.earlier if to in ("", one[0])), None)
        if chosen is None:
            kept = "、".join(name for name, _ in pointer.earlier) or "无"
            raise IndexMissing("没有可以退回的旧版本。", hint=f"保留着的旧版本：{kept}。")
        folder = directory / chosen[0]
        refuse_damage(folder, read_manifest(folder, chosen[1])[1])
        manifest = chosen[1] or digest_of((folder / MANIFEST).read_bytes())
        others = tuple(one for one in pointer.earlier if one != chosen)
        now = Pointer(chosen[0], manifest, (*others, (pointer.generation, pointer.manifest)))
        replace_file(directory / CURRENT, now.to_json())
        return now.generation
    finally:
        lock.release()


def kept_generations(directory: Path) -> tuple[str, ...]:
    """The generations kept behind the one in force, newest first. Empty where that is not known."""
    try:
        return tuple(name for name, _ in read_pointer(directory).earlier if (directory / name).is_dir())
    except (IndexDamaged, IndexMissing):
        return ()


def verify(directory: Path, generation: str) -> tuple[str, ...]:
    """Sentences on every file of a generation that is missing, altered or foreign."""
    named = dict(read_pointer(directory).all)
    try:
        return altered_files(directory / generation, read_manifest(directory / generation, named.get(generation, ""))[1])
    except IndexDamaged as error:
        return (error.message,)


def copy_in_force(directory: Path, target: Path) -> str:
    """Copies the generation in force into another index directory, verifies the copy, and puts it in force there; its name. What is
    there already under this name and sound is not copied again. Raises `IndexMissing`, `IndexDamaged`, `BuildBusy`."""
    generation, stated = read_pointer(directory).all[0]
    source = directory / generation
    held = ReaderLock(source)
    files = read_manifest(source, stated)[1]
    refuse_damage(source, files)
    make_folder(target)
    lock = BuildLock(target)
    try:
        copy = target / generation
        try:
            sound = not altered_files(copy, read_manifest(copy, stated)[1])
        except (IndexDamaged, OSError):
            sound = False
        if not sound:
            shutil.rmtree(copy, ignore_errors=True)
            copy.mkdir()
            for name in (*files, MANIFEST):
                shutil.copyfile(source / name, copy / name)
                sync_file(copy / name)
            sync_folder(copy)
            if faults := altered_files(copy, read_manifest(copy, stated)[1]):
                raise IndexDamaged(faults[0], hint="复制时出错，请检查磁盘。")
        point_to(target, generation, stated)
        return generation
    finally:
        lock.release()
        del held


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Keeps builds away. Raises `BuildBusy`."""
    make_folder(directory)
    lock = BuildLock(directory)
    try:
        yield
    finally:
        lock.release()


def point_to(directory: Path, generation: str, manifest: str, keep: int = KEPT) -> None:
    """Makes a committed generation the one in force, and drops all but the `keep` newest: it and those that were in force before it."""
    try:
        before = read_pointer(directory).all
    except (IndexMissing, IndexDamaged):
        before = ()
    earlier = tuple(one for one in before if one[0] != generation and (directory / one[0]).is_dir())[: max(1, keep) - 1]
    replace_file(directory / CURRENT, Pointer(generation, manifest, earlier).to_json())
    sweep(directory)


def in_use(directory: Path) -> tuple[str, ...]:
    """The generation in force and those kept behind it. Raises `IndexDamaged` where that is not known."""
    try:
        return tuple(name for name, _ in read_pointer(directory).all)
    except IndexMissing:
        return ()


def sweep(directory: Path, unfinished: str = "") -> None:
    """Removes generations that are not kept and that nobody reads, half-built ones but for `unfinished`, and leftovers of replaced files.

    Only to be called by the holder of the lock."""
    try:
        spared = in_use(directory)
    except IndexDamaged:
        return  # nothing is removed while it is not known what is in force
    for path in directory.iterdir():
        name = path.name.removesuffix(WORK)
        if path.name.startswith((f".{CURRENT}.", f".{MANIFEST}.")):
            path.unlink(missing_ok=True)
        elif FOLDER.fullmatch(name) and name != unfinished and (name not in spared or name != path.name) and not is_read(path):
            shutil.rmtree(path, ignore_errors=True)


def candidates(directory: Path) -> tuple[tuple[str, str], ...]:
    """Generations that may answer where the one in force cannot, best first, each with the checksum of its manifest. Where CURRENT cannot
    be read, all that were ever complete, newest first, by the word of their own manifests."""
    try:
        return read_pointer(directory).earlier
    except IndexDamaged:
        begun = {path.name.removesuffix(WORK) for path in directory.glob(f"*{WORK}")}
        whole = [path for path in folders(directory) if path.name not in begun and (path / MANIFEST).exists()]
        return tuple((path.name, "") for path in sorted(whole, key=lambda path: (path / MANIFEST).stat().st_mtime_ns, reverse=True))


class ReaderLock:
    """That a generation is being read, said to whoever sweeps, in any process. It ends with the process at the latest."""

    def __init__(self, folder: Path) -> None:
        self._file: int | None = None
        try:
            self._file = os.open(folder / MANIFEST, os.O_RDONLY)
            if sys.platform != "win32":
                fcntl.flock(self._file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:  # swept in this moment, or a file system without locks: opening the files will tell
            pass
        if self._file is not None:
            weakref.finalize(self, os.close, self._file)


def is_read(folder: Path) -> bool:
    """Whether a process has this generation open."""
    if sys.platform == "win32":  # what is mapped cannot be removed there
        return False
    try:
        file = os.open(folder / MANIFEST, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(file)
    return False


_HELD: weakref.WeakSet[BuildLock] = weakref.WeakSet()


def _let_go() -> None:
    """In a forked worker: a lock is its builder's, and must not outlive it with the worker."""
    for lock in list(_HELD):
        lock.release()


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_let_go)


class BuildLock:
    """At most one build a directory. The system frees the lock when its holder dies, so a stale one never stands in the way."""

    def __init__(self, directory: Path) -> None:
        """Raises `BuildBusy` naming the process that holds it."""
        self._file = (directory / LOCK).open("a+b")
        try:
            if sys.platform == "win32":
                msvcrt.locking(self._file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.seek(0)
            owner = self._file.read(32).decode("ascii", "replace").strip()
            self._file.close()
            raise BuildBusy(f"另一个构建正在写这个索引（进程 {owner or '未知'}）。", hint="请等它结束，或换一个目录。") from None
        self._file.truncate(0)
        self._file.write(f"{os.getpid()}\n".encode())
        self._file.flush()
        _HELD.add(self)

    def release(self) -> None:
        """Frees the lock; harmless when done twice."""
        self._file.close()


def folders(directory: Path) -> Iterator[Path]:
    """The generation folders that are there, oldest first."""
    yield from sorted(path for path in directory.iterdir() if FOLDER.fullmatch(path.name))
