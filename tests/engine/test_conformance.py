"""One suite over all engines: the same request, the same answer as the oracle gives."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine.port import Around, SearchRequest, SearchResult
from search.fields import FACET_NAMES, NAMES
from search.query.plan import All, Not, Run, Term, Tier
from search.query.score import quantise
from search.question import Choice, Filters, Sort
from search.text.fold import match_form

from .conftest import Opened
from .corpora import corpus
from .plans import RUNS, VALUES, filters, plans, requests

numbers = st.sampled_from((3, 3, 3, 2, 1, 0))


def shown(result: SearchResult) -> dict[str, object]:
    """A result as plain values, with scores as they are compared."""
    return {
        "hits": [(hit.passage.id, hit.tier, quantise(hit.score), hit.collapsed) for hit in result.hits],
        "total": result.total,
        "documents": result.documents,
        "groups": result.groups,
        "tiers": {tier: count for tier, count in result.tiers.items() if count},
        "fruits": result.fruits,
    }


@given(number=numbers, request_=requests)
def test_same_answer_as_the_oracle(opened: Opened, oracle: Opened, number: int, request_: SearchRequest) -> None:
    """Hits, order, scores, tiers, totals, facet counts, cross tables and folding are those of the oracle, for random requests."""
    answer = opened(number).search(request_)
    assert shown(answer) == shown(oracle(number).search(request_))
    asked = [(request_.plan, request_.filters), (All(), request_.filters), (request_.plan, Filters())]
    totals = opened(number).counts(asked)
    assert totals[0] == answer.total
    assert list(totals) == list(oracle(number).counts(asked))
    assert list(opened(number).counts(asked, 2)) == [min(total, 2) for total in totals]


@given(number=numbers, request_=requests, place=st.integers(0, 400))
def test_neighbours_are_those_of_the_list(opened: Opened, number: int, request_: SearchRequest, place: int) -> None:
    """Rank, previous and next hit of a passage are what the list itself shows; a passage that is not in it has none."""
    hits = [hit.passage.id for hit in opened(number).search(request_).hits]
    asked = [passage.id for document in corpus(number) for passage in document.passages]
    for id_ in {*(hits[place % len(hits) : place % len(hits) + 1] if hits else ()), *asked[place : place + 1], "no such"}:
        at = hits.index(id_) if id_ in hits else -1
        expected = Around(
            hits[at - 1] if at > 0 else None, hits[at + 1] if -1 < at < len(hits) - 1 else None, request_.offset + at + 1 if at >= 0 else 0
        )
        assert opened(number).around(request_, id_) == expected


def test_every_field_is_asked_for() -> None:
    """The plans and filters of this suite know every field there is."""
    assert set(VALUES) == set(NAMES)


@pytest.mark.parametrize("name", sorted(VALUES))
@pytest.mark.parametrize("plan", [All(), Term((Run("扶贫"),))], ids=["all", "term"])
def test_every_value_can_be_chosen_and_excluded(opened: Opened, oracle: Opened, name: str, plan: All | Term) -> None:
    """Each value of each field, chosen, excluded, and either beside an exclusion elsewhere: totals and all counts are the oracle's."""
    elsewhere = "region" if name == "year" else "year"
    others: tuple[dict[str, Choice], ...] = ({}, {elsewhere: Choice((), VALUES[elsewhere][:1])})
    for value in VALUES[name]:
        for choice in (Choice((value,)), Choice((), (value,)), Choice(VALUES[name][:2], (value,))):
            for other in others:
                request = SearchRequest(plan=plan, filters=Filters.of(**{name: choice}, **other), limit=0)  # type: ignore[arg-type]
                assert shown(opened(3).search(request)) == shown(oracle(3).search(request)), request.filters


@given(number=numbers, plan=plans, chosen=filters, facet=st.sampled_from(FACET_NAMES))
def test_a_facet_count_is_what_the_click_gives(opened: Opened, number: int, plan: All, chosen: Filters, facet: str) -> None:
    """The count beside a value is the total when that value alone is chosen in its facet, exclusions kept."""
    engine = opened(number)
    counts = engine.search(SearchRequest(plan=plan, filters=chosen)).facets[facet]
    for value, count in list(counts.items())[:6]:
        clicked = chosen.with_values(**{facet: (value,)})
        assert engine.search(SearchRequest(plan=plan, filters=clicked, limit=0, collect=())).total == count


@given(number=numbers, plan=plans)
def test_a_plan_and_its_negation_share_out_all_passages(opened: Opened, number: int, plan: All) -> None:
    """Whatever a plan does not match, Not of it does, and nothing twice."""
    engine = opened(number)
    with_, without, all_ = (engine.search(SearchRequest(plan=one)).total for one in (plan, Not(plan), All()))
    assert with_ + without == all_ == engine.manifest().passages


@given(number=numbers, data=st.data())
def test_any_run_of_a_passage_finds_it(opened: Opened, number: int, data: st.DataObject) -> None:
    """A run of the match form of any passage, of any length, finds exactly the passages that have it."""
    forms = {passage.id: match_form(passage.text).text for document in corpus(number) for passage in document.passages}
    if not any(forms.values()):
        return
    text = data.draw(st.sampled_from(sorted(form for form in forms.values() if form)))
    start = data.draw(st.integers(0, len(text) - 1))
    run = text[start : data.draw(st.integers(start + 1, len(text)))]
    engine = opened(number)
    result = engine.search(SearchRequest(plan=Term((Run(run),)), limit=1000))
    assert {hit.passage.id for hit in result.hits} == {id_ for id_, form in forms.items() if run in form}
    assert list(engine.contains([run, run + "\u3013"])) == [result.total, 0]
    assert engine.present([run, run + "\u3013"]) == {run}


@given(number=numbers, plan=plans, sort=st.sampled_from(Sort), size=st.integers(1, 7))
def test_pages_add_up_to_the_whole(opened: Opened, number: int, plan: All, sort: Sort, size: int) -> None:
    """Page after page gives the same hits as one long page, whatever the sort."""
    engine = opened(number)
    whole = engine.search(SearchRequest(plan=plan, sort=sort, limit=40)).hits
    pages = [hit for at in range(0, 40, size) for hit in engine.search(SearchRequest(plan=plan, sort=sort, offset=at, limit=size)).hits]
    assert [hit.passage.id for hit in pages[:40]] == [hit.passage.id for hit in whole]


@given(number=numbers, plan=plans)
def test_better_tiers_come_first(opened: Opened, number: int, plan: All) -> None:
    """In relevance order no hit of a worse tier stands before one of a better tier, and the tiers add up to the total."""
    result = opened(number).search(SearchRequest(plan=plan, limit=1000))
    tiers = [hit.tier for hit in result.hits]
    assert tiers == sorted(tiers)
    assert sum(result.tiers.values()) == result.total


@pytest.mark.parametrize("number", range(4))
def test_what_was_stored_comes_back(opened: Opened, number: int) -> None:
    """Documents, passages, summaries and attachments come back as they were written; what is unknown is None."""
    engine, documents = opened(number), sorted(corpus(number), key=lambda document: document.id)
    passages = [passage for document in documents for passage in document.passages]
    assert list(engine.passages()) == passages
    assert [engine.document(document.id) for document in documents] == documents
    assert [summary.id for summary in engine.documents()] == [document.id for document in documents]
    assert engine.fetch([*(passage.id for passage in passages), "no such"]) == (*passages, None)
    assert engine.document("no such") is None
    ids = tuple(one.id for one in engine.documents())
    assert engine.document_ids() == ids
    for start, stop in ((0, 1), (1, 3), (2, None), (2, 2), (3, 1), (len(ids) - 1, len(ids) + 2), (len(ids), None), (len(ids) + 1, None)):
        assert engine.document_ids(max(start, 0), stop) == ids[max(start, 0) : stop]
    assert engine.described("no such") is None
    assert all(engine.described(one.id) == replace(one, passages=()) for one in documents)
    assert engine.summaries(["no such", documents[0].id] if documents else ["no such"]) == (None, *engine.documents()[:1])
    assert engine.attachment("note") == b"kept"
    assert engine.attachment("no such") is None
    assert engine.check() == ()


@pytest.mark.parametrize("number", range(4))
def test_vocabulary_and_manifest_agree_with_the_oracle(opened: Opened, oracle: Opened, number: int) -> None:
    """The same words with the same counts, the same analysis version, the same sizes."""
    ours, theirs = opened(number), oracle(number)
    assert dict(ours.vocabulary()) == dict(theirs.vocabulary())
    assert list(ours.contains(RUNS)) == list(theirs.contains(RUNS))
    for field in ("analysis", "passages", "documents", "segmenter"):
        assert getattr(ours.manifest(), field) == getattr(theirs.manifest(), field)


def test_run_tier_is_last(opened: Opened) -> None:
    """京东 inside 北京东西部 is found, as a run only, after the company."""
    result = opened(3).search(SearchRequest(plan=Term((Run("京东"),)), limit=1000))
    assert result.tiers[Tier.EXACT] > 0
    assert result.tiers[Tier.RUN] > 0
    assert result.hits[-1].tier is Tier.RUN
