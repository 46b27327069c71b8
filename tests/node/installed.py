"""Tools of Node for tests, as their lock files name them, installed once below tests/artefacts."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
KEPT = HERE.parent / "artefacts" / "node"


class NoNode(Exception):
    """Why there are no tools of Node here."""


def installed(name: str) -> Path:
    """The folder whose `node_modules` holds what `tests/node/NAME/package-lock.json` locks. Raises NoNode with the reason where Node is
    missing or its registry cannot be reached."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise NoNode("no node and npm on the path (Debian: apt-get install nodejs npm)")
    lock = (HERE / name / "package-lock.json").read_bytes()
    folder = KEPT / f"{name}-{hashlib.sha256(lock).hexdigest()[:12]}"
    if not (folder / "whole").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for file in ("package.json", "package-lock.json"):
            shutil.copy2(HERE / name / file, folder)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            raise NoNode(f"npm could not install what {name} locks: {done.stderr.strip()[-300:]}")
        (folder / "whole").touch()
    return folder
