"""Program types a passage is about, each with its evidence: weighted cues in one pass, then a rule over the scores.

A heading's cues speak for the passages of its section, more so where the passage has a word of its own for the type. Types are of aid:
where neither document, section nor passage speaks of any, what is found is a topic and kept apart.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from search.labels.program.aid import AidReach, is_of_aid, reach_of_aid, sentences_of_aid
from search.labels.program.cues import ProgramCues, find_cues
from search.labels.program.score import Evidence, Scores, score
from search.labels.program.table import ProgramType, Rule, program_key, program_labels, program_rule, program_types
from search.model import Block, BlockKind, Metadata, Origin, ProgramLabel, Rejection, Span
from search.text.fold import read_plainly

__all__ = ["ProgramLabels", "ProgramType", "label_programs", "program_key", "program_types"]

Given = tuple[tuple[ProgramLabel, ...], tuple[Rejection, ...]]


@dataclass(frozen=True, slots=True)
class ProgramLabels:
    """Labels, topics and rejections of a document's blocks, in block order. Topics are types that a block speaks of without aid."""

    labels: tuple[tuple[ProgramLabel, ...], ...]
    topics: tuple[tuple[ProgramLabel, ...], ...]
    rejected: tuple[tuple[Rejection, ...], ...]


def label_programs(blocks: Sequence[Block], metadata: Metadata) -> ProgramLabels:
    """Program labels of all blocks, best first. Types the user gave (`metadata.programs`, by key,
    label or synonym) are added, forbidden ones left out."""
    texts = [read_plainly(block.text) for block in blocks]
    cues = [find_cues(text) for text in texts]
    scores = [score(text, found) for text, found in zip(texts, cues, strict=True)]
    document = _DocumentPrograms(blocks, texts, cues, scores, metadata)
    closing = {block.article: at for at, block in enumerate(blocks) if block.kind is BlockKind.BODY}
    labels: list[tuple[ProgramLabel, ...]] = []
    topics: list[tuple[ProgramLabel, ...]] = []
    rejected: list[tuple[Rejection, ...]] = []
    for at, (block, text, own) in enumerate(zip(blocks, texts, scores, strict=True)):
        reach = AidReach.ALL if document.of_aid else reach_of_aid(block, cues[at], document.aided)
        prior = document.prior(block)
        spoken, refused = document.decide(block, own, prior)
        aided = own
        if reach is AidReach.ALL:
            given = spoken
            # The last words of an article look back on all of it.
            if not given and block.kind is BlockKind.BODY and at != closing[block.article]:
                given = document.inherit(prior)
        elif reach is AidReach.NONE:
            given, aided = (), {}
        else:
            aided = score(text, cues[at], sentences_of_aid(text, cues[at]))
            given, _ = document.decide(block, aided, prior)
        kept = {label.key for label in given}
        labels.append(_add_users(given, aided, document.users))
        topics.append(tuple(label for label in spoken if label.key not in kept))
        rejected.append(refused)
    return ProgramLabels(tuple(labels), tuple(topics), tuple(rejected))


class _DocumentPrograms:
    """What the whole document says that decides on its blocks."""

    def __init__(
        self, blocks: Sequence[Block], texts: Sequence[str], cues: Sequence[ProgramCues], scores: Sequence[Scores], metadata: Metadata
    ) -> None:
        self.users = tuple(_keys(metadata.programs))
        self.of_aid = is_of_aid(blocks, texts, cues)
        self._forbidden = _keys(metadata.forbid_programs)
        self._titles = _title_scores(blocks, scores)
        heads = [at for at, block in enumerate(blocks) if block.kind is BlockKind.HEADING]
        self._headings = {(blocks[at].article, blocks[at].text): scores[at] for at in heads}
        self.aided = {(blocks[at].article, blocks[at].text): bool(cues[at].aid) for at in heads}

    def decide(self, block: Block, own: Scores, prior: Mapping[str, float]) -> Given:
        """The labels a block's own evidence gives, and what falls short."""
        return _decide(block, own, prior, self._titles.get(block.article, {}), self._forbidden)

    def inherit(self, prior: Mapping[str, float]) -> tuple[ProgramLabel, ...]:
        """The heading's type for a block that has none of its own."""
        return _inherit(prior, self._forbidden, program_rule())

    def prior(self, block: Block) -> dict[str, float]:
        """What the headings above say: the nearest in full, each further one half as much."""
        rule = program_rule()
        prior: dict[str, float] = {}
        weight = 1.0
        for heading in reversed(block.section):
            known = self._headings.get((block.article, heading))
            for key, evidence in (_scored(heading) if known is None else known).items():
                prior[key] = min(rule.heading_most, prior.get(key, 0.0) + weight * evidence.strong)
            weight /= 2
        return prior


def _scored(heading: str) -> Scores:
    text = read_plainly(heading)
    return score(text, find_cues(text))


def _keys(names: Collection[str]) -> dict[str, None]:
    """Keys of types named by key, label or synonym, in order, each once; a name of no type is left out."""
    return {key: None for name in names if (key := program_key(name)) is not None}


def _title_scores(blocks: Sequence[Block], scores: Sequence[Scores]) -> dict[int, Scores]:
    found: dict[int, dict[str, Evidence]] = {}
    for block, own in zip(blocks, scores, strict=True):
        if block.kind in {BlockKind.TITLE, BlockKind.SUBTITLE}:
            merged = found.setdefault(block.article, {})
            for key, evidence in own.items():
                merged.setdefault(key, Evidence()).strong += evidence.strong
    return dict(found)


def _decide(block: Block, own: Scores, prior: Mapping[str, float], title: Scores, forbidden: Collection[str]) -> Given:
    rule, names = program_rule(), program_labels()
    if not own:
        return (), ()
    totals: dict[str, float] = {}
    for key, evidence in own.items():
        above = title[key].strong if key in title else 0.0
        totals[key] = evidence.score + rule.heading * prior.get(key, 0.0) + min(rule.title * above, rule.heading_most / 2)
    bar = _bar(len(block.text), max(totals.values(), default=0.0), rule)
    given: list[ProgramLabel] = []
    refused: list[Rejection] = []
    for key, total in sorted(totals.items(), key=lambda item: (-item[1], item[0])):
        spans = tuple(own[key].spans)
        if key in forbidden:
            refused.append(_refusal(block, key, spans[0], "使用者排除了这一类型"))
        elif total >= bar and (own[key].strong or (own[key].words >= 3) or key in prior):
            given.append(ProgramLabel(key, names[key], round(total, 2), spans))
        elif total >= 1.0:
            reason = f"得分 {total:.1f}，不足 {bar:.1f}" if total < bar else f"得分 {total:.1f}，但只有一般的词"
            refused.append(_refusal(block, key, spans[0], reason))
    return tuple(given), tuple(refused)


def _add_users(given: tuple[ProgramLabel, ...], own: Scores, users: Collection[str]) -> tuple[ProgramLabel, ...]:
    """The user's types beside the machine's; where both agree the user's word stands, with the evidence found."""
    if not users:
        return given
    rule, names = program_rule(), program_labels()
    labels = {label.key: label for label in given}
    for key in users:
        old = labels.get(key)
        score, spans = (old.score, old.evidence) if old else (rule.least, tuple(own[key].spans) if key in own else ())
        labels[key] = ProgramLabel(key, names[key], score, spans, origin=Origin.USER)
    return tuple(labels.values())


def _bar(length: int, top: float, rule: Rule) -> float:
    """The score a type must reach: more in a long passage, and a share of the best."""
    least = min(rule.least_most, rule.least + max(0, length - rule.least_chars) / rule.least_step)
    share = rule.long_share if length >= rule.long_chars else rule.share
    return max(least, share * min(top, rule.share_most))


def _inherit(prior: Mapping[str, float], forbidden: Collection[str], rule: Rule) -> tuple[ProgramLabel, ...]:
    """The heading's type, where the heading is clear and the passage has none of its own."""
    best = sorted(prior.items(), key=lambda item: (-item[1], item[0]))
    if not best or best[0][1] < rule.inherit or (len(best) > 1 and best[1][1] > best[0][1] / 2):
        return ()
    key, score = best[0]
    return () if key in forbidden else (ProgramLabel(key, program_labels()[key], round(score / 2, 2), inherited=True),)


def _refusal(block: Block, key: str, span: Span, reason: str) -> Rejection:
    return Rejection("program", f"{program_labels()[key]}：{block.text[span[0] : span[1]]}", span, reason)
