"""The command in this process: what it says without the half second that starting Python and reading our modules takes."""

from __future__ import annotations

import os
from contextlib import chdir
from pathlib import Path

from click.testing import CliRunner, Result

from search.command.cli import main


def bangfu_here(*words: str, cwd: Path) -> Result:
    """Runs the command in a folder, without settings of ours from outside."""
    unset: dict[str, str | None] = {name: None for name in os.environ if name.startswith("BANGFU_")}
    with chdir(cwd):
        return CliRunner().invoke(main, list(words), prog_name="bangfu", env=unset)
