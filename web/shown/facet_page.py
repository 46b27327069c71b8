"""The full page of one facet: all of its values, searchable and in several orders, so many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from search.results import BY_NAME, UNLABELLED, Facets, FacetValue, TreeField, YearField
from web.locale import gettext as _
from web.shown.facets import Counts, FacetRow, tree_row, value_row
from web.shown.frame import Frame, Link
from web.shown.labels import facet_label, value_label
from web.state import SearchState
from web.urls import QueryString, Steps

PAGE_ROWS = 200


@dataclass(frozen=True, slots=True)
class FacetPage:
    """The full list of one facet, searchable and sorted by count, name or official order."""

    frame: Frame
    state: SearchState
    name: str
    label: str
    rows: tuple[FacetRow, ...]
    find: str
    sorts: tuple[Link, ...]
    trail: tuple[Link, ...]
    carry: tuple[tuple[str, str], ...]
    back_url: str
    next_url: str
    shown: int
    total: int
    adds: bool = False


def build_facet_page(frame: Frame, name: str, facets: Facets, state: SearchState, *, find: str, by: str, start: int) -> FacetPage:
    """The full page of a facet. `by` is count, name or official."""
    urls, steps, counts = frame.urls, Steps(frame.query, state, name), Counts(state, name)
    tree, flat = isinstance(BY_NAME[name], TreeField), bool(find) or by != "count"
    listed, total, unlabelled = _listed(name, facets[name], find, by, start)
    shown = [_page_row(name, value, steps, frame.query, counts, depth, within=flat and tree) for value, depth in listed]
    following = start + PAGE_ROWS
    orders = (("count", _("按条数")), ("name", _("按名称")), ("official", _("按层级")))
    sorts = tuple(Link(label, urls.facet(name, state, find=find, by=code), code == by) for code, label in orders)
    more = urls.facet(name, state, find=find, by=by, start=following) if following <= total else ""
    carry = tuple(pair for pair in state.pairs() if pair[0] not in (name, "page"))
    return FacetPage(
        frame,
        state,
        name,
        facet_label(name),
        tuple(shown),
        find,
        sorts,
        (),
        carry,
        urls.search(state),
        more,
        sum(row.value != UNLABELLED for row in shown),
        total - unlabelled,
        counts.adds,
    )


def _listed(name: str, values: Sequence[FacetValue], find: str, by: str, start: int) -> tuple[Sequence[tuple[FacetValue, int]], int, int]:
    """The values on the page of a facet with how deep they are, how many there are in all, and whether one of them is 未标明. In their own
    order only those of the page are made."""
    field, page = BY_NAME[name], slice(start - 1, start - 1 + PAGE_ROWS)
    if not find and by == "count" and not isinstance(field, TreeField | YearField):
        last = values[len(values) - 1 :]
        return [(value, 0) for value in values[page]], len(values), sum(value.value == UNLABELLED for value in last)
    found = list(_descended(values, 0)) if isinstance(field, TreeField) else [(value, 0) for value in values]
    if find:
        found = [one for one in found if find in _named(name, one[0])]
    if by == "name":
        found.sort(key=lambda one: _named(name, one[0]))
    elif by == "official":
        found.sort(key=lambda one: one[0].value)
    elif find or isinstance(field, YearField):
        found.sort(key=lambda one: -one[0].count)
    return found[page], len(found), sum(value.value == UNLABELLED for value, _ in found)


def _descended(values: Iterable[FacetValue], depth: int) -> Iterator[tuple[FacetValue, int]]:
    """Every value of a tree, those below one right after it."""
    for value in values:
        yield value, depth
        yield from _descended(value.children, depth + 1)


def _named(name: str, value: FacetValue) -> str:
    """What a value is called on its page."""
    if isinstance(BY_NAME[name], TreeField):
        return str(_("未标明")) if value.value == UNLABELLED else value.label
    return value_label(name, value.value)


def _page_row(name: str, value: FacetValue, steps: Steps, query: QueryString, counts: Counts, depth: int, *, within: bool) -> FacetRow:
    if isinstance(BY_NAME[name], TreeField):
        row = tree_row(name, value._replace(children=()), steps, query, counts, depth=depth)
    else:
        row = value_row(name, value, steps, counts)
    return row._replace(within=_above(row.value) if within else "", exclude_url=row.exclude_url or steps.exclude(value.value))


def _above(path: str) -> str:
    """The places above one, the nearest last."""
    return " › ".join(path.split("/")[:-1])
