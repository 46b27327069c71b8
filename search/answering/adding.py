"""What one value more would give, where a field has a choice already: values of a field are OR, so that the total grows by the passages
that have the new value and none of those kept."""

from __future__ import annotations

from collections.abc import Mapping

from search.engine.port import Counted, Engine, FacetCounts, SearchRequest
from search.fields import BY_NAME
from search.query.plan import Node
from search.question import Filters


class Adding:
    """The totals after one value more in one field of a question. What is counted is kept by what stays chosen: a place takes the place
    of its ancestors and descendants, a year that of the range around it."""

    def __init__(self, engine: Engine, plan: Node, filters: Filters, name: str) -> None:
        self._engine, self._plan, self._filters, self._name = engine, plan, filters, name
        self._counted: dict[tuple[str, ...], tuple[int, Mapping[str, int]]] = {}

    def total(self, value: str) -> int:
        """What `filters.add(field, value)` finds, for a value that is not excluded."""
        field = BY_NAME[self._name]
        kept = tuple(other for other in self._filters.values(self._name) if not field.related(other, value))
        if kept not in self._counted:
            self._counted[kept] = self._count(kept)
        base, gains = self._counted[kept]
        return base + gains.get(value, 0)

    def _count(self, kept: tuple[str, ...]) -> tuple[int, Mapping[str, int]]:
        """What the values kept find, and for every other value the passages it would add."""
        name, excluded = self._name, f"not_{self._name}"
        without = self._filters.with_values(**{name: (), excluded: (*self._filters.values(excluded), *kept)})
        collect = FacetCounts((name,))
        result = self._engine.search(SearchRequest(self._plan, without, limit=0, collect=(collect,)))
        counted: Counted = result.fruits[collect]  # type: ignore[assignment]
        base = self._engine.counts([(self._plan, self._filters.with_values(**{name: kept}))])[0] if kept else 0
        return base, counted[name]
