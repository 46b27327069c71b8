"""TAR archives and compressed files (gzip, bzip2, xz) → their files, one by one, under names that can do no harm."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import IO, Any

from search.errors import UnreadableSource
from search.reading.archive import Member, numbered_name, safe_name, stored_bytes
from search.settings import Settings

GZIP, BZIP2, XZ = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0"
_OPENERS: tuple[tuple[bytes, Callable[[io.BytesIO], Any]], ...] = (
    (GZIP, lambda raw: gzip.GzipFile(fileobj=raw)),
    (BZIP2, bz2.BZ2File),
    (XZ, lzma.LZMAFile),
)
_BROKEN = (tarfile.TarError, OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, OverflowError, RuntimeError, MemoryError)
_BLOCK = 512


class _Measured(io.RawIOBase):
    """A stream that stops where it has given more than any honest archive of its size would."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        self.stream, self.left = stream, limit

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes. Raises UnreadableSource past the limit."""
        data = self.stream.read(min(size if size >= 0 else 2**20, 2**20))
        self.left -= len(data)
        if self.left < 0:
            raise UnreadableSource("压缩包展开后过大（疑为压缩炸弹）。", hint="请分成几个压缩包。")
        return data


def is_compressed(data: bytes) -> bool:
    """Whether the bytes begin as gzip, bzip2 or xz do."""
    return data.startswith((GZIP, BZIP2, XZ))


def opening(data: bytes, size: int) -> bytes:
    """The first bytes of what is compressed; empty where it is damaged."""
    try:
        return _opened(data).read(size)
    except _BROKEN:
        return b""


def is_tar(head: bytes) -> bool:
    """Whether a file begins with the header of an archive: its checksum is right, whatever its dialect."""
    if len(head) < _BLOCK:
        return False
    try:
        tarfile.TarInfo.frombuf(head[:_BLOCK], "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError):
        return False
    return True


def files(name: str, data: bytes, settings: Settings, wanted: Callable[[str], bool]) -> Iterator[Member]:
    """Files whose name is wanted, in the order they lie in. Raises UnreadableSource when the archive as a whole is unfit.

    Two passes by the caller (for sidecars, then for sources) read twice and hold one file at a time.
    """
    limit = min(settings.max_expanded_bytes, max(2**20, len(data) * settings.max_compression_ratio))
    try:
        if is_compressed(data) and not is_tar(opening(data, _BLOCK)):
            yield from _single(name, data, limit, settings, wanted)
        else:
            yield from _packed(data, settings.max_expanded_bytes if not is_compressed(data) else limit, settings, wanted)
    except _BROKEN:
        raise UnreadableSource("压缩包已损坏，打不开。", hint="请重新下载或重新打包。") from None


def _opened(data: bytes) -> IO[bytes]:
    raw = io.BytesIO(data)
    opener = next((opener for magic, opener in _OPENERS if data.startswith(magic)), None)
    stream: IO[bytes] = raw if opener is None else opener(raw)
    return stream


def _single(name: str, data: bytes, limit: int, settings: Settings, wanted: Callable[[str], bool]) -> Iterator[Member]:
    """One compressed file, named as the archive without its last ending."""
    inner = safe_name(PurePosixPath(PurePosixPath(name).name).stem)
    if not wanted(inner):
        return
    stream, parts, size = _Measured(_opened(data), limit), list[bytes](), 0
    while size <= settings.max_source_bytes and (chunk := stream.read(2**20)):
        parts.append(chunk)
        size += len(chunk)
    yield _fitting(inner, b"".join(parts), settings)


def _packed(data: bytes, limit: int, settings: Settings, wanted: Callable[[str], bool]) -> Iterator[Member]:
    taken: dict[str, int] = {}
    count = 0
    stream = _Measured(_opened(data), limit)
    with tarfile.open(fileobj=stream, mode="r|", encoding="utf-8", errors="surrogateescape") as archive:
        for entry in archive:
            count += 1
            if count > settings.max_archive_members * 4:
                raise UnreadableSource(f"压缩包里的文件超过上限 {settings.max_archive_members}。", hint="请分成几个压缩包。")
            if entry.isdir():
                continue
            name = numbered_name(safe_name(stored_bytes(entry.name.encode("utf-8", "surrogateescape"))), taken)
            if not wanted(name):
                continue
            if len(taken) > settings.max_archive_members:
                raise UnreadableSource(f"压缩包里的文件超过上限 {settings.max_archive_members}。", hint="请分成几个压缩包。")
            if not entry.isreg():
                yield Member(name, reason="压缩包内的链接和设备不予跟随。")
            elif entry.size > settings.max_source_bytes:
                yield _fitting(name, b"", settings, entry.size)
            else:
                content = archive.extractfile(entry)
                yield Member(name, content.read() if content is not None else b"")


def _fitting(name: str, data: bytes, settings: Settings, size: int = 0) -> Member:
    size = size or len(data)
    if size > settings.max_source_bytes:
        return Member(name, reason=f"文件过大：{size / 2**20:.3g} MB，上限 {settings.max_source_bytes / 2**20:.3g} MB。")
    return Member(name, data)
