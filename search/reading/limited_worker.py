"""The limited process: does the tasks it reads from standard input until that ends, and puts what they yield on standard output. The
argument is the memory it may take, in bytes."""

from __future__ import annotations

import os
import pickle
import signal
import sys
from contextlib import suppress
from typing import Any

from search.errors import UnreadableSource
from search.reading import limited_tasks
from search.reading.child import PATIENCE
from search.reading.limited import END, FAULT, FRAME, GREEDY, ITEM, REFUSED

try:
    import resource
except ImportError:  # Windows: the time limit still holds
    resource = None  # type: ignore[assignment]

GRACE = 5
"""Seconds after which a task ends itself, should the builder be gone that watches the time."""


def main() -> None:
    """Serves until the input ends."""
    limited_tasks.INSIDE = True
    _limit(int(sys.argv[1]))
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer

    def put(kind: str, value: Any = None) -> None:
        data = pickle.dumps((kind, value), pickle.HIGHEST_PROTOCOL)
        answers.write(FRAME.pack(len(data)))
        answers.write(data)
        answers.flush()

    while len(head := requests.read(FRAME.size)) == FRAME.size:
        task, arguments, seconds = pickle.loads(requests.read(FRAME.unpack(head)[0]))
        try:
            _limit_time(seconds)
            for item in limited_tasks.TASKS[task](*arguments):
                _limit_time(0)
                put(ITEM, item)
                _limit_time(seconds)
            put(END)
        except UnreadableSource as error:
            put(REFUSED, (error.message, error.hint))
        except (MemoryError, RecursionError):
            arguments = ()
            put(GREEDY)
        except Exception as error:
            put(FAULT, type(error).__name__)
        finally:
            _limit_time(0)


def _limit(memory: int) -> None:
    if resource is None:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it has nothing to write


def _limit_time(seconds: float) -> None:
    """Ends this process after so many seconds of work from now, native code or not, or when nobody can be waiting any more; 0: not."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, seconds * PATIENCE + GRACE if seconds else 0)


if __name__ == "__main__":
    main()
