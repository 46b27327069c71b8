"""What an answer says of passages that are only near to the query."""

from __future__ import annotations

import pytest

from search import build
from search.answering.library import Library, open_library
from search.model import BlockKind
from search.query.plan import Tier
from search.question import Question

TEXTS = {
    "one": "北山区对口帮扶南河县\n\n2019年，北山区与南河县结成对子，投入资金三千万元。\n\n北山区在南河县建了五个扶贫车间，吸纳百人就业。",
    "two": "西岭区的医生\n\n西岭区派出医生到东水县义诊，为群众看病。\n\n东水县医院添了设备，西岭区捐款。",
    "three": "南河县的蘑菇\n\n南河县种植蘑菇，年产八十吨，销往北山区。\n\n京蒙两地的企业来南河县考察。",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A library over three short documents."""
    folder = tmp_path_factory.mktemp("nearest")
    for name, text in TEXTS.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    build([folder], f"whoosh:{folder / 'index'}")
    return open_library(f"whoosh:{folder / 'index'}")


def test_full_matches_come_first_and_are_counted_alone(library: Library) -> None:
    """Total, facets and tiers are those of the full matches; what is near follows and is counted apart."""
    answer = library.search("南河县 扶贫车间")
    full = answer.hits[: answer.first_also]
    assert [hit.passage.text[:14] for hit in full] == ["北山区在南河县建了五个扶贫车间"[:14]]
    assert answer.total == len(full) == library.count(Question("南河县 扶贫车间")) == sum(answer.tiers.values())
    assert answer.also == len(answer.hits) - answer.first_also > 0
    assert {hit.tier for hit in answer.hits[answer.first_also :]} == {Tier.RELAXED}
    assert len({hit.passage.id for hit in answer.hits}) == len(answer.hits)


def test_exports_have_the_full_matches_alone(library: Library) -> None:
    """An export is the set that the total counts."""
    rows = b"".join(library.export(Question("南河县 扶贫车间"), "jsonl")).decode().splitlines()
    assert len(rows) == library.search("南河县 扶贫车间").total == 1


def test_pages_go_on_into_what_is_near(library: Library) -> None:
    """Page after page gives the full matches, then the near ones, each once."""
    whole = [hit.passage.id for hit in library.search("南河县 扶贫车间", size=50).hits]
    paged = [hit.passage.id for page in range(1, 6) for hit in library.search("南河县 扶贫车间", page=page, size=2).hits]
    assert paged == whole


def test_a_question_finds_its_answer(library: Library) -> None:
    """A question that no passage answers word for word lists the nearest passages, and says so."""
    answer = library.search("北山区什么时候同南河县结对的")
    assert answer.query.relaxed == "nearest"
    assert answer.query.relaxed_message
    assert "2019年" in answer.hits[0].passage.text
    assert answer.total == len(answer.hits)
    assert answer.also == 0


def test_filters_narrow_what_is_near(library: Library) -> None:
    """A filter leaves of the nearest passages those that pass it, as many as its facet count says."""
    question = "北山区什么时候同南河县结对的"
    counts = {item.value: item.count for item in library.search(question).facets["year"]}
    for value, count in counts.items():
        assert library.search(question, filters={"year": [value]}).total == count


@pytest.mark.parametrize("query", ["“扶贫车间”", "南河县 AND 蘑菇", "南河县 NOT 蘑菇", "扶贫*车间"])
def test_sets_stay_sets(library: Library, query: str) -> None:
    """A quoted query and every one with operators is complete and exact: nothing is added below."""
    answer = library.search(query)
    assert answer.also == 0
    assert answer.total == len(answer.hits)


def test_a_short_unknown_word_is_its_run(library: Library) -> None:
    """A name no dictionary knows finds the passage that holds it, not those that hold its characters apart."""
    answer = library.search("京蒙")
    assert [hit.passage.text for hit in answer.hits] == ["京蒙两地的企业来南河县考察。"]
    assert library.search("水岭").hits == ()


def test_one_article_does_not_fill_the_page(library: Library) -> None:
    """Of the three nearest passages not all are of one document when another has something to say."""
    hits = library.search("北山区在哪年哪月帮南河县的").hits[:3]
    assert len({hit.document.id for hit in hits if hit.passage.kind is not BlockKind.TITLE}) > 1


@pytest.mark.parametrize("prefix", ["南河", "北山", "扶贫", "南河县 扶", "东水县的", "nanhe", "京"])
def test_the_total_of_a_suggestion_is_what_it_gives(library: Library, prefix: str) -> None:
    """Each suggestion is a query, and its total is that of the query."""
    for one in library.suggest(prefix):
        assert library.search(one.text).total == one.total > 0


def test_the_last_word_is_completed(library: Library) -> None:
    """What was typed before stays; only what finds something with it is suggested."""
    texts = [one.text for one in library.suggest("南河县 蘑")]
    assert texts
    assert all(text.startswith("南河县 ") for text in texts)


def test_offers_of_an_empty_page_are_what_they_give(library: Library) -> None:
    """Each smaller query that is offered gives the total said."""
    answer = library.search("南河县 AND 直升机")
    assert answer.total == 0
    assert [(one.label, one.rest) for one in answer.culprits] == [("直升机", "南河县")]
    for one in answer.culprits:
        assert library.search(one.rest).total == one.total_without


def test_a_place_that_is_nowhere_is_named(library: Library) -> None:
    """Asked of a county that no document names, the answer lists nothing, says so, and names it; a place that is there is not named."""
    answer = library.search("谁帮助赤城县")
    assert (answer.total, answer.also, answer.hits) == (0, 0, ())
    assert [note.message for note in answer.query.notes] == ["这里收的文献没有说到“赤城县”。"]
    assert library.search("扶贫车间").query.notes == ()
    assert library.search("赤城县 AND 扶贫车间").query.notes == ()
