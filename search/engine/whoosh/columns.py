"""One file of named arrays, written once and mapped ever after.

Layout: magic, length of the header, header (JSON: name → dtype, length, offset), then the arrays, each on a 64-byte border,
little-endian. Nothing in it is executable or unpickled.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

MAGIC = b"BFCOLS01"
ALIGNMENT = 64


class BadColumns(Exception):
    """The file is not a whole file of columns."""


def _aligned(offset: int) -> int:
    return -(-offset // ALIGNMENT) * ALIGNMENT


def write_columns(path: Path, columns: Mapping[str, Array]) -> None:
    """Writes one-dimensional arrays by name. The caller makes the file durable."""
    table: dict[str, tuple[str, int, int]] = {}
    offset = 0
    arrays: list[tuple[int, Array]] = []
    for name, column in columns.items():
        array = np.ascontiguousarray(column).astype(column.dtype.newbyteorder("<"), copy=False)
        offset = _aligned(offset)
        table[name] = (array.dtype.str, len(array), offset)
        arrays.append((offset, array))
        offset += array.nbytes
    header = json.dumps(table).encode("ascii")
    body = _aligned(len(MAGIC) + 8 + len(header))
    with path.open("wb") as file:
        file.write(MAGIC + len(header).to_bytes(8, "little") + header)
        for start, array in arrays:
            file.seek(body + start)
            file.write(array.tobytes())
        file.truncate(body + offset)


class Columns:
    """The arrays of one file, mapped read-only and shared between processes. Raises `BadColumns` or `OSError`."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            try:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError as error:
                raise BadColumns(str(error)) from error
        if self._map[: len(MAGIC)] != MAGIC:
            raise BadColumns("magic")
        size = int.from_bytes(self._map[len(MAGIC) : len(MAGIC) + 8], "little")
        start = len(MAGIC) + 8
        try:
            table: dict[str, tuple[str, int, int]] = json.loads(self._map[start : start + size])
            body = _aligned(start + size)
            self._arrays: dict[str, Array] = {
                name: np.frombuffer(self._map, dtype=np.dtype(dtype), count=length, offset=body + offset)
                for name, (dtype, length, offset) in table.items()
            }
        except (ValueError, TypeError) as error:
            raise BadColumns(str(error)) from error

    def __getitem__(self, name: str) -> Array:
        return self._arrays[name]

    def __contains__(self, name: str) -> bool:
        return name in self._arrays

    def names(self) -> tuple[str, ...]:
        """All names, in the order they were written."""
        return tuple(self._arrays)
