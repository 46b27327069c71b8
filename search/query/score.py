"""One definition of scores for every engine, in two phases.

First phase, over columns: with N passages, their mean length `mean_length` (characters of match form), `df` passages that have a run (or a
word as a token), `tf` occurrences in the passage, and its length:

    idf(df)        = ln(1 + (N - df + 0.5) / (df + 0.5))
    saturate(tf)   = tf * (K1 + 1) / (tf + K1 * (1 - B + B * length / mean_length))
    Term           = max over its runs (weight * idf(run) * saturate(tf of the run))
                     + WORD_SHARE * sum over its words, if two or more, (idf(word) * saturate(tf of the word as a token))
    Outside        = weight * idf(run) * saturate(number of occurrences outside)
    Pattern        = idf(passages that match the pattern) * saturate(1)
    Listed         = the score listed
    And, Some, Or, Near = sum over the leaves that match; Not, Facet, Measure, InDocument, All = 0

Every addend (the best run of a term, each of its words, an Outside, a Pattern, a list) is multiplied by KIND_WEIGHTS[kind] and brought to
the nearest multiple of 1 / GRID before it is added: sums of such numbers are exact in 32-bit floats too, in any order, so an engine that
adds up in those gives the same scores.

A term that matches only by words has 0 for the first part, one that matches by a run has whatever words are there in the second. All in
float64; scores are compared after `quantise`, so that the order of additions never decides.

Relevance order is: tier, quantised score (high first), document id by code points, order in the document.

Second phase: `rerank` reorders the first `RERANK` hits of relevance order, within their tiers, by how near and in which order the terms
stand; a pure function of plan and match form.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from search.model import BlockKind, Span
from search.query.match import LeafMatch, occurrences
from search.query.plan import And, Kinds, Listed, Near, Node, Or, Outside, Pattern, Some, Term, Tier

GRID = 1024.0
K1 = 1.2
B = 0.6
WORD_SHARE = 0.5
RERANK = 50
NEAR_BONUS = 0.3
"""The most that terms standing together in order add to a score, as a share of it."""
NEAR_SCALE = 12.0
"""The gap, in characters, at which half of the bonus is left."""
REVERSED = 0.7
"""What is left of the bonus when two neighbours of the query stand in reverse order."""

_MOST_SPANS = 64
"""Occurrences of a term that are looked at for how near the terms stand."""

KIND_WEIGHTS: Mapping[BlockKind, float] = {
    BlockKind.TITLE: 1.0,
    BlockKind.SUBTITLE: 0.9,
    BlockKind.HEADING: 0.8,
    BlockKind.BODY: 1.0,
    BlockKind.CAPTION: 0.7,
    BlockKind.CREDIT: 0.4,
    BlockKind.TABLE: 0.9,
}


class Statistics(Protocol):
    """What scores need to know of a generation. `mean_length` is in characters of match form, at least 1."""

    @property
    def passages(self) -> int: ...

    @property
    def mean_length(self) -> float: ...

    def run_df(self, run: str) -> int: ...

    def word_df(self, word: str) -> int: ...

    def pattern_df(self, node: Pattern) -> int: ...


def idf(passages: int, df: int) -> float:
    """The weight of something that `df` of the passages have."""
    return math.log(1.0 + (passages - df + 0.5) / (df + 0.5))


def saturate(tf: float, length: int, mean_length: float) -> float:
    """BM25's share of a frequency in a passage of this length."""
    return tf * (K1 + 1.0) / (tf + K1 * (1.0 - B + B * length / mean_length))


def on_grid(points: float) -> float:
    """The nearest multiple of 1 / GRID."""
    return math.floor(points * GRID + 0.5) / GRID


def quantise(score: float) -> int:
    """The score in ten-thousandths: what is compared, and what is shown divided by 10,000."""
    return math.floor(score * 10_000.0 + 0.5)


def score(leaves: Sequence[LeafMatch], length: int, kind: BlockKind, statistics: Statistics) -> float:
    """The first-phase score of a passage of `length` characters of match form that matched by these leaves."""
    weight = KIND_WEIGHTS[kind]
    return math.fsum(on_grid(weight * addend) for leaf in leaves for addend in _addends(leaf, length, statistics))


def _addends(match: LeafMatch, length: int, statistics: Statistics) -> Iterator[float]:
    n, mean = statistics.passages, statistics.mean_length
    leaf = match.leaf
    if isinstance(leaf, Listed):
        yield match.listed
    elif isinstance(leaf, Pattern):
        yield idf(n, statistics.pattern_df(leaf)) * saturate(1, length, mean)
    else:
        runs = (leaf.run,) if isinstance(leaf, Outside) else leaf.runs
        yield max(
            (
                run.weight * idf(n, statistics.run_df(run.text)) * saturate(len(match.runs[run.text]), length, mean)
                for run in runs
                if run.text in match.runs
            ),
            default=0.0,
        )
    for word, spans in match.words.items():
        yield WORD_SHARE * idf(n, statistics.word_df(word)) * saturate(len(spans), length, mean)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A hit of the first phase. `key` is whatever the engine knows it by; `document` and `order` break ties."""

    key: int
    tier: Tier
    score: float
    match_text: str
    document: str
    order: int


def rerank(plan: Node, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, in relevance order and at most `RERANK` of them, in their final order and with their final scores."""
    final = second_phase(plan)
    if final is None:
        return list(candidates)
    scored = [Candidate(c.key, c.tier, final(c.score, c.match_text), c.match_text, c.document, c.order) for c in candidates]
    return sorted(scored, key=lambda c: (c.tier, -quantise(c.score), c.document, c.order))


def second_phase(plan: Node) -> Callable[[float, str], float] | None:
    """The final score of a first-phase score and a match form; None where it is the same."""
    terms = tuple(dict.fromkeys(positive_terms(plan)))
    if len(terms) == 1 and len(terms[0].words) < 2:
        return None
    return lambda score, match_text: score * (1.0 + NEAR_BONUS * togetherness(terms, match_text))


def positive_terms(plan: Node) -> tuple[Term, ...]:
    """The terms of a plan that ask for something, in the user's order."""
    match plan:
        case Term():
            return (plan,)
        case And(children) | Or(children) | Some(children):
            return tuple(term for child in children for term in positive_terms(child))
        case Kinds(_, child):
            return positive_terms(child)
        case Near(left, right):
            return (left, right)
        case _:
            return ()


def togetherness(terms: Sequence[Term], match_text: str) -> float:
    """How near and in order the terms stand, 0 to 1: the mean over neighbours in the query of the best pair of occurrences."""
    units = [spans for term in terms for spans in _units(term, match_text)]
    if len(units) < 2:
        return 0.0
    return math.fsum(_pair(a, b) for a, b in pairwise(units)) / (len(units) - 1)


def _units(term: Term, text: str) -> list[list[Span]]:
    spans: list[Span] = []
    for run in term.runs:
        spans += occurrences(run.text, text, _MOST_SPANS - len(spans))
    if spans or len(term.words) < 2:
        return [spans]
    return [list(occurrences(word, text, _MOST_SPANS)) for word in term.words]


def _pair(left: Sequence[Span], right: Sequence[Span]) -> float:
    ahead = behind = math.inf  # gaps of the nearest two in the query's order, and in reverse order
    for begin, end in left:
        for other, other_end in right:
            if other >= end:
                if other - end < ahead:
                    ahead = other - end
            elif begin >= other_end and begin - other_end < behind:
                behind = begin - other_end
    return max(1.0 / (1.0 + ahead / NEAR_SCALE), REVERSED / (1.0 + behind / NEAR_SCALE))
