"""What the ledger asks of whatever keeps its rows: an SQLite file (`search.links.store`), or a cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from search.links.store import Entry, EventRow, GenerationRow, Lead, Snapshot


class LedgerKeeper(Protocol):
    """Rows of the ledger. What was entered is never altered, so readers need no lock; one writer at a time."""

    def close(self) -> None: ...

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing: what is entered in it is seen by others when it ends, or never."""

    def rest(self) -> bool:
        """Puts what was entered where it stays."""

    def faults(self) -> tuple[str, ...]:
        """Sentences on what is wrong; empty when it is sound."""

    # --- generations --------------------------------------------------------------------------------------------------

    def sequence(self, generation: str) -> int | None:
        """The number of a generation; None for one that was never recorded."""

    def last_sequence(self) -> int | None: ...

    def first_sequence(self) -> int | None: ...

    def history(self, sequence: int | None) -> frozenset[int]:
        """The generations that the one given stands on, itself and all imported history included."""

    def state(self, history: frozenset[int]) -> dict[str, int]:
        """Document id → snapshot, as of the end of the history."""

    def created(self, history: frozenset[int]) -> dict[int, tuple[str, str]]:
        """Generation → its name and when it was recorded (ISO 8601), of those given."""

    def changed(self, sequence: int, at_most: int | None = None) -> list[str]:
        """The documents that were new or read otherwise in a generation, so many at most."""

    def last_changed(self, documents: Iterable[str], history: frozenset[int]) -> dict[str, int]:
        """Document → the last of these generations in which it was new or read otherwise, of these documents."""

    def newest_changes(self, firsts: Sequence[str], history: frozenset[int]) -> list[int | None]:
        """The ids of documents cut into parts, each of which begins with one of these (ascending): the last of these generations in which
        any document of each came, changed or went."""

    def first_seen(self, ids: Iterable[str], history: frozenset[int]) -> dict[str, int]:
        """Passage id → the first of these generations that gave it out."""

    def add_generations(self, rows: Iterable[GenerationRow]) -> None: ...

    def rename_generation(self, name: str) -> None: ...

    def add_events(self, rows: Iterable[EventRow]) -> None: ...

    # --- snapshots and passages ---------------------------------------------------------------------------------------

    def ids(self) -> int:
        """How many passage ids there are."""

    def digests(self) -> dict[int, bytes]: ...

    def add_snapshot(self, document: str, title: str, source: str, entries: Sequence[Entry], digest: bytes) -> int:
        """The number of the snapshot, added if it is new."""

    def snapshot(self, snapshot: int) -> Snapshot: ...

    def document_of(self, snapshot: int) -> str: ...

    def places(self, id_: str) -> list[tuple[int, int]]:
        """Snapshots and positions in them where an id stood, newest snapshot first."""

    def by_lookup(self, keys: Iterable[int]) -> list[tuple[int, int, int, str]]:
        """Lookup key, snapshot, position, id of every passage with one of the keys."""

    def lookup_keys(self, ids: Iterable[str]) -> dict[str, int]:
        """Id → lookup key, for ids that are known."""

    def count(self, snapshots: Iterable[int]) -> int:
        """Passages in all of these snapshots."""

    def sources(self) -> dict[str, str]:
        """Source name → document id, the newest snapshot's word."""

    # --- leads and the whole log --------------------------------------------------------------------------------------

    def leads(self, id_: str) -> list[Lead]:
        """Where an id leads, oldest generation first."""

    def gone(self, history: frozenset[int]) -> list[str]:
        """Ids whose newest lead in the history is that they are gone."""

    def add_leads(self, leads: Iterable[Lead]) -> None: ...

    def dump(self) -> Iterator[dict[str, Any]]:
        """Every row as a dict, `table` naming where it belongs: generations, snapshots with their text, events, leads."""
