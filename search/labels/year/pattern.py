"""The pattern of Chinese time expressions, compiled from branches and the tables of `data/years.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

LONGEST_LIST: Final = 200
"""So many years are read as one list (2018、2019、2020年)."""


@lru_cache(maxsize=1)
def year_tables() -> dict[str, Any]:
    """The tables of `data/years.toml`, read once."""
    return tomllib.loads((Path(__file__).parents[1] / "data" / "years.toml").read_text("utf-8"))


YEAR: Final = r"(?:1[89]|20)[0-9]{2}"
_MONTH: Final = r"(?:1[0-2]|0?[1-9])"
_DAYPART: Final = r"(?: ?[0-3]?[0-9] ?[日号]|份|底|初|末|[上中下]旬)?"
_TAIL: Final = rf"(?: ?年?(?:底|末|初)| ?度| ?{_MONTH} ?月{_DAYPART}|[上下]半年|全年)"
_SEP: Final = r" ?(?:[—–―─~～-]{1,2}|[至到]) ?"
_SINCE: Final = r"(?:以来|至今|迄今|到现在|至目前|到目前|起(?![到来草步点飞义初])|来(?=[，,。；、]))"
_CN_D: Final = "[零〇○Ｏo一二三四五六七八九0]"
_CN_N: Final = "[一二两三四五六七八九十]{1,3}"
_N: Final = rf"(?:[0-9]{{1,2}}|{_CN_N})"


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


@lru_cache(maxsize=1)
def year_pattern() -> re.Pattern[str]:
    tables = year_tables()
    eras, relative, plans = (_alternatives(tables[k]) for k in ("eras", "relative", "plans"))
    branches = (
        rf"(?P<docno>[〔\[【（(] ?{YEAR} ?[〕\]】）)] ?第? ?[0-9]+ ?号)",
        rf"(?P<range>(?<![0-9.])(?P<r1>{YEAR})(?: ?年{_TAIL}?)?{_SEP}(?P<r2>{YEAR}) ?(?:年|学年|财年){_TAIL}?)",
        rf"(?P<period>(?<=[（(])(?P<p1>{YEAR}){_SEP}(?P<p2>{YEAR})(?=[）)]))",
        rf"(?P<list>(?<![0-9.])(?P<l1>{YEAR})(?P<l2>(?: ?[、和及与/] ?{YEAR}){{1,{LONGEST_LIST}}}+) ?(?:年|学年|[两二三四五]年))",
        rf"(?P<short>(?<![0-9.])(?P<s1>{YEAR})(?: ?年)?{_SEP}(?P<s2>[0-9]{{2}}) ?(?:年|学年)(?![来内间多]))",
        rf"(?P<single>(?<![0-9.,])(?P<y>{YEAR}) ?(?:年(?!代)|学年|财年){_TAIL}?(?P<ysince> ?(?:{_SINCE}))?(?P<ystart>开始|始(?=[，,]))?)",
        rf"(?P<broken>(?<![0-9.])(?P<b>{YEAR}) ?{_MONTH} ?月{_DAYPART}(?P<bsince>{_SINCE})?)",
        rf"(?P<numeric>(?<![0-9.])(?P<d>{YEAR})"
        rf"(?:-{_MONTH}-[0-3]?[0-9]|/{_MONTH}/[0-3]?[0-9]|\.{_MONTH}\.[0-3]?[0-9])(?![0-9]))",
        rf"(?P<chinese>(?<!{_CN_D})(?P<c>(?:二[零〇○Ｏo]|一九|一八){_CN_D}{{2}})年"
        rf"(?:(?:{_CN_N})月(?:(?:{_CN_N}|[一二]十[一二三四五六七八九]?)日|份|底|初|末|[上中下]旬)?|底|末|初)?(?P<csince>{_SINCE})?)",
        r"(?P<decade>(?P<century>上(?:个)?世纪|20世纪|二十世纪|21世纪|二十一世纪|本世纪)?"
        r"(?P<tens>[二三四五六七八九]十|[2-9]0|19[2-9]0|20[0-4]0)年代(?:初期?|中期|末期?|后期|以来)?)",
        rf"(?P<planned>(?<![一二三四五六七八九十百千万第])(?P<q>[“\"‘「『])?(?P<plan>{plans})"
        r"(?(q)[”\"’」』]|(?=时期|期间|规划|计划|以来|末|初))(?P<psuffix>时期|期间|规划|计划|以来|末|初|普法)?)",
        rf"(?P<era>(?:{eras})(?:(?:召开)?(?:以来|以后|之后)|至今))",
        rf"(?P<relative>(?<![目当])(?P<word>{relative})(?: ?{_MONTH} ?月{_DAYPART}|上半年|下半年)?"
        r"(?P<wsince>以来|起(?=[，,])|开始(?=[，,]))?)",
        rf"(?P<same>(?:当年|同年|每年|历年|常年|往年|农历|阴历)(?:{_MONTH}|[正一二三四五六七八九十冬腊]{{1,2}})月{_DAYPART})",
        r"(?P<vague>近年来?|近几年来?|近些年来?|[多几数]年来|[几十]多年来|历年来?|长期以来|一直以来|本世纪初|上世纪末|新世纪(?:以来)?)",
        r"(?P<following>(?:次年|翌年)(?!度))",
        rf"(?P<ago>(?<![0-9.,第])(?P<an>{_N}) ?年(?:之前|前)(?![所后期半提沿列景程置往进]))",
        rf"(?P<next>(?:未来|今后|接下来|下一步)(?:的)?(?P<nn>{_N})年)",
        rf"(?P<span>(?P<sp>最近|过去|连续|这|近)?(?<![0-9.,第前后])(?P<sn>{_N}) ?(?P<many>[多余几])? ?年(?P<ss>多来|以来|来|间)?"
        r"(?!代|级|制|期|行动|规划|计划|攻坚|以上|以后|以内|之内|时间|的时间|历史|之久))",
        rf"(?P<lost>(?<![0-9一-鿿 ])年 ?{_MONTH} ?月{_DAYPART})",
        rf"(?P<date>(?<![0-9.个年—～-])(?:{_MONTH} ?月?{_SEP})?{_MONTH} ?月(?![龄嫂子供薪租息均球饼亮收]){_DAYPART}"
        r"|(?<![一二三四五六七八九十年])(?:十[一二]|[一二三四五六七八九十])月[一二三四五六七八九十]{1,3}日"
        r"|(?<![今去明前后每全多半年来])(?:上半年|下半年|年底前|(?:第?[一二三四]|前三)季度)|(?<=[，。；])年内)",
        r"(?P<epidemic>(?<!猪瘟)(?<!动物)(?<!流感)(?<!非典)(?<!鼠疫)(?<!虫害)(?:新冠肺炎|新型冠状病毒感染的?肺炎|新冠)?"
        r"疫情(?:防控)?(?:期间|(?:发生|暴发|爆发)(?:以来|后|之后|之初)?"
        r"|以来|来袭|之时|之初|时期|时刻|初期|形势|肆虐|过后)|抗疫期间)",
    )
    return re.compile("|".join(branches))
