"""Amounts: a number with its unit, what qualifies it, and the guards that tell amounts from names, ranks, times and phones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from search.labels.figure.grammar import FigureWords, figure_table
from search.labels.figure.number import DIGITS, Number, chinese_bounds, read_number
from search.model import Qualifier

_START: Final = re.compile("[0-9一二两三四五六七八九十百千万亿廿卅卌几数壹贰叁肆伍陆柒捌玖拾]")
_RANGE: Final = re.compile(" ?(?:[—–―─~～-]{1,2}|[至到]) ?(?=[0-9一二两三四五六七八九十百千-])")
_DASHES: Final = frozenset(" —–―─~～-至到")
"""What `_RANGE` may begin with."""
_CHINESE: Final = frozenset("一二两三四五六七八九十百千万亿零廿卅卌几数点")
_CHINESE_RUN: Final = _CHINESE - set("一十几数")
_LONE: Final = frozenset("一二两三四五六七八九十百千廿卅卌几数")
_APART: Final = 1000
"""How much less than its ceiling the floor of a range is that cannot be meant as written (500-1万元 can)."""
_CLASS: Final = ("以上", "以下")
_YEARS_OF_STUDY: Final = frozenset("大研")
_ENDS: Final = frozenset(("", *"，。；、！）)"))
_GROUPS: Final = re.compile("[0-9] $")
_YEAR_BEFORE: Final = re.compile("(?<![0-9])(?:19|20)[0-9]{2} $")
_RANK: Final = re.compile("(?:(?<![目此之日以先空提午年月生当身])前|第|排名?|位列|位居|名列|跻身|居|列|top|TOP|Top|NO\\.?|No\\.?) ?$")
_MOVED: Final = re.compile("(?:上升|下降|提升|前进|后退|跃升|升|降|倒数|上移|进)了?$")
_RANKED: Final = frozenset("名位强个大项家批期次届条件场类")
_NUMBERED: Final = re.compile("(?:电话|手机|热线|传真|邮编|账号|帐号|QQ|微信号?|身份证号?码?|编号|文号|尾号|代码|拨打|致电)[^，。；]{0,6}$")
_ONE_WORDS: Final = frozenset("统唯同之专逐其周初高闰冬腊单不期拜划归无若")
_SIGN: Final = re.compile("(?:(?<![0-9A-Za-z个项年月第图表])|(?<=同比)|(?<=环比))[-负]$")
_APPROX_BEFORE: Final = re.compile("(?:将?近|约|约合|大约|大概|接近|上下|约为|有约|约有|约达|大致|估计)了? ?$")
_LEAST_BEFORE: Final = re.compile(
    "(?:(?<![不未])超过?|超出|逾|突破|至少|不低于|不少于|不小于|不下于?|起码|(?<!不)高于|(?<!不)多于|(?<!不)大于"
    "|(?<![以之马加赶跟早晚网线身手地])上)了? ?$"
)
_MOST_BEFORE: Final = re.compile(
    "(?:不超过?|不高于|不大于|不多于|未超过?|至多|最多|最高|不足|不到|不满|(?<!不)低于|(?<!不)少于|(?<!不)小于|控制在)了? ?$"
)
_APPROX_AFTER: Final = re.compile(" ?(?:左右|上下|许(?!可))")
_LEAST_AFTER: Final = re.compile(" ?(?:以上|及以上|之多|有余|开外|起步)")
_MOST_AFTER: Final = re.compile(" ?(?:以下|及以下|以内|之内)")
_QUALIFYING_BEFORE: Final = frozenset("了 近约合概下为有达致计超过出逾破少于小起码高多大上到满足在")
"""The last characters of what `_APPROX_BEFORE`, `_LEAST_BEFORE` and `_MOST_BEFORE` find, which is told faster."""
_QUALIFYING_AFTER: Final = frozenset(" 左上许以及之有开起")
"""The first of what the patterns behind an amount find."""
_FRACTION: Final = re.compile(
    "(?P<under>[0-9]+|[一二三四五六七八九十百千万]+)分之(?P<over>[0-9]+(?:\\.[0-9]+)?|[零一二两三四五六七八九十百]+(?:点[零一二三四五六七八九]+)?|几)(?P<more>[多余])?"
)
_TENTHS: Final = re.compile(
    "(?P<low>[一二两三四五六七八九]|[1-9](?:\\.[0-9])?)(?:(?P<to>[到至~—-])?(?P<high>[二两三四五六七八九]|[2-9]))?成(?P<half>[一二三四五六七八九半])?(?![立功员为本人果效长套就交都年型熟像语绩片因份品规分材新不])(?P<more>[多余])?"
)
_DOUBLED: Final = re.compile("翻(?:了|上)?(?P<more>近|约|超过?)?(?P<times>[一两二三四五六七八九])番|翻(?:了|一)?(?:番|倍)(?!译)")
_CURRENCY_AFTER: Final = re.compile(" ?[（(]?(人民币|港币|港元|美元|欧元|日元|新台币|英镑|澳元|加元)[)）]?")


class Amount(NamedTuple):
    """A number with its unit at its place: what a figure is made of."""

    start: int
    end: int
    value: Decimal
    unit: str
    qualifier: Qualifier | None = None
    noun: tuple[int, int] | None = None
    """What it counts, where that is said in the unit's own place (15|乡镇)."""
    change: bool = False
    """A change by its own words (翻一番)."""
    pair: bool = False
    """The second of two that are one: the ceiling of a range."""


def amounts(text: str) -> Iterator[Amount]:
    """Amounts of a text in the plain form (`number.PLAIN`, simplified), in order, none overlapping."""
    table = figure_table()
    done = 0
    shares = "分之" in text or "成" in text
    for begin in _START.finditer(text):
        at = begin.start()
        if at < done or _counts_nothing(text, at, table):
            continue
        found, done = _read(text, at, table, shares=shares)
        yield from found


def _counts_nothing(text: str, at: int, table: FigureWords) -> bool:
    """Whether a Chinese numeral of one character is followed by nothing that it could count or be a part of (统一|规划): told at a
    glance, as most are."""
    if text[at] not in _LONE:
        return False
    pair = text[at : at + 2]
    return not (pair[1:] in table.follow or pair[1:] in _CHINESE or pair in table.stop_openings or text[at - 1 : at] in table.currency_ends)


def _measures_nothing(text: str, number: Number, table: FigureWords) -> bool:
    """Whether nothing behind a number, before it or in it makes it an amount (2019|年|): told at a glance, as of most it can be."""
    return not (
        number.times
        or number.money
        or text[number.end : number.end + 1] in table.behind
        or text[number.start - 1 : number.start] in table.currency_ends
    )


def _read(text: str, at: int, table: FigureWords, *, shares: bool = True) -> tuple[tuple[Amount, ...], int]:
    special = _share(text, at) if shares else None
    if special:
        return special
    stop = table.stop.match(text, at)
    if stop:
        return (), stop.end()
    number, end = read_number(text, at)
    if number is None or _measures_nothing(text, number, table) or _barred_left(text, number):
        return (), end
    second = _ranged(text, number, table)
    if second is not None:
        return second
    counted = _counted(text, number, table)
    if counted is None:
        return (), end
    amount, width = counted
    if amount is None:
        return (), max(end, width)
    if number.high > number.low:
        low = amount._replace(end=number.start + 1, qualifier=Qualifier.AT_LEAST, value=number.low)
        return (low, amount._replace(start=number.start + 1, value=number.high, qualifier=Qualifier.AT_MOST, pair=True)), amount.end
    return (amount,), amount.end


def _share(text: str, at: int) -> tuple[tuple[Amount, ...], int] | None:
    """Fractions (三分之一, 百分之五), tenths (近四成)."""
    if (match := _FRACTION.match(text, at)) and text[at - 1 : at] not in _CHINESE:
        under, over = _value(match["under"] if match["under"] not in {"百", "千", "万"} else "一" + match["under"]), _value(match["over"])
        if match["over"] == "百":
            over = Decimal(100)
        if not under or over is None or (over > under and match["under"] not in {"百", "100"}):
            return (), match.end()
        unit, scale = ("‰", 1000) if match["under"] in {"千", "1000"} else ("%", 100)
        value = over if under == scale else over * scale / under
        qualifier = _qualifier(text, at, match.end(), open=bool(match["more"]))
        start, value = (at - 1, -value) if text[at - 1 : at] == "负" else (at, value)
        return (Amount(start, match.end(), value, unit, qualifier),), match.end()
    if (match := _TENTHS.match(text, at)) and text[at - 1 : at] not in _CHINESE and not _word(text[at - 1 : at]):
        low = (_value(match["low"]) or Decimal(0)) * 10
        if match["half"]:
            low += Decimal(5) if match["half"] == "半" else Decimal(DIGITS[match["half"]])
        if match["high"]:
            high = (_value(match["high"]) or Decimal(0)) * 10
            cut = match.start("to") if match["to"] else match.start("high")
            if high <= low:
                return (), match.end()
            return (
                Amount(at, cut, low, "%", Qualifier.AT_LEAST),
                Amount(match.start("high"), match.end(), high, "%", Qualifier.AT_MOST, pair=True),
            ), match.end()
        return (Amount(at, match.end(), low, "%", _qualifier(text, at, match.end(), open=bool(match["more"]))),), match.end()
    return None


def doubled(text: str) -> Iterator[Amount]:
    """Changes that say by how many times: 翻一番, 翻了两番, 翻番."""
    for match in _DOUBLED.finditer(text):
        times = DIGITS[match["times"]] if match["times"] else 1
        qualifier = {None: None, "近": Qualifier.APPROX, "约": Qualifier.APPROX}.get(match["more"], Qualifier.AT_LEAST)
        yield Amount(
            match.start(), match.end(), Decimal(2**times), "倍", qualifier or _qualifier(text, match.start(), match.end()), change=True
        )


def _word(char: str) -> bool:
    return char != "" and char.isascii() and char.isalnum()


def _value(digits: str) -> Decimal | None:
    if digits[0].isdigit():
        return Decimal(digits)
    bounds = chinese_bounds(digits)
    return bounds[0] if bounds and bounds[0] == bounds[1] and not bounds[2] else None


def _barred_left(text: str, number: Number) -> bool:
    """Whether what stands before the numeral makes it no amount: the rest of a longer number, a rank, a name."""
    start = number.start
    before = text[max(0, start - 12) : start]
    last = before[-1:]
    if last in {"第", "#", "№"} or before.endswith(("第 ", "每")):
        return True
    if number.arabic:
        if last and (_word(last) or last in "._+＋=×*^第几零" or last in _CHINESE_RUN):
            return True
        if last in {",", "'", ":", "/", "-", "—", "–", "~", "至", "到", "."} and before[-2:-1].isdigit() and last not in {"到", "至"}:
            return True
        if _GROUPS.search(before) and not _YEAR_BEFORE.search(before):
            return True
        return (len(number.digits) >= 7 and number.factor == 1 and "," not in number.digits and bool(_NUMBERED.search(before))) or (
            len(number.digits) >= 5 and number.factor == 1 and before.endswith(("拨打", "热线", "电话", "电话:", "热线:", "编码"))
        )
    if last in _YEARS_OF_STUDY and text.startswith("学", start + 1):
        return True  # 大二学生
    if last in _ONE_WORDS and text[start] in "一二两三四五六日":
        return True
    return bool(last) and (last.isdigit() or last in "点" or (number.bare and last in "一二两三四五六七八九十零几数"))


def _ranged(text: str, first: Number, table: FigureWords) -> tuple[tuple[Amount, ...], int] | None:
    """The two amounts of a range whose floor begins here, or nothing if it is one that cannot be right; None where there is no range."""
    unit = table.unit.match(text, first.end)
    at = unit.end() if unit else first.end
    dash = _RANGE.match(text, at) if text[at : at + 1] in _DASHES else None
    if dash is None:
        return None
    at = dash.end()
    number, end = read_number(text, at)
    if number is None or number.high > number.low:
        return ((), end) if number is None and not unit else None
    counted = _counted(text, number, table, low=first)
    if counted is None or counted[0] is None:
        return None if unit else ((), max(end, counted[1] if counted else end))
    amount = counted[0]
    low_unit = table.units[unit.group().strip()] if unit else amount.unit
    spoken = low_unit != amount.unit
    low, high = first.low, amount.value
    if not spoken and not unit and not first.times and low * number.factor < high:
        low *= number.factor  # 3至5万元
    if not spoken and not unit and number.factor > 1 and first.low > Decimal(number.high / number.factor) and low * _APART < high:
        return (), amount.end  # 5-3亿元: the ends stand the wrong way round, and neither is five yuan
    if not spoken and low >= high:
        return ((), amount.end) if not unit else None
    low_end = unit.end() if unit else first.end
    return (
        Amount(first.start, low_end, low, low_unit, None if spoken else Qualifier.AT_LEAST),
        amount._replace(start=number.start, qualifier=None if spoken else Qualifier.AT_MOST, pair=not spoken),
    ), amount.end


def _counted(text: str, number: Number, table: FigureWords, low: Number | None = None) -> tuple[Amount | None, int] | None:
    """The number with its unit; None with where to go on where it counts nothing."""
    start, end = number.start, number.end
    before = text[max(0, start - 14) : start]
    currency = table.currency_before.search(before) if before[-1:] in table.currency_ends else None
    unit = table.unit.match(text, end)
    filed = table.units[unit.group().strip()] if unit else ""
    if (
        currency
        and not (number.bare and not number.open)
        and (filed == "CNY" or not unit)
        and (unit or number.times or len(currency.group()) < 4 or not currency.group().strip().isalpha())
    ):
        stop = unit.end() if unit else end
        return Amount(
            start - len(currency.group()) if low is None else start,
            stop,
            number.low,
            table.currencies[currency.group().strip()],
            _qualifier(text, start - len(currency.group()), stop, number),
        ), stop
    if unit:
        stop = unit.end()
        if filed == "CNY" and (other := _CURRENCY_AFTER.match(text, stop)):
            filed, stop = table.currencies[other[1]], other.end()
        if _is_name(text, number, stop, unit.group().strip(), table, ranged=low is not None):
            return None, stop
        if (filed in {"%", "百分点", "‰"} or before[-3:-1] in {"同比", "环比"}) and _SIGN.search(before):
            return Amount(start - 1, stop, -number.low, filed, _qualifier(text, start - 1, stop, number)), stop
        said = unit.group().strip()
        if said == "块" and table.money_pieces.match(text, stop):
            filed = "CNY"
        noun = (stop - len(said), stop) if len(said) > 1 and filed in {"人", "户"} and said not in {"口人"} else None  # 2000|贫困人口
        return Amount(start, stop, number.low, filed, _qualifier(text, start, stop, number), noun=noun), stop
    if number.money:
        return Amount(start, end, number.low, "CNY", _qualifier(text, start, end, number)), end
    if number.times and table.money_before.search(before) and table.money_after.match(text, end):
        return Amount(start, end, number.low, "CNY", _qualifier(text, start, end, number)), end
    if number.times and table.people_before.search(before) and text[end : end + 1] in _ENDS:
        return Amount(start, end, number.low, "人", _qualifier(text, start, end, number)), end
    straight = table.straight.match(text, end)
    if straight and number.arabic and not _RANK.search(before) and not before.endswith(("年", "月", "日")):
        stop = straight.end()
        return Amount(start, stop, number.low, "个", _qualifier(text, start, stop, number), noun=straight.span("noun")), stop
    return None


def _is_name(text: str, number: Number, end: int, unit: str, table: FigureWords, *, ranged: bool) -> bool:
    """Numerals that are idiom, rank or name, not amount (一个, 千家万户, 前10名), and headings (4个方面)."""
    start = number.start
    before = text[max(0, start - 6) : start]
    if text.startswith("级", end) and unit not in {"个"}:
        return True  # 千万吨级煤矿 names a size
    if unit in {"个", "项", "条", "件"} and text.startswith(table.abstract, end):
        return True
    if unit in _RANKED and (_RANK.search(before) or (unit in {"位", "名"} and _MOVED.search(before))):
        return True
    if number.arabic:
        return unit == "个月" and before.endswith("前")
    counted = number.open or number.about or _qualifier(text, start, end, number) is not None
    if number.bare:
        return not counted or (
            unit == "元" and text[end : end + 3].startswith(_CLASS) and text[end + 2 : end + 3] not in _ENDS
        )  # 亿元以上项目
    if text[start:end].startswith("一") and number.digits == "一":
        return True
    if number.digits in {"几", "数"}:
        return True
    if before[-1:] in {"“", "‘", "《", "「"} or text[end : end + 1] in {"”", "’", "》", "」"}:
        return True
    return not ranged and len(number.digits) == 1 and number.digits in "一二两三四五六七八九" and not counted and unit in table.idiomatic


def _qualifier(text: str, start: int, end: int, number: Number | None = None, *, open: bool = False) -> Qualifier | None:
    before = text[max(0, start - 5) : start]
    if before[-1:] not in _QUALIFYING_BEFORE and text[end : end + 1] not in _QUALIFYING_AFTER:
        if open or (number is not None and number.open):
            return Qualifier.AT_LEAST
        return Qualifier.APPROX if number is not None and number.about else None
    if _MOST_BEFORE.search(before) or _MOST_AFTER.match(text, end):
        return Qualifier.AT_MOST
    if _LEAST_BEFORE.search(before) or _LEAST_AFTER.match(text, end):
        return Qualifier.AT_LEAST
    if _APPROX_BEFORE.search(before) or _APPROX_AFTER.match(text, end):
        return Qualifier.APPROX
    if open or (number is not None and number.open):
        return Qualifier.AT_LEAST
    return Qualifier.APPROX if number is not None and number.about else None
