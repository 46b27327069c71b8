"""What became of each source, laid by by the builders of shares for the one who finishes: rows of an index that then goes."""

from __future__ import annotations

import time
from collections.abc import Iterator

from search.engine.opensearch.cluster import Absent, Cluster, Json, Refused
from search.engine.opensearch.encode import decoded, encoded
from search.engine.opensearch.mapping import outcomes_index
from search.errors import EngineUnavailable

WAITING, SECONDS = 32, 5.0
"""Outcomes that wait to be written together, and for how long: what a killed builder loses is read again."""
PAGE = 1_000


class Outcomes:
    """The outcomes that belong to an unfinished index."""

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster, self._index = cluster, index.replace("-s-", "-w-", 1)
        self._waiting: list[Json] = []
        self._since = time.monotonic()

    def prepare(self) -> None:
        """Makes room for them, where there is none yet."""
        try:
            self._cluster.ask("PUT", f"/{self._index}", outcomes_index(self._cluster.address.replicas), seconds=60.0, attempt=30.0)
        except Refused as refusal:
            if refusal.kind != "resource_already_exists_exception":
                raise EngineUnavailable(f"集群不让建索引（{refusal.kind[:60]}）。", hint="请核对集群的设置。") from None

    def lay(self, key: str, document: str, data: bytes) -> None:
        """Lays an outcome by; the last one of a key counts."""
        self._waiting += [{"index": {"_id": key}}, {"key": key, "doc": document, "data": encoded(data)}]
        if len(self._waiting) >= 2 * WAITING or time.monotonic() - self._since > SECONDS:
            self.flush()

    def flush(self) -> None:
        """Writes what waits. Raises EngineUnavailable."""
        lines, self._waiting, self._since = self._waiting, [], time.monotonic()
        if lines and self._cluster.ask("POST", f"/{self._index}/_bulk", lines, seconds=300.0, attempt=60.0)["errors"]:
            raise EngineUnavailable("集群没有收下构建的进度。", hint="已写入的部分会保留；稍后再运行一次会接着写。")

    def laid(self) -> Iterator[tuple[str, bytes]]:
        """Key and outcome of all, by document id."""
        body: Json = {"size": PAGE, "track_total_hits": False, "sort": [{"doc": "asc"}, {"key": "asc"}], "_source": ["key", "data"]}
        self._cluster.ask("POST", f"/{self._index}/_refresh", seconds=120.0, attempt=60.0)
        while True:
            hits = self._cluster.search(self._index, body, shards=1, seconds=60.0)["hits"]["hits"]
            yield from ((hit["_source"]["key"], decoded(hit["_source"]["data"])) for hit in hits)
            if len(hits) < PAGE:
                return
            body["search_after"] = hits[-1]["sort"]

    def remove(self) -> None:
        """Takes all of them away; harmless where there are none."""
        try:
            self._cluster.ask("DELETE", f"/{self._index}", attempt=30.0)
        except Absent:
            return
