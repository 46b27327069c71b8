"""What is worked out over a whole generation, as rows of an index of its own (`NAME-d-GENERATION`): suggestions, which documents are copies
of one work, the members of large records (the report, what the next build compares), and of every so many documents the place in their
order. So whoever answers asks for the rows needed, and holds nothing whole. What is small is kept with the records (`generations`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from search.engine.attached import SUGGESTIONS, WORKS
from search.engine.opensearch.bulk import Bulk
from search.engine.opensearch.cluster import Absent, Cluster, Json
from search.engine.opensearch.encode import Row, decoded, digest, encoded, joined, pairs
from search.engine.opensearch.mapping import derived_index
from search.engine.opensearch.queries import Query, all_of
from search.errors import IndexDamaged
from search.query.suggest import SuggestionRow, packed_rows, unpacked_rows

LARGE = 64 * 1024
"""Bytes of a JSON object from which on its members are rows."""
PAGE = 1_000
SPELLED = 1_000
"""Suggestions spelled alike that are asked for."""
MILES = 1_000
"""Of every so many documents the place is noted."""
SUGGESTION, COPY, MEMBER, REST, MILESTONE = "suggestion", "copy", "member", "rest", "milestone"
_SHOWN = ["form", "spelling", "initials", "kind", "total", "text"]


@dataclass(frozen=True, slots=True)
class Milestone:
    """A document, and its place among all by id."""

    document: str
    place: int


FIRST = Milestone("", 0)
"""No document is before it."""


class Derived:
    """The rows derived over one generation."""

    def __init__(self, cluster: Cluster, generation: str) -> None:
        self._cluster = cluster
        self.index = f"{cluster.address.name}-d-{generation}"

    # --- reading ------------------------------------------------------------------------------------------------------

    def works(self, document_ids: Sequence[str]) -> dict[str, str]:
        """Document → work, of those that have copies."""
        found = self._rows({"terms": {"doc": list(document_ids)}}, COPY, ["doc", "work"])
        return {row["doc"]: row["work"] for row in found}

    def all_works(self) -> dict[str, str]:
        """The same of all documents."""
        return {row["doc"]: row["work"] for row in self._rows({"match_all": {}}, COPY, ["doc", "work"])}

    def copies(self, document_id: str) -> tuple[str, ...]:
        """The other documents of the same work, by id."""
        work = self.works([document_id]).get(document_id)
        if work is None:
            return ()
        rows = self._rows({"term": {"work": work}}, COPY, ["doc"])
        return tuple(sorted(row["doc"] for row in rows if row["doc"] != document_id))

    def starting(self, column: str, text: str, most: int) -> Iterator[SuggestionRow]:
        """`search.query.suggest.SuggestionRows`: what starts with a text."""
        return self._suggested({"prefix": {column: text}}, most)

    def holding(self, text: str, most: int) -> Iterator[SuggestionRow]:
        """What has a text in it."""
        tokens = pairs(text)
        phrase: Query = {"match_phrase": {"pairs": {"query": joined(tokens), "analyzer": "tokens"}}}
        return self._suggested(phrase if len(tokens) > 1 else {"term": {"pairs" if tokens else "chars": text}}, most)

    def spelled(self, column: str, letters: str) -> Iterator[SuggestionRow]:
        """What is spelled exactly so."""
        return self._suggested({"term": {column: letters}}, SPELLED)

    def attachment(self, name: str) -> bytes | None:
        """What was attached under a name, put together from its rows."""
        if name == WORKS:
            return json.dumps(self.all_works()).encode()
        if name == SUGGESTIONS:
            return packed_rows(_suggestion(row) for row in self._rows({"match_all": {}}, SUGGESTION, _SHOWN))
        rest = next(iter(self._rows({"term": {"name": name}}, REST, ["value"])), None)
        if rest is None:
            return None
        whole: dict[str, Any] = json.loads(decoded(rest["value"]))
        for row in self._rows({"term": {"name": name}}, MEMBER, ["field", "value"]):
            key, value = json.loads(decoded(row["value"]))
            if key is None:
                whole[row["field"]].append(value)
            else:
                whole[row["field"]][key] = value
        return json.dumps(whole, ensure_ascii=False).encode("utf-8", "surrogatepass")

    def count(self) -> int:
        """How many rows there are."""
        found = self._cluster.search(self.index, {"size": 0, "track_total_hits": True}, shards=1, seconds=60.0)
        return int(found["hits"]["total"]["value"])

    def milestones(self, start: int, stop: int) -> tuple[Milestone, str | None]:
        """The last milestone that is not past place `start`, and the document of one that is not before `stop`, where there is any."""
        wanted = [start // MILES * MILES, -(-stop // MILES) * MILES]
        body = {
            "size": len(wanted),
            "track_total_hits": False,
            "query": all_of([{"term": {"row": MILESTONE}}, {"terms": {"place": wanted}}]),
            "_source": ["doc", "place"],
        }
        hits = self._cluster.search(self.index, body, shards=1)["hits"]["hits"]
        there = {int(hit["_source"]["place"]): str(hit["_source"]["doc"]) for hit in hits}
        before = Milestone(there[wanted[0]], wanted[0]) if wanted[0] in there else FIRST
        return before, there.get(wanted[1])

    def _suggested(self, query: Query, most: int) -> Iterator[SuggestionRow]:
        body = {
            "size": most,
            "track_total_hits": False,
            "query": all_of([{"term": {"row": SUGGESTION}}, query]),
            "sort": [{"at": "asc"}],
            "_source": _SHOWN,
        }
        hits = self._cluster.search(self.index, body, shards=1)["hits"]["hits"]
        return (_suggestion(hit["_source"]) for hit in hits)

    def _rows(self, query: Query, kind: str, fields: Sequence[str]) -> Iterator[Json]:
        """Every row of a kind that the query finds, as they were written."""
        query = all_of([{"term": {"row": kind}}, *([] if "match_all" in query else [query])])
        body: Json = {"size": PAGE, "track_total_hits": False, "query": query, "sort": [{"at": "asc"}], "_source": list(fields)}
        while True:
            hits = self._cluster.search(self.index, body, shards=1, seconds=60.0)["hits"]["hits"]
            yield from (hit["_source"] for hit in hits)
            if len(hits) < PAGE:
                return
            body["search_after"] = hits[-1]["sort"]

    # --- writing ------------------------------------------------------------------------------------------------------

    def write(self, attached: Mapping[str, bytes], documents: Sequence[str]) -> int:
        """Writes what of this becomes rows, and the places of some of the documents, which are all of the generation by id; how many rows
        there are (0: and no index). Raises IndexDamaged where the cluster has another number of them afterwards, EngineUnavailable."""
        names = [name for name, data in attached.items() if is_rows(name, data)]
        if not names and len(documents) <= MILES:
            return 0
        self._cluster.ask("PUT", f"/{self.index}", derived_index(self._cluster.address.replicas), seconds=60.0, attempt=30.0)
        refused: list[str] = []
        bulk = Bulk(self._cluster, self.index, lambda name, why: refused.append(f"{name} {why}"))
        many = 0
        try:
            for name, rows in (*((name, _rows_of(name, attached[name])) for name in names), (MILESTONE, _milestones(documents))):
                for row in rows:
                    bulk.add(name, name, [(digest(str(many)), {**row, "at": many})])
                    many += 1
            bulk.flush()
        finally:
            bulk.close()
        self._cluster.ask("POST", f"/{self.index}/_refresh", seconds=120.0, attempt=60.0)
        if refused or self.count() != many:
            raise IndexDamaged("集群没有收下全部附表，没有生效。", hint="请再运行一次 bangfu build。")
        self._cluster.ask("PUT", f"/{self.index}/_settings", {"index.blocks.write": True}, seconds=60.0, attempt=30.0)
        return many

    def remove(self) -> None:
        """Takes all of them away; harmless where there are none."""
        try:
            self._cluster.ask("DELETE", f"/{self.index}", attempt=30.0)
        except Absent:
            return


def is_rows(name: str, data: bytes) -> bool:
    """Whether what is attached under this name is kept as rows."""
    return name in (WORKS, SUGGESTIONS) or (name.endswith(".json") and len(data) > LARGE and data.lstrip()[:1] == b"{")


def _rows_of(name: str, data: bytes) -> Iterable[Row]:
    if name == WORKS:
        return _copies(json.loads(data))
    if name == SUGGESTIONS:
        return (_suggestion_row(row) for row in unpacked_rows(data))
    return _members(name, json.loads(data))


def _milestones(documents: Sequence[str]) -> Iterator[Row]:
    return ({"row": MILESTONE, "doc": documents[place], "place": place} for place in range(MILES, len(documents), MILES))


def _copies(works: Mapping[str, str]) -> Iterator[Row]:
    """Documents with copies: a work of one document needs no row."""
    shared = {work for document, work in works.items() if work != document}
    return ({"row": COPY, "doc": document, "work": work} for document, work in sorted(works.items()) if work in shared)


def _members(name: str, whole: Mapping[str, Any]) -> Iterator[Row]:
    yield {"row": REST, "name": name, "value": _value({field: _emptied(value) for field, value in whole.items()})}
    for field, value in whole.items():
        if isinstance(value, dict | list):
            for key, member in value.items() if isinstance(value, dict) else ((None, one) for one in value):
                yield {"row": MEMBER, "name": name, "field": field, "value": _value([key, member])}


def _emptied(value: Any) -> Any:
    return type(value)() if isinstance(value, dict | list) else value


def _value(value: Any) -> str:
    return encoded(json.dumps(value).encode())


def _suggestion_row(row: SuggestionRow) -> Row:
    return {
        "row": SUGGESTION,
        **{name: getattr(row, name) for name in _SHOWN},
        "pairs": joined(pairs(row.form)),
        "chars": joined(row.form),
    }


def _suggestion(row: Json) -> SuggestionRow:
    return SuggestionRow(**{name: row[name] for name in _SHOWN})
