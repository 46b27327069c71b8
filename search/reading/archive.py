"""ZIP archives → their files, one by one, under names that can do no harm."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from search.errors import UnreadableSource
from search.reading.container import is_bomb, open_container, read_member
from search.settings import Settings

_UTF8_NAME = 0x800
_SYMLINK = 0xA000
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*]')


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive: its safe name with `/`, and its bytes, or why they cannot be had."""

    name: str
    data: bytes | None = None
    reason: str = ""
    hint: str = ""


def members(data: bytes, settings: Settings, wanted: Callable[[str], bool]) -> Iterator[Member]:
    """Files whose name is wanted, in the order of their names. Raises UnreadableSource when the archive as a whole is unfit."""
    with open_container(data) as container:
        entries = [entry for entry in container.infolist() if not entry.is_dir()]
        if not entries:
            raise UnreadableSource("压缩包里没有文件。")
        if len(entries) > settings.max_archive_members:
            raise UnreadableSource(
                f"压缩包里有 {len(entries)} 个文件，超过上限 {settings.max_archive_members}。", hint="请分成几个压缩包。"
            )
        expanded = 0
        for name, entry in _named(entries):
            if not wanted(name):
                continue
            member = _member(container, name, entry, settings, expanded)
            expanded += len(member.data or b"")
            yield member


def _member(container: zipfile.ZipFile, name: str, entry: zipfile.ZipInfo, settings: Settings, expanded: int) -> Member:
    if entry.external_attr >> 16 & 0xF000 == _SYMLINK:
        return Member(name, reason="压缩包内的符号链接不予跟随。")
    if entry.file_size > settings.max_source_bytes:
        return Member(name, reason=f"文件过大：{_megabytes(entry.file_size)}，上限 {_megabytes(settings.max_source_bytes)}。")
    if is_bomb(entry, settings):
        return Member(name, reason=f"压缩比超过 {settings.max_compression_ratio}，疑为压缩炸弹。")
    if expanded + entry.file_size > settings.max_expanded_bytes:
        return Member(
            name, reason=f"压缩包展开后超过 {_megabytes(settings.max_expanded_bytes)}，其余文件不再展开。", hint="请分成几个压缩包。"
        )
    try:
        data = read_member(container, entry, settings.max_source_bytes)
    except UnreadableSource as error:
        return Member(name, reason=error.message, hint=error.hint)
    return Member(name, data)


def _named(entries: list[zipfile.ZipInfo]) -> list[tuple[str, zipfile.ZipInfo]]:
    """Entries with safe names, sorted; of several with the same name the later ones are numbered."""
    taken: dict[str, int] = {}
    named = [(numbered_name(safe_name(stored_name(entry)), taken), entry) for entry in entries]
    return sorted(named, key=lambda item: item[0])


def numbered_name(name: str, taken: dict[str, int]) -> str:
    """The name, numbered where it was taken before; `taken` counts by name."""
    count = taken[name] = taken.get(name, 0) + 1
    if count == 1:
        return name
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}（{count}）.{suffix}" if dot else f"{name}（{count}）"


def stored_name(entry: zipfile.ZipInfo) -> str:
    """The name as its author saw it: UTF-8 where marked, else by its bytes (zipfile shows them as cp437)."""
    if entry.flag_bits & _UTF8_NAME:
        return entry.orig_filename
    try:
        return stored_bytes(entry.orig_filename.encode("cp437"))
    except UnicodeEncodeError:
        return entry.orig_filename


def stored_bytes(raw: bytes) -> str:
    """A name by its bytes: UTF-8, GB18030 or Big5, whichever can be."""
    for encoding in ("utf-8", "gb18030", "cp950"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def safe_name(name: str) -> str:
    """A relative path with `/` that stays below where it is put: no drive, no root, no `..`, no control characters."""
    parts = [_UNSAFE.sub("_", part).strip() for part in re.split(r"[/\\]", re.sub(r"^[A-Za-z]:", "", name))]
    kept = [part[-200:] for part in parts if part not in {"", ".", ".."}]
    return "/".join(kept[-32:]) or "无名文件"


def _megabytes(size: int) -> str:
    return f"{size / 2**20:.3g} MB"
