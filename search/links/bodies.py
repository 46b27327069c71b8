"""The texts of snapshots as bytes: JSON, written densely and compressed with what all texts of a ledger have in common.

The dictionaries that say so are trained on the first documents that come together, and kept in the ledger."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence

import zstandard

from search.text.dense import dense, from_dense

Entry = tuple[str, str, str]
"""Passage id, block kind, text."""

SAMPLES = 200
"""Documents a dictionary is trained on; fewer have too little in common."""
DICTIONARY = 112 * 1024
_LEVEL = 9
_MAGIC = b"\x28\xb5\x2f\xfd"


class BadBody(ValueError):
    """The bytes are no texts of a snapshot."""


def written(entries: Sequence[Entry]) -> bytes:
    """The entries before compression."""
    return dense(json.dumps(entries, ensure_ascii=False, separators=(",", ":")))


def trained(bodies: Sequence[bytes]) -> bytes | None:
    """A dictionary for bodies like these; None where they are too few."""
    if len(bodies) < SAMPLES:
        return None
    try:
        return zstandard.train_dictionary(DICTIONARY, list(bodies[:SAMPLES]), level=_LEVEL).as_bytes()
    except zstandard.ZstdError:  # all alike
        return None


def compressor(dictionary: bytes | None) -> Callable[[bytes], bytes]:
    """Compresses bodies."""
    shared = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
    return zstandard.ZstdCompressor(level=_LEVEL, dict_data=shared).compress


def entries_in(body: bytes, dictionary: bytes | None) -> tuple[Entry, ...]:
    """The entries of a body; of one that an earlier version wrote too (zlib). Raises BadBody."""
    try:
        if body[: len(_MAGIC)] != _MAGIC:
            text = zlib.decompress(body).decode("utf-8", "surrogatepass")
        else:
            shared = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
            text = from_dense(zstandard.ZstdDecompressor(dict_data=shared).decompress(body))
        return tuple((id_, kind, said) for id_, kind, said in json.loads(text))
    except (zlib.error, zstandard.ZstdError, ValueError, TypeError) as error:
        raise BadBody(str(error)) from error
