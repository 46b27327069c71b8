"""The server that `bangfu serve` becomes: workers forked from a loaded process."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from search import build

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server of one worker over the seeds, with its port."""
    build([ROOT / "seeds"], f"whoosh:{tmp_path}")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "search", "serve", "--index", str(tmp_path), "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        yield process, port
    finally:
        process.kill()
        process.wait()


def status(port: int) -> int:
    """The status of a page of results, as soon as a worker answers."""
    until = time.monotonic() + PATIENCE
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("GET", "/search?q=%E5%B8%AE%E6%89%B6")
            return connection.getresponse().status
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        finally:
            connection.close()


def test_serves_replaces_a_dead_worker_and_ends_when_told(served: tuple[subprocess.Popen[bytes], int]) -> None:
    """A page comes, comes again after the worker was killed, and a polite signal ends the server without a fault."""
    process, port = served
    assert status(port) == 200
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if children.exists():  # Linux
        for worker in children.read_text(encoding="ascii").split():
            os.kill(int(worker), signal.SIGKILL)
        assert status(port) == 200
    process.terminate()
    assert process.wait(PATIENCE) == 0
