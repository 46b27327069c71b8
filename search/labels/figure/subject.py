"""What a figure counts: a short noun phrase cut from the text beside it, never invented."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from search.labels.figure.grammar import figure_data
from search.model import Span

LONGEST: Final = 18

_BREAK: Final = "，。；：！？、,;:!?（）()“”‘’《》〈〉【】—…\n　 "
_TAIL: Final = re.compile(
    "(?:总计|共计|合计|累计|共|达到?|约|将近|为|到|超过?|逾|突破|近|有|至|了|等|均|年均|年|各|占|的|不低于|不超过|不少于|至少|按照?|增加|增长|下降|提高|减少|实现|新增|安排|投入|"
    "从|由原来|原来|由|仅|只|就|先后|已|降至|升至|降到|升到|跃升|提高到|上升到|增加到|引入|建成|举办|提供|推动|分发|拿出|开展|设立|带动|完成|选派|派出)+$"
)
_HEAD: Final = re.compile(
    "^(?:其中|同时|目前|可|保证|落实|已|先后|累计|共计|共(?![建同享])|总计|并|又|还|将|在(?![京沪津粤川黔校建册岗])|为|向|对(?!口)|从|由|与|和|及|各(?![类级地族界种项方])|"
    "分别|实现|完成|安排|投入|拿出|开展|举办|组织|促成|带动|直接|间接|帮助|吸纳|提供|建设|建成|"
    "新建|发放|签订|签署|捐赠|动员|引导|选派|派出|销售(?![额收])|采购(?!额)|支持|新增|占|近|约|个|了|的|年(?![均产度内]))+"
)
_CUT: Final = re.compile(
    ".*(?:(?:的|为|向|于|与|(?<!以)及|在(?![京沪津粤川黔校建册岗])|给|使|将)(?=...)|累计|先后|派驻|(?<!社会)组织|开展|提供|培训|选派|实施|投入|采购|援建|建设|举办|吸纳|实现|支持|带动|惠及|设立|建立|成立|发放)(?=..)"
)
_AND: Final = re.compile("[和与]|以及|(?<!以)及")
_SHARE: Final = re.compile("(?:以上|以下|左右)?的")
_FILLER: Final = re.compile("(?:以上|以下|左右|[的余多])+")
_HANDED: Final = re.compile("(?:捐助|捐赠|赠送|捐|运送|输送|送去|送来|送上|采购|购买|收购)了?$")
"""What is given or bought stands behind its amount: 捐赠|100万元|防控物资."""
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


@lru_cache(maxsize=1)
def _subject_table() -> SubjectTable:
    raw = figure_data()
    nouns, areas = ("|".join(sorted(raw["subject"][key], key=len, reverse=True)) for key in ("nouns", "areas"))
    units = "|".join(map(re.escape, sorted({**raw["units"], **raw["money"]}, key=len, reverse=True)))
    ends = re.compile(f"(?:{nouns})+|(?:{areas})(?![级属直域管])")
    return SubjectTable(ends, frozenset(raw["subject"]["noun_follows"]), re.compile(units))


def subject_span(text: str, start: int, end: int, unit: str) -> Span:
    """Where the noun phrase after the amount stands (`34家|企业`), else the one before it (`财政援助资金|9801万元`); an empty
    range when there is neither."""
    share = unit == "%" and _SHARE.match(text, end)
    behind = unit in _subject_table().noun_follows or share or _HANDED.search(text[max(0, start - 4) : start])
    after = _after(text, end) if behind else None
    return after or _quoted(text, start) or _before(text, start)


def _quoted(text: str, start: int) -> Span | None:
    """A title or a name in quotes right before the amount: 《就业专刊》6万份."""
    opening = _CLOSED.get(text[start - 1 : start])
    first = text.rfind(opening, max(0, start - LONGEST), start) if opening else -1
    return None if first < 0 else (first, start)


def _after(text: str, end: int) -> Span | None:
    filler = _FILLER.match(text, end)
    end = filler.end() if filler else end
    end += text.startswith("《", end)
    stop = end
    while stop < len(text) and stop - end < LONGEST and (text[stop] in "“”" or text[stop] not in _BREAK) and not text[stop].isdigit():
        stop += 1
    run = text[end:stop]
    noun = _subject_table().nouns.search(run)
    verb = _VERB.search(run)
    if noun and not (verb and verb.start() < noun.start()):
        closed = text[end + noun.end() : end + noun.end() + 1] == "”" and "“" in run[: noun.end()]
        return end, end + noun.end() + closed
    joined = _AND.search(run)
    if not noun and joined and joined.start() >= 2 and (not verb or joined.start() <= verb.start()):
        return end, end + joined.start()
    if not noun and not verb and 2 <= len(run) <= 8 and not run.startswith(("以", "左右", "的")):
        return end, stop
    return None


def _before(text: str, start: int) -> Span:
    first = start
    while first > 0 and start - first < LONGEST + 6 and text[first - 1] not in _BREAK and not text[first - 1].isdigit():
        first -= 1
    if first and text[first - 1].isdigit():  # what the amount before counted is not what this one counts
        more = _AMOUNT_END.match(text, first, start)
        first = more.end() if more else first
        counter = _subject_table().unit.match(text, first, start)
        first = counter.end() if counter else first
    run = _TAIL.sub("", text[first:start])
    stop = first + len(run)
    head = _HEAD.match(run)
    first += head.end() if head else 0
    cut = _CUT.match(text, first, stop)
    first = cut.end() if cut else first
    return (max(first, stop - LONGEST), stop) if stop - first > 1 else (start, start)
