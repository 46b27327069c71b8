"""Which passages of a generation a plan matches, and in which tier: `search.query.match` by vectors. What they score is in `weigh`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.engine.whoosh.answer.collection import JoinedSegments
from search.engine.whoosh.answer.find import NONE, Numbers, Postings
from search.engine.whoosh.files.columns import Array
from search.engine.whoosh.files.segment import Vocabulary
from search.engine.whoosh.write.invert import group_starts
from search.engine.whoosh.write.part import KINDS
from search.fields import BY_NAME
from search.query.match import pattern
from search.query.plan import (
    All,
    And,
    Facet,
    InDocument,
    Kinds,
    Listed,
    Measure,
    Near,
    Node,
    Not,
    Nothing,
    Or,
    Outside,
    Pattern,
    Run,
    Some,
    Term,
    Tier,
)
from search.records import RecordKind

Tiers = NDArray[np.uint8]
_SPARSE = 16
"""Where fewer than one passage in so many is looked at, sorting them is quicker than an array over all passages."""


@dataclass(frozen=True, slots=True)
class Matched:
    """Passages ascending, and the tier of each."""

    passages: Numbers
    tiers: Tiers


EMPTY = Matched(NONE.passages, np.zeros(0, np.uint8))


class Matcher:
    """Evaluates plans. `postings(kind, text)` gives postings of a run or a word, cached or not."""

    def __init__(self, collection: JoinedSegments, postings: Callable[[str, str], Postings]) -> None:
        self.collection, self.postings = collection, postings
        self._known: dict[Node, Matched] = {}
        self.counts: dict[Node, Postings] = {}
        """Postings of Outside and Pattern leaves, for their scores."""

    # --- matches --------------------------------------------------------------------------------------------------------

    def found(self, node: Node) -> Matched:
        """The passages that match, each node worked out once."""
        known = self._known.get(node)
        if known is None:
            known = self._known[node] = self._match(node)
        return known

    def _match(self, node: Node) -> Matched:
        match node:
            case Term():
                return self._term(node)
            case And(children):
                return self._all(children)
            case Or(children):
                return self._best([self.found(child) for child in children])
            case Some(children, at_least):
                return self._some(children, max(at_least, 1))
            case Not(child):
                return self._complement(self.found(child))
            case Near():
                return self._near(node)
            case Outside():
                return self._outside(node)
            case Pattern():
                return self._pattern(node)
            case Facet(name, value, tier):
                passages = self.valued(name, (value,))
                return Matched(passages, np.full(len(passages), tier, np.uint8))
            case Measure(tier=tier):
                passages = self.collection.records[RecordKind.FIGURE].passages_with(node)
                return Matched(passages, np.full(len(passages), tier, np.uint8))
            case Kinds(kinds, child):
                found = self.found(child)
                allowed = self.of_kinds(kinds, found.passages)
                return Matched(found.passages[allowed], found.tiers[allowed])
            case InDocument(run):
                return self._in_document(run)
            case Listed(passages):
                numbers = np.array(sorted(key for key, _ in passages), np.intp)
                return Matched(numbers, np.full(len(numbers), Tier.RELAXED, np.uint8))
            case All():
                return Matched(np.arange(self.collection.count), np.zeros(self.collection.count, np.uint8))
            case Nothing():
                return EMPTY

    def mask(self, passages: Numbers) -> NDArray[np.bool_]:
        """Flags of these passages among all."""
        mask = np.zeros(self.collection.count, np.bool_)
        mask[passages] = True
        return mask

    def _complement(self, found: Matched) -> Matched:
        rest = np.flatnonzero(~self.mask(found.passages))
        return Matched(rest, np.zeros(len(rest), np.uint8))

    def _term(self, term: Term) -> Matched:
        found: list[Matched] = []
        for run in term.runs:
            postings = self.postings("run", run.text)
            if len(postings.passages):
                found.append(Matched(postings.passages, _run_tiers(run, postings.exact)))
        if len(term.words) > 1:
            both = self._intersection([self.postings("word", word).passages for word in dict.fromkeys(term.words)])
            if len(both):
                found.append(Matched(both, np.full(len(both), Tier.WORDS, np.uint8)))
        return self._best(found)

    def _best(self, found: Sequence[Matched]) -> Matched:
        """Passages of any, with the best tier each."""
        found = [one for one in found if len(one.passages)]
        if len(found) < 2:
            return found[0] if found else EMPTY
        return self._united(found)[0]

    def _united(self, found: Sequence[Matched]) -> tuple[Matched, Array]:
        """Passages of any with the best tier each, and of how many they are."""
        passages = np.concatenate([one.passages for one in found])
        tiers = np.concatenate([one.tiers for one in found])
        if len(passages) * _SPARSE < self.collection.count:
            order = passages.argsort(kind="stable")  # runs that are sorted already are only merged
            passages = passages[order]
            starts = group_starts(passages[1:] != passages[:-1])
            return Matched(passages[starts], np.minimum.reduceat(tiers[order], starts)), np.diff(starts, append=len(passages))
        best = np.full(self.collection.count, 255, np.uint8)
        many: Array = np.zeros(self.collection.count, np.uint8 if len(found) < 256 else np.uint32)
        for one in found:
            best[one.passages] = np.minimum(best[one.passages], one.tiers)
            many[one.passages] += 1
        passages = np.flatnonzero(best != 255)
        return Matched(passages, best[passages]), many[passages]

    def _intersection(self, lists: Sequence[Numbers]) -> Numbers:
        if not lists:
            return NONE.passages
        rest, *others = sorted(lists, key=len)
        for one in others:
            rest = rest[self.among(rest, one)]
        return rest

    def among(self, few: Numbers, many: Numbers) -> NDArray[np.bool_]:
        """Which of the few are among the many (both ascending)."""
        if self._is_sparse(few, many):
            return _looked_up(few, many)[0]
        return self.mask(many)[few]

    def gathered(self, few: Numbers, many: Numbers, values: Array, absent: int) -> Array:
        """The values (one a passage of `many`) of each of the few; `absent` for those that are not among the many."""
        if self._is_sparse(few, many):
            there, at = _looked_up(few, many)
            return np.where(there, values[at], values.dtype.type(absent))
        dense = np.full(self.collection.count, absent, values.dtype)
        dense[many] = values
        return dense[few]

    def _is_sparse(self, few: Numbers, many: Numbers) -> bool:
        """Whether looking each of the few up among the many is quicker than an array over all passages."""
        return len(many) > 0 and len(few) * 20 < len(many) + self.collection.count // 128

    def _both(self, one: Matched, other: Matched) -> Matched:
        theirs = self.gathered(one.passages, other.passages, other.tiers, 255)
        both = (theirs != 255).nonzero()[0]
        return Matched(one.passages.take(both), np.maximum(one.tiers.take(both), theirs.take(both)))

    def _all(self, children: Sequence[Node]) -> Matched:
        wanted = [child for child in children if not isinstance(child, Not | All)]
        taken = [child for child in children if isinstance(child, Not)]
        found = sorted((self.found(child) for child in wanted), key=lambda one: len(one.passages))
        result = found[0] if found else self.found(All())
        for other in found[1:]:
            if not len(result.passages):
                return EMPTY
            result = self._both(result, other)
        for one in taken:
            if not len(result.passages):
                return EMPTY
            left = ~self.among(result.passages, self.found(one.child).passages)
            result = Matched(result.passages[left], result.tiers[left])
        return result

    def _some(self, children: Sequence[Node], at_least: int) -> Matched:
        found = [one for child in children if len((one := self.found(child)).passages)]
        if len(found) < at_least:
            return EMPTY
        best, many = self._united(found)
        enough = many >= at_least
        return Matched(best.passages[enough], np.maximum(best.tiers[enough], np.uint8(Tier.RELAXED)))

    # --- leaves that look at places -------------------------------------------------------------------------------------

    def _near(self, node: Near) -> Matched:
        both = self._all((node.left, node.right))
        if not len(both.passages):
            return EMPTY
        left, right = self._spans(node.left), self._spans(node.right)
        near = self._followed(left, right, node.distance)
        if not node.ordered:
            near = np.union1d(near, self._followed(right, left, node.distance))
        kept = self.among(both.passages, near)
        return Matched(both.passages[kept], both.tiers[kept])

    def _spans(self, term: Term) -> tuple[Numbers, Numbers]:
        """Starts and ends of all occurrences of the runs, each sorted on its own."""
        texts = dict.fromkeys(run.text for run in term.runs)
        places = [(self.collection.places(text), len(text)) for text in texts]
        starts = np.concatenate([start for start, _ in places] or [NONE.passages])
        ends = np.concatenate([start + length for start, length in places] or [NONE.passages])
        return np.sort(starts), np.sort(ends)

    def _followed(self, left: tuple[Numbers, Numbers], right: tuple[Numbers, Numbers], distance: int) -> Numbers:
        """Passages where an occurrence of `right` starts at most `distance` characters after the end of one of `left`."""
        ends, starts = left[1], right[0]
        after = np.searchsorted(starts, ends)
        there = after < len(starts)
        ends, nearest = ends[there], starts[after[there]]
        ends = ends[nearest - ends <= distance]
        nearest = starts[np.searchsorted(starts, ends)]
        passages = self.collection.passages_at(ends)
        return np.unique(passages[passages == self.collection.passages_at(nearest)])

    def _outside(self, node: Outside) -> Matched:
        places = self.collection.places(node.run.text)
        inside = [self.collection.places(longer) + offset for longer, offset in node.longer]
        places = places[~np.isin(places, np.concatenate(inside))] if inside else places
        postings = self.counts[node] = self.collection.postings(places, len(node.run.text))
        return Matched(postings.passages, _run_tiers(node.run, postings.exact))

    def _pattern(self, node: Pattern) -> Matched:
        candidates = self._intersection([self.postings("run", piece).passages for piece in node.pieces if piece])
        if not any(node.pieces):
            candidates = np.arange(self.collection.count)
        search = pattern(node).search
        hits = [number for number in candidates.tolist() if search(self.collection.match_text(number))]
        passages = np.array(hits, np.intp)
        self.counts[node] = Postings(passages, np.full(len(hits), 3, np.uint8))
        return Matched(passages, np.zeros(len(hits), np.uint8))

    def _in_document(self, run: str) -> Matched:
        places = [
            (segment, ordinal)
            for segment, one in enumerate(self.collection.segments)
            for ordinal, (id_, title) in enumerate(one.document_forms)
            if run in id_ or run in title
        ]
        passages = self.collection.of_documents(places)
        return Matched(passages, np.zeros(len(passages), np.uint8))

    def listed(self, node: Listed, passages: Numbers) -> NDArray[np.float64]:
        """The score of each of `passages` in the list, 0 for those that are not in it."""
        known = dict(node.passages)
        return np.array([known.get(number, 0.0) for number in passages.tolist()], np.float64)

    # --- filters --------------------------------------------------------------------------------------------------------

    def valued(self, facet: str, values: Iterable[str]) -> Numbers:
        """The passages that have any of the values, ascending."""
        texts = self.collection.facets.get(facet)
        if texts is None:
            return NONE.passages
        places = {place for value in values for place in _places(texts, facet, value)}
        lists = [self.collection.labelled[facet].passages(place) for place in places]
        if len(lists) < 2:
            return lists[0] if lists else NONE.passages
        return np.flatnonzero(self.mask(np.concatenate(lists)))

    def of_kinds(self, kinds: Iterable[str], passages: Numbers) -> NDArray[np.bool_]:
        """Which of the passages are of these kinds."""
        table = np.zeros(256, np.bool_)
        table[[KINDS.index(kind) for kind in kinds]] = True
        return table[self.collection.columns["kind"][passages]]

    def in_documents(self, ids: Iterable[str]) -> Numbers:
        """The passages of these documents, ascending."""
        places = {place for id_ in ids if (place := self.collection.document(id_)) is not None}
        return self.collection.of_documents(sorted(places))


def _looked_up(few: Numbers, many: Numbers) -> tuple[NDArray[np.bool_], Numbers]:
    """Which of the few are among the many (both ascending, the latter not empty), and where; anywhere for those that are not."""
    at = many.searchsorted(few)
    at[at == len(many)] = 0
    return many[at] == few, at


def _places(texts: Vocabulary, name: str, value: str) -> Iterable[int]:
    found = (texts.find(stored) for stored in BY_NAME[name].covers(value))
    return (place for place in found if place is not None)


def _run_tiers(run: Run, exact: NDArray[np.bool_]) -> Tiers:
    return np.where(exact, np.uint8(Tier.EXACT if run.kind.is_own else Tier.RELAXED), np.uint8(Tier.RUN))
