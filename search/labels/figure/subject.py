"""What a figure counts: a short noun phrase cut from the text beside it, never invented."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from search.labels.figure.grammar import figure_data
from search.model import Span

LONGEST: Final = 18
_WINDOW: Final = 40
_DURATIONS: Final = frozenset({"天", "小时", "分钟", "个月"})

_BREAK: Final = frozenset("，。；：！？、,;:!?（）()“”‘’《》〈〉【】—…\n　 ")
_TAIL: Final = re.compile(
    "(?:以来|连续|分别|低于|高于|减至|增至|降为|惠及|确保其?|带着|能?挣|能?赚|售出|均超|包括|日均|月均|每天|一年|一天|剩余|年入|预估|预计|可以|有望|计划|能够?|将|可|总计|共计|合计|累计|共|达到?|约|将近|为|到|超过?|逾|突破|近|有|至|了|等|均|年均|年|各|占|的|不低于|不超过|不少于|至少|按照?|增加|增长|下降|提高|减少|同比|环比|相比|净增|上升|提升|降低|上涨|实现|新增|安排|投入|"
    "从|由原来|原来|由|仅|只|就|先后|已经?|尚|还|中(?=有?$)|较去|降至|升至|降到|升到|跃升|提高到|上升到|增加到|引入|建成|举办|提供|推动|分发|拿出|开展|设立|带动|完成|选派|派出)+$"
)
_HEAD: Final = re.compile(
    "^(?:其中|截至目前|截至|意味着|但|我们|他们?|还自己|就(?![业近医地读学])|仍有|(?<![所国拥没享具公私持占])有|做好|全县有|相比|同比|是|年产|预估|预计|可以|有望|计划|能够|同时|目前|可|保证|落实|已|先后|累计|共计|共(?![建同享])|总计|并|又|还|将|在(?![京沪津粤川黔校建册岗])|为|向|对(?!口)|从|由|与|和|及|各(?![类级地族界种项方])|"
    "分别|实现|完成|安排|投入|拿出|开展|举办|组织|促成|带动|直接|间接|帮助|吸纳|提供|建设|建成|"
    "新建|发放|签订|签署|捐赠|动员|引导|选派|派出|销售(?![额收])|采购(?!额)|支持|新增|占|近|约|个|了|的|年(?![均产度内]))+"
)
_CUT: Final = re.compile(
    ".*(?:(?:的|仍有|共有|还有|建起一?所?|帮助.{2,6}(?=销售)|(?<![所国拥没享具公私持占现])有(?=..)|为|向|于|与|(?<!以)及|在(?![京沪津粤川黔校建册岗])|给|使|将)(?=...)|累计|先后|派驻|(?<!社会)组织|开展|提供|培训|选派|实施|投入|募集|筹集|筹措|争取|采购|援建|建设|举办|吸纳|实现|支持|带动|惠及|设立|建立|成立|发放)(?=..)"
)
_AND: Final = re.compile("[和与]|以及|(?<!以)及")
_COMPARED: Final = re.compile(
    "(?:比|较)(?:上年|去年|前年|同期|往年|.{1,8}?(?:年|期))[末底]?(?:净?增加?|增长|减少|下降|提高|上升|多|少|高|低)?了?$"
)
_SHARE: Final = re.compile("(?:以上|以下|左右)?的")
_FILLER: Final = re.compile("(?:以上|以下|左右|[的余多])+")
_HANDED: Final = re.compile("(?:捐助|捐赠|赠送|捐|运送|输送|送去|送来|送上|采购|购买|收购)了?$")
"""What is given or bought stands behind its amount: 捐赠|100万元|防控物资."""
_ADVERBS: Final = (
    "都",
    "也",
    "均",
    "已",
    "将",
    "可",
    "能",
    "会",
    "就",
    "仍",
    "还",
    "正",
    "曾",
    "先后",
    "分别",
    "全部",
    "顺利",
    "成功",
    "相继",
    "陆续",
)
_DOING: Final = re.compile("[了着过]")
_ADVERB: Final = re.compile("|".join(_ADVERBS))
_LEADING: Final = re.compile("(?:等|的|在|市|级|内|共|已|和|与|及|地|人民政府|政府|累计)+(?=..)")
_VERBAL: Final = re.compile("(?:累计|共|已|先后|合计|共计|总)*(?P<verb>投入|投资|捐赠|捐款|增加|增长|新增|支持|安排|增收)")
_BARE_VERBS: Final = re.compile(
    "(?:当地|全[村县镇乡市]|[村县镇乡]里|今年|去年|计划|已|共)*(?:种植|养殖|销售|收购|采购|出口|改造|搬迁|生产|销往|栽种|流转|培育|上马|盘活|共建|捐建|援建|新建|修建|派遣|治疗|打造|引进|引入|建起|培养|救治|结对|管护|认领|发展|创办|拥有|落实|实施|派驻|选拔|招收|资助)了?"
)
_GIVING: Final = re.compile("(?P<verb>投入|投资|捐赠|捐款|支持|援助|资助|补助|采购|销售)")
"""Verbs that name what they count where no noun does (投入|3000万)."""
_CLOSED: Final = {"》": "《", "”": "“"}
_AMOUNT_END: Final = re.compile("(?:[余多来]|万|亿|千|百)*")
_VERB: Final = re.compile(
    "[在到赴向为与和从被把将并来给由于]|(?<!结)对|设立|建立|成立|发放|建成|提供|投资|参与|实现|受益|增收"
    "|脱贫|就业(?![岗意服政创职机人])|开展|入驻|落户|签"
)


@dataclass(frozen=True, slots=True)
class SubjectTable:
    """Nouns that end what is counted, the units whose noun stands behind them (34家|企业), and any unit."""

    nouns: re.Pattern[str]
    noun_follows: frozenset[str]
    unit: re.Pattern[str]
    goods: re.Pattern[str]
    """A short phrase that ends in a noun for what money buys or is, right behind an amount."""


@lru_cache(maxsize=1)
def _subject_table() -> SubjectTable:
    raw = figure_data()
    nouns, areas = ("|".join(sorted(raw["subject"][key], key=len, reverse=True)) for key in ("nouns", "areas"))
    units = "|".join(map(re.escape, sorted({**raw["units"], **raw["money"]}, key=len, reverse=True)))
    ends = re.compile(f"(?:(?:{areas})?(?:{nouns}))+|(?<![乡驻藏山库])(?:{areas})(?![级属直域管场委长政])")
    goods = "|".join(sorted(raw["subject"]["goods"], key=len, reverse=True))
    behind = re.compile(f"(?:[余多]|左右|以上)?的?(?P<noun>[^，。；、的在为用0-9]{{0,8}}?(?:{goods})+)")
    return SubjectTable(ends, frozenset(raw["subject"]["noun_follows"]), re.compile(units), behind)


def subject_span(text: str, start: int, end: int, unit: str, places: Sequence[Span] = ()) -> Span:
    """Where the noun phrase after the amount stands (`34家|企业`), else the one before it (`财政援助资金|9801万元`); an empty
    range when there is neither. `places` are the ranges of names of places: none of them is a subject."""
    share = unit == "%" and _SHARE.match(text, end)
    handed = _HANDED.search(text[max(0, start - 4) : start])
    if unit in _DURATIONS:
        return start, start
    named = text[start - 1 : start] == "等"
    if unit in _subject_table().noun_follows or share or handed or named:
        after = _after(text, end, far=named)
        if after:
            named = bisect_left(places, (after[1], 0)) > bisect_left(places, (after[0], 0))
            return (_without_places(text, after, places) or (start, start)) if named else after
    before = _quoted(text, start) or _before(text, start, places)
    if _BARE_VERBS.fullmatch(text, *before) and (behind := _after(text, end)):
        return behind  # 种植|7000亩六堡茶
    if before[0] == before[1] or unit == "CNY":
        goods = _goods(text, end)
        if goods:
            return goods
    return before


def _quoted(text: str, start: int) -> Span | None:
    """A title or a name in quotes right before the amount: 《就业专刊》6万份."""
    opening = _CLOSED.get(text[start - 1 : start])
    first = text.rfind(opening, max(0, start - LONGEST), start) if opening else -1
    return None if first < 0 else (first, start)


def _goods(text: str, end: int) -> Span | None:
    """The noun straight behind an amount: 5万元|捐赠资金, 200万千瓦|光储一体化项目."""
    match = _subject_table().goods.match(text, end)
    return match.span("noun") if match and not _VERB.search(match["noun"]) else None


def _after(text: str, end: int, *, far: bool = False) -> Span | None:
    filler = _FILLER.match(text, end)
    end = filler.end() if filler else end
    end += text.startswith("《", end)
    stop = end
    while stop < len(text) and stop - end < LONGEST and (text[stop] in "“”" or text[stop] not in _BREAK) and not text[stop].isdigit():
        stop += 1
    run = text[end:stop]
    if far and (deep := re.match("[^，。；的]{2,}的(?=[^，。；的])", run)):
        return _after(text, end + deep.end())
    noun = _subject_table().nouns.search(run)
    verb = _VERB.search(run)
    if noun and not (verb and verb.start() < noun.start()):
        closed = text[end + noun.end() : end + noun.end() + 1] == "”" and "“" in run[: noun.end()]
        return end, end + noun.end() + closed
    joined = _AND.search(run)
    if not noun and joined and joined.start() >= 2 and (not verb or joined.start() <= verb.start()):
        return end, end + joined.start()
    adverb = _ADVERB.search(run)
    if adverb and adverb.start() >= 2 and not noun and not (verb and verb.start() < adverb.start()):
        return end, end + adverb.start()
    if not noun and not verb and 2 <= len(run) <= 8 and not _DOING.search(run) and not run.startswith(("以", "左右", "的", *_ADVERBS)):
        return end, stop
    return None


def _before(text: str, start: int, places: Sequence[Span]) -> Span:
    first = start
    while first > 0 and start - first < _WINDOW and text[first - 1] not in _BREAK and not text[first - 1].isdigit():
        first -= 1
    if first and text[first - 1].isdigit():  # what the amount before counted is not what this one counts
        more = _AMOUNT_END.match(text, first, start)
        first = more.end() if more else first
        counter = _subject_table().unit.match(text, first, start)
        first = counter.end() if counter else first
    run = _TAIL.sub("", _COMPARED.sub("", text[first:start]))
    stop = first + len(run)
    spared = _VERBAL.match(text, stop, start)
    head = _HEAD.match(run)
    first += head.end() if head else 0
    cut = _CUT.match(text, first, stop)
    first = cut.end() if cut else first
    found = _without_places(text, (first, stop), places)
    if found is None or found[1] - found[0] < 2:
        verb = spared or next(reversed(list(_GIVING.finditer(text, first, start))), None)
        return verb.span("verb") if verb else (start, start)
    return found if found[1] - found[0] <= LONGEST else _last_noun(text, *found)


def _without_places(text: str, span: Span, places: Sequence[Span]) -> Span | None:
    """What is left of a phrase behind the last place it names; what is before it, where it ends in one; None where nothing is left."""
    first, stop = span
    low = bisect_left(places, (first, 0))
    for begin, end in places[low : bisect_left(places, (stop, 0))]:
        if end > stop or begin < first:
            continue
        if stop - end >= 2:
            first = end
        else:
            stop = begin
            break
    rest = _LEADING.match(text, first, stop) if first > span[0] else None
    first = rest.end() if rest else first
    tail = _TAIL.sub("", text[first:stop])
    return (first, first + len(tail)) if len(tail) > 1 else None


def _last_noun(text: str, first: int, stop: int) -> Span:
    """The known noun that ends a phrase too long to keep whole; nothing where it ends in none. A phrase is never cut inside a word."""
    for match in _subject_table().nouns.finditer(text, first, stop):
        if match.end() == stop:
            before = max((text.rfind(mark, first, match.start()) for mark in ("的", "、", "和")), default=-1)
            return (before + 1, stop) if before >= 0 and stop - before - 1 <= LONGEST else match.span()
    return (stop, stop)
