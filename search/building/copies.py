"""Copies of the same work: a PDF beside its DOCX, an article reprinted on another page.

Two documents are one work where most of the text of the shorter occurs in the longer. The measure is a bottom-k sketch of hashed
character 8-grams of the match form (Broder 1997, “On the resemblance and containment of documents”), so that it costs one look per
document and does not mind line breaks, width or script.
"""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from search.model import BlockKind
from search.text.fold import match_form

SHINGLE = 8
SKETCH = 128
RESEMBLANCE = 0.8
"""Share of common smallest hashes from which two documents count as one work. Two yearly reports of one office share under 0.3."""

PROBES = 16
"""Smallest hashes by which documents to compare are found: those of one work share most of them, others hardly any."""
HOLDERS = 200
"""Documents remembered a hash: what more than this share is a set phrase, or copies of one that is among the first already."""

_PIECE = 100_000
"""Characters whose shingles are hashed together."""
SHORTEST = 120
"""Documents with less text than this are never copies: short notices look alike without being the same."""


def sketch(texts: Iterable[tuple[BlockKind, str]]) -> tuple[int, ...]:
    """The `SKETCH` smallest shingle hashes of the body text, ascending; empty for a document too short to judge."""
    text = match_form("".join(part for kind, part in texts if kind in (BlockKind.BODY, BlockKind.TABLE))).text
    if len(text) < SHORTEST:
        return ()
    pieces = (text[at : at + _PIECE + SHINGLE - 1] for at in range(0, len(text) - SHINGLE + 1, _PIECE))
    smallest = [_smallest(shingle_hashes(piece)) for piece in pieces]
    return tuple(_smallest(np.concatenate(smallest)).tolist())


def _smallest(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The `SKETCH` smallest, each once, ascending."""
    hashes.sort()
    first = np.ones(len(hashes), np.bool_)
    np.not_equal(hashes[1:], hashes[:-1], out=first[1:])
    return hashes[first][:SKETCH]


def shingle_hashes(text: str) -> NDArray[np.uint32]:
    """The CRC-32 of the UTF-8 of every `SHINGLE` neighbouring characters of a text, which has so many at least.

    A CRC is linear: that of some bytes is the exclusive or of what each gives by its distance from the end, and of a constant for their
    number. So all shingles are worked out together, one distance after the other."""
    data = np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)
    starts = np.append(np.flatnonzero((data & 0xC0) != 0x80), len(data))
    ends = starts[SHINGLE:]
    many = ends - starts[:-SHINGLE]
    shares, constants = _shares(4 * SHINGLE)
    hashes: NDArray[np.uint32] = constants[many]
    for distance in range(int(many.max())):
        share = shares[distance][data[ends - 1 - distance]]
        hashes ^= share if distance < int(many.min()) else np.where(distance < many, share, np.uint32(0))
    return hashes


@cache
def _shares(longest: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """What a byte gives to a CRC-32, by its distance from the end and its value; and what bytes, at most `longest`, give by their number
    alone."""
    one = np.array([zlib.crc32(bytes([value])) ^ zlib.crc32(b"\0") for value in range(256)], np.uint32)
    shares = [one]
    for _ in range(1, longest):
        shares.append((shares[-1] >> np.uint32(8)) ^ one[shares[-1] & np.uint32(0xFF)])
    return np.array(shares), np.array([zlib.crc32(bytes(many)) for many in range(longest + 1)], np.uint32)


def resemblance(left: Sequence[int], right: Sequence[int]) -> float:
    """Estimated share of common shingles (Jaccard) of two sketches."""
    if not left or not right:
        return 0.0
    one, other = set(left), set(right)
    smallest = sorted(one | other)[:SKETCH]
    return len(one.intersection(smallest) & other) / len(smallest)


def group_works(sketches: Mapping[str, Sequence[int]]) -> dict[str, str]:
    """Document id → id of the first document (by id) of its work. Independent of the order of the mapping."""
    leader = {document_id: document_id for document_id in sketches}

    def find(document_id: str) -> str:
        while leader[document_id] != document_id:
            document_id = leader[document_id]
        return document_id

    holders: defaultdict[int, list[str]] = defaultdict(list)
    for document_id in sorted(sketches):
        smallest = sketches[document_id][:PROBES]
        shared = Counter(chain.from_iterable(map(holders.__getitem__, smallest)))
        for other in sorted(other for other, count in shared.items() if count * 2 >= len(smallest)):
            if find(other) != find(document_id) and resemblance(sketches[document_id], sketches[other]) >= RESEMBLANCE:
                first, second = sorted((find(document_id), find(other)))
                leader[second] = first
        for value in smallest:
            if len(holders[value]) < HOLDERS:
                holders[value].append(document_id)
    return {document_id: find(document_id) for document_id in sketches}
