"""Home, results in their five views, the cross table as a file, the full page of a facet."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from search.results import BY_NAME, FACETS, Answer, YearField
from web.locale import gettext as _
from web.locale import language, number
from web.problems import Problem
from web.routes.files import csv_file
from web.routes.reader import read_state
from web.shown import home as home_page
from web.shown import relations as relations_page
from web.shown import tables
from web.shown.facet_page import build_facet_page
from web.shown.frame import Frame, HeadLink, build_frame
from web.shown.labels import facet_label, page_title
from web.shown.results import build_results
from web.site import site
from web.spans import year_span
from web.state import FACET_NAMES, SearchState
from web.urls import QueryString

blueprint = Blueprint("pages", __name__)


FACET_ORDERS = ("count", "name", "official")

YEAR_FIELDS = tuple(field.name for field in FACETS if isinstance(field, YearField))


@blueprint.get("/")
def home() -> str:
    """What is in the collection."""
    here = site()
    frame = build_frame("", state=SearchState(lang=language()), search_in_page=True, head_links=_search_description())
    return render_template("home.html", page=home_page.build_home(frame, here.library.overview()))


@blueprint.get("/search")
def search() -> str | Response:
    """Results. Forms may send `within`, `year_from` and `year_to`; they are turned into the canonical address of the same state."""
    state = read_state(deep=True)
    if state.question.offset >= site().settings.max_page_depth and state.page > 1:
        found = site().library.search(replace(state.asked(), page=1, size=1))
        if found.groups <= state.question.offset:
            raise _past_end(state, found.groups + found.also)
        read_state()
    if (told := _from_form(state)) is not None:
        return redirect(site().urls().search(told), 303)
    frame = _results_frame(state)
    library = site().library
    asked = state.asked()
    answer = library.search(asked)
    if state.view == "kwic":
        lines = library.kwic(asked, order=state.kwic_order, width=int(state.context))
        beside = library.collocates(asked) if state.q.strip() and state.page == 1 else ()
        return render_template("kwic.html", page=tables.build_kwic(frame, state, answer, lines, beside))
    if state.view == "cross":
        table = library.cross(asked, state.rows, state.columns, level=state.level)
        return render_template("cross.html", page=tables.build_cross(frame, state, answer, table))
    if state.view == "figures":
        figures = library.figures(
            asked,
            **state.figure_choices(),
            sort=state.record_order,
            offset=asked.offset,
            limit=asked.size,
            facets=True,
            compared=bool(state.sums and state.unit and state.per == "total"),
        )
        return render_template("figures.html", page=tables.build_figures(frame, state, answer, figures))
    answered = library.told(state.q) if state.q and state.page == 1 else None
    said = relations_page.build_told(answered, frame.urls, state) if answered else None
    return render_template("results.html", page=build_results(frame, _on_last_page(state, answer)), told=said)


@blueprint.get("/cross.csv")
def cross_csv() -> Response:
    """The cross table of a state as a file, with totals and shares."""
    state, library = read_state(), site().library
    asked = state.asked()
    table = library.cross(asked, state.rows, state.columns, level=state.level)
    answer = library.search(replace(asked, size=1, page=1))
    return csv_file(tables.cross_rows(state, answer, table), "bangfu-cross.csv")


@blueprint.get("/facet/<name>")
def facet(name: str) -> str:
    """All values of one facet under a state."""
    if name not in FACET_NAMES:
        raise Problem(404, "no-such-facet", _("没有这个分面。"))
    state = read_state()
    by = request.args.get("by", "count")
    start = request.args.get("start", "1")
    if by not in FACET_ORDERS or not start.isascii() or not start.isdigit() or not 0 < int(start) < 10**7:
        raise Problem(400, "bad-facet-page", _("参数 by 或 start 的值不能用。"))
    library, asked = site().library, state.asking(size=1)
    if state.view == "figures":
        facets = library.figures(asked.question, **state.figure_choices(), limit=0, facets=True).facets
        if name not in facets:
            raise Problem(404, "no-such-facet", _("数据没有这个分面。"))
    else:
        facets = library.search(asked.with_view("passages").asking(size=1).asked()).facets
    frame = build_frame(f"{facet_label(name)} · {page_title(state)}", state=state, robots="noindex")
    page = build_facet_page(frame, name, facets, state, find=request.args.get("find", "").strip()[:50], by=by, start=int(start))
    return render_template("facet.html", page=page)


def _results_frame(state: SearchState) -> Frame:
    """Frame of a results page: machine links, and no indexing of filter combinations and further pages."""
    query = QueryString(state)
    links = (
        *_search_description(),
        HeadLink("alternate", query.feed(), "application/atom+xml", _("这次检索的订阅")),
        HeadLink("alternate", query.api_search(), "application/json", "JSON"),
    )
    plain = not state.applied() and state.page == 1 and state.view == "passages"
    return build_frame(
        page_title(state),
        current="/search" if not state.q else "",
        state=state,
        query=query,
        head_links=links,
        canonical=site().urls().absolute(query.here("/search")),
        robots="" if plain else "noindex, nofollow",
        hidden=tuple([pair for pair in query.pairs if pair[0] not in ("q", "page", "off", "literal")]),
    )


def _search_description() -> tuple[HeadLink, ...]:
    return (HeadLink("search", "/opensearch.xml", "application/opensearchdescription+xml", site().settings.site_name),)


def _from_form(state: SearchState) -> SearchState | None:
    """The state that form fields of the results page ask for; None when the address is one of ours already."""
    within = request.args.get("within", "").strip()
    told = None
    if within:
        has_or = any(mark in f" {state.q} " for mark in (" OR ", " 或 ", "|"))
        told = state.with_query(f"{_both(state.q)}{within}" if has_or else f"{state.q} {within}".strip())
    for name in YEAR_FIELDS:
        first, last = (request.args.get(f"{name}_{end}") for end in ("from", "to"))
        if first is not None or last is not None:
            told = told or state
            span = year_span((first or "").strip(), (last or "").strip())
            ticked = (year for year in told.values(name) if "-" not in year)
            told = told.replacing(**{name: (*ticked, *span)})
    if told is None and "apply" in request.args:
        told = state
    return told and _without_excluded(told)


def _without_excluded(state: SearchState) -> SearchState:
    """A value that a button excludes is chosen no longer."""
    for name in FACET_NAMES:
        excluded = state.values(BY_NAME[name].excluded)
        if not set(excluded).isdisjoint(state.values(name)):
            state = state.replacing(**{name: [value for value in state.values(name) if value not in excluded]})
    return state


def _both(text: str) -> str:
    """A query text as the left side of an AND; nothing for an empty one."""
    text = text.strip()
    return f"({text}) AND " if text else ""


def _on_last_page(state: SearchState, answer: Answer) -> Answer:
    """A page past the last is no page (404), so that crawlers stop and people are told, with the way to the last."""
    if answer.hits or state.page == 1 or not (answer.total or answer.also):
        return answer
    raise _past_end(state, answer.groups + answer.also)


def _past_end(state: SearchState, items: int) -> Problem:
    last = max(1, -(-items // state.size))
    detail = _("只有 %(last)s 页，没有第 %(page)s 页。", last=number(last), page=number(state.page))
    way = (str(_("到第 %(n)s 页", n=number(last))), site().urls().search(state.with_page(last)))
    return Problem(404, "page-past-end", detail, ways=(way,))
