"""Where every id that vanished with a build leads, settled once, when the build is recorded.

For each text in turn: the same text in its own document, its edited form in its old place, the same text in the document that took its
document's place or where it was moved to, its edited form there, and last an untouched copy elsewhere. What none of these finds is gone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from search.links.store import Lead, Store
from search.links.succession import OFFERED, SHORTEST_PART, Text, Verdict, find_adrift, find_successors

SURE = 0.85
"""From this similarity an edit within the document beats the same text newly standing elsewhere (a reprint that came with the build)."""
LONG_ENOUGH = 30
"""Characters of match form from which an untouched copy in another document counts as the same statement, not as a set phrase."""
HEIR = 0.3
"""Share of a document's vanished characters that must stand in another document for that one to be its heir."""
POOL = 20_000
"""Fresh passages looked through for texts that moved and changed at once; more than that is a whole new collection."""

MOVED, CHANGED, GONE = "moved", "changed", "gone"


@dataclass(frozen=True, slots=True)
class Version:
    """A document before and after. `vanished` are old positions without a new id, `fresh` new positions without an old one.

    `orphans`: `vanished` were given up by an earlier build; then only good news is written down."""

    document: str
    old: list[Text]
    new: list[Text]
    vanished: list[int]
    fresh: list[int]
    length: int
    """Characters of the old document."""
    orphans: bool = False

    def slim(self) -> Version:
        """The same without the texts that are still in place, which are most of them."""
        vanished, fresh = set(self.vanished), set(self.fresh)
        old = [text if text.position in vanished else replace(text, text="") for text in self.old]
        new = [text if text.position in fresh else replace(text, text="") for text in self.new]
        return replace(self, old=old, new=new)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands in the new generation. `fresh`: it did not stand there before."""

    document: str
    position: int
    id: str
    fresh: bool


@dataclass
class Settlement:
    """The work of one build: `before` and `now` map documents to snapshots, `changed` those it touched (None: removed)."""

    store: Store
    generation: int
    before: Mapping[str, int]
    now: Mapping[str, int]
    changed: Mapping[str, int | None]
    leads: dict[str, Lead] = field(default_factory=dict)
    doubtful: dict[str, Verdict] = field(default_factory=dict)
    """What was found but is not settled yet: edits of doubtful likeness, and candidates."""
    arrived: list[Text] = field(default_factory=list)
    """Fresh texts of documents that were there before, at most `POOL`."""
    taken: set[str] = field(default_factory=set)
    """Ids that are the successor of a changed text: no other document's text may claim them as its edited form."""

    def settle(self, orphans: Sequence[str] = ()) -> list[Lead]:
        """A lead for each id that vanished, and for each orphan that is found again."""
        versions: list[Version] = []
        for version in chain(self._versions(), self._orphan_versions(orphans)):
            self._within(version)
            self.arrived += [version.new[at] for at in version.fresh[: POOL - len(self.arrived)]]
            if self._open(version):
                versions.append(version.slim())
        places = self._places(versions)
        for version in versions:
            self._elsewhere(version, places)
        self._adrift(versions)
        for version in versions:
            self._untouched_copies(version, places)
        return list(self.leads.values())

    # --- what there is -----------------------------------------------------------------------------------------------

    def _versions(self) -> Iterator[Version]:
        for document, snapshot in sorted(self.changed.items()):
            if document in self.before:
                yield _compare(document, self._load(self.before[document]), self._load(snapshot))

    def _orphan_versions(self, orphans: Sequence[str]) -> Iterator[Version]:
        """Ids given up earlier, where this build touches their document or brings their text."""
        touched = {snapshot for snapshot in self.changed.values() if snapshot is not None}
        keys = self.store.lookup_keys(orphans)
        arrived = {key for key, snapshot, _, _ in self.store.by_lookup(keys.values()) if snapshot in touched}
        by_snapshot: defaultdict[int, list[int]] = defaultdict(list)
        for id_ in orphans:
            snapshot, position = self.store.places(id_)[0]
            by_snapshot[snapshot].append(position)
        for snapshot, positions in sorted(by_snapshot.items()):
            document = self.store.snapshot(snapshot).document
            here = self.changed.get(document)
            old = self._load(snapshot)
            hopeful = [at for at in sorted(positions) if here is not None or keys[old[at].id] in arrived]
            if hopeful:
                new = self._load(here)
                stood = {text.id for text in self._load(self.before.get(document))}
                fresh = [text.position for text in new if text.id not in stood]
                yield Version(document, old, new, hopeful, fresh, _length(old), orphans=True)

    def _load(self, snapshot: int | None) -> list[Text]:
        entries = self.store.snapshot(snapshot).entries if snapshot is not None else ()
        return [Text(id_, kind, text, position) for position, (id_, kind, text) in enumerate(entries)]

    def _open(self, version: Version) -> list[Text]:
        return [version.old[at] for at in version.vanished if version.old[at].id not in self.leads]

    def _places(self, versions: Iterable[Version]) -> dict[str, list[Place]]:
        """For each id still open the places, in other documents of the new generation, where the same text stands."""
        texts = {text.id: (version.document, text) for version in versions for text in self._open(version)}
        keys = self.store.lookup_keys(texts)
        holders: defaultdict[int, list[tuple[int, int, str]]] = defaultdict(list)
        for key, snapshot, position, id_ in self.store.by_lookup(keys.values()):
            holders[key].append((snapshot, position, id_))
        documents = {snapshot: document for document, snapshot in self.now.items()}
        stood: dict[str, set[str]] = {}
        loaded: dict[int, list[Text]] = {}
        places: defaultdict[str, list[Place]] = defaultdict(list)
        for old_id, (home, text) in texts.items():
            for snapshot, position, id_ in sorted(holders[keys[old_id]]):
                document = documents.get(snapshot)
                if document is None or document == home:
                    continue
                if snapshot not in loaded:
                    loaded[snapshot] = self._load(snapshot)
                    stood[document] = {text.id for text in self._load(self.before.get(document))}
                if loaded[snapshot][position].form == text.form:
                    places[old_id].append(Place(document, position, id_, id_ not in stood[document]))
        return places

    # --- step by step ------------------------------------------------------------------------------------------------

    def _within(self, version: Version) -> None:
        """The document's own new version: another occurrence of the same text, or the text edited."""
        same = {version.new[at].form: version.new[at] for at in reversed(version.fresh)} if version.vanished else {}
        same |= {text.text: text for text in reversed(version.new)}
        rest: list[int] = []
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

    def _elsewhere(self, version: Version, places: Mapping[str, Sequence[Place]]) -> None:
        """Other documents: the same text in the heir or where it was moved to; else the edit found within; else an edit in the heir."""
        texts = self._open(version)
        heirs = _heirs(version, texts, places)
        for text in texts:
            if place := _moved_to(text, places.get(text.id, ()), heirs):
                self._lead(text.id, MOVED, (place.id,), 1.0)
            elif self.doubtful[text.id].targets:
                self._follow(text.id, self.doubtful[text.id])
        for heir in heirs:
            rest = [text.position for text in self._open(version)]
            new = self._load(self.now[heir])
            barred = self.taken | {text.id for text in self._load(self.before.get(heir))}
            fresh = [text.position for text in new if text.id not in barred]
            for at, verdict in find_successors(version.old, new, rest, fresh).items():
                if verdict.targets:
                    self._follow(version.old[at].id, verdict)
                elif verdict.candidates:
                    self.doubtful[version.old[at].id] = verdict

    def _adrift(self, versions: Sequence[Version]) -> None:
        """Texts that were moved to another document and edited at once."""
        texts = [text for version in versions for text in self._open(version) if len(text.form) >= LONG_ENOUGH]
        pool = self._pool() if texts else []
        for number, verdict in find_adrift(texts, pool).items():
            if verdict.targets:
                self._follow(texts[number].id, verdict)
            elif verdict.candidates and not self.doubtful[texts[number].id].candidates:
                self.doubtful[texts[number].id] = verdict

    def _pool(self) -> list[Text]:
        """Everything fresh that no text has claimed; empty where there is too much of it."""
        pool = {text.id: text for text in self.arrived if text.id not in self.taken}
        for document, snapshot in sorted(self.changed.items()):
            if len(pool) >= POOL:
                return []
            if document not in self.before:
                pool.update((text.id, text) for text in self._load(snapshot) if text.id not in self.taken)
        return list(pool.values())

    def _untouched_copies(self, version: Version, places: Mapping[str, Sequence[Place]]) -> None:
        """The text deleted here may have stood in one other document all along. What is still open after this is gone."""
        for text in self._open(version):
            copies = places.get(text.id, ())
            if len(text.form) >= LONG_ENOUGH and len({place.document for place in copies}) == 1:
                self._lead(text.id, MOVED, (copies[0].id,), 1.0)
            elif not version.orphans:
                offered = [*self.doubtful[text.id].candidates, *(place.id for place in copies)]
                self._lead(text.id, GONE, (), 0.0, tuple(dict.fromkeys(offered))[:OFFERED])

    def _follow(self, id_: str, verdict: Verdict) -> None:
        self.taken.update(verdict.targets)
        self._lead(id_, CHANGED, verdict.targets, verdict.similarity)

    def _lead(self, id_: str, state: str, targets: tuple[str, ...], similarity: float, candidates: tuple[str, ...] = ()) -> None:
        target = targets[0] if targets else None
        self.leads[id_] = Lead(id_, self.generation, state, target, targets[1:], candidates, round(similarity, 4))


def _compare(document: str, old: list[Text], new: list[Text]) -> Version:
    old_ids, new_ids = {text.id for text in old}, {text.id for text in new}
    vanished = [text.position for text in old if text.id not in new_ids]
    fresh = [text.position for text in new if text.id not in old_ids]
    return Version(document, old, new, vanished, fresh, _length(old))


def _length(texts: Iterable[Text]) -> int:
    return sum(len(text.text) for text in texts)


def _heirs(version: Version, texts: Sequence[Text], places: Mapping[str, Sequence[Place]]) -> list[str]:
    """The document that most of the vanished text now stands in, if the old one is gone or lost most of itself."""
    votes: Counter[str] = Counter()
    for text in texts:
        for document in {place.document for place in places.get(text.id, ())}:
            votes[document] += len(text.form)
    best = sorted((-count, document) for document, count in votes.items() if count >= HEIR * version.length)
    return [best[0][1]] if best else []


def _moved_to(text: Text, places: Sequence[Place], heirs: Sequence[str]) -> Place | None:
    """The place of the same text in the heir, or the one other document where it is new; None where that is not clear."""
    inherited = [place for place in places if place.document in heirs]
    if inherited:
        return min(inherited, key=lambda place: abs(place.position - text.position))
    arrived = [place for place in places if place.fresh]
    if len({place.document for place in arrived}) == 1 and len(text.form) >= SHORTEST_PART:
        return arrived[0]
    return None
