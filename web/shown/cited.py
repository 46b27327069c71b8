"""A search that can be cited, and what has changed since it was."""

from __future__ import annotations

from dataclasses import dataclass

from web.shown.frame import Frame
from web.shown.labels import filter_text
from web.state import SearchState


@dataclass(frozen=True, slots=True)
class CiteSearchPage:
    """View model of `cite.html`: a search that can be cited, and what has changed since it was."""

    frame: Frame
    query: str
    filters: tuple[str, ...]
    total: int
    then: int | None
    then_date: str
    difference: int
    generation: str
    accessed: str
    url: str
    text: str
    results_url: str


def filters_text(state: SearchState) -> tuple[str, ...]:
    """Filters in words, for a citation."""
    return tuple(filter_text(name, value) for name, value in state.applied())
