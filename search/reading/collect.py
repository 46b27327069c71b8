"""Files and folders → sources: a walk in a fixed order, with a sentence for every file that cannot be one."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from search.errors import UnreadableSource
from search.model import Metadata, Origin, Source
from search.reading import limited
from search.reading.contents import CARRIERS, archived, attached, fetched
from search.reading.documents import TABLES, documents_in
from search.reading.found import FoundSource, source_of
from search.reading.registry import HARMLESS
from search.reading.sidecar import COLLECTION_FILE, MAX_SIDECAR_BYTES, override, read_sidecar
from search.reading.sniff import ARCHIVE, CSV, WARC, format_of
from search.reading.stamps import KnownFiles, stamp_of
from search.settings import Settings

_SYSTEM_NAMES = {"thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "$recycle.bin", "system volume information", "icon\r"}
_MAX_DEPTH = 64
_ENCLOSED = "/附件"
_MAX_ENCLOSED = 3
_PARSED_HERE = 4_096
"""Bytes of a sidecar that is harmless whatever is in it: what TOML takes grows with the square of a key's parts."""
_APART = frozenset({ARCHIVE, WARC}) | CARRIERS | TABLES - {CSV}
"""Formats that are opened in a limited process to see what they hold."""
_Identity = tuple[int, int]
"""Device and inode: the same file, by whatever name."""


def collect(paths: Sequence[str | Path], settings: Settings, known: KnownFiles | None = None) -> Iterator[FoundSource]:
    """Everything below the given files and folders, in the order given and then of names.

    Yields one `FoundSource` per source (members of an archive and rows of a table of documents are sources of their own), and one per
    file that cannot be read. Hidden and system files are passed over. A file reached twice is given once. What `labels.toml`
    at the root of a folder says holds for each of its sources, where the file beside the source says nothing else. A file
    that is `known` by its stamp is given unread. Never raises for what it finds.
    """
    known = known or KnownFiles()
    names: set[str] = set()
    seen: set[_Identity] = set()
    roots = tuple(os.path.realpath(path) for path in paths)
    for path in map(Path, paths):
        common, warnings = collection_labels(path, settings)
        for found in _below(path, settings, seen, roots, known):
            if found.source is not None:
                sidecar = found.sidecar if common is None else override(common, found.sidecar)
                found = replace(found, sidecar=sidecar, warnings=(*warnings, *found.warnings))
                warnings = ()  # said once a folder
            yield _with_own_name(found, path, names)


def collection_labels(folder: str | Path, settings: Settings | None = None) -> tuple[Metadata | None, tuple[str, ...]]:
    """What `labels.toml` at the root of a folder says of all its sources, and what in it was not understood; None when there is none."""
    path, settings = Path(folder) / COLLECTION_FILE, settings or Settings()
    try:
        with path.open("rb") as stream:
            said, warnings = _sidecar(stream.read(MAX_SIDECAR_BYTES + 1), settings)
    except OSError:
        return None, ()
    return said, tuple(f"{COLLECTION_FILE}：{warning}" for warning in warnings)


def _with_own_name(found: FoundSource, root: Path, names: set[str]) -> FoundSource:
    """The same name may be below two folders given: the later is told by its folder's name, then by a number."""
    name = found.name
    if name in names:
        name = f"{display_name(root.name)}/{found.name}"
    count = 1
    while name in names:
        count += 1
        name = f"{found.name}（{count}）"
    names.add(name)
    if name == found.name:
        return found
    return replace(found, name=name, source=found.source and replace(found.source, name=name))


def _below(path: Path, settings: Settings, seen: set[_Identity], roots: Sequence[str], known: KnownFiles) -> Iterator[FoundSource]:
    try:
        status = path.stat()
    except (OSError, ValueError):
        yield FoundSource(display_name(path.name or str(path)), reason="没有这个文件或文件夹。", hint="请检查路径。")
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _folder(path, "", settings, seen, (), roots, known)
    else:
        yield from _file(path, display_name(path.name), _beside(path), settings, seen, known)


def _folder(
    folder: Path,
    prefix: str,
    settings: Settings,
    seen: set[_Identity],
    above: tuple[_Identity, ...],
    roots: Sequence[str],
    known: KnownFiles,
) -> Iterator[FoundSource]:
    """Sources below a folder. `above` are the folders on the way here: a link that leads back to one is a loop, one that leads out of all
    `roots` is not followed."""
    try:
        status = folder.stat()
        entries = sorted(os.listdir(folder))
    except OSError:
        yield FoundSource(prefix.rstrip("/") or display_name(folder.name), reason="文件夹打不开（没有权限或已损坏）。", hint="请检查权限。")
        return
    here = (status.st_dev, status.st_ino)
    if len(above) > _MAX_DEPTH:
        yield FoundSource(prefix.rstrip("/"), reason=f"文件夹套了超过 {_MAX_DEPTH} 层，不再进入。")
        return
    if here in above:
        yield FoundSource(prefix.rstrip("/"), reason="符号链接绕回上层文件夹，不再进入。")
        return
    present = {entry for entry in entries if not _passed_over(entry)}
    for entry in sorted(present):
        path, name = folder / entry, prefix + display_name(entry)
        if path.is_symlink() and path.exists() and not _is_inside(path, roots):
            yield FoundSource(name, reason="链接指向所给文件夹之外，不予跟随。", hint="请把文件复制进来，或把那个文件夹也作为来源给出。")
        elif path.is_dir():
            yield from _folder(path, name + "/", settings, seen, (*above, here), roots, known)
        elif entry == COLLECTION_FILE and not prefix:
            continue
        elif entry.endswith(".toml"):
            if not _described(entry, present):
                yield FoundSource(name, reason="旁注文件没有对应的原始件。", hint="旁注应与原始件同名，如 甲.txt 旁的 甲.toml。")
        else:
            yield from _file(
                path,
                name,
                [folder / other for other in _sidecar_names(entry) if other in present and _is_inside(folder / other, roots)],
                settings,
                seen,
                known,
            )


def _is_inside(path: Path, roots: Sequence[str]) -> bool:
    """Whether what a path leads to lies below one of the folders given, or is one of the files given."""
    real = os.path.realpath(path)
    return any(real == root or real.startswith(root.rstrip(os.sep) + os.sep) for root in roots)


def _file(
    path: Path, name: str, beside: Sequence[Path], settings: Settings, seen: set[_Identity], known: KnownFiles
) -> Iterator[FoundSource]:
    """A file of a folder: read whole, within the limit, and expanded if it holds several sources."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            yield FoundSource(name, reason="不是普通文件。")
            return
        identity = (status.st_dev, status.st_ino)
        if identity in seen:
            return
        seen.add(identity)
        if status.st_size > settings.max_source_bytes:
            size, limit = status.st_size / 2**20, settings.max_source_bytes / 2**20
            yield FoundSource(
                name, reason=f"文件过大：{size:.3g} MB，上限 {limit:.3g} MB。", hint="请分成几个文件，或调高 BANGFU_MAX_SOURCE_BYTES。"
            )
            return
        where, stamp = os.path.abspath(path), stamp_of(status)
        if digest := known.digest(where, stamp):
            sidecar, warnings = _said(beside, settings)
            yield FoundSource(
                name, Source(name, b"", digest), sidecar=sidecar, warnings=warnings, path=where, stamp=stamp, unread=status.st_size
            )
            return
        with path.open("rb") as stream:
            data = stream.read(settings.max_source_bytes + 1)
    except PermissionError:
        yield FoundSource(name, reason="没有读取权限。", hint="请检查文件权限。")
        return
    except FileNotFoundError:
        yield FoundSource(name, reason="符号链接指向的文件不存在。")
        return
    except OSError:
        yield FoundSource(name, reason="文件打不开（链接成环或磁盘错误）。")
        return
    sidecar, warnings = _said(beside, settings)
    yield from _apart(name, data, sidecar, warnings, settings, where, stamp)


def _apart(
    name: str, data: bytes, sidecar: Metadata | None, warnings: tuple[str, ...], settings: Settings, path: str, stamp: str
) -> Iterator[FoundSource]:
    """Like `expanded`; archives, letters and workbooks are opened in a limited process. What can be nothing but one source is known by
    the file's path and stamp."""
    source = source_of(name, data)
    try:
        form = format_of(source)
        if form not in _APART and not (form == CSV and len(data) > HARMLESS):
            for found in expanded(name, data, sidecar, warnings, settings):
                yield found if form in TABLES or found.source is None else replace(found, path=path, stamp=stamp)
            return
    except UnreadableSource as error:
        yield FoundSource(name, reason=error.message, hint=error.hint, warnings=warnings)
        return
    try:
        yield from limited.stream("expand", name, data, sidecar, warnings, False, settings=settings)
    except UnreadableSource as error:  # what was given before stands; the rest is not to be had
        yield FoundSource(name, reason=error.message, hint=error.hint, warnings=warnings)


def expanded(
    name: str, data: bytes, sidecar: Metadata | None, warnings: tuple[str, ...], settings: Settings, *, nested: bool = False
) -> Iterator[FoundSource]:
    """The sources that a file holds: itself, what came with it, the members of an archive, or the rows of a table of documents."""
    source = source_of(name, data)
    try:
        form = format_of(source)
        if form == ARCHIVE:
            if nested:
                raise UnreadableSource("压缩包中的压缩包不再展开。", hint="请先解压。")
            yield from _archive(source, sidecar, settings)
        elif form == WARC:
            yield from _web_archive(source, sidecar, settings)
        elif form in TABLES:
            yield from documents_in(source, form, sidecar, warnings, settings)
        else:
            yield FoundSource(name, source, sidecar=sidecar, warnings=warnings)
            if form in CARRIERS:
                yield from _letter(form, source, settings, nested)
    except UnreadableSource as error:
        yield FoundSource(name, reason=error.message, hint=error.hint, warnings=warnings)


def _archive(source: Source, outer: Metadata | None, settings: Settings) -> Iterator[FoundSource]:
    """Members of an archive, each with the sidecar that lies beside it in the archive, else the archive's own."""
    notes = archived(source, settings, lambda name: name.endswith(".toml"))
    sidecars = {note.name: note.data for note in notes if note.data is not None}
    described: set[str] = set()
    count = 0
    for member in archived(source, settings, is_collectable):
        count += 1
        name = f"{source.name}/{member.name}"
        said: Metadata | None = outer
        warnings: tuple[str, ...] = ()
        for other in _sidecar_names(member.name):
            if other in sidecars:
                described.add(other)
                said, warnings = read_sidecar(sidecars[other])
                break
        if member.data is None:
            yield FoundSource(name, reason=member.reason, hint=member.hint)
        else:
            yield from expanded(name, member.data, said, warnings, settings, nested=True)
    for other in sorted(set(sidecars) - described):
        if other != COLLECTION_FILE:
            yield FoundSource(f"{source.name}/{other}", reason="旁注文件没有对应的原始件。", hint="旁注应与原始件同名。")
    if not count:
        raise UnreadableSource("压缩包里没有可收录的文件。")


def _letter(form: str, source: Source, settings: Settings, nested: bool) -> Iterator[FoundSource]:
    """What came with a letter. An archive in it is opened, but not a letter's letter's letter."""
    if source.name.count(f"{_ENCLOSED}/") >= _MAX_ENCLOSED:
        yield FoundSource(f"{source.name}{_ENCLOSED}", reason="邮件层层套附，不再展开。", hint="请另存附件后收录。")
        return
    try:
        for member in attached(form, source, settings):
            name = f"{source.name}{_ENCLOSED}/{member.name}"
            if member.data is None:
                yield FoundSource(name, reason=member.reason, hint=member.hint)
            else:
                yield from expanded(name, member.data, None, (), settings, nested=nested)
    except UnreadableSource as error:
        yield FoundSource(f"{source.name}{_ENCLOSED}", reason=error.message, hint=error.hint)


def _web_archive(source: Source, outer: Metadata | None, settings: Settings) -> Iterator[FoundSource]:
    """The pages of a web archive; what the user says of the whole holds for each."""
    count = 0
    try:
        for member, stated in fetched(source, settings):
            count += 1
            yield from expanded(f"{source.name}/{member.name}", member.data or b"", override(stated, outer), (), settings, nested=True)
    except UnreadableSource as error:
        if not count:
            raise
        yield FoundSource(f"{source.name}/（其余）", reason=error.message, hint=error.hint)
    if not count:
        raise UnreadableSource("网页存档里没有可收录的网页。")


def is_collectable(member: str) -> bool:
    """Whether a file of this name, with the folders above it, may be a source: no sidecar, nothing hidden, nothing a system leaves."""
    return not member.endswith(".toml") and not any(_passed_over(part) for part in member.split("/"))


def _said(beside: Sequence[Path], settings: Settings) -> tuple[Metadata | None, tuple[str, ...]]:
    """What the first sidecar there is says."""
    for path in beside:
        try:
            with path.open("rb") as stream:
                return _sidecar(stream.read(MAX_SIDECAR_BYTES + 1), settings)
        except OSError:
            return None, ("旁注文件打不开，未采用。",)
    return None, ()


def _sidecar(data: bytes, settings: Settings) -> tuple[Metadata, tuple[str, ...]]:
    """What a sidecar says; a large one is parsed in a limited process, for a few dots in a row make the parser take all memory there is."""
    if len(data) <= _PARSED_HERE:
        return read_sidecar(data)
    try:
        said: tuple[Metadata, tuple[str, ...]] = limited.run("sidecar", data, settings=settings)
    except UnreadableSource as error:
        return Metadata(origin=Origin.USER), (f"旁注{error.message.removeprefix('文件')}未采用。",)
    return said


def _beside(path: Path) -> list[Path]:
    return [other for name in _sidecar_names(path.name) if (other := path.with_name(name)).is_file()]


def _sidecar_names(name: str) -> tuple[str, ...]:
    """Where the sidecar of a file may be: `name.txt.toml`, then `name.toml`."""
    suffix = PurePosixPath(name).suffix
    return (f"{name}.toml", f"{name.removesuffix(suffix)}.toml") if suffix else (f"{name}.toml",)


def _described(sidecar: str, present: set[str]) -> bool:
    stem = sidecar.removesuffix(".toml")
    return any(entry == stem or PurePosixPath(entry).stem == stem for entry in present if entry != sidecar)


def _passed_over(name: str) -> bool:
    """Hidden files, and what systems and office programs leave behind."""
    return name.startswith((".", "~$")) or name.lower() in _SYSTEM_NAMES


def display_name(name: str) -> str:
    """A file's name as text: composed, without bytes that are no characters and without control characters."""
    if name.isprintable() and unicodedata.is_normalized("NFC", name):
        return name  # a byte that is no character would not be printable
    raw = os.fsencode(name)
    for encoding in ("utf-8", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        text = raw.decode("utf-8", errors="backslashreplace")
    return "".join(character if character.isprintable() else "_" for character in unicodedata.normalize("NFC", text))
