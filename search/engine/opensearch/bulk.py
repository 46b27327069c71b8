"""Rows written in bulk: in requests of a bounded size, a few at a time, slower when the cluster says so, each row's outcome looked at."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from search.engine.opensearch.cluster import Cluster, Json, Refused
from search.engine.opensearch.encode import Row
from search.errors import EngineUnavailable

REQUEST_BYTES = 4 * 2**20
TOO_LARGE = 413
IN_FLIGHT = 2
"""Requests under way at once: more only make a queue in the cluster."""
PATIENCE = 300.0
"""Seconds that a cluster may take to have room again before the build is suspended."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row on its way: which document it is of, and its two lines of the request."""

    document: str
    size: int
    action: Json
    row: Row


class Bulk:
    """Writes rows into one index. `refused` is told of documents of which the cluster will never take a row, and why."""

    def __init__(self, cluster: Cluster, index: str, refused: Callable[[str, str], None]) -> None:
        self._cluster, self._index, self._refused = cluster, index, refused
        self._lines: list[Line] = []
        self._size = 0
        self._pool = ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="bulk")
        self._under_way: list[Future[None]] = []

    def add(self, document: str, routing: str, rows: Sequence[tuple[str, Row]]) -> None:
        """Adds the rows of a document; sends what has come together."""
        for id_, row in rows:
            action = {"index": {"_id": id_, "routing": routing}}
            size = len(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))
            if self._lines and self._size + size > REQUEST_BYTES:
                self._send()
            self._lines.append(Line(document, size, action, row))
            self._size += size

    def flush(self) -> None:
        """Waits until everything is written. Raises EngineUnavailable."""
        self._send()
        self._wait(0)

    def close(self) -> None:
        """Sends nothing more."""
        self._lines, self._size = [], 0
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._under_way = []

    def _send(self) -> None:
        if self._lines:
            self._wait(IN_FLIGHT - 1)
            self._under_way.append(self._pool.submit(self._write, self._lines))
            self._lines, self._size = [], 0

    def _wait(self, most: int) -> None:
        while len(self._under_way) > most:
            self._under_way.pop(0).result()

    def _write(self, lines: list[Line]) -> None:
        """Writes the lines, those that were put off again and again; none is left out unsaid."""
        end = time.monotonic() + PATIENCE
        pause = 0.2
        while lines:
            put_off = self._once(lines)
            if put_off and time.monotonic() > end:
                raise EngineUnavailable("集群一直太忙，写不进去。", hint="已写入的部分会保留；稍后再运行一次会接着写。")
            if put_off:
                time.sleep(pause * random.uniform(0.5, 1.5))
                pause = min(2 * pause, 10.0)
            lines = put_off

    def _once(self, lines: list[Line]) -> list[Line]:
        """Writes the lines once; those to be tried again."""
        body = [part for line in lines for part in (line.action, line.row)]
        try:
            answer = self._cluster.ask("POST", f"/{self._index}/_bulk", body, seconds=PATIENCE, attempt=60.0)
        except Refused as refusal:
            if refusal.status != TOO_LARGE:
                raise EngineUnavailable(f"集群不收写入的内容（{refusal.kind[:60]}）。", hint="请查看集群的日志。") from None
            if len(lines) > 1:
                half = len(lines) // 2
                return [*self._once(lines[:half]), *self._once(lines[half:])]
            self._refused(lines[0].document, "too large")
            return []
        put_off = []
        for line, item in zip(lines, answer["items"], strict=True):
            status = item["index"]["status"]
            if status == 429 or status >= 500:
                put_off.append(line)
            elif status >= 300:
                self._refused(line.document, str(item["index"].get("error", {}).get("type", status)))
        return put_off
