"""How often answering crosses the port: an engine may be another machine, so things of a kind are asked together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from search.answering import opened
from search.answering.library import Library, open_library
from search.building.build import build
from search.engine.choice import open_engine
from search.question import Filters, Question

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
FREE = {"manifest", "statistics"}
"""Known since the opening."""
ONE = "消费扶贫"
FOUR = "残疾人 招聘会 大棚 蘑菇"
FIFTEEN = "对口支援西藏的教育人才有哪些呢"
OFFERING = "消费扶贫 密云 2019年 就业"
SENTENCE = "今年以来两地干部职工积极参与消费扶贫活动通过线上线下等多种方式帮助贫困群众销售农产品取得了明显成效"

Asking = Callable[[], tuple[Library, Counter[str]]]


class Counted:
    """An engine that counts what is asked of it."""

    def __init__(self, engine: Any, asked: Counter[str]) -> None:
        self._engine, self._asked = engine, asked

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._engine, name)
        if not callable(found) or name in FREE:
            return found

        def counting(*args: Any, **named: Any) -> Any:
            self._asked[name] += 1
            return found(*args, **named)

        return counting


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The seeds, built once."""
    url = f"whoosh:{tmp_path_factory.mktemp('rounds') / 'index'}"
    build([SEEDS], url)
    return url


@pytest.fixture
def asking(url: str, monkeypatch: pytest.MonkeyPatch) -> Asking:
    """A library that has answered nothing yet, and the calls it makes from now on."""

    def fresh() -> tuple[Library, Counter[str]]:
        asked: Counter[str] = Counter()
        monkeypatch.setattr(opened, "open_engine", lambda url: Counted(open_engine(url), asked))
        library = open_library(url)
        library.search("")
        asked.clear()
        return library, asked

    return fresh


@pytest.mark.parametrize("text", [ONE, FOUR, FIFTEEN, SENTENCE, OFFERING], ids=["one", "four", "fifteen", "sentence", "offers"])
def test_planning_takes_two_rounds(asking: Asking, text: str) -> None:
    """What occurs and how much it finds are asked once each, however many words and offers there are; a question that finds little asks
    for what is near to it besides, once."""
    library, asked = asking()
    answer = library.search(text)
    assert asked["present"] == asked["counts"] == asked["summaries"] == 1
    assert asked["contains"] == asked["nearest"] == bool(answer.also or answer.query.relaxed)
    assert asked["search"] == 1 + bool(answer.also)
    assert sum(asked.values()) <= 7


def test_a_word_that_occurs_nowhere_takes_two_rounds_more(asking: Asking) -> None:
    """All that a misspelled word may have been meant as is asked in one call, and what that finds in another."""
    library, asked = asking()
    answer = library.search("消费付贫")
    assert answer.query.relaxed == "spelling"
    assert asked["contains"] == 1 + bool(asked["nearest"])
    assert asked["counts"] == 2
    assert sum(asked.values()) <= 9


def test_a_second_page_asks_for_nothing_but_its_hits(asking: Asking) -> None:
    """Plans are kept: the next page, or another filter, is one search, and the documents that were not seen yet."""
    library, asked = asking()
    library.search("扶贫", size=5)
    asked.clear()
    library.search("扶贫", size=5, page=2)
    assert asked["search"] == 1
    assert sum(asked.values()) <= 2


def test_many_totals_are_one_question(asking: Asking) -> None:
    """Twenty totals are planned and counted together, and are those of the questions one by one."""
    library, asked = asking()
    words = ("扶贫", "密云", "就业", "培训", "医院", "学校", "蘑菇", "大棚", "企业", "干部")
    questions = [Question(f"{a} {b}", Filters.read({"year": "2019"})) for a in words[:4] for b in words[5:]]
    totals = library.totals(questions)
    assert asked["present"] <= 1
    assert asked["counts"] <= 2 + sum(1 for total in totals if not total)
    assert any(totals)
    fresh, _ = asking()
    assert totals == [fresh.count(question) for question in questions]


def test_suggestions_are_counted_together(asking: Asking) -> None:
    """What is offered while one types is counted in one round."""
    library, asked = asking()
    assert library.suggest("扶")
    assert asked["present"] == asked["counts"] == 1


def test_the_way_back_from_a_document_reads_no_list(asking: Asking) -> None:
    """The hits before and after one are asked for by its id, not looked for in a list of a thousand passages."""
    library, asked = asking()
    question = Question("扶贫")
    ids = [hit.passage.id for hit in library.search(question).hits]
    asked.clear()
    assert library.neighbours(question, ids[3]) == (ids[2], ids[4], 4)
    assert asked == {"around": 1}
