"""Documents and passages: where links lead."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from search import SearchError
from search.results import BY_NAME, BlockKind, DocumentPage, LinkState, Passage, PassagePage, mending_line
from web.http import EMBED_POLICY
from web.locale import gettext as _
from web.locale import language
from web.routes.reader import read_state
from web.shown import document as shown
from web.shown import facsimile as facsimiles
from web.shown.frame import Frame, HeadLink, build_frame
from web.shown.parts import LONGEST_WHOLE
from web.shown.passage import EmbedPage
from web.shown.quotes import build_gone
from web.shown.report import build_report
from web.shown.shared import build_shared
from web.site import site
from web.state import SearchState

blueprint = Blueprint("reading", __name__)

Page = str | AnyResponse | tuple[str, int]
"""What a route answers: a page, a way to another one, or a page with a status."""
RELATED = 5
DESCRIBED = 120
"""Characters of a document's first paragraph that describe it to those it is shared with."""
CITATION = "gbt7714-2025"
MENDED = ("region", "year", "program", "mechanism")
"""Facets whose labels a file beside the source can take away."""
MOST_ARTICLES = 12
"""Each citation of an article reads the document again: a page of more articles gives that of the page for all."""


@blueprint.get("/d/<document>")
def document(document: str) -> Page:
    """A document, with the marks of the query and the way back to its results. An address that names a passage (`hit`) that is not in it
    any more leads where the permalink of the passage leads."""
    asked, library = read_state(), site().library
    hit = request.args.get("hit", "").partition(".")[0]
    if not library.has_document(document):
        led = lead(hit, document)
        return led if led is not None else _render(library.document(document), asked, None, None)
    found = library.document(document, text=asked.q)
    opened = next((passage for passage in found.document.passages if passage.id == hit), None)
    led = lead(hit, document) if hit and opened is None else None
    return led if led is not None else _render(found, asked, opened, None)


@blueprint.get("/d/<document>/mend.toml")
def mend(document: str) -> AnyResponse:
    """A file for beside the source that takes the labels named (`region`, `year`, `program`, `mechanism`) away from the document."""
    found = site().library.document(document).document
    filters = site().library.filters({name: request.args.getlist(name) for name in MENDED})
    chosen = {name: [one for value in filters.choice(name).include for one in BY_NAME[name].covers(value)] for name in MENDED}
    lines = [mending_line(name, values) for name, values in chosen.items() if values]
    stem = found.source_file.rpartition("/")[2].rpartition(".")[0] or found.id
    said = _("放在 %(file)s 旁边；那里已有同名文件的，把下面的行并进去。然后再建一次索引。", file=found.source_file)
    answer = Response("\n".join([f"# {said}", *lines, ""]), mimetype="application/toml")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{stem}.toml")
    return answer


@blueprint.get("/p/<passage>")
def passage(passage: str) -> Page:
    """A permalink: to its place when the text is the same, to a page that says so when it is not."""
    identifier, _dot, sentences = passage.partition(".")
    library = site().library
    page = library.passage(identifier)
    state = page.resolution.state
    if state is LinkState.GONE or page.passage is None or page.document is None:
        frame = build_frame(_("这一段已不在了"), robots="noindex")
        return render_template("gone.html", page=build_gone(frame, page)), 410
    asked = read_state()
    if state is LinkState.CHANGED:
        found = library.document(page.document.id, text=asked.q)
        return _render(found, asked, page.passage, page)
    # A page that shows a part needs to be told which: what stands after `#` never reaches the server.
    hit = page.passage.id if page.document.passages > LONGEST_WHOLE else ""
    address = site().urls().document(page.document.id, asked, hit=hit, anchor=page.passage.id)
    return redirect(address + _sentence_end(page.passage, sentences), 302)


def lead(identifier: str, document: str) -> Page | None:
    """Where an address below `/d/` leads that names a passage its document does not hold: None for an id that was never given out."""
    library = site().library
    try:
        page = library.passage(identifier)
    except SearchError as error:
        if error.status != 404:
            raise
        return None
    if page.resolution.state is LinkState.CHANGED and page.document is not None and page.document.id != document:
        return redirect(site().urls().passage(identifier, request.args.get("q", ""), language()), 302)
    return passage(identifier)


def _sentence_end(passage: Passage, sentences: str) -> str:
    """The end of an address that leads to the sentences `2-3` or `2`, counted from 1: for our script `.2-3`, and behind it a text fragment
    for browsers without script. Nothing where there are no such sentences."""
    library = site().library
    spans = library.sentences(passage.text)
    first, _dash, last = sentences.partition("-")
    numbers = [int(one) for one in (first, last or first) if one.isascii() and one.isdigit() and len(one) < 5]
    if len(numbers) == 2 and 1 <= numbers[0] <= numbers[1] <= len(spans):
        return f".{sentences}" + library.text_fragment(passage, (spans[numbers[0] - 1][0], spans[numbers[1] - 1][1]))
    return ""


@blueprint.get("/embed/<passage>")
def embed(passage: str) -> Response:
    """A passage as a card that other sites may frame: no script, nothing but the quote, its source and its link."""
    here = site()
    page = here.library.passage(passage)
    if page.passage is None or page.document is None:
        abort(410)
    urls = here.urls()
    card = EmbedPage(
        language(),
        here.settings.site_name,
        urls.static("embed.css"),
        page.passage.text,
        page.passage.article_title or page.document.title,
        page.document.year,
        urls.absolute(urls.passage(passage)),
        page.resolution.state is LinkState.CHANGED,
    )
    response = Response(render_template("embed.html", page=card))
    response.headers["Content-Security-Policy"] = EMBED_POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _render(found: DocumentPage, state: SearchState, opened: Passage | None, page: PassagePage | None) -> str:
    """The document page, as found or as the successor of an old link."""
    here = site()
    library, urls = here.library, here.urls()
    document = found.document
    today = date.today()
    asked_part = request.args.get("part", "").strip()
    part = int(asked_part) if asked_part.isascii() and asked_part.isdigit() and len(asked_part) < 8 else 1
    address = urls.absolute(urls.document(document.id, part=part))
    head_links = [HeadLink("alternate", urls.api_document(document.id), "application/json", "JSON")]
    if opened:
        head_links.append(HeadLink("alternate", urls.oembed(opened.id), "application/json+oembed", document.title))
    # A page that was opened at a passage tells programs of that passage: it is what its reader saves.
    cited, lasting = (opened.id, urls.absolute(urls.passage(opened.id))) if opened else (document.id, address)
    frame = build_frame(
        document.title,
        state=state,
        canonical=address,
        head_links=tuple(head_links),
        metas=library.citation_tags(cited, lasting),
        json_ld=json.dumps(library.citation_data(cited, lasting), ensure_ascii=False).replace("<", "\\u003c"),
        robots="noindex" if set(request.args) - {"part"} else "",
        description=document.subtitle or next((item.text[:DESCRIBED] for item in document.passages if item.kind is BlockKind.BODY), ""),
    )
    anchor = opened or next((item for item in document.passages if item.kind is BlockKind.BODY), None)

    def cite(identifier: str) -> str:
        return library.cite(identifier, CITATION, accessed=today, url=address)

    filled = shown.build_document(
        frame,
        found,
        state,
        opened=opened,
        way=_way(state, opened),
        related=library.related(anchor.id, RELATED) if anchor else (),
        source="source" in request.args,
        citation=cite(opened.id) if opened and _own_article(opened, found) else cite(document.id),
        accessed=today,
        article_citations=_article_citations(found, cite),
        page=page,
        original=_has_original(document.id),
        part=request.args.get("part", "").strip(),
        sheet=_sheet(frame, found, state, opened) if request.args.get("beside") == "page" and document.page_sizes else None,
    )
    return render_template("document.html", page=filled)


def _has_original(document_id: str) -> bool:
    try:
        site().library.original(document_id)
    except SearchError:
        return False
    return True


def _sheet(frame: Frame, found: DocumentPage, state: SearchState, opened: Passage | None) -> facsimiles.ShownFacsimile:
    """The page of the source on which the passage opened stands, or the first."""
    page = site().library.facsimile(found.document.id, (opened and opened.page) or 1, text=state.q)
    return facsimiles.build_facsimile(frame, page, state, opened.id if opened else "")


@blueprint.get("/d/<document>/shared")
def shared(document: str) -> str:
    """The sentences that a document has in common with others."""
    library = site().library
    title = library.document(document).document.title
    frame = build_frame(f"{_('与别的文献相同的句子')} · {title}", robots="noindex")
    return render_template("shared.html", page=build_shared(frame, document, title, library.shared_sentences(document)))


@blueprint.get("/report/<passage>")
def report(passage: str) -> str:
    """How a label or the text of a passage is mended: the lines for the `.toml` beside its source, ready to be copied."""
    library = site().library
    found = library.passage(passage)
    if found.passage is None or found.document is None:
        abort(410)
    frame = build_frame(_("标签或文字有误"), robots="noindex")
    return render_template("report.html", page=build_report(frame, library, found.passage, found.document))


def _own_article(passage: Passage, found: DocumentPage) -> bool:
    """Whether the passage belongs to an article with a title of its own."""
    return passage.article_title not in ("", found.document.title)


def _article_citations(found: DocumentPage, cite: Callable[[str], str]) -> dict[int, str]:
    """On a page of several articles, the citation of each; nothing where the document's own will do."""
    firsts: dict[int, Passage] = {}
    for passage in found.document.passages:
        firsts.setdefault(passage.article, passage)
    if len(firsts) > MOST_ARTICLES or not any(_own_article(passage, found) for passage in firsts.values()):
        return {}
    return {article: cite(passage.id if _own_article(passage, found) else found.document.id) for article, passage in firsts.items()}


def _way(state: SearchState, opened: Passage | None) -> shown.Way | None:
    """The way back, when the page was reached from results."""
    if not state.q and not state.applied():
        return None
    here = site()
    urls, library = here.urls(), here.library
    if opened is None:
        return shown.Way(urls.search(state), "", "", "")
    asked = state.asked()
    before, after, rank = library.neighbours(asked, opened.id)

    def to(identifier: str | None) -> str:
        page = library.passage(identifier) if identifier else None
        if page is None or page.document is None or identifier is None:
            return ""
        return urls.document(page.document.id, state, hit=identifier, anchor=identifier)

    total = library.groups(asked) if rank else 0
    return shown.Way(urls.search(state), shown.place_in_list(rank, total, state.view) if rank else "", to(before), to(after))
