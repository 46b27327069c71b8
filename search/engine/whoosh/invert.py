"""Turns a part into the columns of a segment: the inverted index, in bulk.

Postings are CSR: `*_keys` or a vocabulary, `*_first` (one more entry than keys) into parallel arrays. Passage numbers are 16 bits wide
where the segment allows. A frequency is stored as `2 * tf + exact`, where exact says that one of the occurrences stands on word boundaries.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from search.engine.port import FACET_FIELDS

from .columns import Array
from .part import Labelled, Part

_32 = np.uint64(32)


def narrow(values: Array, top: int | None = None) -> Array:
    """The same whole numbers in the narrowest unsigned type that holds `top` (their maximum if not given)."""
    if top is None:
        top = int(values.max()) if len(values) else 0
    for kind in (np.uint8, np.uint16, np.uint32):
        if top <= np.iinfo(kind).max:
            return values.astype(kind)
    return values.astype(np.uint64)


def group_starts(changes: NDArray[np.bool_]) -> NDArray[np.int64]:
    """First index of every group, where `changes[i]` says that item i + 1 starts a new one. Items: one more than changes."""
    return np.concatenate(([0], np.flatnonzero(changes) + 1))


def sizes(first: Array) -> NDArray[np.int64]:
    """How many entries every list of a CSR has."""
    return np.asarray(first[1:].astype(np.int64) - first[:-1], np.int64)


def packed_texts(texts: Sequence[str], name: str) -> dict[str, Array]:
    """A sorted vocabulary as UTF-8 bytes with offsets."""
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    offsets = np.zeros(len(encoded) + 1, np.uint32)
    np.cumsum([len(one) for one in encoded], out=offsets[1:])
    return {f"{name}_bytes": np.frombuffer(b"".join(encoded), np.uint8), f"{name}_offsets": offsets}


def invert(part: Part) -> Iterator[dict[str, Array]]:
    """All columns of a segment but those of its documents, in groups: each is let go of before the next is made."""
    count = len(part.lengths)
    width = max(count - 1, 0)
    passage_first = np.zeros(count + 1, np.uint32)
    np.cumsum(part.lengths.astype(np.int64) + 1, out=passage_first[1:])
    order = np.argsort(part.id_hash, kind="stable")
    yield {
        "lengths": part.lengths,
        "kind": part.kind,
        "earliest": part.earliest,
        "latest": part.latest,
        "text_hash": part.text_hash,
        "id_hash": part.id_hash[order],
        "id_passage": narrow(order, width),
        "passage_first": passage_first,
        "starts": np.packbits(part.starts, bitorder="little"),
        "ends": np.packbits(part.ends, bitorder="little"),
    }
    yield _words(part.words, width)
    for name in FACET_FIELDS:
        yield _facet(name, part.facets[name], count)
    alphabet, text = _spelled(part.chars)
    yield {"alphabet": alphabet, "text": text}
    passage_of = np.repeat(narrow(np.arange(count, dtype=np.uint32), width), part.lengths.astype(np.int64) + 1)
    yield _characters(text, part, passage_of)
    yield _bigrams(text, part, passage_of, len(alphabet))


def _spelled(chars: NDArray[np.uint32]) -> tuple[Array, Array]:
    """The characters in use, sorted (the separator always first), and the text as places in them."""
    used = np.zeros(0x110000, np.bool_)
    used[0] = True
    used[chars] = True
    alphabet = np.flatnonzero(used).astype(np.uint32)
    places = np.zeros(0x110000, np.uint16 if len(alphabet) <= 0x10000 else np.uint32)
    places[alphabet] = np.arange(len(alphabet))
    return alphabet, places[chars]


def _grouped(keys: Array, passages: Array, exact: NDArray[np.bool_], width: int, name: str) -> dict[str, Array]:
    """Postings of items sorted by key, then passage: one entry a key and passage."""
    if not len(keys):
        return {f"{name}_keys": keys, f"{name}_first": np.zeros(1, np.uint32),
                f"{name}_passages": narrow(passages, width), f"{name}_frequencies": np.zeros(0, np.uint8)}  # fmt: skip
    new_key = keys[1:] != keys[:-1]
    entries = group_starts(new_key | (passages[1:] != passages[:-1]))
    frequencies = np.diff(entries, append=len(keys)) * 2 + np.maximum.reduceat(exact.view(np.uint8), entries)
    first_items = group_starts(new_key)
    first = np.searchsorted(entries, np.append(first_items, len(keys)))
    return {
        f"{name}_keys": keys[first_items],
        f"{name}_first": first.astype(np.uint32),
        f"{name}_passages": narrow(passages[entries], width),
        f"{name}_frequencies": narrow(frequencies),
    }


def _characters(text: Array, part: Part, passage_of: Array) -> dict[str, Array]:
    composite = text.astype(np.uint64)
    composite <<= _32
    composite |= passage_of.astype(np.uint32) << np.uint32(1)
    composite[:-1] |= part.starts[:-1] & part.ends[1:]
    composite.sort()
    composite = composite[np.searchsorted(composite, np.uint64(1) << _32) :]  # without the separators
    exact = (composite & np.uint64(1)).astype(np.bool_)
    passages = composite.astype(np.uint32)
    passages >>= np.uint32(1)
    composite >>= _32
    return _grouped(composite.astype(text.dtype), passages.astype(passage_of.dtype), exact, max(len(part.lengths) - 1, 0), "character")


def _bigrams(text: Array, part: Part, passage_of: Array, letters: int) -> dict[str, Array]:
    keys, positions = _sorted_pairs(text, letters)
    exact = part.starts[positions]
    positions += np.uint32(2)
    exact &= part.ends[positions]
    positions -= np.uint32(2)
    columns = _grouped(keys, passage_of[positions], exact.view(np.bool_), max(len(part.lengths) - 1, 0), "bigram")
    starts = group_starts(keys[1:] != keys[:-1]) if len(keys) else np.zeros(0, np.int64)
    columns["bigram_spans"] = np.append(starts, len(keys)).astype(np.uint32)
    columns["bigram_positions"] = positions
    return columns


def _sorted_pairs(text: Array, letters: int) -> tuple[Array, Array]:
    """Every pair of neighbouring characters as a number, with its place, sorted by pair, then place."""
    apart = (text[:-1] == 0) | (text[1:] == 0)
    keys = text[:-1].astype(np.uint64)
    keys *= np.uint64(letters)
    keys += text[1:]
    if letters > 0x10000:  # an alphabet beyond 16 bits: pair and place do not fit one word
        places = np.flatnonzero(~apart)
        order = places[np.argsort(keys[places], kind="stable")]
        return keys[order], order.astype(np.uint32)
    keys <<= _32
    keys += np.arange(len(keys), dtype=np.uint32)
    keys[apart] = np.iinfo(np.uint64).max
    keys.sort()
    keys = keys[: len(keys) - int(np.count_nonzero(apart))]
    positions = keys.astype(np.uint32)
    keys >>= _32
    return keys.astype(np.uint32), positions


def _sorted_labels(labels: Labelled) -> tuple[list[str], Array, Array]:
    """The vocabulary sorted, and value and passage of every pair sorted by value, then passage."""
    order = sorted(range(len(labels.vocabulary)), key=labels.vocabulary.__getitem__)
    rank = np.zeros(len(order), np.uint64)
    rank[order] = np.arange(len(order), dtype=np.uint64)
    composite = rank[labels.value] << _32 if len(order) else np.zeros(0, np.uint64)
    composite |= labels.passage
    composite.sort()
    passages = composite.astype(np.uint32)
    composite >>= _32
    return [labels.vocabulary[one] for one in order], composite.astype(np.uint32), passages


def _words(labels: Labelled, width: int) -> dict[str, Array]:
    vocabulary, words, passages = _sorted_labels(labels)
    columns = _grouped(words, passages, np.zeros(len(words), np.bool_), width, "word")
    del columns["word_keys"]  # every word of the vocabulary is in use: its place is its number
    counts = np.bincount(passages, minlength=width + 1) if len(passages) else np.zeros(width + 1, np.int64)
    return {**packed_texts(vocabulary, "word"), **columns, "token_counts": counts.astype(np.uint32)}


def _facet(name: str, labels: Labelled, count: int) -> dict[str, Array]:
    """Values with their passages; and the sets of values that occur, with the number of each passage's set: passages that share a set
    are counted at once."""
    vocabulary, values, passages = _sorted_labels(labels)
    first = np.searchsorted(values, np.arange(len(vocabulary) + 1)).astype(np.uint32)
    by_passage = np.argsort(passages, kind="stable")
    sorted_values = values[by_passage]
    bounds = np.searchsorted(passages[by_passage], np.arange(count + 1)).tolist()
    numbers: dict[bytes, int] = {}
    sets = np.fromiter(
        (numbers.setdefault(sorted_values[begin:end].tobytes(), len(numbers)) for begin, end in pairwise(bounds)),
        np.uint32,
        count,
    )
    members = [np.frombuffer(one, np.uint32) for one in numbers]
    member_first = np.zeros(len(members) + 1, np.uint32)
    np.cumsum([len(one) for one in members], out=member_first[1:])
    return {
        **packed_texts(vocabulary, name),
        f"{name}_first": first,
        f"{name}_passages": narrow(passages, max(count - 1, 0)),
        f"{name}_sets": narrow(sets),
        f"{name}_members": np.concatenate(members) if members else np.zeros(0, np.uint32),
        f"{name}_member_first": member_first,
    }
