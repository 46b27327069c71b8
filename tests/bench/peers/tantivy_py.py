"""tantivy by tantivy-py: words and characters with positions, facet values as fast fields, counted by a terms aggregation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import tantivy

from search.fields import FACET_NAMES
from tests.bench.queries import Query
from tests.bench.rows import Corpus

from .port import MOST_VALUES, SHOWN, Depth, Found


class Tantivy:
    """Two threads build; one segment merge at the end."""

    name: ClassVar[str] = "tantivy"
    marking: ClassVar[str] = (
        "its SnippetGenerator over the stored words or characters (its cut has spaces; of a run single characters are marked, "
        "of a prefix nothing)"
    )

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def build(self, corpus: Corpus) -> None:
        """Words and characters are stored for its snippets, the text for the hit."""
        self._folder.mkdir(parents=True, exist_ok=True)
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("words", stored=True, tokenizer_name="whitespace", index_option="position")
        schema.add_text_field("chars", stored=True, tokenizer_name="whitespace", index_option="position")
        schema.add_text_field("text", stored=True, tokenizer_name="raw", index_option="basic")
        for name in FACET_NAMES:
            schema.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
        writer = tantivy.Index(schema.build(), path=str(self._folder)).writer(heap_size=400_000_000, num_threads=2)
        for row in corpus.rows():
            stored = {name: list(row.facets[name]) for name in FACET_NAMES}
            writer.add_document(tantivy.Document(words=row.words, chars=row.chars, text=row.text, **stored))
        writer.commit()
        writer.wait_merging_threads()

    def open(self) -> None:
        """A searcher over the last commit."""
        self._index = tantivy.Index.open(str(self._folder))
        self._searcher = self._index.searcher()
        self._schema = self._index.schema

    def close(self) -> None:
        """Nothing to close: it goes with the object."""

    def ask(self, asked: Query, depth: Depth) -> Found:
        """Top documents with an exact count in one pass, facets in a second one."""
        plain = self._query(asked)
        wanted = self._filtered(plain, asked.region, asked.year)
        found = self._searcher.search(wanted, SHOWN, count=True)
        total = int(getattr(found, "count"))  # noqa: B009 - the type stubs do not know it
        documents = [self._searcher.doc(address) for _, address in found.hits]
        texts = tuple(str(document["text"][0]) for document in documents)
        if depth is Depth.TOP:
            return Found(total, texts)
        counts = self._disjunctive(plain, asked) if asked.region or asked.year else self._counted(wanted, FACET_NAMES)
        if depth is Depth.FACETS:
            return Found(total, texts, counts)
        generator = tantivy.SnippetGenerator.create(self._searcher, plain, self._schema, "chars" if asked.run else "words")
        generator.set_max_num_chars(180)
        return Found(total, texts, counts, tuple(generator.snippet_from_doc(document).to_html() for document in documents))

    def _query(self, asked: Query) -> tantivy.Query:
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

    def _filtered(self, wanted: tantivy.Query, region: str, year: str) -> tantivy.Query:
        make = tantivy.Query
        must = tantivy.Occur.Must
        chosen = [(name, value) for name, value in (("region", region), ("year", year)) if value]
        if not chosen:
            return wanted
        filters = [(must, make.const_score_query(make.term_query(self._schema, name, value, "basic"), 0.0)) for name, value in chosen]
        return make.boolean_query([(must, wanted), *filters])

    def _disjunctive(self, plain: tantivy.Query, asked: Query) -> dict[str, Mapping[str, int]]:
        """Each facet without its own choice."""
        return {
            **self._counted(self._filtered(plain, "", asked.year), ("region",)),
            **self._counted(self._filtered(plain, asked.region, ""), ("year",)),
            **self._counted(self._filtered(plain, asked.region, asked.year), ("program",)),
        }

    def _counted(self, wanted: tantivy.Query, names: Sequence[str]) -> dict[str, Mapping[str, int]]:
        answer = self._searcher.aggregate(wanted, {name: {"terms": {"field": name, "size": MOST_VALUES}} for name in names})
        return {name: {bucket["key"]: bucket["doc_count"] for bucket in answer[name]["buckets"]} for name in names}
