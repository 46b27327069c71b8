"""Words that very many passages have: counted by filters, and scored only where a bound says they may be first. With the thresholds set so
that a corpus of two hundred passages takes these ways, every answer is the oracle's, scores included."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.engine.choice import open_engine, open_writer
from search.engine.memory import MemoryEngine
from search.engine.opensearch import answer, bounded
from search.engine.port import ALL_FACETS, Engine, SearchRequest
from search.model import Document, Passage
from search.query.analysis import fingerprint
from search.query.plan import And, Or, Run, Term
from search.question import Filters
from tests.cluster.nodes import Nodes
from tests.engine.corpora import HAN, corpus
from tests.engine.factories import fill, memory
from tests.engine.plans import filters, plans, requests, terms
from tests.engine.test_conformance import shown
from tests.house.constants import patch_constant

pytestmark = pytest.mark.cluster
WAYS = {
    "few by their bounds": {"MANY": 0, "FIRST": 2, "MORE": 3, "MOST": 1_000},
    "many by their bounds": {"MANY": 0, "FIRST": 1_000},
    "bounds that never suffice": {"MANY": 0, "FIRST": 2, "MOST": 2},
    "from a few hits on": {"MANY": 10, "FIRST": 3, "MORE": 2},
}
common = st.sampled_from(("京", "东", "的", "北京", "扶贫", "消费扶贫", "协作", *HAN[:6])).map(lambda text: Term((Run(text),)))
asked = st.builds(
    SearchRequest,
    plan=st.one_of(common, common, terms, st.builds(And, st.tuples(common, terms)), st.builds(Or, st.tuples(common, common))),
    filters=st.one_of(st.just(Filters()), filters),
    offset=st.sampled_from((0, 0, 3, 60)),
    limit=st.sampled_from((1, 5, 20)),
    collect=st.sampled_from(((), (ALL_FACETS,))),
)


@pytest.fixture(scope="module")
def both(node: Nodes, tmp_path_factory: pytest.TempPathFactory) -> tuple[Engine, MemoryEngine]:
    """A corpus with many passages that are alike, at the cluster over three shards, and the oracle."""
    documents = (*corpus(3), *_alike())
    url = node.place("phases", "?shards=3")
    fill(open_writer(url, analysis=fingerprint(), base=False), documents, {})
    wanted = memory(documents, {}, tmp_path_factory.mktemp("oracle"))
    assert isinstance(wanted, MemoryEngine)
    return open_engine(url), wanted


def _alike() -> Iterator[Document]:
    """Documents whose passages have equal scores by the dozen: what comes first is decided by the order of documents alone."""
    for number in range(8):
        name = f"{'mza'[number % 3]}{number}"
        kinds = corpus(3)[0].passages
        passages = tuple(
            Passage(f"{name}-{order}", name, order, kinds[(number + order) % len(kinds)].kind, text, ((order, order),))
            for order, text in enumerate(("扶贫", "消费扶贫", "扶贫扶贫", "北京扶贫协作", "扶贫") * 3, start=1)
        )
        yield Document(name, "扶贫", f"{name}.txt", "0" * 64, "txt", passages)


@pytest.fixture(params=sorted(WAYS))
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """One set of thresholds."""
    for name, value in WAYS[request.param].items():
        patch_constant(monkeypatch, f"search.engine.opensearch.bounded.{name}", value)
    found: str = request.param
    return found


@given(request_=st.one_of(asked, asked, asked, requests, st.builds(SearchRequest, plan=plans)))
@settings(suppress_health_check=list(HealthCheck), max_examples=80)
def test_every_way_gives_the_answer_of_the_oracle(way: str, both: tuple[Engine, MemoryEngine], request_: SearchRequest) -> None:
    """Hits, order, scores, totals, tiers and counts."""
    del way
    assert shown(both[0].search(request_)) == shown(both[1].search(request_))


def test_the_bounds_are_used(both: tuple[Engine, MemoryEngine], monkeypatch: pytest.MonkeyPatch) -> None:
    """A common word is answered by its bound, ties by the order of documents, and not by scoring everything; a rare one in one request."""
    monkeypatch.setattr(bounded, "MANY", 20)
    monkeypatch.setattr(bounded, "FIRST", 10)
    found: list[bool] = []
    by_bounds = answer.Answering._by_bounds

    def watched(self: answer.Answering, *given: object) -> object:
        rows = by_bounds(self, *given)  # type: ignore[arg-type]
        found.append(rows is not None)
        return rows

    monkeypatch.setattr(answer.Answering, "_by_bounds", watched)
    for plan in (Term((Run("扶贫"),)), Term((Run("京"),)), Term((Run("没有的"),))):
        request = SearchRequest(plan=plan, limit=3)
        assert shown(both[0].search(request)) == shown(both[1].search(request))
    assert found == [True, True]
