"""A document before and after a build, as settlement sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search.links.keeper import LedgerKeeper
from search.links.likeness import SHORTEST_PART, Text

HEIR = 0.3
"""Share of a document's characters that must stand in another document for that one to be its heir."""
CACHED = 128


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """A document whose ids are in question, by snapshots. `positions`: only these, which an earlier build gave up (then only good news is
    written down); None: all that vanished."""

    document: str
    old: int
    new: int | None
    positions: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A document before and after. `vanished` are old positions without a new id, `fresh` new positions without an old one."""

    change: DocumentChange
    old: Sequence[Text]
    new: Sequence[Text]
    vanished: tuple[int, ...]
    fresh: tuple[int, ...]

    @property
    def length(self) -> int:
        """Characters of the old document."""
        return sum(len(text.text) for text in self.old)


@dataclass(frozen=True, slots=True)
class TextPlace:
    """Where a text occurs in the new generation. `fresh`: it did not stand there before."""

    document: str
    position: int
    id: str
    fresh: bool


class LedgerTexts:
    """Documents of the ledger as texts; keeps a few at hand, since neighbours in a build ask for the same ones."""

    def __init__(self, store: LedgerKeeper) -> None:
        self._store = store
        self._at_hand: dict[int, tuple[Text, ...]] = {}

    def texts(self, snapshot: int | None) -> tuple[Text, ...]:
        """The passages of a snapshot in reading order; none of None."""
        if snapshot is None:
            return ()
        if snapshot not in self._at_hand:
            if len(self._at_hand) >= CACHED:
                self._at_hand.clear()
            entries = self._store.snapshot(snapshot).entries
            self._at_hand[snapshot] = tuple(Text(id_, kind, text, position) for position, (id_, kind, text) in enumerate(entries))
        return self._at_hand[snapshot]

    def ids(self, snapshot: int | None) -> frozenset[str]:
        return frozenset(text.id for text in self.texts(snapshot))

    def version(self, change: DocumentChange, stood: frozenset[str]) -> Version:
        """Both sides of a change. `stood` are the ids the document had just before this build."""
        old, new = self.texts(change.old), self.texts(change.new)
        here = {text.id for text in new}
        vanished = change.positions if change.positions is not None else tuple(text.position for text in old if text.id not in here)
        return Version(change, old, new, vanished, tuple(text.position for text in new if text.id not in stood))


def find_heir(version: Version, places: Mapping[str, Sequence[TextPlace]]) -> str | None:
    """The document in which most of the vanished text now stands, if that is a good part of the whole."""
    votes: Counter[str] = Counter()
    for at in version.vanished:
        text = version.old[at]
        for document in {place.document for place in places.get(text.id, ())}:
            votes[document] += len(text.text)
    best = sorted((-count, document) for document, count in votes.items() if count >= HEIR * version.length)
    return best[0][1] if best else None


def moved_to(text: Text, places: Sequence[TextPlace], heir: str | None) -> TextPlace | None:
    """The place of the same text in the heir, or the one other document where it is new; None where that is not clear."""
    inherited = [place for place in places if place.document == heir]
    if inherited:
        return min(inherited, key=lambda place: abs(place.position - text.position))
    arrived = [place for place in places if place.fresh]
    if len({place.document for place in arrived}) == 1 and len(text.form) >= SHORTEST_PART:
        return arrived[0]
    return None
