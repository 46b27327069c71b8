"""Program types a passage is about, each with its evidence: weighted phrases in one pass, then a rule over the scores.

A heading's phrases speak for the passages of its section, more so where the passage has a word of its own for the type.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from search.labels.program.table import (
    Phrase,
    ProgramType,
    Rule,
    program_automaton,
    program_key,
    program_labels,
    program_rule,
    program_types,
)
from search.model import Block, BlockKind, Metadata, Origin, ProgramLabel, Rejection, Span
from search.text.fold import read_plainly

__all__ = ["ProgramLabels", "ProgramType", "label_programs", "program_key", "program_types"]

LIST_GAP = 7
"""Two phrases of a list stand no farther apart than this, in characters."""


@dataclass(frozen=True, slots=True)
class ProgramLabels:
    """Labels and rejections of a document's blocks, in block order."""

    labels: tuple[tuple[ProgramLabel, ...], ...]
    rejected: tuple[tuple[Rejection, ...], ...]


@dataclass(slots=True)
class Evidence:
    """What speaks for one type in one text. `strong` is the part of the score that comes from phrases which name a topic
    by themselves, `words` how many different phrases there are."""

    score: float = 0.0
    strong: float = 0.0
    words: int = 0
    spans: list[Span] = field(default_factory=list)


Scores = Mapping[str, Evidence]


def label_programs(blocks: Sequence[Block], metadata: Metadata) -> ProgramLabels:
    """Program labels of all blocks, best first. Types the user gave (`metadata.programs`, by key,
    label or synonym) are added, forbidden ones left out."""
    rule = program_rule()
    forbidden = _keys(metadata.forbid_programs)
    users = tuple(_keys(metadata.programs))
    scores = [score_text(block.text) for block in blocks]
    headings = {(b.article, b.text): s for b, s in zip(blocks, scores, strict=True) if b.kind is BlockKind.HEADING}
    titles = _title_scores(blocks, scores)
    aided = [any(word in block.text for word in rule.aid) for block in blocks]
    distant = len(blocks) >= rule.distant_passages and sum(aided) < rule.aid_share * len(blocks)
    labels: list[tuple[ProgramLabel, ...]] = []
    rejected: list[tuple[Rejection, ...]] = []
    closing = {block.article: at for at, block in enumerate(blocks) if block.kind is BlockKind.BODY}
    for at, (block, own) in enumerate(zip(blocks, scores, strict=True)):
        prior = _prior(block, headings, rule)
        factor = rule.distant if distant and not aided[at] else 1.0
        given, refused = _decide(block, own, prior, titles.get(block.article, {}), forbidden, factor)
        if not given and block.kind is BlockKind.BODY and at != closing[block.article]:
            given = _inherit(prior, forbidden, rule)  # the last words of an article look back on all of it
        labels.append(_add_users(given, own, users))
        rejected.append(refused)
    return ProgramLabels(tuple(labels), tuple(rejected))


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


def _prior(block: Block, headings: Mapping[tuple[int, str], Scores], rule: Rule) -> dict[str, float]:
    """What the headings above say: the nearest in full, each further one half as much."""
    prior: dict[str, float] = {}
    weight = 1.0
    for heading in reversed(block.section):
        known = headings.get((block.article, heading))
        for key, evidence in (score_text(heading) if known is None else known).items():
            prior[key] = min(rule.heading_most, prior.get(key, 0.0) + weight * evidence.strong)
        weight /= 2
    return prior


def score_text(text: str) -> Scores:
    """The evidence for every type with any in `text`. Spans are code points into it."""
    text = read_plainly(text)
    rule = program_rule()
    matches = list(_matches(text))
    if not matches:
        return {}
    listed = _listed(text, matches)
    lead, lead_factor = _lead(text, rule)
    found: dict[str, Evidence] = {}
    seen: dict[tuple[str, str], int] = {}
    for at, (start, end, phrase) in enumerate(matches):
        words = text[start:end]
        factor = rule.list if at in listed else lead_factor if start < lead else 1.0
        if text.startswith("方面", end):
            factor = rule.run_in
        for key, weight in phrase.weights:
            times = seen.get((key, words), 0)
            seen[key, words] = times + 1
            evidence = found.get(key)
            if evidence is None:
                evidence = found[key] = Evidence()
            evidence.spans.append((start, end))
            evidence.words += not times
            if times > 3:
                continue
            gain = weight * factor * (rule.repeat if times else 1.0)
            evidence.score += gain
            if weight >= rule.strong:
                evidence.strong += gain
    return found


def _lead(text: str, rule: Rule) -> tuple[int, float]:
    """Where the topic sentence ends, and what a phrase in it is worth."""
    stop = text.find("。")
    if 0 < stop <= rule.run_in_chars and stop + 1 < len(text):
        return stop, rule.run_in
    return (stop if 0 < stop <= 60 else min(len(text), 40)), rule.lead


def _matches(text: str) -> Iterator[tuple[int, int, Phrase]]:
    """Phrases in `text`, leftmost longest, not overlapping; of an excluding phrase, what it holds of other types."""
    best: tuple[int, int, Phrase] | None = None
    for last, phrase in program_automaton().iter(text):
        end = last + 1
        start = end - phrase.length
        if best is None or start >= best[1]:
            if best is not None:
                yield from _unfold(best)
            best = (start, end, phrase)
        elif start <= best[0]:
            best = (start, end, phrase)
    if best is not None:
        yield from _unfold(best)


def _unfold(match: tuple[int, int, Phrase]) -> Iterator[tuple[int, int, Phrase]]:
    start, _, phrase = match
    if phrase.weights:
        yield match
    for offset, inner in phrase.inner:
        yield start + offset, start + offset + inner.length, inner


def _listed(text: str, matches: Sequence[tuple[int, int, Phrase]]) -> set[int]:
    """Indexes of matches that are items of a list over three or more fields: such a passage names them, it is not about them."""
    listed: set[int] = set()
    run: list[int] = []
    above = 0
    for at, (start, end, _) in enumerate(matches):
        gap = text[above:start] if run and start - above <= LIST_GAP else ""
        if "、" not in gap or "。" in gap:
            _close_run(run, matches, listed)
            run = []
        run.append(at)
        above = end
    _close_run(run, matches, listed)
    return listed


def _close_run(run: list[int], matches: Sequence[tuple[int, int, Phrase]], listed: set[int]) -> None:
    if len(run) >= 3 and len({matches[i][2].weights[0][0] for i in run}) >= 3:
        listed.update(run)


def _decide(
    block: Block, own: Scores, prior: Mapping[str, float], title: Scores, forbidden: Collection[str], factor: float
) -> tuple[tuple[ProgramLabel, ...], tuple[Rejection, ...]]:
    rule, names = program_rule(), program_labels()
    totals: dict[str, float] = {}
    for key, evidence in own.items():
        above = title[key].strong if key in title else 0.0
        totals[key] = evidence.score + rule.heading * prior.get(key, 0.0) + min(rule.title * above, rule.heading_most / 2)
    bar = factor * _bar(len(block.text), max(totals.values(), default=0.0), rule)
    given: list[ProgramLabel] = []
    refused: list[Rejection] = []
    for key, total in sorted(totals.items(), key=lambda item: (-item[1], item[0])):
        spans = tuple(own[key].spans)
        if key in forbidden:
            refused.append(_refusal(block, key, spans[0], "使用者排除了这一类型"))
        elif total >= bar and (own[key].strong or (own[key].words >= 3 and factor == 1.0) or key in prior):
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
