"""The other engines, each given the same tokens and facet values and asked the same questions in its own best way."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from whoosh import fields, index, query, sorting
from whoosh.analysis import SpaceSeparatedTokenizer

from search.engine.port import FACETS, facet_values
from search.engine.whoosh.engine import WhooshEngine
from search.engine.whoosh.writer import WhooshWriter
from search.model import Document, Passage
from search.query.analysis import analyse, fingerprint

from .queries import Query

try:
    import tantivy
except ImportError:
    tantivy = None

MOST_VALUES = 4_000
"""Facet values a peer is asked for, so that every count comes back."""


@dataclass(frozen=True, slots=True)
class Row:
    """A passage for a peer. `words` and `chars` are separated by spaces."""

    passage: Passage
    words: str
    chars: str
    facets: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Found:
    """What an engine answered: all counts and the stored texts of the first twenty."""

    total: int
    texts: tuple[str, ...]
    facets: Mapping[str, Mapping[str, int]]


class Engine(Protocol):
    """A peer in a folder of its own. `build` makes its index and leaves it on disk."""

    name: str

    def build(self, documents: Iterable[Document]) -> None: ...

    def open(self) -> None: ...

    def ask(self, asked: Query, *, facets: bool) -> Found: ...


def rows(documents: Iterable[Document]) -> Iterable[Row]:
    """The passages with their tokens, by the analysis of the product."""
    for document in documents:
        for passage in document.passages:
            analysis = analyse(passage.text)
            yield Row(passage, " ".join(token[0] for token in analysis.tokens), " ".join(analysis.match), facet_values(passage))


class Bangfu:
    """The product. Its result cache is emptied before every question."""

    name = "bangfu"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def build(self, documents: Iterable[Document]) -> None:
        writer = WhooshWriter(self._folder, analysis=fingerprint(), base=False)
        for document in documents:
            writer.add(document)
        writer.commit()
        writer.publish()

    def open(self) -> None:
        self.engine = WhooshEngine(self._folder)

    def ask(self, asked: Query, *, facets: bool) -> Found:
        self.engine.forget_results()
        result = self.engine.search(asked.request(facets=facets))
        counts = {name: getattr(result.facets, name) for name in FACETS} if facets else {}
        return Found(result.total, tuple(hit.passage.text for hit in result.hits), counts)


class Tantivy:
    """tantivy by tantivy-py: words and characters with positions, facet values as fast fields, counted by a terms aggregation."""

    name = "tantivy"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def build(self, documents: Iterable[Document]) -> None:
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("words", tokenizer_name="whitespace", index_option="position")
        schema.add_text_field("chars", tokenizer_name="whitespace", index_option="position")
        schema.add_text_field("text", stored=True, tokenizer_name="raw", index_option="basic")
        for name in FACETS:
            schema.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
        writer = tantivy.Index(schema.build(), path=str(self._folder)).writer(heap_size=400_000_000, num_threads=2)
        for row in rows(documents):
            stored = {name: list(row.facets[name]) for name in FACETS}
            writer.add_document(tantivy.Document(words=row.words, chars=row.chars, text=row.passage.text, **stored))
        writer.commit()
        writer.wait_merging_threads()

    def open(self) -> None:
        self._index = tantivy.Index.open(str(self._folder))
        self._searcher = self._index.searcher()
        self._schema = self._index.schema

    def ask(self, asked: Query, *, facets: bool) -> Found:
        wanted = self._filtered(self._query(asked), asked.region, asked.year)
        found = self._searcher.search(wanted, 20, count=True)
        texts = tuple(self._searcher.doc(address)["text"][0] for _, address in found.hits)
        counts: dict[str, Mapping[str, int]] = {}
        if facets:
            counts = self._counted(dict.fromkeys(FACETS, wanted)) if not asked.region else self._disjunctive(asked)
        return Found(found.count, texts, counts)

    def _query(self, asked: Query) -> object:
        make = tantivy.Query
        if asked.run:
            return make.phrase_query(self._schema, "chars", list(asked.run))
        if asked.prefix:
            return make.regex_query(self._schema, "words", f"{asked.prefix}.*")
        if asked.phrase:
            return make.phrase_query(self._schema, "words", list(asked.words))
        terms = [make.term_query(self._schema, "words", word, "freq") for word in asked.words]
        if not terms:
            return make.all_query()
        role = tantivy.Occur.Should if asked.either else tantivy.Occur.Must
        return terms[0] if len(terms) == 1 else make.boolean_query([(role, term) for term in terms])

    def _filtered(self, wanted: object, region: str, year: str) -> object:
        make = tantivy.Query
        chosen = [(name, value) for name, value in (("region", region), ("year", year)) if value]
        if not chosen:
            return wanted
        must = tantivy.Occur.Must
        filters = [(must, make.const_score_query(make.term_query(self._schema, name, value, "basic"), 0.0)) for name, value in chosen]
        return make.boolean_query([(must, wanted), *filters])

    def _disjunctive(self, asked: Query) -> dict[str, Mapping[str, int]]:
        plain = self._query(asked)
        return self._counted({
            "region": self._filtered(plain, "", asked.year),
            "year": self._filtered(plain, asked.region, ""),
            "program": self._filtered(plain, asked.region, asked.year),
        })  # fmt: skip

    def _counted(self, wanted: Mapping[str, object]) -> dict[str, Mapping[str, int]]:
        terms = {name: {"terms": {"field": name, "size": MOST_VALUES}} for name in FACETS}
        if len({id(one) for one in wanted.values()}) == 1:
            answer = self._searcher.aggregate(wanted["region"], terms)
        else:
            answer = {name: self._searcher.aggregate(wanted[name], {name: terms[name]})[name] for name in FACETS}
        return {name: {bucket["key"]: bucket["doc_count"] for bucket in answer[name]["buckets"]} for name in FACETS}


class Fts5:
    """SQLite FTS5 with a column of words and one of characters, ranked by its BM25; facet values in a table beside it."""

    name = "fts5"

    def __init__(self, folder: Path) -> None:
        self._path = folder / "fts5.sqlite"
        folder.mkdir(parents=True, exist_ok=True)

    def build(self, documents: Iterable[Document]) -> None:
        with sqlite3.connect(self._path) as database:
            database.executescript(
                "create virtual table passage using fts5(words, chars, content='', tokenize='unicode61 remove_diacritics 0');"
                "create table stored(id integer primary key, text text);"
                "create table facet(name text, value text, id integer, primary key(name, value, id)) without rowid;"
                "create table labels(id integer, name text, value text, primary key(id, name, value)) without rowid;"
            )
            for number, row in enumerate(rows(documents)):
                database.execute("insert into passage(rowid, words, chars) values (?, ?, ?)", (number, row.words, row.chars))
                database.execute("insert into stored values (?, ?)", (number, row.passage.text))
                pairs = [(name, value) for name in FACETS for value in row.facets[name]]
                database.executemany("insert into facet values (?, ?, ?)", [(name, value, number) for name, value in pairs])
                database.executemany("insert into labels values (?, ?, ?)", [(number, name, value) for name, value in pairs])
        database.close()

    def open(self) -> None:
        self._database = sqlite3.connect(self._path)

    def ask(self, asked: Query, *, facets: bool) -> Found:
        source, given = self._matching(asked, asked.region, asked.year)
        run = self._database.execute
        total = run(f"select count(*) from ({source})", given).fetchone()[0]
        best = (
            "" if asked == Query() else "order by bm25(passage, 1.0, 0.0)" if not (asked.region or asked.year) else "order by bm25(passage)"
        )
        texts = [run("select text from stored where id = ?", row).fetchone()[0] for row in run(f"{source} {best} limit 20", given)]
        counts = {name: self._counts(name, asked) for name in FACETS} if facets else {}
        return Found(total, tuple(texts), counts)

    def _matching(self, asked: Query, region: str, year: str) -> tuple[str, list[str]]:
        joiner = " OR " if asked.either else " AND "
        if asked.run:
            match = 'chars:"' + " ".join(asked.run) + '"'
        elif asked.prefix:
            match = f'words:"{asked.prefix}"*'
        elif asked.phrase:
            match = 'words:"' + " ".join(asked.words) + '"'
        else:
            match = joiner.join(f'words:"{word}"' for word in asked.words)
        clauses, given = (["passage match ?"], [match]) if match else ([], [])
        source = "select rowid from passage" if match else "select id as rowid from stored"
        for name, value in (("region", region), ("year", year)):
            if value:
                clauses.append("rowid in (select id from facet where name = ? and value = ?)")
                given += [name, value]
        return source + (" where " + " and ".join(clauses) if clauses else ""), given

    def _counts(self, name: str, asked: Query) -> dict[str, int]:
        source, given = self._matching(asked, "" if name == "region" else asked.region, "" if name == "year" else asked.year)
        counted = (
            f"select value, count(*) from ({source}) as hit cross join labels on labels.id = hit.rowid where labels.name = ? group by value"
        )
        return dict(self._database.execute(counted, [*given, name]).fetchall())


class PlainWhoosh:
    """Whoosh as it comes: its own codec, matchers, collectors and facets."""

    name = "whoosh"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def build(self, documents: Iterable[Document]) -> None:
        tokens = SpaceSeparatedTokenizer()
        columns = {name: fields.KEYWORD(commas=True, sortable=True) for name in FACETS}
        schema = fields.Schema(
            words=fields.TEXT(analyzer=tokens), chars=fields.TEXT(analyzer=tokens), text=fields.STORED(), labels=fields.STORED(), **columns
        )
        writer = index.create_in(str(self._folder), schema).writer(limitmb=256)
        for row in rows(documents):
            values = {name: ",".join(row.facets[name]) for name in FACETS}
            writer.add_document(words=row.words, chars=row.chars, text=row.passage.text, labels=json.dumps(row.facets), **values)
        writer.commit()

    def open(self) -> None:
        self._searcher = index.open_dir(str(self._folder)).searcher()

    def ask(self, asked: Query, *, facets: bool) -> Found:
        wanted = self._query(asked)
        chosen = [query.Term(name, value) for name, value in (("region", asked.region), ("year", asked.year)) if value]
        grouped = {name: sorting.FieldFacet(name, allow_overlap=True) for name in FACETS}
        found = self._searcher.search(wanted, limit=20, filter=query.And(chosen) if chosen else None, groupedby=grouped if facets else None)
        counts = {name: {value: len(ids) for value, ids in found.groups(name).items()} for name in FACETS} if facets else {}
        texts = tuple(found[place]["text"] for place in range(min(20, found.scored_length())))
        return Found(len(found), texts, counts)

    def _query(self, asked: Query) -> query.Query:
        if asked.run:
            return query.Phrase("chars", list(asked.run))
        if asked.prefix:
            return query.Prefix("words", asked.prefix)
        if asked.phrase:
            return query.Phrase("words", list(asked.words))
        terms = [query.Term("words", word) for word in asked.words]
        if not terms:
            return query.Every()
        return query.Or(terms) if asked.either else query.And(terms)


PEERS = {peer.name: peer for peer in (Bangfu, Tantivy, Fts5, PlainWhoosh)}
