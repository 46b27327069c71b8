"""What a cluster is told of a collection's generations, and which one is in force.

A generation is an alias (`NAME-g-GENERATION`) over one index or several: the one that a full build wrote, and a smaller one for each build
upon it. For each index the alias has a filter that leaves out the documents that were replaced or removed since. An index is never altered
once its generation is committed; an alias never. Which generation is in force is one small record, which is replaced only if it still says
what the builder had read (compare and set), so of two builders one is refused. The alias `NAME` is moved with it, in one call, for whoever
looks in from outside.

All of these records are documents of `NAME-state`, read by id: no search, no refresh, no cluster manager is needed to read them.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from search.engine.opensearch.cluster import Absent, Cluster, Conflict, Json, Refused
from search.engine.opensearch.encode import PART_BYTES, decoded, digest, encoded
from search.engine.opensearch.mapping import FORMAT, state_index
from search.engine.port import Manifest
from search.errors import BuildBusy, EngineUnavailable, IndexDamaged, IndexMissing, IndexStale

IN_FORCE = "in-force"
UNFINISHED = "unfinished"
_MISSING_HINT = "请先运行 bangfu build --engine opensearch://…。"


@dataclass(frozen=True, slots=True)
class IndexPart:
    """An index that a generation has documents in, and the numbers of those that it does not have any more."""

    index: str
    shards: int
    dropped: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ClusterGeneration:
    """A committed generation. `length` is the characters of all its passages in match form, `peopled` its documents that have any
    passage, `before` the generation it was built upon or after."""

    manifest: Manifest
    segments: tuple[IndexPart, ...]
    length: int
    peopled: int
    before: str = ""
    derived: int = 0
    """Rows that are derived over it (`search.engine.opensearch.derived`); 0: there is no such index."""

    @property
    def name(self) -> str:
        """The name of the generation."""
        return self.manifest.generation

    @property
    def shards(self) -> int:
        """How many shards must answer a search over all of it."""
        return sum(segment.shards for segment in self.segments)

    @property
    def mean_length(self) -> float:
        """Mean length of a passage in characters of match form, at least 1."""
        return max(1.0, self.length / max(1, self.manifest.passages))


@dataclass(frozen=True, slots=True)
class ClusterPointer:
    """The generation in force, and the version of the record that says so."""

    generation: str
    version: tuple[int, int]


class Generations:
    """The records of one collection in a cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._name = cluster.address.name
        self.state = f"{self._name}-state"

    # --- reading ------------------------------------------------------------------------------------------------------

    def in_force(self) -> ClusterPointer | None:
        """The generation in force; None where no build has ended yet. Raises IndexMissing where none has begun."""
        try:
            found = self._cluster.ask("GET", f"/{self.state}/_doc/{IN_FORCE}")
        except Absent:
            self.refuse_foreign()
            return None
        except Refused:
            self.refuse_foreign()
            raise IndexDamaged("集群里的记录读不懂。", hint="请核对 --engine 里的名字。") from None
        record = found["_source"].get("record")
        if not isinstance(record, dict) or "generation" not in record:
            self.refuse_foreign()
            raise IndexDamaged("集群里的记录读不懂。", hint="请核对 --engine 里的名字。")
        return ClusterPointer(str(record["generation"]), (int(found["_seq_no"]), int(found["_primary_term"])))

    def name_in_force(self) -> str:
        """The name of the generation in force. Raises IndexMissing."""
        pointer = self.in_force()
        if pointer is None:
            raise IndexMissing("集群里还没有这个名字的索引。", hint=_MISSING_HINT)
        return pointer.generation

    def read(self, name: str) -> ClusterGeneration:
        """A committed generation. Raises IndexMissing, IndexStale where its rows are of another format."""
        record = self.record(f"generation {name}")
        if record is None:
            raise IndexDamaged("集群里缺少当前版本的记录。", hint="请运行 bangfu rollback 或 bangfu build --full。")
        if record["format"] != FORMAT:
            raise IndexStale("集群里的索引是另一版程序建的。", hint="请运行 bangfu build --full 重建。")
        segments = tuple(IndexPart(one["index"], one["shards"], tuple(one["dropped"])) for one in record["segments"])
        return ClusterGeneration(
            Manifest(**record["manifest"]), segments, record["length"], record["peopled"], record["before"], record["derived"]
        )

    def kept(self, name: str) -> Iterator[ClusterGeneration]:
        """The generation named, then those before it that are still there."""
        seen: set[str] = set()
        while name and name not in seen:
            seen.add(name)
            try:
                generation = self.read(name)
            except (IndexDamaged, IndexStale):
                return
            yield generation
            name = generation.before

    def alias(self, name: str) -> str:
        """What a generation is searched by."""
        return f"{self._name}-g-{name}"

    def attachment(self, generation: str, name: str) -> bytes | None:
        """Bytes attached to a generation."""
        first = self._part(generation, name, 0)
        if first is None:
            return None
        parts = [decoded(first["data"])]
        for at in range(1, first["parts"]):
            found = self._part(generation, name, at)
            if found is None:
                raise IndexDamaged(f"集群里缺少附件 {name} 的一部分。", hint="请运行 bangfu build --full 重建。")
            parts.append(decoded(found["data"]))
        return b"".join(parts)

    def record(self, name: str) -> Json | None:
        """A record of the collection's state by name."""
        try:
            found: Json = self._cluster.ask("GET", f"/{self.state}/_doc/{digest(name)}")["_source"]["record"]
        except Absent:
            return None
        return found

    def refuse_foreign(self) -> None:
        """Raises EngineUnavailable where indices of this name are not ours."""
        for index in (self.state, self._name):
            try:
                found = self._cluster.ask("GET", f"/{index}/_mapping")
            except Absent:
                continue
            for one in found.values():
                if "bangfu" not in one.get("mappings", {}).get("_meta", {}):
                    raise EngineUnavailable("集群里这个名字的索引不是帮扶检索建的，没有改动它。", hint="请在 --engine 里换一个名字。")

    # --- writing ------------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Makes the index of records where there is none."""
        self.refuse_foreign()
        try:
            self._cluster.ask("PUT", f"/{self.state}", state_index(self._cluster.address.replicas), attempt=30.0)
        except Refused as refusal:
            if refusal.kind != "resource_already_exists_exception":
                raise EngineUnavailable(f"集群不让建索引（{refusal.kind[:60]}）。", hint="请核对集群的设置。") from None

    def put_record(self, name: str, record: Json | None) -> None:
        """Sets or removes a record."""
        path = f"/{self.state}/_doc/{digest(name)}"
        if record is None:
            with suppress(Absent):
                self._cluster.ask("DELETE", path)
        else:
            self._cluster.ask("PUT", path, {"row": "record", "record": record})

    def begin_record(self, name: str, record: Json) -> Json:
        """Sets a record that there is not yet; the one that there is, where another was first."""
        with suppress(Conflict):
            self._cluster.ask("PUT", f"/{self.state}/_doc/{digest(name)}", {"row": "record", "record": record}, op_type="create")
        return self.record(name) or record

    def make_alias(self, generation: ClusterGeneration) -> None:
        """Makes the alias of a generation, over all of its indices in one call."""
        self._cluster.ask("POST", "/_aliases", {"actions": self._added(self.alias(generation.name), generation.segments)}, attempt=30.0)

    def enter(self, generation: ClusterGeneration) -> None:
        """Enters the record of a generation."""
        record = {
            "format": FORMAT,
            "manifest": asdict(generation.manifest),
            "segments": [asdict(segment) for segment in generation.segments],
            "length": generation.length,
            "peopled": generation.peopled,
            "before": generation.before,
            "derived": generation.derived,
        }
        self.put_record(f"generation {generation.name}", record)

    def put_in_force(self, generation: ClusterGeneration, instead_of: ClusterPointer | None) -> None:
        """Makes a generation the one in force, if the one in force is still the one given. Raises BuildBusy."""
        wanted: dict[str, Any] = {"op_type": "create"}
        if instead_of is not None:
            wanted = {"if_seq_no": instead_of.version[0], "if_primary_term": instead_of.version[1]}
        body = {"row": "record", "record": {"generation": generation.name}}
        try:
            self._cluster.ask("PUT", f"/{self.state}/_doc/{IN_FORCE}", body, **wanted)
        except Conflict:
            # Asked again after a time-out, it may be our own word that stands there already.
            now = self.in_force()
            if now is None or now.generation != generation.name:
                raise BuildBusy("另一个构建先完成了，这一个没有生效。", hint="请再运行一次 bangfu build。") from None
        with suppress(Absent, Refused):
            actions = [{"remove": {"index": f"{self._name}-s-*", "alias": self._name, "must_exist": False}}]
            self._cluster.ask("POST", "/_aliases", {"actions": [*actions, *self._added(self._name, generation.segments)]}, attempt=30.0)

    def attach(self, generation: str, name: str, data: bytes) -> None:
        """Attaches bytes to a generation."""
        parts = [data[at : at + PART_BYTES] for at in range(0, len(data), PART_BYTES)] or [b""]
        for at, part in reversed(list(enumerate(parts))):
            body = {"row": "attachment", "generation": generation, "name": name, "part": at, "parts": len(parts), "data": encoded(part)}
            self._cluster.ask("PUT", f"/{self.state}/_doc/{_part_id(generation, name, at)}", body, attempt=60.0)

    def collect(self, kept: Sequence[ClusterGeneration]) -> None:
        """Removes what no kept generation and no unfinished build has: aliases, attachments, records, indices."""
        names = {self.alias(generation.name) for generation in kept}
        used = {segment.index for generation in kept for segment in generation.segments}
        unfinished = self.record(UNFINISHED)
        if unfinished is not None:
            used.add(unfinished["index"])
        try:
            there = self._cluster.ask("GET", f"/{self._name}-s-*/_alias")
        except Absent:
            there = {}
        gone = [index for index in there if index not in used]
        gone += [index for index in self._indices("w") if index.replace("-w-", "-s-", 1) not in used or unfinished is None]
        derived = {f"{self._name}-d-{generation.name}" for generation in kept}
        gone += [index for index in self._indices("d") if index not in derived]
        aliases = {alias for one in there.values() for alias in one["aliases"]} - names - {self._name}
        for alias in sorted(aliases):
            with suppress(Absent):
                self._cluster.ask("DELETE", f"/{self._name}-s-*/_alias/{alias}", attempt=30.0)
            self.forget(alias.removeprefix(self.alias("")))
        for index in gone:
            with suppress(Absent):
                self._cluster.ask("DELETE", f"/{index}", attempt=30.0)

    def _indices(self, kind: str) -> list[str]:
        try:
            return list(self._cluster.ask("GET", f"/{self._name}-{kind}-*/_alias"))
        except Absent:
            return []

    def forget(self, name: str) -> None:
        """Removes the record and the attachments of a generation."""
        self.put_record(f"generation {name}", None)
        with suppress(Absent):
            self._cluster.ask("POST", f"/{self.state}/_refresh")
            body = {"query": {"term": {"generation": name}}}
            self._cluster.ask("POST", f"/{self.state}/_delete_by_query", body, attempt=60.0, conflicts="proceed")

    def remove_index(self, index: str) -> None:
        """Removes an index; harmless where there is none."""
        with suppress(Absent):
            self._cluster.ask("DELETE", f"/{index}", attempt=30.0)

    def _added(self, alias: str, segments: Sequence[IndexPart]) -> list[Json]:
        return [
            {"add": {"index": one.index, "alias": alias, **({"filter": _without(one.dropped)} if one.dropped else {})}} for one in segments
        ]

    def _part(self, generation: str, name: str, at: int) -> Json | None:
        try:
            found: Json = self._cluster.ask("GET", f"/{self.state}/_doc/{_part_id(generation, name, at)}", attempt=60.0)["_source"]
        except Absent:
            return None
        return found


def new_name() -> str:
    """A name for a generation or an index: the time, and chance."""
    return f"{datetime.now(UTC):%Y%m%d%H%M%S}-{secrets.token_hex(4)}"


def _without(dropped: Sequence[int]) -> Json:
    return {"bool": {"must_not": [{"terms": {"no": list(dropped)}}]}}


def _part_id(generation: str, name: str, at: int) -> str:
    return digest(f"attachment {generation} {name} {at}")
