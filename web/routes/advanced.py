"""The advanced form."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from web.locale import gettext as _
from web.routes.reader import read_state
from web.shown import advanced as form
from web.shown.frame import build_frame
from web.shown.labels import kind_label, sort_label
from web.site import site
from web.spans import day_span, year_span
from web.state import EARLIEST, LATEST, SORTS

blueprint = Blueprint("advanced", __name__)


ADVANCED_FIELDS = ("all", "exact", "any", "none", "near_one", "near_other", "near", "scope", "year_from", "year_to", "date_from", "date_to")

KINDS = ("body", "title", "subtitle", "heading", "caption", "credit", "table")


@blueprint.get("/advanced")
def advanced() -> str | Response:
    """The advanced form: writes a normal query, and goes to its results. It shows the whole state it was opened from, and carries the way
    of viewing it along."""
    state = read_state()
    fields = {name: request.args.get(name, "").strip() for name in ADVANCED_FIELDS}
    if "go" in request.args:
        written = state.with_query(form.joined_query(state.q, form.written_query(fields)))
        span = year_span(fields["year_from"], fields["year_to"])
        years = (*(year for year in state.values("year") if "-" not in year), *span)
        days = (*state.values("date"), *day_span(fields["date_from"], fields["date_to"]))
        return redirect(site().urls().search(written.replacing(year=years, date=days)), 303)
    if form.is_plain(state.q) and not any(fields.values()):
        fields["all"], state = state.q, state.with_query("")
    spans = [value for value in state.values("year") if "-" in value]
    if len(spans) == 1 and not fields["year_from"] and not fields["year_to"]:
        first, _dash, last = spans[0].partition("-")
        fields["year_from"], fields["year_to"] = first.replace(EARLIEST, ""), last.replace(LATEST, "")
    if len(state.values("date")) == 1 and not fields["date_from"] and not fields["date_to"]:
        fields["date_from"], fields["date_to"] = form.ends_of(state.values("date")[0])
    facets = site().library.overview().facets
    frame = build_frame(_("高级检索"), current="/advanced", state=read_state())
    scopes = tuple(form.FormOption(code, label) for code, label in (("", _("全文")), ("标题", _("标题")), ("文献", _("文献名"))))
    kinds = tuple(form.FormOption(kind, kind_label(kind), kind in state.values("kind")) for kind in KINDS)
    sorts = tuple(form.FormOption(sort, sort_label(sort), sort == state.question.sort) for sort in SORTS)
    return render_template(
        "advanced.html",
        page=form.AdvancedPage(
            frame,
            fields,
            scopes,
            form.keyed_groups(state),
            kinds,
            sorts,
            written=state.q,
            kept=form.other_choices(state),
            carry=form.carried(state),
            places=form.all_places(facets["region"]),
            publications=form.all_places(facets["publication"]),
        ),
    )
