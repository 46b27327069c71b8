"""Stored rows of a generation, read as what they were made of."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from search.engine.opensearch.cluster import Cluster, Json
from search.engine.opensearch.encode import DOCUMENT, PASSAGE, counted_words, decoded, digest, row_id
from search.engine.opensearch.generations import ClusterGeneration
from search.engine.opensearch.queries import EVERYTHING, Query, all_of, any_of
from search.engine.port import DocumentSummary
from search.engine.stored import unpack_document, unpack_passage, unpack_summary
from search.model import Document, Passage

PAGE = 1_000
"""Rows asked for at once when many are gone through."""
IDS = 1_000
"""Ids asked for at once."""
LISTED = 5_000
"""Ids listed at once."""


class Rows:
    """Reads rows by id, by document, or all of them in order."""

    def __init__(self, cluster: Cluster, alias: str, generation: ClusterGeneration) -> None:
        self._cluster, self._alias, self._generation = cluster, alias, generation

    def passages_by_id(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Passage id → passage, for those there are."""
        found: dict[str, Passage] = {}
        for at in range(0, len(ids), IDS):
            some = [row_id(PASSAGE, id_) for id_ in dict.fromkeys(ids[at : at + IDS])]
            body = {"size": len(some), "track_total_hits": False, "query": {"ids": {"values": some}}, "_source": ["src"]}
            hits = self._cluster.search(self._alias, body, shards=self._generation.shards)["hits"]["hits"]
            found.update((passage.id, passage) for hit in hits for passage in (passage_of(hit),))
        return found

    def document(self, document_id: str) -> Document | None:
        """A document with its passages."""
        whole = None
        for one in self._documents({"term": {"doc": document_id}}, routing=digest(document_id)):
            whole = one
        return whole

    def documents_from(self, document_id: str, size: int = PAGE) -> Iterator[Document]:
        """The documents from this one on, by id."""
        return self._documents({"range": {"doc": {"gte": document_id}}}, size=size)

    def summaries_by_id(self, document_ids: Sequence[str], derived: str = "") -> dict[str, DocumentSummary]:
        """Document id → what a list of documents needs of it, for those there are; with the work that each is a copy of, of which the
        index `derived` tells in the same request."""
        found: dict[str, DocumentSummary] = {}
        works: dict[str, str] = {}
        for at in range(0, len(document_ids), IDS):
            some = list(dict.fromkeys(document_ids[at : at + IDS]))
            own: Query = {"ids": {"values": [row_id(DOCUMENT, id_) for id_ in some]}}
            copies = all_of([{"term": {"row": "copy"}}, {"terms": {"doc": some}}])
            body = {
                "size": 2 * len(some),
                "track_total_hits": False,
                "query": any_of([own, copies]) if derived else own,
                "_source": ["about", "doc", "work"],
            }
            where = f"{self._alias},{derived}" if derived else self._alias
            for hit in self._cluster.search(where, body, shards=self._generation.shards + bool(derived))["hits"]["hits"]:
                row = hit["_source"]
                if "about" in row:
                    one = unpack_summary(decoded(row["about"]))
                    found[one.id] = one
                else:
                    works[row["doc"]] = row["work"]
        return {id_: replace(one, work=works.get(id_, id_)) for id_, one in found.items()}

    def document_ids(self, first: str, before: str | None, most: int) -> Iterator[str]:
        """The ids of documents from one on, in their order: so many at most, and none from `before` on."""
        bounds = {"gte": first, **({} if before is None else {"lt": before})}
        return (hit["sort"][0] for hit in self._listed({"range": {"doc": bounds}}, most))

    def directory(self) -> dict[str, tuple[str, int]]:
        """Every document → its index and number there."""
        hits = self._listed(EVERYTHING, self._generation.manifest.documents, docvalue_fields=["no"])
        return {hit["sort"][0]: (hit["_index"], int(hit["fields"]["no"][0])) for hit in hits}

    def _listed(self, query: Query, most: int, **asked: Any) -> Iterator[Json]:
        """Rows of documents by id, so many at most. They are read from the order and from columns: nothing that is stored is unpacked."""
        body: Json = {
            "track_total_hits": False,
            "query": all_of([{"term": {"row": DOCUMENT}}, query]),
            "sort": [{"doc": "asc"}],
            "stored_fields": "_none_",
            **asked,
        }
        while most > 0:
            body["size"] = min(LISTED, most)
            hits = self._cluster.search(self._alias, body, shards=self._generation.shards)["hits"]["hits"]
            yield from hits
            if len(hits) < body["size"]:
                return
            body["search_after"] = hits[-1]["sort"]
            most -= len(hits)

    def summaries(self) -> Iterator[DocumentSummary]:
        """All documents, by id."""
        return (unpack_summary(decoded(hit["_source"]["about"])) for hit in self.scan({"term": {"row": DOCUMENT}}, ["about"]))

    def passages(self) -> Iterator[Passage]:
        """All passages, by document id and order."""
        return (passage_of(hit) for hit in self.scan({"term": {"row": PASSAGE}}, ["src"]))

    def vocabulary(self) -> dict[str, int]:
        """Word → passages that have it."""
        counts: dict[str, int] = {}
        for hit in self.scan({"term": {"row": DOCUMENT}}, ["words"], size=200):
            for word, count in counted_words(hit["_source"]).items():
                counts[word] = counts.get(word, 0) + count
        return counts

    def scan(self, query: Query, source: Sequence[str], *, size: int = PAGE, routing: str = "") -> Iterator[Json]:
        """Every row of a query, by document id and order. What is committed never changes, so pages of it fit together."""
        body: Json = {
            "size": size,
            "track_total_hits": False,
            "query": all_of([query]),
            "sort": [{"doc": "asc"}, {"ord": "asc"}],
            "_source": list(source),
        }
        shards = len(self._generation.segments) if routing else self._generation.shards
        params: dict[str, Any] = {"routing": routing} if routing else {}
        while True:
            hits = self._cluster.search(self._alias, body, shards=shards, **params)["hits"]["hits"]
            yield from hits
            if len(hits) < size:
                return
            body["search_after"] = hits[-1]["sort"]

    def _documents(self, query: Query, *, routing: str = "", size: int = PAGE) -> Iterator[Document]:
        packed: list[bytes] = []
        passages: list[Passage] = []
        current = ""
        for hit in self.scan(query, ["src", "row", "doc"], routing=routing, size=size):
            row = hit["_source"]
            if row["doc"] != current:
                if packed:
                    yield _document(packed, passages)
                packed, passages, current = [], [], row["doc"]
            if row["row"] == PASSAGE:
                passages.append(unpack_passage(decoded(row["src"])))
            else:
                packed.append(decoded(row["src"]))
        if packed:
            yield _document(packed, passages)


AHEAD = 500
"""Rows read ahead of what is asked for."""


class ReadAhead:
    """Documents asked for one by one, mostly in the order of their ids: they are read in that order, many at once."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._ahead: Iterator[Document] | None = None
        self._next: Document | None = None

    def document(self, document_id: str) -> Document | None:
        """A document."""
        following = self._next
        if self._ahead is None or following is None or following.id > document_id:
            self._ahead = self._rows.documents_from(document_id, AHEAD)
            following = next(self._ahead, None)
        steps = 0
        while following is not None and following.id < document_id:
            following, steps = next(self._ahead, None), steps + 1
            if steps > AHEAD:  # far apart: begin anew there
                self._next, self._ahead = None, None
                return self.document(document_id)
        self._next = following
        return following if following is not None and following.id == document_id else None


def passage_of(hit: Json) -> Passage:
    """The passage that a hit of a search stores."""
    return unpack_passage(decoded(hit["_source"]["src"]))


def _document(packed: Sequence[bytes], passages: Sequence[Passage]) -> Document:
    return unpack_document(zlib.decompress(b"".join(packed)), tuple(passages))
