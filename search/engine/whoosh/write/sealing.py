"""Segments on their way to the disk: several at once, each in a process of its own, small ones at once and here."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from search.engine.whoosh.files.records import FileRecord
from search.engine.whoosh.write.seal import Job, seal
from search.engine.whoosh.write.seal_process import SealProcess

Files = dict[str, FileRecord]
_WORKERS = max(1, min(4, os.cpu_count() or 1))


@dataclass
class Tally:
    """How much of the work of a commit is done, in passages sealed."""

    tell: Callable[[int, int], None] | None = None
    total: int = 0
    done: int = 0

    def add(self, passages: int) -> None:
        """Counts so many as done, and tells."""
        self.done = min(self.done + passages, self.total)
        if self.tell is not None:
            self.tell(self.done, self.total)


@dataclass(frozen=True, slots=True)
class _Running:
    process: SealProcess
    work: int
    then: Callable[[Files], None]


class Sealing:
    """Runs jobs; `then` of each gets its files when they are on the disk. Raises `SealFailed` from whatever waits."""

    def __init__(self) -> None:
        self.tally = Tally()
        self._running: list[_Running] = []

    @property
    def left(self) -> int:
        """The work of the jobs that are running."""
        return sum(one.work for one in self._running)

    def run(self, job: Job, work: int, then: Callable[[Files], None], *, inline: bool) -> None:
        """Starts a job of so much work; waits while there are enough of them."""
        if inline:
            then(seal(job))
            self.tally.add(work)
            return
        self.wait(_WORKERS - 1)
        self._running.append(_Running(SealProcess(job), work, then))

    def wait(self, running: int = 0) -> None:
        """Waits until at most this many jobs are running."""
        while len(self._running) > running:
            self._finish()

    def poll(self) -> None:
        """Takes the files of jobs that are done, without waiting."""
        while self._running and self._running[0].process.is_done():
            self._finish()

    def stop(self) -> None:
        """Ends all jobs at once."""
        for one in self._running:
            one.process.kill()
        self._running.clear()

    def _finish(self) -> None:
        first = self._running[0]
        files = first.process.files()
        del self._running[0]
        first.then(files)
        self.tally.add(first.work)
