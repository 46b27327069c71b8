"""Where reading a query changes path, or stops, by how much there is: both sides of each constant, which is patched small."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.model import BlockKind, Document, Passage
from search.query import expand, intent, notation, suggest, translate
from search.query.analysis import analyse
from search.query.measure import amount_of
from search.query.nearest import reading, stages
from search.query.parse import parse
from search.query.plan import Term
from search.query.spelling import guesses
from search.query.suggest import build_suggestions, unpacked_rows
from search.query.syntax import Conjunction, Nearby, Query, QueryNode, Word
from tests.house.constants import patch_constant
from tests.planned import plan


def codes(query: Query) -> set[str]:
    """The notes of a query."""
    return {note.code for note in query.notes}


# --- the parser -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("most", "noted"), [(3, False), (2, True)])
def test_brackets_deeper_than_the_bound_are_text_and_it_is_said(monkeypatch: pytest.MonkeyPatch, most: int, noted: bool) -> None:
    """Three brackets within each other are brackets where three are allowed; one less, and the query says so and still has its words."""
    patch_constant(monkeypatch, "search.query.parse.MAX_DEPTH", most)
    query = parse("(甲 AND (乙 OR (丙 AND 丁)))")
    assert ("too-deep" in codes(query)) is noted
    assert query.root is not None


@pytest.mark.parametrize(("most", "noted"), [(2, False), (1, True)])
def test_wildcards_beyond_the_bound_are_searched_literally_and_it_is_said(monkeypatch: pytest.MonkeyPatch, most: int, noted: bool) -> None:
    """Two wildcards are wildcards where two are allowed; where one is, the second is text."""
    patch_constant(monkeypatch, "search.query.parse.MAX_WILDCARDS", most)
    assert ("too-many-wildcards" in codes(parse("扶*贫 密*云"))) is noted


@pytest.mark.parametrize(("most", "distance"), [(7, 7), (8, 8), (9, 8)])
def test_a_distance_is_no_larger_than_the_bound(monkeypatch: pytest.MonkeyPatch, most: int, distance: int) -> None:
    """Near within eight characters is near within the bound where that is less; in a chain too."""
    patch_constant(monkeypatch, "search.query.parse.MAX_DISTANCE", most)
    one = parse("甲 NEAR/8 乙").root
    assert isinstance(one, Nearby)
    assert one.distance == distance
    assert _distances(parse("甲 NEAR/8 乙 NEAR/8 丙").root) == {distance}


def _distances(node: QueryNode | None) -> set[int]:
    if isinstance(node, Nearby):
        return {node.distance}
    return {one for child in node.children for one in _distances(child)} if isinstance(node, Conjunction) else set()


def test_only_so_many_notes_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """A query that stumbles often says the first of it; it is read the same."""
    patch_constant(monkeypatch, "search.query.parse.MAX_WILDCARDS", 0)
    text = "扶*贫 密*云 滦*平"
    every = parse(text)
    assert len(every.notes) == 3
    patch_constant(monkeypatch, "search.query.parse.MAX_NOTES", 1)
    assert parse(text).notes == every.notes[:1]
    assert parse(text).root == every.root


@pytest.mark.parametrize(("least", "joined"), [(3, True), (4, False)])
def test_spaced_letters_are_a_word_from_so_many_on(monkeypatch: pytest.MonkeyPatch, least: int, joined: bool) -> None:
    """来 京 人 is one word where three letters are enough, else three."""
    patch_constant(monkeypatch, "search.query.parse._LETTERS_AT_LEAST", least)
    assert (parse("就 业 人").root == Word("就业人")) is joined


# --- terms written otherwise --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("least", "otherwise"), [(20_000, True), (20_001, False)])
def test_amounts_are_written_otherwise_from_a_size_on(monkeypatch: pytest.MonkeyPatch, least: int, otherwise: bool) -> None:
    """20000 is 2万 too, unless only larger amounts are."""
    patch_constant(monkeypatch, "search.query.notation._LEAST", least)
    assert ("2万" in notation.amount_runs("20000")) is otherwise


@pytest.mark.parametrize(("places", "otherwise"), [(1, True), (0, False)])
def test_an_amount_is_written_with_so_many_places_at_most(monkeypatch: pytest.MonkeyPatch, places: int, otherwise: bool) -> None:
    """25000 is 2.5万 where one place is written."""
    patch_constant(monkeypatch, "search.query.notation._PLACES", places)
    assert ("2.5万" in notation.amount_runs("25000")) is otherwise


def test_only_so_many_writings_of_a_number_are_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are left are the first of them."""
    every = translate._written_otherwise("98010000")
    assert len(every) > 1
    patch_constant(monkeypatch, "search.query.translate.MOST_NUMBERS", 1)
    assert translate._written_otherwise("98010000") == every[:1]


@pytest.mark.parametrize(("least", "meant"), [(500, True), (501, False)])
def test_an_amount_means_figures_from_a_size_on(monkeypatch: pytest.MonkeyPatch, least: int, meant: bool) -> None:
    """500元 means the figures of that value, unless only larger ones do."""
    patch_constant(monkeypatch, "search.query.measure._EXACT_FROM", least)
    assert bool(amount_of("500元")) is meant


@pytest.mark.parametrize(("longest", "said"), [(4, True), (3, False)])
def test_compounds_up_to_a_length_are_said_otherwise(monkeypatch: pytest.MonkeyPatch, longest: int, said: bool) -> None:
    """A compound of four characters has other words where four are allowed; the ways of a word are cut, and the first stay."""
    patch_constant(monkeypatch, "search.query.expand.LONGEST_COMPOUND", longest)
    every = [run for run, _ in expand.synonyms("网上卖货")]
    assert ("线上销售" in every) is said
    patch_constant(monkeypatch, "search.query.expand.MOST_WAYS", 1)
    assert len(expand.synonyms("网上卖货")) < len(every) or not said


@pytest.mark.parametrize(("most", "words"), [(4, 4), (3, 0)])
def test_a_term_is_searched_word_by_word_up_to_a_number(monkeypatch: pytest.MonkeyPatch, most: int, words: int) -> None:
    """A term of four words may occur word by word where four are allowed, else only whole."""
    patch_constant(monkeypatch, "search.query.translate.MOST_WORDS", most)
    step = plan(parse("消费扶贫产品销售"), lambda runs: frozenset(runs))
    assert isinstance(step.plan, Term)
    assert len(step.plan.words) == words


@pytest.mark.parametrize(("longest", "whole"), [(6, True), (5, False)])
def test_terms_up_to_a_length_are_looked_through_for_numbers(monkeypatch: pytest.MonkeyPatch, longest: int, whole: bool) -> None:
    """A term of six characters with a number in it is only searched whole, unless it is too long to be cut at all."""
    patch_constant(monkeypatch, "search.query.translate.LONGEST_CUT", longest)
    assert (translate._loose("大棚1号蘑菇") == ()) is whole


@pytest.mark.parametrize(("longest", "guessed"), [(4, True), (3, False)])
def test_words_up_to_a_length_are_spelled_otherwise(monkeypatch: pytest.MonkeyPatch, longest: int, guessed: bool) -> None:
    """消费付贫 is taken for 消费扶贫 where words of four characters are."""
    patch_constant(monkeypatch, "search.query.spelling.LONGEST", longest)
    found = guesses(["消费付贫"], lambda texts: [text == "消费扶贫" for text in texts])
    assert bool(found) is guessed


def test_offers_beyond_the_bound_are_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what the words of a query offer, the first."""
    query = parse("密云 2019年 消费扶贫")
    every = intent.facet_intent(query)
    assert len(every) > 2
    patch_constant(monkeypatch, "search.query.intent.MOST_OFFERS", 2)
    assert intent.facet_intent(query) == every[:2]


# --- what is near -------------------------------------------------------------------------------------------------------------


def _contains(runs: Sequence[str]) -> list[int]:
    return [1 for _ in runs]


@pytest.mark.parametrize(("least", "counts"), [(2, True), (3, False)])
def test_a_number_counts_by_itself_from_so_many_digits_on(monkeypatch: pytest.MonkeyPatch, least: int, counts: bool) -> None:
    """19 says something by itself where two digits do; what follows it counts either way."""
    patch_constant(monkeypatch, "search.query.nearest.reading._LEAST_NUMBER", least)
    found = list(reading.pairs("第19批"))
    assert ("19" in found) is counts
    assert "19批" in found


@pytest.mark.parametrize(("least", "sought"), [(4, True), (5, False)])
def test_a_name_is_near_to_something_from_so_many_characters_on(monkeypatch: pytest.MonkeyPatch, least: int, sought: bool) -> None:
    """One name of four characters has something near to it where four are enough; two words always have."""
    patch_constant(monkeypatch, "search.query.nearest.reading._LEAST_NAME", least)
    assert (reading.sought(parse("万企帮村"), _contains, 10) is not None) is sought
    assert reading.sought(parse("蘑菇大棚"), _contains, 10) is not None


def test_only_so_much_of_a_text_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a long text its beginning is."""
    text = "蘑菇大棚建成投产，带动村民增收致富"
    whole = reading.sought(parse(text), _contains, 10)
    patch_constant(monkeypatch, "search.query.nearest.reading.MOST_CHARS", 8)
    cut = reading.sought(parse(text), _contains, 10)
    assert whole is not None
    assert cut is not None
    assert {run for run, _ in cut.pairs} < {run for run, _ in whole.pairs}
    assert "致富" not in {run for run, _ in cut.pairs}


@pytest.mark.parametrize(("least", "aside"), [(4, True), (9, False)])
def test_what_is_in_brackets_weighs_less_beside_enough_text(monkeypatch: pytest.MonkeyPatch, least: int, aside: bool) -> None:
    """What stands only in brackets is said aside where there is as much text outside them as the bound asks."""
    patch_constant(monkeypatch, "search.query.nearest.reading._LEAST_OUTSIDE", least)
    found = reading.sought(parse("蘑菇大棚项目（核桃木耳）"), _contains, 10)
    assert found is not None
    weights = dict(found.pairs)
    assert (weights["核桃"] < weights["蘑菇"]) is aside


@given(documents=st.lists(st.integers(0, 3), max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_candidates_are_spread_over_documents(monkeypatch: pytest.MonkeyPatch, documents: list[int]) -> None:
    """With room for all, all are candidates; with less, those that are the first of their documents come before the others."""
    with monkeypatch.context() as patch:
        patch_constant(patch, "search.query.nearest.stages.CANDIDATES", 4)
        patch_constant(patch, "search.query.nearest.stages.MOST_OF_DOCUMENT", 1)
        some = stages.spread(documents)
        patch_constant(patch, "search.query.nearest.stages.CANDIDATES", 12)
        every = stages.spread(documents)
        patch_constant(patch, "search.query.nearest.stages.MOST_OF_DOCUMENT", 12)
        assert stages.spread(documents) == list(range(len(documents)))
    assert sorted(every) == list(range(len(documents)))
    assert some == every[:4]
    firsts = [documents.index(one) for one in dict.fromkeys(documents)]
    assert every[: len(firsts)] == firsts


@pytest.mark.parametrize(("share", "known"), [(0.5, True), (0.51, False)])
def test_what_mostly_occurs_nowhere_is_near_to_nothing(monkeypatch: pytest.MonkeyPatch, share: float, known: bool) -> None:
    """Half of the pairs and words occur: that is enough where half is asked."""
    patch_constant(monkeypatch, "search.query.nearest.stages.KNOWN", share)
    counts = {"甲乙": 1, "丙丁": 0}
    words = [[("甲乙", 1.0)], [("丙丁", 1.0)]]
    assert stages._is_known(list(counts), words, counts) is known


# --- suggestions ----------------------------------------------------------------------------------------------------------------


def _attached(texts: list[str]) -> bytes:
    passages = tuple(Passage(f"p{at}", "d", at, BlockKind.BODY, text, ()) for at, text in enumerate(texts))
    headings = tuple(Passage(f"h{at}", "d", 100 + at, BlockKind.HEADING, text, ()) for at, text in enumerate(("帮扶项目", "帮扶成效")))
    return build_suggestions([Document("d", "一篇文献", "d.txt", "", "txt", (*passages, *headings))])


TEXTS = ["蘑菇大棚建成了，首农食品集团来了。"] * 3 + ["核桃丰收了，核桃卖了。"] * 2


def _kinds(attached: bytes) -> dict[str, str]:
    return {row.text: row.kind for row in unpacked_rows(attached)}


def test_terms_are_counted_in_so_much_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for a character of the second document the words of both are terms; with none, those of the first, and all titles."""
    one, other = (
        Document(id_, id_, id_, "", "txt", tuple(Passage(f"{id_}{at}", id_, at, BlockKind.BODY, text, ()) for at, text in enumerate(texts)))
        for id_, texts in (("a", TEXTS[:3]), ("b", TEXTS[3:]))
    )
    patch_constant(monkeypatch, "search.query.suggest.SAMPLED_CHARS", 3 * len(TEXTS[0]) + 1)
    every = _kinds(build_suggestions([one, other]))
    assert every["蘑菇"] == every["核桃"] == "term"
    patch_constant(monkeypatch, "search.query.suggest.SAMPLED_CHARS", 3 * len(TEXTS[0]))
    some = _kinds(build_suggestions([one, other]))
    assert some["蘑菇"] == "term"
    assert "核桃" not in some
    assert {some["a"], some["b"]} == {"title"}


def test_only_the_most_frequent_are_suggested(monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for one term, heading and organisation each, those that are left are the most frequent."""
    every = _kinds(_attached(TEXTS))
    for constant, kind in (("MOST_TERMS", "term"), ("MOST_HEADINGS", "heading"), ("MOST_ORGANISATIONS", "organisation")):
        count = sum(one == kind for one in every.values())
        with monkeypatch.context() as patch:
            for most in (0, count):
                patch_constant(patch, f"search.query.suggest.{constant}", most)
                left = [text for text, one in _kinds(_attached(TEXTS)).items() if one == kind]
                assert bool(left) is bool(most), (constant, most)
        assert count


@pytest.mark.parametrize(("longest", "shown"), [(4, True), (3, False)])
def test_long_titles_are_no_suggestions(monkeypatch: pytest.MonkeyPatch, longest: int, shown: bool) -> None:
    """A title of four characters is suggested where four are allowed."""
    patch_constant(monkeypatch, "search.query.suggest.LONGEST", longest)
    assert ("一篇文献" in _kinds(_attached(TEXTS))) is shown


@pytest.mark.parametrize(("reach", "named"), [(2, False), (3, True)])
def test_a_name_reaches_back_so_many_words(monkeypatch: pytest.MonkeyPatch, reach: int, named: bool) -> None:
    """白云核桃木耳公司 has three words before its ending."""
    patch_constant(monkeypatch, "search.query.suggest._REACH", reach)
    assert ("白云核桃木耳公司" in suggest._organisations(analyse("白云核桃木耳公司").tokens)) is named
