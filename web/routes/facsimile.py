"""A page of a source as it was printed, with the places of passages and hits marked on it; and the same for IIIF viewers."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath
from urllib.parse import quote

from flask import Blueprint, Response, abort, jsonify, render_template, request, send_file

from web.locale import gettext as _
from web.routes.reader import read_state
from web.routes.reading import Page, lead
from web.shown import facsimile as shown
from web.shown.frame import build_frame
from web.site import site

blueprint = Blueprint("facsimile", __name__)

_A_DAY = "public, max-age=86400"
_MOST_FOUND = 200


@blueprint.get("/d/<document>/page/<int:number>")
def page(document: str, number: int) -> Page:
    """The page as a picture, its passages and the hits of the query marked without script. A passage (`hit`) that the document does not
    hold any more leads where its permalink leads."""
    state, hit = read_state(), request.args.get("hit", "")
    if hit and hit not in site().library.first_pages(document) and (led := lead(hit, document)) is not None:
        return led
    found = site().library.facsimile(document, number, text=state.q)
    title = f"{found.document.title} {_('第 %(n)s 页', n=number)}"
    canonical = site().urls().absolute(site().urls().page_image(document, number, picture=False))
    frame = build_frame(title, state=state, canonical=canonical, robots="noindex" if request.query_string else "")
    return render_template("facsimile.html", page=shown.build_facsimile(frame, found, state, hit))


@blueprint.get("/d/<document>/page/<int:number>.webp")
def picture(document: str, number: int) -> Response:
    """The picture of a page, of one of two widths."""
    width = shown.NARROW if request.args.get("width") == str(shown.NARROW) else shown.WIDE
    data = site().library.page_picture(document, number, width)
    response = Response(data, content_type="image/webp")
    response.headers["Cache-Control"] = _A_DAY
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.set_etag(hashlib.blake2b(data, digest_size=8).hexdigest())
    response.make_conditional(request)
    return response


@blueprint.get("/d/<document>/original")
def original(document: str) -> Response:
    """The source as it was given, always as a download: what it holds is not ours to show."""
    name, place = site().library.original(document)
    response = send_file(place, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(PurePosixPath(name).name, safe='')}"
    response.headers["Cache-Control"] = _A_DAY
    return response


@blueprint.get("/d/<document>/manifest.json")
def manifest(document: str) -> Response:
    """The document for IIIF viewers: Presentation 3, a canvas a page, with the search that goes with it."""
    found = site().library.facsimile(document, 1)
    if not found.drawn:
        abort(404)
    return _for_viewers(shown.manifest(found.document, site().urls()))


@blueprint.get("/d/<document>/iiif/search")
def search(document: str) -> Response:
    """Content Search 2: the places of the words on the pages."""
    query = request.args.get("q", "")[:200]
    library = site().library
    first = library.facsimile(document, 1)
    items: list[dict[str, object]] = []
    for number in range(1, first.pages + 1 if query else 1):
        items += shown.hit_annotations(library.facsimile(document, number, text=query), site().urls())
        if len(items) >= _MOST_FOUND:
            break
    return _for_viewers(shown.found_page(document, query, items[:_MOST_FOUND], site().urls()))


def _for_viewers(body: dict[str, object]) -> Response:
    response = jsonify(body)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
