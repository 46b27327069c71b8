"""The ledger: every passage id ever given out, and where it leads today.

A build calls `record` after its generation is complete on disk and before it comes into force, so no id is ever served that the ledger
lacks. A recorded generation affects only generations built on it, so a build that dies before publishing leaves no wrong
redirects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol

from search.errors import IndexDamaged, LedgerDamaged, NotFound
from search.links import guard, settle, transfer
from search.links.keeper import LedgerKeeper
from search.links.resolution import LinkState, Resolution, walk
from search.links.store import Entry, Lead, LedgerStore, entries_digest, merge_state
from search.model import Document, Passage


class Served(Protocol):
    """What resolution asks of the index in force (an `Engine` is one)."""

    def fetch(self, ids: Sequence[str]) -> tuple[Passage | None, ...]: ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """A generation as the ledger has it: its place in the order of builds, its name, when it was recorded (ISO 8601, UTC)."""

    sequence: int
    name: str
    created: str


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """What a build did to passage ids. `documents` counts those added, altered or removed; `exact` ids stand as before, `new` ones are
    given out for the first time, `moved`, `changed` and `gone` ones vanished, `found` ones had been gone and lead somewhere again."""

    generation: str
    documents: int
    new: int
    exact: int
    moved: int
    changed: int
    gone: int
    found: int


class Ledger:
    """An open ledger: a file, or what else keeps its rows; `read_only` for serving. Safe for several threads, and for readers beside a
    build."""

    def __init__(self, place: Path | str | LedgerKeeper, *, read_only: bool = False) -> None:
        self.path = Path(place) if isinstance(place, (Path, str)) and str(place) != ":memory:" else None
        if read_only and self.path is not None and guard.is_altered(self.path):
            raise LedgerDamaged("链接簿的文件已被改动。", hint=guard.RESTORE)
        self.store: LedgerKeeper = _opened(Path(place), read_only=read_only) if isinstance(place, (Path, str)) else place
        self._histories: dict[str, frozenset[int]] = {}

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Closing twice is harmless."""
        self.store.close()

    @contextmanager
    def _change(self) -> Iterator[None]:
        """A change in one transaction, with a copy of the ledger laid by before it, and a new seal after it."""
        if self.path is not None:
            if (changes := self.store.last_sequence()) is not None:
                guard.copy_before_change(self.path, changes)
            guard.break_seal(self.path)
        with self.store.transaction():
            yield
        if self.path is not None and self.store.rest():
            guard.set_seal(self.path)

    # --- writing -----------------------------------------------------------------------------------------------------

    def record(self, generation: str, documents: Iterable[Document], *, base: str | None = None, kept: Iterable[str] = ()) -> LedgerReport:
        """Enters a whole generation, in one transaction: `documents`, and those of the base named in `kept` by id, as they were.

        `base` is the generation in force while this one was built; without it the newest one known. Documents of the base that are in
        neither are removed, and their ids' leads settled like those of edited texts.

        Raises IndexDamaged where `kept` names documents the ledger does not have (`knows` tells before): it was deleted or replaced."""
        with self._change():
            base_sequence = self.store.sequence(base) if base is not None else None
            if base_sequence is None:
                base_sequence = self.store.last_sequence()
            history = self.store.history(base_sequence)
            before = self.store.state(history)
            kept = set(kept)
            if not kept <= before.keys():
                raise IndexDamaged("链接簿缺少当前版本的记录，不能增量更新。", hint="请完整重建：bangfu build --full。")
            sequence = self._begin(generation, base_sequence)
            changed = self._enter(documents, before, kept)
            self.store.add_events((sequence, document, at) for document, at in changed.items())
            now = merge_state(before, changed)
            orphans = self.store.gone(history) if changed else []
            leads = settle.Settlement(self.store, sequence, before, now, changed).settle(orphans)
            self.store.add_leads(leads)
            return self._report(generation, before, now, changed, leads, set(orphans))

    def _begin(self, generation: str, base: int | None) -> int:
        sequence = max(0, self.store.last_sequence() or 0) + 1
        # A generation of this name that was recorded and never came into force keeps its entries under another name.
        self.store.rename_generation(generation)
        created = datetime.now(UTC).isoformat(timespec="seconds")
        self.store.add_generations([(sequence, generation, base, created)])
        return sequence

    def _enter(self, documents: Iterable[Document], before: dict[str, int], present: set[str]) -> dict[str, int | None]:
        """Documents that differ from the base → their snapshot, None for those that are not there any more."""
        digests = self.store.digests()
        changed: dict[str, int | None] = {}
        for document in documents:
            present.add(document.id)
            entries: list[Entry] = [(passage.id, passage.kind.value, passage.text) for passage in document.passages]
            digest = entries_digest(entries, document.title, document.source_file)
            if document.id not in before or digests[before[document.id]] != digest:
                changed[document.id] = self.store.add_snapshot(document.id, document.title, document.source_file, entries, digest)
        changed.update((document, None) for document in before if document not in present)
        return changed

    def _report(
        self,
        generation: str,
        before: dict[str, int],
        now: dict[str, int],
        changed: dict[str, int | None],
        leads: Sequence[Lead],
        orphans: set[str],
    ) -> LedgerReport:
        counts = dict.fromkeys((settle.MOVED, settle.CHANGED, settle.GONE), 0)
        for lead in leads:
            counts[lead.state] += lead.id not in orphans
        found = sum(lead.id in orphans for lead in leads)
        old, new = self.store.count(before.values()), self.store.count(now.values())
        exact = old - sum(counts.values())
        return LedgerReport(
            generation, len(changed), new - exact, exact, counts[settle.MOVED], counts[settle.CHANGED], counts[settle.GONE], found
        )

    def import_(self, lines: Iterable[bytes | str]) -> int:
        """Takes in what `export` gave elsewhere, so that its links resolve here; the number of ids that are new here.

        Raises BadRequest for lines that are no export."""
        self._histories.clear()
        with self._change():
            return transfer.import_lines(self.store, lines)

    # --- reading -----------------------------------------------------------------------------------------------------

    def export(self) -> Iterator[bytes]:
        """The whole ledger as JSON Lines, in the order `import_` wants it."""
        return transfer.export_lines(self.store)

    def knows(self, generation: str) -> bool:
        """Whether this generation was recorded here, so that a build may carry documents over from it."""
        return self.store.sequence(generation) is not None

    def documents(self, generation: str) -> int:
        """How many documents the ledger has of a generation."""
        return len(self.store.state(self._history(generation)))

    def known_names(self) -> dict[str, str]:
        """Source name → document id given earlier, for `document_ids`."""
        return self.store.sources()

    def resolve(self, id_: str, engine: Served, generation: str | None = None) -> Resolution:
        """Where the id leads in the generation in force, which `engine` serves.

        Raises NotFound for an id that no generation up to this one ever gave out."""
        history = self._history(generation)
        end = walk(
            id_,
            lambda wanted: [lead for lead in self.store.leads(wanted) if lead.generation in history],
            lambda ids: [passage is not None for passage in engine.fetch(ids)],
        )
        places = self.store.places(id_)
        if not places:
            if end.state is LinkState.EXACT:
                return Resolution(id_, LinkState.EXACT, id_)
            raise NotFound("没有这个段落。", hint="请核对链接是否完整。")
        snapshot, position = self.store.snapshot(places[0][0]), places[0][1]
        texts = [text for _, _, text in snapshot.entries]
        return Resolution(
            id=id_,
            state=end.state,
            current=end.current,
            parts=end.parts,
            candidates=end.candidates,
            old_text=texts[position],
            old_kind=snapshot.entries[position][1],
            old_document=snapshot.document,
            old_document_title=snapshot.title,
            old_source=snapshot.source,
            before=texts[position - 1] if position else "",
            after=texts[position + 1] if position + 1 < len(texts) else "",
            similarity=end.similarity,
        )

    def generations(self, generation: str | None = None) -> tuple[Recorded, ...]:
        """The generations that the one given (else the newest) stands on and itself, the newest first."""
        found = self.store.created(self._history(generation))
        return tuple(Recorded(sequence, *found[sequence]) for sequence in sorted(found, reverse=True))

    def changed(self, recorded: Recorded, at_most: int | None = None) -> tuple[str, ...]:
        """The documents that were new or read otherwise in a generation, so many at most."""
        return tuple(self.store.changed(recorded.sequence, at_most))

    def last_changed(self, documents: Iterable[str], generation: str | None = None) -> dict[str, str]:
        """Document → when it was last new or read otherwise (ISO 8601, UTC), of these."""
        history = self._history(generation)
        created = self.store.created(history)
        return {document: created[sequence][1] for document, sequence in self.store.last_changed(documents, history).items()}

    def newest_changes(self, firsts: Sequence[str], generation: str | None = None) -> tuple[str, ...]:
        """The ids of documents cut into parts, each of which begins with one of these (ascending): when any document of each last came,
        changed or went (ISO 8601, UTC); empty where none did."""
        history = self._history(generation)
        created = self.store.created(history)
        return tuple("" if newest is None else created[newest][1] for newest in self.store.newest_changes(firsts, history))

    def first_seen(self, ids: Iterable[str], generation: str | None = None) -> dict[str, int]:
        """Passage id → the sequence number of the generation that first gave it out. As the text makes the id, this is also when its text
        was last another."""
        return self.store.first_seen(ids, self._history(generation))

    def _history(self, generation: str | None) -> frozenset[int]:
        if generation is None:
            return self.store.history(self.store.last_sequence())
        if generation not in self._histories:
            sequence = self.store.sequence(generation)
            history = self.store.history(sequence if sequence is not None else self.store.last_sequence())
            if sequence is None:
                return history
            self._histories[generation] = history
        return self._histories[generation]


def _opened(path: Path, *, read_only: bool) -> LedgerStore:
    """The rows of a ledger's file; before a build, brought to the form of this version, with a copy laid by."""
    store = LedgerStore(path, read_only=read_only)
    if store.is_older and not read_only:
        guard.copy_before_change(path, store.last_sequence() or 0)
        guard.break_seal(path)
        store.upgrade()
        if store.rest():
            guard.set_seal(path)
    return store
