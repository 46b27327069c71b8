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
from pathlib import Path

from tests.mutants.table import ROOT, Mutant, mutants

LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "index_data", "build", "*.egg-info")
LONGEST = 900
"""Seconds; tests that hang on a mutant have noticed it."""


def survives(mutant: Mutant, tree: Path) -> bool:
    """Whether all of its tests pass with the mutant in the tree, which is left as it was."""
    path = tree / mutant.file
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace(mutant.old, mutant.new, 1), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *mutant.tests]
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        return False
    finally:
        path.write_text(whole, encoding="utf-8")
    return done.returncode == 0


def main(words: list[str]) -> int:
    """Tries every chosen mutant; the number of survivors."""
    chosen = [mutant for mutant in mutants() if not words or any(word in mutant.name for word in words)]
    survivors = []
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
        for mutant in chosen:
            begun = time.monotonic()
            lives = survives(mutant, tree)
            survivors += [mutant.name] if lives else []
            print(f"{'SURVIVED' if lives else 'noticed '} {time.monotonic() - begun:5.0f} s  {mutant.name}", flush=True)
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} noticed")
    return len(survivors)


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1:])))
