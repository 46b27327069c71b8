"""Conditions on figures: read in every spelling, written one way, and bounded where people mean bounds."""

from __future__ import annotations

from decimal import Decimal
from math import inf, nextafter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.model import Figure
from search.query.describe import canonical, describe
from search.query.measure import amount_of, kinds
from search.query.parse import parse
from search.query.plan import Measure, Tier
from search.query.syntax import Conjunction, Measured, Negation, QueryNode, Word
from tests.planned import plan


def root(text: str) -> QueryNode | None:
    """The tree of a query."""
    return parse(text).root


MILLIONS = Measured("资金", "CNY", Decimal(10_000_000), None, strict=True)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("资金>1000万元", MILLIONS),
        ("资金＞1000万", MILLIONS),
        ("金额>0.1亿元", MILLIONS),
        ("money>10000000", MILLIONS),
        ("资金>一千万元", MILLIONS),
        ("资金≥1000万元", Measured("资金", "CNY", Decimal(10_000_000), None)),
        ("资金<=50万美元", Measured("资金", "USD", None, Decimal(500_000))),
        ("人数:1000-5000", Measured("人数", "人", Decimal(1000), Decimal(5000))),
        ("人数：1000—5000人", Measured("人数", "人", Decimal(1000), Decimal(5000))),
        ("资金:3-5亿元", Measured("资金", "CNY", Decimal(300_000_000), Decimal(500_000_000))),
        ("资金:9801万元", Measured("资金", "CNY", Decimal(98_010_000), Decimal(98_010_000))),
        ("增长>12.5%", Measured("增长", "%", Decimal("12.5"), None, strict=True)),
        ("数据:500亩至600亩", Measured("数据", "亩", Decimal(500), Decimal(600))),
    ],
)
def test_a_condition_is_read_in_every_notation(text: str, wanted: Measured) -> None:
    """Signs and numbers may be written as people write them."""
    assert root(text) == wanted


@pytest.mark.parametrize("text", ["资金>很多", "人数>100户", "资金：由财政拨付", "人数:", "资金>", "总资金>1000万元"])
def test_what_is_no_condition_is_text(text: str) -> None:
    """A value that is no amount, or of another unit, leaves the words as they are."""
    assert isinstance(root(text), Word)


def test_a_reversed_range_is_turned_and_said() -> None:
    """A range whose ends stand the wrong way round is searched from the less to the more, with a remark."""
    query = parse("人数:5000-1000")
    assert query.root == Measured("人数", "人", Decimal(1000), Decimal(5000))
    assert [note.code for note in query.notes] == ["reversed-range"]


def test_conditions_stand_beside_terms() -> None:
    """They can be combined, excluded and grouped as any other term."""
    assert root("扶贫车间 资金>1000万元") == Conjunction((Word("扶贫车间"), MILLIONS))
    assert root("-资金>1000万元") == Negation(MILLIONS)
    assert root("(资金>1000万元)") == MILLIONS


amounts = st.one_of(st.integers(0, 10**12).map(Decimal), st.decimals(0, 10**6, places=2))
conditions = st.builds(
    lambda name, low, more, shape, strict: Measured(
        name, kinds()[name].unit,
        None if shape == "most" else low,
        None if shape == "least" else low + (more if shape == "range" else 0),
        strict=strict and shape != "range",
    ),
    st.sampled_from(sorted({kind.name for kind in kinds().values()})), amounts, amounts, st.sampled_from(("least", "most", "range")),
    st.booleans(),
)  # fmt: skip


@given(conditions)
def test_the_canonical_writing_reads_back(node: Measured) -> None:
    """`parse(canonical(q)) == parse(q)` holds of conditions, in words of both languages too."""
    query = parse(canonical(parse(canonical(type(parse(""))(node)))))
    assert query.root == node
    assert describe(query, "zh")
    assert describe(query, "en")


def test_a_word_that_looks_like_a_condition_can_be_meant() -> None:
    """An escaped condition is a word, and stays one in its canonical writing."""
    query = parse("\\资金>1000万元")
    assert query.root == Word("资金>1000万元")
    assert parse(canonical(query)) == query


def figure(value: float, unit: str = "CNY", per: str | None = None, change: str | None = None) -> Figure:
    """A figure of this value."""
    return Figure("", value, unit, 0, 0, per=per, change=change)


def test_bounds_are_what_the_sign_says() -> None:
    """More than a million leaves a million out, at least lets it in; rates and changes are no totals."""
    more, least = plan(parse("资金>100万元")).plan, plan(parse("资金>=100万元")).plan
    assert more == Measure("CNY", nextafter(1e6, inf), inf, "total")
    assert least == Measure("CNY", 1e6, inf, "total")
    assert not more.holds(figure(1e6))
    assert least.holds(figure(1e6))
    assert more.holds(figure(1_000_001))
    assert not least.holds(figure(2e6, per="县"))
    assert not least.holds(figure(2e6, change=""))
    assert not least.holds(figure(2e6, "人"))
    growth = plan(parse("增长>10%")).plan
    assert isinstance(growth, Measure)
    assert growth.holds(figure(12, "%", change=""))
    assert not growth.holds(figure(12, "%"))


SUM = 98_010_000.0


@pytest.mark.parametrize("form", ["98010000", "9801万", "0.9801亿元", "九千八百零一万", "9801万元"])
def test_a_sum_is_meant_in_any_notation(form: str) -> None:
    """Every writing of a sum means figures of its value."""
    exact = amount_of(form)[0]
    assert (exact.low, exact.high, exact.tier) == (SUM, SUM, Tier.EXACT)


def test_a_rounded_sum_means_what_it_is_a_rounding_of() -> None:
    """0.98亿 means 9801万 too, in a lower tier; a sum without decimals is no rounding, so that 1亿 does not mean 1.4亿."""
    rounded = amount_of("0.98亿")[-1]
    assert rounded.tier is Tier.RELAXED
    assert rounded.low <= SUM < rounded.high == 98_500_000
    assert not any(one.low <= 97_400_000 <= one.high for one in amount_of("0.98亿"))
    assert [one.tier for one in amount_of("1亿元")] == [Tier.EXACT]


@pytest.mark.parametrize("form", ["2019年", "2019", "扶贫", "1204人", "十多万元", "00012345", "3月15日"])
def test_years_days_and_small_numbers_are_words(form: str) -> None:
    """What is no amount, or is written in one way only, stays a word."""
    assert amount_of(form) == ()
