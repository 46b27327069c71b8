"""The parties of a text: places that are labelled there, units by their names, and the text with one mark for each."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from search.labels.patterns import either
from search.labels.region.tables import tables
from search.labels.relation.background import NO_BACKGROUND, Background
from search.labels.relation.table import MARK, SOME, relation_table
from search.model import Party, RegionLabel, Role, Span

_SEVERAL: Final = re.compile("的?(?:[0-9一二两三四五六七八九十多]+个|各|多个|企业|群众|干部|农民|籍)")
"""Behind a place: not it but some of what is in it is meant."""


AIDED: Final = "援"
_BOTH: Final = "和"
"""Between the marks of two that one word stands for."""
_BRANCH: Final = 8
"""How long the name of what has committees in places is, in characters."""
_COUNTY: Final = 2
"""How many levels a county has above it."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A stretch of text with a mark for each party. `offsets` leads from the marked text back, one more than it has characters."""

    text: str
    offsets: tuple[int, ...]
    parties: dict[int, Party]
    """Position in the marked text → the party marked there."""

    def span(self, start: int, end: int) -> Span:
        """The range of the text behind a range of the marked text."""
        return self.offsets[start], self.offsets[end]

    def among(self, span: Span) -> list[Party]:
        """The parties of a range of the marked text, in order."""
        return [self.parties[at] for at in range(*span) if at in self.parties]


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a block by where they are named, joined where one is the parent of the next (河北省滦平县)."""

    spans: tuple[Span, ...]
    paths: tuple[str, ...]
    roles: dict[str, Role]
    joint: tuple[tuple[Span, tuple[str, str]], ...] = ()
    """Names of two places at once (京蒙)."""
    inherited: tuple[tuple[str, Role], ...] = ()
    """Places that the text has from what stands above it, not from its own words."""

    @classmethod
    def of(cls, text: str, regions: Sequence[RegionLabel], background: Background = NO_BACKGROUND) -> Places:
        """The places that these labels name. A name of two places (京蒙) is no party but may be a pair. What the labels do not say of a
        place, the document does."""
        named: dict[Span, set[str]] = {}
        for label in regions:
            for span in label.evidence:
                named.setdefault(span, set()).add(label.path)
        spans: list[Span] = []
        paths: list[str] = []
        corps = tables().corps.path
        for span in sorted(named):
            if spans and span[0] < spans[-1][1]:
                if span[1] > spans[-1][1]:
                    spans[-1], paths[-1] = span, min(named[span], key=len)
                continue
            if len(named[span]) > 1:
                continue
            path = next(iter(named[span]))
            span = _with_parents(text, span, path, spans[-1][1] if spans else 0)
            between = text[spans[-1][1] : span[0]] if spans else " "
            if (spans and path.startswith(paths[-1] + "/") and between in {"", "的"}) or (not between and paths[-1] in {corps, path}):
                spans[-1], paths[-1] = (spans[-1][0], span[1]), path
                continue
            spans.append(span)
            paths.append(path)
        joint = tuple((span, (two[0], two[1])) for span, found in sorted(named.items()) if len(two := sorted(found)) == 2)
        above = tuple((label.path, label.role) for label in regions if label.inherited)
        return cls(tuple(spans), tuple(paths), {**background.roles, **{label.path: label.role for label in regions}}, joint, above)

    def within(self, low: int, high: int) -> range:
        """Numbers of the places named in a range of the text."""
        return range(bisect_left(self.spans, (low, 0)), bisect_left(self.spans, (high, 0)))


def _with_parents(text: str, span: Span, path: str, low: int) -> Span:
    """The range of a name with the names of what it lies in before it (苏州市|姑苏区)."""
    start = span[0]
    for parent in reversed(path.split("/")[:-1]):
        for name in (parent, parent.rstrip("省市区县州盟"), *(parent[:2],)):
            if len(name) > 1 and start - len(name) >= low and text.startswith(name, start - len(name)):
                start -= len(name)
                break
    return start, span[1]


@lru_cache(maxsize=1)
def pair_names() -> re.Pattern[str]:
    """The words for two places at once (粤桂)."""
    return re.compile(either(tables().pairs))


def marked(
    text: str, low: int, high: int, places: Places, *, units: bool, background: Background = NO_BACKGROUND, meant: Sequence[Party] = ()
) -> Marked:
    """A range of the text with its parties marked; with `units`, names of units that no place begins are parties too, and the document's
    own short names for them. `meant` are those whom pronouns stand for; two of one range are written as two (两地)."""
    found = list(_parties(text, low, high, places))
    if units:
        spans = [match.span() for match in relation_table().unit_name.finditer(text, low, high)]
        spans += [span for _, span in background.names.spans(text, low, high)]
        taken = [(party.start, party.end) for party in found]
        for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
            if not any(first < end and start < last for first, last in taken):
                found.append(_unit(text, start, end, places, background))
                taken.append((start, end))
        found += [one for one in meant if low <= one.start < high and not any(s < one.end and one.start < e for s, e in taken)]
        found.sort(key=lambda party: party.start)
    pieces: list[str] = []
    offsets: list[int] = []
    parties: dict[int, Party] = {}
    at, length = low, 0
    before: Party | None = None
    for party in found:
        if before and (party.start, party.end) == (before.start, before.end):
            pieces.append(_BOTH)
            offsets.append(before.start)
            length, at = length + 1, party.start
        elif party.start < at:
            continue
        before = party
        pieces.append(text[at : party.start])
        offsets.extend(range(at, party.start))
        length += party.start - at
        parties[length] = party
        pieces.append(SOME if not party.unit and _SEVERAL.match(text, party.end) else MARK)
        offsets.append(party.start)
        length, at = length + 1, party.end
    pieces.append(text[at:high])
    offsets.extend(range(at, high + 1))
    return Marked("".join(pieces), tuple(offsets), parties)


def _unit(text: str, start: int, end: int, places: Places, background: Background) -> Party:
    """A unit by its name; a village or town lies in the county that the text names last before it, if that is of its side, or in the one
    that the document names it of."""
    name = text[start:end]
    table = relation_table()
    if table.town_end.search(name):
        before = [places.paths[at] for at in range(bisect_left(places.spans, (start, 0))) if places.paths[at].count("/") == _COUNTY]
        side, other = (Role.SUPPORTER, Role.RECIPIENT)[:: 1 if table.street_end.search(name) else -1]
        of_side = [path for path in before if places.roles.get(path) is side]
        unsaid = [path for path in before if places.roles.get(path) is not other]
        path = next((found[-1] for found in (of_side, unsaid) if found), "") or background.county_of(name)
        if path:
            return Party(f"{path}/{name}", path, True, start, end)
    return Party(name, "", True, start, end)


def _parties(text: str, low: int, high: int, places: Places) -> list[Party]:
    table = relation_table()
    found: list[Party] = []
    done = low
    for number in places.within(low, high):
        if places.spans[number][0] < done:
            continue
        (start, end), path = places.spans[number], places.paths[number]
        if (branch := table.branch.search(text, max(0, start - _BRANCH), start)) and (committee := table.committee.match(text, end)):
            name = text[branch.start() : committee.end()]  # 共青团|番禺区|委
            found.append(Party(f"{path}/{name}", path, True, branch.start(), committee.end()))
            continue
        if branch := tables().language.branch.match(text, end):
            parent = table.parents.search(text, max(0, start - _BRANCH), start)
            first = parent.start() if parent else start
            found.append(Party(text[first : branch.end()], "", True, first, branch.end()))  # 农行|宁波|分行 is not 宁波
            continue
        if text.startswith(AIDED, start) and end - start == 2:  # 援青 says what is done before it says where
            found.append(Party(path, path, False, start + 1, end))
            continue
        stop = places.spans[number + 1][0] if number + 1 < len(places.spans) else high
        if stop == end < high and (school := table.named_after.match(text, places.spans[number + 1][1], high)):
            found.append(Party(f"{path}/{text[start : school.end()]}", path, True, start, school.end()))  # 墨玉|北京朝阳|中学
            done = school.end()
            continue
        if _SEVERAL.match(text, end):
            found.append(Party(path, path, False, start, end))
            continue
        office = table.office.match(text, end, stop)
        if office:
            found.append(Party(path, path, False, start, office.end()))
            continue
        unit = table.unit_end.match(text, end, stop)
        if unit and unit.end() > end and not any(pattern.search(text, end, unit.end()) for _, pattern in table.kinds):
            if table.work.match(text, unit.end(), stop):
                found.append(Party(path, path, False, start, end))
                continue
            named = text[end : unit.end()]
            if not table.town_end.search(named):  # 密云区医院, but 西城区/金融街街道
                named = text[start : unit.end()]
            found.append(Party(f"{path}/{named}", path, True, start, unit.end()))
        elif table.area_end.search(text, start, end) and not path.endswith(text[end - 2 : end]):
            found.append(Party(f"{path}/{text[start:end]}", path, True, start, end))  # 金普新区, which is no division
        else:
            found.append(Party(path, path, False, start, end))
    return found
