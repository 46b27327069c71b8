"""Merges segments into one, column by column: nothing is analysed or inverted again, and no more than a few pieces are in memory.

Documents that are not wanted are left out. The result is what `seal` would make of the same documents, entry for entry. Postings are taken
a range of keys at a time: keys ascend in every segment, so that a range is one slice of each; passages get their new numbers, and one sort
of (key, passage, frequency) packed into 64 bits puts the slices together.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.engine.whoosh.files.columns import Array, Spilled
from search.engine.whoosh.files.layout import DEAD, PIECE, Layout, Numbers, PassageStretch, SegmentSource, characters, laid_out
from search.engine.whoosh.files.segment import STORED, Segment, Vocabulary, document_columns
from search.engine.whoosh.write.invert import facet_columns, narrow, packed_texts, sizes, united
from search.engine.whoosh.write.part import Labelled
from search.engine.whoosh.write.records import joined_records
from search.fields import NAMES

_PASSAGE_COLUMNS = ("lengths", "kind", "earliest", "latest", "day", "text_hash", "token_counts")


def merged(target: Path, name: str, kept: Sequence[tuple[Segment, Sequence[int]]]) -> Iterator[Mapping[str, Array | Spilled]]:
    """The columns of segment `name` in the folder `target`, of these documents of each segment; writes its stored rows."""
    layout = laid_out(kept)
    yield _documents(layout)
    yield _stored(layout, target / f"{name}{STORED}")
    yield _passages(layout)
    numbers = [np.where(source.number == DEAD, -1, source.number.astype(np.int64)) for source in layout.sources]
    yield joined_records([source.segment.columns for source in layout.sources], numbers)
    vocabulary = [source.segment.words.all() for source in layout.sources]
    words, places = united(vocabulary)
    del vocabulary
    keys, columns = _postings(layout, target / name, "word", places)
    yield {**packed_texts([words[at] for at in keys.tolist()], "word"), **columns}
    del words, places
    for field in NAMES:
        yield _facet(layout, field)
    yield {"alphabet": layout.alphabet, "text": _text(layout, target / f"{name}.text")}
    letters = [source.letters.astype(np.int64) for source in layout.sources]
    places = [table[source.segment.columns["character_keys"]] for table, source in zip(letters, layout.sources, strict=True)]
    kind = np.dtype(np.uint16 if len(layout.alphabet) <= 0x10000 else np.uint32)
    keys, columns = _postings(layout, target / name, "character", places)
    yield {"character_keys": keys.astype(kind), **columns}
    pairs = [_pairs(source, table, len(layout.alphabet)) for table, source in zip(letters, layout.sources, strict=True)]
    kind = np.dtype(np.uint32 if len(layout.alphabet) <= 0x10000 else np.uint64)
    keys, columns = _postings(layout, target / name, "bigram", pairs)
    yield {"bigram_keys": keys.astype(kind), **columns}


# --- documents and passages -----------------------------------------------------------------------------------------------------------


def _documents(layout: Layout) -> dict[str, Array]:
    ids = [source.segment.documents.all() for source in layout.sources]
    titles = [Vocabulary(source.segment.columns, "title").all() for source in layout.sources]
    many = [sizes(source.segment.document_first) for source in layout.sources]
    return document_columns(
        [ids[at][ordinal] for at, ordinal in layout.documents],
        [titles[at][ordinal] for at, ordinal in layout.documents],
        [int(many[at][ordinal]) for at, ordinal in layout.documents],
    )


def _stored(layout: Layout, path: Path) -> dict[str, Array]:
    """Copies the stored rows; their new offsets."""
    offsets: dict[str, list[Array]] = {"passage_rows": [], "document_rows": [], "summary_rows": []}
    files = [(source.segment.folder / f"{source.segment.name}{STORED}").open("rb") for source in layout.sources]
    documents = [PassageStretch(at, ordinal, ordinal + 1) for at, ordinal in layout.documents]
    written = 0
    with path.open("wb") as target:
        for name, runs in (("passage_rows", layout.runs), ("document_rows", documents), ("summary_rows", documents)):
            for run in runs:
                rows = layout.sources[run.source].segment.columns[name][run.begin : run.end + 1].astype(np.int64)
                files[run.source].seek(int(rows[0]))
                for at in range(int(rows[0]), int(rows[-1]), PIECE):
                    target.write(files[run.source].read(min(PIECE, int(rows[-1]) - at)))
                offsets[name].append(rows[:-1] - rows[0] + written)
                written += int(rows[-1] - rows[0])
            offsets[name].append(np.array([written], np.int64))
    for file in files:
        file.close()
    return {name: np.concatenate(starts).astype(np.uint64) for name, starts in offsets.items()}


def _passages(layout: Layout) -> dict[str, Array]:
    count = len(layout.passage_first) - 1
    columns: dict[str, Array] = {}
    for name in (*_PASSAGE_COLUMNS, "id_hash"):
        columns[name] = np.zeros(count, layout.sources[0].segment.columns[name].dtype)
        for source in layout.sources:
            live = source.number != DEAD
            values = source.segment.columns[name]
            if name == "id_hash":
                by_passage = np.empty_like(values)
                by_passage[source.segment.columns["id_passage"]] = values
                values = by_passage
            columns[name][source.number[live]] = values[live]
    order = np.argsort(columns["id_hash"], kind="stable")
    columns["id_hash"] = columns["id_hash"][order]
    columns["id_passage"] = narrow(order, max(count - 1, 0))
    columns["passage_first"] = layout.passage_first.astype(np.uint32)
    for name in ("starts", "ends"):
        flags = [_flags(layout.sources[run.source].segment, name, run) for run in layout.runs]
        columns[name] = np.packbits(np.concatenate(flags) if flags else np.zeros(0, np.uint8), bitorder="little")
    return columns


def _flags(segment: Segment, name: str, run: PassageStretch) -> NDArray[np.uint8]:
    begin, end = characters(segment, run)
    return np.unpackbits(segment.columns[name][begin // 8 : -(-end // 8)], bitorder="little")[begin % 8 : begin % 8 + end - begin]


def _text(layout: Layout, path: Path) -> Spilled:
    kind = np.dtype(np.uint16 if len(layout.alphabet) <= 0x10000 else np.uint32)
    text = Spilled(path, kind)
    tables = [source.letters.astype(kind) for source in layout.sources]
    for run in layout.runs:
        columns = layout.sources[run.source].segment.columns
        begin, end = characters(layout.sources[run.source].segment, run)
        for at in range(begin, end, PIECE):
            text.append(tables[run.source][columns["text"][at : min(at + PIECE, end)]])
        columns.let_go()
    return text


def _facet(layout: Layout, field: str) -> dict[str, Array]:
    """Passages by value in the order of the values that are left, and the sets of values by first use."""
    texts, places = united([source.segment.facets[field].all() for source in layout.sources])
    count = len(layout.passage_first) - 1
    pairs = [np.zeros(0, np.uint64)]
    sets = np.zeros(count, np.int64)
    known: dict[bytes, int] = {}
    for source, place in zip(layout.sources, places, strict=True):
        columns = source.segment.columns
        number = source.number[columns[f"{field}_passages"]]
        values = np.repeat(place, sizes(columns[f"{field}_first"])).astype(np.uint64)
        pairs.append((values << np.uint64(32) | number)[number != DEAD])
        members = place[columns[f"{field}_members"]].astype(np.uint32)
        bounds = itertools.pairwise(columns[f"{field}_member_first"].tolist())
        table = np.array([known.setdefault(members[begin:end].tobytes(), len(known)) for begin, end in bounds], np.int64)
        live = source.number != DEAD
        sets[source.number[live]] = table[columns[f"{field}_sets"][live]]
    every = np.concatenate(pairs)
    every.sort(kind="stable")
    value, passages = (every >> np.uint64(32)).astype(np.int64), every.astype(np.uint32)
    used = np.bincount(value, minlength=len(texts)) > 0
    renumbered = np.cumsum(used) - 1
    labels = Labelled([text for text, one in zip(texts, used.tolist(), strict=True) if one], renumbered[value].astype(np.uint32), passages)
    in_use, first, sets = np.unique(sets, return_index=True, return_inverse=True)
    by_use = np.argsort(first)
    rank = np.empty(len(by_use), np.uint32)
    rank[by_use] = np.arange(len(by_use), dtype=np.uint32)
    lists = list(known)
    members_in_use = [renumbered[np.frombuffer(lists[at], np.uint32)].astype(np.uint32) for at in in_use[by_use].tolist()]
    return facet_columns(field, labels, rank[sets], members_in_use)


# --- postings -------------------------------------------------------------------------------------------------------------------------


def _pairs(source: SegmentSource, letters: Numbers, many: int) -> Numbers:
    """The pairs of characters of a segment as numbers over the new alphabet."""
    keys = source.segment.columns["bigram_keys"].astype(np.int64)
    own = len(source.segment.columns["alphabet"])
    return np.asarray(letters[keys // own] * many + letters[keys % own])


def _postings(layout: Layout, path: Path, name: str, keys: Sequence[Numbers]) -> tuple[Numbers, dict[str, Array | Spilled]]:
    """The keys that have postings, and these, where `keys` are the new keys of each source's (ascending); of bigrams positions too."""
    count = len(layout.passage_first) - 1
    columns = [source.segment.columns for source in layout.sources]
    united = _distinct(keys)
    kind = np.result_type(np.uint8, *(one[f"{name}_frequencies"].dtype for one in columns))
    bits = 8 * kind.itemsize, max(count - 1, 1).bit_length()
    positions = Spilled(path.with_suffix(".positions"), np.dtype(np.uint32)) if name == "bigram" else None
    passages = Spilled(path.with_suffix(".passages"), narrow(np.zeros(0), max(count - 1, 0)).dtype)
    frequencies = Spilled(path.with_suffix(".frequencies"), kind)
    many, spans = [], []
    for begin, end in itertools.pairwise(_borders(united, keys, [one[f"{name}_first"] for one in columns], 64 - sum(bits))):
        entries, places = [], []
        for source, own in zip(layout.sources, keys, strict=True):
            slices = _taken(source, name, own, united[begin:end], bits, with_positions=positions is not None)
            entries.append(slices[0])
            places.append(slices[1])
            source.segment.columns.let_go()
        packed = np.concatenate(entries)
        packed.sort(kind="stable")  # sorted slices one after the other: merged rather than sorted
        frequencies.append(packed & np.uint64((1 << bits[0]) - 1))
        packed >>= np.uint64(bits[0])
        passages.append(packed & np.uint64((1 << bits[1]) - 1))
        packed >>= np.uint64(bits[1])
        many.append(np.bincount(packed.astype(np.intp), minlength=end - begin))
        if positions is not None:
            packed = np.concatenate(places)
            packed.sort(kind="stable")
            positions.append(packed.astype(np.uint32))
            spans.append(np.bincount((packed >> np.uint64(32)).astype(np.intp), minlength=end - begin))
    sums = np.concatenate([np.zeros(0, np.int64), *many])
    used = sums > 0
    result: dict[str, Array | Spilled] = {f"{name}_first": _first(sums[used])}
    result |= {f"{name}_passages": passages, f"{name}_frequencies": frequencies}
    if positions is not None:
        result |= {f"{name}_spans": _first(np.concatenate([np.zeros(0, np.int64), *spans])[used]), f"{name}_positions": positions}
    return united[used], result


def _distinct(keys: Sequence[Numbers]) -> Numbers:
    """All keys of ascending lists, once each."""
    every = np.concatenate([np.zeros(0, np.int64), *keys])
    every.sort(kind="stable")
    return every[np.diff(every, prepend=-1) > 0]


def _first(many: Array) -> NDArray[np.uint32]:
    first = np.zeros(len(many) + 1, np.uint32)
    np.cumsum(many, out=first[1:])
    return first


def _borders(united: Numbers, keys: Sequence[Numbers], firsts: Sequence[Array], bits: int) -> list[int]:
    """Where the keys are cut, so that about `PIECE` entries and no more keys than so many bits hold lie between two borders."""
    many = np.zeros(len(united), np.int64)
    for own, first in zip(keys, firsts, strict=True):
        many += np.bincount(np.searchsorted(united, own), weights=sizes(first), minlength=len(united)).astype(np.int64)
    ends = np.cumsum(many)
    borders = [0]
    while borders[-1] < len(united):
        done = int(ends[borders[-1] - 1]) if borders[-1] else 0
        reach = int(np.searchsorted(ends, done + PIECE, "right"))
        borders.append(min(max(reach, borders[-1] + 1), borders[-1] + (1 << min(bits, 31)), len(united)))
    return borders


def _taken(
    source: SegmentSource, name: str, own: Numbers, wanted: Numbers, bits: tuple[int, int], *, with_positions: bool
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Entries of a source in a range of keys as (place of the key in the range, passage, frequency), and positions as (key, place)."""
    columns = source.segment.columns
    begin, end = np.searchsorted(own, (wanted[0], wanted[-1] + 1)).tolist()
    first = columns[f"{name}_first"][begin : end + 1].astype(np.int64)
    entries = slice(int(first[0]), int(first[-1]))
    keys = np.repeat(np.searchsorted(wanted, own[begin:end]).astype(np.uint64), sizes(first))
    old = columns[f"{name}_passages"][entries]
    frequencies = columns[f"{name}_frequencies"][entries]
    numbers = source.number[old]
    live = numbers != DEAD
    packed = (((keys << np.uint64(bits[1])) | numbers) << np.uint64(bits[0])) | frequencies
    if not with_positions:
        return packed[live], packed[:0]
    occurrences = frequencies >> 1
    spans = columns[f"{name}_spans"]
    places = columns[f"{name}_positions"][int(spans[begin]) : int(spans[end])] + np.repeat(source.shift[old], occurrences)
    return packed[live], (np.repeat(keys, occurrences) << np.uint64(32) | places.astype(np.uint64))[np.repeat(live, occurrences)]
