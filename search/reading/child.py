"""A child process that answers one request after the other: started when first needed, replaced when it has died or served enough, killed
when an answer is late, the parent's after a fork, ended with the interpreter. What is asked, and how it is written, is for each reader."""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import BinaryIO, Protocol

PATIENCE = 4 if hasattr(signal, "setitimer") else 1
"""Seconds on the clock for each second a child may work. Where it can, a child counts the processor's seconds and ends after those, so that
a busy machine gives up no file that a quiet one reads; the clock is for one that waits."""
_OUT_OF_TIME = tuple(-getattr(signal, name) for name in ("SIGPROF", "SIGALRM") if hasattr(signal, name))


class Child:
    """A running process. `late` is set when it was killed for taking too long. Raises OSError where processes cannot be started."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        self.command, self.served, self.late = tuple(command), 0, threading.Event()
        self._process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    @property
    def out(self) -> BinaryIO:
        """What it writes."""
        assert self._process.stdout is not None
        return self._process.stdout  # type: ignore[return-value]  # a buffered reader of bytes is one

    @property
    def failure(self) -> str:
        """Why no answer came: `slow` past the time limit, `greedy` when it died by itself, which is nearly always by its memory limit."""
        return "slow" if self.late.is_set() or self.ended() in _OUT_OF_TIME else "greedy"

    def send(self, *parts: bytes) -> None:
        """Writes a request. If the process has died, the answer that does not come will tell."""
        assert self._process.stdin is not None
        try:
            for part in parts:
                self._process.stdin.write(part)
            self._process.stdin.flush()
        except OSError:
            pass

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Kills the process if what is done here takes longer."""
        timer = threading.Timer(seconds, self._give_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()

    def _give_up(self) -> None:
        self.late.set()
        self._process.kill()

    def answer(self, *request: bytes, seconds: float, read: Callable[[BinaryIO], bytes] = lambda out: out.readline()) -> bytes:
        """What it answers to a request, by default a line; cut short, or empty, when it dies over it."""
        self.served += 1
        with self.within(seconds):
            self.send(*request)
            try:
                return read(self.out)
            except OSError:
                return b""

    def ended(self) -> int:
        """Its exit code, waited for."""
        return self._process.wait()

    def close(self) -> None:
        """Ends the process and closes its pipes."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue
        self._process.wait()


class Holder(Protocol):
    """Whoever holds children."""

    def forget(self) -> None:
        """After a fork they are the parent's."""

    def close(self) -> None:
        """Ends them."""


def bound_to_the_interpreter(holder: Holder) -> None:
    """Has the holder forget its children after a fork, and end them with the interpreter."""
    atexit.register(holder.close)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=holder.forget)


class OneChild:
    """The one process of this interpreter for a kind of work. Whoever asks it holds `lock`."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.child: Child | None = None
        self._inherited: list[Child] = []
        bound_to_the_interpreter(self)

    def ready(self, command: Sequence[str], most: int, environment: Mapping[str, str] | None = None) -> Child:
        """The process by this command, started anew if it has died or answered `most` requests (native memory does not all come back).
        Raises OSError where processes cannot be started."""
        child = self.child
        if child is not None and (child.command != tuple(command) or child.served >= most or not child.is_alive):
            self.close()
        if self.child is None:
            self.child = Child(command, environment)
        return self.child

    def forget(self) -> None:
        """After a fork the process is the parent's: this one starts its own."""
        if self.child is not None:
            self._inherited.append(self.child)  # not collected, which would close the parent's pipes with a warning
        self.child, self.lock = None, threading.Lock()

    def close(self) -> None:
        """Ends the process, if there is one."""
        child, self.child = self.child, None
        if child is not None:
            child.close()
