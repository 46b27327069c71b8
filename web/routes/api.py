"""The JSON API: search, documents, passages, quotes and suggestions. Bodies are made by `search.wire`, the same as the command's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice

from flask import Blueprint, Response, request, stream_with_context

from search import wire
from search.results import LinkState
from web.api_form import MOST_DOCUMENTS
from web.locale import gettext as _
from web.problems import Problem
from web.routes.reader import as_json, check_request, json_bytes, read_state
from web.site import site

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
blueprint.before_request(check_request)


@blueprint.get("/search")
def search() -> Response:
    """Passages with facets."""
    state = read_state()
    library = site().library
    told = library.told(state.q) if state.q and state.page == 1 else None
    return as_json({**wire.answer_json(library.search(state.question)), "told": wire.told_json(told) if told else None})


@blueprint.get("/new")
def new() -> Response:
    """Passages by when they were first seen, the newest first."""
    state = read_state()
    since = request.args.get("since", "")
    newest = site().library.newest(state.question, since=since, offset=state.question.offset, limit=state.size)
    return as_json(wire.newest_json(newest, state.q))


@blueprint.get("/documents")
def documents() -> Response:
    """All documents, or a page of them."""
    library = site().library
    total = library.manifest().documents
    asked = request.args.get("page") or request.args.get("size")
    if not asked and total > MOST_DOCUMENTS:
        return _all_documents(total)
    size = int(request.args.get("size") or MOST_DOCUMENTS)
    start = (int(request.args.get("page") or 1) - 1) * size
    return as_json(wire.summaries_json(library.documents(start, start + size), total))


def _all_documents(total: int) -> Response:
    """The whole list of a large collection, written as it is read."""
    rows = site().library.documents_one_by_one()

    def pieces() -> Iterator[bytes]:
        yield b'{"total":%d,"documents":[' % total
        before = b""
        while some := list(islice(rows, MOST_DOCUMENTS)):
            yield before + json_bytes(wire.summaries_json(some)["documents"])[1:-1]
            before = b","
        yield b"]}"

    return Response(stream_with_context(pieces()), mimetype="application/json")


@blueprint.get("/documents/<document>")
def document(document: str) -> Response:
    """A document with its blocks in reading order."""
    return as_json(wire.document_json(site().library.document(document)))


@blueprint.get("/passages/<passage>")
def passage(passage: str) -> Response:
    """A passage and the state of its link. A gone one is 410 with the same members in a problem body."""
    page = site().library.passage(passage)
    body = wire.passage_json(page)
    if page.resolution.state is LinkState.GONE:
        raise Problem(410, "gone", _("这一段已不在了。"), hint=_("candidates 里是可能的去处。"), extra=body)
    return as_json(body)


@blueprint.route("/locate", methods=["GET", "POST"])
def locate() -> Response:
    """Where a quote stands."""
    quote = request.values.get("quote", "").strip()
    if not quote:
        raise Problem(400, "missing-quote", _("缺少参数 quote：要定位的引文。"))
    return as_json(wire.matches_json(site().library.locate(quote)))


@blueprint.get("/suggest")
def suggest() -> Response:
    """Completions of what is being typed."""
    prefix = request.args.get("q", "")[:100]
    found = site().library.suggest(prefix) if prefix.strip() else ()
    response = as_json({"suggestions": [wire.suggestion_json(item) for item in found]})
    response.headers["Cache-Control"] = "private, max-age=60"
    return response


@blueprint.get("/cite")
def cite() -> Response:
    """A citation of a document (`id`) or a passage, as text."""
    identifier, style = request.args.get("id", ""), request.args.get("style", "gbt7714-2025")
    if not identifier:
        raise Problem(400, "missing-id", _("缺少参数 id：文献或段落的编号。"))
    here = site()
    urls = here.urls()
    is_document = here.library.has_document(identifier)
    url = urls.absolute(urls.document(identifier) if is_document else urls.passage(identifier))
    text = here.library.cite(identifier, style, accessed=date.today(), url=url)
    response = Response(text + ("" if text.endswith("\n") else "\n"), content_type=f"{wire.CITE_TYPES[style]}; charset=utf-8")
    response.headers["Content-Disposition"] = "inline"
    return response
