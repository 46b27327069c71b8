"""Snapshots on their way into the ledger's tables: several are compressed together, and their passages entered in the order of their table,
so that its pages come out full."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from search.links.bodies import BadBody, Entry, compressor, trained, written
from search.links.keys import Key, key_of

TOGETHER = 500
"""Snapshots that wait at most."""
LOOKUP_BITS = (1 << 31) - 1
"""What of a lookup key is kept: a number of four bytes."""

_WORDS = re.compile(r"[\u3400-\u9fff0-9a-z]+")


def lookup_key(text: str) -> int:
    """A 63-bit hash of the letters, digits and ideographs of a text: equal for texts that differ in spaces and punctuation only."""
    words = "".join(_WORDS.findall(text.lower()))
    return int.from_bytes(blake2b((words or text.strip()).encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> 1


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A snapshot on its way into the tables."""

    id: int
    document: str
    digest: bytes
    title: str
    source: str
    entries: Sequence[Entry]


class SnapshotIntake:
    """Takes snapshots for the tables of an open ledger. Its caller sees to locks, transactions, and that `enter` comes before anything
    else is read or written."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._waiting: dict[tuple[str, bytes], _Waiting] = {}
        self._dictionaries: dict[int, bytes] = {}

    def add(self, document: str, title: str, source: str, entries: Sequence[Entry], digest: bytes) -> int:
        """The number of the snapshot, taken if it is new."""
        found = self._db.execute("SELECT id FROM snapshot WHERE document = ? AND digest = ?", (document, digest)).fetchone()
        if found:
            return int(found[0])
        if (document, digest) not in self._waiting:
            last = self._db.execute("SELECT max(id) FROM snapshot").fetchone()[0] or 0
            waiting = _Waiting(last + len(self._waiting) + 1, document, digest, title, source, entries)
            self._waiting[document, digest] = waiting
        number = self._waiting[document, digest].id
        if len(self._waiting) >= TOGETHER:
            self.enter()
        return number

    def forget(self) -> None:
        """Lets go of what waits, and of what was known of a transaction that is rolled back."""
        self._waiting.clear()
        self._dictionaries.clear()

    def enter(self) -> None:
        """Enters the snapshots that wait, before anything else is read or written."""
        if not self._waiting:
            return
        waiting = list(self._waiting.values())
        self._waiting.clear()
        bodies = [written(one.entries) for one in waiting]
        dictionary = self._newest_dictionary(bodies)
        compress = compressor(self.dictionary(dictionary))
        self._db.executemany(
            "INSERT INTO snapshot (id, document, digest, title, source, passages, body, dictionary) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (one.id, one.document, one.digest, one.title, one.source, len(one.entries), compress(body), dictionary)
                for one, body in zip(waiting, bodies, strict=True)
            ),
        )
        places: list[tuple[Key, int, int, int]] = [
            (key_of(id_), one.id, position, lookup_key(text) & LOOKUP_BITS)
            for one in waiting
            for position, (id_, _, text) in enumerate(one.entries)
        ]
        places.sort(key=lambda place: (isinstance(place[0], str), place))
        self._db.executemany("INSERT INTO passage (id, snapshot, position, lookup) VALUES (?, ?, ?, ?)", places)

    def _newest_dictionary(self, bodies: Sequence[bytes]) -> int | None:
        """The number of the dictionary for new bodies: the one there is, or one trained on these, if they are enough."""
        number = self._db.execute("SELECT max(id) FROM dictionary").fetchone()[0]
        if number is None and (data := trained(bodies)) is not None:
            number = 1
            self._db.execute("INSERT INTO dictionary (id, data) VALUES (?, ?)", (number, data))
        return None if number is None else int(number)

    def dictionary(self, number: int | None) -> bytes | None:
        """The dictionary of this number. Raises BadBody."""
        if number is None:
            return None
        if number not in self._dictionaries:
            found = self._db.execute("SELECT data FROM dictionary WHERE id = ?", (number,)).fetchone()
            if found is None:
                raise BadBody(str(number))
            self._dictionaries[number] = found[0]
        return self._dictionaries[number]
