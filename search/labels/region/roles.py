"""Who supports whom: votes from the language of aid around each place, summed over an article."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from search.labels.gazetteer import gazetteer
from search.labels.region.context import Item, list_span, province_of, sentence
from search.labels.region.tables import tables
from search.model import Role

STRICKEN = "湖北省"
STRONG, FAIR, WEAK = 2.0, 1.0, 0.5
USUAL = 0.8
"""What the usual sides of the national programmes weigh against the text's own words, a mention."""
CLEAR = 0.25
"""A mean vote beyond this makes a side."""
UNUSUAL = 1.0
"""It must reach this to make one that is not the place's usual side, unless the build of a sentence says so."""
KIN = 0.5
"""How much a place takes over from the places above and below it."""
OBJECT = ("对", "向", "给", "为")
"""Right before a place these make it the one that is given to, whatever verb follows."""
BINDS = ("建立", "签订", "签署", "结成", "确立")
"""Behind the second of two parties: neither gives in these words."""
GOES = ("赴", "前往", "来到")
"""A delegation goes there: more than the scene of a meeting."""


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
    officials: set[int] = field(default_factory=set)
    """Blocks that name it in the title of an official, or as where a delegation goes."""


@dataclass(slots=True)
class Sides:
    """The roles of one article's places."""

    supporters: Counter[str] = field(default_factory=Counter)
    recipients: Counter[str] = field(default_factory=Counter)

    def add_pairs(self, supporters: Counter[str], recipients: Counter[str]) -> None:
        """Count what abbreviations name (闽宁): a province already on that side, or any place where no other of its
        province has a side."""
        for side, opposite, counts in ((self.supporters, self.recipients, supporters), (self.recipients, self.supporters, recipients)):
            for path, count in counts.items():
                near = {province_of(other) for other in (*side, *opposite)}
                if (path in side and "/" not in path) or province_of(path) not in near:
                    side[path] += count

    def role(self, path: str) -> Role:
        """The role of a path: its own, else that of a place above or below it where those agree."""
        if path in self.supporters:
            return Role.SUPPORTER
        if path in self.recipients:
            return Role.RECIPIENT
        supporting = any(_kin(path, other) for other in self.supporters)
        receiving = any(_kin(path, other) for other in self.recipients)
        if supporting != receiving:
            return Role.SUPPORTER if supporting else Role.RECIPIENT
        return Role.MENTIONED


def _kin(one: str, other: str) -> bool:
    return one.startswith(other + "/") or other.startswith(one + "/")


def vote(text: str, item: Item) -> float:
    """What the words around one mention say: above zero it gives, below it is given to, zero says nothing."""
    language = tables().language
    if item.name.compound:
        return -STRONG
    start, end = list_span(item)
    if language.scene.match(text, item.end) or language.office.match(text, item.end):
        return 0.0
    if ((item.left or item.right) and language.mutual.match(text, end)) or text.startswith(BINDS, end):
        return 0.0
    if (item.meets or (item.left and item.left.meets)) and language.both.match(text, item.end):
        return 0.0
    before = text[max(0, start - 12) : start]
    takes = _grade(language.before_given_strong.search(before), language.before_given.search(before))
    if language.grace.match(text, end):
        gives, takes = (STRONG, 0.0) if usual(item.path) >= 0 else (0.0, 0.0)
    elif before[-1:] in OBJECT:
        gives, takes = 0.0, max(takes, FAIR)
    elif language.site.search(before):
        gives = 0.0
        if language.after_site.match(text, end):
            takes = max(takes, FAIR) if before[-1:] == "在" else takes + FAIR
    else:
        strong, weak = language.after_gives_strong.match(text, end), language.after_gives.match(text, end)
        gives = 0.0 if _aids_itself(strong or weak, item) else _grade(strong, weak)
        gives += _grade(None, usual(item.path) >= 0 and language.before_gives.search(before))
    takes += _grade(language.after_receives_strong.match(text, end), language.after_receives.match(text, end))
    if gives + takes < STRONG and not language.aid.search(sentence(text, item.start)):
        return 0.0
    return gives - takes


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
    for item in items:
        votes = found.setdefault(item.path, Votes())
        text, language = texts[item.block], tables().language
        if not language.scene.match(text, item.end):
            votes.mentions += not item.name.compound
            (votes.officials if language.office.match(text, item.end) else votes.blocks).add(item.block)
            if item.block in votes.blocks and language.aid.search(sentence(text, item.start)):
                votes.aided.add(item.block)
        elif text.endswith(GOES, 0, item.start):
            votes.officials.add(item.block)
        value = said[id(item)] if id(item) in said else vote(text, item)
        votes.sure += id(item) in said or item.name.compound
        if value:
            votes.cues += 1
            votes.given += value
    return found


@lru_cache(maxsize=8192)
def usual(path: str, *, epidemic: bool = False) -> float:
    """The side a place usually has, as a vote. In early 2020 everyone else gave to Hubei."""
    if epidemic:
        return -USUAL if path.startswith(STRICKEN) else USUAL
    listed = tables()
    for side, value in ((listed.usual_neither, 0.0), (listed.usual_recipients, -USUAL), (listed.usual_supporters, USUAL)):
        if any(path == one or path.startswith(one + "/") for one in side):
            return value
    return 0.0


def decide(votes: dict[str, Votes], lists: Iterable[Sequence[str]] = (), *, epidemic: bool = False) -> Sides:
    """Sides from the votes of an article. A place with no vote of its own takes that of its kin, or of its neighbours in a
    list (`lists` are the paths of each), or none. `epidemic`: the article is about the aid of 2020 to Hubei."""
    sides = Sides()
    kin = _kinships(votes)
    sure: Counter[str] = Counter()
    leaning = {path: usual(path, epidemic=epidemic) for path in votes}
    alike, unlike = _by_leaning(lists, leaning)
    for path in {path for one in unlike for path in one}:  # 在贵州、广东、上海帮扶: what is said of the list
        if votes[path].given * leaning[path] < 0:
            leaning[path] = 0.0
    mixed = min(leaning.values(), default=0) < 0 < max(leaning.values(), default=0)
    for path, own in votes.items():
        given, cues = own.given, own.cues
        if abs(given) < max(1, own.mentions):
            for other in kin.get(path, ()):
                given += KIN * votes[other].given
                cues += votes[other].cues
        if not cues:
            continue
        sure[path] = own.sure
        value = given / max(1, own.cues, own.mentions)
        if mixed or value * leaning[path] >= 0:  # 深圳 helping 汕头: what the two provinces usually are says nothing
            value += leaning[path]
        if value * leaning[path] < 0 and not own.sure and abs(value) < UNUSUAL:
            continue  # a cue word or two do not make 四川 a place that gives
        if value > CLEAR:
            sides.supporters[path] = own.mentions
        elif value < -CLEAR:
            sides.recipients[path] = own.mentions
    if not sides.recipients and not any(leaning[path] > 0 or sure[path] for path in sides.supporters):
        sides.supporters.clear()  # a city that sends its cadres to its own villages helps no other place
    for path in [path for path in sides.supporters if leaning[path] < 0 and votes[path].cues == 1]:
        above = [other for other in kin.get(path, ()) if other in sides.recipients]
        if any(sides.recipients[other] > sides.supporters[path] for other in above):  # 怒江独龙族帮扶, in an article on aid to 云南
            sides.recipients[path] = sides.supporters.pop(path)
    _share_lists(sides, votes, alike)
    _add_usual(sides, votes, leaning)
    _share_lists(sides, votes, alike)
    if not sides.supporters and not any(sure[path] for path in sides.recipients):
        sides.recipients.clear()  # 甘肃 that lifts itself out of poverty takes from nobody
    return sides


def _by_leaning(lists: Iterable[Sequence[str]], leaning: Mapping[str, float]) -> tuple[list[Sequence[str]], list[Sequence[str]]]:
    """Lists whose places may usually do the same, and those whose places usually stand on opposite sides."""
    alike: list[Sequence[str]] = []
    unlike: list[Sequence[str]] = []
    for one in lists:
        if len(one) > 1:
            sides = [leaning[path] for path in one]
            (unlike if min(sides) < 0 < max(sides) else alike).append(one)
    return alike, unlike


def _share_lists(sides: Sides, votes: dict[str, Votes], lists: Iterable[Sequence[str]]) -> None:
    """Who is listed together has one role: that of those of the list who have any, where they agree."""
    for listed in lists:
        for side, opposite in ((sides.supporters, sides.recipients), (sides.recipients, sides.supporters)):
            if any(path in side for path in listed) and not any(path in opposite for path in listed):
                side.update({path: votes[path].mentions for path in listed if path not in side})


def _kinships(paths: Iterable[str]) -> dict[str, list[str]]:
    """path → the other paths above and below it."""
    known = set(paths)
    found: dict[str, list[str]] = {}
    for path in known:
        at = path.rfind("/")
        while at > 0:
            above = path[:at]
            if above in known:
                found.setdefault(path, []).append(above)
                found.setdefault(above, []).append(path)
            at = path.rfind("/", 0, at)
    return found


def _add_usual(sides: Sides, votes: dict[str, Votes], leaning: Mapping[str, float]) -> None:
    """A place with no vote takes its usual side where it stands in a block with one of the other side. Where no place at all is
    on its side, it need not stand there (the county a delegation goes to), nor be more than its officials'."""
    giving = {block for path, own in votes.items() if path in sides.supporters or leaning[path] > 0 for block in own.blocks}
    taking = {block for path, own in votes.items() if path in sides.recipients or leaning[path] < 0 for block in own.blocks}
    found: list[tuple[Counter[str], str, int]] = []
    for path, own in votes.items():
        if not leaning[path] or path in sides.supporters or path in sides.recipients:
            continue
        if any(_kin(path, other) for other in (sides.recipients if leaning[path] > 0 else sides.supporters)):
            continue
        mine, opposite = (sides.supporters, taking) if leaning[path] > 0 else (sides.recipients, giving)
        others = sides.recipients if leaning[path] > 0 else sides.supporters
        if own.aided & opposite or (not mine and others and (own.aided or own.officials & opposite)):
            found.append((mine, path, own.mentions))
    for mine, path, mentions in found:
        mine[path] = mentions


def main_supporters(sides: Sides) -> tuple[str, ...]:
    """The places an article's aid comes from, most named first: of each province that is named about as often as the first,
    the finer place where it is named enough, else the province."""
    weight: Counter[str] = Counter()
    for path, count in sides.supporters.items():
        weight[province_of(path)] += count
    if not weight:
        return ()
    most = max(weight.values())
    found: list[str] = []
    for province in sorted(weight, key=lambda path: (-weight[path], gazetteer().official_order(path))):
        if weight[province] >= RIVAL * most:
            found += _within(province, {path: count for path, count in sides.supporters.items() if province_of(path) == province})
    return tuple(found)


def _within(province: str, counts: dict[str, int]) -> list[str]:
    finer = sorted((path for path in counts if path != province), key=lambda path: (-counts[path], path))
    whole = counts.get(province, 0)
    if not finer or (whole and counts[finer[0]] < max(2, FINER_SHARE * whole)):
        return [province]
    alike = [path for path in finer if counts[path] * 2 >= counts[finer[0]]]
    alike = [path for path in alike if not any(_kin(path, other) and counts[other] >= counts[path] for other in alike if other != path)]
    return alike if len(alike) == 1 or not whole else [province]


RIVAL = 0.3
"""Another province named this often, against the most named, gives as well."""
FINER_SHARE = 0.4
"""A district named this often, against its province, is itself the supporter."""
