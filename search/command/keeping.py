"""The commands that make an index and keep it: build, watch, check, copy, rollback, backup, restore, import."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

import search as api
from search.command import watch as watching
from search.command.language import said
from search.command.options import engine_options, library_at, print_json, settings_given
from search.command.progress import show_progress
from search.command.terminal import print_report
from search.engine.choice import generation_in_force
from search.errors import BadRequest, SearchError

DEFAULT_SOURCES = "seeds"
BUILD_WHAT = "Name one: bangfu build FOLDER. For five documents to try it on: bangfu example."

PAPERS = Path(__file__).parent / "papers"
"""A few documents of our own to try things on: real places, invented figures, and each says so."""

INTERRUPTED = 130
"""What shells give for Ctrl-C."""


@click.command()
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path))
@engine_options
@click.option("--full", is_flag=True, help="read every source again, unchanged ones too")
@click.option("--allow-shrink", is_flag=True, help="let any share of the documents go")
@click.option("--new-ledger", is_flag=True, help="the ledger is lost: begin another")
@click.option("--share", default="", metavar="K/N", help="read the K-th of N shares, for the build without it to finish (opensearch:)")
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def build(sources: tuple[Path, ...], url: str, as_json: bool, **how: Any) -> None:
    """Read files or folders (default: seeds/) and build the index."""
    chosen = list(sources) or [Path(DEFAULT_SOURCES)]
    if not sources and not chosen[0].exists():
        raise BadRequest(said("No folder was named, and there is no {folder}/ here.").format(folder=DEFAULT_SOURCES), hint=said(BUILD_WHAT))
    try:
        with show_progress(sys.stderr) as progress:
            report = api.build(chosen, url, settings=settings_given(), on_progress=progress, **how)
    except KeyboardInterrupt:
        click.echo(said("Interrupted. Run it again: it goes on from here."), err=True)
        sys.exit(INTERRUPTED)
    if as_json:
        click.echo(report.to_json().decode())
    else:
        print_report(report)
    sys.exit(report.exit_code)


@click.command()
@click.argument("folder", default="papers", metavar="[FOLDER]", type=click.Path(path_type=Path, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def example(folder: Path, as_json: bool) -> None:
    """Write five documents to try things on into FOLDER (default: papers): real places, invented figures."""
    made = sorted(path for path in PAPERS.iterdir() if path.is_file())
    other = [path.name for path in made if (there := folder / path.name).exists() and there.read_bytes() != path.read_bytes()]
    if other:
        raise BadRequest(f"{folder} 里已有同名而不同的文件：{'、'.join(other)}。", hint="请换一个文件夹。")
    folder.mkdir(parents=True, exist_ok=True)
    for path in made:
        shutil.copyfile(path, folder / path.name)
    written = [str(folder / path.name) for path in made]
    print_json({"written": written}) if as_json else click.echo("\n".join(written))


@click.command()
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
        for _ in watching.changes(folders, every, before, watching.pausing()):
            _build_and_tell(folders, url, stored)


def _build_and_tell(folders: Sequence[Path], url: str, stored: Sequence[watching.StoredQuery]) -> None:
    """One build, and word of what it brought. What stops a build (a folder that is gone) is said, and watched on."""

    def say(text: str) -> None:
        click.echo(text, err=True)

    settings = settings_given()
    since = _generation(url)
    try:
        with show_progress(sys.stderr) as progress:
            report = api.build(list(folders), url, settings=settings, on_progress=progress)
    except SearchError as error:
        say(f"bangfu: {error}")
        return
    say(f"{report.documents} 件文献，{report.passages} 个段落；版本 {report.generation}")
    if stored and since and since != report.generation:
        with api.open_library(url, settings=settings) as library:
            watching.tell(library, stored, since, say)


def _generation(url: str) -> str:
    """The generation in force; empty where there is none, whose hits would all be new."""
    try:
        return generation_in_force(url)
    except SearchError:
        return ""


@click.command()
@engine_options
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def check(url: str, as_json: bool) -> None:
    """Verify every file: generations, ledger, and that they belong together; exit 0 sound, 1 not."""
    checked = api.keeping.check(url, settings_given())
    manifest = checked.manifest
    facts = {"generation": manifest.generation, "documents": manifest.documents, "passages": manifest.passages} if manifest else {}
    if as_json:
        print_json({"sound": not checked.faults, "faults": list(checked.faults), **facts})
        sys.exit(1 if checked.faults else 0)
    for fault in checked.faults:
        click.echo(fault, err=True)
    if not checked.faults and facts:
        click.echo(said("sound: {generation} · {documents} documents · {passages} passages").format(**facts))
    sys.exit(1 if checked.faults else 0)


@click.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def copy(source: str, target: str, as_json: bool) -> None:
    """Copy the generation in force from one engine URL to another, with its links and without reading a source again."""
    with show_progress(sys.stderr) as progress:
        done = api.copy_index(source, target, settings=settings_given(), on_progress=progress)
    print_json({"generation": str(done)}) if as_json else click.echo(f"{said('copied')}: {done}")


@click.command()
@engine_options
@click.option("--json", "as_json", is_flag=True, help="print JSON")
@click.option("--to", default="", metavar="GENERATION", help="go back to this one [default: the one before]")
def rollback(url: str, as_json: bool, to: str) -> None:
    """Put the generation before the one in force in force again."""
    done = api.keeping.roll_back(url, to)
    print_json({"generation": str(done)}) if as_json else click.echo(f"{said('in force')}: {done}")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@engine_options
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def backup(folder: Path, url: str, as_json: bool) -> None:
    """Copy ledger and generation in force into DIR, which is an index itself afterwards."""
    done = api.keeping.back_up(url, folder, settings_given())
    print_json({"backed_up": str(done)}) if as_json else click.echo(f"{said('backed up')}: {done}")


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@engine_options
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def restore(folder: Path | None, url: str, as_json: bool) -> None:
    """Put back a backup, or without DIR the newest sound copy of the ledger."""
    done = api.keeping.restore(url, folder, settings_given())
    print_json({"restored": str(done)}) if as_json else click.echo(f"{said('restored')}: {done}")


@click.command(name="import")
@click.argument("file", type=click.File("rb"))
@engine_options
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def import_(file: Any, url: str, as_json: bool) -> None:
    """Take in a ledger exported elsewhere (JSON Lines), so that its links resolve here."""
    with library_at(url, any_analysis=True) as library:
        count = library.import_ledger(file)
    print_json({"links": count}) if as_json else click.echo(said("{count} links").format(count=count))
