"""`search.engine.port.Writer` into a cluster: an index of what is new, beside those of the base that are carried over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b

from search.engine.opensearch.bulk import Bulk
from search.engine.opensearch.cluster import Absent, Cluster, Json
from search.engine.opensearch.encode import DOCUMENT, PASSAGE, digest, document_rows
from search.engine.opensearch.generations import UNFINISHED, ClusterGeneration, ClusterPointer, Generations, IndexPart, new_name
from search.engine.opensearch.lease import Lease
from search.engine.opensearch.mapping import passages_index
from search.engine.opensearch.rows import Rows
from search.engine.port import Manifest
from search.engine.stored import pack_document, pack_passage
from search.errors import EngineUnavailable, IndexDamaged
from search.model import Document
from search.query import analysis

MOST_SEGMENTS = 8
"""With more indices than this the smallest are written anew, together."""
MOST_DROPPED = 0.3
"""An index that has lost a larger share of its documents is written anew."""
DROPPED_AT_MOST = 20_000
"""Documents that the filter of an alias names at most."""
AHEAD = 500
"""Rows read ahead of what is kept."""


class OpenSearchWriter:
    """One build. Holds the lease from its first moment to publish, abort or suspend."""

    def __init__(self, cluster: Cluster, *, analysis: str, base: bool, keep: int = 3) -> None:
        self._cluster, self._analysis, self._keep_generations = cluster, analysis, keep
        self._generations = Generations(cluster)
        cluster.check_version()
        self._generations.prepare()
        self._lease = Lease(cluster, self._generations.state)
        try:
            self._begin(base=base)
        except BaseException:
            self._lease.give_back()
            raise

    def _begin(self, *, base: bool) -> None:
        self._before: ClusterPointer | None = self._generations.in_force()
        self._base = self._generations.read(self._before.generation) if base and self._before else None
        self._directory = self._directory_of_base() if self._base else {}
        self._kept: dict[str, tuple[str, int]] = {}
        """Document → index and number, of those carried over from the base."""
        self._added: dict[str, int] = {}
        """Document → number in the new index."""
        self._attached: dict[str, bytes] = {}
        self._refused: dict[str, str] = {}
        """Document → why the cluster did not take it."""
        self._ahead: Iterator[Document] | None = None
        self._next_document: Document | None = None
        self._committed: ClusterGeneration | None = None
        self._done = False
        self._index, self._shards, self._next, self._left = self._new_index()
        self._bulk = Bulk(self._cluster, self._index, self._refuse)

    # --- search.engine.port.Writer ------------------------------------------------------------------------------------

    def keep(self, document_id: str, receipt: str = "") -> Document | None:
        """Carries a document over from the base or, with a receipt, from the interrupted build."""
        if receipt:
            return self._take_up(document_id, receipt)
        if self._base is None or document_id not in self._directory:
            return None
        found = self._read_ahead(document_id)
        if found is not None:
            self._added.pop(document_id, None)
            self._kept[document_id] = self._directory[document_id]
        return found

    def add(self, document: Document) -> str:
        """Adds a document; its receipt is a hash of all of it."""
        self._lease.refuse_lost()
        receipt = _receipt(document)
        self._kept.pop(document.id, None)
        number, self._next = self._next, self._next + 1
        self._added[document.id] = number
        self._refused.pop(document.id, None)
        self._bulk.add(document.id, digest(document.id), document_rows(document, number, receipt))
        return receipt

    def attach(self, name: str, data: bytes) -> None:
        self._attached[name] = data

    def refused(self) -> Mapping[str, str]:
        """Waits for the cluster, and gives what it will never take."""
        self._bulk.flush()
        for document_id in self._refused:
            self._added.pop(document_id, None)
        return self._refused

    def commit(self, tell: Callable[[int, int], None] | None = None) -> Manifest:
        """Makes the generation whole: everything written, old indices joined where there are many, all of it counted."""
        say = tell or (lambda _done, _whole: None)
        self._join_small(say)
        self.refused()
        self._close_to_writing(self._index, closed=True)
        self._refresh(self._index)
        name = new_name()
        for attached, data in self._attached.items():
            self._generations.attach(name, attached, data)
        before = self._before.generation if self._before else ""
        uncounted = ClusterGeneration(self._manifest(name, 0, 0), self._segments(), 0, 0, before)
        self._generations.make_alias(uncounted)
        self._committed = self._counted(uncounted)
        self._generations.enter(self._committed)
        return self._committed.manifest

    def publish(self) -> None:
        """Puts the generation in force with one compare and set, and clears away what no kept generation needs."""
        if self._committed is None or self._done:
            return
        self._lease.refuse_lost()
        self._generations.put_in_force(self._committed, self._before)
        self._done = True
        self._generations.put_record(UNFINISHED, None)
        kept = list(self._generations.kept(self._committed.name))[: max(1, self._keep_generations)]
        with suppress(EngineUnavailable):  # what stays behind now goes with the next build
            self._generations.collect(kept)
        self._end()

    def abort(self) -> None:
        if self._done:
            return
        self._done = True
        self._bulk.close()
        if not self._lease.lost:
            if self._committed is not None:
                self._generations.forget(self._committed.name)
            self._generations.put_record(UNFINISHED, None)
            self._generations.remove_index(self._index)
        self._end()

    def suspend(self) -> None:
        if self._done:
            return
        self._done = True
        with suppress(EngineUnavailable):
            self._bulk.flush()
        self._end()

    # --- the new index ------------------------------------------------------------------------------------------------

    def _new_index(self) -> tuple[str, int, int, dict[str, tuple[int, str]]]:
        """The index that is written to, with its shards, the next number in it, and the documents (number, receipt) that an interrupted
        build of the same analysis left in it."""
        left = self._generations.record(UNFINISHED)
        if left is not None and left["analysis"] == self._analysis and self._exists(left["index"]):
            self._close_to_writing(left["index"], closed=False)
            self._refresh(left["index"])
            rows = self._rows_of(left["index"], left["shards"])
            found = {hit["_source"]["doc"]: (hit["_source"]["no"], hit["_source"]["receipt"]) for hit in rows}
            return left["index"], left["shards"], self._first_free(left["index"], left["shards"]), found
        if left is not None:
            self._generations.remove_index(left["index"])
        address = self._cluster.address
        shards = 1 if self._base else address.shards or self._data_nodes()
        index = f"{address.name}-s-{new_name()}"
        # Said before it is made: an index that nothing names would stay for ever.
        self._generations.put_record(UNFINISHED, {"index": index, "analysis": self._analysis, "shards": shards})
        body = passages_index(shards, address.replicas, {"analysis": self._analysis})
        self._cluster.ask("PUT", f"/{index}", body, seconds=60.0, attempt=30.0)
        return index, shards, 0, {}

    def _rows_of(self, index: str, shards: int) -> Iterator[Json]:
        bare = ClusterGeneration(self._manifest("", 0, 0), (IndexPart(index, shards),), 0, 0)
        return Rows(self._cluster, index, bare).scan({"term": {"row": DOCUMENT}}, ["doc", "no", "receipt"], size=5_000)

    def _first_free(self, index: str, shards: int) -> int:
        body = {"size": 0, "track_total_hits": False, "aggs": {"last": {"max": {"field": "no"}}}}
        last = self._cluster.search(index, body, shards=shards)["aggregations"]["last"]["value"]
        return 0 if last is None else int(last) + 1

    def _take_up(self, document_id: str, receipt: str) -> Document | None:
        number, known = self._left.get(document_id, (0, ""))
        if known != receipt:
            return None
        bare = ClusterGeneration(self._manifest("", 0, 0), (IndexPart(self._index, self._shards),), 0, 0)
        found = Rows(self._cluster, self._index, bare).document(document_id)
        if found is None or _receipt(found) != receipt:
            return None
        self._added[document_id] = number
        return found

    def _refuse(self, document_id: str, why: str) -> None:
        self._refused.setdefault(document_id, why)

    # --- the base -----------------------------------------------------------------------------------------------------

    def _directory_of_base(self) -> dict[str, tuple[str, int]]:
        """Document of the base → its index and number there."""
        assert self._base is not None
        rows = Rows(self._cluster, self._generations.alias(self._base.name), self._base)
        found = rows.scan({"term": {"row": DOCUMENT}}, ["doc", "no"], size=5_000)
        return {hit["_source"]["doc"]: (hit["_index"], hit["_source"]["no"]) for hit in found}

    def _read_ahead(self, document_id: str) -> Document | None:
        """A document of the base. Documents are kept in the order of their ids, so they are read in that order, many at once."""
        assert self._base is not None
        following = self._next_document
        if self._ahead is None or following is None or following.id > document_id:
            self._ahead = Rows(self._cluster, self._generations.alias(self._base.name), self._base).documents_from(document_id, AHEAD)
            following = next(self._ahead, None)
        steps = 0
        while following is not None and following.id < document_id:
            following, steps = next(self._ahead, None), steps + 1
            if steps > AHEAD:  # far apart: begin anew there
                self._next_document, self._ahead = None, None
                return self._read_ahead(document_id)
        self._next_document = following
        return following if following is not None and following.id == document_id else None

    def _join_small(self, tell: Callable[[int, int], None]) -> None:
        """Writes the documents of indices anew that have lost many, or are the smallest of too many."""
        if self._base is None:
            return
        of_base = Counter(index for index, _ in self._directory.values())
        kept = Counter(index for index, _ in self._kept.values())
        shrunk = {index for index, many in kept.items() if of_base[index] - many > min(MOST_DROPPED * of_base[index], DROPPED_AT_MOST)}
        rest = sorted((many, index) for index, many in kept.items() if index not in shrunk)
        joined = shrunk | {index for _, index in rest[: max(0, len(rest) + 1 - MOST_SEGMENTS)]}
        wanted = sorted(document for document, (index, _) in self._kept.items() if index in joined)
        for done, document_id in enumerate(wanted):
            found = self._read_ahead(document_id)
            if found is None:
                raise IndexDamaged("集群里缺少要保留的文献。", hint="请运行 bangfu build --full 重建。")
            self.add(found)
            tell(done, len(wanted))

    def _segments(self) -> tuple[IndexPart, ...]:
        own = set(self._added.values())
        dropped = tuple(number for number in range(self._next) if number not in own)
        segments = [IndexPart(self._index, self._shards, dropped)] if self._added or not self._kept else []
        if self._base is not None:
            for segment in self._base.segments:
                numbers = {number for index, number in self._kept.values() if index == segment.index}
                if numbers:
                    there = {number for index, number in self._directory.values() if index == segment.index}
                    gone = {*segment.dropped, *(there - numbers)}
                    segments.append(replace(segment, dropped=tuple(sorted(gone))))
        return tuple(segments)

    # --- counting -----------------------------------------------------------------------------------------------------

    def _manifest(self, name: str, passages: int, documents: int) -> Manifest:
        return Manifest(
            generation=name,
            engine="opensearch",
            analysis=self._analysis,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            passages=passages,
            documents=documents,
            segmenter=analysis.segmenter().name,
            details={},
        )

    def _counted(self, generation: ClusterGeneration) -> ClusterGeneration:
        """The generation with what it holds, as the cluster counts it. Raises IndexDamaged where it holds something else than was
        written."""
        body = {
            "size": 0,
            "track_total_hits": True,
            "query": {"term": {"row": PASSAGE}},
            "aggs": {"length": {"sum": {"field": "len"}}},
        }
        alias = self._generations.alias(generation.name)
        found = self._cluster.search(alias, body, shards=generation.shards, seconds=120.0)
        documents = {"size": 0, "track_total_hits": True, "query": {"term": {"row": DOCUMENT}}, "aggs": _HELD}
        held = self._cluster.search(alias, documents, shards=generation.shards, seconds=120.0)
        passages, many = found["hits"]["total"]["value"], held["hits"]["total"]["value"]
        if many != len(self._added) + len(self._kept) or int(held["aggregations"]["held"]["value"]) != passages:
            raise IndexDamaged("集群里写下的与要写的不符，没有生效。", hint="请再运行一次 bangfu build。")
        manifest = self._manifest(generation.name, passages, many)
        peopled = held["aggregations"]["peopled"]["doc_count"]
        length = int(found["aggregations"]["length"]["value"])
        return replace(generation, manifest=manifest, length=length, peopled=peopled)

    # --- small things -------------------------------------------------------------------------------------------------

    def _refresh(self, index: str) -> None:
        told = self._cluster.ask("POST", f"/{index}/_refresh", seconds=120.0, attempt=60.0)["_shards"]
        if told["failed"]:
            raise EngineUnavailable("集群没有把写入的内容全部备好。", hint="请再运行一次 bangfu build。")

    def _close_to_writing(self, index: str, *, closed: bool) -> None:
        """Once it is counted nobody writes to an index any more: a builder that was taken for dead, and is not, is refused."""
        self._cluster.ask("PUT", f"/{index}/_settings", {"index.blocks.write": closed}, seconds=60.0, attempt=30.0)

    def _exists(self, index: str) -> bool:
        try:
            self._cluster.ask("GET", f"/{index}/_settings")
        except Absent:
            return False
        return True

    def _data_nodes(self) -> int:
        health = self._cluster.ask("GET", "/_cluster/health", local="true")
        return max(1, int(health["number_of_data_nodes"]))

    def _end(self) -> None:
        self._bulk.close()
        self._lease.give_back()


_HELD: Json = {"held": {"sum": {"field": "held"}}, "peopled": {"filter": {"range": {"held": {"gt": 0}}}}}


def _receipt(document: Document) -> str:
    """A hash of all of a document."""
    seen = blake2b(pack_document(document), digest_size=16)
    for passage in sorted(document.passages, key=lambda passage: passage.order):
        seen.update(pack_passage(passage))
    return seen.hexdigest()
