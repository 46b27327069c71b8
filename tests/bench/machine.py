"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("numpy", "rjieba", "tantivy", "xapian-bindings-binary", "Whoosh-Reloaded", "Flask", "granian")


def machine() -> str:
    """Date, cores, memory, versions and load, for the head of a table."""
    versions = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    for package in PACKAGES:
        with suppress(PackageNotFoundError):
            versions.append(f"{package} {version(package)}")
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    return f"{when}, {os.cpu_count()} × {_processor()}, {size:.0f} GiB, {', '.join(versions)}, load {load():.1f}"


def load() -> float:
    """Processes that wanted to run, the mean of the last minute. Above 1 before a run, others are at work."""
    return os.getloadavg()[0]


def _processor() -> str:
    try:
        names = [line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.machine()
