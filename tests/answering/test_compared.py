"""Figures held against each other: what is said twice, what is part of another, what cannot both be so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from search import Library, build, open_library
from search.answering.compared import compare, is_part
from search.model import Figure, Qualifier
from search.results import FigureRow, Filters, Question
from tests.house.constants import patch_constant


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    """The five seeds."""
    build(["seeds"], "memory:compared")
    with open_library("memory:compared") as opened:
        yield opened


def row(passage: str, value: float, subject: str = "帮扶资金", quote: str = "累计投入帮扶资金", **more: object) -> FigureRow:
    """A figure of a county in two years, in a clause."""
    told = {"years": (2018, 2019), "regions": ("甲省/乙市/丙县",), **more}
    figure = Figure(f"{value:g}元", value, "CNY", 0, 1, subject=subject, **told)  # type: ignore[arg-type]
    return FigureRow(figure, passage, "d", "题", f"{quote}{value:g}元")


def contradicted(*rows: FigureRow) -> bool:
    """Whether any two of the rows are said to contradict each other."""
    return bool(compare(rows, complete=True).contradictions)


def test_two_tellings_of_one_sum_contradict_each_other() -> None:
    """Sums of one thing, time and place in two passages that differ by more than rounding stand side by side; either place may be wider."""
    assert contradicted(row("a", 109.0), row("b", 114.0, "两级帮扶资金"))
    assert contradicted(row("a", 109.0), row("b", 114.0, regions=("甲省/乙市/丙县", "丁市")))


@pytest.mark.parametrize(
    "other",
    [
        row("b", 109.5),
        row("b", 400.0),
        row("a", 114.0),
        row("b", 114.0, "销售额"),
        row("b", 114.0, years=(2019,)),
        row("b", 114.0, years=()),
        row("b", 114.0, regions=("丁市",)),
        row("b", 114.0, qualifier=Qualifier.AT_LEAST),
        row("b", 114.0, per="户"),
        row("b", 114.0, change=""),
    ],
)
def test_other_things_times_and_places_do_not(other: FigureRow) -> None:
    """Roundings, parts, sums of the same passage, of another thing, year or place, floors, rates and changes are no contradiction."""
    assert not contradicted(row("a", 109.0), other)


def test_repetitions_and_parts_are_counted() -> None:
    """The same sum in two passages is named, and so is every sum that its clause calls a part."""
    found = compare([row("a", 5.0), row("b", 5.0), row("c", 7.0, quote="其中财政投入帮扶资金")], complete=False)
    assert [len(group) for group in found.repeated] == [2]
    assert found.parts == 1
    assert not found.complete
    assert is_part(row("a", 1.0, quote="其中"))
    assert not is_part(row("a", 1.0, quote="在其中的一个村，投入"))


def test_the_seeds_contradiction_is_found(library: Library) -> None:
    """Two sums for the same three years, one of all aid and one of industry alone, of which the part is the greater, stand side by side."""
    table = library.figures(Question(), unit="CNY", per="total", compared=True)
    assert table.compared is not None
    pairs = {frozenset((one.figure.value, other.figure.value)) for one, other in table.compared.contradictions}
    assert frozenset((1.09e8, 1.14e8)) in pairs


def test_sums_by_year_are_of_totals_of_one_year(library: Library) -> None:
    """Each year's sum is what its figures of one unit add up to that are totals and of that year alone."""
    table = library.figures(Question(), unit="CNY", per="total", compared=True)
    for year, (count, total) in table.yearly.items():
        own = [one.figure.value for one in table.rows if one.figure.years == (year,)]
        assert len(own) == count
        assert sum(own) == pytest.approx(total)


@pytest.mark.parametrize("name", ["region", "year", "program"])
def test_facets_beside_figures_count_figures(library: Library, name: str) -> None:
    """The count beside a value is the number of figures that choosing it gives; with a choice already, that of adding it."""
    question = Question("帮扶")
    values = library.figures(question, unit="CNY", facets=True, limit=0).facets[name]
    assert values
    for value in values[:6]:
        chosen = question.filtered(Filters.read({name: value.value}))
        assert library.figures(chosen, unit="CNY", limit=0).total == value.count
    first, second = values[0].value, values[1].value
    begun = question.filtered(Filters.read({name: first}))
    added = library.adding_figures(begun, name, unit="CNY", per=None, minimum=None, maximum=None)(second)
    assert added == library.figures(question.filtered(Filters.read({name: [first, second]})), unit="CNY", limit=0).total


def test_too_many_to_read_is_said(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are more totals than are read, the comparison says that it is not of all; where there are as many, it is."""
    patch_constant(monkeypatch, "search.answering.compared.MOST_READ", 3)
    table = library.figures(Question(), unit="CNY", per="total", compared=True)
    assert table.compared is not None
    assert not table.compared.complete
    patch_constant(monkeypatch, "search.answering.compared.MOST_READ", table.total)
    table = library.figures(Question(), unit="CNY", per="total", compared=True)
    assert table.compared is not None
    assert table.compared.complete
