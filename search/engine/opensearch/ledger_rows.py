"""The rows of a ledger in a cluster, the index `NAME-links`: added in bulk, found by queries and gone through in one order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from search.engine.opensearch.cluster import Absent, Cluster, Json, Refused
from search.engine.opensearch.generations import Generations
from search.engine.opensearch.mapping import links_index
from search.engine.opensearch.queries import EVERYTHING, Query, all_of
from search.errors import EngineUnavailable

PAGE = 2_000
BULK = 500
"""Rows written in one request."""
RECORD = "links"
"""The record of the collection that says over how many shards its ledger lies."""
GENERATION, SNAPSHOT, EVENT, LEAD = "generation", "snapshot", "event", "lead"


class LedgerRows:
    """The rows of one collection's ledger. `read_only` for those who answer: then nothing is made where there is nothing."""

    def __init__(self, cluster: Cluster, generations: Generations, *, read_only: bool) -> None:
        self._cluster, self._generations = cluster, generations
        self._index = f"{cluster.address.name}-links"
        self._shards = self._find(read_only=read_only)
        self._pending: list[tuple[str, Json]] = []
        self._unseen = False

    @property
    def there(self) -> bool:
        """Whether there is a ledger."""
        return self._shards > 0

    # --- reading ------------------------------------------------------------------------------------------------------

    def row(self, id_: str) -> Json | None:
        """The row of this name; None where there is none."""
        self.see()
        try:
            found: Json = self._cluster.ask("GET", f"/{self._index}/_doc/{id_}")["_source"]
        except Absent:
            return None
        return found

    def every(self, kind: str, fields: Sequence[str], *, size: int = PAGE) -> Iterator[Json]:
        """Every row of a kind, in one order."""
        return self.found(EVERYTHING, kind, fields, size=size)

    def found(self, query: Query, kind: str, fields: Sequence[str], *, size: int = PAGE) -> Iterator[Json]:
        """Every row of a kind that the query finds, in one order."""
        if not self.there:
            return
        body: Json = {
            "size": size,
            "query": all_of([{"term": {"row": kind}}, query]),
            "sort": [{"at": "asc"}],
            "_source": list(fields),
        }
        while True:
            hits = self.search(body)["hits"]["hits"]
            yield from (hit["_source"] for hit in hits)
            if len(hits) < size:
                return
            body["search_after"] = hits[-1]["sort"]

    def search(self, body: Json) -> Json:
        """What the cluster answers to a search over the rows, those included that were just added."""
        self.see()
        return self._cluster.search(self._index, {"track_total_hits": False, **body}, shards=self._shards, seconds=60.0)

    # --- writing ------------------------------------------------------------------------------------------------------

    def add(self, id_: str, row: Json) -> None:
        """Adds a row under a name; it is written with others, and seen by our own searches."""
        self._pending.append((id_, {**row, "at": id_}))
        self._unseen = True
        if len(self._pending) >= BULK:
            self.write()

    def put(self, id_: str, row: Json) -> None:
        """Writes a row at once, instead of the one of this name."""
        self._cluster.ask("PUT", f"/{self._index}/_doc/{id_}", {**row, "at": id_}, seconds=60.0)
        self._unseen = True

    def write(self) -> None:
        """Writes what is pending; all of it, or an error. Raises EngineUnavailable."""
        rows, self._pending = self._pending, []
        for at in range(0, len(rows), BULK):
            lines = [part for id_, row in rows[at : at + BULK] for part in ({"index": {"_id": id_}}, row)]
            answer = self._cluster.ask("POST", f"/{self._index}/_bulk", lines, seconds=300.0, attempt=60.0)
            if answer["errors"]:
                raise EngineUnavailable("链接簿写不进集群，正在使用的版本没有改动。", hint="请稍后再运行一次。")

    def drop_pending(self) -> None:
        """Forgets what is not written yet."""
        self._pending = []

    def remove(self, query: Query, id_: str) -> None:
        """Removes the rows that the query finds, and the one of this name."""
        body = {"query": query}
        self._cluster.ask("POST", f"/{self._index}/_delete_by_query", body, seconds=300.0, attempt=120.0, conflicts="proceed")
        self._cluster.ask("DELETE", f"/{self._index}/_doc/{id_}")
        self._unseen = True

    def see(self) -> None:
        """Makes what was added visible to our own searches."""
        if self._unseen:
            self.write()
            self.show()

    def show(self) -> None:
        """Makes what was written visible to everyone's searches. Raises EngineUnavailable."""
        told = self._cluster.ask("POST", f"/{self._index}/_refresh", seconds=120.0, attempt=60.0)["_shards"]
        if told["failed"]:
            raise EngineUnavailable("集群没有把链接簿备好。", hint="请再运行一次。")
        self._unseen = False

    def _find(self, *, read_only: bool) -> int:
        """Over how many shards the ledger lies; 0 where there is none and none is to be made."""
        known = self._generations.record(RECORD)
        if known is not None or read_only:
            return int(known["shards"]) if known else 0
        self._generations.prepare()
        address = self._cluster.address
        shards = max(1, address.shards)
        try:
            body = links_index(shards, address.replicas)
            self._cluster.ask("PUT", f"/{self._index}", body, seconds=60.0, attempt=30.0)
        except Refused as refusal:  # made by a build that died before it could say so
            if refusal.kind != "resource_already_exists_exception":
                raise EngineUnavailable(f"集群不让建链接簿（{refusal.kind[:60]}）。", hint="请核对集群的设置。") from None
            there = self._cluster.ask("GET", f"/{self._index}/_settings")
            shards = int(there[self._index]["settings"]["index"]["number_of_shards"])
        self._generations.put_record(RECORD, {"shards": shards})
        return shards
