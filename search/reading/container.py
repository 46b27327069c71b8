"""ZIP containers, opened with suspicion: an archive of files, a Word file, a workbook."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib

from search.errors import UnreadableSource
from search.settings import Settings

BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, ValueError, OSError, EOFError, NotImplementedError, RuntimeError, OverflowError,
    IndexError, KeyError, UnicodeError, MemoryError,
)  # fmt: skip
"""What the zipfile module is known to raise on damaged or hostile input."""
_MAX_ENTRIES = 50_000
_RATIO_FROM_BYTES = 2**20
_DOCTYPE = re.compile(rb"<\0?!\0?(D\0?O\0?C\0?T\0?Y\0?P\0?E|E\0?N\0?T\0?I\0?T\0?Y)")


def open_container(data: bytes, what: str = "压缩包") -> zipfile.ZipFile:
    """The container. Raises UnreadableSource when it is damaged or its directory absurdly long (before reading it)."""
    if data.count(b"PK\x01\x02") > _MAX_ENTRIES:
        raise UnreadableSource(f"{what}的目录超过 {_MAX_ENTRIES} 项。")
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except BROKEN:
        raise UnreadableSource(f"{what}已损坏，打不开。", hint="请重新下载或另存。") from None


def is_bomb(member: zipfile.ZipInfo, settings: Settings) -> bool:
    """Whether a member shrinks further than any text does."""
    return member.file_size > _RATIO_FROM_BYTES and member.file_size > member.compress_size * settings.max_compression_ratio


def read_member(container: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> bytes:
    """The bytes of a member, at most `limit` and one more. Raises UnreadableSource when it is damaged or encrypted."""
    if member.flag_bits & 0x1:
        raise UnreadableSource("压缩包内的文件已加密。", hint="请解压后收录。")
    try:
        with container.open(member) as stream:
            return stream.read(limit + 1)
    except BROKEN:
        raise UnreadableSource("压缩包内的文件已损坏，或压缩方式不受支持。", hint="请重新打包为普通 ZIP。") from None


def open_package(data: bytes, what: str, settings: Settings, *, doctype: bool = False) -> zipfile.ZipFile:
    """An Office package whose parts stay within the limits and declare no entities, unless `doctype` allows a declaration
    (the pages of a book have one; their reader resolves nothing). Raises UnreadableSource."""
    package = open_container(data, what)
    total = 0
    for member in package.infolist():
        total += member.file_size
        if total > settings.max_expanded_bytes or is_bomb(member, settings):
            raise UnreadableSource(f"{what}展开后过大（疑为压缩炸弹）。")
        if not doctype and member.filename.endswith((".xml", ".rels")) and _DOCTYPE.search(_head(package, member, what)):
            raise UnreadableSource(f"{what}含有不允许的实体声明。")
    return package


def _head(package: zipfile.ZipFile, member: zipfile.ZipInfo, what: str) -> bytes:
    """The first kilobytes of a part: a document type declaration can occur nowhere else."""
    try:
        with package.open(member) as stream:
            return stream.read(64 * 1024)
    except BROKEN:
        raise UnreadableSource(f"{what}已损坏，打不开。", hint="请重新下载或另存。") from None
