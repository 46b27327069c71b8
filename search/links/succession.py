"""Which passage of a new text is the successor of a passage that vanished: edited, split, merged, or none.

Pure. A successor must be *fresh* (it was not there before: a neighbour that merely looks alike never is), must carry the old text's
words, its names and its numbers, and must have no close rival. Where that is not so, no choice is made.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz import fuzz

from search.text.fold import match_form

GRAM = 4
"""Length of the character runs whose presence in both texts counts as text kept."""
KEPT = 0.8
"""Share of a text that must stand in the other for it to be a part of it (split, merged)."""
SHORTEST_PART = 10
"""Texts with fewer characters of match form are too common to be recognised as a part of another."""
SAME = 0.95
"""From here a text beside its old neighbours is taken as a corrected whole without a look at its parts."""
ENOUGH = (0.8, 0.7, 0.65)
"""Least similarity of an edited text with none, one or both of its neighbours still beside it."""
ENOUGH_SHORT = 0.8
"""The same for texts of at most `SHORTEST_PART` characters, wherever they stand."""
NEIGHBOUR = 0.04
"""What a neighbour still in place adds to the score."""
MARGIN = 0.06
"""A rival within this of the best leaves both unchosen."""
OFFERED = 3
"""Candidates named where no choice is made."""
FEW_PAIRS = 400
"""Up to here every old text is weighed against every fresh one; beyond, only against those that share its rarest runs."""
VOTERS = 64
NEAREST = 8
STEADY = (2.0, 0.97, 0.9)
"""Least similarity of all but the numbers, by neighbours in place, where most numbers differ; without a neighbour nothing suffices."""
ALONE = 0.95
"""The same for a text with a single number."""
HELD = 0.5
"""Share of the old names or numbers below which a text speaks of something else."""

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_NAME = re.compile(
    r"[\u4e00-\u9fff]{2}(?:自治[区州县旗]|[省市区县旗州盟乡镇村]|公司|集团|医院|学校|中学|小学|大学|学院|合作社|街道)"
    r"|“[^”]{2,20}”|[a-z][a-z.\-]+"
)


@dataclass(frozen=True)
class Text:
    """A passage as succession sees it. `kind` is its block kind, `position` its place in its document, from 0."""

    id: str
    kind: str
    text: str
    position: int

    @cached_property
    def form(self) -> str:
        """The match form, made only for the few texts that are compared."""
        return match_form(self.text).text

    @cached_property
    def grams(self) -> Mapping[str, int]:
        """Runs of `GRAM` characters → bit mask of the positions they cover here."""
        masks: defaultdict[str, int] = defaultdict(int)
        block = (1 << GRAM) - 1
        for at in range(len(self.form) - GRAM + 1):
            masks[self.form[at : at + GRAM]] |= block << at
        return masks

    @cached_property
    def names(self) -> frozenset[str]:
        """Places, organisations, quoted and Latin names, as far as their spelling shows them."""
        return frozenset(_NAME.findall(self.form))

    @cached_property
    def numbers(self) -> Counter[str]:
        return Counter(_NUMBER.findall(self.form))


@dataclass(frozen=True, slots=True)
class Pair:
    """An old text and a fresh one. Masks mark the positions of each that stand in the other."""

    old: int
    new: int
    similarity: float
    context: int
    old_mask: int
    new_mask: int
    eligible: bool

    @property
    def score(self) -> float:
        """What pairs are ranked by."""
        return self.similarity + NEIGHBOUR * self.context


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

    def free(self, pair: Pair) -> bool:
        """Whether the pair matches mostly text, on both sides, that no better pair has claimed."""
        return _unclaimed(pair.old_mask, self.old[pair.old]) and _unclaimed(pair.new_mask, self.new[pair.new])

    def take(self, pair: Pair) -> None:
        self.old[pair.old] |= pair.old_mask
        self.new[pair.new] |= pair.new_mask


def find_successors(old: Sequence[Text], new: Sequence[Text], vanished: Iterable[int], fresh: Iterable[int]) -> dict[int, Verdict]:
    """Position in `old` → verdict, for each vanished one. `fresh` are the positions in `new` that may be successors.

    `old` and `new` are whole documents in reading order: what stands before and after is evidence."""
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
            # Rewritten beyond recognition, maybe: what stands in the old place now is at least worth a look.
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


def weigh(old: Text, new: Text, context: int, at: tuple[int, int] = (0, 0)) -> Pair | None:
    """How much of the old text is in the new one; None where nothing speaks for it. `context` counts neighbours still in
    place, `at` are the numbers of the two texts."""
    ratio = fuzz.ratio(old.form, new.form) / 100
    if ratio >= SAME and context and abs(len(old.form) - len(new.form)) < SHORTEST_PART:
        masks = (1 << len(old.form)) - 1, (1 << len(new.form)) - 1
        return Pair(*at, ratio, context, *masks, eligible=_speaks_of_same(old, new, context))
    old_mask, new_mask = _shared(old, new)
    old_kept = old_mask.bit_count() / max(1, len(old.form))
    new_kept = new_mask.bit_count() / max(1, len(new.form))
    if max(ratio, old_kept, new_kept) < 0.5:
        return None
    merged = old_kept >= KEPT and len(old.form) >= SHORTEST_PART
    part = new_kept >= KEPT and len(new.form) >= SHORTEST_PART
    edited = ratio >= (ENOUGH[context] if len(old.form) > SHORTEST_PART else ENOUGH_SHORT)
    if merged or part:
        old_mask, new_mask = _where(old, new, old_mask, new_mask)
    elif edited:
        # A rewritten text is claimed whole: its changed words are spoken for too.
        old_mask, new_mask = (1 << len(old.form)) - 1, (1 << len(new.form)) - 1
    same_sort = old.kind == new.kind or len(old.form) >= 2 * SHORTEST_PART or merged or part
    eligible = (edited or merged or part) and same_sort and _speaks_of_same(old, new, context)
    return Pair(*at, max(ratio, (old_kept + new_kept) / 2), context, old_mask, new_mask, eligible)


def _speaks_of_same(old: Text, new: Text, context: int) -> bool:
    """Whether names and numbers are kept: what tells a corrected text from another that merely follows the same pattern."""
    names = _held(Counter(old.names), Counter(new.names))
    numbers = _held(old.numbers, new.numbers)
    if names is not None and names < HELD:
        # One name alone may have been corrected, where all else and the place are the same.
        corrected = len(old.names) == 1 and context == 2 and fuzz.ratio(old.form, new.form) >= 100 * SAME
        return corrected or (numbers is not None and numbers >= HELD)
    if numbers is not None and numbers < HELD:
        # Its numbers are new: the same paragraph only where it stands in its old place and every other word is the same. One number
        # alone proves less.
        bare = fuzz.ratio(_NUMBER.sub("", old.form), _NUMBER.sub("", new.form)) / 100
        return bare >= (ALONE if old.numbers.total() < 2 else STEADY[context])
    return True


def _held(old: Counter[str], new: Counter[str]) -> float | None:
    """Share of the smaller collection found in the other (a part of a text has fewer names); None where either has none."""
    smaller = min(old.total(), new.total())
    return (old & new).total() / smaller if smaller else None


def _decide(vanished: Sequence[int], news: Sequence[Text], pairs: Sequence[Pair]) -> dict[int, Verdict]:
    claims = Claims()
    chosen: defaultdict[int, list[Pair]] = defaultdict(list)
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
    by_old: defaultdict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_old[pair.old].append(pair)
    return {i: _verdict(chosen[i], by_old[i], news) for i in vanished}


def _rivals(pair: Pair, other: Pair, claims: Claims, eligible: Sequence[Pair]) -> bool:
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


def _verdict(chosen: Sequence[Pair], pairs: Sequence[Pair], news: Sequence[Text]) -> Verdict:
    if not chosen:
        near = sorted(pairs, key=lambda pair: (-pair.score, pair.new))[:OFFERED]
        return Verdict(candidates=tuple(news[pair.new].id for pair in near))
    by_share = sorted(chosen, key=lambda pair: (-pair.old_mask.bit_count(), pair.new))
    return Verdict(tuple(news[pair.new].id for pair in by_share), similarity=by_share[0].similarity)


def _shared(old: Text, new: Text) -> tuple[int, int]:
    if len(old.form) < GRAM or len(new.form) < GRAM:
        return ((1 << len(old.form)) - 1, (1 << len(new.form)) - 1) if old.form == new.form else (0, 0)
    old_mask = new_mask = 0
    for gram in old.grams.keys() & new.grams.keys():
        old_mask |= old.grams[gram]
        new_mask |= new.grams[gram]
    return old_mask, new_mask


def _where(old: Text, new: Text, old_mask: int, new_mask: int) -> tuple[int, int]:
    """The masks without set phrases that stand elsewhere too: only the stretch of the longer text that the shorter one fits."""
    found = fuzz.partial_ratio_alignment(old.form, new.form)
    if found is None:
        return old_mask, new_mask
    old_stretch = (1 << found.src_end) - (1 << found.src_start)
    new_stretch = (1 << found.dest_end) - (1 << found.dest_start)
    return old_mask & old_stretch or old_mask, new_mask & new_stretch or new_mask


def _unclaimed(mask: int, claimed: int) -> bool:
    return not claimed or (mask & claimed).bit_count() <= 0.3 * mask.bit_count()


def _overlap(left: int, right: int) -> bool:
    return (left & right).bit_count() > 0.3 * min(left.bit_count(), right.bit_count())


class _Context:
    """Counts the neighbours (0–2) that stand beside both an old and a fresh text, other fresh or vanished texts between them aside."""

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
