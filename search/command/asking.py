"""The commands that ask an index: search, show, cite, labels, new, locate, kwic, export, mcp."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import quote as percent_encoded

import click

from search.command.language import said
from search.command.options import (
    CONTEXTS,
    FIGURE_FORMS,
    FORMS,
    HIT_FORMS,
    ORDERS,
    RELATION_FORMS,
    Chosen,
    Given,
    Hinted,
    engine_options,
    figure_options,
    filter_options,
    in_one,
    library_at,
    link_base,
    print_json,
    settings_given,
)
from search.command.terminal import print_answer, print_document, print_doubts, print_figures, print_labels, print_passage, print_told
from search.errors import BadRequest
from search.question import Question, read_sort
from search.results import LinkState
from search.settings import LOCAL_ADDRESS
from search.wire import (
    CITE_TYPES,
    answer_json,
    document_json,
    figure_table_json,
    kwic_json,
    matches_json,
    newest_json,
    passage_json,
    told_json,
)

if TYPE_CHECKING:
    from search import Library


@click.command()
@click.argument("query", nargs=-1, required=True, callback=in_one)
@figure_options
@filter_options
@engine_options
@click.option("--sort", type=Hinted(ORDERS), help="order [default: relevance; with --figures document]")
@click.option("--page", default=1, show_default=True, type=int, help="page of the results")
@click.option("--size", default=20, show_default=True, type=int, help="hits on a page, at most 100")
@click.option("--explain", is_flag=True, help="say where every point of a score comes from")
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def search(
    query: str, given: Given, url: str, figures: Chosen, sort: str | None, page: int, size: int, explain: bool, as_json: bool
) -> None:
    """Search, and print hits with their links, or with --figures the figures they hold."""
    with library_at(url) as library:
        filters = library.filters(given)
        if page < 1 or size < 1:
            raise BadRequest("页码和每页条数从 1 开始。", parameter="page")
        if figures is not None:
            _print_figures(library, Question(query, filters, page=page, size=size), {**figures, "sort": sort or "document"}, as_json)
            return
        question = Question(query, filters, read_sort(sort or "relevance"), page, size)
        answer = library.search(question)
        told = library.told(query)
        reasons = library.explain_scores(question, answer.hits) if explain else ()
        if as_json:
            found: dict[str, Any] = {**answer_json(answer)}
            if told:
                found["told"] = told_json(told)
            for hit, parts in zip(found["hits"], reasons, strict=False):
                hit["explanation"] = [{"points": round(points, 4), "why": why} for points, why in parts]
            print_json(found)
        else:
            if told:
                print_told(told)
            print_answer(answer, reasons)
    sys.exit(0 if answer.total else 1)


def _print_figures(library: Library, question: Question, chosen: dict[str, Any], as_json: bool) -> None:
    table = library.figures(question, offset=question.offset, limit=question.size, **chosen)
    print_json(figure_table_json(table)) if as_json else print_figures(table, question)
    sys.exit(0 if table.total else 1)


@click.command()
@click.argument("id_", metavar="ID")
@engine_options
@click.option("--labels", is_flag=True, help="say why each label is there")
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def show(id_: str, url: str, labels: bool, as_json: bool) -> None:
    """Show a document or a passage."""
    with library_at(url) as library:
        if labels:
            _print_labels(library, id_, as_json)
            return
        if library.has_document(id_):
            page = library.document(id_)
            print_json(document_json(page)) if as_json else print_document(page)
            return
        found = library.passage(id_)
        print_json(passage_json(found)) if as_json else print_passage(found)
    sys.exit(1 if found.resolution.state is LinkState.GONE else 0)


@click.command()
@click.argument("id_", metavar="ID")
@engine_options
@click.option(
    "--style",
    type=click.Choice(list(CITE_TYPES)),
    default=next(iter(CITE_TYPES)),
    show_default=True,
    help="style of the citation",
)
@click.option("--base-url", default="", metavar="URL", help="the address that links begin with [default: BANGFU_BASE_URL]")
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def cite(id_: str, url: str, style: str, base_url: str, as_json: bool) -> None:
    """Cite a document or a passage, with its lasting link."""
    base = _base(base_url)
    with library_at(url) as library:
        place = "d" if library.has_document(id_) else "p"
        link = f"{base or LOCAL_ADDRESS}/{place}/{percent_encoded(id_)}"
        text = library.cite(id_, style, accessed=date.today(), url=link)
    print_json({"id": id_, "style": style, "url": link, "text": text}) if as_json else click.echo(text)


def _base(given: str) -> str:
    """The address that links begin with, without a final slash; where none is given anywhere a word about it, and an empty one."""
    base = (link_base(given) or settings_given().base_url).rstrip("/")
    if not base:
        click.echo(said("No address was given, so links begin with {address}: see --base-url.").format(address=LOCAL_ADDRESS), err=True)
    return base


@click.command()
@click.argument("id_", metavar="EXPLAIN-ID", required=False)
@engine_options
@click.option("--suggest", is_flag=True, help="list the least certain labels, for review")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="how many at most")
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def labels(id_: str | None, url: str, suggest: bool, limit: int, as_json: bool) -> None:
    """Say why each label of a passage is there, and what was rejected and why; or, with --suggest, which labels need review."""
    if (id_ is None) != suggest:
        raise click.UsageError(said("Give the id of a passage, or --suggest alone."))
    with library_at(url) as library:
        if id_ is not None:
            _print_labels(library, id_, as_json)
            return
        found = library.least_certain_labels(limit)
    print_json([{"source_file": file, **asdict(doubt)} for doubt, file in found]) if as_json else print_doubts(found)


@click.command()
@click.argument("query", nargs=-1, callback=in_one)
@click.option("--since", default="", metavar="DAY", help="first seen since this day or generation [default: all]")
@click.option("--size", default=20, show_default=True, type=click.IntRange(1, 1000), help="how many at most")
@filter_options
@engine_options
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def new(query: str, since: str, size: int, given: Given, url: str, as_json: bool) -> None:
    """List hits by when they were first seen, the newest first."""
    with library_at(url) as library:
        newest = library.newest(Question(query, library.filters(given)), since=since, limit=size)
    if as_json:
        print_json(newest_json(newest, query))
    else:
        for one in newest.hits:
            click.echo(f"{one.first_seen[:10]}  {one.hit.document.title}  /p/{one.hit.passage.id}\n    {one.hit.passage.text[:80]}")
    sys.exit(0 if newest.hits else 1)


@click.command()
@click.option("--base-url", default="", metavar="URL", help="the address that links begin with [default: BANGFU_BASE_URL]")
@engine_options
def mcp(base_url: str, url: str) -> None:
    """Answer assistants over standard input and output (Model Context Protocol), read only."""
    base = link_base(base_url) or settings_given().base_url or LOCAL_ADDRESS
    try:
        assistant = import_module("search.command.assistant")
    except ImportError:
        raise BadRequest(said("The SDK of the protocol is not installed."), hint="pip install 'bangfu[mcp]'") from None
    with library_at(url) as library:
        assistant.server(library, base).run("stdio")


@click.command()
@click.argument("quote", nargs=-1, required=True, callback=in_one)
@engine_options
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def locate(quote: str, url: str, as_json: bool) -> None:
    """Find where a quote stands (`-` reads it from standard input)."""
    text = sys.stdin.read() if quote == "-" else quote
    with library_at(url) as library:
        matches = library.locate(text)
    if as_json:
        print_json(matches_json(matches))
    else:
        for match in matches:
            click.echo(f"/p/{match.id}\t{match.score:.0f}\t{match.document_title}\t{match.text}")
            for quoted, there in match.amounts:
                click.echo(f"  引文作 {quoted}，原文{f'作 {there}' if there else '没有'}")
        if not matches:
            click.echo(said("This quote was not found."), err=True)
    sys.exit(0 if matches else 1)


@click.command()
@click.argument("query", nargs=-1, required=True, callback=in_one)
@click.option("--order", default="left", type=click.Choice(CONTEXTS), show_default=True, help="sort by the left or right context")
@click.option("--width", default=20, show_default=True, type=click.IntRange(1, 200), help="characters of context")
@filter_options
@engine_options
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def kwic(query: str, given: Given, url: str, order: str, width: int, as_json: bool) -> None:
    """Concordance: every occurrence with its context, sorted by the left or right one."""
    with library_at(url) as library:
        table = library.kwic(Question(query, library.filters(given)), width=width, order=order)
    if as_json:
        print_json(kwic_json(table))
    for row in table.rows if not as_json else ():
        click.echo(f"{row.left}\t{row.keyword}\t{row.right}\t/p/{row.passage_id}")
    sys.exit(0 if table.rows else 1)


@click.command()
@click.argument("query", nargs=-1, callback=in_one)
@click.option("--format", "format_", default="csv", show_default=True, type=click.Choice(FORMS), help="form of the file")
@click.option("--ledger", is_flag=True, help="the link ledger instead of hits, as JSON Lines")
@click.option("--partial", is_flag=True, help="hits that answer only in part too, marked as such")
@click.option("--base-url", default="", metavar="URL", help="the address that links begin with [default: BANGFU_BASE_URL]")
@click.option("--relations", is_flag=True, help="who helps whom, instead of hits: csv, jsonl, xlsx, graphml")
@figure_options
@filter_options
@engine_options
def export(
    query: str, format_: str, ledger: bool, relations: bool, partial: bool, base_url: str, figures: Chosen, given: Given, url: str
) -> None:
    """Write a result set, its figures, who helps whom, or the ledger, to standard output."""
    if sum((ledger, relations, figures is not None)) > 1:
        raise click.UsageError(said("Give only one of --ledger, --relations and --figures."))
    allowed = RELATION_FORMS if relations else FIGURE_FORMS if figures is not None else HIT_FORMS
    if format_ not in allowed:
        raise click.UsageError(said("Here --format is one of {forms}.").format(forms=", ".join(allowed)))
    base = "" if ledger else _base(base_url)
    with library_at(url) as library:
        if ledger:
            _write(library.export_ledger())
            return
        question = Question(query, library.filters(given))
        if relations:
            _write(library.export_relations(question, format_, base_url=base))
        elif figures is not None:
            _write(library.export_figures(question, format_, base_url=base, **figures))
        else:
            answer = library.search(replace(question, size=1))
            if answer.query.relaxed and answer.total and not partial:
                click.echo(f"{answer.query.relaxed_message or '没有段落完全符合。'} 没有导出；要它们请加 --partial。", err=True)
            _write(library.export(question, format_, partial=partial, base_url=base))
            sys.exit(0 if (answer.total and not answer.query.relaxed) or partial else 1)


def _print_labels(library: Library, id_: str, as_json: bool) -> None:
    explained = library.explain(id_)
    print_json(explained) if as_json else print_labels(explained)


def _write(pieces: Iterator[bytes]) -> None:
    for piece in pieces:
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
