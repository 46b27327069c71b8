"""The reading list: kept in the reader's browser, shown, shared as an address and exported here. Nothing of it stays on the server."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, render_template, request

from search import wire
from web.locale import gettext as _
from web.problems import Problem
from web.routes.files import csv_file, download
from web.routes.reader import read_state
from web.shown import reading_list as views
from web.shown.frame import build_frame
from web.site import site
from web.state import SearchState

blueprint = Blueprint("reading_list", __name__)

LONGEST_NOTE = 2_000
COLUMNS = ("passage", "permalink", "title", "source", "text", "note", "state")


@blueprint.get("/list")
def shown() -> str:
    """The list of the address (`p`, each with a note `n`), or the reader's own, which a script fills in."""
    chosen = _chosen()
    frame = build_frame(_("清单"), current="/list", state=SearchState(lang=read_state().lang), robots="noindex")
    return render_template("list.html", page=views.build_list(frame, site().library, chosen), shared=bool(chosen))


@blueprint.post("/list/<form>")
def exported(form: str) -> Response:
    """The list sent in the body as a file."""
    here, chosen = site(), _chosen()
    if form == "csv":
        frame = build_frame("", state=SearchState())
        items = views.build_list(frame, here.library, chosen).items
        absolute = frame.urls.absolute
        rows = ((one.id, absolute(one.permalink), one.title, one.told, one.text, one.note, one.state) for one in items)
        return csv_file([COLUMNS, *(tuple(map(wire.safe_cell, row)) for row in rows)], "bangfu-list.csv")
    if form not in dict(views.FORMS):
        raise Problem(404, "no-such-form", _("没有这种格式。"))
    mimetype, suffix = wire.EXPORT_TYPES[form]
    base, title = here.urls().base, f"{_('清单')} {date.today().isoformat()}"
    pieces = here.library.export_chosen(chosen, form, title=title, base_url=base)
    return download(iter(pieces), mimetype, f"bangfu-list.{suffix}")


def _chosen() -> list[tuple[str, str]]:
    """Ids with their notes. Notes come in the order of the ids; a list without notes has none."""
    ids, notes = request.values.getlist("p"), request.values.getlist("n")
    if len(ids) > views.MOST:
        raise Problem(400, "list-too-long", _("一份清单最多 %(n)s 段。", n=views.MOST))
    notes += [""] * (len(ids) - len(notes))
    seen: dict[str, str] = {}
    for identifier, note in zip(ids, notes, strict=False):
        seen.setdefault(identifier[:40], note[:LONGEST_NOTE])
    return [(identifier, note) for identifier, note in seen.items() if identifier]
