"""A real server for the runs that ask one: `bangfu serve` over an index, on a free port."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "search"]


def free_port() -> int:
    """A port of 127.0.0.1 that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Serving:
    """A server that runs."""

    port: int
    pid: int

    def get(self, path: str, timeout: float = 120) -> tuple[int, bytes]:
        """Status and body of one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def memory(self) -> int:
        """Bytes that its processes have for themselves; 0 where the system does not say."""
        return sum(_private(pid) for pid in (self.pid, *_children(self.pid)))


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    return []


def _private(pid: int) -> int:
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        return sum(1024 * int(line.split()[1]) for line in lines if line.startswith(("Private_Dirty", "Private_Clean")))
    return 0


@contextmanager
def serving(index: Path, *, workers: int = 1, **settings: object) -> Iterator[Serving]:
    """Serves an index until the end."""
    port = free_port()
    environment = {**os.environ, **{f"BANGFU_{name.upper()}": str(value) for name, value in settings.items()}}
    command = [*COMMAND, "serve", "--index", str(index), "--port", str(port), "--workers", str(workers)]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield Serving(port, server.pid)
    finally:
        os.kill(server.pid, signal.SIGTERM)
        server.wait(30)


@contextmanager
def over_seeds(**how: object) -> Iterator[Serving]:
    """Builds an index of the seeds and serves it."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*COMMAND, "build", str(ROOT / "seeds"), "--index", folder], cwd=ROOT, check=True, capture_output=True)
        with serving(Path(folder), **how) as server:  # type: ignore[arg-type]
            yield server


def _wait(port: int) -> None:
    for _ in range(400):
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.1)
    raise SystemExit("the server did not start")
