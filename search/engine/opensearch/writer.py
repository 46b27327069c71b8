"""`search.engine.port.Writer` into a cluster: an index of what is new, beside those of the base that are carried over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b

from search.engine.opensearch.bulk import Bulk
from search.engine.opensearch.cluster import Cluster, Json
from search.engine.opensearch.derived import Derived, is_rows
from search.engine.opensearch.encode import DOCUMENT, PASSAGE, digest, document_rows
from search.engine.opensearch.generations import ClusterGeneration, ClusterPointer, Generations, IndexPart, new_name
from search.engine.opensearch.lease import BUILD, Lease, holder_of, share_lease
from search.engine.opensearch.rows import ReadAhead, Rows
from search.engine.opensearch.unfinished import UnfinishedIndex
from search.engine.port import Manifest, Share
from search.engine.stored import pack_document, pack_passage
from search.errors import BuildBusy, EngineUnavailable, IndexDamaged
from search.model import Document
from search.query import analysis

MOST_SEGMENTS = 8
"""With more indices than this the smallest are written anew, together."""
MOST_DROPPED = 0.3
"""An index that has lost a larger share of its documents is written anew."""
DROPPED_AT_MOST = 20_000
"""Documents that the filter of an alias names at most."""


class OpenSearchWriter:
    """One build, or one share of it. Holds its lease from its first moment to publish, abort or suspend."""

    def __init__(self, cluster: Cluster, *, analysis: str, base: bool, keep: int = 3, share: Share | None = None) -> None:
        self._cluster, self._analysis, self._keep_generations = cluster, analysis, keep
        self._generations = Generations(cluster)
        cluster.check_version()
        self._generations.prepare()
        self._lease = Lease(cluster, self._generations.state, share_lease(share) if share else BUILD)
        try:
            # Each takes its own lease first and looks for others then: of two that begin at once, one is refused at least.
            if share and (holder := holder_of(cluster, self._generations.state, BUILD)):
                raise BuildBusy("另一个构建正在进行。", hint=f"它在 {holder['host']} 上；请等它结束后再试。")
            self._begin(base=base, share=share)
        except BaseException:
            self._lease.give_back()
            raise

    def _begin(self, *, base: bool, share: Share | None) -> None:
        self._before: ClusterPointer | None = self._generations.in_force()
        self._base = self._generations.read(self._before.generation) if base and self._before else None
        self._directory = self._rows_of(self._base).directory() if self._base else {}
        """Document of the base → its index and number there."""
        self._kept: dict[str, tuple[str, int]] = {}
        """Document → index and number, of those carried over from the base."""
        self._added: dict[str, int] = {}
        """Document → number in the new index."""
        self._attached: dict[str, bytes] = {}
        self._refused: dict[str, str] = {}
        """Document → why the cluster did not take it."""
        self._committed: ClusterGeneration | None = None
        self._derived: Derived | None = None
        self._done = False
        shards = 1 if self._base else self._cluster.address.shards or self._data_nodes()
        self._new = UnfinishedIndex(self._cluster, self._generations, self._analysis, shards, share)
        self._index = self._new.index
        self._bulk = Bulk(self._cluster, self._index, self._refuse)
        self._of_left = ReadAhead(self._new.rows)
        self._of_base = ReadAhead(self._rows_of(self._base)) if self._base else None

    # --- search.engine.port.Writer ------------------------------------------------------------------------------------

    def keep(self, document_id: str, receipt: str = "") -> Document | None:
        """Carries a document over from the base or, with a receipt, from the interrupted build."""
        if receipt:
            return self._take_up(document_id, receipt)
        if self._base is None or document_id not in self._directory:
            return None
        found = self._of_base.document(document_id) if self._of_base else None
        if found is not None:
            self._added.pop(document_id, None)
            self._kept[document_id] = self._directory[document_id]
        return found

    def carry(self, document_ids: Collection[str]) -> frozenset[str]:
        """Carries documents over from the base; none is read."""
        there = frozenset(id_ for id_ in document_ids if id_ in self._directory)
        for document_id in there:
            self._added.pop(document_id, None)
            self._kept[document_id] = self._directory[document_id]
        return there

    def add(self, document: Document) -> str:
        """Adds a document; its receipt is a hash of all of it."""
        self._lease.refuse_lost()
        receipt = _receipt(document)
        self._kept.pop(document.id, None)
        number = self._added[document.id] = self._new.number()
        self._refused.pop(document.id, None)
        self._bulk.add(document.id, digest(document.id), document_rows(document, number, receipt))
        return receipt

    def lay(self, key: str, document_id: str, outcome: bytes) -> None:
        self._new.outcomes.lay(key, document_id, outcome)

    def laid(self) -> Iterator[tuple[str, bytes]]:
        """Key and outcome of all that builders of shares have laid by."""
        return self._new.outcomes.laid() if self._new.shared else iter(())

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
        self._new.close_to_writing(closed=True)
        self._new.refresh()
        name = new_name()
        self._derived = Derived(self._cluster, name)
        derived = self._derived.write(self._attached, sorted({*self._added, *self._kept}))
        for attached, data in self._attached.items():
            if not is_rows(attached, data):
                self._generations.attach(name, attached, data)
        before = self._before.generation if self._before else ""
        uncounted = ClusterGeneration(self._manifest(name, 0, 0), self._segments(), 0, 0, before, derived)
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
        self._new.done()
        kept = list(self._generations.kept(self._committed.name))[: max(1, self._keep_generations)]
        with suppress(EngineUnavailable):  # what stays behind now goes with the next build
            self._generations.collect(kept)
        self._end()

    def abort(self) -> None:
        if self._done:
            return
        self._done = True
        self._bulk.close()
        if self._lease.is_ours():
            if self._committed is not None:
                self._generations.forget(self._committed.name)
            if self._derived is not None:
                self._derived.remove()
            self._new.remove()
        self._end()

    def suspend(self) -> None:
        if self._done:
            return
        self._done = True
        with suppress(EngineUnavailable):
            self._bulk.flush()
            if self._new.shared:
                self._new.outcomes.flush()
        self._end()

    # --- the new index ------------------------------------------------------------------------------------------------

    def _take_up(self, document_id: str, receipt: str) -> Document | None:
        number, known = self._new.left.get(document_id, (0, ""))
        if known != receipt:
            return None
        found = self._of_left.document(document_id)
        if found is None or _receipt(found) != receipt:
            return None
        self._added[document_id] = number
        return found

    def _refuse(self, document_id: str, why: str) -> None:
        self._refused.setdefault(document_id, why)

    # --- the base -----------------------------------------------------------------------------------------------------

    def _rows_of(self, generation: ClusterGeneration) -> Rows:
        return Rows(self._cluster, self._generations.alias(generation.name), generation)

    def _join_small(self, tell: Callable[[int, int], None]) -> None:
        """Writes the documents of indices anew that have lost many, or are the smallest of too many."""
        if self._of_base is None:
            return
        of_base = Counter(index for index, _ in self._directory.values())
        kept = Counter(index for index, _ in self._kept.values())
        shrunk = {index for index, many in kept.items() if of_base[index] - many > min(MOST_DROPPED * of_base[index], DROPPED_AT_MOST)}
        rest = sorted((many, index) for index, many in kept.items() if index not in shrunk)
        joined = shrunk | {index for _, index in rest[: max(0, len(rest) + 1 - MOST_SEGMENTS)]}
        wanted = sorted(document for document, (index, _) in self._kept.items() if index in joined)
        for done, document_id in enumerate(wanted):
            found = self._of_base.document(document_id)
            if found is None:
                raise IndexDamaged("集群里缺少要保留的文献。", hint="请运行 bangfu build --full 重建。")
            self.add(found)
            tell(done, len(wanted))

    def _segments(self) -> tuple[IndexPart, ...]:
        dropped = self._new.dropped(set(self._added.values()))
        segments = [IndexPart(self._index, self._new.shards, dropped)] if self._added or not self._kept else []
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
