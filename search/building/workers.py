"""Sources → documents, in several processes where that pays."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass

from search.building.copies import sketch
from search.building.one_source import make_document, prepare
from search.building.report import FileReport
from search.errors import UnreadableSource
from search.model import Document, Metadata, Source
from search.settings import Settings

_SENTENCE = "2020年，北京市密云区对口帮扶河北省滦平县，投入资金100万元，当地合作社带动500人就业。"
"""Read once before workers are forked: whatever tables reading takes are loaded then, and shared."""
_COLLECTED = (50_000, 20, 100)
"""How seldom Python looks for cycles while documents are made, of which it finds none: by its own habit that takes a tenth of the time."""
log = logging.getLogger("bangfu.building")

WAITING = 8
"""Results that may wait for the writer."""
PARALLEL_FROM = 1_000_000
"""Bytes of changed sources from which a second process pays for its start."""


@dataclass(frozen=True, slots=True)
class Work:
    """One source to be read, as it is handed to a worker process."""

    source: Source
    document_id: str
    user: Metadata | None
    settings: Settings
    warnings: tuple[str, ...]


Outcome = tuple[Document, FileReport, tuple[int, ...]] | FileReport
"""What became of one source: its document with report and sketch, or the report of its rejection."""


def read_all(works: Iterable[Work], size: int) -> Iterator[tuple[str, Outcome]]:
    """Name and outcome of every source, in their order. `size`: bytes of them all."""
    with _pool(size) as pool:
        if pool is None:
            yield from ((work.source.name, read_work(work)) for work in works)
            return
        # At most a few results wait, so that memory stays flat however many sources there are.
        waiting: deque[tuple[Work, Future[Outcome] | None]] = deque()
        for work in works:
            waiting.append((work, _submit(pool, work)))
            if len(waiting) >= WAITING:
                yield _outcome(*waiting.popleft())
        for work, future in waiting:
            yield _outcome(work, future)


def _submit(pool: ProcessPoolExecutor, work: Work) -> Future[Outcome] | None:
    try:
        return pool.submit(read_work, work)
    except BrokenProcessPool:
        return None


def _outcome(work: Work, future: Future[Outcome] | None) -> tuple[str, Outcome]:
    """The result of a worker. Where one died, each source that was waiting is read once more in a process of its own, so that only the
    file that kills its reader is rejected."""
    try:
        if future is not None:
            return work.source.name, future.result()
    except BrokenProcessPool:
        pass
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as alone:
        try:
            return work.source.name, alone.submit(read_work, work).result()
        except BrokenProcessPool:
            return work.source.name, FileReport(work.source.name, "rejected", "读这个文件的进程意外终止，可能是内存不够或文件有害。")


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Lets Python look for cycles seldom."""
    before = gc.get_threshold()
    gc.set_threshold(*_COLLECTED)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def _pool(size: int) -> Iterator[ProcessPoolExecutor | None]:
    """Worker processes, or None where one process is as fast or forking is not safe (other threads, no fork)."""
    cores = os.cpu_count() or 1
    if size < PARALLEL_FROM or cores < 2 or sys.platform != "linux" or threading.active_count() > 1:
        yield None
        return
    prepare(Source("一句.txt", _SENTENCE.encode(), ""), "", None, Settings())
    ours, theirs = os.pipe()
    try:
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(cores, mp_context=context, initializer=_end_with_parent, initargs=(ours, theirs)) as pool:
            yield pool
    finally:
        os.close(ours)
        os.close(theirs)


def _end_with_parent(reading: int, writing: int) -> None:
    """Ends this worker when the builder is gone: it would wait for work for ever. Nobody writes into the pipe; its end is the sign.
    Ctrl-C, which reaches all processes, is for the builder alone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.close(writing)
    gc.set_threshold(*_COLLECTED)

    def watch() -> None:
        os.read(reading, 1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def read_work(work: Work) -> Outcome:
    """The document of one source with its report, or the report of its rejection. Whatever a reader trips over is a rejection."""
    name = work.source.name
    try:
        document = make_document(work.source, work.document_id, work.user, work.settings)
    except UnreadableSource as error:
        return FileReport(name, "rejected", str(error), warnings=work.warnings)
    except (MemoryError, RecursionError):
        return FileReport(name, "rejected", "文件太复杂，读不下来。", warnings=work.warnings)
    except Exception as error:  # a fault of ours: said, with where it is, and no reason to lose the other files
        log.exception("reading %s", name)
        return FileReport(name, "rejected", f"读取时程序出错（{type(error).__name__}），请报告这个文件。", warnings=work.warnings)
    blocks = Counter(passage.kind.value for passage in document.passages)
    removed = Counter(removal.reason for removal in document.removed)
    warnings = (*work.warnings, *document.warnings)
    sketched = sketch((passage.kind, passage.text) for passage in document.passages)
    return document, FileReport(name, "built", "", document.id, len(document.passages), dict(blocks), dict(removed), warnings), sketched
