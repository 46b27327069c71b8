"""Progress of long work: a bar on a terminal, plain lines otherwise."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from search.report import OnProgress, Step

LINE_EVERY = 5.0
"""Seconds between plain lines."""


@contextmanager
def show_progress(stream: TextIO) -> Iterator[OnProgress]:
    """A callback that shows steps on the stream for as long as the context is open."""
    if not stream.isatty():
        yield _plain(stream)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[item]}"),
    )
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def on_progress(step: Step) -> None:
            if step.stage not in tasks:
                tasks[step.stage] = bar.add_task(step.stage, total=step.total or None, item="")
            bar.update(tasks[step.stage], completed=step.done, total=step.total or None, item=step.name[-40:])

        yield on_progress


def _plain(stream: TextIO) -> OnProgress:
    spoken: dict[str, float] = {}

    def on_progress(step: Step) -> None:
        now = time.monotonic()
        if now - spoken.get(step.stage, -LINE_EVERY) < LINE_EVERY:
            return
        spoken[step.stage] = now
        stream.write(f"{step.stage} {step.done}/{step.total or '?'} {step.name}".rstrip() + "\n")
        stream.flush()

    return on_progress
