"""Hypothesis strategies: plans and requests over the corpora."""

from __future__ import annotations

from hypothesis import strategies as st

from search.engine.port import ALL_FACETS, CrossCounts, FacetCounts, SearchRequest
from search.fields import FIELDS, KeyField
from search.model import BlockKind
from search.query.plan import (
    All,
    And,
    Facet,
    InDocument,
    Kinds,
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
from search.question import Choice, Collapse, Filters, Sort

from .corpora import HAN, MECHANISMS, PROGRAMS, REGIONS, corpus

WORDS = ("消费", "扶贫", "北京", "密云", "京东", "东西", "西部", "协作", "人民", "16958", "9801", "万元", "12", "北京市", "pro")
RUNS = ("京", "东", "京东", "北京", "北京东西", "密云区", "消费扶贫", "扶贫", "的", "16958", "958", "万元", "a", "z", "19",
        "😀", "𠮷", ",", "。", "12pro",
        "iphone 12", "来京就业1204人", "没有的", "县人民的", "b", "covid-19", "é")  # fmt: skip

texts = st.one_of(st.sampled_from(RUNS), st.text(HAN, min_size=1, max_size=3))
runs = st.builds(Run, texts, st.sampled_from(RunKind), st.sampled_from((1.0, 1.0, 0.5)))
words = st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(tuple)
terms = st.builds(Term, st.lists(runs, min_size=1, max_size=3).map(tuple), st.one_of(st.just(()), words))
outsides = st.sampled_from((
    Outside(Run("京东"), (("北京东", 1),)),
    Outside(Run("京"), (("北京", 1), ("京东", 0))),
    Outside(Run("扶贫"), (("消费扶贫", 2),)),
))  # fmt: skip
patterns = st.builds(
    lambda first, rest: Pattern((first, *(piece for piece, _ in rest)), tuple(gap for _, gap in rest)),
    st.text(HAN, min_size=1, max_size=2),
    st.lists(st.tuples(st.text(HAN, min_size=1, max_size=2), st.sampled_from(((0, 10), (1, 1), (2, 3)))), min_size=1, max_size=2),
)
facets = st.one_of(
    st.builds(
        Facet, st.just("region"), st.sampled_from((*REGIONS, "河北省", "none", "湖北省")), st.sampled_from((Tier.EXACT, Tier.RELAXED))
    ),
    st.builds(Facet, st.just("year"), st.sampled_from(("2019", "2017-2018", "1990", "none"))),
    st.builds(Facet, st.just("date"), st.sampled_from(("2020", "2020-02..2020-03-01", "none"))),
    st.builds(Facet, st.just("program"), st.sampled_from((*PROGRAMS, "none"))),
)
measures = st.builds(
    Measure,
    st.sampled_from(("CNY", "人", "", "亩")),
    st.sampled_from((float("-inf"), -2.0, 3.0, 12.5)),
    st.sampled_from((3.0, 12.5, 9.801e7, float("inf"))),
    st.sampled_from(("", "total", "rate", "change")),
    st.sampled_from((Tier.EXACT, Tier.RELAXED)),
)
kinds = st.sets(st.sampled_from(tuple(BlockKind)), min_size=1, max_size=3).map(frozenset)
leaves: st.SearchStrategy[Node] = st.one_of(
    terms, terms, terms, outsides, patterns, facets, measures,
    st.builds(Near, terms, terms, st.sampled_from((0, 2, 10)), st.booleans()),
    st.builds(InDocument, st.sampled_from(("密云", "消费扶贫", "文献", "-1", "没有"))),
    st.sampled_from((All(), Nothing())),
)  # fmt: skip


def _branches(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(children, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(And, several),
        st.builds(Or, several),
        st.builds(Some, several, st.integers(1, 3)),
        st.builds(Not, children),
        st.builds(Kinds, kinds, children),
    )


plans: st.SearchStrategy[Node] = st.recursive(leaves, _branches, max_leaves=5)


def _choice(values: tuple[str, ...]) -> st.SearchStrategy[Choice]:
    some = st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)
    return st.one_of(st.just(Choice()), st.builds(Choice, some, some))


VALUES: dict[str, tuple[str, ...]] = {
    "region": (*REGIONS, "河北省", "none"),
    "year": ("2018", "2019-2020", "none", "1990"),
    "program": (*PROGRAMS, "none"),
    "mechanism": (*MECHANISMS, "none"),
    "topic": (*PROGRAMS, "none"),
    "supporter": (*REGIONS, "河北省", "国家电网", "none"),
    "recipient": (*REGIONS, "河北省", "none"),
    "about": (*REGIONS, "河北省", "全国", "none"),
    "publication": ("密云报", "协作 周刊", "没有的报", "none"),
    "genre": ("news", "notice", "plan", "none"),
    "issued": ("2020", "2019-2020", "none", "1990"),
    "date": ("2020", "2020-02", "2020-02-29", "2019-12-31..2020-02-29", "2020-03..", "none", "1990-01"),
    "author": ("王海", "李明", "none"),
}
"""Values to choose from, for every field there is: those of keys that the corpora lack are chosen in vain, but alike in all engines."""
VALUES |= {field.name: (*list(field.terms())[:2], "none") for field in FIELDS if isinstance(field, KeyField) and field.name not in VALUES}
documents = st.lists(st.sampled_from((*(document.id for document in corpus(3)[:3]), "nowhere")), max_size=2, unique=True).map(tuple)
filters = st.one_of(
    st.just(Filters()),
    st.fixed_dictionaries(
        {"documents": st.just(()) | documents, "kinds": st.just(()) | kinds.map(lambda some: tuple(sorted(some)))},
        optional={name: _choice(values) for name, values in VALUES.items()},
    ).map(lambda parts: Filters.of(**parts)),  # type: ignore[arg-type]  # keys and values belong together
)
collectors = st.sampled_from(
    (
        (),
        (ALL_FACETS,),
        (FacetCounts(("year",)),),
        (ALL_FACETS, CrossCounts("region", "year")),
        (CrossCounts("program", "year"), CrossCounts("supporter", "recipient")),
    )
)
requests = st.builds(
    SearchRequest,
    plan=plans,
    filters=filters,
    sort=st.sampled_from(Sort),
    offset=st.sampled_from((0, 0, 0, 3, 150)),
    limit=st.sampled_from((0, 1, 20, 300)),
    collect=collectors,
    collapse=st.sampled_from((None, None, *Collapse)),
)
