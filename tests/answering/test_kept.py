"""What a library keeps at hand is a matter of speed alone: with hardly any of it, and with much, the answers are the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from search import build, open_library
from search.results import Filters, Question
from tests.house.constants import patch_constant

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
QUESTIONS = [
    Question(text, filters)
    for text in ("消费扶贫", "密云 就业", "消费付贫", "2019年 滦平 培训", "没有的词语", "")
    for filters in (Filters(), Filters.read({"year": "2019"}), Filters.read({"region": "河北省"}))
]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The seeds, built once."""
    url = f"whoosh:{tmp_path_factory.mktemp('kept') / 'index'}"
    build([SEEDS], url)
    return url


@pytest.mark.parametrize(
    "constant", ["search.answering.plans.KEPT", "search.answering.opened.SUMMARIES_KEPT", "search.answering.opened.DECODED"]
)
def test_answers_do_not_depend_on_what_is_kept(url: str, monkeypatch: pytest.MonkeyPatch, constant: str) -> None:
    """Plans, summaries and documents that are forgotten at once are made again, alike."""
    with open_library(url) as library:
        expected = [(library.search(question), library.count(question)) for question in QUESTIONS]
    patch_constant(monkeypatch, constant, 1)
    with open_library(url) as library:
        for question, (answer, total) in zip(QUESTIONS, expected, strict=True):
            assert library.search(question) == answer
            assert library.count(question) == total
        assert library.totals(QUESTIONS) == [total for _, total in expected]


def test_what_is_near_is_shown_below_few_hits_and_not_below_more(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one hit less than `FEW` the nearest passages stand below, with `FEW` hits nothing does; the hits are the same."""
    question = Question("消费扶贫 协作")
    with open_library(url) as library:
        total = library.count(question)
    assert total > 1
    shown = {}
    for few in (total, total + 1):
        patch_constant(monkeypatch, "search.query.planner.FEW", few)
        with open_library(url) as library:
            shown[few] = library.search(replace(question, size=100))
    below, above = shown[total + 1], shown[total]
    assert (above.total, below.total) == (total, total)
    assert above.also == 0
    assert below.also > 0
    assert below.hits[: below.first_also] == above.hits
