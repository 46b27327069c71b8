"""Whoosh as it comes: its own codec, matchers, collectors, facets and highlighter."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from whoosh import fields, highlight, index, query, sorting
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.searching import Results

from search.fields import FACET_NAMES
from tests.bench.queries import Query
from tests.bench.rows import Corpus

from .port import SHOWN, Depth, Found


class PlainWhoosh:
    """Two processes build a segment each, which is the fastest of its ways; nothing is merged afterwards."""

    name: ClassVar[str] = "whoosh"
    marking: ClassVar[str] = (
        "its highlighter (context fragments, HTML) over the stored words or characters (its cut has spaces; of a run single "
        "characters are marked)"
    )

    def __init__(self, folder: Path, processes: int = 2) -> None:
        self._folder = folder
        self._processes = processes

    def build(self, corpus: Corpus) -> None:
        """Words and characters are stored for its highlighter, the text for the hit."""
        self._folder.mkdir(parents=True, exist_ok=True)
        tokens = SpaceSeparatedTokenizer()
        columns = {name: fields.KEYWORD(commas=True, sortable=True) for name in FACET_NAMES}
        words, chars = (fields.TEXT(analyzer=tokens, stored=True) for _ in range(2))
        schema = fields.Schema(words=words, chars=chars, text=fields.STORED(), **columns)
        ways = {"limitmb": 256, "procs": self._processes, "multisegment": True} if self._processes > 1 else {"limitmb": 256}
        writer = index.create_in(str(self._folder), schema).writer(**ways)
        for row in corpus.rows():
            values = {name: ",".join(row.facets[name]) for name in FACET_NAMES}
            writer.add_document(words=row.words, chars=row.chars, text=row.text, **values)
        writer.commit()

    def open(self) -> None:
        """A searcher over the last commit."""
        self._index = index.open_dir(str(self._folder))
        self._searcher = self._index.searcher()

    def close(self) -> None:
        """Closes searcher and index."""
        self._searcher.close()
        self._index.close()

    def ask(self, asked: Query, depth: Depth) -> Found:
        """Hits, total and groups in one search, further ones for facets that have a choice of their own."""
        grouped = [] if depth is Depth.TOP else [name for name in FACET_NAMES if not getattr(asked, name, "")]
        found = self._search(asked, asked.region, asked.year, grouped)
        hits = [found[place] for place in range(min(SHOWN, found.scored_length()))]
        texts = tuple(hit["text"] for hit in hits)
        if depth is Depth.TOP:
            return Found(len(found), texts)
        counts = _counts(found, grouped)
        if asked.region:
            counts |= _counts(self._search(asked, "", asked.year, ["region"]), ["region"])
        if asked.year:
            counts |= _counts(self._search(asked, asked.region, "", ["year"]), ["year"])
        if depth is Depth.FACETS:
            return Found(len(found), texts, counts)
        found.fragmenter = highlight.ContextFragmenter(maxchars=180, surround=60)
        found.formatter = highlight.HtmlFormatter(tagname="mark")
        field = "chars" if asked.run else "words"
        return Found(len(found), texts, counts, tuple(hit.highlights(field, top=2) for hit in hits))

    def _search(self, asked: Query, region: str, year: str, facets: list[str]) -> Results:
        chosen = [query.Term(name, value) for name, value in (("region", region), ("year", year)) if value]
        grouped = {name: sorting.FieldFacet(name, allow_overlap=True) for name in facets}
        kept = query.And(chosen) if chosen else None
        return self._searcher.search(self._query(asked), limit=SHOWN, filter=kept, groupedby=grouped or None)

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


def _counts(found: Results, facets: list[str]) -> dict[str, dict[str, int]]:
    return {name: {value: len(ids) for value, ids in found.groups(name).items()} for name in facets}
