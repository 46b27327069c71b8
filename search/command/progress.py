"""Progress of long work, with the time left: a bar on a terminal, plain lines otherwise."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from search.building.report import BuildProgress, OnProgress

LINE_EVERY = 5.0
"""Seconds between plain lines."""
TELLING = 3.0
"""Seconds of a stage, and below it a hundredth of its work, after which its speed says something."""


class TimeLeft:
    """How long the rest of each stage takes, by the work done so far: bytes where they are known, because files differ in size."""

    def __init__(self) -> None:
        self._began: dict[str, tuple[float, int]] = {}

    def seconds(self, step: BuildProgress, now: float) -> float | None:
        """Seconds left of the step's stage at the time `now`; None while that cannot be told."""
        done, total = step.share
        start, before = self._began.setdefault(step.stage, (now, done))
        elapsed, work = now - start, done - before
        if not done < total or elapsed < TELLING or work * 100 < total - before:
            return None
        return max(0.0, elapsed * (total - done) / work)


def spoken(seconds: float) -> str:
    """约 20 秒, 约 3 分钟, 约 1 小时 20 分钟."""
    if seconds < 90:
        return f"约 {max(1, round(seconds / 5) * 5) if seconds > 5 else max(1, round(seconds))} 秒"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"约 {minutes} 分钟"
    hours, rest = divmod(minutes, 60)
    return f"约 {hours} 小时" + (f" {rest} 分钟" if rest else "")


@contextmanager
def show_progress(stream: TextIO) -> Iterator[OnProgress]:
    """A callback that shows steps on the stream for as long as the context is open."""
    if not stream.isatty():
        yield _plain(stream)
        return
    # Only a bar needs them, and every command would wait for them.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[count]}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
        TextColumn("{task.fields[item]}"),
    )
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        tasks: dict[str, TaskID] = {}
        left = TimeLeft()

        def on_progress(step: BuildProgress) -> None:
            if step.note:
                bar.console.print(step.note, markup=False, highlight=False)
                return
            if step.stage not in tasks:
                tasks[step.stage] = bar.add_task(step.stage, total=None, count="", left="", item="")
            done, total = step.share
            bar.update(
                tasks[step.stage],
                completed=done,
                total=total or None,
                count=_count(step),
                left=_left(left.seconds(step, time.monotonic())),
                item=step.name[-40:].replace("[", r"\["),
            )

        yield on_progress


def _plain(stream: TextIO) -> OnProgress:
    told: dict[str, float] = {}
    left = TimeLeft()

    def on_progress(step: BuildProgress) -> None:
        now = time.monotonic()
        seconds = left.seconds(step, now)
        if not step.note and now - told.get(step.stage, -LINE_EVERY) < LINE_EVERY:
            return
        told[step.stage] = now
        line = step.note or " ".join(part for part in (step.stage, _count(step), _left(seconds), step.name) if part)
        stream.write(line + "\n")
        stream.flush()

    return on_progress


def _count(step: BuildProgress) -> str:
    done, total = step.share
    share = f"{100 * done // total}%" if total else ""
    if share and not step.total:
        return share
    return f"{step.done}/{step.total or '?'}" + (f"（{share}）" if share else "")


def _left(seconds: float | None) -> str:
    return "" if seconds is None else f"剩 {spoken(seconds)}"
