"""Where an old passage id leads today: the ledger's answer, and the walk along its leads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.links.store import Lead


class LinkState(StrEnum):
    """What a link can say truthfully. EXACT: the text stands where it stood. MOVED: the same text under another id. CHANGED: its edited
    successor. GONE: nothing that is certain; candidates may be offered."""

    EXACT = "exact"
    MOVED = "moved"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Resolution:
    """The answer for one id. `parts` are all successors of a text that was split, in reading order where known, `current` among them;
    `candidates` stand in for a successor that is not certain. `before` and `after` are the neighbouring texts of old.

    `old_*` say what the id meant when it was last served; `similarity` (0–1) compares that with the text of `current`."""

    id: str
    state: LinkState
    current: str | None
    parts: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    old_text: str = ""
    old_kind: str = ""
    old_document: str = ""
    old_document_title: str = ""
    old_source: str = ""
    before: str = ""
    after: str = ""
    similarity: float = 1.0


@dataclass(frozen=True, slots=True)
class Walk:
    """The end of a chain of leads."""

    state: LinkState
    current: str | None
    parts: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    similarity: float = 1.0


def walk(id_: str, leads: Callable[[str], Sequence[Lead]], served: Callable[[Sequence[str]], Sequence[bool]]) -> Walk:
    """Follows leads to their end. Each step takes a lead of a later generation than the one before, so there is always an end.

    `leads` gives the leads of an id within the history in force, oldest first; `served` says which ids are in the index today."""
    state, similarity, after = LinkState.EXACT, 1.0, None
    while not served([id_])[0]:
        lead = next((lead for lead in reversed(leads(id_)) if after is None or lead.generation > after), None)
        if lead is None:
            return Walk(LinkState.GONE, None, similarity=0.0)
        if lead.target is None:
            ends = [walk_end for candidate in lead.candidates if (walk_end := _end(candidate, lead.generation, leads, served))]
            return Walk(LinkState.GONE, None, candidates=tuple(dict.fromkeys(ends)), similarity=0.0)
        state = LinkState.CHANGED if LinkState.CHANGED in (state, LinkState(lead.state)) else LinkState(lead.state)
        similarity, after = min(similarity, lead.similarity), lead.generation
        parts = tuple(part for part in lead.parts if served([part])[0])
        id_ = lead.target
        if parts and served([id_])[0]:
            return Walk(state, id_, (id_, *parts), similarity=similarity)
    return Walk(state, id_, similarity=similarity)


def _end(id_: str, after: int, leads: Callable[[str], Sequence[Lead]], served: Callable[[Sequence[str]], Sequence[bool]]) -> str | None:
    """Where a candidate stands today, if it still stands anywhere."""
    while not served([id_])[0]:
        lead = next((lead for lead in reversed(leads(id_)) if lead.generation > after), None)
        if lead is None or lead.target is None:
            return None
        id_, after = lead.target, lead.generation
    return id_
