"""Files of records, each with a checksum, so that a torn end is seen: what an unfinished build leaves on disk, documents and outcomes.

A record is the length of its body, the body's checksum, the body: the number of parts, then each part after its length.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

_LENGTH = 8
_CHECKSUM = 16
_HEAD = _LENGTH + _CHECKSUM


class TornRecord(ValueError):
    """A record that is not there, or not whole."""


@dataclass(frozen=True, slots=True)
class SpoolRecord:
    """A record from `start` to `end` of its file. `receipt` is its checksum as hex."""

    start: int
    end: int
    receipt: str
    parts: tuple[bytes, ...]


def append_record(file: BinaryIO, parts: Sequence[bytes]) -> str:
    """Appends a record and hands it to the system, so that a killed process loses none. Returns its receipt."""
    body = b"".join([_number(len(parts)), *(piece for part in parts for piece in (_number(len(part)), part))])
    checksum = _checksum(body)
    file.seek(0, os.SEEK_END)
    file.write(_number(len(body)) + checksum + body)
    file.flush()
    return checksum.hex()


def record_at(file: BinaryIO, start: int) -> SpoolRecord:
    """The record there. Raises TornRecord."""
    whole = file.seek(0, os.SEEK_END)
    file.seek(start)
    head = file.read(_HEAD)
    size, checksum = int.from_bytes(head[:_LENGTH], "little"), head[_LENGTH:]
    end = start + _HEAD + size
    body = file.read(size) if len(head) == _HEAD and end <= whole else b""
    if len(body) != size or _checksum(body) != checksum:
        raise TornRecord(str(start))
    return SpoolRecord(start, end, checksum.hex(), tuple(_parts(body)))


def whole_records(file: BinaryIO) -> Iterator[SpoolRecord]:
    """The records from the beginning of the file, up to the first that is not whole."""
    at = 0
    while True:
        try:
            record = record_at(file, at)
        except TornRecord:
            return
        yield record
        at = record.end


def _parts(body: bytes) -> Iterator[bytes]:
    at = _LENGTH
    for _ in range(int.from_bytes(body[:_LENGTH], "little")):
        size = int.from_bytes(body[at : at + _LENGTH], "little")
        at += _LENGTH
        yield body[at : at + size]
        at += size


def _number(value: int) -> bytes:
    return value.to_bytes(_LENGTH, "little")


def _checksum(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_CHECKSUM).digest()
