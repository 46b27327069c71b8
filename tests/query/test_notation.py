"""Other writings of amounts and dates, and what a question asks for."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query import expand, interrogative, notation, spelling
from search.query.parse import parse
from search.query.score import positive_terms
from search.text import pinyin
from tests.planned import plan

CASES = {
    "98010000": {"9801万", "0.9801亿"},
    "1亿元": {"10000万元", "100000000元"},
    "0.9801亿": {"9801万", "98010000"},
    "3万元": {"30000元"},
    "12.5万人": {"125000人"},
}


@pytest.mark.parametrize(("form", "others"), CASES.items())
def test_amounts_in_other_writings(form: str, others: set[str]) -> None:
    """The same amount in 万, in 亿 and in digits."""
    assert others <= set(notation.amount_runs(form))


@pytest.mark.parametrize("form", ["2020年", "20200819", "2020-08-19", "第3万", "9999", "0031", "1.2.3万"])
def test_what_is_no_amount_stays(form: str) -> None:
    """Years, dates, numbers below 万 and numbers inside other things are not rewritten as something else."""
    assert not any(run.startswith(("0.202", "2.02")) and "年" in run for run in notation.amount_runs(form))
    if not form.isdigit() or len(form) < 5:
        assert list(notation.amount_runs(form)) == []


@given(st.integers(10_000, 10**12))
def test_every_writing_is_the_same_amount(value: int) -> None:
    """Whatever the amount, each other writing of it has its value."""
    scales = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12}
    for run in notation.amount_runs(f"{value}元"):
        found = re.fullmatch(r"([0-9.]+)(万亿|亿|万)?元", run)
        assert found is not None
        assert round(float(found[1]) * scales[found[2] or ""]) == value


def test_days_are_read_and_written() -> None:
    """A day by digits is the day by 年月日; what is no day is none."""
    day = notation.day_of("2020-08-19")
    assert day == notation.Day(2020, 8, 19) == notation.day_of("2020年8月19日") == notation.day_of("2020/8/19")
    assert {"2020年8月19日", "2020-8-19", "二〇二〇年八月十九日"} <= set(notation.day_runs(day))
    assert notation.short_run(day) == "8月19日"
    assert notation.day_of("2020-18-19") is None
    assert notation.day_of("5-10") is None


@pytest.mark.parametrize(
    ("text", "name"),
    [("投入了多少资金", "number"), ("何时结对", "date"), ("帮扶哪些县", "list"), ("谁帮助南河县", "other"), ("南河县的蘑菇", None)],
)
def test_kinds_of_questions(text: str, name: str | None) -> None:
    """The first cue of the table says what is asked."""
    kind = interrogative.asked(text)
    assert (kind.name if kind else None) == name
    if kind:
        assert kind.cue.search(interrogative.without_cues(text)) is None


@pytest.mark.parametrize("text", ["京蒙", "1亿元", "来京就业1204人", "密云什么时候脱贫"])
def test_loose_words_do_not_make_up_a_term(text: str) -> None:
    """Single characters, numbers apart from their unit and questions are not looked for word by word."""
    (term,) = positive_terms(plan(parse(text)).plan)
    assert not term.words


def test_compounds_are_said_otherwise() -> None:
    """A compound is said with another word for one of its parts."""
    assert "线上销售" in dict(expand.synonyms("网上卖货"))


@pytest.mark.parametrize(
    ("words", "letters"),
    [(["mi", "yun"], "miyun"), (["Miyun", "District"], "miyun"), (["Inner", "Mongolia"], "innermongolia"), (["mi", "云"], None)],
)
def test_latin_letters_are_put_together(words: list[str], letters: str | None) -> None:
    """Pinyin with spaces, and English names with or without their level."""
    assert spelling.in_letters(words) == letters


def test_english_names() -> None:
    """A name that is not the pinyin of the Chinese one is known."""
    assert [guess.text for guess in spelling.guesses(["innermongolia"], lambda runs: [1] * len(runs))["innermongolia"]] == ["内蒙古"]


def test_two_characters_are_guessed_by_sound_alone() -> None:
    """A short unknown word is not taken for another that only looks or nearly sounds like it."""
    everything = lambda runs: [1] * len(runs)  # noqa: E731
    for form in ("鲁甘", "京蒙"):
        for guess in spelling.guesses([form], everything).get(form, ()):
            assert pinyin.spellings(guess.text)[0] == pinyin.spellings(form)[0]
