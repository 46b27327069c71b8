"""Whether a place that is named is meant: names inside organisations, authorities cited, a capital's name used as an adjective."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from search.labels.gazetteer import Division, gazetteer
from search.labels.region.boundary import Words
from search.labels.region.context import Item, province_of
from search.labels.region.tables import Language, tables

_OPENING = re.compile("(?:^|[，。：；！？“”])([^，。：；！？“”]{2})")
AGAIN = 2
"""Clauses that begin with a name tell that it is one."""


def names_of_persons(texts: Sequence[str], words: Sequence[Words], by_block: Sequence[Sequence[Item]]) -> frozenset[str]:
    """The names of persons in a document that end in a place's: told by a title before (主持人高青海), by what follows (胡阳春说), or by
    the person named right before them (高青海和王兴安)."""
    found: set[str] = set()
    for text, cut, items in zip(texts, words, by_block, strict=True):
        for item in items:
            if not item.absorbed and _reads_as_person(text, cut, item, found):
                found.add(text[item.start - 1 : item.end])
    named = ((text, item) for text, items in zip(texts, by_block, strict=True) for item in items)
    joined = {text[item.start : item.end + 1] for text, item in named if _may_join(text, item)}
    if joined:
        opening = Counter(name for text in texts for name in _OPENING.findall(text))
        found |= {name for name in joined if opening[name[1:]] >= AGAIN}
    return frozenset(found)


def _may_join(text: str, item: Item) -> bool:
    """Whether a short name may be 和 and the surname of who is named next: 李小兵|和|田建."""
    return (
        text[item.start] == "和"
        and item.end - item.start == 2
        and not item.in_chain
        and text[item.end : item.end + 1] not in ("", *"地市县州的")
    )


def _reads_as_person(text: str, words: Words, item: Item, known: Collection[str]) -> bool:
    language, start = tables().language, item.start
    if item.name.full or item.in_chain or item.end - start != 2 or not start or text[start - 1] not in language.surnames:
        return False
    if not words.surname_before(start):
        return False
    before = text[max(0, start - 8) : start - 1]
    if language.title.search(before):
        return True
    if before[-1:] in ("和", "、", "与") and any(before[:-1].endswith(person) for person in known):
        return True
    return bool(language.surname.search(text[max(0, start - 3) : start]) and language.after_name.match(text, item.end))


def judge_compounds(texts: Sequence[str], by_block: Sequence[Sequence[Item]]) -> None:
    """Mark as rejected the aid compounds of a document that mean other places than their own: 援藏 in one on 甘南."""
    compounds = [(texts[item.block][item.start : item.end], item) for items in by_block for item in items if item.name.compound]
    elsewhere = tables().aid_elsewhere
    if not any(word in elsewhere for word, _ in compounds):
        return
    named = {item.path for items in by_block for item in items if item.settled and item.alive and not item.name.compound}
    for word, item in compounds:
        others = elsewhere.get(word, ()) if item.alive else ()
        if any(_lies_in(path, other) for path in named for other in others) and not any(_lies_in(path, item.path) for path in named):
            item.rejected = "此处指其他省的同类地区"


def _lies_in(path: str, other: str) -> bool:
    return f"{path}/".startswith(f"{other}/")


def judge(text: str, items: Sequence[Item], named: frozenset[str], persons: frozenset[str] = frozenset()) -> None:
    """Mark as rejected the settled items of one block that are part of an organisation's or a person's name.

    `named` are the paths named by their full names anywhere in the article, `persons` the names of persons in the document."""
    places, language = gazetteer(), tables().language
    for item in items:
        if not item.alive or not item.settled:
            continue
        division = places.division(item.path)
        if division is not None:
            part = _township(text, item, language) or _person(text, item, language, persons)
            item.rejected = part or _organisation(text, item, division, named, language)


def dismiss(text: str, items: Sequence[Item], supporters: Collection[str], main: Collection[str] = ()) -> None:
    """Mark as rejected the names of a province that stand beside a supporting district of it and do not mean the province itself, and
    its one character (来京) where the passage has a place of it all the same: one named, or one of the `main` places of its article."""
    language = tables().language
    finer = [path for path in {item.path for item in items if item.alive and item.settled} if "/" in path]
    below = {province_of(path) for path in finer}
    giving = {province_of(path) for path in finer if path in supporters}
    for item in items:
        if not (item.alive and item.settled) or "/" in item.path:
            continue
        if item.end - item.start == 1 and any((path + "/").startswith(item.path + "/") for path in (*main, *finer)):
            item.rejected = "一字简称，本段已有其地"
        elif item.path in giving and not item.name.compound:
            item.rejected = _in_passing(text, item, language)
        elif item.path in below and item.name.compound:
            item.rejected = "段中另有其下辖地区"


def _township(text: str, item: Item, language: Language) -> str:
    """三河、西安、高崖等6个乡镇: a short name in a list of places below the county is one of them."""
    return "" if item.name.full or item.in_chain or not language.townships.match(text, item.end) else "所列为乡镇村"


def _person(text: str, item: Item, language: Language, persons: frozenset[str]) -> str:
    if item.name.full or item.in_chain or item.name.compound:
        return ""
    if language.dateline.match(text, item.end) and language.agency.ends(text[max(0, item.start - 4) : item.start]):
        return "电头"
    before = text[max(0, item.start - 3) : item.start]
    if language.after_person.match(text, item.end) or language.person.ends(before):
        return "人名"
    return "人名" if text[max(0, item.start - 1) : item.end] in persons or text[item.start : item.end + 1] in persons else ""


def _organisation(text: str, item: Item, division: Division, named: frozenset[str], language: Language) -> str:
    """Why the name is only part of an organisation's, or nothing.

    A county's full name makes even an institution's name speak of the county (海淀区妇幼保健院); a province's does not where a finer
    place of it is about (北京市第二十中学 beside 海淀区)."""
    if item.name.compound:
        return ""
    full = item.name.full
    if not full and language.team.match(text, item.end):
        return "球队名称的一部分"
    if not full and division.level > 1 and language.history.match(text, item.end):
        return "历史事件名称的一部分"
    if language.press.match(text, item.end):
        return "报刊名称的一部分"
    if division.level == 3 and (full or item.in_chain or division.path in named):
        return ""
    if language.company.match(text, item.end) or (not full and language.named_companies.match(text, item.end)):
        return "企业名称的一部分"
    if language.institution.match(text, item.end):
        if not full:
            return "机构名称的一部分"
        if division.level == 1 and any(path.startswith(division.path + "/") for path in named):
            return "机构名称的一部分"
    return ""


def _in_passing(text: str, item: Item, language: Language) -> str:
    """Why a province beside a finer place of it is not meant itself, or nothing."""
    if language.authority.match(text, item.end):
        return "只作为上级机关提及"
    if language.elsewhere.match(text, item.end):
        return "指该地以外或其余地方"
    if item.name.full:
        return ""
    if not language.adjective.match(text, item.end):
        return ""
    return "省名作定语，段中另有其下辖地区"
