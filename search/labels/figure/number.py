"""Numbers as prose writes them, read whole or not at all.

`1亿3000万`, `10万零5百`, `三点五亿`, `伍拾万`, `廿五`, `10 255`, `3·5`, `两三千`, `数十`. What stands directly beside a numeral and could
belong to it either is part of the number or forbids it: a number is never read from its tail.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

PLAIN: Final = str.maketrans(
    {
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
        **dict.fromkeys("．·•∙⋅・‧", "."),
        **dict.fromkeys("\u00a0\u2002\u2003\u2009\u202f\u3000", " "),
        **dict.fromkeys("〇○", "零"),
        **dict.fromkeys("−﹣－", "-"),
        **dict.fromkeys("／", "/"),
        **dict.fromkeys("：", ":"),
        **dict.fromkeys("’＇", "'"),
        "萬": "万",
        "億": "亿",
    }
)
"""One character to one: what numbers are read in."""
_UNPLAIN: Final = re.compile(f"[{re.escape(''.join(map(chr, PLAIN)))}]")

DIGITS: Final = {**{char: value for value, char in enumerate("零一二三四五六七八九")}, "两": 2}
CAPITALS: Final = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
TIMES: Final = {"十": 10, "百": 10**2, "千": 10**3, "万": 10**4, "亿": 10**8}
MOST: Final = Decimal(10) ** 24
"""No amount of anything reaches it; a longer number is a misprint."""
LONGEST: Final = 40
"""Characters of one number."""

_THIN: Final = r"(?![瓦克米伏卡赫])"  # 5千瓦 is five of 千瓦
_ARABIC: Final = (
    r"(?:[0-9]{1,3}(?:[,，'][0-9]{3})+(?![0-9])(?:\.[0-9]+)?"
    r"|[0-9]{1,3}(?: [0-9]{3})+(?![0-9])(?:\.[0-9]+)?"
    r"|[0-9](?: [0-9])+(?: ?\. ?[0-9](?: ?[0-9])*)?(?![0-9])"
    r"|[0-9]+(?:[.。][0-9]+)?)"
)
_LARGE: Final = rf"(?:[十百千]?万亿|[十百千]?亿|[十百千]?万|千{_THIN}|百(?!分)|十)"
_PART: Final = re.compile(
    rf"(?P<digits>{_ARABIC})(?: ?(?P<more>[余多来几])(?= ?{_LARGE}))?(?: ?(?P<many>个多?(?=亿))?(?P<times>{_LARGE}))?"
    r"(?P<more2>[余多来](?![自到源者]))?"
)
_NEXT: Final = re.compile(rf" ?(?P<zero>零?) ?(?P<digits>{_ARABIC})(?P<times>{_LARGE})?(?P<more2>[余多来](?![自到源者]))?")
_MAY_GO_ON: Final = frozenset(" 零0123456789")
"""What `_NEXT` may begin with."""
_GROUPING: Final = re.compile("[,，' ]")
_RUN: Final = re.compile("[零一二两三四五六七八九十百千万亿点廿卅卌几数]+")
_CAPITAL_RUN: Final = re.compile("[壹贰叁肆伍陆柒捌玖拾佰仟万亿零]{2,}")
_CAPITAL: Final = re.compile("[壹贰叁肆伍陆柒捌玖][拾佰仟万亿]|^拾")
_MANY: Final = re.compile("(?P<many>个多?)?(?P<times>[十百千]?亿|万)?(?P<more>[余多来](?![自到源者]))?")
_BARRED_RIGHT: Final = re.compile(r"[0-9]|[.,'/:^][0-9]|[A-Za-z]")
_PAIR: Final = re.compile("[一二两三四五六七八][二三四五六七八九](?![一二两三四五六七八九])")
_BELOW: Final = re.compile(
    "(?:零?([一二两三四五六七八九])千)?(?:零?([一二两三四五六七八九])百)?(?:零?([一二两三四五六七八九]?十|廿|卅|卌))?(?:零?([一二两三四五六七八九]))?"
)
_COLLOQUIAL: Final = re.compile("(.*[百千万亿])([一二三四五六七八九])")


class Number(NamedTuple):
    """A number at its place. `high` is more than `low` where the numeral gives both (两三千); `open` says that it is a floor (数十, 300多),
    `about` that it is near it (二十来). `bare` numerals begin with 百, 千 or 万 and count only where something measures them (近百)."""

    start: int
    end: int
    low: Decimal
    high: Decimal
    arabic: bool = True
    open: bool = False
    about: bool = False
    bare: bool = False
    money: bool = False
    """Said as money is (1.2个亿)."""
    times: bool = False
    """Ends in 万 or 亿."""
    digits: str = ""
    """Without what multiplies it: 3 of 3万."""
    factor: int = 1


def plain_form(text: str) -> str:
    """The text in the plain form: what `PLAIN` makes of it, by its few characters rather than by all."""
    return _UNPLAIN.sub(_in_plain, text)


def _in_plain(match: re.Match[str]) -> str:
    return match[0].translate(PLAIN)


def read_number(text: str, at: int) -> tuple[Number | None, int]:
    """The number that begins at `at` in a text in the plain form, and where the numeral ends, be it one or not.

    None where what stands there is no number that can be read whole."""
    if "0" <= text[at] <= "9":
        return _read_arabic(text, at)
    run = _CAPITAL_RUN.match(text, at)
    if run and _CAPITAL.search(run.group()) and text[at] not in "万亿零":
        value = chinese_number(run.group().translate(CAPITALS))
        return (None if value is None else _of_chinese(text, at, run.end(), (value, value), False)), run.end()
    numeral = _RUN.match(text, at, at + LONGEST)
    return _read_chinese(text, at, numeral.group()) if numeral else (None, at + 1)


def _read_arabic(text: str, at: int) -> tuple[Number | None, int]:
    match = _PART.match(text, at, at + LONGEST)
    if match is None:  # never: there is a digit
        return None, at + 1
    value, times = _decimal(match["digits"]), match["times"] or ""
    factor = _factor(times)
    total, end, more = value * factor, match.end(), match["more"] or match["more2"] or ""
    last = factor
    while last > 1 and not more and text[end : end + 1] in _MAY_GO_ON and (part := _NEXT.match(text, end, at + LONGEST)):
        step = _factor(part["times"] or "")
        amount = _decimal(part["digits"]) * step
        whole = bool(part["times"] or part["zero"]) or len(part["digits"]) == len(str(last)) - 1
        if step >= last or amount >= last or not whole:
            if text[end : part.end()].startswith(" "):
                break  # another number, a blank away
            return None, part.end()
        total, end, last, more, times = total + amount, part.end(), step, part["more2"] or "", times + (part["times"] or "")
    if (text[end : end + 1] < "\u4e00" and _BARRED_RIGHT.match(text, end)) or total >= MOST:
        return None, max(end, at + 1)
    number = Number(
        at,
        end,
        total,
        total,
        open=more in {"余", "多", "几"} or match["many"] == "个多",
        about=more == "来",
        money=bool(match["many"]),
        times=bool(times) and times[-1] in "万亿",
        digits=match["digits"],
        factor=factor if last == factor else 1,
    )
    return number, end


def _read_chinese(text: str, at: int, run: str) -> tuple[Number | None, int]:
    end = at + len(run)
    if run[-1] == "千" and len(run) > 1 and re.match("[瓦克米伏]", text[end : end + 1]):
        run, end = run[:-1], end - 1
    if run[-1] in "点数":
        run = run[:-1]  # 三点|, 总人|数
        end -= 1
    bounds = chinese_bounds(run) if run else None
    if bounds is None or _BARRED_RIGHT.match(text, end):
        return None, max(end, at + 1)
    low, high, vague = bounds
    return _of_chinese(text, at, end, (low, high), vague), end


def _of_chinese(text: str, at: int, end: int, bounds: tuple[Decimal, Decimal], vague: bool) -> Number | None:
    low, high = bounds
    match = _MANY.match(text, end)
    money, more, times = False, "", text[end - 1] in "万亿"
    if match and (match["many"] is None or (match["times"] or "").endswith("亿")) and (match["times"] is None or match["many"]):
        money, more = bool(match["many"]), match["more"] or ""
        factor = _factor(match["times"] or "")
        low, high, end, times = low * factor, high * factor, match.end(), times or factor > 1
    elif match and match["many"] is None and match["more"] is None and (text[end : end + 1] in {"余", "多", "来"}):
        more, end = text[end], end + 1
    if more and match and match["many"] is None and (tail := re.match("[十百千]?(?:万亿|亿|万)", text[end : end + 3])):
        low, high, end, times = low * _factor(tail.group()), high * _factor(tail.group()), end + tail.end(), True
    if low >= MOST or low <= 0:
        return None
    factor, last = 1, end
    while last - 1 > at and text[last - 1] in "万亿余多":
        last -= 1
        factor *= TIMES.get(text[last], 1)
    return Number(
        at, end, low, high, arabic=False, open=vague or more in {"余", "多"}, about=more == "来", bare=text[at] in "百千万亿", money=money,
        times=times, digits=text[at:end], factor=factor,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def chinese_bounds(run: str) -> tuple[Decimal, Decimal, bool] | None:
    """Floor and ceiling of a Chinese numeral, and whether it is vague upwards; None where it is no numeral."""
    if "几" in run or "数" in run:
        vague = re.fullmatch(
            "(?:(?P<ten>[一二三四五六七八九]?十|廿)几|[几数](?P<times>[十百千]?(?:万亿|亿|万)?))(?P<more>[十百千]?(?:亿|万)?)", run
        )
        value = chinese_number(f"{vague['ten'] or '一' + vague['times']}") if vague and (vague["ten"] or vague["times"]) else None
        if value is None or vague is None:
            return None
        value *= _factor(vague["more"])
        return value, value, True
    pair = list(_PAIR.finditer(run))
    if len(pair) == 1:
        at = pair[0].start()
        first, second = run[at], run[at + 1]
        apart = DIGITS[second] - DIGITS[first]
        if apart != 1 and (first, second) != ("三", "五"):
            return None
        low, high = chinese_number(run[:at] + first + run[at + 2 :]), chinese_number(run[:at] + second + run[at + 2 :])
        return None if low is None or high is None else (low, high, False)
    value = chinese_number(run)
    return None if value is None else (value, value, False)


def chinese_number(run: str) -> Decimal | None:
    """The value of a Chinese numeral by place (`一百九十万零三千`, `三点五亿`, `廿五`); None where it is none. Digits in a row are none."""
    whole, point, rest = run.partition("点")
    if point:
        decimals = re.match("[零一二三四五六七八九]+", rest)
        value = _whole(whole) if whole != "零" else 0
        factor = re.fullmatch("[十百千]?(?:万亿|亿|万)?", rest[decimals.end() :]) if decimals else None
        if value is None or decimals is None or factor is None:
            return None
        return (value + Decimal("0." + "".join(str(DIGITS[char]) for char in decimals.group()))) * _factor(factor.group())
    value = _whole(run)
    return None if value is None else Decimal(value)


def _whole(run: str) -> int | None:
    colloquial = _COLLOQUIAL.fullmatch(run)
    if colloquial and (left := _by_place(colloquial[1])) is not None:
        return left + DIGITS[colloquial[2]] * TIMES[colloquial[1][-1]] // 10
    return _by_place(run)


def _by_place(run: str) -> int | None:
    for char in "亿万":
        left, unit, right = run.rpartition(char)
        if unit:
            head = _by_place(left) if left else 1
            tail = _by_place(right) if right else 0
            return None if head is None or tail is None or tail >= TIMES[char] else head * TIMES[char] + tail
    match = _BELOW.fullmatch({"百": "一百", "千": "一千"}.get(run, run))
    if match is None or not run:
        return None
    thousands, hundreds, tens, ones = match.groups()
    tens = {"十": "一十", "廿": "二十", "卅": "三十", "卌": "四十"}.get(tens, tens)
    return sum(DIGITS[part[0]] * step for part, step in ((thousands, 1000), (hundreds, 100), (tens, 10), (ones, 1)) if part)


def _decimal(digits: str) -> Decimal:
    return Decimal(digits if digits.isdigit() else _GROUPING.sub("", digits).replace("。", "."))


@lru_cache(maxsize=64)
def _factor(times: str) -> int:
    product = 1
    for char in times:
        product *= TIMES[char]
    return product
