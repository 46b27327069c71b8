"""Which passage of a new text is the successor of a passage that vanished: edited, split, merged, or none.

Pure. A successor must be *fresh* (it was not there before: a neighbour that merely looks alike never is), must carry the old text's
words, its names and its numbers, and must have no close rival. Where that is not so, no choice is made.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from search.links.likeness import Text, TextPair, weigh

MARGIN = 0.06
"""A rival within this of the best leaves both unchosen."""
OFFERED = 3
"""Candidates named where no choice is made."""
FEW_PAIRS = 400
"""Up to here every old text is weighed against every fresh one; beyond, only against those that share its rarest runs."""
VOTERS = 64
NEAREST = 8


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one vanished text. `targets` are the ids of its successors, the one with the largest share first; empty when it is
    gone, and then `candidates` are ids worth offering. `similarity` is 0–1."""

    targets: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    similarity: float = 0.0


@dataclass
class Claims:
    """What of each text is already spoken for, as bit masks."""

    old: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    new: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def free(self, pair: TextPair) -> bool:
        """Whether the pair matches mostly text, on both sides, that no better pair has claimed."""
        return _unclaimed(pair.old_mask, self.old[pair.old]) and _unclaimed(pair.new_mask, self.new[pair.new])

    def take(self, pair: TextPair) -> None:
        self.old[pair.old] |= pair.old_mask
        self.new[pair.new] |= pair.new_mask


def find_successors(old: Sequence[Text], new: Sequence[Text], vanished: Iterable[int], fresh: Iterable[int]) -> dict[int, Verdict]:
    """Position in `old` → verdict, for each vanished one. `fresh` are the positions in `new` that may be successors.

    `old` and `new` are whole documents in reading order: what comes before and after is evidence."""
    vanished, fresh = sorted(vanished), sorted(fresh)
    if not vanished or not fresh:
        return dict.fromkeys(vanished, Verdict())
    context = _contexts(old, new, fresh)
    near = _near if len(vanished) * len(fresh) > FEW_PAIRS else lambda olds, news: {i: range(len(news)) for i in range(len(olds))}
    olds, news = [old[i] for i in vanished], [new[j] for j in fresh]
    return _judge(olds, news, near(olds, news), lambda i, j: context(vanished[i], fresh[j]), vanished)


def find_adrift(old: Sequence[Text], pool: Sequence[Text]) -> dict[int, Verdict]:
    """Index in `old` → verdict, where nothing is known of place: `pool` are fresh texts of any documents, looked through by rare runs."""
    return _judge(old, pool, _near(old, pool), _nowhere, range(len(old)))


def _nowhere(_old: int, _new: int) -> int:
    return 0


def _judge(
    olds: Sequence[Text],
    news: Sequence[Text],
    near: Mapping[int, Iterable[int]],
    context: Callable[[int, int], int],
    keys: Sequence[int],
) -> dict[int, Verdict]:
    pairs = [pair for i in range(len(olds)) for j in near[i] if (pair := weigh(olds[i], news[j], context(i, j), (i, j))) is not None]
    verdicts = {keys[i]: verdict for i, verdict in _decide(range(len(olds)), news, pairs).items()}
    for i, key in enumerate(keys):
        if not (verdicts[key].targets or verdicts[key].candidates):
            # Rewritten beyond recognition, maybe: what is in the old place now is at least worth a look.
            verdicts[key] = Verdict(candidates=tuple(news[j].id for j in near[i] if context(i, j) == 2)[:OFFERED])
    return verdicts


def _near(olds: Sequence[Text], news: Sequence[Text]) -> dict[int, list[int]]:
    """For each old text the few new ones that share the most of its rarest runs."""
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for j, text in enumerate(news):
        for gram in text.grams:
            holders[gram].append(j)
    near: dict[int, list[int]] = {}
    for i, text in enumerate(olds):
        votes: Counter[int] = Counter()
        for gram in sorted((gram for gram in text.grams if gram in holders), key=lambda gram: (len(holders[gram]), gram))[:VOTERS]:
            votes.update(holders[gram][:VOTERS])
        near[i] = [j for j, _ in sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))[:NEAREST]]
    return near


def _decide(vanished: Sequence[int], news: Sequence[Text], pairs: Sequence[TextPair]) -> dict[int, Verdict]:
    claims = Claims()
    chosen: defaultdict[int, list[TextPair]] = defaultdict(list)
    ambiguous: set[int] = set()
    eligible = sorted((pair for pair in pairs if pair.eligible), key=lambda pair: (-pair.score, pair.old, pair.new))
    for pair in eligible:
        if pair.old in ambiguous or not claims.free(pair):
            continue
        if not chosen[pair.old] and any(_rivals(pair, other, claims, eligible) for other in eligible):
            ambiguous.add(pair.old)
            continue
        claims.take(pair)
        chosen[pair.old].append(pair)
    by_old: defaultdict[int, list[TextPair]] = defaultdict(list)
    for pair in pairs:
        by_old[pair.old].append(pair)
    return {i: _verdict(chosen[i], by_old[i], news) for i in vanished}


def _rivals(pair: TextPair, other: TextPair, claims: Claims, eligible: Sequence[TextPair]) -> bool:
    """Whether `other` is as good a choice for the same text, on either side, and is not itself someone else's clear choice."""
    if other is pair or pair.score - other.score >= MARGIN or not claims.free(other):
        return False
    if other.old == pair.old:
        better = any(third.new == other.new and third.old != pair.old and third.score > other.score + MARGIN / 2 for third in eligible)
        return not better and _overlap(pair.old_mask, other.old_mask)
    if other.new == pair.new:
        better = any(third.old == other.old and third.new != pair.new and third.score > other.score + MARGIN / 2 for third in eligible)
        return not better and _overlap(pair.new_mask, other.new_mask)
    return False


def _verdict(chosen: Sequence[TextPair], pairs: Sequence[TextPair], news: Sequence[Text]) -> Verdict:
    if not chosen:
        near = sorted(pairs, key=lambda pair: (-pair.score, pair.new))[:OFFERED]
        return Verdict(candidates=tuple(news[pair.new].id for pair in near))
    by_share = sorted(chosen, key=lambda pair: (-pair.old_mask.bit_count(), pair.new))
    return Verdict(tuple(news[pair.new].id for pair in by_share), similarity=by_share[0].similarity)


def _unclaimed(mask: int, claimed: int) -> bool:
    return not claimed or (mask & claimed).bit_count() <= 0.3 * mask.bit_count()


def _overlap(left: int, right: int) -> bool:
    return (left & right).bit_count() > 0.3 * min(left.bit_count(), right.bit_count())


class _Context:
    """Counts the neighbours (0–2) that are beside both an old and a fresh text, other fresh or vanished texts between them aside."""

    def __init__(self, before: Mapping[int, int], after: Mapping[int, int], new_before: Mapping[int, int], new_after: Mapping[int, int]):
        self.before, self.after, self.new_before, self.new_after = before, after, new_before, new_after

    def __call__(self, i: int, j: int) -> int:
        return (self.before[i] == self.new_before[j]) + (self.after[i] == self.new_after[j])


def _contexts(old: Sequence[Text], new: Sequence[Text], fresh: Sequence[int]) -> _Context:
    pairs = _survivors(old, new, set(fresh))
    start, end = -1, len(new)
    before: dict[int, int] = {}
    after: dict[int, int] = {}
    last = start
    for i in range(len(old)):
        before[i] = last
        last = pairs.get(i, last)
    last = end
    for i in reversed(range(len(old))):
        after[i] = last
        last = pairs.get(i, last)
    kept = set(pairs.values())
    new_before: dict[int, int] = {}
    new_after: dict[int, int] = {}
    last = start
    for j in range(len(new)):
        new_before[j] = last
        last = j if j in kept else last
    last = end
    for j in reversed(range(len(new))):
        new_after[j] = last
        last = j if j in kept else last
    return _Context(before, after, new_before, new_after)


def _survivors(old: Sequence[Text], new: Sequence[Text], fresh: set[int]) -> dict[int, int]:
    """Old position → new position of texts that stand in both: by id, or, in another document, by text, occurrence by occurrence."""
    by_id = {text.id: text.position for text in new}
    found = {text.position: by_id[text.id] for text in old if text.id in by_id}
    if found or not old:
        return found
    places: defaultdict[str, list[int]] = defaultdict(list)
    for text in reversed(new):
        if text.position not in fresh:
            places[text.form].append(text.position)
    return {text.position: places[text.form].pop() for text in old if places.get(text.form)}
