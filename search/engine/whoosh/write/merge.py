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
from search.engine.whoosh.files.postings import PostingLists, PostingWriter, is_placed
from search.engine.whoosh.files.segment import STORED, Segment, Vocabulary, document_columns
from search.engine.whoosh.write.invert import facet_columns, narrow, packed_texts, pair_columns, sizes, united
from search.engine.whoosh.write.part import Labelled
from search.engine.whoosh.write.records import joined_records
from search.engine.whoosh.write.rows import RowWriter, sampled, trained_dictionary
from search.fields import NAMES

_FREQUENCY_BITS = 32
_NO_PLACES: Array = np.zeros(0, np.uint8)
TAKEN_OVER = 0.75
"""The share of a segment's passages from which those of one old segment are taken over as they are packed, its dictionary with them."""
PASSED_ON = 200
"""Documents whose packed rows are passed on at a time."""
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
    keys, columns = _postings(layout, "word", places)
    yield {**packed_texts([words[at] for at in keys.tolist()], "word"), **columns}
    del words, places
    for field in NAMES:
        yield _facet(layout, field)
    yield {"alphabet": layout.alphabet, "text": _text(layout, target / f"{name}.text")}
    letters = [source.letters.astype(np.int64) for source in layout.sources]
    places = [table[source.segment.columns["character_keys"]] for table, source in zip(letters, layout.sources, strict=True)]
    kind = np.dtype(np.uint16 if len(layout.alphabet) <= 0x10000 else np.uint32)
    keys, columns = _postings(layout, "character", places)
    yield {"character_keys": keys.astype(kind), **columns}
    pairs = [_pairs(source, table, len(layout.alphabet)) for table, source in zip(letters, layout.sources, strict=True)]
    keys, columns = _postings(layout, "bigram", pairs)
    yield {**pair_columns(keys, len(layout.alphabet)), **columns}


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
    """Rows lie together by document, and share what their segment's rows have in common. Where one segment gives most of them, its own
    are taken over as they are packed, and what is new is packed with its dictionary: a change costs what is new."""
    segments = [source.segment for source in layout.sources]
    taken_over = _most(layout)
    dictionary = trained_dictionary(_samples(layout)) if taken_over is None else segments[taken_over].rows.dictionary
    writer = RowWriter(path, dictionary)
    for at, begin, end in _stretches(layout.documents):
        first = segments[at].document_first
        if at == taken_over:
            low, high = int(first[begin]), int(first[end])
            writer.copy(segments[at].rows.packed((begin, end), (low, high)), high - low)
            continue
        for ordinal in range(begin, end):
            rows = segments[at].passages_of(ordinal)
            writer.add(segments[at].rows.document(ordinal, rows), rows)
    return writer.finished(segments[at].rows.summary(ordinal) for at, ordinal in layout.documents)


def _most(layout: Layout) -> int | None:
    """The source of more than `TAKEN_OVER` of the passages, if there is one."""
    many = [int(np.count_nonzero(source.number != DEAD)) for source in layout.sources]
    most = max(range(len(many)), key=many.__getitem__, default=None)
    return most if most is not None and many[most] > TAKEN_OVER * sum(many) else None


def _stretches(documents: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Source, first and end of the ordinals of neighbouring documents of one source, `PASSED_ON` at most."""
    begin = 0
    for at in range(1, len(documents) + 1):
        source, ordinal = documents[begin]
        if at == len(documents) or at - begin == PASSED_ON or documents[at] != (source, ordinal + at - begin):
            yield source, ordinal, ordinal + at - begin
            begin = at


def _samples(layout: Layout) -> list[str]:
    """The rows that `sampled` picks of the passages in their new order."""
    ends = np.cumsum([run.end - run.begin for run in layout.runs])
    rows = []
    for number in sampled(int(ends[-1]) if len(ends) else 0):
        place = int(np.searchsorted(ends, number, side="right"))
        run = layout.runs[place]
        at = run.end - (int(ends[place]) - number)
        rows.append(layout.sources[run.source].segment.rows.passages(at, at + 1)[0])
    return rows


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
        lists = PostingLists(columns, field)
        number = source.number[lists.range(0, len(lists)).passages]
        values = np.repeat(place, sizes(lists.first)).astype(np.uint64)
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
    known_sets = list(known)
    members_in_use = [renumbered[np.frombuffer(known_sets[at], np.uint32)].astype(np.uint32) for at in in_use[by_use].tolist()]
    return facet_columns(field, labels, rank[sets], members_in_use)


# --- postings -------------------------------------------------------------------------------------------------------------------------


def _pairs(source: SegmentSource, letters: Numbers, many: int) -> Numbers:
    """The pairs of characters of a segment as numbers over the new alphabet."""
    columns = source.segment.columns
    return np.asarray(np.repeat(letters * many, sizes(columns["bigram_lefts"])) + letters[columns["bigram_rights"]])


def _postings(layout: Layout, name: str, keys: Sequence[Numbers]) -> tuple[Numbers, dict[str, Array]]:
    """The keys that have postings, and these, where `keys` are the new keys of each source's (ascending)."""
    passage_bits = max(len(layout.passage_first) - 2, 1).bit_length()
    sources = [(source, PostingLists(source.segment.columns, name)) for source in layout.sources]
    united = _distinct(keys)
    lists = PostingWriter(name)
    used = [np.zeros(0, np.bool_)]
    for begin, end in itertools.pairwise(_borders(united, keys, [one.first for _, one in sources], 64 - passage_bits - _FREQUENCY_BITS)):
        slices = []
        for (source, some), own in zip(sources, keys, strict=True):
            slices.append(_taken(source, some, own, united[begin:end], passage_bits))
            source.segment.columns.let_go()
        packed = np.concatenate(slices)
        packed.sort(kind="stable")  # sorted slices one after the other: merged rather than sorted
        frequencies = packed.astype(np.uint32)
        packed >>= np.uint64(_FREQUENCY_BITS)
        passages = (packed & np.uint64((1 << passage_bits) - 1)).astype(np.uint32)
        many = np.bincount((packed >> np.uint64(passage_bits)).astype(np.intp), minlength=end - begin)
        used.append(many > 0)
        places = _NO_PLACES
        if name == "bigram":
            long = is_placed(many)
            of_long = np.repeat(long, many)
            places = _inside(layout, united[begin:end][long], passages[of_long], frequencies[of_long])
        lists.add(many[many > 0], passages, narrow(frequencies), places)
    return united[np.concatenate(used)], lists.finished()


def _inside(layout: Layout, pairs: Numbers, passages: Array, frequencies: Array) -> Array:
    """Where in its passage each occurrence of these pairs (ascending) is; `passages` and `frequencies` are their entries. It is read
    from the texts: lists that become long by merging had no places."""
    if not len(pairs):
        return _NO_PLACES
    every = np.concatenate([places for source in layout.sources for places in _occurring(layout, source, pairs)])
    every.sort(kind="stable")
    return narrow(every.astype(np.uint32) - layout.passage_first.astype(np.uint32)[np.repeat(passages, frequencies >> 1)])


def _occurring(layout: Layout, source: SegmentSource, pairs: Numbers) -> Iterator[NDArray[np.uint64]]:
    """Occurrences of these pairs in a source as (which of the pairs, place in the new text)."""
    columns, many = source.segment.columns, len(layout.alphabet)
    text, first = columns["text"], columns["passage_first"].astype(np.int64)
    letters = source.letters.astype(np.int64)
    begins = np.zeros(many + 1, np.bool_)
    begins[pairs // many] = True
    is_left = begins[letters]
    for at in range(0, len(text) - 1, PIECE):
        piece = text[at : at + PIECE + 1]
        places = np.flatnonzero(is_left[piece[:-1]])
        keys = letters[piece[places]] * many + letters[piece[places + 1]]
        which = np.searchsorted(pairs, keys)
        which[which == len(pairs)] = 0
        there = pairs[which] == keys
        places, which = places[there] + at, which[there]
        passages = np.searchsorted(first, places, side="right") - 1
        numbers = source.number[passages]
        live = numbers != DEAD
        inside = (places - first[passages])[live]
        yield which[live].astype(np.uint64) << np.uint64(32) | (layout.passage_first[numbers[live]] + inside).astype(np.uint64)
    columns.let_go()


def _distinct(keys: Sequence[Numbers]) -> Numbers:
    """All keys of ascending lists, once each."""
    every = np.concatenate([np.zeros(0, np.int64), *keys])
    every.sort(kind="stable")
    return every[np.diff(every, prepend=-1) > 0]


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


def _taken(source: SegmentSource, lists: PostingLists, own: Numbers, wanted: Numbers, passage_bits: int) -> NDArray[np.uint64]:
    """Entries of a source in a range of keys as (place of the key in the range, passage, frequency)."""
    begin, end = np.searchsorted(own, (wanted[0], wanted[-1] + 1)).tolist()
    entries = lists.range(begin, end)
    keys = np.repeat(np.searchsorted(wanted, own[begin:end]).astype(np.uint64), sizes(lists.first[begin : end + 1]))
    numbers = source.number[entries.passages]
    packed = ((keys << np.uint64(passage_bits)) | numbers) << np.uint64(_FREQUENCY_BITS) | entries.frequencies
    return np.asarray(packed[numbers != DEAD])
