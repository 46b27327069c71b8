"""The life of a child process, which PDF text, page pictures, OCR and the limited parsers share."""

from __future__ import annotations

import os
import sys
import time

import pytest

from search.reading.child import Child, OneChild

ECHO = (
    sys.executable,
    "-c",
    "import sys\nfor line in sys.stdin.buffer:\n    sys.stdout.buffer.write(line)\n    sys.stdout.buffer.flush()\n",
)
SILENT = (sys.executable, "-c", "import time\ntime.sleep(60)")
GONE = (sys.executable, "-c", "")


def test_one_process_answers_request_after_request() -> None:
    """The process is started once and kept; it is another one after so many requests, and for another command."""
    home = OneChild()
    first = home.ready(ECHO, 2)
    assert first.answer(b"one\n", seconds=10) == b"one\n"
    assert home.ready(ECHO, 2) is first
    assert first.answer(b"two\n", seconds=10) == b"two\n"
    second = home.ready(ECHO, 2)
    assert second is not first
    assert not first.is_alive
    other = home.ready((*ECHO, "again"), 2)
    assert not second.is_alive
    home.close()
    home.close()
    assert not other.is_alive


def test_a_late_answer_ends_it() -> None:
    """Past its time the process is killed, and says that it was slow."""
    child = Child(SILENT)
    began = time.monotonic()
    assert child.answer(b"?\n", seconds=0.2) == b""
    assert time.monotonic() - began < 30
    assert child.failure == "slow"
    child.close()


def test_a_process_that_died_is_replaced() -> None:
    """A process that ends by itself gives no answer, is not blamed for time, and is started anew."""
    home = OneChild()
    child = home.ready(GONE, 9)
    child.ended()
    assert child.answer(b"?\n" * 100_000, seconds=10) == b""
    assert child.failure == "greedy"
    assert home.ready(GONE, 9) is not child
    home.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks are of POSIX")
def test_after_a_fork_it_is_the_parents() -> None:
    """What was forked starts a process of its own, and leaves the parent's alone."""
    home = OneChild()
    child = home.ready(ECHO, 9)
    pid = os.fork()
    if not pid:  # pragma: no cover  (another process)
        own = home.ready(ECHO, 9)
        is_own = own is not child and own.answer(b"mine\n", seconds=10) == b"mine\n"
        home.close()
        os._exit(0 if is_own else 1)
    assert os.waitpid(pid, 0)[1] == 0
    assert child.answer(b"still\n", seconds=10) == b"still\n"
    home.close()
