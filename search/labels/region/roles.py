"""Who supports whom: votes from the language of aid around each place, summed over an article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from search.labels.gazetteer import gazetteer
from search.labels.region.context import Item, list_span, sentence
from search.labels.region.tables import tables
from search.model import Role

STRICKEN = "湖北省"
STRONG, FAIR, WEAK = 2.0, 1.0, 0.5
USUAL = 0.8
"""What the usual sides of the national programmes weigh against the text's own words, a mention."""


@dataclass(slots=True)
class Votes:
    """Votes for a place in one article: `given` above zero speaks for supporter, below for recipient."""

    given: float = 0.0
    cues: int = 0
    sure: int = 0
    """How often the build of a sentence tells its role."""
    mentions: int = 0
    blocks: set[int] = field(default_factory=set)
    """Blocks that name it otherwise than as the scene of an event or in the title of an official."""
    aided: set[int] = field(default_factory=set)
    """Of `blocks`, those where the sentence that names it speaks of aid."""
    hosting: int = 0
    """How many of its mentions say only that people come there, or that something happens there."""
    officials: set[int] = field(default_factory=set)
    """Blocks that name it in the title of an official, or as where a delegation goes."""


def vote(text: str, item: Item) -> float:
    """What the words around one mention say: above zero it gives, below it is given to, zero says nothing."""
    language = tables().language
    if item.name.compound:
        return 0.0 if is_listed_aid(text, item) else -STRONG
    start, end = list_span(item)
    if language.scene.match(text, item.end) or language.office.match(text, item.end) or language.branch.match(text, item.end):
        return 0.0
    together = item.left or item.right or text.endswith(language.with_, 0, start)
    if (together and language.mutual.match(text, end)) or text.startswith(language.binds, end):
        return 0.0
    if (item.meets or (item.left and item.left.meets)) and language.both.match(text, item.end):
        return 0.0
    before = text[max(0, start - 12) : start]
    takes = _grade(language.before_given_strong.ends(before), language.before_given.ends(before))
    if language.grace.match(text, end):
        gives, takes = (STRONG, 0.0) if usual(item.path) >= 0 else (0.0, 0.0)
    elif before.endswith(language.object):
        gives, takes = 0.0, max(takes, FAIR)
    elif language.site.ends(before):
        gives = 0.0
        if before[-1:] != "在" and language.visited.match(text, end):
            return 0.0  # 组织学生赴宜昌、北京等地参观
        if language.after_site.match(text, end):
            takes = max(takes, FAIR) if before[-1:] == "在" else takes + FAIR
    else:
        strong, weak = language.after_gives_strong.match(text, end), language.after_gives.match(text, end)
        gives = 0.0 if _aids_itself(strong or weak, item) else _grade(strong, weak)
        gives += _grade(None, usual(item.path) >= 0 and language.before_gives.ends(before))
    takes += _grade(language.after_receives_strong.match(text, end), language.after_receives.match(text, end))
    if gives + takes < STRONG and not language.aid.search(sentence(text, item.start)):
        return 0.0
    return gives - takes


def is_listed_aid(text: str, item: Item) -> bool:
    """Whether 援藏 is one of a list of such words (援藏、援疆、挂职): what cadres do, not where these do it."""
    if not item.name.compound:
        return False
    compounds = tuple(tables().aid_compounds)
    stop = item.end + text.startswith("、", item.end)
    start = item.start - text.endswith("、", 0, item.start)
    return text.startswith(compounds, stop) or text.endswith(compounds, 0, start)


def _is_attribute(text: str, item: Item) -> bool:
    """Whether a province only says of what quality something is (北京优质的医疗资源)."""
    return "/" not in item.path and not item.name.full and bool(tables().language.quality.match(text, item.end))


def _hosts(text: str, item: Item) -> bool:
    """Whether people come to a place, or something happens there: 学生齐聚北京, 在北京人民大会堂."""
    start, end = list_span(item)
    before = text[max(0, start - 8) : start]
    if text.startswith(tuple(tables().aid_compounds), end + text.startswith("等", end)):
        return False  # 在上海等|援疆医生的帮助下
    return bool(tables().language.site.ends(before) or tables().language.gather.ends(before))


def _aids_itself(gives: re.Match[str] | None, item: Item) -> bool:
    """Whether what a place is said to give is aid to it: 新疆和田开通援疆航线."""
    if gives is None:
        return False
    aided = [path for name, path in tables().aid_compounds.items() if name in gives[0]]
    return any(item.path == path or item.path.startswith(path + "/") for path in aided)


def plain_vote(text: str, item: Item, said: Mapping[int, float]) -> float:
    """A vote outside an article about aid: only strong words count, and only in a sentence that speaks of aid outright."""
    told = said.get(id(item), 0.0)
    speaks = tables().language.helped if abs(told) > STRONG else tables().language.outright
    if not speaks.search(sentence(text, item.start)):
        return 0.0  # before the vote, which costs more
    value = told or vote(text, item)
    return value if abs(value) >= STRONG else 0.0


def spoken_role(value: float) -> Role:
    """The role a sum of plain votes gives."""
    return Role.MENTIONED if not value else Role.SUPPORTER if value > 0 else Role.RECIPIENT


def _grade(strong: object, weak: object) -> float:
    return STRONG if strong else WEAK if weak else 0.0


def tally(texts: Sequence[str], items: Iterable[Item], said: Mapping[int, float]) -> dict[str, Votes]:
    """Votes of one article, by path; `said` is what the build of the sentences says of an item, by its id."""
    found: dict[str, Votes] = {}
    compounds = tuple(tables().aid_compounds)
    for item in items:
        votes = found.setdefault(item.path, Votes())
        text, language = texts[item.block], tables().language
        if not language.scene.match(text, item.end):
            votes.mentions += not item.name.compound
            votes.hosting += _hosts(text, item)
            aside = language.office.match(text, item.end) or _is_attribute(text, item)
            (votes.officials if aside else votes.blocks).add(item.block)
            if item.block in votes.blocks and language.aid.search(sentence(text, item.start)):
                votes.aided.add(item.block)
        elif text.endswith(language.goes, 0, item.start):
            votes.officials.add(item.block)
        value = said[id(item)] if id(item) in said else vote(text, item)
        aided = item.name.compound and not is_listed_aid(text, item)
        votes.sure += id(item) in said or aided or text.startswith(compounds, item.end)  # 上海市|援疆医疗队
        if value:
            votes.cues += 1
            votes.given += value
    return found


@lru_cache(maxsize=8192)
def usual(path: str, *, epidemic: bool = False) -> float:
    """The side a place usually has, as a vote. In early 2020 everyone else gave to Hubei."""
    if epidemic:
        return -USUAL if path.startswith(STRICKEN) else USUAL
    listed, places = tables(), (path, *gazetteer().ancestors(path))
    for side, value in ((listed.usual_neither, 0.0), (listed.usual_recipients, -USUAL), (listed.usual_supporters, USUAL)):
        if not side.isdisjoint(places):
            return value
    return 0.0
