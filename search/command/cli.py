"""The `bangfu` command. Arguments in, text or JSON out; all work is done by the library.

Exit codes: 0 done; 1 done with rejected files, or nothing found to do; 2 wrong usage; 3 no or unusable index; 130 a build was interrupted.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

import search as api
from search.command import asking, keeping, manual
from search.command.language import WIDTH, colours, said, speak
from search.command.options import DEFAULT_INDEX, engine_options, settings_given
from search.errors import BadRequest, SearchError, StorageFault, storage_fault

FIRST_STEPS = """There is no index here yet. To begin:
  bangfu example           writes five documents to try it on into papers/
  bangfu build FOLDER      reads a folder of PDF, Word, web pages, scans or text
  bangfu serve             shows it at http://127.0.0.1:8000
  bangfu search WORDS      searches it right here"""


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


@click.command()
@engine_options
@click.option("--host", default="127.0.0.1", show_default=True, help="address to listen on")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="port to listen on")
@click.option("--workers", default=0, type=click.IntRange(0, 64), help="processes; 0: one per core, at most 4")
def serve(url: str, host: str, port: int, workers: int) -> None:
    """Serve the site."""
    with api.open_library(url, settings=settings_given()):
        pass  # refuse to start without a usable index, with the sentence that says why
    _refuse_foreign_site()
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


def _refuse_foreign_site() -> None:
    """`web` is a common name: another package that has it (web.py) may come first on the path, or have been installed over ours."""
    found = find_spec("web")
    ours = Path(api.__file__).resolve().parents[1] / "web" / "__init__.py"
    there = Path(found.origin).resolve() if found and found.origin else None
    if there != ours or "create_app" not in ours.read_text("utf-8"):
        raise BadRequest(
            said("Another package has the name “web”, which is that of the site: {place}").format(place=there or "–"),
            hint=said("Install bangfu into an environment of its own."),
        )


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


@click.command()
@click.argument("shell", type=click.Choice(list(manual.SHELLS)))
@click.option("--install", is_flag=True, help="write it where the shell looks for it")
def completion(shell: str, install: bool) -> None:
    """Print the completion of a shell, or install it."""
    if install:
        click.echo(f"{said('installed')}: {manual.install_completion(main, shell, Path.home())}")
    else:
        click.echo(manual.completion(main, shell))


@click.command()
def man() -> None:
    """Print the manual page: bangfu man | man -l -"""
    click.echo(manual.manual(main, api.__version__), nl=False)


for command in (
    *(keeping.example, keeping.build, serve, asking.search, asking.show, asking.cite, asking.labels, asking.new, asking.mcp, keeping.watch),
    *(asking.locate, asking.kwic, keeping.check, keeping.copy, keeping.rollback, keeping.backup, keeping.restore),
    *(asking.export, completion, man, keeping.import_),
):
    main.add_command(command)

speak(main)
