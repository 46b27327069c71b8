"""`make torture`: hostile requests to a real server, kills, refusals of the disk, power cuts, flipped bits, each with its count of
faults."""

from __future__ import annotations

import http.client
import subprocess
import sys
from pathlib import Path

from tests.torture.hostile_requests import faults
from tests.torture.server import over_seeds

ROOT = Path(__file__).resolve().parents[2]
REQUESTS = 20_000
LONGEST_LINE = 60_000
"""A request line the server's own parser still takes; what is longer it answers by itself."""


def hostile_requests() -> int:
    """Sends them to `bangfu serve` over the seeds; returns the number of faults."""
    with over_seeds() as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)

        def fetch(path: str) -> tuple[int, str]:
            if len(path) > LONGEST_LINE:
                return 414, ""
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")

        found = faults(fetch, REQUESTS)
    for fault in found[:20]:
        print(fault)
    return len(found)


RUNS = ("kill_build", "kill_line", "steps", "power_cuts", "flips", "raw_connections", "hostile_files", "sizes")
"""Modules beside this one that run by themselves, and end with 1 where anything was wrong."""


def main() -> None:
    """All of them, whatever came of the one before."""
    wrong = hostile_requests()
    print(f"{REQUESTS} hostile requests: {wrong} faults", flush=True)
    runs = [subprocess.run([sys.executable, "-m", f"tests.torture.{name}"], cwd=ROOT, check=False) for name in RUNS]
    sys.exit(1 if wrong or any(run.returncode for run in runs) else 0)


if __name__ == "__main__":
    main()
