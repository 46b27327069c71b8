"""Inputs grown by how much of the code they reach (Atheris, libFuzzer for Python), for everything that takes a stranger's bytes:

    python -m tests.torture.fuzz [SECONDS]                 every target for so many seconds, each in a process of its own (default 60)
    python -m tests.torture.fuzz TARGET FOLDER SECONDS     one of them, in this process, from the inputs in the folder

Needs `pip install atheris` (Linux; not among the tools of development: nothing else needs it). An input that breaks a promise is kept
in `build/fuzz/` and ends the target. Exit code 1 where there is one.
"""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "build" / "fuzz"
MEMORY = 3_000
"""Megabytes a target may take."""
LONGEST = 60
"""Seconds after which one input is a fault: our own code is linear in it."""
SECONDS = 60


def grow(name: str, folder: Path, seconds: int) -> None:
    """Runs one target until the time is over, or an input breaks its promise; does not return."""
    atheris = import_module("atheris")
    with atheris.instrument_imports(include=["search", "web"]):
        targets = import_module("tests.torture.fuzz_targets")
    tasks: Any = import_module("search.reading.limited_tasks")
    tasks.INSIDE = True  # everything in this process, where its paths are seen
    limits = (f"-max_total_time={seconds}", f"-timeout={LONGEST}", f"-rss_limit_mb={MEMORY}", f"-max_len={targets.LARGEST}")
    own = ("-print_final_stats=1", f"-artifact_prefix={KEPT}/{name}-", str(folder))
    atheris.Setup([sys.argv[0], *limits, *own], targets.TARGETS[name])
    atheris.Fuzz()


def main(seconds: int) -> int:
    """Every target in its own process; how many ended before their time."""
    targets = import_module("tests.torture.fuzz_targets")
    wrong = 0
    for name in targets.TARGETS:
        folder = KEPT / name
        folder.mkdir(parents=True, exist_ok=True)
        for at, seed in enumerate(targets.seeds(name)):
            (folder / f"seed-{at}").write_bytes(seed)
        command = [sys.executable, "-m", "tests.torture.fuzz", name, str(folder), str(seconds)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, errors="replace")
        tried = next((line.split()[-1] for line in done.stderr.splitlines() if "number_of_executed_units" in line), "?")
        fault = [line for line in done.stderr.splitlines() if "Error" in line or "Exception" in line]
        print(f"{name:10} {tried:>9} inputs  {'sound' if not done.returncode else 'FAULT ' + ' '.join(fault[:2])[:300]}", flush=True)
        wrong += bool(done.returncode)
    return wrong


if __name__ == "__main__":
    if len(sys.argv) == 4:
        grow(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
    sys.exit(min(1, main(int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)))
