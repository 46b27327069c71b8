"""What the leaves of a plan add to the scores of passages: `search.query.score` is the definition, this is its translation. Scores are sums
of leaves, each under the condition that it matches; a better tier is a step that no sum comes near."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from search.engine.opensearch import scripts
from search.engine.opensearch.encode import pairs
from search.engine.opensearch.matching import better, is_plainly_outside, matching, outside_script, span_outside
from search.engine.opensearch.queries import EVERYTHING, NOTHING, Query, run_query, terms_of_run, word_query
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
    Some,
    Term,
    Tier,
)
from search.query.score import WORD_SHARE, idf

TIER_STEP = 4096.0
"""What a better tier adds to a score, so that one number is the order of relevance. No sum of leaves comes near it."""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """What scores need to know of a generation, all of it at hand."""

    passages: int
    mean_length: float
    runs: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, int] = field(default_factory=dict)
    patterns: Mapping[Pattern, int] = field(default_factory=dict)


NO_FREQUENCIES = Frequencies(0, 1.0)
"""Where nothing is scored."""


def leaves(node: Node) -> Iterator[Term | Outside | Pattern]:
    """The leaves that give a score and must be counted first."""
    match node:
        case Term() | Outside() | Pattern():
            yield node
        case And(children) | Or(children) | Some(children):
            for child in children:
                yield from leaves(child)
        case Kinds(_, child):
            yield from leaves(child)
        case Near(left, right):
            yield from (left, right)
        case _:
            return


class Scoring:
    """What the leaves of a plan add to the scores of passages."""

    def __init__(self, known: Frequencies) -> None:
        self._known = known

    def clauses(self, node: Node) -> list[Query]:
        """Scoring clauses for passages that match the node; each counts only where its leaf matches."""
        match node:
            case Term():
                return self._term(node)
            case And(children):
                return [clause for child in children for clause in self.clauses(child)]
            case Or(children) | Some(children):
                return [clause for child in children for clause in self._if_matching(child)]
            case Near(left, right):
                return [*self._term(left), *self._term(right)]
            case Outside():
                return self._outside(node)
            case Pattern():
                return [self._scored(matching(node), scripts.ONCE, self._idf(self._known.patterns.get(node, 0)))]
            case Kinds(_, child):
                return self.clauses(child)
            case Listed(passages):
                scores = {str(key): score for key, score in passages}
                return [self._scored(matching(node), scripts.LISTED, scores=scores)] if passages else []
            case Not() | Facet() | Measure() | InDocument() | All() | Nothing():
                return []

    def _if_matching(self, child: Node) -> list[Query]:
        """The clauses of a child that need not match: where it does not, none of its leaves counts."""
        found = self.clauses(child)
        if not found or isinstance(child, (Outside, Pattern, Listed)) or (isinstance(child, Term) and len(child.words) < 2):
            return found
        return [{"bool": {"filter": [matching(child)], "should": found}}]

    def _term(self, term: Term) -> list[Query]:
        runs = [
            self._occurring(run_query(run.text), run.weight * self._idf(count), terms_of_run(run.text))
            for run in term.runs
            if run.text and (count := self._known.runs.get(run.text, 0))
        ]
        found = [runs[0] if len(runs) == 1 else {"dis_max": {"queries": runs}}] if runs else []
        if len(term.words) > 1:
            found += [
                self._occurring(word_query(word), WORD_SHARE * self._idf(count))
                for word in dict.fromkeys(term.words)
                if (count := self._known.words.get(word, 0))
            ]
        return found

    def _outside(self, node: Outside) -> list[Query]:
        weight = node.run.weight * self._idf(self._known.runs.get(node.run.text, 0))
        if not node.run.text:
            return []
        if is_plainly_outside(node):
            terms = 1 if len(node.run.text) == 1 else len(set(pairs(node.run.text)))
            return [self._occurring(span_outside(node, exact=False), weight, terms)]
        script = outside_script(node, scripts.OUTSIDE_SHARE, **self._params(weight))
        return [{"script_score": {"query": matching(node), "script": script}}]

    def _occurring(self, query: Query, weight: float, terms: int = 1) -> Query:
        return self._scored(query, scripts.OCCURRENCES, weight, terms=terms)

    def _scored(self, query: Query, source: str, weight: float = 0.0, **params: object) -> Query:
        return {"script_score": {"query": query, "script": {"source": source, "params": {**self._params(weight), **params}}}}

    def _params(self, weight: float) -> dict[str, object]:
        return {"idf": weight, "mean": self._known.mean_length, "weights": scripts.WEIGHTS}

    def _idf(self, count: int) -> float:
        return idf(self._known.passages, count)


def is_level(node: Node) -> bool:
    """Whether all that matches the node is of one tier, and nothing is scored."""
    return not list(leaves(node)) and not _has_listed(node) and all(better(node, tier) is EVERYTHING for tier in Tier)


def _has_listed(node: Node) -> bool:
    match node:
        case Listed():
            return True
        case And(children) | Or(children) | Some(children):
            return any(_has_listed(child) for child in children)
        case Kinds(_, child):
            return _has_listed(child)
        case _:
            return False


def tiers(node: Node) -> Iterable[Query]:
    """A clause for each tier but the last, for passages that match: together they add as many steps to a score as its tier is better than
    the last."""
    for tier in (Tier.EXACT, Tier.WORDS, Tier.RELAXED):
        query = better(node, tier)
        if query is not NOTHING:
            yield {"constant_score": {"filter": query, "boost": TIER_STEP}}
