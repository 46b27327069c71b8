"""The pattern of an amount with its unit, compiled from `data/figures.toml`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from search.labels.numerals import ARABIC_DIGIT as _D

TABLE: Final = Path(__file__).parents[1] / "data" / "figures.toml"

ARABIC: Final = rf"(?:[{_D}]{{1,3}}(?:[,，][{_D}]{{3}})+(?![{_D}])(?:[.．][{_D}]+)?|[{_D}]+(?:[.．。][{_D}]+)?)"
CHINESE: Final = "[一二两三四五六七八九十百千][零〇一二两三四五六七八九十百千万亿]{0,9}"
MULTIPLIER: Final = "万亿|千万|百万|十万|千亿|百亿|十亿|亿|万|千|百"
RANGE: Final = "[—–―─~～－-]{1,2}|[至到]"

MULTIPLIERS: Final = {
    "百": 10**2,
    "千": 10**3,
    "万": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "十亿": 10**9,
    "百亿": 10**10,
    "千亿": 10**11,
    "万亿": 10**12,
}


@dataclass(frozen=True, slots=True)
class FigureTable:
    """Units as written → as filed, names that are no figures, and the pattern of an amount."""

    units: dict[str, str]
    stop: tuple[str, ...]
    abstract: tuple[str, ...]
    idiomatic: frozenset[str]
    pattern: re.Pattern[str]
    bare_money: re.Pattern[str]
    money_before: re.Pattern[str]


@lru_cache(maxsize=1)
def figure_data() -> dict[str, Any]:
    """The raw tables of `data/figures.toml`, read once."""
    return tomllib.loads(TABLE.read_text("utf-8"))


@lru_cache(maxsize=1)
def figure_table() -> FigureTable:
    """The table of `data/figures.toml` and its pattern, compiled once."""
    raw = figure_data()
    units: dict[str, str] = {**raw["units"], **raw["money"]}
    unit = "|".join(_unit(name, raw["not_before"]) for name in sorted(units, key=lambda n: (-len(n), n)))
    low = rf"(?:(?P<low>{ARABIC}|{CHINESE}) ?(?P<low_times>{MULTIPLIER})? ?(?P<low_unit>{unit})? ?(?:{RANGE}) ?)?"
    amount = rf"{low}(?P<number>{ARABIC}|{CHINESE}) ?(?P<more>[余多来])? ?(?P<times>{MULTIPLIER})?(?P<more2>[余多来])? ?(?P<unit>{unit})"
    percent = rf"百分之(?P<percent>{ARABIC}|[百零〇一二两三四五六七八九十]+(?:点[零〇一二三四五六七八九]+)?)"
    # 就业人数5748人 is a figure, 数万人 is none.
    alone = rf"(?<![A-Za-z{_D}.．+＋第几])(?:(?<!数)|(?<=[人户总次件份个]数))"
    pattern = re.compile(rf"{alone}{percent}|{alone}(?<![一二两三四五六七八九十百千万]){amount}")
    # 资金安排7000多万: money whose 元 is left out, right behind a word for money.
    bare = rf"(?P<number>{ARABIC}) ?(?P<more>[余多])?(?P<times>万亿|亿|万)(?P<more2>[余多])?(?![{_D}千百万亿余多来]|{unit})"
    filler = "(?:达到?|超过?|近|约|共|了|安排|投入|累计){0,2}"
    money = re.compile(rf"(?<![A-Za-z{_D}.．]){bare}(?=[，。；、）]|专门|用于)")
    before = re.compile(rf"(?:{raw['bare_money']}){filler}$")
    names = raw["names"]
    return FigureTable(units, tuple(names["stop"]), tuple(names["abstract"]), frozenset(names["idiomatic"]), pattern, money, before)


def _unit(name: str, not_before: dict[str, str]) -> str:
    barred = not_before.get(name, "")
    return re.escape(name) + (f"(?![{barred}])" if barred else "")
