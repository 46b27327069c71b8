"""A search that can be cited: what was asked, how many hits it had, when and on which build; opened later, what has changed since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

THEN, ON, AT = "then", "on", "at"
"""URL parameters: the total cited, the day, the generation."""
MAX_TOTAL = 10**12


@dataclass(frozen=True, slots=True)
class SearchCitation:
    """`parameters` are the search's own URL parameters (query and filters) in canonical order; `total` is exact."""

    parameters: tuple[tuple[str, str], ...]
    total: int
    generation: str
    day: date

    def encode(self) -> list[tuple[str, str]]:
        """All URL parameters: the search's own, then the facts cited."""
        return [*self.parameters, (THEN, str(self.total)), (ON, self.day.isoformat()), (AT, self.generation)]

    def compare(self, total: int) -> str:
        """What a reader is told when the search has `total` hits now."""
        then = f"{self.day.isoformat()} 时 {self.total} 条"
        if total == self.total:
            return f"{then}，现在仍为 {total} 条"
        change = "多" if total > self.total else "少"
        return f"{then}，现在 {total} 条（{change} {abs(total - self.total)} 条）"


def decode_citation(pairs: Iterable[tuple[str, str]]) -> SearchCitation | None:
    """The citation in a URL's parameters; None where it carries none, or one that makes no sense. The inverse of `encode`."""
    own: list[tuple[str, str]] = []
    facts: dict[str, str] = {}
    for name, value in pairs:
        if name in (THEN, ON, AT):
            facts.setdefault(name, value)
        else:
            own.append((name, value))
    total, day = facts.get(THEN, ""), facts.get(ON, "")
    if not (total.isascii() and total.isdigit() and len(total) <= 13 and int(total) <= MAX_TOTAL):
        return None
    try:
        return SearchCitation(tuple(own), int(total), facts.get(AT, ""), date.fromisoformat(day))
    except ValueError:
        return None
