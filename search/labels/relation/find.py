"""Relations of a block: who helps whom, each by the clause that says it.

Only words that pair two parties make a relation: a verb between them, a passive, a dash in a list of pairings, 分别 between two lists
of one length. Two places in one sentence are none. Where the words leave the sides open (甲与乙结对), the places' roles decide, else the
usual sides of the national programmes; where these say nothing there is no relation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from search.labels.relation.party import AIDED, Marked, Places, marked
from search.labels.relation.table import Form, relation_table
from search.model import Block, Figure, Party, RegionLabel, Relation, Role, Span, YearLabel

_SENTENCE: Final = re.compile("[。！？\n]")
_CLAUSE: Final = re.compile("[，。；！？\n]")
_DASH: Final = re.compile("[—–―─·-]")
_SINCE: Final = re.compile("(?:年(?:[0-9]{1,2}月)?)?(?:以来|起|开始|至今|始)")
_NEAR: Final = 10
"""Characters behind a verb that may say what kind it is of (结成|对口帮扶关系)."""
_MOST: Final = 400
"""Characters of a sentence that are looked at; longer ones are no sentences."""
_JOINT_KIND: Final = "东西部协作"
"""What 协作 of two provinces named as one is."""
_STANDS_BEFORE: Final = frozenset({"active", "sends"})
"""Forms in which 援 before a place says who is helped."""
_SURE: Final = frozenset({"active", "passive", "is", "thanks", "helper", "helped", "there", "task"})
"""Forms that say which side gives beyond doubt; the others must not be against what the places usually are."""
_LOOSE: Final = frozenset({"to", "under", "receives", "sends"})
_DEED: Final = "stations"
_BEGAN: Final = ("始于", "起于", "自", "从", "始自")
_RESPECTIVELY: Final = re.compile("分别|依次|各自")


@dataclass(frozen=True, slots=True)
class _Said:
    giver: Party
    taker: Party
    kind: str
    start: int
    end: int
    verb: str
    lasting: bool = True
    is_deed: bool = False
    """Tells who was sent: 2019年以来 says only that more were."""
    """Says that they are paired, not only that one gave the other something."""


def find_relations(
    block: Block, years: Sequence[YearLabel] = (), regions: Sequence[RegionLabel] = (), figures: Sequence[Figure] = ()
) -> tuple[Relation, ...]:
    """The relations of a block in the order of the clauses that say them, each pair and kind once."""
    text = block.text
    if not any(label.evidence for label in regions) and not _DASH.search(text):
        return ()  # no form pairs anyone without a place, nor a list of streets and towns without dashes
    table = relation_table()
    if not table.speaks.search(text) and not any(table.pairing.search(heading) for heading in block.section[-1:]):
        return ()
    places = Places.of(text, regions)
    found: list[_Said] = []
    start = 0
    for stop in (*(match.end() for match in _SENTENCE.finditer(text)), len(text)):
        if stop > start:
            found += _in_sentence(text, start, min(stop, start + _MOST), places, block.section)
        start = stop
    return _with_times(text, _once(found), years, figures)


def _in_sentence(text: str, low: int, high: int, places: Places, section: Sequence[str]) -> list[_Said]:
    table = relation_table()
    found: list[_Said] = []
    sentence = text[low:high]
    if _DASH.search(sentence) and (table.pairing.search(sentence) or any(table.pairing.search(heading) for heading in section[-1:])):
        found += _dashed(text, low, high, places)
    found += _joint(text, low, high, places)
    # Who takes is a place, or a unit of one: without any, no form pairs anyone.
    if not places.within(low, high) or not table.speaks.search(sentence):
        return found
    dashed = [(one.giver.start, one.taker.end) for one in found]
    said = marked(text, low, high, places, units=True)
    used: set[tuple[int, int]] = set()
    for form in table.forms:
        for match in _matches(form, said):
            for one in _of_match(said, form, match, places):
                pair = (one.giver.start, one.taker.start)
                if pair not in used and pair[::-1] not in used and not any(s <= one.giver.start < e for s, e in dashed):
                    used.add(pair)
                    found.append(one)
    return found


def _matches(form: Form, said: Marked) -> Iterator[re.Match[str]]:
    """The matches of a form, left to right, none overlapping. Those that begin with a party are looked for only at parties with another
    behind them."""
    if not form.opens_with_party:
        yield from form.pattern.finditer(said.text)
        return
    done = 0
    for at in tuple(said.parties)[:-1]:
        if at >= done and (match := form.pattern.match(said.text, at)):
            yield match
            done = match.end()


def _of_match(said: Marked, form: Form, match: re.Match[str], places: Places) -> Iterator[_Said]:
    table = relation_table()
    givers, takers = said.among(match.span("a")), said.among(match.span("b"))
    stop = _CLAUSE.search(said.text, match.end())
    near = min(match.end() + _NEAR, stop.start() if stop else len(said.text))
    kind = kind_of(match["v"], said.text[match.start() : near])
    if form.enumerates:
        yield from _enumerated(said, match, givers, places)
        return
    if form.mutual:
        if not givers or not takers:
            return
        side = _order(givers[0], takers[0], places)
        if not side:
            return
        if side < 0:
            givers, takers = takers, givers
    span = said.span(*match.span())
    respectively = _RESPECTIVELY.search(match.group())
    if respectively and len(givers) == len(takers) > 1:
        pairs = list(zip(givers, takers, strict=True))
    elif len(givers) == 1 or len(takers) == 1:
        pairs = [(giver, taker) for giver in givers for taker in takers]
    else:
        return
    if form.name == "to" and table.faint.fullmatch(match["v"]) and not table.aid.search(_clause_of(said.text, match)):
        return
    if match["v"] == AIDED and (form.name not in _STANDS_BEFORE or said.text[match.start() - 1 : match.start()] == AIDED):
        return  # 援藏援疆: only who stands right before it gives
    sure = form.mutual or form.name == "thanks" or (form.name in _SURE and not table.weak.fullmatch(match["v"]))
    for giver, taker in pairs:
        if _can_pair(giver, taker) and (sure or giver.unit or max(_order(giver, taker, places), _usual(giver) - _usual(taker)) > 0):
            is_weak = table.weak.fullmatch(match["v"]) or table.given.fullmatch(match["v"])
            yield _Said(giver, taker, kind, *span, match["v"], not (form.name in _LOOSE and is_weak), form.name == _DEED)


def _clause_of(text: str, match: re.Match[str]) -> str:
    stop = _CLAUSE.search(text, match.end())
    return text[match.start() : stop.start() if stop else len(text)]


def _enumerated(said: Marked, match: re.Match[str], givers: Sequence[Party], places: Places) -> Iterator[_Said]:
    """密云区共结对帮扶6个地区，分别为甲、乙；…: all that the sentence goes on to name, with the kind said nearest before each."""
    if len(givers) != 1:
        return
    table = relation_table()
    rest = [at for at in said.parties if at >= match.start("b")]
    for at in rest:
        taker = said.parties[at]
        if places.roles.get(taker.place) is Role.SUPPORTER or not _can_pair(givers[0], taker) or taker.unit:
            continue
        before = said.text[match.start("v") : at]
        kinds = [(hit.start(), hit.end(), kind) for kind, pattern in table.kinds for hit in pattern.finditer(before)]
        kind = max(kinds, key=lambda one: (one[1], -one[0]))[2] if kinds else "帮扶"
        start, end = said.offsets[match.start()], taker.end
        yield _Said(givers[0], taker, kind, start, end, match["v"])


def _dashed(text: str, low: int, high: int, places: Places) -> list[_Said]:
    """无锡—延安、常州—安康 in a list of pairings; streets and towns too (金融街街道—锦山镇)."""
    table = relation_table()
    found: list[_Said] = []
    taken: list[Span] = []
    above = _pair_above(low, high, places)
    for match in table.towns.finditer(text, low, high):
        giver, taker = (Party(_below(side, match[key]), side, True, *match.span(key)) for key, side in zip("ab", above, strict=True))
        found.append(_Said(giver, taker, "结对帮扶", *match.span(), ""))
        taken.append(match.span())
    said = marked(text, low, high, places, units=False)
    for match in table.dashed.finditer(said.text):
        one, other = said.parties[match.start("a")], said.parties[match.start("b")]
        if any(start <= one.start < end for start, end in taken):
            continue
        side = _order(one, other, places)
        giver, taker = (other, one) if side < 0 else (one, other)
        if _can_pair(giver, taker):
            found.append(_Said(giver, taker, kind_of("", text[low:high]), *said.span(*match.span()), ""))
    return found


def _joint(text: str, low: int, high: int, places: Places) -> Iterator[_Said]:
    """Two places named as one and paired by what stands behind (粤桂协作): which of them gives, their roles say, else the usual sides."""
    for (start, end), (one, other) in places.joint:
        if not low <= start < high or not (match := relation_table().joint.match(text, end, high)):
            continue
        parties = Party(one, one, False, start, end), Party(other, other, False, start, end)
        side = _order(*parties, places)
        if side:
            giver, taker = parties if side > 0 else parties[::-1]
            kind = _JOINT_KIND if match.group().endswith(_JOINT_KIND[-2:]) else kind_of("", text[start : match.end()])
            yield _Said(giver, taker, kind, start, match.end(), "")


def _below(place: str, name: str) -> str:
    return f"{place}/{name}" if place else name


def _pair_above(low: int, high: int, places: Places) -> tuple[str, str]:
    """The one giving and the one taking place that the sentence names beside its streets and towns."""
    named = {places.paths[number] for number in places.within(low, high)}
    sides = [{path for path in named if places.roles.get(path) is role} for role in (Role.SUPPORTER, Role.RECIPIENT)]
    giver, taker = (next(iter(side)) if len(side) == 1 else "" for side in sides)
    return giver, taker


def _order(one: Party, other: Party, places: Places) -> int:
    """Above 0 where the first of two gives, below where the second does: by their roles, else by what their provinces usually do."""
    return _side(one, places) - _side(other, places) or _usual(one) - _usual(other)


def _side(party: Party, places: Places) -> int:
    """1 for a party whose place gives, -1 for one whose place takes, 0 unknown."""
    return {Role.SUPPORTER: 1, Role.RECIPIENT: -1}.get(places.roles.get(party.place, Role.MENTIONED), 0)


def _usual(party: Party) -> int:
    table, province = relation_table(), party.place.partition("/")[0]
    return 1 if province in table.givers else -1 if province in table.takers else 0


def _within(one: str, other: str) -> bool:
    return bool(one and other) and (f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/"))


def _can_pair(giver: Party, taker: Party) -> bool:
    if giver.name == taker.name or _within(giver.place, taker.place):
        return False
    return not (taker.unit and not taker.place)


def kind_of(verb: str, around: str) -> str:
    """The kind the verb says; where it says only that one helps, or nothing, what the words around it say."""
    table = relation_table()
    for text in (verb, around):
        for kind, pattern in table.kinds:
            if kind != "帮扶" and pattern.search(text):
                return kind
    return "帮扶"


def _once(found: Sequence[_Said]) -> list[_Said]:
    seen: set[tuple[str, str, str]] = set()
    kept: list[_Said] = []
    for one in sorted(found, key=lambda said: (said.start, said.taker.start)):
        key = (one.giver.name, one.taker.name, one.kind)
        if key not in seen:
            seen.add(key)
            kept.append(one)
    return kept


# --- when and how much -----------------------------------------------------------------------------------------------


def _with_times(text: str, found: Sequence[_Said], years: Sequence[YearLabel], figures: Sequence[Figure]) -> tuple[Relation, ...]:
    table = relation_table()
    expressions: dict[Span, list[int]] = {}
    for label in years:
        for span in label.evidence:
            expressions.setdefault(span, []).append(label.year)
    named = sorted((span, tuple(sorted(years))) for span, years in expressions.items())
    starts = [one.start for one in found]
    relations: list[Relation] = []
    for at, one in enumerate(found):
        first, last = _around(text, one.start, one.end)
        sentence = _sentence(text, one.start, one.end)
        following = next((start for start in starts[at + 1 :] if start >= one.end), sentence[1])
        own = [f for f in figures if one.start <= f.start < min(following, sentence[1])]
        since, until, spoken = _times(text, one, named, sentence)
        relations.append(
            Relation(
                supporter=one.giver,
                recipient=one.taker,
                kind=one.kind,
                start=first,
                end=last,
                since=since,
                until=until,
                years=spoken,
                amounts=tuple(f for f in own if len(f.unit) == 3 and f.unit.isascii() and f.change is None),
                people=tuple(f for f in own if f.unit in {"人", "人次"} and table.people.search(f.subject)),
            )
        )
    return tuple(relations)


def _times(
    text: str, one: _Said, named: Sequence[tuple[Span, tuple[int, ...]]], sentence: Span
) -> tuple[int | None, int | None, tuple[int, ...]]:
    near = [(span, years) for span, years in named if sentence[0] <= span[0] and span[1] <= one.end]
    if not near:
        near = [(span, years) for span, years in named if one.end <= span[0] and span[1] <= sentence[1]][:1]
    if not near:
        return None, None, ()
    (start, end), years = near[-1]
    if not one.lasting:
        return None, None, years
    if one.is_deed and "以来" in text[start : end + 2]:
        return None, None, years
    if _SINCE.search(text, start, end + 2) is not None or text.endswith(_BEGAN, 0, start):
        return years[0], None, years
    if len(years) > 1:
        return (
            (years[0], years[-1], years)
            if re.search("[0-9一二三四五]", text[start:end]) and not text[start:end].endswith("来")
            else (None, None, years)
        )
    begins = relation_table().begins.search(text, end, min(sentence[1], end + 40)) if end <= one.end else None
    return (years[0] if begins else None), None, years


def _around(text: str, start: int, end: int) -> Span:
    """The clauses of a range, whole."""
    first = max((match.end() for match in _CLAUSE.finditer(text, max(0, start - 60), start)), default=max(0, start - 60))
    stop = _CLAUSE.search(text, end)
    return first, stop.start() if stop else len(text)


def _sentence(text: str, start: int, end: int) -> Span:
    first = max((text.rfind(mark, max(0, start - _MOST), start) for mark in "。！？\n"), default=-1) + 1
    stop = _SENTENCE.search(text, end)
    return first, stop.start() if stop else len(text)


def moved(relation: Relation, lead: Callable[[int, int], Span], figures: dict[int, Figure]) -> Relation:
    """The relation with its ranges led to another text, `figures` by where they began in this one."""

    def party(side: Party) -> Party:
        start, end = lead(side.start, side.end)
        return replace(side, start=start, end=end)

    start, end = lead(relation.start, relation.end)
    return replace(
        relation,
        supporter=party(relation.supporter),
        recipient=party(relation.recipient),
        start=start,
        end=end,
        amounts=tuple(figures[one.start] for one in relation.amounts),
        people=tuple(figures[one.start] for one in relation.people),
    )
