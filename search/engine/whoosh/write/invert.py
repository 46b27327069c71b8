"""Turns a part into the columns of a segment: the inverted index, in bulk.

Postings have `*_keys` or a vocabulary, and their lists in blocks (see `search.engine.whoosh.files.postings`). A frequency is stored as
`2 * tf + exact`, where exact says that one of the occurrences stands on word boundaries.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from search.engine.whoosh.files.columns import Array
from search.engine.whoosh.files.postings import PostingWriter, is_placed
from search.engine.whoosh.write.part import Labelled, LabelSets, SegmentPart
from search.fields import NAMES

_32 = np.uint64(32)
_PIECES = 6
_NO_PLACES: Array = np.zeros(0, np.uint8)
_NO_VALUES = np.zeros(0, np.uint32)
_NO_LABELS = Labelled((), np.zeros(0, np.uint32), np.zeros(0, np.uint32))


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


def ranges(first: Array, stop: Array) -> NDArray[np.intp]:
    """The numbers of all of these ranges, one range after the other."""
    sizes = (stop - first).astype(np.intp)
    total = int(sizes.sum())
    if not total:
        return np.zeros(0, np.intp)
    begins = np.zeros(len(sizes), np.intp)
    np.cumsum(sizes[:-1], out=begins[1:])
    return np.arange(total, dtype=np.intp) + np.repeat(first.astype(np.intp) - begins, sizes)


def packed_texts(texts: Sequence[str], name: str) -> dict[str, Array]:
    """A sorted vocabulary as UTF-8 bytes with offsets."""
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    offsets = np.zeros(len(encoded) + 1, np.uint32)
    np.cumsum([len(one) for one in encoded], out=offsets[1:])
    return {f"{name}_bytes": np.frombuffer(b"".join(encoded), np.uint8), f"{name}_offsets": offsets}


def united(vocabularies: Sequence[Sequence[str]]) -> tuple[list[str], list[NDArray[np.int64]]]:
    """All texts, sorted, and the places among them of each vocabulary's."""
    texts = sorted(set().union(*vocabularies))
    place = {text: at for at, text in enumerate(texts)}
    return texts, [np.fromiter((place[text] for text in one), np.int64, len(one)) for one in vocabularies]


def invert(taken: list[SegmentPart]) -> Iterator[dict[str, Array]]:
    """All columns of a segment but those of its documents, in groups: each is let go of before the next is made. The one part is taken
    out of the list, so that what is done with it can be freed."""
    part = taken.pop()
    count = len(part.lengths)
    width = max(count - 1, 0)
    passage_first = np.zeros(count + 1, np.uint32)
    np.cumsum(part.lengths.astype(np.int64) + 1, out=passage_first[1:])
    order = np.argsort(part.id_hash, kind="stable")
    yield {
        "lengths": part.lengths,
        "kind": part.kind,
        "earliest": part.earliest,
        "day": part.day,
        "latest": part.latest,
        "text_hash": part.text_hash,
        "id_hash": part.id_hash[order],
        "id_passage": narrow(order, width),
        "passage_first": passage_first,
        "starts": np.packbits(part.starts, bitorder="little"),
        "ends": np.packbits(part.ends, bitorder="little"),
    }
    yield _words(part.words, width)
    part = replace(part, words=_NO_LABELS)
    for name in NAMES:
        yield _facet(name, part.facets[name])
    alphabet, text = _spelled(part.chars)
    part = replace(part, chars=part.chars[:0].copy())
    yield {"alphabet": alphabet, "text": text}
    passage_of = np.repeat(narrow(np.arange(count, dtype=np.uint32), width), part.lengths.astype(np.int64) + 1)
    yield _characters(text, part, passage_of, len(alphabet))
    yield _bigrams(text, part, passage_of, passage_first, len(alphabet))


def _spelled(chars: NDArray[np.uint32]) -> tuple[Array, Array]:
    """The characters in use, sorted (the separator always first), and the text as places in them."""
    used = np.zeros(0x110000, np.bool_)
    used[0] = True
    used[chars] = True
    alphabet = np.flatnonzero(used).astype(np.uint32)
    places = np.zeros(0x110000, np.uint16 if len(alphabet) <= 0x10000 else np.uint32)
    places[alphabet] = np.arange(len(alphabet))
    return alphabet, places[chars]


@dataclass(frozen=True, slots=True)
class _Postings:
    """Keys ascending, `sizes` entries each; entries are passages with `2 * tf + exact`."""

    keys: Array
    sizes: Array
    passages: Array
    frequencies: Array


def _grouped(keys: Array, passages: Array, exact: NDArray[np.bool_]) -> _Postings:
    """Postings of items sorted by key, then passage: one entry a key and passage."""
    if not len(keys):
        return _Postings(keys, np.zeros(0, np.uint32), passages, np.zeros(0, np.uint8))
    new_key = keys[1:] != keys[:-1]
    entries = group_starts(new_key | (passages[1:] != passages[:-1]))
    frequencies = np.diff(entries, append=len(keys))
    frequencies *= 2
    frequencies += np.maximum.reduceat(exact.view(np.uint8), entries)
    first_items = group_starts(new_key)
    bounds = np.searchsorted(entries, np.append(first_items, len(keys)))
    return _Postings(keys[first_items], sizes(bounds).astype(np.uint32), passages[entries], narrow(frequencies))


def _chained(groups: Sequence[_Postings], name: str, places: Sequence[Array] = ()) -> dict[str, Array]:
    """Columns of postings one after the other; `places` within passages of each group's occurrences, if lists have them."""
    writer = PostingWriter(name)
    for at, group in enumerate(groups):
        kept = _NO_PLACES
        if places:
            is_kept = np.repeat(np.repeat(is_placed(group.sizes), group.sizes), group.frequencies >> 1)
            kept = places[at][is_kept]
        writer.add(group.sizes, group.passages, group.frequencies, kept)
    return {f"{name}_keys": np.concatenate([one.keys for one in groups] or [_NO_PLACES]), **writer.finished()}


def _pieces(text: Array, letters: int) -> Iterator[NDArray[np.uint32]]:
    """The places of all characters (separators left out), in pieces of neighbouring letters: sorting a piece at a time, the whole comes out
    sorted, and little memory is taken at once."""
    counts = np.cumsum(np.bincount(text, minlength=letters)[1:])
    total = int(counts[-1]) if len(counts) else 0
    borders = np.searchsorted(counts, np.arange(1, _PIECES) * (total / _PIECES)).tolist()
    low = 1
    for high in (*(border + 2 for border in borders), letters):
        if high > low:
            yield np.flatnonzero((text >= low) & (text < high)).astype(np.uint32)
        low = max(low, high)


def _characters(text: Array, part: SegmentPart, passage_of: Array, letters: int) -> dict[str, Array]:
    groups = []
    for places in _pieces(text, letters):
        composite = text[places].astype(np.uint64)
        composite <<= _32
        exact = part.starts[places]
        exact &= part.ends[places + np.uint32(1)]
        composite += (passage_of[places].astype(np.uint32) << np.uint32(1)) + exact
        composite.sort()
        low = composite.astype(np.uint32)
        composite >>= _32
        passages = (low >> np.uint32(1)).astype(passage_of.dtype)
        groups.append(_grouped(composite.astype(text.dtype), passages, (low & np.uint32(1)).astype(np.bool_)))
    return _chained(groups, "character")


def _bigrams(text: Array, part: SegmentPart, passage_of: Array, passage_first: Array, letters: int) -> dict[str, Array]:
    groups, inside = [], []
    for firsts in _pieces(text, letters):
        keys, places = _sorted_pairs(text, firsts[text[firsts + np.uint32(1)] != 0], letters)
        exact = part.starts[places]
        exact &= part.ends[places + np.uint32(2)]
        passages = passage_of[places]
        groups.append(_grouped(keys, passages, exact.view(np.bool_)))
        inside.append(narrow(places - passage_first[passages]))
    columns = _chained(groups, "bigram", inside)
    return {**pair_columns(columns.pop("bigram_keys"), letters), **columns}


def pair_columns(keys: Array, letters: int) -> dict[str, Array]:
    """Pairs of characters (`left * letters + right`, ascending): the first of every left letter, and their right letters."""
    keys = keys.astype(np.uint64)
    many = np.bincount((keys // np.uint64(letters)).astype(np.intp), minlength=letters)
    first = np.zeros(letters + 1, np.uint32)
    np.cumsum(many, out=first[1:])
    return {"bigram_lefts": first, "bigram_rights": narrow(keys % np.uint64(letters), letters)}


def _sorted_pairs(text: Array, places: NDArray[np.uint32], letters: int) -> tuple[Array, Array]:
    """The pairs of characters that start at these places (ascending) as numbers, with their places, sorted by pair, then place."""
    keys = text[places].astype(np.uint64)
    keys *= np.uint64(letters)
    keys += text[places + np.uint32(1)]
    if letters > 0x10000:  # an alphabet beyond 16 bits: pair and place do not fit one word
        order = np.argsort(keys, kind="stable")
        return keys[order], places[order]
    keys <<= _32
    keys += places
    keys.sort()
    positions = keys.astype(np.uint32)
    keys >>= _32
    return keys.astype(np.uint32), positions


def _sorted_labels(labels: Labelled) -> tuple[list[str], Array, Array]:
    """The vocabulary sorted, and value and passage of every pair sorted by value, then passage."""
    order = sorted(range(len(labels.vocabulary)), key=labels.vocabulary.__getitem__)
    rank = np.zeros(len(order), np.uint64)
    rank[order] = np.arange(len(order), dtype=np.uint64)
    composite = rank[labels.value] if len(order) else np.zeros(0, np.uint64)
    composite <<= _32
    composite |= labels.passage
    composite.sort()
    passages = composite.astype(np.uint32)
    composite >>= _32
    return [labels.vocabulary[one] for one in order], composite.astype(np.uint32), passages


def _words(labels: Labelled, width: int) -> dict[str, Array]:
    vocabulary, words, passages = _sorted_labels(labels)
    columns = _chained([_grouped(words, passages, np.zeros(len(words), np.bool_))], "word")
    del columns["word_keys"]  # every word of the vocabulary is in use: its place is its number
    counts = np.bincount(passages, minlength=width + 1) if len(passages) else np.zeros(width + 1, np.int64)
    return {**packed_texts(vocabulary, "word"), **columns, "token_counts": counts.astype(np.uint32)}


def _facet(name: str, sets: LabelSets) -> dict[str, Array]:
    vocabulary = sorted(set().union(*sets.members))
    place = {text: at for at, text in enumerate(vocabulary)}
    members = [np.array([place[text] for text in one], np.uint32) for one in sets.members]
    first = np.cumsum([0, *map(len, members)])
    begins, ends = first[:-1][sets.numbers], first[1:][sets.numbers]
    values = np.concatenate([_NO_VALUES, *members])[ranges(begins, ends)]
    passages = np.repeat(np.arange(len(sets.numbers), dtype=np.uint32), ends - begins)
    by_value = np.argsort(values, kind="stable")
    return facet_columns(name, Labelled(vocabulary, values[by_value], passages[by_value]), sets.numbers, members)


def facet_columns(name: str, labels: Labelled, sets: NDArray[np.uint32], members: Sequence[NDArray[np.uint32]]) -> dict[str, Array]:
    """Values with their passages (`labels` sorted by value, then passage); and the sets of values that occur, with the number of each
    passage's set: passages that share a set are counted at once."""
    lists = PostingWriter(name)
    lists.add(np.bincount(labels.value, minlength=len(labels.vocabulary)), labels.passage)
    member_first = np.zeros(len(members) + 1, np.uint32)
    np.cumsum([len(one) for one in members], out=member_first[1:])
    return {
        **packed_texts(labels.vocabulary, name),
        **lists.finished(),
        f"{name}_sets": narrow(sets),
        f"{name}_members": np.concatenate(members) if members else np.zeros(0, np.uint32),
        f"{name}_member_first": member_first,
    }
