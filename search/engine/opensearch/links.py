"""The ledger's rows in a cluster: `search.links.keeper.LedgerKeeper` over the index `NAME-links`.

Rows are only ever added. A generation is entered first and marked whole last, so what a dead build left belongs to no generation that
anyone stands on; the next one clears it away. A snapshot is one row, with the ids and lookup keys of its passages: where an id stood is
found by the ids, equal texts by the keys.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice, zip_longest
from typing import Any

from search.engine.opensearch.cluster import Cluster, Json
from search.engine.opensearch.encode import decoded, digest, encoded
from search.engine.opensearch.generations import Generations
from search.engine.opensearch.lease import lease_of
from search.engine.opensearch.ledger_rows import EVENT, GENERATION, LEAD, SNAPSHOT, LedgerRows
from search.engine.opensearch.queries import Query, all_of
from search.errors import LedgerDamaged
from search.links.store import Entry, EventRow, GenerationRow, Lead, Snapshot, history_of, lookup_key

AT_ONCE = 500
"""Values asked for in one request."""
_HINT = "请用集群的快照恢复，或用 bangfu import 取回导出的链接簿。"


class ClusterLedger:
    """The ledger of one collection. `read_only` for those who answer: then nothing is made where there is nothing."""

    def __init__(self, cluster: Cluster, *, read_only: bool = False) -> None:
        self._cluster, self._generations = cluster, Generations(cluster)
        self._rows = LedgerRows(cluster, self._generations, read_only=read_only)
        self._begun: list[GenerationRow] = []
        self._snapshots: dict[tuple[str, bytes], int] | None = None
        self._next = 0

    @property
    def there(self) -> bool:
        """Whether there is a ledger."""
        return self._rows.there

    def close(self) -> None:
        """Nothing is held open."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is entered is marked whole at the end. One at a time in a collection: who builds already may."""
        with lease_of(self._cluster, self._generations.state):
            self._rows.see()
            self._clear_dead()
            try:
                yield
                self._rows.write()
                self._finish()
            finally:
                self._rows.drop_pending()
                self._begun, self._snapshots = [], None

    def rest(self) -> bool:
        return True

    def faults(self) -> tuple[str, ...]:
        """Sentences on what does not fit together."""
        if not self.there:
            return ()
        known = {row["no"] for row in self._rows.every(GENERATION, ["no"])}
        snapshots = {row["no"] for row in self._rows.every(SNAPSHOT, ["no"])}
        found = []
        if any(row.get("base") is not None and row["base"] not in known for row in self._rows.every(GENERATION, ["base"])):
            found.append("有的版本所依据的版本不在簿中。")
        events = list(self._rows.every(EVENT, ["generation", "snapshot"]))
        if any(row["generation"] not in known for row in events):
            found.append("有的变更记在不存在的版本上。")
        if any(row.get("snapshot") is not None and row["snapshot"] not in snapshots for row in events):
            found.append("有的变更指向不存在的文献记录。")
        return tuple(found)

    # --- generations --------------------------------------------------------------------------------------------------

    def sequence(self, generation: str) -> int | None:
        found = self._rows.found({"term": {"name": generation}}, GENERATION, ["no", "whole"])
        return next((int(row["no"]) for row in found if row["whole"]), None)

    def last_sequence(self) -> int | None:
        return max((row["no"] for row in self._whole()), default=None)

    def first_sequence(self) -> int | None:
        return min((row["no"] for row in self._whole()), default=None)

    def history(self, sequence: int | None) -> frozenset[int]:
        return history_of(sequence, {row["no"]: row.get("base") for row in self._whole()})

    def state(self, history: frozenset[int]) -> dict[str, int]:
        rows = sorted(self._rows.every(EVENT, ["generation", "document", "snapshot"]), key=lambda row: int(row["generation"]))
        found = {row["document"]: row.get("snapshot") for row in rows if row["generation"] in history}
        return {document: int(snapshot) for document, snapshot in found.items() if snapshot is not None}

    def created(self, history: frozenset[int]) -> dict[int, tuple[str, str]]:
        return {int(row["no"]): (row["name"], row["created"]) for row in self._whole() if row["no"] in history}

    def changed(self, sequence: int, at_most: int | None = None) -> list[str]:
        query = all_of([{"term": {"generation": sequence}}, {"exists": {"field": "snapshot"}}])
        return [row["document"] for row in islice(self._rows.found(query, EVENT, ["document"]), at_most)]

    def last_changed(self, documents: Iterable[str], history: frozenset[int]) -> dict[str, int]:
        found: dict[str, int] = {}
        wanted = sorted(set(documents))
        for at in range(0, len(wanted), AT_ONCE):
            some = wanted[at : at + AT_ONCE]
            told: Query = all_of([_within(history), {"terms": {"document": some}}, {"exists": {"field": "snapshot"}}])
            each = {"each": {"terms": {"field": "document", "size": len(some)}, "aggs": _NEWEST}}
            buckets = self._rows.search({"size": 0, "query": told, "aggs": each})["aggregations"]["each"]["buckets"]
            found |= {bucket["key"]: int(bucket["newest"]["value"]) for bucket in buckets}
        return found

    def newest_changes(self, firsts: Sequence[str], history: frozenset[int]) -> list[int | None]:
        found: list[int | None] = []
        bounds = [{"gte": first, **({} if after is None else {"lt": after})} for first, after in zip_longest(firsts, firsts[1:])]
        for at in range(0, len(bounds), AT_ONCE):
            parts = {str(number): {"range": {"document": one}} for number, one in enumerate(bounds[at : at + AT_ONCE])}
            each = {"each": {"filters": {"filters": parts}, "aggs": _NEWEST}}
            buckets = self._rows.search({"size": 0, "query": _within(history), "aggs": each})["aggregations"]["each"]["buckets"]
            told = [buckets[str(number)]["newest"]["value"] for number in range(len(parts))]
            found += [None if newest is None else int(newest) for newest in told]
        return found

    def first_seen(self, ids: Iterable[str], history: frozenset[int]) -> dict[str, int]:
        found: dict[str, int] = {}
        wanted = sorted(set(ids))
        for at in range(0, len(wanted), AT_ONCE):
            some = set(wanted[at : at + AT_ONCE])
            snapshots = {
                int(row["no"]): some.intersection(row["ids"])
                for row in self._rows.found({"terms": {"ids": sorted(some)}}, SNAPSHOT, ["no", "ids"])
            }
            for number, generation in self._since(sorted(snapshots), history).items():
                found |= {id_: min(generation, found.get(id_, generation)) for id_ in snapshots[number]}
        return found

    def _since(self, snapshots: Sequence[int], history: frozenset[int]) -> dict[int, int]:
        """Snapshot → the first of these generations that had it."""
        since: dict[int, int] = {}
        for at in range(0, len(snapshots), AT_ONCE):
            for row in self._rows.found({"terms": {"snapshot": list(snapshots[at : at + AT_ONCE])}}, EVENT, ["generation", "snapshot"]):
                if row["generation"] in history:
                    number = int(row["snapshot"])
                    since[number] = min(int(row["generation"]), since.get(number, int(row["generation"])))
        return since

    def add_generations(self, rows: Iterable[GenerationRow]) -> None:
        for row in rows:
            self._begun.append(row)
            self._put_generation(row, whole=False)

    def rename_generation(self, name: str) -> None:
        for row in self._rows.found({"term": {"name": name}}, GENERATION, ["no", "name", "base", "created", "whole"]):
            renamed = (row["no"], f"{name}#{row['no']}", row.get("base"), row["created"])
            self._put_generation(renamed, whole=row["whole"])

    def add_events(self, rows: Iterable[EventRow]) -> None:
        for generation, document, snapshot in rows:
            row: Json = {"row": EVENT, "generation": generation, "document": document}
            if snapshot is not None:
                row["snapshot"] = snapshot
            self._rows.add(f"e{digest(f'{generation} {document}')}", row)

    # --- snapshots and passages ---------------------------------------------------------------------------------------

    def ids(self) -> int:
        return len({id_ for row in self._rows.every(SNAPSHOT, ["ids"], size=200) for id_ in row["ids"]})

    def digests(self) -> dict[int, bytes]:
        return {row["no"]: bytes.fromhex(row["digest"]) for row in self._rows.every(SNAPSHOT, ["no", "digest"])}

    def add_snapshot(self, document: str, title: str, source: str, entries: Sequence[Entry], digest: bytes) -> int:
        known = self._known_snapshots()
        if (document, digest) in known:
            return known[document, digest]
        number, self._next = self._next, self._next + 1
        known[document, digest] = number
        body = zlib.compress(json.dumps(entries, ensure_ascii=False).encode("utf-8", "surrogatepass"), 6)
        row = {
            "row": SNAPSHOT,
            "no": number,
            "document": document,
            "digest": digest.hex(),
            "title": title,
            "source": source,
            "passages": len(entries),
            "ids": [id_ for id_, _, _ in entries],
            "lookups": [lookup_key(text) for _, _, text in entries],
            "body": encoded(body),
        }
        self._rows.add(f"s{number}", row)
        return number

    def snapshot(self, snapshot: int) -> Snapshot:
        row = self._snapshot_row(snapshot)
        try:
            entries = json.loads(zlib.decompress(decoded(row["body"])).decode("utf-8", "surrogatepass"))
            kept = tuple((id_, kind, text) for id_, kind, text in entries)
        except (zlib.error, ValueError, TypeError) as error:
            raise LedgerDamaged("链接簿里的一条记录读不出来。", hint=_HINT) from error
        return Snapshot(snapshot, row["document"], row["title"], row["source"], kept)

    def document_of(self, snapshot: int) -> str:
        return str(self._snapshot_row(snapshot)["document"])

    def places(self, id_: str) -> list[tuple[int, int]]:
        found = self._rows.found({"term": {"ids": id_}}, SNAPSHOT, ["no", "ids"])
        return sorted(((int(row["no"]), row["ids"].index(id_)) for row in found), reverse=True)

    def by_lookup(self, keys: Iterable[int]) -> list[tuple[int, int, int, str]]:
        found: dict[tuple[int, int], tuple[int, int, int, str]] = {}
        wanted = sorted(set(keys))
        for at in range(0, len(wanted), AT_ONCE):
            some = set(wanted[at : at + AT_ONCE])
            for row in self._rows.found({"terms": {"lookups": sorted(some)}}, SNAPSHOT, ["no", "ids", "lookups"]):
                for position, (key, id_) in enumerate(zip(row["lookups"], row["ids"], strict=True)):
                    if key in some:
                        found[row["no"], position] = (key, row["no"], position, id_)
        return list(found.values())

    def lookup_keys(self, ids: Iterable[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        wanted = sorted(set(ids))
        for at in range(0, len(wanted), AT_ONCE):
            some = set(wanted[at : at + AT_ONCE])
            for row in self._rows.found({"terms": {"ids": sorted(some)}}, SNAPSHOT, ["ids", "lookups"]):
                found.update((id_, key) for id_, key in zip(row["ids"], row["lookups"], strict=True) if id_ in some)
        return found

    def count(self, snapshots: Iterable[int]) -> int:
        wanted = sorted(snapshots)
        counts: dict[int, int] = {}
        for at in range(0, len(wanted), AT_ONCE):
            rows = self._rows.found({"terms": {"no": wanted[at : at + AT_ONCE]}}, SNAPSHOT, ["no", "passages"])
            counts |= {row["no"]: row["passages"] for row in rows}
        return sum(counts[snapshot] for snapshot in wanted)

    def sources(self) -> dict[str, str]:
        rows = sorted(self._rows.every(SNAPSHOT, ["no", "source", "document"]), key=lambda row: int(row["no"]))
        return {row["source"]: row["document"] for row in rows}

    # --- leads and the whole log --------------------------------------------------------------------------------------

    def leads(self, id_: str) -> list[Lead]:
        return sorted((_lead(row) for row in self._rows.found({"term": {"id": id_}}, LEAD, _LEAD)), key=lambda lead: lead.generation)

    def gone(self, history: frozenset[int]) -> list[str]:
        ids = {row["id"] for row in self._rows.found({"term": {"state": "gone"}}, LEAD, ["id"])}
        newest: dict[str, tuple[int, str]] = {}
        wanted = sorted(ids)
        for at in range(0, len(wanted), AT_ONCE):
            for row in self._rows.found({"terms": {"id": wanted[at : at + AT_ONCE]}}, LEAD, ["id", "generation", "state"]):
                if row["generation"] in history:
                    newest[row["id"]] = max(newest.get(row["id"], (row["generation"], "")), (row["generation"], row["state"]))
        return [id_ for id_, (_, state) in newest.items() if state == "gone"]

    def add_leads(self, leads: Iterable[Lead]) -> None:
        for lead in leads:
            row: Json = {
                "row": LEAD,
                "id": lead.id,
                "generation": lead.generation,
                "state": lead.state,
                "parts": list(lead.parts),
                "candidates": list(lead.candidates),
                "similarity": lead.similarity,
            }
            if lead.target is not None:
                row["target"] = lead.target
            self._rows.add(f"l{digest(f'{lead.generation} {lead.id}')}", row)

    def dump(self) -> Iterator[dict[str, Any]]:
        for row in sorted(self._whole(), key=lambda row: int(row["no"])):
            yield {"table": "generation", "seq": row["no"], "name": row["name"], "base": row.get("base"), "created": row["created"]}
        known = {row["no"] for row in self._whole()}
        for row in self._rows.every(SNAPSHOT, ["no", "document", "title", "source", "body"], size=200):
            entries = json.loads(zlib.decompress(decoded(row["body"])).decode("utf-8", "surrogatepass"))
            told = {"document": row["document"], "title": row["title"], "source": row["source"]}
            yield {"table": "snapshot", "id": row["no"], **told, "passages": entries}
        for row in self._rows.every(EVENT, ["generation", "document", "snapshot"]):
            if row["generation"] in known:
                yield {"table": "event", "generation": row["generation"], "document": row["document"], "snapshot": row.get("snapshot")}
        for row in self._rows.every(LEAD, _LEAD):
            if row["generation"] in known:
                yield {"table": "lead", **{name: row.get(name) for name in _LEAD}}

    # --- rows ---------------------------------------------------------------------------------------------------------

    def _whole(self) -> list[Json]:
        begun = {row[0] for row in self._begun}
        rows = self._rows.every(GENERATION, ["no", "name", "base", "created", "whole"])
        return [row for row in rows if row["whole"] or row["no"] in begun]

    def _snapshot_row(self, number: int) -> Json:
        found = self._rows.row(f"s{number}")
        if found is None:
            raise LedgerDamaged("链接簿缺少一条记录。", hint=_HINT)
        return found

    def _known_snapshots(self) -> dict[tuple[str, bytes], int]:
        if self._snapshots is None:
            rows = list(self._rows.every(SNAPSHOT, ["no", "document", "digest"]))
            self._snapshots = {(row["document"], bytes.fromhex(row["digest"])): row["no"] for row in rows}
            self._next = max((row["no"] for row in rows), default=0) + 1
        return self._snapshots

    def _put_generation(self, row: GenerationRow, *, whole: bool) -> None:
        number, name, base, created = row
        body: Json = {"row": GENERATION, "no": number, "name": name, "created": created, "whole": whole}
        if base is not None:
            body["base"] = base
        self._rows.put(f"g{number}", body)

    def _finish(self) -> None:
        """Marks what was begun as whole, and shows it to everyone."""
        self._rows.show()
        for row in self._begun:
            self._put_generation(row, whole=True)
        self._rows.show()

    def _clear_dead(self) -> None:
        """Removes what a build left that died before its generation was whole."""
        for row in [row for row in self._rows.every(GENERATION, ["no", "whole"]) if not row["whole"]]:
            self._rows.remove(all_of([{"term": {"generation": row["no"]}}, {"terms": {"row": [EVENT, LEAD]}}]), f"g{row['no']}")
        self._rows.see()


def _within(history: frozenset[int]) -> Query:
    """Events of these generations."""
    return all_of([{"term": {"row": EVENT}}, {"terms": {"generation": sorted(history)}}])


_NEWEST: Json = {"newest": {"max": {"field": "generation"}}}
_LEAD = ["id", "generation", "state", "target", "parts", "candidates", "similarity"]


def _lead(row: Json) -> Lead:
    return Lead(
        row["id"],
        row["generation"],
        row["state"],
        row.get("target"),
        tuple(row["parts"]),
        tuple(row["candidates"]),
        row["similarity"],
    )
