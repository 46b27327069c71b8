"""Where every id that vanished with a build leads, settled once, when the build is recorded.

For each text in turn: the same text in its own document, its edited form there, the same text in the document that took its document's
place or where it was moved to, its edited form there, its edited form anywhere, and last an untouched copy elsewhere. What none of these
finds is gone. Documents are taken from the ledger one at a time, so that memory does not grow with what changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from search.links.keeper import LedgerKeeper
from search.links.likeness import Text
from search.links.store import Lead
from search.links.succession import OFFERED, Verdict, find_adrift, find_successors
from search.links.version import DocumentChange, LedgerTexts, TextPlace, Version, find_heir, moved_to

SURE = 0.85
"""From this similarity an edit within the document beats the same text newly standing elsewhere (a reprint that came with the build)."""
LONG_ENOUGH = 30
"""Characters of match form from which an untouched copy in another document counts as the same statement, not as a set phrase."""
COMMON = 50
"""A text that occurs in more places than this is a set phrase: it is looked for only in documents that rarer texts lead to."""
POOL = 20_000
"""Fresh passages looked through for texts that moved and changed at once; more than that is a whole new collection."""

MOVED, CHANGED, GONE = "moved", "changed", "gone"


@dataclass
class Settlement:
    """The work of one build: `before` and `now` map documents to snapshots, `changed` those it touched (None: removed)."""

    store: LedgerKeeper
    generation: int
    before: Mapping[str, int]
    now: Mapping[str, int]
    changed: Mapping[str, int | None]
    leads: dict[str, Lead] = field(default_factory=dict)
    doubtful: dict[str, Verdict] = field(default_factory=dict)
    """What was found but is not settled yet: edits of doubtful likeness, and candidates."""
    taken: set[str] = field(default_factory=set)
    """Ids that are the successor of a changed text: no other document's text may claim them as its edited form."""

    def __post_init__(self) -> None:
        self._shelf = LedgerTexts(self.store)
        self._arrived: list[Text] = []
        self._documents = {snapshot: document for document, snapshot in self.now.items()}

    def settle(self, orphans: Sequence[str] = ()) -> list[Lead]:
        """A lead for each id that vanished, and for each orphan (an id given up earlier) that is found again."""
        changes = [*self._changes(), *self._orphan_changes(orphans)]
        open_ = [change for change in changes if self._within(self._version(change))]
        adrift: list[Text] = []
        for change in open_:
            adrift += self._elsewhere(self._version(change))[: POOL - len(adrift)]
        self._adrift(adrift)
        for change in open_:
            self._untouched_copies(self._version(change))
        return list(self.leads.values())

    # --- what there is -----------------------------------------------------------------------------------------------

    def _changes(self) -> Iterator[DocumentChange]:
        for document, snapshot in sorted(self.changed.items()):
            if document in self.before:
                yield DocumentChange(document, self.before[document], snapshot)

    def _orphan_changes(self, orphans: Sequence[str]) -> Iterator[DocumentChange]:
        """Ids given up earlier, where this build touches their document or brings their text."""
        touched = {snapshot for snapshot in self.changed.values() if snapshot is not None}
        keys = self.store.lookup_keys(orphans)
        arrived = {key for key, snapshot, _, _ in self.store.by_lookup(keys.values()) if snapshot in touched}
        by_snapshot: defaultdict[int, list[int]] = defaultdict(list)
        for id_ in orphans:
            snapshot, position = self.store.places(id_)[0]
            if keys[id_] in arrived or self.changed.get(self.store.document_of(snapshot)) is not None:
                by_snapshot[snapshot].append(position)
        for snapshot, positions in sorted(by_snapshot.items()):
            document = self.store.document_of(snapshot)
            yield DocumentChange(document, snapshot, self.changed.get(document), tuple(sorted(positions)))

    def _version(self, change: DocumentChange) -> Version:
        return self._shelf.version(change, self._shelf.ids(self.before.get(change.document)))

    def _open(self, version: Version) -> list[Text]:
        return [version.old[at] for at in version.vanished if version.old[at].id not in self.leads]

    def _places(self, home: str, texts: Sequence[Text]) -> dict[str, list[TextPlace]]:
        """For each text the places, in other documents of the new generation, where it is letter for letter in match form."""
        keys = self.store.lookup_keys(text.id for text in texts)
        holders: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for key, snapshot, position, _ in self.store.by_lookup(keys.values()):
            if snapshot in self._documents and self._documents[snapshot] != home:
                holders[key].append((snapshot, position))
        led_to = {snapshot for found in holders.values() if len(found) <= COMMON for snapshot, _ in found}
        places: defaultdict[str, list[TextPlace]] = defaultdict(list)
        for text in texts:
            found = sorted(holders[keys[text.id]])
            for snapshot, position in found if len(found) <= COMMON else [one for one in found if one[0] in led_to]:
                there = self._shelf.texts(snapshot)[position]
                if there.form == text.form:
                    document = self._documents[snapshot]
                    fresh = there.id not in self._shelf.ids(self.before.get(document))
                    places[text.id].append(TextPlace(document, position, there.id, fresh))
        return places

    # --- step by step ------------------------------------------------------------------------------------------------

    def _within(self, version: Version) -> bool:
        """The document's own new version: another occurrence of the same text, or the text edited. Whether anything is left open."""
        same = {version.new[at].form: version.new[at] for at in reversed(version.fresh)} if version.vanished else {}
        same |= {text.text: text for text in reversed(version.new)}
        rest: list[int] = []
        self._arrived += [version.new[at] for at in version.fresh[: POOL + 1 - len(self._arrived)]]
        for at in version.vanished:
            old = version.old[at]
            found = same.get(old.text) or same.get(old.form)
            if found is None:
                rest.append(at)
            else:
                self._lead(old.id, MOVED, (found.id,), 1.0)
        for at, verdict in find_successors(version.old, version.new, rest, version.fresh).items():
            if verdict.targets and verdict.similarity >= SURE:
                self._follow(version.old[at].id, verdict)
            else:
                self.doubtful[version.old[at].id] = verdict
        return bool(self._open(version))

    def _elsewhere(self, version: Version) -> list[Text]:
        """Other documents: the same text in the heir or where it was moved to; else the edit found within; else an edit in the heir.
        What is still open then and long enough to be known again."""
        texts = self._open(version)
        places = self._places(version.change.document, texts)
        heir = find_heir(version, places)
        for text in texts:
            if place := moved_to(text, places.get(text.id, ()), heir):
                self._lead(text.id, MOVED, (place.id,), 1.0)
            elif self.doubtful[text.id].targets:
                self._follow(text.id, self.doubtful[text.id])
        if heir is not None:
            self._edited_in(version, heir)
        return [text for text in self._open(version) if len(text.form) >= LONG_ENOUGH]

    def _edited_in(self, version: Version, heir: str) -> None:
        rest = [text.position for text in self._open(version)]
        new = self._shelf.texts(self.now[heir])
        # What moved there unchanged is no candidate but a landmark: the neighbours of what is looked for.
        landmarks = {lead.target for text in version.old if (lead := self.leads.get(text.id)) is not None}
        barred = self.taken | landmarks | self._shelf.ids(self.before.get(heir))
        fresh = [text.position for text in new if text.id not in barred]
        for at, verdict in find_successors(version.old, new, rest, fresh).items():
            if verdict.targets:
                self._follow(version.old[at].id, verdict)
            elif verdict.candidates:
                self.doubtful[version.old[at].id] = verdict

    def _adrift(self, texts: Sequence[Text]) -> None:
        """Texts that were moved to another document and edited at once."""
        pool = self._pool() if texts else []
        for number, verdict in find_adrift(texts, pool).items():
            if verdict.targets:
                self._follow(texts[number].id, verdict)
            elif verdict.candidates and not self.doubtful[texts[number].id].candidates:
                self.doubtful[texts[number].id] = verdict

    def _pool(self) -> list[Text]:
        """Everything fresh that no text has claimed; empty where there is too much of it."""
        pool = {text.id: text for text in self._arrived if text.id not in self.taken}
        for document, snapshot in sorted(self.changed.items()):
            if len(pool) > POOL:
                return []
            if document not in self.before:
                pool.update((text.id, text) for text in self._shelf.texts(snapshot) if text.id not in self.taken)
        return list(pool.values()) if len(pool) <= POOL else []

    def _untouched_copies(self, version: Version) -> None:
        """The text deleted here may have stood in one other document all along. What is still open after this is gone."""
        texts = self._open(version)
        places = self._places(version.change.document, texts)
        for text in texts:
            copies: Sequence[TextPlace] = places.get(text.id, ())
            if len(text.form) >= LONG_ENOUGH and len({place.document for place in copies}) == 1:
                self._lead(text.id, MOVED, (copies[0].id,), 1.0)
            elif version.change.positions is None:
                self._lead(text.id, GONE, (), 0.0, _offered(self.doubtful[text.id].candidates, copies))

    def _follow(self, id_: str, verdict: Verdict) -> None:
        self.taken.update(verdict.targets)
        self._lead(id_, CHANGED, verdict.targets, verdict.similarity)

    def _lead(self, id_: str, state: str, targets: tuple[str, ...], similarity: float, candidates: tuple[str, ...] = ()) -> None:
        target = targets[0] if targets else None
        self.leads[id_] = Lead(id_, self.generation, state, target, targets[1:], candidates, round(similarity, 4))


def _offered(candidates: Iterable[str], copies: Iterable[TextPlace]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*candidates, *(place.id for place in copies)]))[:OFFERED]
