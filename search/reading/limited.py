"""Untrusted parsers, run in processes that may take so much memory and so much time and no more. Whatever a file does to its parser, the
builder gets the result, or UnreadableSource with a sentence.

The parsers are libraries, some of them native code, and a file of a few kilobytes can make one take all memory and time there is. What
comes back over the pipe is only ever built of the few types named here: a parser that was taken over has no way on.
"""

from __future__ import annotations

import io
import os
import pickle
import struct
import sys
import threading
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

from search.errors import UnreadableSource
from search.reading import limited_tasks
from search.reading.child import PATIENCE, Child, bound_to_the_interpreter
from search.reading.found import FoundSource
from search.settings import Settings

FRAME = struct.Struct("<Q")
ITEM, END, REFUSED, GREEDY, FAULT = "item", "end", "refused", "greedy", "fault"
_FILES_A_PROCESS = 500
_SAFE = {
    (FoundSource.__module__, FoundSource.__qualname__),
    ("datetime", "date"),
    ("datetime", "datetime"),
    ("copyreg", "_reconstructor"),
    ("builtins", "object"),
}
_SLOW = ("文件太复杂，在限定时间内读不完。", "请另存为简单的文件，或分成几个文件。")
_GREEDY = ("文件太复杂，读取时耗尽内存。", "请另存为简单的文件，或分成几个文件。")


class _Results(pickle.Unpickler):
    """Builds nothing but our own nouns."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("builtins", "getattr"):  # how Python before 3.11.4 pickles a member of an enumeration
            return _member
        if (module == "search.model" and name[:1].isupper()) or (module, name) in _SAFE:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name}")


def _member(kind: Any, name: str) -> Any:
    """A member of one of our enumerations by its name, and nothing else."""
    if not (isinstance(kind, type) and issubclass(kind, Enum)):
        raise pickle.UnpicklingError(f"getattr of {kind}")
    return kind[name]


class _LimitedReader(Child):
    """A process that does one task after the other."""

    def __init__(self, memory: int) -> None:
        self.memory, self.is_free = memory, True
        package = str(Path(__file__).absolute().parents[2])
        path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH", ""))))
        # -P keeps the current folder off the path: what lies there is not run.
        super().__init__((sys.executable, "-P", "-m", "search.reading.limited_worker", str(memory)), {**os.environ, "PYTHONPATH": path})

    def is_usable(self, memory: int) -> bool:
        return self.memory == memory and self.served < _FILES_A_PROCESS and self.is_alive

    def results(self, task: str, arguments: tuple[Any, ...], seconds: float) -> Iterator[Any]:
        """What the task yields; each result may take so many seconds of work. Raises UnreadableSource."""
        self.served += 1
        self.is_free = False
        data = pickle.dumps((task, arguments, seconds), pickle.HIGHEST_PROTOCOL)
        with self.within(seconds * PATIENCE):
            self.send(FRAME.pack(len(data)), data)
        while True:
            with self.within(seconds * PATIENCE):
                answer = self._receive()
            if answer is None:
                message, hint = _SLOW if self.failure == "slow" else _GREEDY
                raise UnreadableSource(message, hint=hint)
            kind, value = answer
            self.is_free = kind in (END, REFUSED)  # it waits for the next task; what refuses is not worth another start
            if kind == END:
                return
            if kind == ITEM:
                yield value
            elif kind == REFUSED:
                raise UnreadableSource(value[0], hint=value[1])
            elif kind == GREEDY:
                raise UnreadableSource(_GREEDY[0], hint=_GREEDY[1])
            else:
                raise UnreadableSource(f"文件读不下来（解析时出错：{value}）。", hint="请重新另存，或换一种格式。")

    def _receive(self) -> tuple[str, Any] | None:
        head = self.out.read(FRAME.size)
        if len(head) < FRAME.size:
            return None
        (size,) = FRAME.unpack(head)
        data = self.out.read(size) if size <= self.memory else b""
        if len(data) < size or not size:
            return None
        try:
            kind, value = _Results(io.BytesIO(data)).load()
        except (pickle.UnpicklingError, ValueError, TypeError, AttributeError, EOFError, ImportError, IndexError):
            return FAULT, "pickle"
        return kind, value


class _IdleReaders:
    """The idle processes of this interpreter. One that is at work is nobody else's: who finds none idle starts another."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.idle: list[_LimitedReader] = []
        self.inherited: list[_LimitedReader] = []

    def forget(self) -> None:
        """After a fork the processes are the parent's."""
        self.lock = threading.Lock()
        self.inherited += self.idle
        self.idle = []

    def close(self) -> None:
        for child in self.idle:
            child.close()
        self.idle = []

    def take(self, memory: int) -> _LimitedReader:
        """An idle process, or a new one. Raises OSError where processes cannot be started."""
        with self.lock:
            while self.idle:
                child = self.idle.pop()
                if child.is_usable(memory):
                    return child
                child.close()
        return _LimitedReader(memory)

    def give_back(self, child: _LimitedReader) -> None:
        with self.lock:
            self.idle.append(child)


_DESK = _IdleReaders()
bound_to_the_interpreter(_DESK)


def stream(task: str, *arguments: Any, settings: Settings) -> Iterator[Any]:
    """What the task of `limited_tasks` yields, one by one, done in a limited process. Raises UnreadableSource."""
    child = None
    if not limited_tasks.INSIDE:
        try:
            child = _DESK.take(settings.max_reader_memory_bytes)
        except OSError:  # no processes here (a locked-down container): in this one, then
            child = None
    if child is None:
        yield from limited_tasks.TASKS[task](*arguments, settings)
        return
    try:
        yield from child.results(task, (*arguments, settings), settings.max_reader_seconds)
    finally:
        if child.is_free:
            _DESK.give_back(child)
        else:  # it died, or nobody wants the rest
            child.close()


def run(task: str, *arguments: Any, settings: Settings) -> Any:
    """The one result of a task. Raises UnreadableSource."""
    (result,) = stream(task, *arguments, settings=settings)
    return result
