"""The index that a build writes to: a new one, or the one that interrupted builds of the same analysis, or shares of this one, have left.

Documents have numbers in their index. Of several builders each has numbers of its own: the third of four has 2, 6, 10, …
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from search.engine.opensearch.cluster import Cluster, Json, Refused
from search.engine.opensearch.encode import DOCUMENT
from search.engine.opensearch.generations import UNFINISHED, ClusterGeneration, Generations, IndexPart, new_name
from search.engine.opensearch.lease import holder_of, share_lease
from search.engine.opensearch.mapping import FORMAT, passages_index
from search.engine.opensearch.outcomes import Outcomes
from search.engine.opensearch.rows import Rows
from search.engine.port import Manifest, Share
from search.errors import BadRequest, BuildBusy, EngineUnavailable

NUMBERS = 10_000
"""Numbers asked for at once."""
ALONE = Share(1, 1)


class UnfinishedIndex:
    """The index written to, what is in it, and the numbers that are free. Raises BuildBusy while others still write to it."""

    def __init__(self, cluster: Cluster, generations: Generations, analysis: str, shards: int, share: Share | None) -> None:
        self._cluster, self._generations = cluster, generations
        self._part = share or ALONE
        record = self._record(analysis, shards, share)
        self.index: str = record["index"]
        self.shards: int = record["shards"]
        self.shared = bool(record["shares"])
        self.outcomes = Outcomes(cluster, self.index)
        if self.shared:
            self.outcomes.prepare()
        made = self._make(analysis)
        self.left: dict[str, tuple[int, str]] = {} if made else self._documents_left()
        """Document → number and receipt, of those that are there already."""
        self._next = 0 if made else self._first_free()

    @property
    def rows(self) -> Rows:
        """The rows of the index as far as it is refreshed."""
        return Rows(self._cluster, self.index, self._bare())

    def number(self) -> int:
        """The next number for a document."""
        behind = (self._next - (self._part.number - 1)) % self._part.of
        number = self._next + (self._part.of - behind) % self._part.of
        self._next = number + 1
        return number

    def dropped(self, own: Collection[int]) -> tuple[int, ...]:
        """The numbers in the index, refreshed, that are none of these."""
        numbers = self._numbers_there() if self.shared else iter(range(self._next))
        return tuple(number for number in numbers if number not in own)

    def refresh(self) -> None:
        """Makes what was written visible to searches. Raises EngineUnavailable."""
        told = self._cluster.ask("POST", f"/{self.index}/_refresh", seconds=120.0, attempt=60.0)["_shards"]
        if told["failed"]:
            raise EngineUnavailable("集群没有把写入的内容全部备好。", hint="请再运行一次 bangfu build。")

    def close_to_writing(self, *, closed: bool) -> None:
        """Once it is counted nobody writes to an index any more: a builder that was taken for dead, and is not, is refused."""
        self._cluster.ask("PUT", f"/{self.index}/_settings", {"index.blocks.write": closed}, seconds=60.0, attempt=30.0)

    def done(self) -> None:
        """The index is a generation's: there is no unfinished build any more."""
        self._generations.put_record(UNFINISHED, None)
        self.outcomes.remove()

    def remove(self) -> None:
        """Takes the index away with all that was written, if it is still the unfinished one: of one that was taken for dead, and is not,
        another may have finished it, and it is in force."""
        left = self._generations.record(UNFINISHED)
        if left is not None and left["index"] == self.index:
            self.done()
            self._generations.remove_index(self.index)

    # --- finding it ---------------------------------------------------------------------------------------------------

    def _record(self, analysis: str, shards: int, share: Share | None) -> Json:
        """What is said of the unfinished build: of the one that is there, if it fits, else of a new one."""
        wanted: Json = {"analysis": analysis, "format": FORMAT, "shares": share.of if share else 0}
        left = self._generations.record(UNFINISHED)
        if left is not None:
            self._refuse_busy(left, share)
            if left["analysis"] == analysis and left.get("format") == FORMAT:
                if share and not left["shares"]:
                    left = {**left, "shares": share.of}
                    self._generations.put_record(UNFINISHED, left)
                return left
            self._generations.remove_index(left["index"])
            Outcomes(self._cluster, left["index"]).remove()
            self._generations.put_record(UNFINISHED, None)
        # Said before it is made: an index that nothing names would stay for ever. Of several shares that begin at once one says it.
        new = {**wanted, "index": f"{self._cluster.address.name}-s-{new_name()}", "shards": shards}
        return self._generations.begin_record(UNFINISHED, new)

    def _refuse_busy(self, left: Json, share: Share | None) -> None:
        """Raises BuildBusy while shares are being built, where this is none of them."""
        of: int = left.get("shares", 0)
        if share and of == share.of:
            return
        for number in range(1, of + 1):
            if holder := holder_of(self._cluster, self._generations.state, share_lease(Share(number, of))):
                raise BuildBusy(f"第 {number}/{of} 份还在构建。", hint=f"它在 {holder['host']} 上；请等各份都结束后再运行。")
        if share and of:
            raise BadRequest(f"已有一次分成 {of} 份的构建没有完成。", hint=f"请仍分成 {of} 份，或先不加 --share 把它完成。")

    def _make(self, analysis: str) -> bool:
        """Makes the index if there is none; whether there was none."""
        body = passages_index(self.shards, self._cluster.address.replicas, {"analysis": analysis})
        try:
            # With all copies from its first row on, where that takes no longer: a node that is lost right after takes nothing with it.
            self._cluster.ask("PUT", f"/{self.index}", body, seconds=60.0, attempt=30.0, wait_for_active_shards="all", timeout="20s")
        except Refused as refusal:
            if refusal.kind != "resource_already_exists_exception":
                raise EngineUnavailable(f"集群不让建索引（{refusal.kind[:60]}）。", hint="请核对集群的设置。") from None
            self.close_to_writing(closed=False)
            self.refresh()
            return False
        return True

    # --- what is in it ------------------------------------------------------------------------------------------------

    def _bare(self) -> ClusterGeneration:
        manifest = Manifest("", "opensearch", "", "", 0, 0, "")
        return ClusterGeneration(manifest, (IndexPart(self.index, self.shards),), 0, 0)

    def _documents_left(self) -> dict[str, tuple[int, str]]:
        rows = self.rows.scan({"term": {"row": DOCUMENT}}, ["doc", "no", "receipt"], size=5_000)
        return {hit["_source"]["doc"]: (hit["_source"]["no"], hit["_source"]["receipt"]) for hit in rows}

    def _first_free(self) -> int:
        body = {"size": 0, "track_total_hits": False, "aggs": {"last": {"max": {"field": "no"}}}}
        last = self._cluster.search(self.index, body, shards=self.shards)["aggregations"]["last"]["value"]
        return 0 if last is None else int(last) + 1

    def _numbers_there(self) -> Iterator[int]:
        """Every number that any row has: those of several builders leave gaps."""
        numbers: Json = {"size": NUMBERS, "sources": [{"no": {"terms": {"field": "no"}}}]}
        while True:
            body = {"size": 0, "track_total_hits": False, "aggs": {"numbers": {"composite": numbers}}}
            found = self._cluster.search(self.index, body, shards=self.shards, seconds=60.0)["aggregations"]["numbers"]
            yield from (int(bucket["key"]["no"]) for bucket in found["buckets"])
            if len(found["buckets"]) < NUMBERS:
                return
            numbers["after"] = found["after_key"]
