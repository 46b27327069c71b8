"""`make mutants`: breaks chosen behaviours one at a time in a copy of the tree, and runs the tests that ought to notice.

    python -m tests.mutants [WORD …]        only those whose name holds one of the words

A mutant that no test notices is a promise nobody keeps. Exit code 1 where one survived.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

from tests.mutants.table import ROOT, Mutant, mutants

LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "index_data", "build", "*.egg-info")
LONGEST = 900
"""Seconds; tests that hang on a mutant have noticed it."""


def survives(mutant: Mutant, tree: Path) -> bool:
    """Whether all of its tests pass with the mutant in the tree, which is left as it was."""
    path = tree / mutant.file
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace(mutant.old, mutant.new, 1), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        f"--basetemp={tree.parent / (tree.name + '-tmp')}",
        *mutant.tests,
    ]
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        return False
    finally:
        path.write_text(whole, encoding="utf-8")
    return done.returncode == 0


def main(words: list[str]) -> int:
    """Tries every chosen mutant, as many at once as there are cores, each in a copy of its own; the number of survivors."""
    chosen = [mutant for mutant in mutants() if not words or any(word in mutant.name for word in words)]
    survivors = []
    jobs = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(jobs) as pool:
        free: Queue[Path] = Queue()
        for number in range(jobs):
            free.put(Path(shutil.copytree(ROOT, Path(folder) / str(number), ignore=LEFT_OUT)))

        def tried(mutant: Mutant) -> tuple[Mutant, bool, float]:
            tree, begun = free.get(), time.monotonic()
            try:
                return mutant, survives(mutant, tree), time.monotonic() - begun
            finally:
                free.put(tree)

        for mutant, lives, took in pool.map(tried, chosen):
            survivors += [mutant.name] if lives else []
            print(f"{'SURVIVED' if lives else 'noticed '} {took:5.0f} s  {mutant.name}", flush=True)
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} noticed")
    return len(survivors)


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1:])))
