"""Bounds of scores: never below a score. What the cluster makes of them is tested there (`tests/cluster/test_two_phases.py`)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine.memory import Corpus, CorpusStatistics
from search.engine.opensearch.bounded import LONGEST_MEAN, MEAN_STEPS, SHARES, bound, hits_at_least
from search.engine.opensearch.queries import Query
from search.engine.opensearch.scored import Frequencies
from search.engine.port import Manifest
from search.model import BlockKind
from search.query.match import evaluate, occurrences
from search.query.plan import All, And, Node, Not, Or, Pattern, Run, Term
from search.query.score import K1, KIND_WEIGHTS, B, score

from .corpora import corpus
from .plans import terms

STEPS = ((40, 2), (56, 4), (88, 8), (152, 16), (280, 32), (536, 64))
LENGTHS = [*range(41), *(base + step * at for base, step in STEPS for at in range(8))]
"""The lengths that an index keeps: all up to 40, then four bits of each."""


@pytest.fixture(scope="module")
def known_corpus() -> Corpus:
    """The largest corpus."""
    return Corpus({document.id: document for document in corpus(3)}, {}, Manifest("", "memory", "", "", 0, 0, ""))


def similarity(boost: float, frequency: int, length: int) -> float:
    """What the index works out: `bounded.SIMILARITY` in Python, over a length as it is kept."""
    kept = max(one for one in LENGTHS if one <= length)
    code = int(boost)
    mean, weight = (code // (SHARES + 1)) / MEAN_STEPS, code % (SHARES + 1) / SHARES
    found: float = weight * frequency * (K1 + 1.0) / (frequency + K1 * (1.0 - B + B * kept / mean))
    return found


def by_query(query: Query, text: str) -> float:
    """The score of a text by the query of a bound."""
    ((kind, inner),) = query.items()
    if kind == "dis_max":
        return max((by_query(one, text) for one in inner["queries"]), default=0.0)
    if kind == "bool":
        return sum(by_query(one, text) for one in (*inner.get("must", ()), *inner.get("should", ())))
    ((field, told),) = inner.items()
    run: str = told["value"] if kind == "term" else "".join(pair[0] for pair in told["query"].split("\n")) + told["query"][-1]
    found = len(list(occurrences(run, text)))
    length = len(text) if field == "chars" else max(0, len(text) - 1)
    return (max(1, len(run) - 1) if kind == "match_phrase" else 1) * similarity(told["boost"], found, length) if found else 0.0


def frequencies(statistics: CorpusStatistics, plan: Node) -> Frequencies:
    """What is known of a plan's leaves."""
    found = plan.children if isinstance(plan, And | Or) else (plan,)
    runs = {run.text: statistics.run_df(run.text) for term in found if isinstance(term, Term) for run in term.runs}
    words = {word: statistics.word_df(word) for term in found if isinstance(term, Term) for word in term.words}
    return Frequencies(statistics.passages, statistics.mean_length, runs, words)


some_terms = st.lists(terms, min_size=1, max_size=3).map(tuple)


@given(plan=st.one_of(terms, st.builds(And, some_terms), st.builds(Or, some_terms)))
def test_no_score_is_above_its_bound(known_corpus: Corpus, plan: Node) -> None:
    """For random plans of terms and every passage that matches."""
    statistics = CorpusStatistics(known_corpus.matchables)
    found = bound(plan, frequencies(statistics, plan))
    if found is None:
        return
    for seen, passage in zip(known_corpus.matchables, known_corpus.passages, strict=True):
        match = evaluate(plan, seen)
        if match is not None:
            exact = score(match.leaves, len(seen.text), passage.kind, statistics)
            assert exact <= found.highest(by_query(found.query, seen.text)) + 1e-9


COMMON = Term((Run("扶贫"),))
OTHERS = (
    All(),
    Not(COMMON),
    Or((COMMON, Pattern(("扶", "贫"), ((0, 1),)))),
    And((COMMON, Not(COMMON))),
    Term((Run("abc"),), ("ab", "c")),
    Term((Run("没有"),)),
    And((COMMON, COMMON)),
)


@pytest.mark.parametrize("plan", OTHERS)
def test_of_other_plans_there_is_no_bound(plan: Node) -> None:
    """What is no plan of terms, has words that need not occur as runs, occurs nowhere, or says a thing twice: all hits are scored."""
    assert bound(plan, Frequencies(1_000, 100.0, {"扶贫": 500, "abc": 400}, {"ab": 400, "c": 400})) is None


def test_a_mean_without_a_code_has_no_bound() -> None:
    """Up to the longest mean there is a bound, beyond it none."""
    plan = Term((Run("扶贫"),))
    assert bound(plan, Frequencies(1_000, LONGEST_MEAN, {"扶贫": 500})) is not None
    assert bound(plan, Frequencies(1_000, LONGEST_MEAN + 0.1, {"扶贫": 500})) is None


def test_the_most_there_can_be() -> None:
    """The rarest term of several that must match, the most common of alternatives, nothing for what is no term."""
    known = Frequencies(1_000, 100.0, {"扶贫": 500, "京东": 20})
    common, rare = Term((Run("扶贫"),)), Term((Run("京东"),))
    plans = (common, And((common, rare)), Or((common, rare)), And((common, All())), Not(common))
    assert [hits_at_least(plan, known) for plan in plans] == [500, 20, 500, 0, 0]


def test_codes_are_exact_in_32_bits() -> None:
    """The largest code is below 2 to the 24th."""
    assert MEAN_STEPS * LONGEST_MEAN * (SHARES + 1) + SHARES < 2**24


def test_kinds_weigh_at_most_one() -> None:
    """Else a bound would be below a score."""
    assert max(KIND_WEIGHTS[kind] for kind in BlockKind) <= 1.0
