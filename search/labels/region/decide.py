"""The sides of an article: who gives and who takes, decided from the votes for its places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from search.labels.gazetteer import gazetteer
from search.labels.region.context import province_of
from search.labels.region.roles import STRONG, USUAL, Votes, usual
from search.model import Role

CLEAR = 0.25
"""A mean vote beyond this makes a side."""
UNUSUAL = 1.0
"""It must reach this to make one that is not the place's usual side, unless the build of a sentence says so."""
KIN = 0.5
"""How much a place takes over from the places above and below it."""
OFTEN = 4
"""A place that helps and is named so often is one of those an article tells of, not an example; so is one that is named once less, of
which two passages say so."""
ENUMERATED = 3
"""So are the places of so many provinces that one passage says outright to help."""


@dataclass(slots=True)
class Sides:
    """The roles of one article's places. `told` are the supporters that it tells of throughout, or lists."""

    supporters: Counter[str] = field(default_factory=Counter)
    recipients: Counter[str] = field(default_factory=Counter)
    told: set[str] = field(default_factory=set)

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


def decide(
    votes: dict[str, Votes],
    lists: Iterable[Sequence[str]] = (),
    *,
    epidemic: bool = False,
    paired: tuple[Collection[str], ...] = ((), ()),
    by_units: bool = False,
) -> Sides:
    """Sides from the votes of an article. A place with no vote of its own takes that of its kin, or of its neighbours in a
    list (`lists` are the paths of each), or none. `epidemic`: the article is about the aid of 2020 to Hubei. `paired` are the places
    that the article's pairs (粤桂) name as supporters and as recipients: of theirs, those that usually do neither do that. `by_units`:
    no place gives but where the text says so; nor does one that people only come to (受援县的学生齐聚北京)."""
    sides = Sides()
    kin = _kinships(votes)
    sure: Counter[str] = Counter()
    leaning = {path: usual(path, epidemic=epidemic) or _by_pair(path, *paired) for path in votes}
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
        if value < 0 and not own.sure and _gives_above(path, votes):
            continue  # 在青岛设立劳务工作站, where 山东 is who gives
        if value < 0 and not own.sure and _gives_below(path, votes):
            continue  # 成都的企业采购, where 成都崇州 is who gives
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
    hosts = {path for path, own in votes.items() if own.hosting == own.mentions and province_of(path) not in paired[0]}
    _add_usual(sides, votes, {path: min(0.0, value) if by_units or path in hosts else value for path, value in leaning.items()})
    _share_lists(sides, votes, alike)
    sides.told = {path for path in sides.supporters if votes[path].aided and _is_told(votes[path])}
    sides.told |= _listed_as_giving(sides, votes)
    if not epidemic and not any(votes[path].aided or votes[path].given >= STRONG for path in sides.supporters):
        sides.supporters.clear()  # where 山西 sends its workers to helps nobody
    if not sides.supporters and not any(sure[path] and votes[path].given <= -STRONG for path in sides.recipients):
        sides.recipients.clear()  # 甘肃 that lifts itself out of poverty takes from nobody
    return sides


def _is_told(own: Votes) -> bool:
    return own.mentions >= OFTEN or (own.mentions + 1 >= OFTEN and len(own.aided) > 1 and own.given > 0)


def _listed_as_giving(sides: Sides, votes: Mapping[str, Votes]) -> set[str]:
    """The supporters that a passage lists: places of several provinces, each said to give, beside one that takes."""
    by_block: dict[int, set[str]] = {}
    taking = {block for path in sides.recipients for block in votes[path].blocks}
    for path in sides.supporters:
        for block in votes[path].aided & taking if votes[path].sure else ():
            by_block.setdefault(block, set()).add(path)
    return {path for paths in by_block.values() if len(set(map(province_of, paths))) >= ENUMERATED for path in paths}


def _by_pair(path: str, supporters: Collection[str], recipients: Collection[str]) -> float:
    """The side on which a pair names the province of a place, as a vote."""
    province = province_of(path)
    return 0.0 if (province in supporters) == (province in recipients) else USUAL if province in supporters else -USUAL


def _gives_above(path: str, votes: Mapping[str, Votes]) -> bool:
    """Whether the province of a place is named, and what is said of it is that it gives."""
    above = votes.get(province_of(path)) if "/" in path else None
    return above is not None and above.given > 0 and usual(province_of(path)) > 0


def _gives_below(path: str, votes: Mapping[str, Votes]) -> bool:
    """Whether a place in it, itself no province, is said by the build of a sentence to give."""
    return "/" in path and any(own.given > 0 and own.sure for other, own in votes.items() if other.startswith(f"{path}/"))


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


def main_supporters(sides: Sides, rival: float | None = None) -> tuple[str, ...]:
    """The places an article's aid comes from, most named first: of each province that is named about as often as the first (its share
    `rival`, else `RIVAL`), the finer place where it is named enough, else the province."""
    weight: Counter[str] = Counter()
    for path, count in sides.supporters.items():
        weight[province_of(path)] += count
    if not weight:
        return ()
    most = max(weight.values())
    found: list[str] = []
    for province in sorted(weight, key=lambda path: (-weight[path], gazetteer().official_order(path))):
        if weight[province] >= (RIVAL if rival is None else rival) * most:
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
