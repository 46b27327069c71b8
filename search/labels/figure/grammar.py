"""The tables of `data/figures.toml` as patterns, compiled once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

_LEVEL: Final = "(?:提高|提升|增加|增长|上升|扩大|增)(?:到|至)"
_AFTER_NUMERALS: Final = " 个余多来成分至到—–―─~～-"
"""What goes on a numeral, makes a share of it, or joins it to the ceiling of a range."""
TABLE: Final = Path(__file__).parents[1] / "data" / "figures.toml"


@dataclass(frozen=True, slots=True)
class FigureWords:
    """Units as written → as filed, names that are no figures, and what stands around an amount."""

    units: dict[str, str]
    unit: re.Pattern[str]
    currencies: dict[str, str]
    currency_before: re.Pattern[str]
    straight: re.Pattern[str]
    money_before: re.Pattern[str]
    money_after: re.Pattern[str]
    people_before: re.Pattern[str]
    money_pieces: re.Pattern[str]
    stop: re.Pattern[str]
    """Names and idioms that begin with a numeral."""
    abstract: tuple[str, ...]
    idiomatic: frozenset[str]
    follow: frozenset[str]
    """Characters that may stand behind a numeral that counts something; the end of a text is among them."""
    behind: frozenset[str]
    """The same of a number in digits, which some nouns follow without a counter (3县)."""
    stop_openings: frozenset[str]
    """How `stop` may begin, by two characters."""
    currency_ends: frozenset[str]
    """The last characters of what names a currency before an amount."""


@dataclass(frozen=True, slots=True)
class RateTable:
    """What says that an amount is a rate or a change."""

    each: re.Pattern[str]
    mean: re.Pattern[str]
    spans: tuple[tuple[str, re.Pattern[str]], ...]
    slash: re.Pattern[str]
    changed: re.Pattern[str]
    more_than: re.Pattern[str]
    base: re.Pattern[str]
    of_base: re.Pattern[str]
    usual: dict[str, str]


@lru_cache(maxsize=1)
def figure_data() -> dict[str, Any]:
    """The raw tables of `data/figures.toml`, read once."""
    return tomllib.loads(TABLE.read_text("utf-8"))


@lru_cache(maxsize=1)
def figure_table() -> FigureWords:
    """Units, currencies and names, compiled once."""
    raw = figure_data()
    units: dict[str, str] = {**raw["units"], **raw["money"]}
    bars = raw["not_before"]
    unit = "|".join(re.escape(name) + (f"(?!{bars[name]})" if name in bars else "") for name in _longest_first(units))
    filler = f"(?:达到?|超过?了?|近|约|共|了|安排|投入|累计|总计|合计|共计|额|为|已|资金|逾|突破|款|约|有|{_LEVEL}){{0,3}}"
    names = raw["names"]
    follow = frozenset({"", *_AFTER_NUMERALS, *(name[0] for name in units)})
    return FigureWords(
        units=units,
        unit=re.compile(f" ?(?:{unit})"),
        currencies=raw["currency_before"],
        currency_before=re.compile(f"(?:{'|'.join(map(re.escape, _longest_first(raw['currency_before'])))}) ?$"),
        straight=re.compile(f" ?(?P<noun>{'|'.join(_longest_first(raw['straight']['nouns']))})(?!{raw['straight']['not_before']})"),
        money_before=re.compile(f"(?:{raw['bare_money']}){filler}$"),
        money_after=re.compile(raw["bare_money_before"]),
        people_before=re.compile(raw["bare_people"]),
        money_pieces=re.compile(raw["money_pieces"]),
        stop=re.compile("|".join(map(re.escape, names["stop"]))),
        abstract=tuple(names["abstract"]),
        idiomatic=frozenset(names["idiomatic"]),
        follow=follow,
        behind=follow.union(name[0] for name in raw["straight"]["nouns"]),
        stop_openings=frozenset(name[:2] for name in names["stop"]),
        currency_ends=frozenset({" ", *(name[-1] for name in raw["currency_before"])}),
    )


@lru_cache(maxsize=1)
def rate_table() -> RateTable:
    """What says that an amount is a rate or a change, compiled once."""
    raw = figure_data()
    per, change = raw["per"], raw["change"]
    each, mean = "|".join(_longest_first(per["each"])), "|".join(_longest_first(per["mean"]))
    filler = f"(?:{change['filler']})*"
    return RateTable(
        each=re.compile(
            f"每(?:一)?(?:(?P<many>[0-9一二两三四五六七八九十百千万]+)?(?P<unit>个[^，。；、0-9每]{{0,6}}?(?:村|县|市|区|户|乡|镇|校|人|点|站|家庭)|{each}))"
        ),
        mean=re.compile(f"(?<![平])(?P<unit>{mean})均(?!可(?!支配)|[已在有能由被衡匀])"),
        spans=tuple((unit, re.compile(rf"(?<![0-9全当今去本每多近几余两前后该次同])(?:{per[unit]})")) for unit in ("月", "日", "年")),
        slash=re.compile(
            rf" ?(?:[/.]|每) ?(?P<unit>{each})(?![级际口])|(?<=[元块钱])一个?(?P<one>年|月|天|亩|斤|公斤|吨|人|户)(?![、次些])"
        ),
        changed=re.compile(f"(?P<word>{change['words']}){filler}$"),
        more_than=re.compile(f"(?:{change['than']}){filler}$"),
        base=re.compile(change["base"]),
        of_base=re.compile(raw["scope"]["of_base"]),
        usual={"yoy": change["同比"], "mom": change["环比"]},
    )


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(words, key=lambda word: (-len(word), word))
