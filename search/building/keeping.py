"""What keeps an index whole over the years: verifying all of it, going back a generation, backing up, restoring."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from search.engine.choice import generation_in_force, keeps_generations, keeps_ledger, open_engine, open_ledger, state_directory
from search.engine.port import KeepsFiles, KeepsGenerations, Manifest
from search.errors import BadRequest, IndexDamaged, IndexMissing, LedgerDamaged, LedgerLost, SearchError, StorageFault, storage_fault
from search.links import FILE_NAME, Ledger
from search.links import guard as ledger_guard
from search.reading.kept import SOURCES_FOLDER, altered_sources, copy_sources
from search.settings import Settings

_HINT = "请运行 bangfu restore 取回链接簿；若确要从头开始，请用 bangfu build --new-ledger。"

__all__ = ["Checked", "back_up", "check", "ledger_for_build", "restore", "roll_back"]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at every file found. `faults` are sentences, none where all is sound; `manifest` is of the generation in force, None
    where that cannot be opened."""

    faults: tuple[str, ...]
    manifest: Manifest | None


def check(url: str, settings: Settings | None = None) -> Checked:
    """Reads every file of the generation in force, of those kept behind it, and the ledger, and compares them with each other. Raises
    IndexMissing where there is no index."""
    faults: list[str] = []
    manifest = None
    kept = keeps_generations(url)
    try:
        if kept:
            faults += kept[0].verify(kept[1], generation_in_force(url))
        engine = open_engine(url)
        manifest = engine.manifest()
        if not kept:
            faults += engine.check()
        engine.close()
    except IndexDamaged as error:
        faults += [] if error.message in faults else [str(error)]
    for name in kept[0].kept_generations(kept[1]) if kept else ():
        faults += [f"旧版本 {name}：{fault}" for fault in kept[0].verify(kept[1], name)] if kept else []
    if keeps_ledger(url):
        faults += _faults_kept(url, manifest)
    else:
        faults += _ledger_faults(_ledger_path(url, settings), manifest)
    faults += _source_faults(_sources(url, settings))
    return Checked(tuple(faults), manifest)


def _sources(url: str, settings: Settings | None) -> Path:
    chosen = settings or Settings()
    return Path(chosen.sources_folder) if chosen.sources_folder else state_directory(url, chosen.state) / SOURCES_FOLDER


def _source_faults(folder: Path) -> Iterator[str]:
    for name in altered_sources(folder) if folder.is_dir() else ():
        yield f"保存的原始件 {name} 已被改动；删去后运行 bangfu build --full 会重新保存。"


def roll_back(url: str, to: str = "") -> str:
    """Puts the generation before the one in force, or the one named, in force again; its name. Raises SearchError."""
    body, place = _keeping(url)
    with _disk():
        return body.roll_back(place, to)


def _ledger_faults(path: Path, manifest: Manifest | None) -> Iterator[str]:
    if not path.exists():
        yield f"缺少链接簿 {FILE_NAME}。{_HINT}"
        return
    if ledger_guard.is_altered(path):
        yield f"链接簿 {FILE_NAME} 的内容已被改动。{ledger_guard.RESTORE}"
        return
    try:
        with Ledger(path, read_only=True) as ledger:
            yield from _faults_of(ledger, manifest)
    except LedgerDamaged as error:
        yield str(error)
    for copy in ledger_guard.copies(path):
        if _is_unsound(copy):
            yield f"链接簿的副本 {copy.name} 已损坏；可以删去。"


def _is_unsound(copy: Path) -> bool:
    """Whether a copy is of no use. One without a seal, whose maker was killed, is looked through."""
    altered = ledger_guard.is_altered(copy)
    try:
        return bool(ledger_guard.faults_of(copy)) if altered is None else altered
    except LedgerDamaged:
        return True


def _faults_kept(url: str, manifest: Manifest | None) -> Iterator[str]:
    """What is wrong with a ledger that the engine keeps."""
    kept = open_ledger(url, read_only=True)
    if kept is None:
        yield f"缺少链接簿。{_HINT}"
        return
    with Ledger(kept, read_only=True) as ledger:
        yield from _faults_of(ledger, manifest)


def _faults_of(ledger: Ledger, manifest: Manifest | None) -> Iterator[str]:
    yield from (f"链接簿：{fault}" for fault in ledger.store.faults())
    if manifest is None:
        return
    if not ledger.knows(manifest.generation):
        yield f"链接簿不认识当前版本 {manifest.generation}。{_HINT}"
    elif (known := ledger.documents(manifest.generation)) != manifest.documents:
        yield f"链接簿记着 {known} 件文献，当前版本有 {manifest.documents} 件。{_HINT}"


@contextmanager
def ledger_for_build(url: str, settings: Settings, *, new: bool = False) -> Iterator[Ledger]:
    """The ledger a build writes to.

    Raises LedgerDamaged, and LedgerLost where it is missing or knows nothing of the generation in force, unless a `new` one is wanted:
    building on would give out ids while forgetting where old ones lead."""
    path = _ledger_path(url, settings)
    in_force = _in_force(url)
    kept = open_ledger(url)
    if kept is not None:
        path.parent.mkdir(parents=True, exist_ok=True)  # for what an interrupted build leaves; the rows are guarded by their keeper
    elif path.exists():
        ledger_guard.refuse_altered(path)
    elif in_force and not new:
        raise LedgerLost("链接簿不见了，而索引还在。", hint=_HINT)
    with Ledger(path if kept is None else kept) as ledger:
        if in_force and not new and not ledger.knows(in_force):
            raise LedgerLost(f"链接簿不认识当前版本 {in_force}：它不是这个索引的，或是旧的副本。", hint=_HINT)
        yield ledger


@contextmanager
def ledger_to_read(url: str, settings: Settings) -> Iterator[Ledger]:
    """The ledger of an index, for reading. Raises LedgerLost where there is none."""
    path, kept = _ledger_path(url, settings), open_ledger(url, read_only=True)
    if kept is None and not path.exists():
        raise LedgerLost("链接簿不见了，而索引还在。", hint=_HINT)
    with Ledger(path if kept is None else kept, read_only=True) as ledger:
        yield ledger


def _in_force(url: str) -> str:
    try:
        return generation_in_force(url)
    except (IndexMissing, IndexDamaged):
        return ""


def back_up(url: str, folder: Path, settings: Settings | None = None) -> str:
    """Copies ledger and generation in force into a folder, which is an index itself afterwards; the generation's name. Every file is
    verified on the way. Nothing else of the folder is touched. Raises SearchError."""
    (body, place), path = _on_disk(url), _ledger_path(url, settings)
    with _disk(), body.locked(place):
        if path.exists():
            ledger_guard.refuse_altered(path)
            ledger_guard.copy_to(path, folder / FILE_NAME)
        copy_sources(_sources(url, settings), folder / SOURCES_FOLDER)
        return body.copy_in_force(place, str(folder))


def restore(url: str, folder: Path | None = None, settings: Settings | None = None) -> str:
    """Puts back what `back_up` copied, or without a folder the ledger's newest sound copy; the name of the generation in force then.

    A ledger that is sound and knows the generation stays: it knows at least as much. What the ledger does not know of the generation in
    force is entered. Raises SearchError where there is nothing sound to put back."""
    with _disk():
        return _restored(url, folder, settings)


def _restored(url: str, folder: Path | None, settings: Settings | None) -> str:
    (body, place), path = _on_disk(url), _ledger_path(url, settings)
    if folder is None:
        copy = ledger_guard.sound_copy(path)
        if copy is None:
            raise LedgerLost("没有完好的链接簿副本。", hint="请给出备份目录：bangfu restore DIR。")
        with body.locked(place):
            ledger_guard.put_back(path, copy)
    else:
        source = f"whoosh:{folder}"
        if faults := check(source).faults:
            raise IndexDamaged(f"备份已损坏：{faults[0]}", hint="请检查磁盘，或换一份备份。")
        wanted = generation_in_force(source)
        with body.locked(place):
            if not _knows(path, wanted):
                ledger_guard.put_back(path, folder / FILE_NAME)
        body.copy_in_force(str(folder), place)
        copy_sources(folder / SOURCES_FOLDER, _sources(url, settings))
    _catch_up(url, path)
    return generation_in_force(url)


def _knows(path: Path, generation: str) -> bool:
    try:
        ledger_guard.refuse_altered(path)
        with Ledger(path, read_only=True) as ledger:
            return ledger.knows(generation)
    except StorageFault:
        raise  # the disk says nothing of the ledger: it may well know more than the copy that would take its place
    except SearchError:
        return False


def _catch_up(url: str, path: Path) -> None:
    """Enters the generation in force into a ledger that is older than it."""
    try:
        engine = open_engine(url)
    except (IndexMissing, IndexDamaged):
        return
    try:
        generation = engine.manifest().generation
        with Ledger(path) as ledger:
            if not ledger.knows(generation):
                ids = list(engine.document_ids())
                ledger.record(generation, (document for id_ in ids if (document := engine.document(id_)) is not None))
    finally:
        engine.close()


@contextmanager
def _disk() -> Iterator[None]:
    """What the disk says, as an error of ours."""
    try:
        yield
    except OSError as error:
        raise storage_fault(error) from error


def _ledger_path(url: str, settings: Settings | None) -> Path:
    return state_directory(url, settings.state if settings else "") / FILE_NAME


def _on_disk(url: str) -> tuple[KeepsFiles, str]:
    """As `_keeping`, for what deals with files."""
    body, place = _keeping(url)
    if not isinstance(body, KeepsFiles):
        raise BadRequest("这个索引在集群里。", hint="请用集群的快照备份和恢复，或用 bangfu copy 复制到 whoosh:目录。")
    return body, place


def _keeping(url: str) -> tuple[KeepsGenerations, str]:
    kept = keeps_generations(url)
    if kept is None:
        raise BadRequest("这个引擎在本机磁盘上没有索引。", hint="请用 whoosh:目录。")
    return kept
