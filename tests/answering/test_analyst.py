"""The ten questions of an analyst, with their answers from the seeds: each in one line, with the clause that says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from search import Library, build, open_library
from search.labels.gazetteer import gazetteer
from search.labels.region.tables import tables
from search.labels.relation.table import relation_table
from search.model import Party, Passage
from search.results import Filters, Question, Told

ASKED = [
    ("谁帮助赤城县", "海淀区"),
    ("谁帮扶滦平县", "密云区"),
    ("密云帮扶哪些县", "滦平县"),
    ("海淀区帮扶哪些县", "赤城县"),
    ("丰台什么时候开始帮扶林西", "1996"),
    ("海淀区和赤城县什么时候结对", "2016"),
    ("北京2018年投入多少", "65.16亿元"),
    ("密云区投入多少资金", "9801万元"),
    ("北京市对赤城县投入多少钱", "3311万元"),
    ("丰台区给林西县捐了多少钱", "450万元"),
]


IN_OTHER_WORDS = [
    ("赤城县由谁帮扶", "海淀区"),
    ("赤城县是谁对口帮扶的", "海淀区"),
    ("赤城县的帮扶单位是谁", "海淀区"),
    ("哪个区帮助赤城县？", "海淀区"),
    ("谁在帮扶滦平", "密云区"),
    ("滦平县和谁结对", "密云区"),
    ("对口帮扶滦平县的是哪个区", "密云区"),
    ("密云区对口帮扶的有哪些地方", "滦平县"),
    ("密云的帮扶对象有哪些", "滦平县"),
    ("密云和哪些县结对", "滦平县"),
    ("哪些县由密云帮扶", "滦平县"),
    ("海淀帮了哪里", "赤城县"),
    ("丰台哪一年开始帮扶林西", "1996"),
    ("什么时候丰台开始支援林西", "1996"),
    ("丰台帮扶林西多少年了", "1996"),
    ("丰台帮扶林西是什么时候开始的", "1996"),
    ("海淀和赤城何时建立结对关系", "2016"),
    ("2018年北京投入了多少钱", "65.16亿元"),
    ("北京在2018年总共投入多少资金？", "65.16亿元"),
    ("密云区一共拿出多少钱", "9801万元"),
    ("丰台区向林西县捐赠了多少", "450万元"),
]
NOT_SAID = ["谁帮助龙山县", "无锡帮扶哪些县", "珠海什么时候开始帮扶怒江", "青岛2019年投入多少钱"]


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    """The five seeds."""
    build(["seeds"], "memory:analyst")
    with open_library("memory:analyst") as opened:
        yield opened


def answers(told: Told) -> dict[str, str]:
    """What is told, each with the clause that says it."""
    said: dict[str, str] = {}
    for row in told.relations:
        names = (row.supporter.rpartition("/")[2], row.recipient.rpartition("/")[2], str(row.since or ""))
        said |= dict.fromkeys(names, row.evidence[0].quote)
    return said | {row.figure.text: row.quote for row in told.figures}


@pytest.mark.parametrize("question", NOT_SAID)
def test_what_is_not_in_the_collection_is_said_to_be_missing(library: Library, question: str) -> None:
    """A question about places that no record names is understood, and answered with nothing rather than with something else."""
    told = library.told(question)
    assert told is not None
    assert told.total == 0
    assert not told.relations
    assert not told.figures


@pytest.mark.parametrize("text", ["赤城县", "帮扶资金", "谁知道", "密云区帮扶工作总结", "多少", "消费扶贫 密云"])
def test_other_texts_are_no_questions(library: Library, text: str) -> None:
    """Words that ask nothing of the records get no line."""
    assert library.told(text) is None


@pytest.mark.parametrize(("question", "answer"), [*ASKED, *IN_OTHER_WORDS])
def test_a_question_is_answered_in_one_line(library: Library, question: str, answer: str) -> None:
    """The answer is among the first that the line above the hits shows, and its clause has it."""
    told = library.told(question)
    assert told is not None
    said = answers(told)
    assert answer in said
    assert answer.isdigit() or answer.rstrip("县区市") in said[answer]  # a beginning may be a neighbouring clause's


def test_numbers_of_people_are_asked_for(library: Library) -> None:
    """How many came to work is one query away: a condition on figures beside the words, which filters the figures too."""
    table = library.figures(Question("来京就业 人数>1000"))
    assert "1204人" in {row.figure.text for row in table.rows}
    assert all(row.figure.value > 1000 and row.figure.unit == "人" for row in table.rows)


STANDING_IN = frozenset(word for key in ("place", "there", "both") for word in relation_table().pronouns[key])


def named(party: Party, passage: Passage) -> bool:
    """Whether the words of a passage name this side: its place or one above it, a locality that the passage's labels know, the unit, or
    two places at once (京蒙), whom 援疆 is for, or a pronoun for a place that it names elsewhere (两地)."""
    said = passage.text[party.start : party.end]
    pair = tables().pairs.get(said)
    if pair is not None and party.place in (*pair.supporters, *pair.recipients):
        return True
    if passage.text[party.start - 1 : party.start] == "援" and relation_table().aided.get(said) == party.place:
        return True
    if any(label.path == party.place and (party.start, party.end) in label.evidence for label in passage.regions):
        return True
    if party.unit:
        return said.endswith(party.name.rpartition("/")[2]) or said in party.name
    if said in STANDING_IN:
        return any(f"{label.path}/".startswith(f"{party.place}/") and label.evidence for label in passage.regions)
    found = [one for at in range(len(said)) for one in gazetteer().lookup(said[at:])]
    return any(party.place.startswith(one.path) or one.path.startswith(party.place) for one in found)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_no_cell_opens_on_a_passage_that_does_not_say_so(library: Library, level: int) -> None:
    """Every clause behind every cell of who helps whom names both sides where it says it does."""
    table = library.pairs(Question(), level=level)
    seen = 0
    for (supporter, _), row in zip(table.supporters, table.cells, strict=True):
        for (recipient, _), count in zip(table.recipients, row, strict=True):
            if not count:
                continue
            view = Question(filters=Filters.read({"supporter": supporter, "recipient": recipient}))
            clauses = library.clauses(view)
            assert clauses.total == len(clauses.rows) >= count
            for clause in clauses.rows:
                passage = library.passage(clause.passage_id).passage
                assert passage is not None
                assert clause.quote.rstrip("…") in passage.text
                for party in (clause.relation.supporter, clause.relation.recipient):
                    assert named(party, passage), (clause.quote, party)
                    seen += 1
    assert seen
