"""Relations of a block: who helps whom, each by the clause that says it.

Only words that pair two parties make a relation: a verb between them, a passive, a dash in a list of pairings, 分别 between two lists
of one length. Two places in one sentence are none. Where the words leave the sides open (甲与乙结对), the places' roles decide, else the
usual sides of the national programmes; where these say nothing there is no relation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from search.labels.region.tables import tables
from search.labels.relation.background import NO_BACKGROUND, Background
from search.labels.relation.party import AIDED, Marked, Places, marked, pair_names
from search.labels.relation.pronouns import meant
from search.labels.relation.sides import (
    CLAUSE_ENDS,
    NEAR,
    acts,
    bears_name_of,
    can_pair,
    gives,
    is_built,
    kind_of,
    order_of,
    side_of,
    stands_for,
    usual_side,
)
from search.labels.relation.table import ANY_KIND, Form, relation_table
from search.labels.relation.times import Said, with_times
from search.model import Block, Figure, Party, RegionLabel, Relation, Role, Span, YearLabel

_SENTENCE: Final = re.compile("[。！？\n]")
_CLAUSE: Final = re.compile(f"[{CLAUSE_ENDS}]")
_DASH: Final = re.compile("[—–―─·-]")
_MOST: Final = 400
"""Characters of a sentence that are looked at; longer ones are no sentences."""
_AIDED_KIND: Final = "对口支援"
"""What 援藏, 援疆 and 援青 are."""
_JOINT_KIND: Final = "东西部协作"
"""What 协作 of two provinces named as one is."""
_NAMED: Final = frozenset({"active", "passive", "later", "sends", "stations"})
"""Forms close enough for one who takes to be a unit without a place."""
_LONGEST: Final = 20
"""No short name of a unit is longer, in characters."""
_OPENS: Final = 6
"""So near its beginning a sentence names who does what it tells."""
_EARLIER: Final = 200
"""How far before a clause that leaves a side out the passage may have named it, in characters."""
_RESPECTIVELY: Final = re.compile("分别|依次|各自")


def find_relations(
    block: Block,
    years: Sequence[YearLabel] = (),
    regions: Sequence[RegionLabel] = (),
    figures: Sequence[Figure] = (),
    background: Background = NO_BACKGROUND,
) -> tuple[Relation, ...]:
    """The relations of a block in the order of the clauses that say them, each pair and kind once. `background` is what its article says
    and it leaves out."""
    text = block.text
    table = relation_table()
    if not any(label.evidence for label in regions) and not _DASH.search(text) and not table.named.search(text):
        return ()  # no form pairs anyone without a place or a programme, nor a list of streets and towns without dashes
    if not table.speaks.search(text) and not any(table.pairing.search(heading) for heading in block.section[-1:]):
        return ()
    places = Places.of(text, regions, background)
    stand_ins = meant(text, places, background)
    found: list[Said] = []
    start = 0
    for stop in (*(match.end() for match in _SENTENCE.finditer(text)), len(text)):
        if stop > start:
            found += _in_sentence(text, start, min(stop, start + _MOST), places, block.section, found, background, stand_ins)
        start = stop
    return with_times(text, _once(found, {(one.start, one.end) for one in stand_ins}), years, figures)


def _in_sentence(
    text: str,
    low: int,
    high: int,
    places: Places,
    section: Sequence[str],
    earlier: Sequence[Said],
    background: Background,
    stand_ins: Sequence[Party],
) -> list[Said]:
    table = relation_table()
    found: list[Said] = []
    sentence = text[low:high]
    if _DASH.search(sentence) and (table.pairing.search(sentence) or any(table.pairing.search(heading) for heading in section[-1:])):
        found += _dashed(text, low, high, places)
    found += _joint(text, low, high, places)
    # Who takes is a place, or a unit of one, or a unit by a named programme: without any, no form pairs anyone.
    named = places.within(low, high) or any(low <= one.start < high for one in stand_ins)
    if not (named and table.speaks.search(sentence)) and not table.named.search(sentence):
        return found
    dashed = [(one.giver.start, one.taker.end) for one in found]
    said = marked(text, low, high, places, units=True, background=background, meant=stand_ins)
    used: set[tuple[int, int]] = set()
    for form in table.forms:
        for match in _matches(form, said):
            of_match = (
                _of_elided(text, said, form, match, places, [*earlier, *found], background)
                if form.elided
                else _of_match(said, form, match, places)
            )
            for one in of_match:
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
    parties = tuple(said.parties) if form.elided else tuple(said.parties)[:-1]
    if not parties:
        return
    done, pattern = 0, form.pattern
    for at in parties:
        if at >= done and (match := pattern.match(said.text, at)):
            yield match
            done = match.end()


def _of_match(said: Marked, form: Form, match: re.Match[str], places: Places) -> Iterator[Said]:
    table = relation_table()
    givers, takers = said.among(match.span("a")), said.among(match.span("b"))
    stop = _CLAUSE.search(said.text, match.end())
    near = min(match.end() + NEAR, stop.start() if stop else len(said.text))
    kind = kind_of(match["v"], said.text[match.start() : near])
    if form.enumerates:
        yield from _enumerated(said, match, givers, places)
        return
    if form.mutual:
        if not givers or not takers:
            return
        giving, taking = (
            usual_side(givers[0]),
            usual_side(takers[0]),
        )  # one usually gives, one takes: that decides where words do not
        side = giving - taking if giving * taking < 0 else order_of(givers[0], takers[0], places)
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
    if match["v"] == AIDED and (not form.aided or said.text[match.start() - 1 : match.start()] == AIDED):
        return  # 援藏援疆: only who stands right before it gives
    if form.roles:
        if not table.of_aid.search(said.text):
            return
        kind = kind_of("", said.text)
    weak = table.weak.fullmatch(match["v"]) is not None
    sure = form.mutual or form.outright or (form.beyond_doubt and not weak)
    lasting = not (form.roles or (form.loose and (weak or table.given.fullmatch(match["v"]))))
    for giver, taker in pairs:
        if is_built(said, giver):
            continue
        if form.roles and (bears_name_of(giver, taker) or not acts(said, match, giver, takers, places)):
            continue
        if can_pair(giver, taker, kind, close=form.name in _NAMED) and (sure or giver.unit or gives(giver, taker, places)):
            yield Said(giver, taker, kind, *span, match["v"], lasting, form.deed)


def _of_elided(
    text: str, said: Marked, form: Form, match: re.Match[str], places: Places, earlier: Sequence[Said], background: Background
) -> Iterator[Said]:
    """What a clause says of one side, with the other that the passage named before it."""
    named = said.among(match.span("b" if form.elided == "giver" else "a"))
    start, end = said.span(*match.span())
    aided = relation_table().aided.get(match["v"][-1:])
    kind = _AIDED_KIND if aided else kind_of(match["v"], said.text[match.start() : match.end() + NEAR])
    giving = form.elided == "taker" or (form.elided == "either" and (named[0].unit or side_of(named[0], places) > 0))
    if form.elided == "either" and not giving and side_of(named[0], places) == 0:
        return
    part = said.text.rfind("；", 0, match.start()) + 1
    here = form.elided == "taker" and not form.beyond_doubt
    low = said.offsets[part] if here else max(0, start - _EARLIER)
    other = _named_before(Role.RECIPIENT if giving else Role.SUPPORTER, low, start, places, earlier, inherited=not form.loose)
    if other is None and not giving:
        other = _subject(said, match.start(), text, background)
    if other is None and giving and aided:
        stop = said.span(*match.span("v"))[1]
        other = Party(aided, aided, False, stop - 1, stop)  # 援|疆 says whom itself
    if other is None:
        return
    for one in named:
        giver, taker = (one, other) if giving else (other, one)
        if giving and is_built(said, one):
            continue
        usual = usual_side(giver) > usual_side(taker)
        said_so = (
            usual
            if form.beyond_doubt
            else gives(giver, taker, places) or (giver.unit and (form.elided == "giver" or side_of(taker, places) < 0))
        )
        if can_pair(giver, taker) and said_so:
            yield Said(giver, taker, kind, min(start, other.start), end, match["v"], other.start >= said.offsets[0] and not form.loose)


def _subject(said: Marked, stop: int, text: str, background: Background) -> Party | None:
    """The unit that the sentence or the passage begins with, as who does what their later clauses say (民生银行…，定点帮扶的滑县)."""
    first = min(said.parties, default=stop)
    party = said.parties.get(first)
    if party and party.unit and not party.place and first < min(stop, _OPENS):
        return party
    match = relation_table().unit_name.match(text)
    spans = [match.span()] if match else []
    spans += [span for _, span in background.names.spans(text, 0, min(_LONGEST, len(text))) if span[0] == 0]
    return Party(text[slice(*max(spans))], "", True, *max(spans)) if spans and max(spans)[1] <= said.offsets[0] else None


def _named_before(role: Role, low: int, high: int, places: Places, earlier: Sequence[Said], *, inherited: bool) -> Party | None:
    """The last party of this role that a range names: a place, or, of those who give, a unit that was said to. Where the range names no
    place on that side, the one that the passage has from its heading, section or document."""
    found = [Party(places.paths[at], places.paths[at], False, *places.spans[at]) for at in places.within(low, high)]
    found = [party for party in found if stands_for(party, role, places)]
    if role is Role.SUPPORTER:
        found += [one.giver for one in earlier if one.giver.unit and low <= one.giver.start < high]
    if not found and inherited and len(above := [path for path, side in places.inherited if side is role]) == 1:
        return Party(above[0], above[0], False, high, high)
    return max(found, key=lambda party: party.start, default=None)


def _clause_of(text: str, match: re.Match[str]) -> str:
    stop = _CLAUSE.search(text, match.end())
    return text[match.start() : stop.start() if stop else len(text)]


def _enumerated(said: Marked, match: re.Match[str], givers: Sequence[Party], places: Places) -> Iterator[Said]:
    """密云区共结对帮扶6个地区，分别为甲、乙；…: all that the sentence goes on to name, with the kind said nearest before each."""
    if len(givers) != 1:
        return
    table = relation_table()
    rest = [at for at in said.parties if at >= match.start("b")]
    for at in rest:
        taker = said.parties[at]
        if places.roles.get(taker.place) is Role.SUPPORTER or not can_pair(givers[0], taker) or taker.unit:
            continue
        before = said.text[match.start("v") : at]
        kinds = [(hit.start(), hit.end(), kind) for kind, pattern in table.kinds for hit in pattern.finditer(before)]
        kind = max(kinds, key=lambda one: (one[1], -one[0]))[2] if kinds else ANY_KIND
        start, end = said.offsets[match.start()], taker.end
        yield Said(givers[0], taker, kind, start, end, match["v"])


def _dashed(text: str, low: int, high: int, places: Places) -> list[Said]:
    """无锡—延安、常州—安康 in a list of pairings; streets and towns too (金融街街道—锦山镇)."""
    table = relation_table()
    found: list[Said] = []
    taken: list[Span] = []
    above = _pair_above(low, high, places)
    for match in table.towns.finditer(text, low, high):
        giver, taker = (Party(_below(side, match[key]), side, True, *match.span(key)) for key, side in zip("ab", above, strict=True))
        found.append(Said(giver, taker, "结对帮扶", *match.span(), ""))
        taken.append(match.span())
    said = marked(text, low, high, places, units=False)
    for match in table.dashed.finditer(said.text):
        one, other = said.parties[match.start("a")], said.parties[match.start("b")]
        if any(start <= one.start < end for start, end in taken):
            continue
        side = order_of(one, other, places)
        giver, taker = (other, one) if side < 0 else (one, other)
        if can_pair(giver, taker):
            found.append(Said(giver, taker, kind_of("", text[low:high]), *said.span(*match.span()), ""))
    return found


def _joint(text: str, low: int, high: int, places: Places) -> Iterator[Said]:
    """Two places named as one and paired by what stands behind (粤桂协作): which of them gives, the word for the pair says; else their
    roles and usual sides."""
    joint = relation_table().joint
    two: dict[Span, tuple[str, str]] = {}
    for match in pair_names().finditer(text, low, high):
        pair = tables().pairs[match.group()]
        if len(pair.supporters) == len(pair.recipients) == 1:
            two[match.span()] = pair.supporters[0], pair.recipients[0]
    for span, (one, other) in places.joint:
        if low <= span[0] < high and span not in two:
            parties = Party(one, one, False, *span), Party(other, other, False, *span)
            if side := order_of(*parties, places):
                two[span] = (one, other) if side > 0 else (other, one)
    for span, (giver, taker) in two.items():
        if found := joint.match(text, span[1], high):
            kind = _JOINT_KIND if found.group().endswith(_JOINT_KIND[-2:]) else kind_of("", text[span[0] : found.end()])
            yield Said(Party(giver, giver, False, *span), Party(taker, taker, False, *span), kind, span[0], found.end(), "")


def _below(place: str, name: str) -> str:
    return f"{place}/{name}" if place else name


def _pair_above(low: int, high: int, places: Places) -> tuple[str, str]:
    """The one giving and the one taking place that the sentence names beside its streets and towns."""
    named = {places.paths[number] for number in places.within(low, high)}
    sides = [{path for path in named if places.roles.get(path) is role} for role in (Role.SUPPORTER, Role.RECIPIENT)]
    giver, taker = (next(iter(side)) if len(side) == 1 else "" for side in sides)
    return giver, taker


def _once(found: Sequence[Said], stand_ins: Collection[Span]) -> list[Said]:
    """Each pair and kind once, the first. Where a pronoun stands for a side, that one helps says no more than the kind named elsewhere."""
    seen: set[tuple[str, str, str]] = set()
    kinds: dict[tuple[str, str], set[str]] = {}
    for one in found:
        kinds.setdefault((one.giver.name, one.taker.name), set()).add(one.kind)
    kept: list[Said] = []
    for one in sorted(found, key=lambda said: (said.start, said.taker.start)):
        pair = (one.giver.name, one.taker.name)
        stands_in = any((side.start, side.end) in stand_ins for side in (one.giver, one.taker))
        if (*pair, one.kind) not in seen and not (stands_in and one.kind == ANY_KIND and len(kinds[pair]) > 1):
            seen.add((*pair, one.kind))
            kept.append(one)
    return kept


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
