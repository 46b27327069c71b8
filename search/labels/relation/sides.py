"""Which of two parties gives: by their roles in the document, else by what their provinces usually do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from search.labels.relation.party import Marked, Places
from search.labels.relation.table import ANY_KIND, relation_table
from search.model import Party, Role

CLAUSE_ENDS: Final = "，。；！？\n"
NEAR: Final = 10
"""Characters behind a verb that may say what kind it is of (结成|对口帮扶关系)."""


def stands_for(party: Party, role: Role, places: Places) -> bool:
    said = places.roles.get(party.place, Role.MENTIONED)
    return said is role or (said is Role.MENTIONED and usual_side(party) == (1 if role is Role.SUPPORTER else -1))


def gives(giver: Party, taker: Party, places: Places) -> bool:
    return max(order_of(giver, taker, places), usual_side(giver) - usual_side(taker)) > 0


def acts(said: Marked, match: re.Match[str], giver: Party, takers: Sequence[Party], places: Places) -> bool:
    """Whether the text says of both sides what they are; of a unit's help it is enough that the words behind the place say it."""
    if all(side_of(one, places) == -1 for one in takers):
        return side_of(giver, places) >= (0 if giver.unit else 1)
    helps = relation_table().helps.search(said.text, match.start("v"), match.end() + NEAR)
    return giver.unit and helps is not None and all(stands_for(one, Role.RECIPIENT, places) for one in takers)


def bears_name_of(giver: Party, taker: Party) -> bool:
    """Whether a unit without a place is named by the province of who takes (甘肃…公司)."""
    return giver.unit and not giver.place and giver.name.startswith(taker.place[:2])


def order_of(one: Party, other: Party, places: Places) -> int:
    """Above 0 where the first of two gives, below where the second does: by their roles, else by what their provinces usually do."""
    return side_of(one, places) - side_of(other, places) or usual_side(one) - usual_side(other)


def side_of(party: Party, places: Places) -> int:
    """1 for a party whose place gives, -1 for one whose place takes, 0 unknown."""
    return {Role.SUPPORTER: 1, Role.RECIPIENT: -1}.get(places.roles.get(party.place, Role.MENTIONED), 0)


def usual_side(party: Party) -> int:
    table, province = relation_table(), party.place.partition("/")[0]
    return 1 if province in table.givers else -1 if province in table.takers else 0


def _within(one: str, other: str) -> bool:
    return bool(one and other) and f"{one}/".startswith(f"{other}/")


def can_pair(giver: Party, taker: Party, kind: str = ANY_KIND, *, close: bool = False) -> bool:
    """Whether one can help the other. Nobody helps what he is a part of or is made of, but for a unit of a place by a programme that has
    a name (江西省侨联定点帮扶余干县). A unit without a place takes only by such a programme, in a form that is `close`."""
    table, named = relation_table(), kind != ANY_KIND
    if giver.name == taker.name or _within(giver.place, taker.place):
        return False
    if _within(taker.place, giver.place) and not (giver.unit and named):
        return False
    if giver.unit and not giver.place and table.town_end.search(giver.name) and not table.street_end.search(giver.name):
        return False  # a village of nowhere helps no one
    return not taker.unit or taker.place != "" or (close and named and table.taking.search(taker.name) is not None)


def is_built(said: Marked, party: Party) -> bool:
    """Whether a unit is one of the things that its clause says were built (援建了教学楼、|甲幼儿园): it gives nothing."""
    if not party.unit:
        return False
    at = next((at for at, one in said.parties.items() if one is party), 0)
    low = max(said.text.rfind(mark, 0, at) for mark in CLAUSE_ENDS) + 1
    return relation_table().builds.search(said.text, low, at) is not None


def kind_of(verb: str, around: str) -> str:
    """The kind the verb says; where it says only that one helps, or nothing, what the words around it say."""
    table = relation_table()
    for text in (verb, around):
        for kind, pattern in table.kinds:
            if kind != ANY_KIND and pattern.search(text):
                return kind
    return ANY_KIND
