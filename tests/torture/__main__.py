"""`make torture`: hostile requests to a real server, kills, refusals of the disk, power cuts, flipped bits, each with its count of
faults."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.torture.hostile_requests import faults

ROOT = Path(__file__).resolve().parents[2]
REQUESTS = 20_000
LONGEST_LINE = 60_000
"""A request line the server's own parser still takes; what is longer it answers by itself."""


def free_port() -> int:
    """A port of 127.0.0.1 that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def hostile_requests() -> int:
    """Sends them to `bangfu serve` over the seeds; returns the number of faults."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "search"]
        subprocess.run([*command, "build", str(ROOT / "seeds"), "--index", folder], cwd=ROOT, check=True, capture_output=True)
        port = free_port()
        server = subprocess.Popen([*command, "serve", "--index", folder, "--port", str(port)], cwd=ROOT, stderr=subprocess.DEVNULL)
        try:
            _wait(port)
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

            def fetch(path: str) -> tuple[int, str]:
                if len(path) > LONGEST_LINE:
                    return 414, ""
                connection.request("GET", path)
                answer = connection.getresponse()
                return answer.status, answer.read().decode("utf-8", "replace")

            found = faults(fetch, REQUESTS)
        finally:
            os.kill(server.pid, signal.SIGTERM)
            server.wait(20)
    for fault in found[:20]:
        print(fault)
    return len(found)


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


RUNS = ("kill_build", "kill_line", "steps", "power_cuts", "flips")
"""Modules beside this one that run by themselves, and end with 1 where anything was wrong."""


def main() -> None:
    """All of them, whatever came of the one before."""
    wrong = hostile_requests()
    print(f"{REQUESTS} hostile requests: {wrong} faults", flush=True)
    runs = [subprocess.run([sys.executable, "-m", f"tests.torture.{name}"], cwd=ROOT, check=False) for name in RUNS]
    sys.exit(1 if wrong or any(run.returncode for run in runs) else 0)


if __name__ == "__main__":
    main()
