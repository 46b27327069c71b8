"""Trends of words over the years, and two result sets beside each other."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from web.locale import gettext as _
from web.routes.files import csv_file
from web.routes.reader import read_state
from web.shown import studies
from web.shown.frame import build_frame
from web.site import site
from web.state import SearchState

blueprint = Blueprint("studies", __name__)

LONGEST = 400
"""Characters of a list of words."""


@blueprint.get("/trends")
def trends() -> str:
    """How often words occur year by year: passages, or their share of a year's passages."""
    state, words, counts = _counted()
    frame = build_frame(f"{_('趋势')} · {'，'.join(words)}"[:80] if words else _("趋势"), current="/trends", state=state, robots="noindex")
    share = request.args.get("by") == "share"
    return render_template("trends.html", page=studies.build_trends(frame, state, words, counts, share=share))


@blueprint.get("/trends.csv")
def trends_csv() -> Response:
    """The same as a file."""
    _state, words, counts = _counted()
    return csv_file(studies.trend_rows(words, counts), "bangfu-trends.csv")


@blueprint.get("/compare")
def compare() -> str:
    """Two queries under the same filters: documents, places, types, years and words."""
    state, other = read_state(), request.args.get("with", "").strip()
    title = f"{_('比较')} · {state.q} / {other}"[:80] if other else _("比较")
    frame = build_frame(title, current="/compare", state=state, robots="noindex")
    return render_template("compare.html", page=studies.build_compare(frame, site().library, state, other))


def _counted() -> tuple[SearchState, tuple[str, ...], list[dict[int, int]]]:
    state = read_state()
    words = studies.asked_words(request.args.get("words", state.q)[:LONGEST])
    library = site().library
    return state, words, [studies.year_counts(library, state, text) for text in (*words, "")]
