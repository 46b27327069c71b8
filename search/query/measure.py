"""Conditions on figures in a query: 资金>1000万元, 人数:1000-5000, and a bare amount in any notation."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from math import inf, nextafter
from pathlib import Path

from search.labels.figure.grammar import figure_table
from search.labels.figure.number import Number, plain_form, read_number
from search.query.plan import Measure, Tier
from search.query.syntax import Measured

_TABLE = Path(__file__).parent / "data" / "measures.toml"
_SIGNS = str.maketrans({"≥": ">=", "≧": ">=", "≤": "<=", "≦": "<=", "＞": ">", "＜": "<", "＝": "=", "：": ":"})
_SIGN = "[>＞][=＝]?|[<＜][=＝]?|[≥≧≤≦=＝:：]"
_RANGE = re.compile(r" ?(?:[-—–~～]{1,2}|[至到]) ?")
_YEARLIKE = re.compile("[年月日号]|世纪")
_EXACT_FROM = 10_000
"""A bare number below so much is a word like others: nobody writes it otherwise."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be asked for: its canonical name, unit and nature."""

    name: str
    unit: str
    nature: str


@cache
def kinds() -> dict[str, Kind]:
    """What can be asked for, by every name it has."""
    with _TABLE.open("rb") as file:
        rows = tomllib.load(file)["measure"]
    return {name: Kind(row["names"][0], row["unit"], row["nature"]) for row in rows for name in row["names"]}


@cache
def opening() -> re.Pattern[str]:
    """A name and a sign, and the rest up to a blank."""
    names = "|".join(sorted(map(re.escape, kinds()), key=len, reverse=True))
    return re.compile(rf"(?P<name>{names})(?P<sign>{_SIGN})(?P<value>[^\s()（）]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Condition:
    """What a condition says, and whether its bounds stood the wrong way round."""

    node: Measured
    reversed: bool = False


def read_condition(name: str, sign: str, value: str) -> Condition | None:
    """The condition; None where the value is no amount, or is of another unit than the name."""
    kind, sign = kinds()[name.lower()], sign.translate(_SIGNS)
    bounds = _range(value) if sign in ":=" else None
    if bounds is not None:
        (first, one), (last, other) = bounds
        unit = _unit_of(kind, other or one)
        if unit is None or (one and other and one != other):
            return None
        return Condition(Measured(kind.name, unit, min(first, last), max(first, last)), first > last)
    single = _amount(value)
    if single is None:
        return None
    number, said = single
    unit = _unit_of(kind, said)
    if unit is None:
        return None
    amount = number.low
    low = amount if sign in (">", ">=", ":", "=") else None
    high = amount if sign in ("<", "<=", ":", "=") else None
    return Condition(Measured(kind.name, unit, low, high, strict=sign in "<>"))


def _range(value: str) -> tuple[tuple[Decimal, str], tuple[Decimal, str]] | None:
    """The two ends of a range with the unit each says; 3-5万 counts both in 万."""
    plain = plain_form(value)
    first = _read(plain, 0)
    if first is None:
        return None
    one, end, said = first
    dash = _RANGE.match(plain, end)
    second = _read(plain, dash.end()) if dash else None
    if second is None or second[1] != len(plain):
        return None
    other, _, unit = second
    low = one.low * other.factor if not one.times and not said and other.times and one.low * other.factor <= other.low else one.low
    return (low, said), (other.low, unit)


def _amount(value: str) -> tuple[Number, str] | None:
    plain = plain_form(value)
    found = _read(plain, 0)
    return (found[0], found[2]) if found is not None and found[1] == len(plain) else None


def _read(plain: str, at: int) -> tuple[Number, int, str] | None:
    """The number at a place with its end and the unit after it ("" for none)."""
    if at >= len(plain):
        return None
    number, end = read_number(plain, at)
    if number is None or number.open or number.about or number.low != number.high:
        return None
    unit = figure_table().unit.match(plain, end)
    return (number, unit.end(), figure_table().units[unit.group().strip()]) if unit else (number, end, "CNY" if number.money else "")


def _unit_of(kind: Kind, said: str) -> str | None:
    """The unit that is meant; None where the one said cannot be."""
    if not said or said == kind.unit:
        return kind.unit
    money = {"CNY", *figure_table().currencies.values()}
    return said if not kind.unit or (kind.unit == "CNY" and said in money) else None


def plan_of(node: Measured) -> Measure:
    """The plan of a condition."""
    low = -inf if node.low is None else float(node.low)
    high = inf if node.high is None else float(node.high)
    if node.strict:
        low, high = (nextafter(low, inf), high) if node.high is None else (low, nextafter(high, -inf))
    return Measure(node.unit, low, high, kinds()[node.name].nature)


def written(node: Measured) -> str:
    """The canonical writing: `资金>=1000万元`, `人数:1000-5000人`, `数据:5-10亩`."""
    unit = _written_unit(node.unit)
    low, high = (None if end is None else _spelled(end) for end in (node.low, node.high))
    if low is not None and high is not None:
        return f"{node.name}:{low if low == high else f'{low}-{high}'}{unit}"
    sign = (">" if low is not None else "<") + ("" if node.strict else "=")
    return f"{node.name}{sign}{low if low is not None else high}{unit}"


def said(measure: Measure) -> str:
    """A value, or a range of values, as people write it: 数值 9801万, 数值 9750万–9850万."""
    low, high = (_spelled(Decimal(repr(end))) for end in (measure.low, measure.high))
    return f"数值 {low}" if measure.low == measure.high else f"数值 {low}–{high}"


def _spelled(value: Decimal) -> str:
    scale, name = next((one for one in ((10**8, "亿"), (10**4, "万")) if value >= one[0]), (1, ""))
    return f"{(value / scale).normalize():f}{name}"


@cache
def _written_unit(unit: str) -> str:
    return min((name for name, filed in figure_table().units.items() if filed == unit), key=len, default=unit)


def amount_of(form: str) -> tuple[Measure, ...]:
    """The figures meant by a term that is an amount and nothing else: those of this very value in whatever notation, and below them
    those that it is a rounding of (0.98亿 of 9801万). Empty for every other term."""
    if not form or _YEARLIKE.search(form):
        return ()
    found = _amount(form)
    if found is None:
        return ()
    number, unit = found
    if number.low < _EXACT_FROM or (number.arabic and number.digits.startswith("00")):
        return ()
    value = number.low
    exact = Measure(unit, float(value), float(value), "")
    half = _half(number)
    return (exact,) if half is None else (exact, Measure(unit, float(value - half), float(value + half), "", Tier.RELAXED))


def _half(number: Number) -> Decimal | None:
    """Half of the last place, where the number is written with decimals and so may be a rounding; None where it says no place."""
    _, point, decimals = number.digits.partition("." if number.arabic else "点")
    digits = sum(char.isdigit() or char in "零一二三四五六七八九" for char in number.digits.lstrip("0.零点"))
    if not point or digits < 2 or not number.times:
        return None
    places = len(decimals) if number.arabic else sum(char in "零一二三四五六七八九" for char in decimals)
    return Decimal(number.factor) / (2 * Decimal(10) ** places) if number.factor > 1 else None
