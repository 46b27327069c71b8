"""A stranger's ten minutes: the tour of the documentation, from `pip install` of the wheel to a table in a notebook, in a clean environment
and an empty home, by what the page says alone.

`make stranger` runs it (the registry is asked for the dependencies) and prints how long each step took. What strangers stumbled over, and
what became of it, is in STRANGER.md beside this file.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.packaging.wheel import ROOT, build_wheel

TOUR = ROOT / "docs" / "zh" / "tour.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
NOTEBOOK = """
import sys, nbformat
from nbclient import NotebookClient
made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(sys.argv[1])])
NotebookClient(made, timeout=120).execute()
shown = made.cells[0].outputs[-1]["data"]["text/html"]
print(shown.count("<tr"), "rows")
assert shown.count("<tr") > 3, shown
"""


def main() -> None:
    """Walks the tour; raises CalledProcessError with what was said where a step fails."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = build_wheel(Path(folder))
        home = Path(folder) / "home"
        home.mkdir()
        began = time.monotonic()
        for kind, block in _BLOCK.findall(TOUR.read_text("utf-8")):
            for step in steps(kind, block, wheel):
                run(step, home)
        sys.stdout.write(f"{time.monotonic() - began:.0f} s in all\n")


def steps(kind: str, block: str, wheel: Path) -> list[list[str]]:
    """The commands of a block as a stranger runs them. The wheel stands for its name, which is in no registry yet; a server or a browser
    is not waited for here (tests/packaging/wheel.py serves), and a piece of Python is a cell of a notebook."""
    if kind == "python":
        return [["python", "-c", NOTEBOOK, block]]
    lines = [line.partition("  #")[0].strip() for line in block.splitlines()]
    commands = [line for line in lines if line and not line.startswith(("bangfu serve", "jupyter", ". "))]
    quoted = (line.replace("'", "") for line in commands)
    return [[str(wheel) if word == "bangfu" and "install" in line else word for word in line.split()] for line in quoted]


def run(words: list[str], home: Path) -> None:
    """One command in the stranger's home, where the environment `bangfu` is active once it is there."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "HTTP", "http", "NO_PROXY", "no_proxy"))}
    path = f"{home / 'bangfu' / 'bin'}:/usr/local/bin:/usr/bin:/bin"
    if words[0] == "python3":
        words = [sys.executable, *words[1:]]
    environment = {**kept, "HOME": str(home), "PATH": path, "LANG": "C.UTF-8"}
    began = time.monotonic()
    found = home / "bangfu" / "bin" / words[0]
    done = subprocess.run(
        [str(found) if found.exists() else words[0], *words[1:]], cwd=home, env=environment, capture_output=True, text=True, check=False
    )
    sys.stdout.write(f"{time.monotonic() - began:6.1f} s  {' '.join(words[:4])[:90]}\n")
    sys.stdout.flush()
    if done.returncode:
        sys.stderr.write(done.stdout[-2000:] + done.stderr[-2000:])
        done.check_returncode()


if __name__ == "__main__":
    main()
