"""`python -m tests.packaging`: the wheel in a clean environment of every Python to be had, dependencies and all. Needs the registry."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.packaging.wheel import build_wheel, install_whole, pythons, walk_through


def main() -> None:
    """Says each version that works; ends at the first that does not."""
    with tempfile.TemporaryDirectory() as name:
        wheel = build_wheel(Path(name))
        for version, python in pythons().items():
            folder = Path(name) / version
            folder.mkdir()
            walk_through(install_whole(wheel, python, folder / "environment"), folder)
            print(f"Python {version}: installed from {wheel.name}; build, search, cite, export, check and serve work", file=sys.stderr)


if __name__ == "__main__":
    main()
