"""One file of named arrays, written once and mapped ever after.

Layout: magic, the arrays (little-endian, each on a 64-byte border), a table (JSON: name → dtype, length, offset, bytes if compressed, else
0), its length, magic. Nothing in it is executable or unpickled. Arrays that questions do not read are compressed as planes of bytes (all
lowest ones first), and decompressed whenever they are asked for.
"""

from __future__ import annotations

import json
import mmap
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import zstandard
from numpy.typing import NDArray

Array = NDArray[Any]

MAGIC = b"BFCOLS02"
ALIGNMENT = 64
_LENGTH = 8
_LEVEL = 9


class BadColumns(Exception):
    """The file is not a whole file of columns."""


def _aligned(offset: int) -> int:
    return -(-offset // ALIGNMENT) * ALIGNMENT


class Spilled:
    """A column on its way, a piece at a time, in a file of its own, so that it need not be in memory. Written out, it is gone."""

    def __init__(self, path: Path, kind: np.dtype[Any]) -> None:
        self.dtype = kind.newbyteorder("<")
        self._path, self._file, self._length = path, path.open("wb"), 0

    def __len__(self) -> int:
        return self._length

    def __del__(self) -> None:
        with suppress(OSError):  # of a merge that was broken off, on a full disk perhaps
            self._file.close()

    def append(self, piece: Array) -> None:
        """Adds the values at the end."""
        piece.astype(self.dtype, copy=False).tofile(self._file)
        self._length += len(piece)

    def tofile(self, file: BinaryIO) -> None:
        """Moves the column to where the file stands."""
        self._file.close()
        with self._path.open("rb") as source:
            shutil.copyfileobj(source, file, 1 << 20)
        self._path.unlink()


def _none(name: str) -> bool:  # noqa: ARG001
    return False


def write_columns(path: Path, groups: Iterable[Mapping[str, Array | Spilled]], *, compressed: Callable[[str], bool] = _none) -> None:
    """Writes one-dimensional arrays by name, a group at a time, so that not all need to be in memory; those `compressed` says yes to
    compressed. The caller makes the file durable."""
    table: dict[str, tuple[str, int, int, int]] = {}
    with path.open("wb") as file:
        file.write(MAGIC)
        for group in groups:
            for name, column in group.items():
                array = column
                if not isinstance(column, Spilled):
                    array = np.ascontiguousarray(column).astype(column.dtype.newbyteorder("<"), copy=False)
                file.seek(_aligned(file.tell()))
                packed = _packed(array) if isinstance(array, np.ndarray) and compressed(name) else b""
                table[name] = (array.dtype.str, len(array), file.tell(), len(packed))
                if packed:
                    file.write(packed)
                else:
                    array.tofile(file)
        header = json.dumps(table).encode("ascii")
        file.write(header + len(header).to_bytes(_LENGTH, "little") + MAGIC)


def _packed(array: Array) -> bytes:
    """The array compressed; nothing where that is no shorter."""
    planes = array.view(np.uint8).reshape(len(array), -1).T if len(array) else array.view(np.uint8)
    packed = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=False).compress(planes.tobytes())
    return packed if len(packed) < array.nbytes else b""


def _unpacked(data: memoryview, kind: np.dtype[Any], length: int) -> Array:
    planes = np.frombuffer(zstandard.ZstdDecompressor().decompress(data), np.uint8)
    return np.ascontiguousarray(planes.reshape(kind.itemsize, length).T).view(kind).reshape(length)


class MappedColumns:
    """The arrays of one file, mapped read-only and shared between processes. Raises `BadColumns` or `OSError`."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            try:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError as error:
                raise BadColumns(str(error)) from error
        whole = len(self._map)
        tail = whole - len(MAGIC) - _LENGTH
        if tail < 0 or self._map[: len(MAGIC)] != MAGIC or self._map[whole - len(MAGIC) :] != MAGIC:
            raise BadColumns("magic")
        size = int.from_bytes(self._map[tail : tail + _LENGTH], "little")
        try:
            table: dict[str, tuple[str, int, int, int]] = json.loads(self._map[tail - size : tail])
            self._arrays: dict[str, Array] = {
                name: np.frombuffer(self._map, dtype=np.uint8 if packed else np.dtype(dtype), count=packed or length, offset=offset)
                for name, (dtype, length, offset, packed) in table.items()
            }
            self._packed = {name: (np.dtype(dtype), length) for name, (dtype, length, _, packed) in table.items() if packed}
        except (ValueError, TypeError) as error:
            raise BadColumns(str(error)) from error

    def __getitem__(self, name: str) -> Array:
        array, packed = self._arrays[name], self._packed.get(name)
        return array if packed is None else _unpacked(array.data, *packed)

    def __contains__(self, name: str) -> bool:
        return name in self._arrays

    def let_go(self) -> None:
        """Tells the system that what was read is not needed soon; it is read again when it is."""
        if hasattr(self._map, "madvise") and hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)

    def names(self) -> tuple[str, ...]:
        """All names, in the order they were written."""
        return tuple(self._arrays)
