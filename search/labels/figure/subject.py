"""What a figure counts: a short noun phrase cut from the text beside it, never invented.

Behind a counter it is the noun there (`34家|企业`), else what stands before the amount (`财政援助资金|9801万元`), else what the money is or
buys. Where there is nothing, it is empty.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from search.labels.figure.grammar import figure_data
from search.labels.figure.phrase import (
    TaggedWord,
    deed_at_end,
    did_something,
    first_verb,
    governs,
    is_bare,
    names_a_thing,
    nominal_run,
    noun_phrase,
    opens_phrase,
    words_of,
)
from search.labels.patterns import either
from search.model import Span

LONGEST: Final = 18
_WINDOW: Final = 40
_BREAK: Final = frozenset("，。；：！？、,;:!?（）()“”‘’《》〈〉【】—…\n　 ")
_ABOUT: Final = frozenset("约近")
_OF_AREAS: Final = frozenset({"人", "家"})
"""Counters behind which an area only says where those are whom they count (30名|乡镇公务员, 100家|县支行)."""
_NUMERALS: Final = frozenset("一二两三四五六七八九十")
_RATE: Final = 8
"""How far before a share the rate may be named that has it."""
_CLOSED: Final = {"》": "《", "”": "“"}


@dataclass(frozen=True, slots=True)
class SubjectTable:
    """Nouns that end what is counted, the units whose noun stands behind them (34家|企业), and any unit; patterns of `subject` in
    `data/figures.toml`, each anchored where it is used."""

    nouns: re.Pattern[str]
    noun_follows: frozenset[str]
    durations: frozenset[str]
    unit: re.Pattern[str]
    goods: re.Pattern[str]
    """A short phrase that ends in a noun for what money buys or is, right behind an amount."""
    outcomes: re.Pattern[str]
    """What people do or get, right behind their number, where no noun says who they are."""
    outcomes_end: re.Pattern[str]
    aside: re.Pattern[str]
    """What an amount is held against, up to the amount (比2015年下降)."""
    handed: re.Pattern[str]
    giving: re.Pattern[str]
    filler: re.Pattern[str]
    amount_end: re.Pattern[str]
    leading: re.Pattern[str]
    share: re.Pattern[str]
    joined: re.Pattern[str]
    verb: re.Pattern[str]
    date: re.Pattern[str]
    clause_of: re.Pattern[str]
    """What a noun is told by before it is named (5名|来自东部地区的|援建干部)."""
    no_noun: re.Pattern[str]
    areas: frozenset[str]
    singles: frozenset[str]
    """Nouns of one character (三十只|羊)."""
    alone: frozenset[str]
    has_amount: re.Pattern[str]
    rate: re.Pattern[str]
    gave: re.Pattern[str]
    are: re.Pattern[str]
    share_of: re.Pattern[str]
    undone: re.Pattern[str]
    of_people: re.Pattern[str]
    grew: re.Pattern[str]
    bracketed: re.Pattern[str]
    same: frozenset[str]


@lru_cache(maxsize=1)
def _table() -> SubjectTable:
    raw = figure_data()
    subject: dict[str, Any] = raw["subject"]
    nouns, areas, goods, outcomes, adverbs = (
        either(subject[key], escape=False) for key in ("nouns", "areas", "goods", "outcomes", "outcome_adverbs")
    )
    return SubjectTable(
        nouns=re.compile(f"(?:(?:{areas})?(?:{nouns}))+|(?<![{subject['areas_not_behind']}])(?:{areas})(?![{subject['areas_not_before']}])"),
        noun_follows=frozenset(subject["noun_follows"]),
        durations=frozenset(subject["durations"]),
        unit=re.compile(either((*raw["units"], *raw["money"]))),
        goods=re.compile(f"(?:{subject['filler']})*(?P<noun>[^{subject['goods_without']}]{{0,12}}?(?:{goods})+)"),
        outcomes=re.compile(f"(?:{adverbs})*(?P<noun>{outcomes})"),
        outcomes_end=re.compile(f"(?:{outcomes})$"),
        areas=frozenset(subject["areas"]),
        singles=frozenset(subject["singles"]),
        alone=frozenset(subject["alone"]),
        same=frozenset(subject["same"]),
        **{
            name: re.compile(subject[name] if isinstance(subject[name], str) else either(subject[name], escape=False))
            for name in (
                "aside", "handed", "giving", "filler", "amount_end", "leading", "share", "joined", "verb", "date", "clause_of", "no_noun",
                "has_amount", "gave", "rate", "are", "share_of", "undone", "of_people", "grew", "bracketed",
            )
        },
    )  # fmt: skip


def subject_span(text: str, start: int, end: int, unit: str, places: Sequence[Span] = (), bound: int = 0) -> Span:
    """Where the noun phrase after the amount stands (`34家|企业`), else the one before it (`财政援助资金|9801万元`); an empty
    range when there is neither. `places` are the ranges of names of places: none of them is a subject. The text from `bound` on is looked
    at: what stands right behind the amount before this one is that one's."""
    table = _table()
    if unit in table.durations:
        return start, start
    if unit == "人" and text[end - 1 : end] == "人" and table.of_people.match(text, end):
        return _deed(text, [], start, end, unit)  # 十几亿人|的温饱问题: they are counted, not it
    if unit == "%" and (share := table.share_of.search(text, max(0, start - _WINDOW), start)) and share["noun"][0] != "全":
        return share.span("noun")
    if bracket := table.bracketed.search(text, max(bound, start - _WINDOW), start):
        words = _window(text, bracket.start(), bound)
        return _before(text, words, places) or (start, start)
    listed = text[start - 1 : start] == "等"
    behind = unit in table.noun_follows or (unit == "%" and table.share.match(text, end))
    if behind and (unit != "%" or table.rate.search(text, max(0, start - _RATE), start)) and table.has_amount.match(text, end):
        behind = False  # 贫困发生率超过|5%|的县, but 覆盖|93%|的贫困村
    if behind or listed or table.handed.search(text, max(0, start - 4), start):
        after = _after(text, end, unit, far=listed)
        if after:
            named = bisect_left(places, (after[1], 0)) > bisect_left(places, (after[0], 0))
            named = named and text[after[0]] != "“"  # a name in quotation marks stays whole
            return (_without_places(text, after, places) or (start, start)) if named else after
    words = _window(text, start, bound)
    before = _quoted(text, start) or _before(text, words, places)
    bare = before is None or is_bare(words, before)
    if before is None and (grew := table.grew.search(text, max(bound, start - _WINDOW), start)):
        return noun_phrase(words_of(text, *grew.span("noun")), grew.span("noun")) or (start, start)
    deed = (unit in table.same and deed_at_end(words)) or text[start - 1 : start] == "的"
    if (bare or deed or governs(words, start)) and (thing := _object(text, end)):
        return thing  # 种植|7000亩六堡茶, 修建了|1座铁桥
    if (before is None or unit == "CNY") and (goods := _goods(text, end)):
        return goods
    if before and ((unit in table.noun_follows and did_something(words, before)) or table.gave.search(text, before[1], start)):
        before = None
    return before or _deed(text, words, start, end, unit)


def _window(text: str, start: int, bound: int) -> list[TaggedWord]:
    """The words before an amount, back to where its clause begins or another amount ends; what it is held against is left out."""
    table = _table()
    low = max(0, start - _WINDOW, bound)
    while start > low and text[start - 1] in _ABOUT:
        start -= 1  # 占地|约
    while aside := table.aside.search(text, low, start):
        start = aside.start()
    first = start
    while first > low and text[first - 1] not in _BREAK and not (text[first - 1].isdigit() and not text[first].isascii()):
        first -= 1  # but over 4G and 5G
    if first and text[first - 1].isdigit():  # what the amount before counted is not what this one counts
        more = table.amount_end.match(text, first, start)
        first = more.end() if more else first
        counter = table.unit.match(text, first, start)
        first = counter.end() if counter else first
        date = table.date.match(text, first, start)
        first = date.end() if date else first
    return words_of(text, first, start) if first < start else []


def _quoted(text: str, start: int) -> Span | None:
    """A title or a name in quotes right before the amount: 《就业专刊》6万份."""
    opening = _CLOSED.get(text[start - 1 : start])
    first = text.rfind(opening, max(0, start - LONGEST), start) if opening else -1
    return None if first < 0 else (first, start)


def _goods(text: str, end: int) -> Span | None:
    """The noun straight behind an amount: 5万元|捐赠资金, 200万千瓦|光储一体化项目."""
    match = _table().goods.match(text, end)
    if not match or _table().verb.search(match["noun"]):
        return None
    start, stop = match.span("noun")
    return start, max(stop, nominal_run(words_of(text, start, _clause_end(text, start)), start)) if start < stop else stop


def _clause_end(text: str, at: int) -> int:
    stop = at
    while stop < len(text) and stop - at < LONGEST and text[stop] not in _BREAK and not text[stop].isdigit():
        stop += 1
    return stop


def _object(text: str, end: int) -> Span | None:
    """The nominal words straight behind an amount that the verb before it has for its object."""
    filler = _table().filler.match(text, end)
    start = filler.end() if filler else end
    if text[start : start + 1] == "“" and (closing := text.find("”", start, start + LONGEST)) > 0:
        return start, max(closing + 1, nominal_run(words_of(text, closing + 1, _clause_end(text, closing + 1)), closing + 1))
    stop = nominal_run(words_of(text, start, _clause_end(text, start)), start)
    for match in _table().outcomes_end.finditer(text[start:stop]):
        stop = start + match.start()
    return (start, stop) if stop - start >= 2 or text[start:stop] in _table().singles else None


def counts_one_kind(unit: str) -> bool:
    """Whether a counter, within a passage, counts one kind of thing."""
    return unit in _table().same


def is_undone(phrase: str) -> bool:
    """Whether a phrase only says what was not done with what is counted."""
    return _table().undone.search(phrase) is not None


def is_deed(phrase: str) -> bool:
    """Whether a phrase is what people did, not who or what was counted."""
    return _table().outcomes.fullmatch(phrase) is not None


def _after(text: str, end: int, unit: str, *, far: bool = False) -> Span | None:
    table = _table()
    filler = table.filler.match(text, end)
    end = filler.end() if filler else end
    end += text.startswith("《", end)
    stop = end
    while stop < len(text) and stop - end < LONGEST and (text[stop] in "“”" or text[stop] not in _BREAK) and not text[stop].isdigit():
        stop += 1
    deep = table.clause_of.match(text, end, stop if far else min(len(text), end + _WINDOW))
    if deep and (far or deep["from"]):
        return _after(text, deep.end(), unit)
    if text[end : end + 1] == "“" and end < (closing := text.find("”", end, stop + 1)):
        named = table.nouns.match(text, closing + 1)
        return end, named.end() if named else closing + 1
    words = words_of(text, end, stop)
    if not opens_phrase(words, end):
        return None
    nominal = nominal_run(words, end)
    done = first_verb(words, end)
    if done is not None and done - end >= 2 and nominal > end:
        stop = done
    run = text[end:stop]
    noun, verb = table.nouns.search(run), table.verb.search(run)
    of_area = noun is not None and unit in _OF_AREAS and noun.group() in table.areas and nominal > end + noun.end()  # 30名|乡镇公务员
    if noun and not of_area and not (verb and verb.start() < noun.start()):
        if nominal > end + noun.end() and any(match.end() == nominal - end for match in table.nouns.finditer(run)):
            return end, nominal  # 水果|专业|合作社
        return end, _whole(words, (end + noun.start(), end + noun.end()), noun.group() in table.areas)
    if nominal - end >= 2:
        return end, nominal
    joined = table.joined.search(run)
    if not noun and joined and joined.start() >= 2 and (not verb or joined.start() <= verb.start()):
        return end, end + joined.start()
    if unit == "%" and words[0].start == end and names_a_thing(words[0]):
        return end, words[0].end  # 三分之二的|收入
    return (end, stop) if not noun and not verb and 2 <= len(run) <= 8 and not table.no_noun.search(run) else None


def _whole(words: Sequence[TaggedWord], noun: Span, area: bool) -> int:
    """Where the phrase ends that has a known noun at this range: not inside a word that begins before it (边民互市), and with the noun that
    goes on it (互市|贸易区)."""
    inside = next((word for word in words if word.start != noun[0] and word.start < noun[1] <= word.end), None)
    end = inside.end if inside else noun[1]
    if inside is None and area:
        return end
    following = next((word for word in words if word.start == end), None)
    if following and (_table().nouns.fullmatch(following.text) or (inside and following.text.endswith(tuple(_table().areas)))):
        return following.end
    return end


def _before(text: str, words: Sequence[TaggedWord], places: Sequence[Span]) -> Span | None:
    if not words or _table().joined.fullmatch(words[-1].text):
        return None  # 花椒和|百余亩的李子
    found = noun_phrase(words, (words[0].start, words[-1].end))
    placed = _without_places(text, found, places) if found else None
    found = noun_phrase(words, placed) if placed and placed != found else placed
    if found is None or text[found[0] : found[1]] in _table().alone:
        return None
    if text[found[0]] == "大" and text[found[0] - 1 : found[0]] in _NUMERALS:
        found = found[0] - 1, found[1]  # 三|大工程
    return found if found[1] - found[0] <= LONGEST else _last_noun(text, *found)


def _deed(text: str, words: Sequence[TaggedWord], start: int, end: int, unit: str) -> Span:
    """What was done with an amount that no noun names: 投入|3000万, 4000人|就业; an empty range where that is not said."""
    if unit in {"人", "户"} and (are := _table().are.match(text, end)):
        return are.span("noun")
    if unit in {"人", "户", "人次", "%"} and (outcome := _table().outcomes.match(text, end)):
        return outcome.span("noun")
    verb = next(reversed([word for word in words if _table().giving.fullmatch(word.text)]), None)
    return (verb.start, verb.end) if verb else (start, start)


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
    rest = _table().leading.match(text, first, stop) if first > span[0] else None
    first = rest.end() if rest else first
    return (first, stop) if stop - first > 1 else None


def _last_noun(text: str, first: int, stop: int) -> Span | None:
    """The known noun that ends a phrase too long to keep whole; nothing where it ends in none. A phrase is never cut inside a word."""
    for match in _table().nouns.finditer(text, first, stop):
        if match.end() == stop:
            before = max((text.rfind(mark, first, match.start()) for mark in ("的", "、", "和")), default=-1)
            return (before + 1, stop) if before >= 0 and stop - before - 1 <= LONGEST else match.span()
    return None
