"""A generation is a Whoosh index: Whoosh's own parser, searcher and grouping give the hits and counts of our search."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import index, qparser, query, sorting
from whoosh.query.spans import SpanNear2
from whoosh.searching import Searcher

from search.engine.port import Engine, SearchRequest
from search.engine.whoosh import open_engine
from search.engine.whoosh.write import writer
from search.fields import BY_NAME, FACET_NAMES
from search.query.plan import All, And, Facet, InDocument, Kinds, Measure, Near, Node, Not, Nothing, Or, Outside, Pattern, Run, Some, Term

from .corpora import corpus
from .factories import whoosh
from .plans import RUNS, plans

Opened = tuple[Engine, Searcher]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """The same generation, of several segments, opened by us and by Whoosh."""
    folder = tmp_path_factory.mktemp("as-whoosh")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "SEGMENT_PASSAGES", 40)
        patch.setattr(writer, "MERGED_PASSAGES", 40)
        whoosh(corpus(3), {}, folder).close()
    engine = open_engine(folder)
    with index.open_dir(str(folder / engine.manifest().generation)).searcher() as searcher:
        yield engine, searcher
    engine.close()


def in_whoosh(node: Node, engine: Engine) -> query.Query | None:
    """The plan as a query of Whoosh; None for what its queries cannot say (`Outside`, `Pattern`)."""
    match node:
        case All():
            return query.Every()
        case Nothing():
            return query.NullQuery
        case Term(runs, words):
            every = query.And([query.Term("words", word) for word in dict.fromkeys(words)])
            return query.Or([*(_run(run.text) for run in runs), *([every] if len(words) > 1 else [])])
        case And(children):
            parts = [in_whoosh(child.child if isinstance(child, Not) else child, engine) for child in children]
            if None in parts:
                return None
            wanted = [part for part, child in zip(parts, children, strict=True) if not isinstance(child, Not)] or [query.Every()]
            taken = [part for part, child in zip(parts, children, strict=True) if isinstance(child, Not)]
            # Not AndNot, whose matcher goes wrong where the last passage of a segment is taken away.
            return query.And([*wanted, query.Not(query.Or(taken))]) if taken else query.And(wanted)
        case Or(children):
            parts = [in_whoosh(child, engine) for child in children]
            return None if None in parts else query.Or(parts)
        case Some(children, at_least):
            parts = [in_whoosh(child, engine) for child in children]
            return None if None in parts else _at_least(parts, max(at_least, 1))
        case Not(child):
            part = in_whoosh(child, engine)
            return None if part is None else query.And([query.Every(), query.Not(part)])
        case Near(left, right, distance, ordered):
            pairs = [(a.text, b.text) for a in left.runs for b in right.runs]
            pairs += [] if ordered else [(b, a) for a, b in pairs]
            return query.Or([_followed(a, b, distance) for a, b in pairs])
        case Facet(name, value):
            return query.Or([query.Term(name, stored) for stored in BY_NAME[name].covers(value)])
        case Kinds(kinds, child):
            part = in_whoosh(child, engine)
            return None if part is None else query.And([query.Or([query.Term("kind", str(kind)) for kind in kinds]), part])
        case InDocument(run):
            known = [document.id for document in engine.documents() if run in document.id or run in document.title]
            return query.Or([query.Term("document", id_) for id_ in known]) if known else query.NullQuery
        case Outside() | Pattern() | Measure():
            return None
    raise AssertionError(node)


def _run(text: str) -> query.Query:
    if len(text) == 1:
        return query.Term("runs", text)
    return query.Phrase("runs", [text[at : at + 2] for at in range(len(text) - 1)])


def _at_least(parts: list[query.Query], at_least: int) -> query.Query:
    """Any `at_least` of the parts, written out."""
    if at_least == 1:
        return query.Or(parts)
    heads = [query.And([part, _at_least(parts[at + 1 :], at_least - 1)]) for at, part in enumerate(parts) if len(parts) - at >= at_least]
    return query.Or(heads) if heads else query.NullQuery


def _followed(left: str, right: str, distance: int) -> query.Query:
    """A span of a run of two and more characters ends where its last pair begins, one character before its end."""
    width = 2 if len(left) > 1 else 1
    return SpanNear2([_run(left), _run(right)], slop=distance + width, ordered=True, mindist=width)


def _hits(searcher: Searcher, wanted: query.Query) -> set[str]:
    return {hit["id"] for hit in searcher.search(wanted, limit=None)}


def _ours(engine: Engine, plan: Node) -> set[str]:
    return {hit.passage.id for hit in engine.search(SearchRequest(plan=plan, limit=1000)).hits}


@given(plan=plans)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=120)
def test_whoosh_finds_what_a_plan_finds(both: Opened, plan: Node) -> None:
    """Random plans of every kind that Whoosh's queries can say give the same passages through Whoosh's own matchers."""
    engine, searcher = both
    wanted = in_whoosh(plan, engine)
    if wanted is not None:
        assert _hits(searcher, wanted) == _ours(engine, plan)


@given(text=st.sampled_from(RUNS))
def test_the_parser_finds_runs_as_phrases(both: Opened, text: str) -> None:
    """A quoted phrase over `runs`, parsed by Whoosh's own parser, is our exact run."""
    engine, searcher = both
    if not text or set(text) & set('"\\') or text != text.strip():
        return
    parsed = qparser.QueryParser("runs", searcher.schema).parse(f'"{text}"')
    assert _hits(searcher, parsed) == _ours(engine, Term((Run(text),)))


def test_the_parser_finds_words_prefixes_and_facets(both: Opened) -> None:
    """Words, prefixes, operators and facet values in Whoosh's query language find what our plans of them find."""
    engine, searcher = both
    parse = qparser.QueryParser("words", searcher.schema).parse
    words = {word for word, _ in engine.vocabulary()}
    assert _hits(searcher, parse("消费 AND 扶贫")) == _ours(engine, And((Term((Run("消费"),)), Term((Run("扶贫"),)))))
    assert _hits(searcher, parse("消*")) == set().union(
        *(_hits(searcher, query.Term("words", word)) for word in words if word.startswith("消"))
    )
    by_facet = parse("year:2019 AND NOT program:health")
    assert _hits(searcher, by_facet) == _ours(engine, And((Facet("year", "2019"), Not(Facet("program", "health")))))
    assert _hits(searcher, parse("region:河北省/承德市")) == _ours(engine, Facet("region", "河北省/承德市"))


@pytest.mark.parametrize("name", FACET_NAMES)
def test_whoosh_groups_by_facets_with_our_counts(both: Opened, name: str) -> None:
    """`groupedby` over a facet field counts what our facets count."""
    engine, searcher = both
    facet = sorting.FieldFacet(name, allow_overlap=True, maptype=sorting.Count)
    for plan in (All(), Term((Run("扶贫"),))):
        results = searcher.search(in_whoosh(plan, engine), limit=None, groupedby={name: facet})
        assert dict(results.groups(name)) == engine.search(SearchRequest(plan=plan)).facets[name]


def test_stored_fields_are_the_passage(both: Opened) -> None:
    """Id, document, order, kind and text of a hit are those of the passage."""
    engine, searcher = both
    passages = {passage.id: passage for passage in engine.passages()}
    for hit in searcher.search(query.Every(), limit=None):
        passage = passages[hit["id"]]
        assert hit.fields() == {
            "id": passage.id, "document": passage.document_id, "order": passage.order, "kind": str(passage.kind), "text": passage.text,
        }  # fmt: skip
