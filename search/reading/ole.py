"""OLE2 compound files (Office before 2007, WPS, Outlook messages), opened with suspicion."""

from __future__ import annotations

import io
import struct

import olefile

from search.errors import UnreadableSource

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BROKEN = (
    OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, AssertionError, EOFError, OverflowError, RecursionError,
    UnicodeError, MemoryError, struct.error,
)  # fmt: skip
"""What olefile and our own readers of records raise on damaged or hostile input."""
_AGAIN = "请重新下载，或用 Office、WPS 打开后另存。"


def open_ole(data: bytes, what: str) -> olefile.OleFileIO:
    """The compound file. Raises UnreadableSource when its directory cannot be read."""
    try:
        return olefile.OleFileIO(io.BytesIO(data))
    except BROKEN:
        raise damaged(what) from None


def stream(container: olefile.OleFileIO, name: str) -> bytes:
    """The bytes of a stream, empty where there is none; never more than the file is long."""
    if not container.exists(name):
        return b""
    data: bytes = container.openstream(name).read()
    return data


def damaged(what: str) -> UnreadableSource:
    """The error of a file that begins well and cannot be read on."""
    return UnreadableSource(f"{what}已损坏，打不开。", hint=_AGAIN)


def encrypted(what: str) -> UnreadableSource:
    """The error of a file that needs a password."""
    return UnreadableSource(f"{what}已加密。", hint="请取消密码保护后另存。")


def summary_title(container: olefile.OleFileIO) -> str:
    """The title in the file's properties; empty where none is stated."""
    try:
        properties = container.get_metadata()
        title, codepage = properties.title, properties.codepage
        if isinstance(title, bytes):
            return title.decode(f"cp{codepage}" if codepage and 0 < codepage < 65000 else "utf-8", errors="replace").strip("\0 ")
    except (*BROKEN, LookupError):
        return ""
    return str(title or "").strip("\0 ")
