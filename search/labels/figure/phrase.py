"""Noun phrases by parts of speech: what is left of a stretch of text once the words are gone that no name of a column would have.

A verb stays where it modifies a noun or names a thing itself (扶贫资金, 捐款); `data/figures.toml` lists those. Nothing is cut inside a
word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from search.labels.cutting import segmenter
from search.labels.figure.grammar import figure_data
from search.model import Span

_CUTTERS: Final = frozenset("dpcruteyoz")
"""First letters of parts of speech that no noun phrase has inside: adverbs, prepositions, conjunctions, pronouns, particles, times."""
_ENDS_IN_NONE: Final = frozenset("mqfa")
"""Numerals, counters, directions, adjectives: inside a phrase, never its end."""
_MEASURED: Final = frozenset("率额量费度值数")
"""Nouns that end so take the verb before them for what they measure (培训|合格率)."""
_PEOPLE: Final = "们"
_PERSONS: Final = frozenset("人员者师生兵")
_ASPECTS: Final = frozenset({"ul", "uz", "ug"})
_NOMINAL: Final = frozenset("nbajls")


@dataclass(frozen=True, slots=True)
class TaggedWord:
    """A word at its place, with its part of speech."""

    start: int
    end: int
    tag: str
    text: str


@dataclass(frozen=True, slots=True)
class _PhraseTable:
    modifiers: frozenset[str]
    ends: frozenset[str]
    inside: frozenset[str]
    barred: frozenset[str]
    joins: frozenset[str]
    linking: frozenset[str]
    bridges: frozenset[str]
    generic: frozenset[str]
    away: frozenset[str]
    spending: frozenset[str]
    money: frozenset[str]
    compounds: frozenset[str]
    bridged: frozenset[str]
    suffixes: frozenset[str]
    have: frozenset[str]
    provinces: frozenset[str]
    numerals: frozenset[str]
    """Characters of numerals: a word that the dictionary calls one and that has none of them is a noun (大米, 频次)."""


@lru_cache(maxsize=1)
def _table() -> _PhraseTable:
    raw = figure_data()["phrase"]
    return _PhraseTable(**{name: frozenset(raw[name]) for name in _PhraseTable.__slots__})


def words_of(text: str, low: int, high: int) -> list[TaggedWord]:
    """The words of a range of the text. Terms of the field are one noun each, whatever their words are elsewhere."""
    part = text[low:high]
    terms = [match.span() for match in _compounds().finditer(part)]
    words = [
        TaggedWord(low + start, low + end, "n" if tag == "m" and _table().numerals.isdisjoint(part[start:end]) else tag, part[start:end])
        for start, end, tag in segmenter().tagged(part)
        if not any(first < end and start < last for first, last in terms)
    ]
    if terms:
        words += [TaggedWord(low + first, low + last, "n", part[first:last]) for first, last in terms]
        words.sort(key=lambda word: word.start)
    return _suffixed(words)


def _suffixed(words: Sequence[TaggedWord]) -> list[TaggedWord]:
    """The words with each suffix joined to what it makes a noun of (办结|率)."""
    joined: list[TaggedWord] = []
    for word in words:
        last = joined[-1] if joined else None
        if word.text in _table().suffixes and last and last.end == word.start and last.tag[0] in "nva" and last.text not in _table().barred:
            joined[-1] = TaggedWord(last.start, word.end, "n", last.text + word.text)
        else:
            joined.append(word)
    return joined


@lru_cache(maxsize=1)
def _compounds() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _table().compounds), key=len, reverse=True)))


def noun_phrase(words: Sequence[TaggedWord], span: Span) -> Span | None:
    """The last noun phrase of a range that is made of these words; None where it has none of two characters."""
    held = [word for word in words if word.start < span[1] and word.end > span[0]]
    while held and held[0].start < span[0]:
        held = held[1:]
    while held and (held[-1].end > span[1] or not _may_end(held[-1])):
        did = held[-1].tag in _ASPECTS
        held = held[: -2 if did else -1]  # 卖了: what was done, whatever the word is elsewhere
    held = _without_spending(held)
    for at in range(len(held) - 1, -1, -1):
        if _cuts(held, at):
            if held[at].text.startswith(tuple(_table().away)):
                return None  # 离工厂|3公里
            cut, held = held[at], held[at + 1 :]
            if held[-1:] and held[-1].end - held[0].start < 2 and cut.tag[0] in "rp" and at:
                return noun_phrase(words, (span[0], cut.start))  # 援助资金从|每|县
            break
    if held and "".join(word.text for word in held) in _table().generic:
        held = [
            *(word for word in words if span[0] <= word.start and word.end == held[0].start and word.tag[0] in "nv"),
            *held,
        ]  # 输出|总数
    while held and not _may_begin(held[0], alone=held[-1].end - held[0].end < 2 or held[1].text[-1] in _MEASURED):
        held = held[1:]
    if len(held) > 1 and held[0].text in _table().provinces and any(word.end == held[0].start and word.tag[0] in "vp" for word in words):
        held = held[1:]
    if not held or held[-1].end - held[0].start < 2 or held[0].text.startswith(tuple(_table().away)):
        return None
    return held[0].start, held[-1].end


def _without_spending(held: list[TaggedWord]) -> list[TaggedWord]:
    """帮扶|资金投入, one word for the dictionary, is 帮扶资金."""
    said = "".join(word.text for word in held[-2:])
    for verb in _table().spending:
        if said.endswith(verb) and said.removesuffix(verb).endswith(tuple(_table().money)):
            last = held[-1]
            if last.text == verb:
                return held[:-1]
            return [*held[:-1], TaggedWord(last.start, last.end - len(verb), "n", last.text.removesuffix(verb))]
    return held


def governs(words: Sequence[TaggedWord], stop: int) -> bool:
    """Whether the words up to `stop` end in a verb whose object has to stand behind the amount (修建了|1座铁桥), and not in one that links
    an amount with what it is of (达到, 共有)."""
    held = [word for word in words if word.end <= stop]
    if held and held[-1].text in _table().have:
        return True
    aspect = False
    while held and (held[-1].tag[0] in "dumz" or held[-1].text in _table().linking):
        if held[-1].text in _table().linking:
            return False
        aspect |= held[-1].tag in _ASPECTS
        held = held[:-1]
    return bool(held) and (aspect or (held[-1].tag == "v" and held[-1].text not in _table().ends))


def nominal_run(words: Sequence[TaggedWord], start: int) -> int:
    """Where the noun phrase ends that begins at `start`; `start` where none does."""
    table = _table()
    held: list[TaggedWord] = []
    for word in words:
        if word.start < start:
            continue
        end = held[-1].end if held else start
        modifies = word.tag == "vn" or word.text in table.modifiers or word.text in table.inside
        named = not held and (
            word.tag in {"zg", "g"} or (word.tag == "m" and len(word.text) == 1) or word.text in table.modifiers
        )  # 六|堡茶, 保障|房
        if word.start != end or word.text in table.barred or not (word.tag[0] in _NOMINAL or named or (held and modifies)):
            break
        held.append(word)
    while held and (not (held[-1].tag.startswith(("n", "vn")) or _is_person(held[-1])) or held[-1].text in table.modifiers):
        held.pop()
    return held[-1].end if held else start


def _is_person(word: TaggedWord) -> bool:
    """Whether a set phrase names a kind of people (退役军人)."""
    return word.tag == "l" and word.text[-1] in _PERSONS


def deed_at_end(words: Sequence[TaggedWord]) -> bool:
    """Whether the words end in what was done, be it a verb or its noun (老人|销售)."""
    return bool(words) and words[-1].tag[0] == "v" and words[-1].text not in _table().linking


def opens_phrase(words: Sequence[TaggedWord], start: int) -> bool:
    """Whether the word at `start` can begin a noun phrase: no adverb, preposition or verb but those that modify nouns."""
    first = next((word for word in words if word.start >= start), None)
    if first is None:
        return False
    table = _table()
    if first.text in table.barred:
        return False
    listed = first.text in table.modifiers or first.text in table.inside or first.text in table.ends
    return listed or (first.tag not in {"v", "vd", "ad"} and first.tag[0] not in "dpcr")


def names_a_thing(word: TaggedWord) -> bool:
    """Whether a word is what can be counted though it is a verb (收入, 投资)."""
    return word.text in _table().ends and len(word.text) > 1


def first_verb(words: Sequence[TaggedWord], start: int) -> int | None:
    """Where the first word from `start` on stands that no noun phrase holds (34家|企业相继|落户); None where all can be of one."""
    table = _table()
    for word in words:
        if word.start < start or word.text in table.joins or word.text in table.modifiers or word.text in table.inside:
            continue
        if word.tag in {"v", "vd", "ad"} or (word.tag[0] in "dpry" and word.tag != "yg") or word.tag in {"c", "uv", "ul", "uz", "ug", "f"}:
            return word.start
    return None


def _may_end(word: TaggedWord) -> bool:
    table = _table()
    if word.text in table.ends:
        return True
    if word.text in table.barred or word.text in table.joins or word.text in table.linking or word.tag[0] in _CUTTERS:
        return False
    if word.text.endswith(_PEOPLE):
        return False  # 邻里们|帮着
    if word.tag[0] == "v":
        return word.tag == "vn"
    return word.tag[0] not in _ENDS_IN_NONE or word.tag == "an"


def _may_begin(word: TaggedWord, *, alone: bool) -> bool:
    table = _table()
    if word.text in table.joins or (word.text in table.bridges and not alone):
        return False
    return (word.tag[0] not in "mqfu" or word.text in table.inside) and word.tag != "uv"


def _cuts(words: Sequence[TaggedWord], at: int) -> bool:
    """Whether a noun phrase can only begin behind this word."""
    word, table = words[at], _table()
    last = at == len(words) - 1
    if word.text in table.barred and not last and words[at + 1].text[-1] in _MEASURED and word.tag[0] in "nv":
        return False  # 采购|金额
    if word.text in table.bridges and 0 < at < len(words) - 1:
        return not words[at + 1].text.endswith(tuple(table.bridged))
    if word.text in table.barred:
        if word.text in {"的", "等"} and at and words[at - 1].tag[0] == "n":
            return "".join(one.text for one in words[at + 1 :]) not in table.generic  # 残疾人的比例
        return not (last and word.text in table.ends)
    if word.text in table.inside or word.text in table.modifiers or word.text in table.bridges or word.text in table.joins:
        return False
    return not last and (word.tag == "v" or word.tag[0] in _CUTTERS)


def did_something(words: Sequence[TaggedWord], phrase: Span) -> bool:
    """Whether a verb stands between a phrase and the end of the words: the phrase says who did it (合作社|吸纳了), not what was counted."""
    table = _table()
    behind = [word for word in words if word.start >= phrase[1]]
    return any(word.tag == "v" and word.text not in table.linking and word.text not in table.ends for word in behind)


def is_bare(words: Sequence[TaggedWord], span: Span) -> bool:
    """Whether a phrase is of verbs only."""
    return all(word.tag[0] == "v" or word.tag == "s" or word.text in _table().bridges for word in words if span[0] <= word.start < span[1])
