"""The pattern of Chinese time expressions, compiled from branches and the tables of `data/years.toml`.

It reads plain text (`search/labels/year/plain.py`): digits of one width, years in Arabic digits, `-` for every dash, no spaces.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

LONGEST_LIST: Final = 200
"""So many years are read as one list (2018、2019、2020年)."""


@lru_cache(maxsize=1)
def year_tables() -> dict[str, Any]:
    """The tables of `data/years.toml`, read once."""
    return tomllib.loads((Path(__file__).parents[1] / "data" / "years.toml").read_text("utf-8"))


@cache
def words_of(table: str, key: str = "words") -> tuple[str, ...]:
    """Plain words of one of the tables."""
    return tuple(year_tables()[table][key])


@cache
def around(key: str) -> re.Pattern[str]:
    """One of the patterns for what stands around an expression of time."""
    return re.compile(year_tables()["around"][key])


YEAR: Final = r"(?:1[89]|20)[0-9]{2}"
_CN_D: Final = "一二三四五六七八九"
_MONTH: Final = rf"(?:1[0-2]|0?[1-9]|十[一二]?|[{_CN_D}])"
_DAY: Final = rf"(?:[0-3]?[0-9]|[二三]?十[{_CN_D}]?|[{_CN_D}])[日号]"
_DAYPART: Final = rf"(?:{_DAY}|份?(?:底|初|末|[上中下]旬)?)"
_TAIL: Final = rf"(?:年?(?:底|末|初)|度|{_MONTH}月{_DAYPART}|[上下]半年|全年)"
_OF: Final = r"(?:年(?!代)|学年度?|财年|年度|榨季|采暖季|雪季)"
_SEP: Final = r"(?:-{1,2}|[至到])"
_SINCE: Final = r"(?:以来|至今|迄今|-今|到现在|至目前|到目前|起(?![到来草步点飞义初])|来(?=[，,。；、]))"
_N: Final = rf"(?:[0-9]{{1,2}}|[{_CN_D}两十]{{1,3}})"
_COUNT: Final = rf"(?:{_N}(?:[、至到-]{_N})?)"
_HUNDREDS: Final = rf"(?:[0-9]{{1,3}}|[{_CN_D}两十]{{1,3}}|一?百[一二三]?十?)"
_TEN: Final = f"(?:[{_CN_D}](?:、?[{_CN_D}])?十|[2-9]0|19[2-9]0|20[0-4]0)"
_OPEN_QUOTE: Final = '[“"‘「『]'
_END_QUOTE: Final = '[”"’」』]'


def alternatives(words: Iterable[str]) -> str:
    """A pattern of any of the words, the longest first."""
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


@lru_cache(maxsize=1)
def event_years() -> dict[str, tuple[int, bool]]:
    """Name of an event → its year, and whether years are counted from it by number (改革开放40年来)."""
    return {name: (row["year"], row.get("counted", True)) for row in year_tables()["event"] for name in row["names"]}


@lru_cache(maxsize=1)
def trigger_pattern() -> re.Pattern[str]:
    """What a clause must hold for the whole pattern to be worth applying."""
    chars = "年月疫纪春夏秋冬季"
    named = [name for name in year_tables()["periods"] if not set(name) & set(chars)]
    plans = [f"{digit}五" for digit in _CN_D]
    numbered = [rf"{re.escape(bracket)}{century}" for century in (20, 19) for bracket in "〔[（("]
    # Each begins with a character, no class, so that a search skips to what one begins with.
    return re.compile(
        "|".join([*chars, *plans, "以来", "至今", "大(?:胜利|召开|闭幕|以后|之后)", "20[0-9][0-9][-./]", *numbered, alternatives(named)])
    )


def _dated() -> tuple[str, ...]:
    """Years written out, alone, in lists and in ranges."""
    return (
        rf"(?P<docno>[〔\[【（(]{YEAR}年?[〕\]】）)][^，。；〔\[【（(]{{0,10}}?[0-9]+(?:-[0-9]+)?号"
        rf"|(?<![0-9]){YEAR}年第[0-9]+号(?!台风|洪水))",
        rf"(?P<range>(?<![0-9.])(?P<r1>{YEAR})(?P<ry>年{_TAIL}?)?(?P<rsep>{_SEP})(?P<r2>{YEAR})"
        rf"(?:{_OF}{_TAIL}?|的?[{_CN_D}两十0-9]{{1,2}}个?年(?:间|期)?|(?(ry)(?=[，。；、）)》：,;]|$)|(?!))))",
        rf"(?P<period>(?<=[（(])(?P<p1>{YEAR}){_SEP}(?P<p2>{YEAR})(?=[）)]))",
        rf"(?P<list>(?<![0-9.])(?P<l1>{YEAR})(?P<l2>(?:[、和及与/]{YEAR}){{1,{LONGEST_LIST}}}+(?:[、和及与/][0-9]{{2}})?|[、和及与][0-9]{{2}})"
        rf"(?:{_OF}|[{_CN_D}两0-9]年))",
        rf"(?P<pair>(?<![0-9.])(?P<t1>{YEAR})年(?P<t2>(?:[、和及与][0-9]{{2}}年(?![间来内多前后])){{1,10}}))",
        rf"(?P<short>(?<![0-9.])(?P<s1>{YEAR})(?:年?{_SEP}(?P<s2>[0-9]{{2}})(?:年度?|学年度?)(?![来内间多])"
        r"|/(?P<s3>[0-9]{2})(?:学年|财年|年度|榨季|采暖季|雪季)))",
        rf"(?P<single>(?<![0-9.])(?<![0-9],)(?P<y>{YEAR}){_OF}{_TAIL}?(?P<ysince>{_SINCE})?(?P<ystart>开始|始(?=[，,]))?)",
        rf"(?P<broken>(?<![0-9.])(?P<b>{YEAR})(?:1[0-2]|0?[1-9])月{_DAYPART}(?P<bsince>{_SINCE})?)",
        rf"(?P<numeric>(?<![0-9.])(?P<d>{YEAR})(?:-[01]?[0-9]-[0-3]?[0-9]|/[01]?[0-9]/[0-3]?[0-9]|\.[01]?[0-9]\.[0-3]?[0-9])(?![0-9]))",
        rf"(?P<bare>(?<![{_CN_D}〇零十百千万两几第0-9])(?P<bd>[〇零][{_CN_D}]|[五六七八九][〇零{_CN_D}])年(?![代间来内多前后的制期级龄多])"
        rf"|(?:^|(?<=[，。；：“’（在从自至到]))(?P<bn>[89][0-9])年(?![代间来内多前后的制期级龄历华一]))",
        r"(?P<decade>(?P<century>(?:上个?|20|二十|21|二十一|本)世纪)?"
        rf"(?P<tens>{_TEN}(?:(?:年代)?(?P<tsep>[、和至到-]|-){_TEN})?)年代(?:初期?|中期|末期?|后期|以来)?)",
    )


def _named() -> tuple[str, ...]:
    """Years that are called by a name: plans, events, periods."""
    tables = year_tables()
    plan = f"(?:{alternatives(tables['plans'])})"
    quoted = f"{_OPEN_QUOTE}{plan}{_END_QUOTE}"
    return (
        rf"(?P<planned>(?<![{_CN_D}十百千万第])(?P<plan>(?P<pq>{quoted}(?:[、和与及至到-]{{0,2}}{quoted}){{0,12}})"
        rf"|{plan}(?:[、和与及至到-]{plan}){{0,12}}(?=时期|期间|规划|计划|以来|末|初))"
        rf"(?P<psuffix>时期|期间|规划|计划|以来|末|初|普法)?(?:的?(?P<pedge>前|头|开局|最后|后)(?P<pn>[一二两三四1-4])年)?)",
        rf"(?P<event>(?P<ename>{alternatives(event_years())})"
        rf"(?:{alternatives(tables['event_words']['words'])}){{0,4}}?"
        rf"(?:(?P<en>(?<![0-9第]){_HUNDREDS})(?P<emany>[多余几])?(?P<eunit>周年|年)(?!级|代|制)(?P<esuffix>以来|多?来|间)?"
        rf"|(?P<eopen>以来(?!的?{_HUNDREDS}[多余几]?年)|以后|之后|后(?=[，,])|至今)))",
        rf"(?P<named>{alternatives(tables['periods'])})",
    )


def _relative() -> tuple[str, ...]:
    """Years told from another: the document's own or the one spoken of before."""
    tables = year_tables()
    return (
        rf"(?P<relative>(?P<word>{alternatives(tables['relative'])})(?P<wtail>{_MONTH}月{_DAYPART}|上半年|下半年|年?[底初末])?"
        r"(?P<wsince>以来|起(?=[，,])|开始(?=[，,]))?)",
        rf"(?P<calendar>{alternatives(tables['calendar'])})",
        rf"(?P<same>(?:当年|同年|每年|历年|常年|往年|农历|阴历)(?:{_MONTH}|[正冬腊])月{_DAYPART})",
        r"(?P<vague>近年来?|近几年来?|近些年来?|[多几数]年来|[几数好]{1,2}十年来?|[几十]多年来|历年来?|长期以来|一直以来|新世纪)",
        r"(?P<following>(?:次年|翌年|下年度|下一年)(?!度))",
        r"(?P<previous>(?<![以之海陆])(?:上一年|上年)度?(?![纪轻龄均富]))",
        rf"(?P<ago>(?<![0-9.,第])(?P<an>{_COUNT})年多?(?:之前|以前|前)(?![所后期半提沿列景程置往进]))",
        rf"(?P<next>(?:未来|今后|接下来|下一步)的?(?P<nn>{_N})年)",
        rf"(?P<span>(?P<sp>最近|过去的?|连续|这|近)?(?<![0-9.,第前后几数])(?P<sn>{_COUNT})(?P<many>[多余几])?个?年(?P<ss>多来|以来|来|间)?"
        r"(?!代|级|制|期|行动|规划|计划|攻坚|以上|以后|以内|之内|时间|的时间|历史|之久))",
        rf"(?P<lost>(?<![0-9一-鿿 ])年(?:1[0-2]|0?[1-9])月{_DAYPART})",
        rf"(?P<date>(?<![0-9.个年-])(?:(?:1[0-2]|0?[1-9])月?{_SEP})?(?:1[0-2]|0?[1-9])月(?![龄嫂子供薪租息均球饼亮收]){_DAYPART}"
        rf"|(?<![{_CN_D}十年])(?:十[一二]|[{_CN_D}十])月[{_CN_D}十]{{1,3}}日"
        r"|(?<![今去明前后每全多半年来])(?:上半年|下半年|年底前|(?:第?[一二三四]|前三)季度)|(?<=[，。；])年内)",
        r"(?P<epidemic>(?<!猪瘟)(?<!动物)(?<!流感)(?<!非典)(?<!鼠疫)(?<!虫害)(?:新冠肺炎|新型冠状病毒感染的?肺炎|新冠)?"
        r"疫情(?:防控)?(?:期间|(?:发生|暴发|爆发)(?:以来|后|之后|之初)?"
        r"|以来|来袭|之时|之初|时期|时刻|初期|形势|肆虐|过后)|抗疫期间)",
    )


def branches() -> str:
    """All branches of the grammar as one alternation; the last group closed names the branch that matched."""
    return "|".join((*_dated(), *_named(), *_relative()))


@lru_cache(maxsize=1)
def year_pattern() -> re.Pattern[str]:
    """The grammar, compiled."""
    return re.compile(f"(?=[{re.escape(_first_characters())}])(?:{branches()})")


_FIRST: Final = '0123456789零〇一二三四五六七八九两十“"‘「『〔[【（(上下本近最过连这未今接当同每历常往农阴多几长次翌年第前新疫抗数好'


def _first_characters() -> str:
    """What any branch may begin with: one look at a character spares trying them all."""
    tables = year_tables()
    words = (*event_years(), *tables["periods"], *tables["relative"], *tables["calendar"])
    return "".join(sorted({*_FIRST, *(word[0] for word in words)}))
