"""Work that may be broken off: who asked has gone, or it takes longer than anybody should wait for.

The server says for a thread what its work is worth (`under`); what goes over many rows asks now and then whether to go on (`go_on`).
Elsewhere, in builds and on the command line, work is never broken off.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from search.errors import SearchError

_LOCAL = threading.local()


class WorkStopped(SearchError):
    """The work was broken off: nobody waits for it any more, or its time is up."""

    code = "work-stopped"
    status = 503


class _Budget:
    """Until when the work may go on, and whether somebody still waits for it."""

    def __init__(self, seconds: float, is_unwanted: Callable[[], bool], clock: Callable[[], float]) -> None:
        self._until, self._is_unwanted, self._clock = clock() + seconds, is_unwanted, clock

    def spend(self) -> None:
        if self._is_unwanted():
            raise WorkStopped("没有人再等这个答案。", hint="请重新提交。")
        if self._clock() > self._until:
            raise WorkStopped("这个请求要做的事太多，已经中止。", hint="请缩小范围（地区、年份、类型），或分几次取。")


@contextmanager
def under(seconds: float, is_unwanted: Callable[[], bool] = lambda: False, clock: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """Bounds what this thread does inside: so many seconds, and as long as it is wanted."""
    before = getattr(_LOCAL, "budget", None)
    _LOCAL.budget = _Budget(seconds, is_unwanted, clock)
    try:
        yield
    finally:
        _LOCAL.budget = before


def go_on() -> None:
    """Raises WorkStopped where the work of this thread is to be broken off."""
    budget = getattr(_LOCAL, "budget", None)
    if budget is not None:
        budget.spend()
