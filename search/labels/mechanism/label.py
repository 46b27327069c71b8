"""Mechanisms a passage speaks of (东西部协作, 对口支援, 定点帮扶 …), each with its evidence.

Cues in one pass, leftmost longest. Words that leave the mechanism open (对口帮扶, 结对帮扶) mean the one by which the passage's giver and
taker are officially paired, and 省内结对 where both are of one province.
A passage that names no mechanism inherits that of the heading above it, else of its article's title.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from search.labels.edges import cuts_words
from search.labels.mechanism.table import Cue, arrangements, cue_automaton, mechanism_key, mechanism_labels, mechanism_rule, within_words
from search.model import Block, BlockKind, MechanismLabel, Metadata, Origin, RegionLabel, Rejection, Role, Span
from search.text.fold import read_plainly

NEAR = 30
"""So far from a cue, in characters, the words it needs may stand."""
MOST_REPEATS = 3
WITHIN = "within_province"
_OPEN = frozenset({"counterpart_help", "counterpart_support", "paired", "cooperation"})
"""Mechanisms whose words are used of places paired by another as well."""
_HEADS = frozenset({BlockKind.TITLE, BlockKind.SUBTITLE})


@dataclass(frozen=True, slots=True)
class MechanismLabels:
    """Labels and rejections of a document's blocks, in block order."""

    labels: tuple[tuple[MechanismLabel, ...], ...]
    rejected: tuple[tuple[Rejection, ...], ...]


@dataclass(slots=True)
class _MechanismEvidence:
    score: float = 0.0
    spans: list[Span] = field(default_factory=list)


def label_mechanisms(
    blocks: Sequence[Block],
    metadata: Metadata,
    regions: Sequence[Sequence[RegionLabel]] | None = None,
    sides: Collection[str] = (),
) -> MechanismLabels:
    """Mechanism labels of all blocks, best first. `regions` are the region labels of `blocks`, where they are known, `sides` the main
    supporters and recipients of the document. Mechanisms the user gave (`metadata.mechanisms`, by key, label or synonym) are added,
    forbidden ones left out."""
    forbidden, users = _keys(metadata.forbid_mechanisms), _keys(metadata.mechanisms)
    main = {path.partition("/")[0] for path in sides}
    own: list[tuple[MechanismLabel, ...]] = []
    rejected: list[tuple[Rejection, ...]] = []
    for at, block in enumerate(blocks):
        given, refused = _decide(block, regions[at] if regions else (), main, forbidden)
        own.append(given)
        rejected.append(refused)
    above = _Above(blocks, own)
    labels = [
        _with_users(given or above.inherited(block), users) if block.kind is BlockKind.BODY else _with_users(given, users)
        for block, given in zip(blocks, own, strict=True)
    ]
    return MechanismLabels(tuple(labels), tuple(rejected))


def _keys(names: Collection[str]) -> dict[str, None]:
    """Keys of mechanisms named by key, label or synonym, in order, each once; a name of none is left out."""
    return {key: None for name in names if (key := mechanism_key(name)) is not None}


def _matches(text: str) -> Iterator[tuple[int, int, Cue]]:
    """Cues in `text`, leftmost longest, not overlapping."""
    best: tuple[int, int, Cue] | None = None
    for last, cue in cue_automaton().iter(text):
        end = last + 1
        start = end - len(cue.word)
        if cue.edges is not None and cuts_words(text, start, end, cue.edges):
            continue
        if cue.near is not None and not cue.near.search(text, max(0, start - NEAR), end + NEAR):
            continue
        if best is None or start >= best[1]:
            if best is not None:
                yield best
            best = (start, end, cue)
        elif start <= best[0]:
            best = (start, end, cue)
    if best is not None:
        yield best


def _evidence(text: str) -> dict[str, _MechanismEvidence]:
    _, repeat = mechanism_rule()
    found: dict[str, _MechanismEvidence] = {}
    seen: dict[str, int] = {}
    for start, end, cue in _matches(text):
        if not cue.weight:
            continue
        times = seen.get(cue.word, 0)
        seen[cue.word] = times + 1
        evidence = found.setdefault(cue.key, _MechanismEvidence())
        evidence.spans.append((start, end))
        if times <= MOST_REPEATS:
            evidence.score += cue.weight * (repeat if times else 1.0)
    return found


def _decide(
    block: Block, regions: Sequence[RegionLabel], main: Collection[str], forbidden: Collection[str]
) -> tuple[tuple[MechanismLabel, ...], tuple[Rejection, ...]]:
    found = _evidence(read_plainly(block.text))
    if not found:
        return (), ()
    _add_arranged(found, regions, main)
    _add_within(found, regions, block.text)
    least, _ = mechanism_rule()
    names = mechanism_labels()
    given: list[MechanismLabel] = []
    refused: list[Rejection] = []
    for key, evidence in sorted(found.items(), key=lambda item: (-item[1].score, item[0])):
        if key in forbidden:
            refused.append(_refusal(block, names[key], evidence.spans[0], "使用者排除了这一机制"))
        elif evidence.score >= least:
            given.append(MechanismLabel(key, names[key], round(evidence.score, 2), tuple(evidence.spans)))
        else:
            refused.append(_refusal(block, names[key], evidence.spans[0], f"得分 {evidence.score:.1f}，不足 {least:.1f}"))
    return tuple(given), tuple(refused)


def _add_within(found: dict[str, _MechanismEvidence], regions: Sequence[RegionLabel], text: str) -> None:
    """省内结对 where the passage names places of one province alone, and says that what is above helps what is below (市级医院与乡镇卫生院
    建立对口支援关系)."""
    named = {label.path.partition("/")[0] for label in regions}
    match = within_words().search(text) if WITHIN not in found and len(named) == 1 and any(key in found for key in _OPEN) else None
    if match:
        found[WITHIN] = _MechanismEvidence(mechanism_rule()[0], [match.span()])


def _add_arranged(found: dict[str, _MechanismEvidence], regions: Sequence[RegionLabel], main: Collection[str]) -> None:
    """The mechanism by which the passage's one giving province and its one taking province are paired; of several, those of the
    document's main sides (`main`)."""
    open_words = [found[key] for key in _OPEN if key in found]
    if not open_words or not regions:
        return
    givers = {label.path.split("/")[0] for label in regions if label.role is Role.SUPPORTER}
    takers = {label.path.split("/")[0] for label in regions if label.role is Role.RECIPIENT}
    givers, takers = (some if len(some) == 1 else some.intersection(main) for some in (givers, takers))
    if len(givers) != 1 or len(takers) != 1:
        return
    giver, taker = givers.pop(), takers.pop()
    explicit = {label.role for label in regions if not label.inherited}
    key = WITHIN if giver == taker and {Role.SUPPORTER, Role.RECIPIENT} <= explicit else arrangements().get((giver, taker))
    if key is not None and key not in found:
        spans = sorted(span for evidence in open_words for span in evidence.spans)
        found[key] = _MechanismEvidence(max(evidence.score for evidence in open_words), spans)


def _refusal(block: Block, label: str, span: Span, reason: str) -> Rejection:
    return Rejection("mechanism", f"{label}：{block.text[span[0] : span[1]]}", span, reason)


class _Above:
    """What headings and titles hand down."""

    def __init__(self, blocks: Sequence[Block], own: Sequence[tuple[MechanismLabel, ...]]) -> None:
        self._headings: dict[tuple[int, str], tuple[MechanismLabel, ...]] = {}
        self._titles: dict[int, dict[str, MechanismLabel]] = {}
        for block, given in zip(blocks, own, strict=True):
            if block.kind is BlockKind.HEADING:
                self._headings[block.article, block.text] = given
            elif block.kind in _HEADS:
                self._titles.setdefault(block.article, {}).update({label.key: label for label in given})

    def inherited(self, block: Block) -> tuple[MechanismLabel, ...]:
        """The mechanisms of the nearest heading that names any, else those of the article's title."""
        for heading in reversed(block.section):
            if labels := self._headings.get((block.article, heading)):
                return tuple(map(_handed_down, labels))
        return tuple(map(_handed_down, self._titles.get(block.article, {}).values()))


def _handed_down(label: MechanismLabel) -> MechanismLabel:
    return MechanismLabel(label.key, label.label, round(label.score / 2, 2), inherited=True)


def _with_users(given: tuple[MechanismLabel, ...], users: Mapping[str, None]) -> tuple[MechanismLabel, ...]:
    """The user's mechanisms beside the machine's; where both agree the user's word stands, with the evidence found."""
    if not users:
        return given
    least, _ = mechanism_rule()
    labels = {label.key: label for label in given}
    for key in users:
        old = labels.get(key)
        score, spans = (old.score, old.evidence) if old else (least, ())
        labels[key] = MechanismLabel(key, mechanism_labels()[key], score, spans, origin=Origin.USER)
    return tuple(labels.values())
