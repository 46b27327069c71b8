"""The ledger's file: an SQLite database that survives `kill -9` at any moment. The only place that speaks SQL."""

from __future__ import annotations

import json
import sqlite3
import threading
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

from search.errors import LedgerDamaged
from search.links.bodies import BadBody, entries_in
from search.links.bodies import Entry as Entry
from search.links.intake import SnapshotIntake
from search.links.intake import lookup_key as lookup_key
from search.links.keys import Key, id_of, key_of
from search.links.ledger_file import HINT, LEAD_COLUMNS, is_older, open_ledger, sentences, upgrade

CHUNK = 500
"""Bound values in one statement; SQLite's oldest limit is 999."""

T = TypeVar("T")

GenerationRow = tuple[int, str, int | None, str]
"""Sequence number, name, sequence number of its base, when it was recorded."""
EventRow = tuple[int, str, int | None]
"""Generation, document, snapshot (None: it is no longer there)."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A document's text at one time."""

    id: int
    document: str
    title: str
    source: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Lead:
    """Where a vanished id leads from a generation on."""

    id: str
    generation: int
    state: str
    target: str | None
    parts: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    similarity: float = 0.0


def entries_digest(entries: Sequence[Entry], title: str, source: str) -> bytes:
    """What tells two snapshots of one document apart."""
    parts = [title, source, *(part for entry in entries for part in entry)]
    return blake2b("\x00".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def history_of(sequence: int | None, bases: Mapping[int, int | None]) -> frozenset[int]:
    """The generations that the one given stands on, itself and all imported history (negative numbers) included; `bases` has the base of
    each."""
    found = {number for number in bases if number < 0}
    while sequence is not None and sequence not in found:
        found.add(sequence)
        sequence = bases.get(sequence)
    return frozenset(found)


class LedgerStore:
    """Reads and writes the ledger's tables. Safe for several threads; one writer at a time among processes, readers never wait."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._db = open_ledger(path, read_only=read_only)
        self.is_older = is_older(self._db)
        """Whether an earlier version wrote it: `upgrade` it before anything is entered."""
        self._intake = SnapshotIntake(self._db)

    def upgrade(self) -> None:
        """Brings the tables of an earlier version to this one, in one transaction. Texts stay as they were compressed."""
        with self._lock, sentences():
            upgrade(self._db)
            self.is_older = False

    def close(self) -> None:
        with self._lock, sentences():
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: an error inside rolls everything back."""
        with self._lock:
            with sentences():
                self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._intake.enter()
            except BaseException:
                self._intake.forget()
                with suppress(sqlite3.Error):  # a full disk has rolled back already
                    self._db.execute("ROLLBACK")
                raise
            with sentences():
                self._db.execute("COMMIT")

    def rest(self) -> bool:
        """Moves what waits in the log into the file itself; False where a reader stands in the way."""
        with self._lock, sentences():
            busy, *_ = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._lock, sentences():
            self._intake.enter()
            return self._db.execute(sql, values).fetchall()

    def write(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with self._lock, sentences():
            self._intake.enter()
            self._db.executemany(sql, rows)

    def add_generations(self, rows: Iterable[GenerationRow]) -> None:
        """Enters generations."""
        self.write("INSERT INTO generation (seq, name, base, created) VALUES (?, ?, ?, ?)", rows)

    def rename_generation(self, name: str) -> None:
        """Gives a generation of this name another one; harmless where there is none."""
        self.write("UPDATE generation SET name = name || '#' || seq WHERE name = ?", [(name,)])

    def add_events(self, rows: Iterable[EventRow]) -> None:
        """Enters which snapshot a document has from a generation on."""
        self.write("INSERT INTO event VALUES (?, ?, ?)", rows)

    def faults(self) -> tuple[str, ...]:
        """Sentences on what is wrong with the file and with its rows, by a look at all of them; empty when it is sound."""
        try:
            said = [str(row[0]) for row in self.rows("PRAGMA integrity_check(10)")]
            found = [] if said == ["ok"] else ["数据库文件不完整。"]
            found += [sentence for sentence, sql in _RULES if self.rows(sql)]
            for (number,) in self.rows("SELECT id FROM snapshot ORDER BY id"):
                kept = self.snapshot(number)
                (digest, passages), *_ = self.rows("SELECT digest, passages FROM snapshot WHERE id = ?", (number,))
                ids = [id_of(row[0]) for row in self.rows("SELECT id FROM passage WHERE snapshot = ? ORDER BY position", (number,))]
                entries = [entry[0] for entry in kept.entries]
                if entries_digest(kept.entries, kept.title, kept.source) != digest or ids != entries or passages != len(ids):
                    found.append(f"文献“{kept.document}”的记录已被改动。")
            for row in self.rows(f"SELECT {LEAD_COLUMNS} FROM successor"):
                _lead(row)
            return tuple(found)
        except (LedgerDamaged, ValueError, TypeError, IndexError) as error:
            return (error.message if isinstance(error, LedgerDamaged) else "记录读不懂。",)

    # --- generations -------------------------------------------------------------------------------------------------

    def sequence(self, name: str) -> int | None:
        """The sequence number of a generation, None where the ledger never heard of it."""
        found = self.rows("SELECT seq FROM generation WHERE name = ?", (name,))
        return int(found[0][0]) if found else None

    def last_sequence(self) -> int | None:
        """The newest generation recorded, whether or not it ever came into force."""
        return self.rows("SELECT max(seq) FROM generation")[0][0]  # type: ignore[no-any-return]

    def first_sequence(self) -> int | None:
        """The oldest generation; below zero where history was imported."""
        return self.rows("SELECT min(seq) FROM generation")[0][0]  # type: ignore[no-any-return]

    def ids(self) -> int:
        """How many passage ids the ledger has."""
        return int(self.rows("SELECT count(DISTINCT id) FROM passage")[0][0])

    def history(self, sequence: int | None) -> frozenset[int]:
        """The generations that the one given stands on, itself and all imported history included."""
        return history_of(sequence, dict(self.rows("SELECT seq, base FROM generation")))

    def state(self, history: frozenset[int]) -> dict[str, int]:
        """Document id → snapshot, as of the end of the history."""
        found: dict[str, int | None] = {}
        for generation, document, snapshot in self.rows("SELECT generation, document, snapshot FROM event ORDER BY generation"):
            if generation in history:
                found[document] = snapshot
        return {document: snapshot for document, snapshot in found.items() if snapshot is not None}

    # --- snapshots and passages --------------------------------------------------------------------------------------

    def digests(self) -> dict[int, bytes]:
        return dict(self.rows("SELECT id, digest FROM snapshot"))

    def add_snapshot(self, document: str, title: str, source: str, entries: Sequence[Entry], digest: bytes) -> int:
        """The id of the snapshot, added if it is new."""
        with self._lock, sentences():
            return self._intake.add(document, title, source, entries, digest)

    def snapshot(self, snapshot: int) -> Snapshot:
        columns = "document, title, source, body" + ("" if self.is_older else ", dictionary")
        try:
            document, title, source, body, *rest = self.rows(f"SELECT {columns} FROM snapshot WHERE id = ?", (snapshot,))[0]
            with self._lock, sentences():
                dictionary = self._intake.dictionary(rest[0] if rest else None)
            return Snapshot(snapshot, document, title, source, entries_in(body, dictionary))
        except (BadBody, TypeError, IndexError) as error:
            raise LedgerDamaged("链接簿里的一条记录读不出来。", hint=HINT) from error

    def document_of(self, snapshot: int) -> str:
        return str(self.rows("SELECT document FROM snapshot WHERE id = ?", (snapshot,))[0][0])

    def places(self, id_: str) -> list[tuple[int, int]]:
        """Snapshots and positions in them where an id stood, newest snapshot first."""
        return self.rows("SELECT snapshot, position FROM passage WHERE id = ? ORDER BY snapshot DESC", (self._key(id_),))

    def _key(self, id_: str) -> Key:
        return id_ if self.is_older else key_of(id_)

    def created(self, history: frozenset[int]) -> dict[int, tuple[str, str]]:
        """Generation → its name and when it was recorded (ISO 8601), of those given."""
        found = self.rows("SELECT seq, name, created FROM generation")
        return {sequence: (name, created) for sequence, name, created in found if sequence in history}

    def changed(self, sequence: int, at_most: int | None = None) -> list[str]:
        """The documents that were new or read otherwise in a generation, so many at most."""
        sql = "SELECT document FROM event WHERE generation = ? AND snapshot IS NOT NULL LIMIT ?"
        return [row[0] for row in self.rows(sql, (sequence, -1 if at_most is None else at_most))]

    def last_changed(self, documents: Iterable[str], history: frozenset[int]) -> dict[str, int]:
        """Document → the last of these generations in which it was new or read otherwise, of these documents."""
        found: dict[str, int] = {}
        wanted = set(documents)
        for document, sequence in self.rows("SELECT document, generation FROM event WHERE snapshot IS NOT NULL ORDER BY generation"):
            if document in wanted and sequence in history:
                found[document] = sequence
        return found

    def newest_changes(self, firsts: Sequence[str], history: frozenset[int]) -> list[int | None]:
        """The ids of documents cut into parts, each of which begins with one of these (ascending): the last of these generations in which
        any document of each came, changed or went."""
        found: list[int | None] = [None] * len(firsts)
        for document, sequence in self.rows("SELECT document, generation FROM event ORDER BY generation"):
            part = bisect_right(firsts, document) - 1
            if part >= 0 and sequence in history:
                found[part] = sequence
        return found

    def first_seen(self, ids: Iterable[str], history: frozenset[int]) -> dict[str, int]:
        """Passage id → the first of these generations that gave it out."""
        found: dict[str, int] = {}
        for chunk in _chunks([self._key(id_) for id_ in ids]):
            marks = ", ".join("?" * len(chunk))
            sql = f"SELECT p.id, e.generation FROM passage p JOIN event e ON e.snapshot = p.snapshot WHERE p.id IN ({marks})"
            for key, sequence in self.rows(sql, chunk):
                id_ = id_of(key)
                if sequence in history:
                    found[id_] = min(sequence, found.get(id_, sequence))
        return found

    def by_lookup(self, keys: Iterable[int]) -> list[tuple[int, int, int, str]]:
        """Lookup key, snapshot, position, id of every passage with one of the keys."""
        found: list[tuple[Any, ...]] = []
        for some in _chunks(sorted(set(keys))):
            marks = ",".join("?" * len(some))
            found += self.rows(f"SELECT lookup, snapshot, position, id FROM passage WHERE lookup IN ({marks})", some)
        return [(lookup, snapshot, position, id_of(key)) for lookup, snapshot, position, key in found]

    def lookup_keys(self, ids: Iterable[str]) -> dict[str, int]:
        """Id → lookup key, for ids the ledger has."""
        found: dict[str, int] = {}
        for some in _chunks([self._key(id_) for id_ in sorted(set(ids))]):
            rows = self.rows(f"SELECT id, lookup FROM passage WHERE id IN ({','.join('?' * len(some))})", some)
            found.update((id_of(key), lookup) for key, lookup in rows)
        return found

    def count(self, snapshots: Iterable[int]) -> int:
        """Passages in all of these snapshots."""
        counts = dict(self.rows("SELECT id, passages FROM snapshot"))
        return sum(counts[snapshot] for snapshot in snapshots)

    def sources(self) -> dict[str, str]:
        """Source name → document id, the newest snapshot's word."""
        return dict(self.rows("SELECT source, document FROM snapshot ORDER BY id"))

    # --- the whole log -----------------------------------------------------------------------------------------------

    def dump(self) -> Iterator[dict[str, Any]]:
        """Every row as a dict, `table` naming where it is: generations, then snapshots (with their text), events and leads."""
        for seq, name, base, created in self.rows("SELECT seq, name, base, created FROM generation ORDER BY seq"):
            yield {"table": "generation", "seq": seq, "name": name, "base": base, "created": created}
        for (number,) in self.rows("SELECT id FROM snapshot ORDER BY id"):
            found = self.snapshot(number)
            yield {
                "table": "snapshot",
                "id": number,
                "document": found.document,
                "title": found.title,
                "source": found.source,
                "passages": [list(entry) for entry in found.entries],
            }
        for generation, document, snapshot in self.rows("SELECT generation, document, snapshot FROM event ORDER BY generation, document"):
            yield {"table": "event", "generation": generation, "document": document, "snapshot": snapshot}
        for row in self.rows(f"SELECT {LEAD_COLUMNS} FROM successor ORDER BY generation, id"):
            lead = _lead(row)
            yield {
                "table": "lead",
                "id": lead.id,
                "generation": lead.generation,
                "state": lead.state,
                "target": lead.target,
                "parts": list(lead.parts),
                "candidates": list(lead.candidates),
                "similarity": lead.similarity,
            }

    # --- leads -------------------------------------------------------------------------------------------------------

    def leads(self, id_: str) -> list[Lead]:
        """Where an id leads, oldest generation first."""
        rows = self.rows(f"SELECT {LEAD_COLUMNS} FROM successor WHERE id = ? ORDER BY generation", (self._key(id_),))
        return [_lead(row) for row in rows]

    def gone(self, history: frozenset[int]) -> list[str]:
        """Ids whose newest lead in the history is that they are gone."""
        rows = self.rows(
            "SELECT id, generation, state FROM successor WHERE id IN (SELECT id FROM successor WHERE state = 'gone') ORDER BY generation"
        )
        newest = {key: state for key, generation, state in rows if generation in history}
        return [id_of(key) for key, state in newest.items() if state == "gone"]

    def add_leads(self, leads: Iterable[Lead]) -> None:
        self.write(
            f"INSERT OR REPLACE INTO successor ({LEAD_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    key_of(lead.id),
                    lead.generation,
                    lead.state,
                    lead.target,
                    json.dumps(lead.parts),
                    json.dumps(lead.candidates),
                    lead.similarity,
                )
                for lead in leads
            ),
        )


_RULES = (
    ("有的版本所依据的版本不在簿中。", "SELECT 1 FROM generation WHERE base NOT IN (SELECT seq FROM generation) LIMIT 1"),
    ("有的变更记在不存在的版本上。", "SELECT 1 FROM event WHERE generation NOT IN (SELECT seq FROM generation) LIMIT 1"),
    ("有的变更指向不存在的文献记录。", "SELECT 1 FROM event WHERE snapshot NOT IN (SELECT id FROM snapshot) LIMIT 1"),
    ("有的段落属于不存在的文献记录。", "SELECT 1 FROM passage WHERE snapshot NOT IN (SELECT id FROM snapshot) LIMIT 1"),
    ("有的去向记在不存在的版本上。", "SELECT 1 FROM successor WHERE generation NOT IN (SELECT seq FROM generation) LIMIT 1"),
    ("有的去向不是已知的状态。", "SELECT 1 FROM successor WHERE state NOT IN ('moved', 'changed', 'gone') LIMIT 1"),
    ("有的段落从未发出过，却有去向。", "SELECT 1 FROM successor WHERE id NOT IN (SELECT id FROM passage) LIMIT 1"),
)
"""A sentence, and a question that has no answer in a sound ledger."""


def _lead(row: Sequence[Any]) -> Lead:
    key, generation, state, target, parts, candidates, similarity = row
    try:
        return Lead(id_of(key), generation, state, target, tuple(json.loads(parts)), tuple(json.loads(candidates)), similarity)
    except (ValueError, TypeError) as error:
        raise LedgerDamaged("链接簿里的一条去向读不懂。", hint=HINT) from error


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def merge_state(known: Mapping[str, int], changed: Mapping[str, int | None]) -> dict[str, int]:
    """The documents of a generation: its base's, with its own changes on top."""
    return {document: snapshot for document, snapshot in {**known, **changed}.items() if snapshot is not None}
