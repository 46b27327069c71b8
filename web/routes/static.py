"""Static files: kept for ever under the fingerprint of the day, checked again under any other."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from web.site import site

blueprint = Blueprint("static", __name__)

_FOR_EVER = "public, max-age=31536000, immutable"


@blueprint.get("/static/<fingerprint>/<path:name>")
def file(fingerprint: str, name: str) -> Response:
    """One static file, compressed where accepted."""
    assets = site().assets
    asset = assets.files.get(name)
    if asset is None:
        abort(404)
    packed = request.accept_encodings["gzip"] > 0 and len(asset.compressed) < len(asset.body)
    response = Response(asset.compressed if packed else asset.body, content_type=asset.mimetype)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = _FOR_EVER if fingerprint == assets.fingerprint else "public, no-cache"
    response.set_etag(assets.fingerprint + name.replace("/", "-"), weak=True)
    return response


@blueprint.get("/favicon.ico")
def favicon() -> AnyResponse:
    """Browsers ask for this name without being told."""
    return redirect(site().urls().static("icon.svg"), 301)
