"""What machines ask for: search description, feed, sitemap, robots, oEmbed, the API's own description, health and metrics."""

from __future__ import annotations

import json
import re
import time
from contextlib import suppress
from datetime import datetime
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, render_template, request

from search import SearchError
from search.results import LinkState
from web import metrics as numbers
from web.described import description
from web.notebooks import notebook
from web.problems import Problem
from web.routes.reader import check_request, read_state
from web.shown.labels import page_title
from web.site import site
from web.urls import QueryString

blueprint = Blueprint("machine", __name__)

FEED_ENTRIES = 50
SITEMAP_PART = 20_000
"""Documents in a part of the sitemap; 50,000 are allowed."""
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """The description by which browsers offer this search."""
    here = site()
    body = render_template("opensearch.xml", site_name=here.settings.site_name, base=here.urls().base, icon=here.urls().static("icon.svg"))
    return _public(body, "application/opensearchdescription+xml", 86_400)


@blueprint.get("/feed.atom")
def feed() -> Response:
    """A search as an Atom feed: its hits by when they were first seen, the newest first, in pages (RFC 5005)."""
    here = site()
    state = read_state()
    newest = here.library.newest(state.question, offset=(state.page - 1) * FEED_ENTRIES, limit=FEED_ENTRIES)
    body = render_template(
        "feed.xml",
        title=page_title(state),
        query=QueryString(state),
        urls=here.urls(),
        newest=newest,
        page=state.page,
        updated=newest.hits[0].first_seen if newest.hits else newest.began,
        site_name=here.settings.site_name,
    )
    # A query may hold what no XML may hold (%00); a title without it is still its title.
    return Response(_NOT_XML.sub("", body), content_type="application/atom+xml; charset=utf-8")


@blueprint.get("/suggest.json")
def suggest() -> Response:
    """Suggestions as browsers ask for them below their address bar (OpenSearch Suggestions): the text, the queries, their totals."""
    text = request.args.get("q", "")[:100]
    found = site().library.suggest(text) if text.strip() else ()
    body = [text, [one.text for one in found], [str(one.total) for one in found]]
    return _public(json.dumps(body, ensure_ascii=False), "application/x-suggestions+json", 60)


@blueprint.get("/search.ipynb")
def take_to_notebook() -> Response:
    """A search as a Jupyter notebook that asks this site again."""
    state = read_state()
    response = Response(notebook(site().urls().base, state.question, page_title(state)), content_type="application/x-ipynb+json")
    response.headers["Content-Disposition"] = 'attachment; filename="bangfu-search.ipynb"'
    return response


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """All documents; where there are more than a part holds, the parts, each with the day on which a document of it last came, changed or
    went."""
    library, urls = site().library, site().urls()
    many = library.manifest().documents
    if many <= SITEMAP_PART:
        return sitemap_part(1)
    firsts = ["", *(library.document_ids(start, start + 1)[0] for start in range(SITEMAP_PART, many, SITEMAP_PART))]
    changed = library.newest_changes(firsts)
    parts = [(urls.absolute(f"/sitemap-{number}.xml"), day) for number, day in enumerate(changed, start=1)]
    return _public(render_template("sitemap.xml", root="sitemapindex", one="sitemap", entries=parts), "application/xml", 3_600)


@blueprint.get("/sitemap-<int:number>.xml")
def sitemap_part(number: int) -> Response:
    """One part: its documents with the day on which each last changed, and on the first the standing pages; no search."""
    library, urls = site().library, site().urls()
    start = (number - 1) * SITEMAP_PART
    documents = library.document_ids(start, start + SITEMAP_PART) if number else ()
    if not documents and number != 1:
        abort(404)
    days = library.last_changed(documents)
    entries = [(urls.absolute(path), "") for path in ("/", "/about", "/help", "/pairs")] if number == 1 else []
    entries += [(urls.absolute(urls.document(one)), days.get(one, "")) for one in documents]
    return _public(render_template("sitemap.xml", root="urlset", one="url", entries=entries), "application/xml", 3_600)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Keeps crawlers out of filter combinations; documents and permalinks, which are what is cited, stay open to them and to archives."""
    closed = ("/search?", "/facet/", "/api/", "/cite", "/pairs?", "/advanced?", "/feed.atom?", "/d/*?")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), "Allow: /", ""]
    lines += [f"Sitemap: {site().urls().absolute('/sitemap.xml')}", ""]
    return _public("\n".join(lines), "text/plain", 86_400)


@blueprint.get("/oembed")
def oembed() -> Response:
    """oEmbed 1.0 for permalinks: a card with quote, source and link in a frame."""
    here = site()
    if request.args.get("format", "json") != "json":
        # The oEmbed text says 501; a 5xx would read as a fault of ours in every monitor.
        raise Problem(400, "unsupported-format", "只提供 JSON 格式。", hint="请用 format=json。")
    path = urlsplit(request.args.get("url", "")).path
    if not path.startswith("/p/") and not path.startswith("/d/"):
        raise Problem(404, "not-embeddable", "只有段落的固定链接可以嵌入。")
    identifier = path.removeprefix("/p/") if path.startswith("/p/") else urlsplit(request.args["url"]).fragment
    page = here.library.passage(identifier)
    if page.passage is None or page.document is None or page.resolution.state is LinkState.GONE:
        raise Problem(410, "gone", "这一段已不在了。")
    urls = here.urls()
    source = urls.absolute(urls.embed(page.passage.id))
    width = min(_size("maxwidth", 560), 560)
    height = min(_size("maxheight", 240), 240)
    frame = f'<iframe src="{source}" width="{width}" height="{height}" title="{page.passage.id}" loading="lazy"'
    frame += ' sandbox="allow-popups allow-top-navigation-by-user-activation"></iframe>'
    return jsonify(
        {
            "version": "1.0",
            "type": "rich",
            "title": page.passage.article_title or page.document.title,
            "provider_name": here.settings.site_name,
            "provider_url": urls.absolute("/"),
            "cache_age": 3600,
            "width": width,
            "height": height,
            "html": frame,
        }
    )


@blueprint.get("/api/v1/openapi.json")
def openapi() -> Response:
    """OpenAPI 3.1 of the API."""
    check_request()
    described = {**description(), "servers": [{"url": site().urls().base}]}
    return _public(json.dumps(described, ensure_ascii=False), "application/json", 3_600)


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process is alive."""
    return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})


@blueprint.get("/readyz")
def readyz() -> Response:
    """The index is open. Where it is answered from in spite of a fault, that is said too."""
    here = site()
    try:
        manifest = here.library.manifest()
    except SearchError as error:
        return Response(f"{error.code}\n", 503, mimetype="text/plain", headers={"Cache-Control": "no-store", "Retry-After": "5"})
    fault = here.shelf.fault()
    said = f"ok {manifest.generation}\n" + (f"degraded {fault}\n" if fault else "")
    return Response(said, mimetype="text/plain", headers={"Cache-Control": "no-store"})


@blueprint.get("/metrics")
def metrics() -> Response:
    """Counters in Prometheus text form, of all workers."""
    here = site()
    numbers.UPTIME.set(time.time() - here.started)
    try:
        manifest = here.library.manifest()
    except SearchError:
        numbers.OPEN.set(0)
    else:
        numbers.OPEN.set(1)
        numbers.PASSAGES.set(manifest.passages)
        numbers.DOCUMENTS.set(manifest.documents)
        with suppress(ValueError):  # an engine that does not say when
            numbers.AGE.set(time.time() - datetime.fromisoformat(manifest.created).timestamp())
        numbers.DEGRADED.set(bool(here.shelf.fault()))
    body = numbers.text()
    return Response(body, content_type="text/plain; version=0.0.4; charset=utf-8", headers={"Cache-Control": "no-store"})


def _size(name: str, default: int) -> int:
    value = request.args.get(name, "")
    return max(120, int(value)) if value.isascii() and value.isdigit() and len(value) < 6 else default


def _public(body: str, mimetype: str, seconds: int) -> Response:
    return Response(body, content_type=f"{mimetype}; charset=utf-8", headers={"Cache-Control": f"public, max-age={seconds}"})
