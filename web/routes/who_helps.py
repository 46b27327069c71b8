"""Who helps whom: by year, pair by pair, one pair, one place."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from search import SearchError
from search.results import BY_NAME
from web.locale import gettext as _
from web.locale import language
from web.problems import Problem
from web.routes.reader import read_state
from web.shown import pairs as pairs_page
from web.shown import relations as relations_page
from web.shown.frame import build_frame
from web.site import site
from web.state import SearchState

blueprint = Blueprint("who_helps", __name__)


PAIR_YEARS = 12

PAIR_QUOTES = 50
"""Quotes on a page of one pair."""

PLACE_ROWS = 20
"""Pairs and figures shown on the page of a place."""

PLACE_READ = 100
"""Figures of a place that its page chooses from."""


@blueprint.get("/pairs")
def pairs() -> str:
    """Who helps whom, by year."""
    state = read_state()
    library = site().library
    table = library.pairs(state.question, level=state.level)
    facets = library.overview().facets
    fullest = sorted((item for item in facets["year"] if item.value.isdigit()), key=lambda item: -item.count)[:PAIR_YEARS]
    years = tuple(sorted((item.value for item in fullest), reverse=True))
    frame = build_frame(_("谁帮谁"), current="/pairs", state=state, robots="noindex" if request.query_string else "")
    return render_template("pairs.html", page=pairs_page.build_pairs(frame, state, table, years))


@blueprint.get("/relations")
def relations() -> str:
    """Who helps whom, pair by pair, each with the clauses that say so."""
    state = read_state()
    asked = state.question
    table = site().library.relations(asked, kind=state.relation or None, offset=asked.offset, limit=asked.size)
    frame = build_frame(_("谁帮谁：逐对列出"), current="/pairs", state=state, robots="noindex" if request.query_string else "")
    return render_template("relations.html", page=relations_page.build_relations(frame, state, table))


@blueprint.get("/relation/<path:pair>")
def relation(pair: str) -> str:
    """One pair of who helps whom: since when, how much in which year, by which programs, every quote."""
    supporter, _arrow, recipient = pair.partition("→")
    given = request.args.get("page", "1")
    if not (given.isascii() and given.isdigit() and 0 < int(given[:9]) < 10**6):
        raise Problem(400, "bad-page", _("参数 page 的值不能用。"))
    page = int(given)
    try:
        found = site().library.pair(supporter, recipient, offset=(page - 1) * PAIR_QUOTES, limit=PAIR_QUOTES)
    except SearchError:
        raise Problem(404, "no-such-pair", _("这里收的文献没有说这一对。")) from None
    if not found.clauses.rows:
        raise Problem(404, "page-past-end", _("没有这一页。"))
    title = f"{supporter.rpartition('/')[2]} → {recipient.rpartition('/')[2]}"
    frame = build_frame(title, current="/pairs", state=SearchState(lang=language()), robots="noindex" if page > 1 else "")
    return render_template("relation.html", page=relations_page.build_relation(frame, found, page, PAIR_QUOTES, language()))


@blueprint.get("/place/<path:path>")
def place(path: str) -> str:
    """What a place gives and gets, and its figures."""
    library, lang = site().library, language()
    here = SearchState(lang=lang)
    try:
        chosen = {name: here.choose(name, BY_NAME["region"].read(path)) for name in ("region", "supporter", "recipient")}
    except SearchError:
        raise Problem(404, "no-such-place", _("没有这个地方。")) from None
    gives, gets = (library.relations(chosen[name].question, limit=PLACE_ROWS) for name in ("supporter", "recipient"))
    figures = library.figures(chosen["region"].question, unit="CNY", per="total", sort="value-desc", limit=PLACE_READ)
    # An amount whose place is said elsewhere in the passage may be somebody else's: it comes last.
    rows = sorted(figures.rows, key=lambda row: row.figure.regions_from == "passage")[:PLACE_ROWS]
    frame = build_frame(path.rpartition("/")[2], state=here)
    passages = library.search(chosen["region"].asking(size=1).question)
    return render_template("place.html", page=relations_page.build_place(frame, path, gives, gets, tuple(rows), passages, here))
