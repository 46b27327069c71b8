"""The JSON API: search, documents, passages, quotes and suggestions. Bodies are made by `search.wire`, the same as the command's."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, jsonify, request

from search import wire
from search.results import LinkState
from web.problems import Problem
from web.routes.reader import read_state
from web.site import site

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

CITE_TYPES = {
    "bibtex": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "csl-json": "application/vnd.citationstyles.csl+json",
}
CITE_STYLES = ("gbt7714-2025", "gbt7714-2025-author-year", "gbt7714", "gbt7714-author-year", "bibtex", "ris", "csl-json", "plain")


@blueprint.get("/search")
def search() -> Response:
    """Passages with facets."""
    state = read_state()
    library = site().library
    told = library.told(state.q) if state.q and state.page == 1 else None
    return jsonify({**wire.answer_json(library.search(state.question)), "told": wire.told_json(told) if told else None})


@blueprint.get("/documents")
def documents() -> Response:
    """All documents."""
    return jsonify(wire.summaries_json(site().library.documents()))


@blueprint.get("/documents/<document>")
def document(document: str) -> Response:
    """A document with its blocks in reading order."""
    return jsonify(wire.document_json(site().library.document(document)))


@blueprint.get("/passages/<passage>")
def passage(passage: str) -> Response:
    """A passage and the state of its link. A gone one is 410 with the same members in a problem body."""
    page = site().library.passage(passage)
    body = wire.passage_json(page)
    if page.resolution.state is LinkState.GONE:
        raise Problem(410, "gone", "这一段已不在了。", hint="candidates 里是可能的去处。", extra=body)
    return jsonify(body)


@blueprint.route("/locate", methods=["GET", "POST"])
def locate() -> Response:
    """Where a quote stands."""
    quote = request.values.get("quote", "").strip()
    if not quote:
        raise Problem(400, "missing-quote", "缺少参数 quote：要定位的引文。")
    return jsonify(wire.matches_json(site().library.locate(quote)))


@blueprint.get("/suggest")
def suggest() -> Response:
    """Completions of what is being typed."""
    prefix = request.args.get("q", "")[:100]
    found = site().library.suggest(prefix) if prefix.strip() else ()
    response = jsonify({"suggestions": [wire.suggestion_json(item) for item in found]})
    response.headers["Cache-Control"] = "private, max-age=60"
    return response


@blueprint.get("/cite")
def cite() -> Response:
    """A citation of a document (`id`) or a passage, as text."""
    identifier, style = request.args.get("id", ""), request.args.get("style", "gbt7714-2025")
    if style not in CITE_STYLES:
        raise Problem(400, "bad-style", f"没有“{style[:40]}”这种引文格式。", hint=f"可用的是 {'、'.join(CITE_STYLES)}。")
    if not identifier:
        raise Problem(400, "missing-id", "缺少参数 id：文献或段落的编号。")
    here = site()
    urls = here.urls()
    is_document = here.library.has_document(identifier)
    url = urls.absolute(urls.document(identifier) if is_document else urls.passage(identifier))
    text = here.library.cite(identifier, style, accessed=date.today(), url=url)
    response = Response(text + ("" if text.endswith("\n") else "\n"), content_type=f"{CITE_TYPES.get(style, 'text/plain')}; charset=utf-8")
    response.headers["Content-Disposition"] = "inline"
    return response
