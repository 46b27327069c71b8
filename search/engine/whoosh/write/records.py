"""Figures and relations as columns: one row each, in the order of their passages, and which rows have which value.

Of each kind (`figure`, `relation`): `_passage` and `_at` (the place among the passage's own), `_value`, `_earliest`, `_latest`, `_total`
(whether it may be added up), `_pair` (of relations: the number of supporter and recipient); a vocabulary `_key` of `field\\0value`, and by
CSR the rows of each (`_key_first`, `_key_rows`); a vocabulary `_side` of the pairs (`supporter\\0recipient`).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.engine.whoosh.files.columns import Array, MappedColumns
from search.engine.whoosh.files.segment import Vocabulary
from search.engine.whoosh.write.invert import narrow, packed_texts, sizes, united
from search.model import Figure, Passage, Relation
from search.records import RecordKind, is_total, record_number, record_values, record_years, records_of

KINDS = tuple(RecordKind)
NO_YEAR = -32768
_ROWS = ("passage", "at", "value", "earliest", "latest", "total", "pair")
_TYPES = {
    "passage": np.uint32,
    "at": np.uint16,
    "value": np.float64,
    "earliest": np.int16,
    "latest": np.int16,
    "total": np.uint8,
    "pair": np.uint32,
}


@dataclass(slots=True)
class _RecordRows:
    """Rows of one kind on their way into columns."""

    kind: RecordKind
    columns: dict[str, Any]
    keys: dict[str, int]
    key: array[int]
    row: array[int]
    sides: dict[str, int]

    @classmethod
    def empty(cls, kind: RecordKind) -> _RecordRows:
        codes = {"passage": "I", "at": "H", "value": "d", "earliest": "h", "latest": "h", "total": "B", "pair": "I"}
        return cls(kind, {name: array(code) for name, code in codes.items()}, {}, array("I"), array("I"), {})

    def add(self, passage: int, at: int, record: Figure | Relation) -> None:
        """Adds the record at this place of a passage."""
        row = len(self.columns["at"])
        years = record_years(record)
        sides = "" if isinstance(record, Figure) else f"{record.supporter.name}\0{record.recipient.name}"
        said = (
            passage,
            min(at, 65_535),
            record_number(record),
            min(years, default=NO_YEAR),
            max(years, default=NO_YEAR),
            int(isinstance(record, Figure) and is_total(record)),
            self.sides.setdefault(sides, len(self.sides)),
        )
        for name, one in zip(_ROWS, said, strict=True):
            self.columns[name].append(one)
        keys = self.keys
        found = [keys.setdefault(f"{field}\0{value}", len(keys)) for field, values in record_values(record).items() for value in values]
        self.key.extend(found)
        self.row.extend([row] * len(found))

    def written(self) -> dict[str, Array]:
        """The columns."""
        columns = {name: np.frombuffer(self.columns[name], _TYPES[name]) for name in _ROWS}
        return _columns(
            self.kind, columns, list(self.keys), np.frombuffer(self.key, np.uint32), np.frombuffer(self.row, np.uint32), list(self.sides)
        )


class Recorder:
    """Takes the records of passages as they go by, and gives their columns at the end."""

    def __init__(self) -> None:
        self._rows = [_RecordRows.empty(kind) for kind in KINDS]
        self._passages = 0

    def watch(self, passages: Iterable[Passage]) -> Iterable[Passage]:
        """The same passages, noted on their way."""
        for passage in passages:
            for rows in self._rows:
                for at, record in enumerate(records_of(passage, rows.kind)):
                    rows.add(self._passages, at, record)
            self._passages += 1
            yield passage

    def columns(self) -> dict[str, Array]:
        """The columns of all kinds."""
        return {name: column for rows in self._rows for name, column in rows.written().items()}


def joined_records(parts: Sequence[MappedColumns], numbers: Sequence[NDArray[np.int64]], rank: Array | None = None) -> dict[str, Array]:
    """The rows of several sets of columns as one, ordered by passage, or by the `rank` of each. `numbers[i]` gives the passages of part i
    their new numbers; a negative one leaves a passage out."""
    made: dict[str, Array] = {}
    for kind in KINDS:
        made |= _joined(kind, parts, numbers, rank)
    return made


def _joined(kind: RecordKind, parts: Sequence[MappedColumns], numbers: Sequence[NDArray[np.int64]], rank: Array | None) -> dict[str, Array]:
    keys, key_places = united([Vocabulary(part, f"{kind}_key").all() for part in parts])
    sides, side_places = united([Vocabulary(part, f"{kind}_side").all() for part in parts])
    rows: dict[str, list[Array]] = {name: [] for name in _ROWS}
    key_of, row_of = [], []
    base = 0
    for part, number, places, side in zip(parts, numbers, key_places, side_places, strict=True):
        new = number[part[f"{kind}_passage"].astype(np.int64)] if len(part[f"{kind}_passage"]) else np.zeros(0, np.int64)
        live = new >= 0
        for name in _ROWS:
            column = part[f"{kind}_{name}"]
            column = new if name == "passage" else side[column.astype(np.int64)] if name == "pair" and len(side) else column
            rows[name].append(column[live])
        place = np.full(len(live), -1, np.int64)
        place[live] = np.arange(int(live.sum())) + base
        owner = place[part[f"{kind}_key_rows"].astype(np.int64)] if len(live) else np.zeros(0, np.int64)
        value = np.repeat(places, sizes(part[f"{kind}_key_first"]))
        key_of.append(value[owner >= 0])
        row_of.append(owner[owner >= 0])
        base += int(live.sum())
    columns = {name: _chain(column).astype(_TYPES[name]) for name, column in rows.items()}
    place = columns["passage"] if rank is None else rank[columns["passage"]]
    order = np.lexsort((columns["at"], place))
    back = np.empty(len(order), np.uint32)
    back[order] = np.arange(len(order), dtype=np.uint32)
    row = back[_chain(row_of).astype(np.int64)] if len(order) else np.zeros(0, np.uint32)
    return _columns(kind, {name: column[order] for name, column in columns.items()}, keys, _chain(key_of).astype(np.uint32), row, sides)


def _chain(arrays: Sequence[Array]) -> Array:
    return np.concatenate(arrays) if arrays else np.zeros(0, np.int64)


def _columns(
    kind: RecordKind, rows: dict[str, Array], keys: Sequence[str], key: NDArray[np.uint32], row: NDArray[np.uint32], sides: Sequence[str]
) -> dict[str, Array]:
    """The columns of rows ordered by passage; only keys and sides that a row has are kept."""
    used = np.unique(key)
    names = [keys[at] for at in used.tolist()]
    ranked = sorted(range(len(names)), key=names.__getitem__)
    rank = np.zeros(len(keys) + 1, np.int64)
    rank[used[ranked]] = np.arange(len(ranked))
    place = rank[key]
    order = np.lexsort((row, place))
    first = np.zeros(len(names) + 1, np.uint32)
    np.cumsum(np.bincount(place, minlength=len(names)), out=first[1:])
    pairs, pair = np.unique(rows["pair"], return_inverse=True)
    named = [sides[at] for at in pairs.tolist()]
    sorted_sides = sorted(range(len(named)), key=named.__getitem__)
    new = np.zeros(len(named) + 1, np.uint32)
    new[sorted_sides] = np.arange(len(named), dtype=np.uint32)
    rows = {**rows, "pair": new[pair]}
    return {
        **{f"{kind}_{name}": rows[name] for name in _ROWS},
        **packed_texts([names[at] for at in ranked], f"{kind}_key"),
        f"{kind}_key_first": first,
        f"{kind}_key_rows": narrow(row[order], max(len(rows["at"]) - 1, 0)),
        **packed_texts([named[at] for at in sorted_sides], f"{kind}_side"),
    }
