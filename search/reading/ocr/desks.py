"""Several pages of one scan read at once: further processes beside the first, as many as cores and memory allow in all builds of an index.

Each process takes up to 1.2 GB, and a build reads several files at once. So there are so many seats, files that processes lock beside
what OCR read: the first of a reader takes one if there is one and works in any case; a further one works only while it has one, and gives
it back after each page.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from search.reading.ocr.desk import DESK, Desk
from search.settings import Settings

_OF_MEMORY = 0.6
"""The share of the machine's memory that reading scans may take."""
_MOST = 16
_WAIT = 1.0
"""Seconds after which a process without a seat looks for one again."""

Answer = dict[str, Any]
_FURTHER: list[Desk] = []
"""The processes beside the first, started when there is work for them."""


def seats(settings: Settings) -> int:
    """How many processes may read scans at once on this machine."""
    cores = os.cpu_count() or 1
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return 1
    return max(1, min(cores, _MOST, int(_OF_MEMORY * memory / settings.max_ocr_memory_bytes)))


def read_pages(
    name: str, data: bytes, numbers: Sequence[int], settings: Settings, keep: Callable[[int, Answer], None]
) -> dict[int, Answer]:
    """The answers of the worker by page, in no order; each that is no error is handed to `keep` as it comes."""
    if not numbers:
        return {}
    left, answers, turn, done = iter(numbers), dict[int, Answer](), threading.Lock(), threading.Event()

    def read(desk: Desk, seat: Callable[[], AbstractContextManager[bool]]) -> None:
        while not done.is_set():
            with seat() as seated:
                if not seated:
                    done.wait(_WAIT)
                    continue
                with turn:
                    number = next(left, None)
                if number is None:
                    return done.set()
                answer = desk.page(name, data, number, settings)
                if "error" not in answer:
                    keep(number, answer)
                answers[number] = answer

    def read_beside(desk: Desk) -> None:
        with suppress(OSError):  # no further process could be started: its page is left to the first
            read(desk, lambda: _seat(settings))

    with ExitStack() as stack:
        stack.enter_context(_seat(settings))
        for desk in _further(min(len(numbers), seats(settings)) - 1) if settings.ocr_cache else ():
            reader = threading.Thread(target=read_beside, args=(desk,), daemon=True)
            reader.start()
            stack.callback(desk.close)  # it would keep its memory
            stack.callback(reader.join)
        stack.callback(done.set)
        read(DESK, lambda: nullcontext(True))
    left, done = iter([number for number in numbers if number not in answers]), threading.Event()
    read(DESK, lambda: nullcontext(True))
    return answers


def _further(count: int) -> list[Desk]:
    while len(_FURTHER) < count:
        _FURTHER.append(Desk())
    return _FURTHER[: max(0, count)]


@contextmanager
def _seat(settings: Settings) -> Iterator[bool]:
    """Whether there is a free seat, held meanwhile."""
    with ExitStack() as stack:
        yield bool(settings.ocr_cache) and any(
            stack.enter_context(_locked(Path(settings.ocr_cache) / f"seat-{number}")) for number in range(seats(settings))
        )


@contextmanager
def _locked(place: Path) -> Iterator[bool]:
    """Whether the file could be locked. A lock goes with its process, however that ends."""
    with ExitStack() as stack:
        locked = False
        with suppress(ImportError, OSError):
            import fcntl  # noqa: PLC0415  (not on Windows, where one process reads)

            place.parent.mkdir(parents=True, exist_ok=True)
            file = stack.enter_context(place.open("ab"))
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            locked = True
        yield locked
