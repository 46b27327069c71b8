"""The first hits of a word that very many passages have, without scoring them all.

Scoring a hit exactly takes a script, which reads its length and kind; a cluster can skip no hit of a script. So there are two phases. The
first asks for the best hits by a bound: what the plan's leaves would add to a passage of the best kind, worked out by the similarity of the
index itself from frequencies and lengths that it keeps for whole blocks of postings, so that blocks which cannot compete are passed over.
The second scores those hits exactly. What the first left out has a bound no better than the last it gave, so where the exact scores of the
page are above that, the page is right. Where they equal it, those of the same score that come first in the order of documents are looked
for among the first documents alone; else more are asked for, and at last all are scored.

A bound is never below the score: lengths are kept rounded down, the mean length is rounded up, and kinds weigh at most 1. The similarity
knows its parameters from the boost, the only number a query can hand it: mean length and weight, twelve bits each, which 32-bit floats hold
exactly. Weights are shares of the largest of the plan.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from search.engine.opensearch.queries import Query, run_query, terms_of_run
from search.engine.opensearch.scored import Frequencies
from search.query.plan import And, Kinds, Node, Or, Term
from search.query.score import GRID, K1, KIND_WEIGHTS, WORD_SHARE, B, idf

assert max(KIND_WEIGHTS.values()) <= 1.0, "a bound would be below the score"

MANY = 20_000
"""Hits from which on they are not all scored; fewer cost less than a second round."""
FIRST, MOST = 500, 20_000
"""Hits asked for by their bounds at first, and at last."""
MORE = 6
"""How many times more are asked for each time."""
MEAN_STEPS, LONGEST_MEAN, SHARES = 8, 500.0, 4_095
"""Steps of the mean length per character, the longest mean there is a code for, and steps of the weight."""
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_ROUNDED = 1.0 + 1e-6
"""More than 32-bit floats take off."""

SIMILARITY = (
    "if (query.boost == 1.0) { return doc.freq; } int code = (int) query.boost;"
    f" double mean = (code / {SHARES + 1}) / {float(MEAN_STEPS)}; double share = (code % {SHARES + 1}) / {float(SHARES)};"
    f" return share * doc.freq * {K1 + 1.0} / (doc.freq + {K1} * ({1.0 - B} + {B} * doc.length / mean));"
)
"""Without a boost: how often a token occurs. With one: the bound that the boost encodes. (Similarities must not fall where a frequency
rises, nor rise with the length: then a cluster may skip whole blocks.)"""


@dataclass(frozen=True, slots=True)
class Bound:
    """A query whose score times `scale` is a bound of the score of passages, which has at most `addends`."""

    query: Query
    scale: float
    addends: int

    def highest(self, score: float) -> float:
        """What a passage of this score by the query can have at most: each addend was brought to the grid, by half a step at most."""
        return math.floor(self.scale * score * _ROUNDED * GRID + self.addends / 2) / GRID


@dataclass(frozen=True, slots=True)
class Leaf:
    """A run that adds to the score: how heavily."""

    run: str
    weight: float


def bound(plan: Node, known: Frequencies) -> Bound | None:
    """The bound of a plan of terms; None for a plan that is anything else, or common in nothing."""
    if known.mean_length > LONGEST_MEAN:
        return None
    groups = _groups(plan, known)
    if not groups:
        return None
    leaves = [leaf for group in groups for alternatives in group for leaf in alternatives]
    scale = max((leaf.weight for leaf in leaves), default=0.0)
    # Of clauses that are alike a cluster makes one, and adds their boosts up: that is no code of ours any more.
    if scale <= 0.0 or len({leaf.run for leaf in leaves}) < len(leaves):
        return None
    must = [_any([_best(leaves, scale, known.mean_length) for leaves in group]) for group in groups]
    query: Query = must[0] if len(must) == 1 else {"bool": {"must": must}}
    return Bound(query, scale, sum(len(group) for group in groups))


def hits_at_least(plan: Node, known: Frequencies) -> int:
    """About how many passages match a plan of terms, at most; 0 for any other plan."""
    match plan:
        case Term():
            return max((known.runs.get(run.text, 0) for run in plan.runs), default=0)
        case And(children):
            return min((hits_at_least(child, known) for child in children), default=0)
        case Or(children):
            return max((hits_at_least(child, known) for child in children), default=0)
        case Kinds(_, child):
            return hits_at_least(child, known)
        case _:
            return 0


Group = list[list[Leaf]]
"""What a passage must have of a term or an alternative: each item adds the best of its leaves."""


def _groups(plan: Node, known: Frequencies) -> list[Group] | None:
    match plan:
        case Term():
            group = _of_term(plan, known)
            return None if group is None else [group]
        case And(children):
            return _all_groups(children, known)
        case Or(children):
            found = _all_groups(children, known)
            return None if found is None else [[leaves for group in found for leaves in group]]
        case Kinds(_, child):
            return _groups(child, known)
        case _:
            return None


def _all_groups(children: Sequence[Node], known: Frequencies) -> list[Group] | None:
    found: list[Group] = []
    for child in children:
        part = _groups(child, known)
        if part is None:
            return None
        found += part
    return found


def _of_term(term: Term, known: Frequencies) -> Group | None:
    """A word that is a token occurs as a run as often at least; of words in other scripts that is not so sure."""
    if len(term.words) > 1 and not all(_HAN.fullmatch(word) for word in term.words):
        return None
    found = [
        Leaf(run.text, run.weight * idf(known.passages, count)) for run in term.runs if run.text and (count := known.runs.get(run.text, 0))
    ]
    group = [found] if found else []
    if len(term.words) > 1:
        for word in dict.fromkeys(term.words):
            if count := known.words.get(word, 0):
                group.append([Leaf(word, WORD_SHARE * idf(known.passages, count))])
    return group or None


def _best(leaves: Sequence[Leaf], scale: float, mean: float) -> Query:
    queries = [_weighed(leaf, scale, mean) for leaf in leaves]
    return queries[0] if len(queries) == 1 else {"dis_max": {"queries": queries}}


def _any(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else {"bool": {"should": list(queries), "minimum_should_match": 1}}


def _weighed(leaf: Leaf, scale: float, mean: float) -> Query:
    share = _share(leaf, scale)
    query = run_query(leaf.run)
    ((kind, inner),) = query.items()
    ((field, told),) = inner.items()
    boosted = {**told, "boost": _code(mean, share)} if isinstance(told, dict) else {"value": told, "boost": _code(mean, share)}
    return {kind: {field: boosted}}


def _share(leaf: Leaf, scale: float) -> int:
    # A phrase is asked once for each of its tokens, and adds that up.
    return math.ceil(leaf.weight / scale / terms_of_run(leaf.run) * SHARES)


def _code(mean: float, share: int) -> float:
    return float(_mean_code(mean) * (SHARES + 1) + share)


def _mean_code(mean: float) -> int:
    return math.ceil(mean * MEAN_STEPS)
