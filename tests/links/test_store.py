"""The ledger's tables: ids as numbers, texts compressed with what they have in common, ledgers of the version before taken along."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import SearchError
from search.links import FILE_NAME, Ledger, bodies, guard
from search.links.bodies import BadBody, compressor, entries_in, trained, written
from search.links.keys import id_of, key_of
from search.links.store import LedgerStore, lookup_key
from search.text.passage_id import ALPHABET, LENGTH
from tests.links.corpus import document, judged_texts

BEFORE = """
CREATE TABLE generation (seq INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, base INTEGER, created TEXT NOT NULL);
CREATE TABLE snapshot (id INTEGER PRIMARY KEY, document TEXT NOT NULL, digest BLOB NOT NULL, title TEXT NOT NULL, source TEXT NOT NULL,
    passages INTEGER NOT NULL, body BLOB NOT NULL, UNIQUE (document, digest));
CREATE TABLE event (generation INTEGER NOT NULL, document TEXT NOT NULL, snapshot INTEGER,
    PRIMARY KEY (generation, document)) WITHOUT ROWID;
CREATE TABLE passage (id TEXT NOT NULL, snapshot INTEGER NOT NULL, position INTEGER NOT NULL, lookup INTEGER NOT NULL,
    PRIMARY KEY (id, snapshot)) WITHOUT ROWID;
CREATE INDEX passage_lookup ON passage (lookup);
CREATE TABLE successor (id TEXT NOT NULL, generation INTEGER NOT NULL, state TEXT NOT NULL, target TEXT, parts TEXT NOT NULL DEFAULT '[]',
    candidates TEXT NOT NULL DEFAULT '[]', similarity REAL NOT NULL DEFAULT 0, PRIMARY KEY (id, generation)) WITHOUT ROWID;
CREATE INDEX successor_gone ON successor (state) WHERE state = 'gone';
PRAGMA user_version = 1;
"""


@given(id_=st.text(ALPHABET, min_size=1, max_size=18) | st.text(max_size=14))
def test_every_id_comes_back_from_its_key(id_: str) -> None:
    """Ids of the usual form are numbers, all others texts; none is taken for another."""
    assert id_of(key_of(id_)) == id_
    assert isinstance(key_of(id_), int) == (len(id_) == LENGTH and set(id_) <= set(ALPHABET))


@pytest.mark.parametrize("key", [-1, 1 << 60])
def test_a_number_that_is_no_id_is_refused(key: int) -> None:
    """Damage is not read as an id."""
    with pytest.raises(ValueError, match=str(key)):
        id_of(key)


@pytest.mark.parametrize("samples", [40, 46])
def test_texts_come_back_from_their_bodies(monkeypatch: pytest.MonkeyPatch, samples: int) -> None:
    """With a dictionary and without; with it they are shorter, and without it unreadable."""
    monkeypatch.setattr(bodies, "SAMPLES", samples)
    texts = judged_texts()
    entries = [
        [(f"{at}-{place}", "body", texts[(at + place * at) % len(texts)] + "\ud800" * (at == 7)) for place in range(3)] for at in range(45)
    ]
    plain = [written(one) for one in entries]
    dictionary = trained(plain)
    assert (dictionary is not None) == (samples <= len(plain))
    packed = [compressor(dictionary)(one) for one in plain]
    assert [list(entries_in(one, dictionary)) for one in packed] == entries
    if dictionary is not None:
        assert sum(map(len, packed)) < sum(len(compressor(None)(one)) for one in plain)
        with pytest.raises(BadBody):
            entries_in(packed[0], None)


def _as_before(path: Path, leads: Sequence[tuple[str, str]]) -> None:
    """A ledger as version 1 of its tables had it, of one document in one generation."""
    texts = judged_texts()[:4]
    passages = document("d", texts).passages
    body = zlib.compress(json.dumps([(one.id, "body", one.text) for one in passages], ensure_ascii=False).encode(), 1)
    db = sqlite3.connect(path)
    db.executescript(BEFORE)
    db.execute("INSERT INTO generation VALUES (1, 'g1', NULL, '2026-01-01')")
    db.execute("INSERT INTO snapshot VALUES (1, 'd', ?, 'd', 'd.txt', 4, ?)", (b"x" * 16, body))
    db.execute("INSERT INTO event VALUES (1, 'd', 1)")
    db.executemany("INSERT INTO passage VALUES (?, 1, ?, ?)", [(one.id, at, lookup_key(one.text)) for at, one in enumerate(passages)])
    db.executemany("INSERT INTO successor (id, generation, state) VALUES (?, 1, ?)", leads)
    db.commit()
    db.close()
    guard.set_seal(path)


def test_a_ledger_of_the_version_before_is_taken_along(tmp_path: Path) -> None:
    """Read as it is where nothing is built, brought to the new form where something is: every row says the same, a copy is laid by, and
    the seal holds."""
    path = tmp_path / FILE_NAME
    ids = [one.id for one in document("d", judged_texts()[:4]).passages]
    _as_before(path, [(ids[3], "gone")])
    with Ledger(path, read_only=True) as ledger:
        said = list(ledger.export())
        assert ledger.first_seen(ids) == dict.fromkeys(ids, 1)
    with Ledger(path) as ledger:
        assert list(ledger.export()) == said
        assert ledger.first_seen(ids) == dict.fromkeys(ids, 1)
        assert ledger.store.places(ids[2]) == [(1, 2)]
        assert ledger.store.gone(frozenset({1})) == [ids[3]]
        keys = ledger.store.lookup_keys(ids)
        assert sorted(id_ for *_, id_ in ledger.store.by_lookup(keys.values())) == sorted(ids)
    assert guard.is_altered(path) is False
    assert [guard.is_altered(copy) for copy in guard.copies(path)] == [False]
    store = LedgerStore(path, read_only=True)
    assert not store.is_older
    store.close()


def _add_and_fail(store: LedgerStore) -> None:
    with store.transaction():
        store.add_snapshot("f", "t", "s", [("z", "body", "丁")], b"3")
        store.write("INSERT INTO nowhere VALUES (?)", [(1,)])


def test_what_waits_is_seen_and_rolled_back(tmp_path: Path) -> None:
    """Snapshots are entered together: they are read within their transaction, and gone with it."""
    store = LedgerStore(tmp_path / FILE_NAME)
    entries = [("0123456789ab", "body", "甲"), ("x", "body", "乙")]
    with store.transaction():
        number = store.add_snapshot("d", "t", "s", entries, b"1")
        assert store.add_snapshot("d", "t", "s", entries, b"1") == number
        assert store.add_snapshot("e", "t", "s", [("y", "body", "丙")], b"2") == number + 1
        assert list(store.snapshot(number).entries) == entries
        assert store.places("x") == [(number, 1)]
    with pytest.raises(SearchError):
        _add_and_fail(store)
    assert store.places("z") == []
    with store.transaction():
        assert store.add_snapshot("f", "t", "s", [("z", "body", "丁")], b"3") == number + 2
    store.close()
