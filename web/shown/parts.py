"""A document too long for one page, in parts.

The server chooses the part, so an address that names a passage as `hit` opens the part that holds it; `#passage` alone is followed by
script (`lasting.js`) through the permalink, and without script by the field beside the parts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from search.results import Passage
from web.locale import gettext as _
from web.problems import Problem
from web.shown.frame import Link
from web.state import SearchState
from web.urls import Urls

LONGEST_WHOLE = 600
"""Passages of a document shown on one page: about 700 kB with their labels."""
PART = 400
"""Passages of a part."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The part at hand: its number from 1, how many there are, and which of the document's passages it holds (half-open)."""

    number: int
    parts: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ShownParts:
    """The parts of a document as links; `first` to `last` are the passages of the part at hand, counted from 1. Marks on other parts lead
    to the nearest passage that has any."""

    number: int
    parts: int
    first: int
    last: int
    total: int
    links: tuple[Link, ...]
    previous_url: str
    next_url: str
    marked_before: Link | None
    marked_after: Link | None


def stretch_of(passages: Sequence[Passage], opened: str, asked: str) -> Stretch:
    """The part to show: the one that holds the passage opened, else the one asked for by number, else the first. Raises Problem 404 for a
    part that there is not."""
    count = len(passages)
    if count <= LONGEST_WHOLE:
        return Stretch(1, 1, 0, count)
    parts = -(-count // PART)
    place = next((at for at, passage in enumerate(passages) if passage.id == opened), None) if opened else None
    if place is not None:
        number = place // PART + 1
    elif not asked:
        number = 1
    elif asked.isascii() and asked.isdigit() and len(asked) < 8 and 1 <= int(asked) <= parts:
        number = int(asked)
    else:
        raise Problem(404, "no-such-part", _("这篇文献只有 %(n)s 部分。", n=parts))
    return Stretch(number, parts, (number - 1) * PART, min(number * PART, count))


def build_parts(
    document_id: str, passages: Sequence[Passage], marked: Collection[str], here: Stretch, state: SearchState, urls: Urls
) -> ShownParts | None:
    """The links between the parts; None where there is only one."""
    if here.parts == 1:
        return None

    def part(number: int) -> str:
        return urls.document(document_id, state, part=number) if 1 <= number <= here.parts else ""

    def to_mark(found: Sequence[Passage], nearest: int) -> Link | None:
        hits = [passage for passage in found if passage.id in marked]
        if not hits:
            return None
        target = hits[nearest].id
        return Link(str(len(hits)), urls.document(document_id, state, hit=target, anchor=target))

    near = sorted({1, here.parts, *range(max(1, here.number - 2), min(here.parts, here.number + 2) + 1)})
    links: list[Link] = []
    for at, number in enumerate(near):
        if at and number > near[at - 1] + 1:
            links.append(Link("…", ""))
        links.append(Link(str(number), part(number), number == here.number))
    return ShownParts(
        here.number,
        here.parts,
        here.start + 1,
        here.end,
        len(passages),
        tuple(links),
        part(here.number - 1),
        part(here.number + 1),
        to_mark(passages[: here.start], -1),
        to_mark(passages[here.end :], 0),
    )


def address_within(document_id: str, passage_id: str, shown: Collection[str], state: SearchState, urls: Urls) -> str:
    """The way to a passage of the same document: on the page at hand, or on the part that holds it."""
    return f"#{passage_id}" if passage_id in shown else urls.document(document_id, state, hit=passage_id, anchor=passage_id)
