"""What every plan node means, as plain Python over one passage. Engines must give exactly this answer.

An *occurrence* of a run is any place where it occurs in the match form, overlapping ones included. It is on word boundaries when it starts
where a token starts and ends where a token ends (positions beside punctuation count as both).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from search.fields import BY_NAME
from search.model import BlockKind, Figure, Span
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
    RunKind,
    Some,
    Term,
    Tier,
)
from search.text.segment import Token

SENTENCE_ENDS = "。!?;"
"""What the gap of a pattern never crosses, in match form."""


@dataclass(frozen=True, slots=True)
class Matchable:
    """A passage as a plan sees it. `starts` and `ends` flag the word boundaries (`search.query.analysis.boundaries`); `facets` holds the
    values of `search.fields.facet_values`; `document_forms` are the document's id and title in match form; `key` is what the engine
    knows the passage by."""

    text: str
    tokens: Sequence[Token]
    starts: Sequence[int]
    ends: Sequence[int]
    kind: BlockKind = BlockKind.BODY
    facets: Mapping[str, Collection[str]] = field(default_factory=dict)
    document_forms: tuple[str, ...] = ()
    key: int = -1
    figures: Sequence[Figure] = ()

    def on_boundaries(self, span: Span) -> bool:
        return bool(self.starts[span[0]] and self.ends[span[1]])


@dataclass(frozen=True, slots=True)
class LeafMatch:
    """Where a leaf of the plan matched, in match form: spans a run text, spans a word. Both may be empty dicts, not both at once. A list
    has neither: it matches by the key of the passage, and `listed` is its score."""

    leaf: Term | Outside | Pattern | Listed
    runs: Mapping[str, tuple[Span, ...]]
    words: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    listed: float = 0.0


@dataclass(frozen=True, slots=True)
class Match:
    """A passage matches with this tier, by these leaves (those under `Not` never appear)."""

    tier: Tier
    leaves: tuple[LeafMatch, ...] = ()


def evaluate(plan: Node, passage: Matchable) -> Match | None:
    """How the passage matches the plan, or None."""
    match plan:
        case Term():
            return _term(plan, passage)
        case And(children):
            return _all(children, passage)
        case Or(children):
            found = [match for child in children if (match := evaluate(child, passage)) is not None]
            return _joined(min(match.tier for match in found), found) if found else None
        case Some(children, at_least):
            found = [match for child in children if (match := evaluate(child, passage)) is not None]
            if len(found) < max(at_least, 1):
                return None
            return _joined(max(Tier.RELAXED, min(match.tier for match in found)), found)
        case Not(child):
            return None if evaluate(child, passage) is not None else Match(Tier.EXACT)
        case Near():
            return _near(plan, passage)
        case Outside():
            return _spans(plan, plan.run.text, outside(plan, passage.text), passage)
        case Pattern():
            spans = tuple(found.span() for found in pattern(plan).finditer(passage.text))
            return Match(Tier.EXACT, (LeafMatch(plan, {"": spans}),)) if spans else None
        case Facet(name, value, tier):
            return Match(tier) if has_facet(passage.facets, name, value) else None
        case Measure(tier=tier):
            return Match(tier) if any(map(plan.holds, passage.figures)) else None
        case Kinds(kinds, child):
            return evaluate(child, passage) if passage.kind in kinds else None
        case InDocument(run):
            return Match(Tier.EXACT) if any(run in form for form in passage.document_forms) else None
        case Listed(passages):
            listed = next((score for key, score in passages if key == passage.key), None)
            return None if listed is None else Match(Tier.RELAXED, (LeafMatch(plan, {}, {}, listed),))
        case All():
            return Match(Tier.EXACT)
        case Nothing():
            return None


def occurrences(run: str, text: str, most: int = sys.maxsize) -> tuple[Span, ...]:
    """Every place where the run occurs, overlapping ones included; the first `most` of them."""
    found: list[Span] = []
    position = text.find(run) if run else -1
    while position >= 0 and len(found) < most:
        found.append((position, position + len(run)))
        position = text.find(run, position + 1)
    return tuple(found)


def outside(node: Outside, text: str) -> tuple[Span, ...]:
    """The occurrences of the run that lie in none of the longer runs."""
    length = len(node.run.text)
    inside = {start + offset for longer, offset in node.longer for start, _ in occurrences(longer, text)}
    return tuple((start, start + length) for start, _ in occurrences(node.run.text, text) if start not in inside)


@lru_cache(maxsize=256)
def pattern(node: Pattern) -> re.Pattern[str]:
    """The pattern as a regular expression over match forms; matches are leftmost, shortest, not overlapping.

    A gap of variable width stays in its sentence, one of fixed width (`?`) takes any character."""
    source = [re.escape(node.pieces[0])]
    for (least, most), piece in zip(node.gaps, node.pieces[1:], strict=True):
        gap = f".{{{least}}}" if least == most else f"[^{SENTENCE_ENDS}]{{{least},{most}}}?"
        source.append(gap + re.escape(piece))
    return re.compile("".join(source), re.DOTALL)


def has_facet(facets: Mapping[str, Collection[str]], name: str, value: str) -> bool:
    """Whether a passage with these values by field has the value; year values may be ranges."""
    return BY_NAME[name].has(facets.get(name, ()), value)


def _term(term: Term, passage: Matchable) -> Match | None:
    tier: Tier | None = None
    runs: dict[str, tuple[Span, ...]] = {}
    for run in term.runs:
        spans = occurrences(run.text, passage.text)
        if not spans:
            continue
        runs[run.text] = spans
        found = _run_tier(run, spans, passage)
        tier = found if tier is None else min(tier, found)
    words = word_spans(term.words, passage.tokens) if len(term.words) > 1 else {}
    if words and len(words) == len(set(term.words)):
        tier = Tier.WORDS if tier is None else min(tier, Tier.WORDS)
    return None if tier is None else Match(tier, (LeafMatch(term, runs, words),))


def _run_tier(run: Run, spans: Sequence[Span], passage: Matchable) -> Tier:
    if not any(passage.on_boundaries(span) for span in spans):
        return Tier.RUN
    return Tier.EXACT if run.kind.is_own else Tier.RELAXED


def word_spans(words: Sequence[str], tokens: Sequence[Token]) -> dict[str, tuple[Span, ...]]:
    """Where each of the words stands as a token; words that do not are left out."""
    wanted = set(words)
    found: dict[str, tuple[Span, ...]] = {}
    for text, start, end in tokens:
        if text in wanted:
            found[text] = (*found.get(text, ()), (start, end))
    return found


def _all(children: Sequence[Node], passage: Matchable) -> Match | None:
    found: list[Match] = []
    for child in children:
        match = evaluate(child, passage)
        if match is None:
            return None
        found.append(match)
    return _joined(max((match.tier for match in found), default=Tier.EXACT), found)


def _joined(tier: Tier, matches: Sequence[Match]) -> Match:
    return Match(tier, tuple(leaf for match in matches for leaf in match.leaves))


def _spans(leaf: Outside, text: str, spans: tuple[Span, ...], passage: Matchable) -> Match | None:
    return Match(_run_tier(leaf.run, spans, passage), (LeafMatch(leaf, {text: spans}),)) if spans else None


def _near(node: Near, passage: Matchable) -> Match | None:
    left, right = _term(node.left, passage), _term(node.right, passage)
    if left is None or right is None:
        return None
    ends = [span for spans in left.leaves[0].runs.values() for span in spans]
    starts = [span for spans in right.leaves[0].runs.values() for span in spans]
    near = any(0 <= b[0] - a[1] <= node.distance or (not node.ordered and 0 <= a[0] - b[1] <= node.distance) for a in ends for b in starts)
    return _joined(max(left.tier, right.tier), (left, right)) if near else None


__all__ = ["LeafMatch", "Match", "Matchable", "RunKind", "evaluate", "has_facet", "occurrences", "outside", "pattern", "word_spans"]
