"""The `bangfu` command. Arguments in, text or JSON out; all work is done by the library.

Exit codes: 0 done; 1 done with rejected files, or nothing found to do; 2 wrong usage; 3 no or unusable index; 130 a build was interrupted.
"""

from __future__ import annotations

import errno
import functools
import json
import os
import re
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

import search as api
from search.answering.library import Library, open_library
from search.command import manual
from search.command import watch as watching
from search.command.language import WIDTH, colours, said, speak
from search.command.progress import show_progress
from search.command.terminal import print_answer, print_document, print_doubts, print_figures, print_labels, print_passage, print_report
from search.engine.choice import generation_in_force
from search.errors import BadRequest, SearchError, StorageFault, storage_fault
from search.fields import BY_NAME, KeyField
from search.model import BlockKind
from search.question import PARAMETERS, Question, Sort, read_sort
from search.records import RecordSort, read_amount
from search.results import LinkState
from search.settings import LOCAL_ADDRESS, Settings, checked_address, read_settings
from search.wire import (
    CITE_TYPES,
    EXPORT_TYPES,
    answer_json,
    document_json,
    figure_table_json,
    kwic_json,
    matches_json,
    newest_json,
    passage_json,
)

Given = Mapping[str, tuple[str, ...]]
"""Filters as words, by parameter."""
Chosen = dict[str, Any] | None
"""What chooses among figures; None where passages are asked for."""
_ENGINE_URL = re.compile(r"[a-z]{3,}:")
"""An engine URL given where a folder was asked for: it is none, and no folder of that name is made."""
_FILTER_HELP = {
    "region": "a place: 河北省/承德市/滦平县, or a name that only one place has",
    "year": "2019, 2018-2020, or none",
    "supporter": "a place that gives",
    "recipient": "a place that gets",
    "document": "the id of a document",
    "kind": "kind of passage: body, title, heading, caption, table …",
}
DEFAULT_INDEX = "index_data"
DEFAULT_SOURCES = "seeds"
FIRST_STEPS = """There is no index here yet. To begin:
  bangfu build FOLDER      reads a folder of PDF, Word, web pages, scans or text
  bangfu serve             shows it at http://127.0.0.1:8000
  bangfu search WORDS      searches it right here"""
INTERRUPTED = 130
"""What shells give for Ctrl-C."""
HIT_FORMS = tuple(EXPORT_TYPES)
FIGURE_FORMS = ("csv", "jsonl", "xlsx")
RELATION_FORMS = (*FIGURE_FORMS, "graphml")
TABLE_FORMS = tuple(form for form in RELATION_FORMS if form not in HIT_FORMS)
ORDERS = list(dict.fromkeys([*map(str, Sort), *map(str, RecordSort)]))
CONTEXTS = ["left", "right", "document"]
FORMS = [*HIT_FORMS, *TABLE_FORMS]


class _Group(click.Group):
    """Turns every SearchError into its sentence and exit code, and a closed pipe into silence."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SearchError as error:
            click.echo(f"bangfu: {error}", err=True)
            ctx.exit(error.exit_code)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except OSError as error:
            click.echo(f"bangfu: {storage_fault(error)}", err=True)
            ctx.exit(StorageFault.exit_code)


@click.group(cls=_Group, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDTH})
@click.version_option(package_name="bangfu")
@click.pass_context
def main(context: click.Context) -> None:
    """帮扶检索: search Chinese documents about paired assistance."""
    context.color = colours()
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
        if not Path(DEFAULT_INDEX).exists():
            click.echo("\n" + said(FIRST_STEPS))
        context.exit(0 if context.args == [] else 2)


def engine_options(command: Callable[..., None]) -> Callable[..., None]:
    """`--index DIR` and `--engine URL`, handed on as one engine URL."""

    @click.option("--index", "index", type=click.Path(path_type=Path), help="index directory [default: index_data]")
    @click.option("--engine", "engine", help="engine URL, such as whoosh:index_data")
    @functools.wraps(command)
    def wrapped(index: Path | None, engine: str | None, **rest: Any) -> None:
        if index is not None and engine is not None:
            raise click.UsageError("--index 与 --engine 只能给一个 (give --index or --engine, not both)")
        place = str(index or DEFAULT_INDEX)
        command(url=engine or (place if _ENGINE_URL.match(place) else f"whoosh:{place}"), **rest)

    return wrapped


class _Hinted(click.Choice[str]):
    """Values that help and completion name; what is none of them is refused by the library, in its own sentence."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        del param, ctx
        return value


def filter_help(name: str) -> str:
    """What a filter takes."""
    plain = name.removeprefix("not_")
    return {f"not_{plain}": "leave out: see the option without not"}.get(name) or _FILTER_HELP.get(plain, "a key or its name")


def _values(_context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The keys that a filter takes, for the completion of shells."""
    plain = (parameter.name or "").removeprefix("not_")
    field = BY_NAME.get(plain)
    terms = field.terms() if isinstance(field, KeyField) else dict.fromkeys(BlockKind, "") if plain == "kind" else {}
    return [CompletionItem(key, help=label) for key, label in terms.items() if key.startswith(incomplete)]


def filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """The filters, repeatable, handed on as one mapping for `Library.filters`."""

    @functools.wraps(command)
    def wrapped(**given: Any) -> None:
        command(given={name: given.pop(name) for name in PARAMETERS}, **given)

    for name in reversed(PARAMETERS):
        option = f"--{name.replace('_', '-')}"
        about = filter_help(name)
        wrapped = click.option(option, name, multiple=True, metavar=name.split("_")[-1].upper(), help=about, shell_complete=_values)(
            wrapped
        )
    return wrapped


@main.command()
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path))
@engine_options
@click.option("--full", is_flag=True, help="read every source again, unchanged ones too")
@click.option("--allow-shrink", is_flag=True, help="let any share of the documents go")
@click.option("--new-ledger", is_flag=True, help="the ledger is lost: begin another")
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def build(sources: tuple[Path, ...], url: str, as_json: bool, **how: bool) -> None:
    """Read files or folders (default: seeds/) and build the index."""
    chosen = list(sources) or [Path(DEFAULT_SOURCES)]
    try:
        with show_progress(sys.stderr) as progress:
            report = api.build(chosen, url, settings=_settings(), on_progress=progress, **how)
    except KeyboardInterrupt:
        click.echo("已中断，再运行一次就会接着做。(Interrupted; run again, it goes on from here.)", err=True)
        sys.exit(INTERRUPTED)
    if as_json:
        click.echo(report.to_json().decode())
    else:
        print_report(report)
    sys.exit(report.exit_code)


@main.command()
@engine_options
@click.option("--host", default="127.0.0.1", show_default=True, help="address to listen on")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="port to listen on")
@click.option("--workers", default=0, type=click.IntRange(0, 64), help="processes; 0: one per core, at most 4")
def serve(url: str, host: str, port: int, workers: int) -> None:
    """Serve the site."""
    with open_library(url, settings=_settings()):
        pass  # refuse to start without a usable index, with the sentence that says why
    _refuse_taken(host, port)
    processes = workers or min(os.cpu_count() or 1, 4)
    click.echo(f"帮扶检索 http://{host}:{port}  (Ctrl-C 停止)", err=True)
    os.environ["BANGFU_ENGINE"] = url
    # The workers count together in files, which are made anew for each server.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="bangfu-metrics-")
    # We add and compare and never multiply matrices: threads for that, and an arena of memory a thread, would lie idle in every worker.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    # The server takes this process's place: signals and exit code are its own, and no other command pays for importing it.
    options = ["--host", host, "--port", str(port), "--workers", str(processes)]
    # -P: no module is taken from the current folder, whatever lies there.
    os.execv(sys.executable, [sys.executable, "-P", "-m", "web", *options])


def _refuse_taken(host: str, port: int) -> None:
    """Two servers on one port would answer in turns: the workers share theirs, and so could a stranger's."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        message = f"端口 {port} 已有另一个程序在用。" if taken else f"不能在 {host}:{port} 上服务。"
        raise BadRequest(message, hint="请换一个端口：--port。" if taken else "请检查 --host 与 --port。") from None


def figure_options(command: Callable[..., None]) -> Callable[..., None]:
    """What chooses among figures, handed on as one mapping for `Library.figures`; empty without `--figures`."""

    @click.option("--figures", is_flag=True, help="the figures of the passages found, not the passages")
    @click.option("--unit", help="unit of figures: CNY, 人, %")
    @click.option("--per", help="total, rate, change, or what a rate is per (亩)")
    @click.option("--min", "minimum", help="least value: 10000, 1万")
    @click.option("--max", "maximum", help="greatest value: 10000, 1万")
    @functools.wraps(command)
    def wrapped(figures: bool, **given: Any) -> None:
        chosen = {name: given.pop(name) for name in ("unit", "per", "minimum", "maximum")}
        if any(chosen.values()) and not figures:
            raise click.UsageError("--unit、--per、--min、--max 要与 --figures 同用 (need --figures)")
        bounds = {name: read_amount(chosen[name]) if chosen[name] else None for name in ("minimum", "maximum")}
        command(figures={"unit": chosen["unit"], "per": chosen["per"], **bounds} if figures else None, **given)

    return wrapped


@main.command()
@click.argument("query")
@figure_options
@filter_options
@engine_options
@click.option("--sort", type=_Hinted(ORDERS), help="order [default: relevance; with --figures document]")
@click.option("--page", default=1, show_default=True, type=int, help="page of the results")
@click.option("--size", default=20, show_default=True, type=int, help="hits on a page, at most 100")
@click.option("--explain", is_flag=True, help="say where every point of a score comes from")
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def search(
    query: str, given: Given, url: str, figures: Chosen, sort: str | None, page: int, size: int, explain: bool, as_json: bool
) -> None:
    """Search, and print hits with their links, or with --figures the figures they hold."""
    with _library(url) as library:
        filters = library.filters(given)
        if page < 1 or size < 1:
            raise BadRequest("页码和每页条数从 1 开始。", parameter="page")
        if figures is not None:
            _print_figures(library, Question(query, filters, page=page, size=size), {**figures, "sort": sort or "document"}, as_json)
            return
        question = Question(query, filters, read_sort(sort or "relevance"), page, size)
        answer = library.search(question)
        reasons = library.explain_scores(question, answer.hits) if explain else ()
        if as_json:
            found: dict[str, Any] = {**answer_json(answer)}
            for hit, parts in zip(found["hits"], reasons, strict=False):
                hit["explanation"] = [{"points": round(points, 4), "why": why} for points, why in parts]
            _print_json(found)
        else:
            print_answer(answer, reasons)
    sys.exit(0 if answer.total else 1)


def _print_figures(library: Library, question: Question, chosen: dict[str, Any], as_json: bool) -> None:
    table = library.figures(question, offset=question.offset, limit=question.size, **chosen)
    _print_json(figure_table_json(table)) if as_json else print_figures(table, question)
    sys.exit(0 if table.total else 1)


@main.command()
@click.argument("id_", metavar="ID")
@engine_options
@click.option("--labels", is_flag=True, help="say why each label is there")
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def show(id_: str, url: str, labels: bool, as_json: bool) -> None:
    """Show a document or a passage."""
    with _library(url) as library:
        if labels:
            _print_labels(library, id_, as_json)
            return
        if library.has_document(id_):
            page = library.document(id_)
            _print_json(document_json(page)) if as_json else print_document(page)
            return
        found = library.passage(id_)
        _print_json(passage_json(found)) if as_json else print_passage(found)
    sys.exit(1 if found.resolution.state is LinkState.GONE else 0)


@main.command()
@click.argument("id_", metavar="ID")
@engine_options
@click.option(
    "--style",
    type=click.Choice(list(CITE_TYPES)),
    default=next(iter(CITE_TYPES)),
    show_default=True,
    help="style of the citation",
)
def cite(id_: str, url: str, style: str) -> None:
    """Cite a document or a passage, with its lasting link where BANGFU_BASE_URL says the site's address."""
    with _library(url) as library:
        place = "d" if library.has_document(id_) else "p"
        base = read_settings().base_url.rstrip("/")
        click.echo(library.cite(id_, style, accessed=date.today(), url=f"{base}/{place}/{id_}"))


@main.command()
@click.argument("id_", metavar="EXPLAIN-ID", required=False)
@engine_options
@click.option("--suggest", is_flag=True, help="list the least certain labels, for review")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="how many at most")
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def labels(id_: str | None, url: str, suggest: bool, limit: int, as_json: bool) -> None:
    """Say why each label of a passage is there, and what was rejected and why; or, with --suggest, which labels need review."""
    if (id_ is None) != suggest:
        raise click.UsageError("请给出一个段落的编号，或只用 --suggest。(Give the id of a passage, or --suggest alone.)")
    with _library(url) as library:
        if id_ is not None:
            _print_labels(library, id_, as_json)
            return
        found = library.least_certain_labels(limit)
    _print_json([{"source_file": file, **asdict(doubt)} for doubt, file in found]) if as_json else print_doubts(found)


@main.command()
@click.argument("query", required=False, default="")
@click.option("--since", default="", metavar="DAY", help="first seen since this day or generation [default: all]")
@click.option("--size", default=20, show_default=True, type=click.IntRange(1, 1000), help="how many at most")
@filter_options
@engine_options
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def new(query: str, since: str, size: int, given: Given, url: str, as_json: bool) -> None:
    """List hits by when they were first seen, the newest first."""
    with _library(url) as library:
        newest = library.newest(Question(query, library.filters(given)), since=since, limit=size)
    if as_json:
        _print_json(newest_json(newest, query))
    else:
        for one in newest.hits:
            click.echo(f"{one.first_seen[:10]}  {one.hit.document.title}  /p/{one.hit.passage.id}\n    {one.hit.passage.text[:80]}")
    sys.exit(0 if newest.hits else 1)


@main.command()
@click.option("--base-url", default="", metavar="URL", help="the address that links begin with [default: BANGFU_BASE_URL]")
@engine_options
def mcp(base_url: str, url: str) -> None:
    """Answer assistants over standard input and output (Model Context Protocol), read only."""
    base = _address(base_url) or _settings().base_url or LOCAL_ADDRESS
    try:
        assistant = import_module("search.command.assistant")
    except ImportError:
        raise BadRequest("没有装 mcp。(The SDK is not installed.)", hint="请安装：pip install 'bangfu[mcp]'。") from None
    with _library(url) as library:
        assistant.server(library, base).run("stdio")


@main.command()
@click.argument("folders", nargs=-1, required=True, metavar="FOLDER…", type=click.Path(path_type=Path))
@click.option("--queries", type=click.Path(path_type=Path, dir_okay=False), help="TOML file of stored queries")
@click.option("--every", default=2.0, show_default=True, type=click.FloatRange(0.1, 3600), help="seconds between looks")
@click.option("--once", is_flag=True, help="build once, tell of new hits, and end")
@engine_options
def watch(folders: tuple[Path, ...], queries: Path | None, every: float, once: bool, url: str) -> None:
    """Keep an index up to date with folders, and send word of new hits of stored queries."""
    stored = watching.read_queries(queries) if queries else ()
    before = watching.look(folders)
    _build_and_tell(folders, url, stored)
    if once:
        return
    with suppress(KeyboardInterrupt):
        for _ in watching.changes(folders, every, before):
            _build_and_tell(folders, url, stored)


def _build_and_tell(folders: Sequence[Path], url: str, stored: Sequence[watching.StoredQuery]) -> None:
    """One build, and word of what it brought. What stops a build (a folder that is gone) is said, and watched on."""

    def say(text: str) -> None:
        click.echo(text, err=True)

    settings = _settings()
    since = _generation(url)
    try:
        with show_progress(sys.stderr) as progress:
            report = api.build(list(folders), url, settings=settings, on_progress=progress)
    except SearchError as error:
        say(f"bangfu: {error}")
        return
    say(f"{report.documents} 件文献，{report.passages} 个段落；版本 {report.generation}")
    if stored and since and since != report.generation:
        with open_library(url, settings=settings) as library:
            watching.tell(library, stored, since, say)


def _generation(url: str) -> str:
    """The generation in force; empty where there is none, whose hits would all be new."""
    try:
        return generation_in_force(url)
    except SearchError:
        return ""


@main.command()
@click.argument("quote")
@engine_options
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def locate(quote: str, url: str, as_json: bool) -> None:
    """Find where a quote stands (`-` reads it from standard input)."""
    text = sys.stdin.read() if quote == "-" else quote
    with _library(url) as library:
        matches = library.locate(text)
    if as_json:
        _print_json(matches_json(matches))
    else:
        for match in matches:
            click.echo(f"/p/{match.id}\t{match.score:.0f}\t{match.document_title}\t{match.text}")
            for quoted, there in match.amounts:
                click.echo(f"  引文作 {quoted}，原文{f'作 {there}' if there else '没有'}")
        if not matches:
            click.echo("没有找到这段话。(Not found.)", err=True)
    sys.exit(0 if matches else 1)


@main.command()
@click.argument("query")
@click.option("--order", default="left", type=click.Choice(CONTEXTS), show_default=True, help="sort by the left or right context")
@click.option("--width", default=20, show_default=True, type=click.IntRange(1, 200), help="characters of context")
@filter_options
@engine_options
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def kwic(query: str, given: Given, url: str, order: str, width: int, as_json: bool) -> None:
    """Concordance: every occurrence with its context, sorted by the left or right one."""
    with _library(url) as library:
        table = library.kwic(Question(query, library.filters(given)), width=width, order=order)
    if as_json:
        _print_json(kwic_json(table))
    for row in table.rows if not as_json else ():
        click.echo(f"{row.left}\t{row.keyword}\t{row.right}\t/p/{row.passage_id}")
    sys.exit(0 if table.rows else 1)


@main.command()
@engine_options
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def check(url: str, as_json: bool) -> None:
    """Verify every file: generations, ledger, and that they belong together; exit 0 sound, 1 not."""
    checked = api.keeping.check(url, _settings())
    if as_json:
        manifest = checked.manifest
        facts = {"generation": manifest.generation, "documents": manifest.documents, "passages": manifest.passages} if manifest else {}
        _print_json({"sound": not checked.faults, "faults": list(checked.faults), **facts})
        sys.exit(1 if checked.faults else 0)
    for fault in checked.faults:
        click.echo(fault, err=True)
    if not checked.faults and checked.manifest:
        manifest = checked.manifest
        click.echo(f"完好 sound: {manifest.generation} · {manifest.documents} 件文献 · {manifest.passages} 个段落")
    sys.exit(1 if checked.faults else 0)


@main.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
def copy(source: str, target: str) -> None:
    """Copy the generation in force from one engine URL to another, with its links and without reading a source again."""
    with show_progress(sys.stderr) as progress:
        click.echo(f"已复制 copied: {api.copy_index(source, target, settings=_settings(), on_progress=progress)}")


@main.command()
@engine_options
@click.option("--json", "as_json", is_flag=True, help="print JSON")
@click.option("--to", default="", metavar="GENERATION", help="go back to this one [default: the one before]")
def rollback(url: str, as_json: bool, to: str) -> None:
    """Put the generation before the one in force in force again."""
    done = api.keeping.roll_back(url, to)
    _print_json({"generation": str(done)}) if as_json else click.echo(f"当前版本 in force: {done}")


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@engine_options
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def backup(folder: Path, url: str, as_json: bool) -> None:
    """Copy ledger and generation in force into DIR, which is an index itself afterwards."""
    done = api.keeping.back_up(url, folder, _settings())
    _print_json({"backed_up": str(done)}) if as_json else click.echo(f"已备份 backed up: {done}")


@main.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@engine_options
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def restore(folder: Path | None, url: str, as_json: bool) -> None:
    """Put back a backup, or without DIR the newest sound copy of the ledger."""
    done = api.keeping.restore(url, folder, _settings())
    _print_json({"restored": str(done)}) if as_json else click.echo(f"已恢复 restored: {done}")


@main.command()
@click.argument("query", required=False, default="")
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
        raise click.UsageError("--ledger、--relations、--figures 只能给一个 (give only one of them)")
    allowed = RELATION_FORMS if relations else FIGURE_FORMS if figures is not None else HIT_FORMS
    if format_ not in allowed:
        raise click.UsageError(f"这里的 --format 可用 {'、'.join(allowed)} (give one of these)")
    base = _address(base_url) or _settings().base_url
    if not base and not ledger:
        click.echo(f"注意 没有给出网址，链接用 {LOCAL_ADDRESS}。(No address given; see --base-url.)", err=True)
    with _library(url) as library:
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


@main.command()
@click.argument("shell", type=click.Choice(list(manual.SHELLS)))
@click.option("--install", is_flag=True, help="write it where the shell looks for it")
def completion(shell: str, install: bool) -> None:
    """Print the completion of a shell, or install it."""
    if install:
        click.echo(f"{said('installed')}: {manual.install_completion(main, shell, Path.home())}")
    else:
        click.echo(manual.completion(main, shell))


@main.command()
def man() -> None:
    """Print the manual page: bangfu man | man -l -"""
    click.echo(manual.manual(main, api.__version__), nl=False)


@main.command(name="import")
@click.argument("file", type=click.File("rb"))
@engine_options
def import_(file: Any, url: str) -> None:
    """Take in a ledger exported elsewhere (JSON Lines), so that its links resolve here."""
    with _library(url, any_analysis=True) as library:
        click.echo(f"{library.import_ledger(file)} 条链接 links")


def _address(text: str) -> str:
    try:
        return checked_address(text, "--base-url")
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _settings() -> Settings:
    try:
        return read_settings()
    except ValueError as error:
        raise BadRequest(str(error)) from None


def _library(url: str, *, any_analysis: bool = False) -> Library:
    library = open_library(url, settings=_settings(), any_analysis=any_analysis)
    if library.fault:
        click.echo(f"注意 {library.fault}", err=True)
    return library


def _print_labels(library: Library, id_: str, as_json: bool) -> None:
    explained = library.explain(id_)
    _print_json(explained) if as_json else print_labels(explained)


def _print_json(data: Any) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=1))


def _write(pieces: Iterator[bytes]) -> None:
    for piece in pieces:
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


speak(main)
