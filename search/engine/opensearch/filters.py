"""Filters of a question as queries, and counts of values."""

from __future__ import annotations

from search.engine.opensearch.encode import PASSAGE
from search.engine.opensearch.queries import Query, all_of, any_of, facet_query, none_of
from search.question import Filters

PASSAGES: Query = {"term": {"row": PASSAGE}}
"""Rows that are passages."""


def always(filters: Filters) -> list[Query]:
    """What holds in every count: documents, kinds and exclusions."""
    found: list[Query] = []
    if filters.documents:
        found.append({"terms": {"doc": list(filters.documents)}})
    if filters.kinds:
        found.append({"terms": {"kind": [kind.value for kind in filters.kinds]}})
    return found + [none_of(facet_query(name, value)) for name, choice in filters.choices for value in choice.exclude]


def chosen(filters: Filters) -> dict[str, Query]:
    """Field → its inclusions, for fields that have any; a field's own are left out of its own counts."""
    return {name: any_of([facet_query(name, value) for value in choice.include]) for name, choice in filters.choices if choice.include}


def everything(filters: Filters) -> list[Query]:
    """All of the filters."""
    return [*always(filters), *chosen(filters).values()]


def filtered(query: Query, filters: Filters) -> Query:
    """Passages that match the query under all filters."""
    return all_of([PASSAGES, query, *everything(filters)])
