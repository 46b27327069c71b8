"""SQLite FTS5: a column of words and one of characters, ranked by its BM25; facet values in tables of numbers beside it.

The index is asked once a question: its matches go into a temporary table, from which total, hits and counts are taken. Asked anew for
every facet, with the choices as subqueries beside `match`, it takes seconds where the planner starts from the choices, and tens of seconds
where it counts from the side of the facet values. `group by` over the labels of the matches sorts them all: Python's Counter takes half
the time.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import ClassVar

from search.fields import FACET_NAMES
from tests.bench.queries import Query
from tests.bench.rows import Corpus

from . import marking
from .port import SHOWN, Depth, Found

SCHEMA = """
create virtual table passage using fts5(words, chars, content='', tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'");
create table stored(id integer primary key, text text);
create table value(id integer primary key, facet text, value text, unique(facet, value));
create table label(passage integer, value integer, primary key(passage, value)) without rowid;
create table holder(value integer, passage integer, primary key(value, passage)) without rowid;
"""
FAST = "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -400000; pragma temp_store = memory;"


class Fts5:
    """One process builds; the postings are merged into one segment at the end."""

    name: ClassVar[str] = "fts5"
    marking: ClassVar[str] = "the benchmark's plain marking in Python (its table has no content of its own to cut from)"

    def __init__(self, folder: Path) -> None:
        self._path = folder / "fts5.sqlite"

    def build(self, corpus: Corpus) -> None:
        """One transaction; the table from value to passages is filled in order at the end."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._path)
        database.executescript(FAST + SCHEMA)
        numbers: dict[tuple[str, str], int] = {}
        for at, row in enumerate(corpus.rows()):
            database.execute("insert into passage(rowid, words, chars) values (?, ?, ?)", (at, row.words, row.chars))
            database.execute("insert into stored values (?, ?)", (at, row.text))
            values = sorted(numbers.setdefault((name, value), len(numbers)) for name in FACET_NAMES for value in row.facets[name])
            database.executemany("insert into label values (?, ?)", [(at, value) for value in values])
        database.executemany("insert into value values (?, ?, ?)", [(number, *key) for key, number in numbers.items()])
        database.execute("insert into holder select value, passage from label order by value, passage")
        database.execute("insert into passage(passage) values ('optimize')")
        database.commit()
        database.execute("analyze")
        database.commit()
        database.close()

    def open(self) -> None:
        """A connection with 64 MB of cache, the names of the facet values read."""
        self._database = sqlite3.connect(self._path)
        self._database.executescript("pragma temp_store = memory; pragma cache_size = -64000; pragma mmap_size = 8000000000;")
        self._database.execute("create temp table hit(id integer primary key, score real)")
        self._values = {number: (name, value) for number, name, value in self._database.execute("select id, facet, value from value")}
        self._numbers = {key: number for number, key in self._values.items()}

    def close(self) -> None:
        """Closes the connection."""
        self._database.close()

    def ask(self, asked: Query, depth: Depth) -> Found:
        """Matches first, then what is made of them."""
        run = self._database.execute
        source, given = self._matches(asked)
        if source:
            run("delete from temp.hit")
            run(f"insert into temp.hit {source}", given)
            source = "temp.hit"
        kept, values = self._kept(asked.region, asked.year)
        table = source or "stored"
        total = int(run(f"select count(*) from {table} where {kept}", values).fetchone()[0])
        best = f"select id from {table} where {kept} {'order by score' if source else ''} limit {SHOWN}"
        texts = tuple(run("select text from stored where id = ?", row).fetchone()[0] for row in run(best, values).fetchall())
        if depth is Depth.TOP:
            return Found(total, texts)
        counts = self._counts(table, asked)
        if depth is Depth.FACETS:
            return Found(total, texts, counts)
        return Found(total, texts, counts, tuple(marking.snippet(text, asked) for text in texts))

    def _matches(self, asked: Query) -> tuple[str, list[str]]:
        """A selection of matches with their scores (the best is the least); nothing where everything is asked for."""
        if asked.run:
            match = 'chars:"' + " ".join(asked.run) + '"'
        elif asked.prefix:
            match = f'words:"{asked.prefix}"*'
        elif asked.phrase:
            match = 'words:"' + " ".join(asked.words) + '"'
        elif asked.words:
            match = (" OR " if asked.either else " AND ").join(f'words:"{word}"' for word in asked.words)
        else:
            return "", []
        return "select rowid, bm25(passage) from passage where passage match ?", [match]

    def _kept(self, region: str, year: str) -> tuple[str, list[int]]:
        """The condition of the choices on `id`."""
        chosen = [self._numbers.get(key, -1) for key in (("region", region), ("year", year)) if key[1]]
        return " and ".join(["id in (select passage from holder where value = ?)"] * len(chosen)) or "true", chosen

    def _counts(self, table: str, asked: Query) -> dict[str, Mapping[str, int]]:
        """All facets in one pass, unless one has a choice of its own: then one pass for each choice left out."""
        chosen = [name for name in FACET_NAMES if getattr(asked, name, "")]
        counts = self._counted(table, asked.region, asked.year, [name for name in FACET_NAMES if name not in chosen])
        if "region" in chosen:
            counts |= self._counted(table, "", asked.year, ["region"])
        if "year" in chosen:
            counts |= self._counted(table, asked.region, "", ["year"])
        return counts

    def _counted(self, table: str, region: str, year: str, names: Sequence[str]) -> dict[str, Mapping[str, int]]:
        run = self._database.execute
        kept, values = self._kept(region, year)
        if table == "stored" and not values:
            found = Counter(dict(run("select value, count(*) from holder group by value").fetchall()))
        else:
            hits = f"(select id from {table} where {kept})"
            found = Counter(chain.from_iterable(run(f"select value from {hits} hit cross join label on label.passage = hit.id", values)))
        counts: dict[str, dict[str, int]] = {name: {} for name in names}
        for number, count in found.items():
            name, value = self._values[number]
            if name in counts:
                counts[name][value] = count
        return dict(counts)
