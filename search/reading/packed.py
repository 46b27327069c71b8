"""7z and RAR archives → their files, one by one, under names that can do no harm.

Read over libarchive (BSD), the system's own, by libarchive-c (CC0): one library for both, and none that binds anyone. py7zr and what it
brings are LGPL and know no RAR; rarfile needs unrar, which is not free. Native code: only ever run in a limited process.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from search.errors import UnreadableSource
from search.reading.archive import Member, numbered_name, safe_name
from search.settings import Settings

SEVEN_ZIP, RAR = b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"
_FORMATS = ((SEVEN_ZIP, "7z", "7zip"), (RAR + b"\0", "RAR", "rar"), (RAR + b"\1", "RAR", "rar5"), (RAR, "RAR", "rar"))
_INSTALL = "请安装：pip install 'bangfu[archives]'（另需系统自带的 libarchive），或解压后收录。"
_REPACK = "请重新下载，或解压后收录。"


def is_packed(data: bytes) -> bool:
    """Whether the bytes begin as 7z or RAR archives do."""
    return data.startswith((SEVEN_ZIP, RAR))


def packed_files(data: bytes, settings: Settings, wanted: Callable[[str], bool]) -> Iterator[Member]:
    """Files whose name is wanted, in the order they lie in. Raises UnreadableSource when the archive as a whole is unfit, or nothing
    here reads it."""
    name, form = next((name, form) for magic, name, form in _FORMATS if data.startswith(magic))
    libarchive = _library(name)
    limit = min(settings.max_expanded_bytes, max(2**20, len(data) * settings.max_compression_ratio))
    try:
        with libarchive.memory_reader(data, format_name=form) as archive:
            yield from _members(libarchive, archive, limit, settings, wanted)
    except libarchive.ArchiveError as error:
        said = str(error).lower()
        if "passphrase" in said or "encrypt" in said or "password" in said:
            raise UnreadableSource(f"{name} 压缩包已加密，需要密码。", hint="请解压后收录。") from None
        raise UnreadableSource(f"{name} 压缩包已损坏，打不开。", hint=_REPACK) from None


def _library(name: str) -> Any:
    try:
        return import_module("libarchive")  # an extra, which looks for the system's library when it is loaded
    except (ImportError, OSError, AttributeError, TypeError):
        raise UnreadableSource(f"没有安装读取 {name} 压缩包的组件。", hint=_INSTALL) from None


def _members(libarchive: Any, archive: Any, limit: int, settings: Settings, wanted: Callable[[str], bool]) -> Iterator[Member]:
    taken: dict[str, int] = {}
    expanded = 0
    for count, entry in enumerate(archive, 1):
        if count > settings.max_archive_members * 4 or len(taken) > settings.max_archive_members:
            raise UnreadableSource(f"压缩包里的文件超过上限 {settings.max_archive_members}。", hint="请分成几个压缩包。")
        if entry.isdir:
            continue
        name = numbered_name(safe_name(entry.pathname or ""), taken)
        if not wanted(name):
            continue
        if _is_encrypted(libarchive, entry):
            yield Member(name, reason="已加密，需要密码。", hint="请解压后收录。")
            continue
        if not entry.isreg:
            yield Member(name, reason="压缩包内的链接和设备不予跟随。")
            continue
        parts: list[bytes] = []
        size = 0
        for block in entry.get_blocks():
            size += len(block)
            expanded += len(block)
            if expanded > limit:
                raise UnreadableSource("压缩包展开后过大（疑为压缩炸弹）。", hint="请分成几个压缩包。")
            if size > settings.max_source_bytes:
                break
            parts.append(bytes(block))
        if size > settings.max_source_bytes:
            yield Member(name, reason=f"文件过大，上限 {settings.max_source_bytes / 2**20:.3g} MB。")
        else:
            yield Member(name, b"".join(parts))


def _is_encrypted(libarchive: Any, entry: Any) -> bool:
    """Of files that are only stored libarchive gives what it finds, cipher or not."""
    asked = libarchive.ffi.libarchive.archive_entry_is_encrypted
    asked.argtypes, asked.restype = [ctypes.c_void_p], ctypes.c_int
    return bool(asked(entry._entry_p))
