"""Spooled documents: the stored bytes of each (itself, its summary, its passages) with a checksum, so that a torn end is seen.

A record is the length of its body, the body's checksum, the body: the number of rows, then each row after its length.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

_LENGTH = 8
_CHECKSUM = 16
_HEAD = _LENGTH + _CHECKSUM


def _number(value: int) -> bytes:
    return value.to_bytes(_LENGTH, "little")


def spool_rows(file: BinaryIO, rows: Sequence[bytes]) -> str:
    """Appends one document and hands it to the system, so that a killed process loses none. Returns its receipt: the checksum as hex."""
    body = b"".join([_number(len(rows)), *(part for row in rows for part in (_number(len(row)), row))])
    checksum = hashlib.blake2b(body, digest_size=_CHECKSUM).digest()
    file.write(_number(len(body)) + checksum + body)
    file.flush()
    return checksum.hex()


def spooled(path: Path) -> Iterator[tuple[int, str, list[bytes]]]:
    """Offset, receipt and rows of every document of a spool, up to the first record that is not whole."""
    whole = path.stat().st_size
    with path.open("rb") as file:
        while len(head := file.read(_HEAD)) == _HEAD:
            at = file.tell() - _HEAD
            size, checksum = int.from_bytes(head[:_LENGTH], "little"), head[_LENGTH:]
            body = file.read(size) if at + size <= whole else b""
            if len(body) != size or hashlib.blake2b(body, digest_size=_CHECKSUM).digest() != checksum:
                return
            yield at, checksum.hex(), _rows(body)


def rows_at(path: Path, offset: int) -> list[bytes]:
    """The rows of the document at this offset, which `spooled` gave."""
    with path.open("rb") as file:
        file.seek(offset)
        size = int.from_bytes(file.read(_HEAD)[:_LENGTH], "little")
        return _rows(file.read(size))


def _rows(body: bytes) -> list[bytes]:
    rows = []
    at = _LENGTH
    for _ in range(int.from_bytes(body[:_LENGTH], "little")):
        size = int.from_bytes(body[at : at + _LENGTH], "little")
        at += _LENGTH
        rows.append(body[at : at + size])
        at += size
    return rows
