"""What a build attaches to a generation, in files of their own: compressed where that saves most of them."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

import zstandard

COMPRESSED = ".zst"
_LEVEL = 9


def compressed_attachment(data: bytes) -> bytes:
    """The bytes compressed; nothing where that is hardly shorter."""
    packed = zstandard.ZstdCompressor(level=_LEVEL).compress(data)
    return packed if 8 * len(packed) < 7 * len(data) else b""


def read_attachment(folder: Path, files: Container[str], name: str) -> bytes | None:
    """The bytes attached under this name; None where there are none. Raises `OSError`."""
    if name in files:
        return (folder / name).read_bytes()
    packed = f"{name}{COMPRESSED}"
    return zstandard.ZstdDecompressor().decompress((folder / packed).read_bytes()) if packed in files else None
