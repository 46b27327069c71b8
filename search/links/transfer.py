"""The ledger as JSON Lines, to be kept as a backup or taken to another site, and taken in there.

An empty ledger that takes in an export becomes the same ledger. One with a history of its own takes the other's ids as older than any of
its own and settles at once where they lead in its newest generation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from search.errors import BadRequest
from search.links.keeper import LedgerKeeper
from search.links.settle import Settlement
from search.links.store import Entry, Lead, entries_digest

FORMAT = "bangfu-ledger"
VERSION = 1


@dataclass
class Foreign:
    """What an export holds."""

    generations: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    snapshots: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    events: list[tuple[int, str, int | None]] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)

    def history(self) -> set[int]:
        """The generations its newest one stands on."""
        found = {number for number in self.generations if number < 0}
        at = max(self.generations, default=None)
        while at is not None and at not in found:
            found.add(at)
            at = self.generations[at]["base"] if at in self.generations else None
        return found & set(self.generations)

    def state(self) -> dict[str, int]:
        """Document → snapshot as of its newest generation."""
        history = self.history()
        found = {document: snapshot for generation, document, snapshot in sorted(self.events, key=_by_generation) if generation in history}
        return {document: snapshot for document, snapshot in found.items() if snapshot is not None}


def export_lines(store: LedgerKeeper) -> Iterator[bytes]:
    """One JSON object a line, UTF-8; the first names the format."""
    yield _line({"format": FORMAT, "version": VERSION})
    for row in store.dump():
        yield _line(row)


def import_lines(store: LedgerKeeper, lines: Iterable[bytes | str]) -> int:
    """Takes in an export within the caller's transaction; the number of passage ids the ledger did not have.

    Taking in the same export twice changes nothing. Raises BadRequest for lines that are no export."""
    foreign = _read(lines)
    before = store.ids()
    if store.last_sequence() is None:
        _restore(store, foreign)
    else:
        _graft(store, foreign)
    return store.ids() - before


def _read(lines: Iterable[bytes | str]) -> Foreign:
    foreign = Foreign()
    rows = iter(lines)
    try:
        head = json.loads(next(rows, "{}"))
        if head.get("format") != FORMAT or head.get("version") != VERSION:
            raise BadRequest("这不是链接簿的导出文件。", hint="请用 bangfu export --ledger 导出。")
        for line in rows:
            if line.strip():
                _take(foreign, json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadRequest("链接簿的导出文件不完整或被改动过。", hint="请重新导出：bangfu export --ledger。") from error
    return foreign


def _take(foreign: Foreign, row: Mapping[str, Any]) -> None:
    match row["table"]:
        case "generation":
            foreign.generations[int(row["seq"])] = row
        case "snapshot":
            foreign.snapshots[int(row["id"])] = row
        case "event":
            foreign.events.append((int(row["generation"]), str(row["document"]), row["snapshot"]))
        case "lead":
            parts, candidates = tuple(row["parts"]), tuple(row["candidates"])
            foreign.leads.append(Lead(row["id"], int(row["generation"]), row["state"], row["target"], parts, candidates, row["similarity"]))


def _restore(store: LedgerKeeper, foreign: Foreign) -> None:
    snapshots = _add_snapshots(store, foreign)
    _add_generations(store, foreign, {number: number for number in foreign.generations})
    store.add_events((generation, document, snapshots[at] if at is not None else None) for generation, document, at in foreign.events)
    store.add_leads(foreign.leads)


def _graft(store: LedgerKeeper, foreign: Foreign) -> None:
    """Foreign history goes below everything known; one more number holds what its last ids lead to here."""
    history = sorted(foreign.history())
    if all(store.sequence(_foreign_name(foreign, number)) is not None for number in history):
        return
    snapshots = _add_snapshots(store, foreign)
    lowest = min(0, store.first_sequence() or 0)
    numbers = {number: lowest - len(history) - 1 + place for place, number in enumerate(history)}
    renamed: dict[int, Mapping[str, Any]] = {
        number: {**foreign.generations[number], "name": _foreign_name(foreign, number)} for number in history
    }
    _add_generations(store, replace(foreign, generations=renamed), numbers)
    store.add_leads(replace(lead, generation=numbers[lead.generation]) for lead in foreign.leads if lead.generation in numbers)
    settled = lowest - 1
    if not history:
        return
    name = f"{_foreign_name(foreign, history[-1])}:settled"
    store.add_generations([(settled, name, None, "")])
    old = {document: snapshots[at] for document, at in foreign.state().items()}
    now = store.state(store.history(store.last_sequence()))
    changed = {document: now.get(document) for document, at in old.items() if now.get(document) != at}
    store.add_leads(Settlement(store, settled, old, now, changed).settle())


def _add_snapshots(store: LedgerKeeper, foreign: Foreign) -> dict[int, int]:
    added: dict[int, int] = {}
    for number, row in foreign.snapshots.items():
        entries: list[Entry] = [(str(id_), str(kind), str(text)) for id_, kind, text in row["passages"]]
        digest = entries_digest(entries, row["title"], row["source"])
        added[number] = store.add_snapshot(row["document"], row["title"], row["source"], entries, digest)
    return added


def _add_generations(store: LedgerKeeper, foreign: Foreign, numbers: Mapping[int, int]) -> None:
    store.add_generations(
        (numbers[number], row["name"], numbers.get(row["base"]) if row["base"] is not None else None, row["created"])
        for number, row in foreign.generations.items()
    )


def _foreign_name(foreign: Foreign, number: int) -> str:
    row = foreign.generations[number]
    return f"import:{row['created']}:{row['name']}"


def _by_generation(event: tuple[int, str, int | None]) -> int:
    return event[0]


def _line(row: Mapping[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
