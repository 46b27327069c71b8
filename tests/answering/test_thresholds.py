"""Where answering changes path, or stops, by how much there is: both sides of each constant, which is patched small.

Either the answer is the same on both sides, or a list that was cut says so, and totals are those of the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from search import Library, build, open_library
from search.answering import wordlists
from search.answering.compared import compare
from search.answering.locate import locate
from search.answering.shared import shared_sentences
from search.engine.memory import Corpus, MemoryEngine
from search.engine.port import DocumentSummary, Engine, Manifest, summary
from search.errors import BadRequest
from search.model import Document
from search.question import Choice
from search.results import Filters, Question
from tests.answering.test_compared import row
from tests.house.constants import patch_constant
from tests.links.corpus import document

A = "青山区与绿水县结对帮扶，去年安排帮扶资金二百万元，修建了通往石门村的水泥路。"
B = "石门村的核桃和木耳运到青山区的超市，三个月里卖出了四十吨，村民的收入有了着落。"
C = "绿水县人民医院来了五位医生，每周二坐诊，老人们不用再坐两个小时的班车去市里。"
D = "两地的中学建立了联系，每年秋天有二十名教师到对方学校听课，为期一个学期。"
TEXTS = {
    "d1": [A, B, C, "短句。"],
    "d2": [A, f"据介绍，{B}", D, "另一个短句。"],
    "d3": [A, D, "第三个短句。"],
}


def engine_of(texts: dict[str, list[str]]) -> tuple[Engine, dict[str, Document]]:
    """The oracle over documents of these texts."""
    documents = {id_: document(id_, passages) for id_, passages in texts.items()}
    return MemoryEngine(Corpus(documents, {}, Manifest("g", "memory", "", "", 0, len(documents), ""))), documents


ENGINE, DOCUMENTS = engine_of(TEXTS)


# --- figures held against each other --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("most", "shown"), [(2, 2), (3, 3), (4, 3)])
def test_repetitions_are_counted_also_where_not_all_are_listed(monkeypatch: pytest.MonkeyPatch, most: int, shown: int) -> None:
    """Three sums are said twice: with room for two of them, for all, and for more, the number of repetitions is three."""
    patch_constant(monkeypatch, "search.answering.compared.MOST_SHOWN", most)
    rows = [row(passage, value, subject) for value, subject in ((5.0, "资金"), (50.0, "物资"), (500.0, "贷款")) for passage in "ab"]
    found = compare(rows, complete=True)
    assert (len(found.repeated), found.repetitions) == (shown, 3)


@pytest.mark.parametrize(("most", "every"), [(2, False), (3, True)])
def test_contradictions_that_are_not_all_say_so(monkeypatch: pytest.MonkeyPatch, most: int, every: bool) -> None:
    """Three tellings of one sum contradict each other in three pairs: with room for two, two are listed, and there may be more."""
    patch_constant(monkeypatch, "search.answering.compared.MOST_SHOWN", most)
    found = compare([row("a", 100.0), row("b", 110.0), row("c", 120.0)], complete=True)
    assert (len(found.contradictions) == 3, found.all_contradictions) == (every, every)


def test_a_thing_is_known_by_the_end_of_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """By two characters 帮扶资金 and 援助资金 are one thing, by four they are two, and a name of fewer than that is none."""
    rows = [row("a", 100.0, "帮扶资金"), row("b", 110.0, "援助资金")]
    assert compare(rows, complete=True).contradictions
    patch_constant(monkeypatch, "search.answering.compared._HEAD", 4)
    assert not compare(rows, complete=True).contradictions
    patch_constant(monkeypatch, "search.answering.compared._HEAD", 5)
    assert not compare([row("a", 100.0), row("b", 110.0)], complete=True).contradictions


# --- quotes -----------------------------------------------------------------------------------------------------------------


def places(quote: str, engine: Engine = ENGINE) -> set[tuple[str, str]]:
    """Where a quote is found: (passage, the words there)."""
    return {(match.id, match.text) for match in locate(quote, engine, 50)}


@pytest.mark.parametrize("quote", [A, B[:20], C[5:30], B[3:]])
def test_a_quote_is_found_alike_at_once_and_in_stretches(monkeypatch: pytest.MonkeyPatch, quote: str) -> None:
    """Whether it is asked for as one run or put together of shorter ones, it is found in the same passages at the same place."""
    expected = places(quote)
    assert expected
    patch_constant(monkeypatch, "search.answering.locate.LONG", 5)
    assert {(id_, text.rstrip("。")) for id_, text in places(quote)} == {(id_, text.rstrip("。")) for id_, text in expected}


@pytest.mark.parametrize(
    "constants",
    [
        {"search.answering.locate.ASKED": 4},
        {"search.answering.locate.VOTERS": 1},
        {"search.answering.locate.CANDIDATES": 2},
        {"search.answering.locate.MOST_REACH": 1},
    ],
    ids=str,
)
def test_a_misspelled_quote_is_found_by_few_runs_too(monkeypatch: pytest.MonkeyPatch, constants: dict[str, int]) -> None:
    """With hardly any runs asked for, voters or candidates, a quote with a wrong character still leads to its passage first."""
    quote = C[:20] + "某" + C[21:]
    first = locate(quote, ENGINE)[0].id
    for name, value in constants.items():
        patch_constant(monkeypatch, name, value)
    assert locate(quote, ENGINE)[0].id == first == DOCUMENTS["d1"].passages[2].id


@pytest.mark.parametrize(("most", "found"), [(len(C), True), (3, False)])
def test_only_so_much_of_a_text_is_looked_at(monkeypatch: pytest.MonkeyPatch, most: int, found: bool) -> None:
    """A text is cut before it is looked for: what is left leads to its passage, or is too short to lead anywhere but letter for letter."""
    patch_constant(monkeypatch, "search.answering.locate.MOST", most)
    assert bool(locate("这里一句没有的话" if not found else C + "后面还有别的话", ENGINE)) is found


@pytest.mark.parametrize(("shortest", "found"), [(10, True), (11, False)])
def test_a_short_quote_is_found_letter_for_letter_or_not_at_all(monkeypatch: pytest.MonkeyPatch, shortest: int, found: bool) -> None:
    """Ten characters with one wrong are looked for where ten are enough."""
    patch_constant(monkeypatch, "search.answering.locate.SHORTEST", shortest)
    assert bool(locate(C[:4] + "叁" + C[5:10], ENGINE)) is found


@pytest.mark.parametrize(("most", "told"), [(len(C), True), (len(C) - 1, False)])
def test_what_differs_is_said_of_short_quotes(monkeypatch: pytest.MonkeyPatch, most: int, told: bool) -> None:
    """Up to the bound the difference is spelled out, beyond it the match stands alone; it is the same match."""
    patch_constant(monkeypatch, "search.answering.locate.MOST_COMPARED", most)
    (best, *_) = locate(C[:20] + "某" + C[21:], ENGINE)
    assert best.id == DOCUMENTS["d1"].passages[2].id
    assert bool(best.difference) is told


OTHER = "这几句话在哪里都没有写过，只是为了让这段文字比那一段长，免得它被当作一句引文来看待，其余都不要紧。" * 2


@pytest.mark.parametrize(
    ("constant", "low", "high"),
    [
        ("STRETCH", 12, 40),
        ("LONG_STRETCH", 20, 60),
        ("MUCH_OF_TEXT", 0.1, 0.9),
        ("MOST_OF_PASSAGE", 0.3, 0.95),
    ],
)
def test_a_stretch_counts_from_its_least_length_on(monkeypatch: pytest.MonkeyPatch, constant: str, low: float, high: float) -> None:
    """Thirty characters of a passage in a long text are a stretch of it where that is long enough, for the text and for the passage."""
    for name, value in (("STRETCH", 12), ("LONG_STRETCH", 60), ("MUCH_OF_TEXT", 0.9), ("MOST_OF_PASSAGE", 0.95)):
        patch_constant(monkeypatch, f"search.answering.locate.{name}", value if constant != "STRETCH" else min(value, 12))
    if constant == "STRETCH":
        patch_constant(monkeypatch, "search.answering.locate.LONG_STRETCH", 12)
    quote = C[4:32] + OTHER
    wanted = DOCUMENTS["d1"].passages[2].id
    for value, found in ((low, True), (high, False)):
        patch_constant(monkeypatch, f"search.answering.locate.{constant}", value)
        matches = locate(quote, ENGINE)
        assert any(match.id == wanted and match.score >= 80 for match in matches) is found, value


@pytest.mark.parametrize(("gap", "whole"), [(6, True), (1, False)])
def test_a_few_other_characters_do_not_end_a_stretch(monkeypatch: pytest.MonkeyPatch, gap: int, whole: bool) -> None:
    """Four changed characters amid a stretch are bridged by a gap of six; by a gap of one the stretch ends there."""
    patch_constant(monkeypatch, "search.answering.locate.GAP", gap)
    patch_constant(monkeypatch, "search.answering.locate.LONG_STRETCH", 12)
    quote = f"{C[:18]}某某某某{C[22:]}{OTHER}"
    match = next(match for match in locate(quote, ENGINE) if match.id == DOCUMENTS["d1"].passages[2].id)
    assert (len(match.text) > 30) is whole


# --- sentences shared, words ------------------------------------------------------------------------------------------------


def shared(document_id: str) -> tuple[list[str], bool, list[tuple[int, int]]]:
    """The sentences a document shares, whether they are all, and for each how many places are named of how many."""
    summaries: dict[str, DocumentSummary] = {id_: summary(one) for id_, one in DOCUMENTS.items()}
    found = shared_sentences(DOCUMENTS[document_id], ENGINE, summaries)
    return [one.text for one in found.sentences], found.complete, [(len(one.others), one.total) for one in found.sentences]


def test_shared_sentences_that_are_not_all_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first document shares one sentence whole, A, with two others. Cut by sentences read or followed it says so; places not named are
    counted."""
    every, complete, counts = shared("d2")
    assert (every, complete, counts) == ([A, D], True, [(2, 2), (1, 1)])
    for constant, value, all_of_it in (("MOST_FOLLOWED", 1, False), ("MOST_FOLLOWED", 2, True), ("MOST_SENTENCES", 1, False)):
        with monkeypatch.context() as patch:
            patch_constant(patch, f"search.answering.shared.{constant}", value)
            found, complete, _counts = shared("d2")
            assert found == every[:value]
            assert complete is all_of_it
    patch_constant(monkeypatch, "search.answering.shared.PLACES", 1)
    assert shared("d2")[2] == [(1, 2), (1, 1)]


@pytest.mark.parametrize(("shortest", "found"), [(len(A) - 1, True), (len(A), False)])
def test_short_sentences_are_anybodys(monkeypatch: pytest.MonkeyPatch, shortest: int, found: bool) -> None:
    """A sentence is looked for from its least length on, its full stop left out."""
    patch_constant(monkeypatch, "search.answering.shared.SHORTEST", shortest)
    assert (A in shared("d2")[0]) is found


def test_words_from_so_many_characters_and_occurrences_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A word of two characters seen three times is told; with either bound raised by one it is not."""
    counted = wordlists.word_counts(["核桃和木耳"] * 3)
    assert counted["核桃"] == 3
    assert "核桃" in {one.word for one in wordlists.distinctive(counted, Counter({"超市": 9}), 10)}
    with monkeypatch.context() as patch:
        patch_constant(patch, "search.answering.wordlists.SEEN", 4)
        assert not wordlists.distinctive(counted, Counter({"超市": 9}), 10)
    patch_constant(monkeypatch, "search.answering.wordlists.SHORTEST", 3)
    assert not wordlists.word_counts(["核桃和木耳"] * 3)


# --- over a built library -----------------------------------------------------------------------------------------------------


PAIRS = [("密云区", "滦平县"), ("海淀区", "赤城县"), ("丰台区", "林西县")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three files of three paragraphs, all of which say who helps whom with how much."""
    folder = tmp_path_factory.mktemp("thresholds") / "in"
    folder.mkdir()
    for number, (giver, taker) in enumerate(PAIRS):
        lines = [
            f"{2017 + at}年，北京市{giver}结对帮扶{taker}，{giver}投入帮扶资金{number + 1}{at + 1}0万元，建设蘑菇大棚。" for at in range(3)
        ]
        (folder / f"{number}.txt").write_text(
            "\n\n".join([f"{giver}与{taker}结对", *lines, "蔬菜大棚增加了收入。" if number else "磨菇是蔬菜大棚里种的。"]), encoding="utf-8"
        )
    return folder


@pytest.fixture(scope="module")
def library(folder: Path) -> Iterator[Library]:
    """The library of the folder."""
    url = f"whoosh:{folder.parent / 'index'}"
    build([folder], url)
    with open_library(url) as opened:
        yield opened


@pytest.mark.parametrize("each", [1, 2, 4, 10**6])
def test_hits_gone_through_in_batches_are_those_of_the_list(library: Library, monkeypatch: pytest.MonkeyPatch, each: int) -> None:
    """An export reads its hits a batch at a time: whatever the size of a batch, and for every limit, they are the first of the list."""
    patch_constant(monkeypatch, "search.answering.searching.EACH", each)
    question = Question("大棚")
    expected = [hit.passage.id for hit in library.search(replace(question, size=100)).hits]
    assert len(expected) > 8
    for limit in (1, 2, 4, 5, 8, 1_000):
        found = list(library._open.searcher.each_hit(question, limit))  # what exports, feeds and words go through
        assert [hit.passage.id for hit in found] == expected[:limit]


@pytest.mark.parametrize(("few", "offered"), [(0, False), (1, True)])
def test_other_spellings_are_offered_below_few_hits(library: Library, monkeypatch: pytest.MonkeyPatch, few: int, offered: bool) -> None:
    """A question with a misspelled place that finds one passage: with more hits than the bound nothing is offered, with as many the place
    is."""
    patch_constant(monkeypatch, "search.answering.searching.FEW", few)
    answer = library.search(Question("滦坪县 OR 磨菇"))
    assert answer.total == 1
    assert any("滦平县" in one.text for one in answer.suggestions) is offered


def test_a_page_has_so_many_hits_at_most(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """The largest page is answered, one hit more is refused with the bound in the sentence."""
    patch_constant(monkeypatch, "search.answering.searching.MAX_SIZE", 3)
    assert len(library.search(Question("大棚", size=3)).hits) == 3
    with pytest.raises(BadRequest, match="3"):
        library.search(Question("大棚", size=4))


def test_a_filter_takes_so_many_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three values are taken, said twice too, a fourth is refused: none is dropped in silence."""
    patch_constant(monkeypatch, "search.question.MAX_VALUES", 3)
    years = ["2017", "2018", "2019"]
    assert Filters.read({"year": [*years, "2019"]}).values("year") == tuple(years)
    with pytest.raises(BadRequest, match="3"):
        Filters.read({"year": [*years, "2020"]})


def test_what_keeps_everything_out_is_named_up_to_a_number(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the filters that keep everything out the most telling ones are named."""
    question = Question("大棚", Filters.of(region=Choice(("青海省",)), year=Choice(("1999",))))
    every = library.search(question).culprits
    assert len(every) <= 1
    question = Question("大棚 青海省 西藏", Filters.of(year=Choice(("1999",))))
    every = library.search(question).culprits
    patch_constant(monkeypatch, "search.answering.searching.MOST_CULPRITS", 1)
    assert library.search(question).culprits == every[:1]


def test_related_passages_are_found_by_the_rarest_words(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """By one word too, what is related is in other documents, and by none nothing is."""
    id_ = library.search(Question("蔬菜大棚")).hits[0].passage.id
    every = library.related(id_)
    for words in (1, 0):
        patch_constant(monkeypatch, "search.answering.searching.RARE_WORDS", words)
        some = library.related(id_)
        assert bool(some) is bool(words)
        assert {hit.document.id for hit in some} <= {hit.document.id for hit in every} or len(every) == 5


def test_evidence_shown_does_not_change_what_is_said_of_a_pair(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one clause shown for each pair its beginning, years, kinds and number of clauses are those of all of them."""
    every = library.relations(Question())
    assert any(len(one.evidence) > 1 for one in every.rows)
    patch_constant(monkeypatch, "search.answering.records._EVIDENCE", 1)
    few = library.relations(Question())
    assert [replace(one, evidence=()) for one in few.rows] == [replace(one, evidence=()) for one in every.rows]
    assert all(len(one.evidence) == 1 for one in few.rows)
    assert (few.total, few.said) == (every.total, every.said)


def test_answers_cut_short_keep_their_total(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one answer shown, the number of pairs and of amounts is that of all."""
    asked = ("北京帮扶哪些县", "北京市投入多少资金")
    every = [library.told(text) for text in asked]
    patch_constant(monkeypatch, "search.answering.records._MOST_ANSWERS", 1)
    for text, whole in zip(asked, every, strict=True):
        few = library.told(text)
        assert whole is not None
        assert few is not None
        assert few.total == whole.total > 1
        assert len(few.relations) + len(few.figures) == 1
        assert whole.relations[:1] == few.relations


def test_amounts_that_were_not_all_read_say_so(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are as many amounts as are read the answer is whole, with one more it says that it is not."""
    amounts = library.figures(Question(filters=Filters.read({"region": "北京市"})), unit="CNY", per="total").total
    assert amounts > 1
    for most in (amounts, amounts - 1):
        patch_constant(monkeypatch, "search.answering.records._MOST_READ", most)
        told = library.told("北京市投入多少资金")
        assert told is not None
        assert told.complete is (most == amounts)


def test_a_long_clause_is_cut_with_a_mark(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A quote as long as the bound stays whole, one character more and it ends in an ellipsis within the bound."""
    quotes = [one.quote for one in library.figures(Question()).rows]
    longest = max(map(len, quotes))
    for bound in (longest, longest - 1):
        patch_constant(monkeypatch, "search.answering.records._QUOTE_LONGEST", bound)
        cut = [one.quote for one in library.figures(Question()).rows]
        assert (cut == quotes) is (bound == longest)
        assert all(len(one) <= bound for one in cut)
        assert all(one == whole or (one.endswith("…") and whole.startswith(one[:-1])) for one, whole in zip(cut, quotes, strict=True))


def test_what_is_new_does_not_depend_on_how_it_is_asked_for(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the engine is asked for the changed documents alone or for everything, the same hits come in the same order."""
    for question in (Question("大棚"), Question("大棚", Filters.read({"document": library.documents()[0].id})), Question()):
        found = []
        for most in (10**6, 0):
            patch_constant(monkeypatch, "search.answering.newest.MOST_DOCUMENTS", most)
            found.append(library.newest(question).hits)
        assert found[0] == found[1]
        assert found[0]


def test_a_very_long_quote_is_cut_not_refused(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A quote longer than the bound is found by its beginning."""
    quote = "北京市密云区结对帮扶滦平县"
    expected = library.locate(quote)
    assert expected
    patch_constant(monkeypatch, "search.answering.library_documents.LONGEST_QUOTE", len(quote))
    assert library.locate(quote + "，以下的字都不看。") == expected
