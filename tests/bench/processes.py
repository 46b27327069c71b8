"""Memory of processes and their children, as Linux tells it."""

from __future__ import annotations

import os
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

EVERY = 0.2
"""Seconds between two looks; a look is dear."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes of a process: `resident` with all it shares and maps, `proportional` with its share of what several processes map (Pss),
    `private` what no other process has in its memory, mapped files included, `own` what is no file at all (heap and stacks)."""

    resident: float
    proportional: float
    private: float
    own: float


def offspring(pid: int) -> list[int]:
    """The process and all below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found.extend(one for child in task.read_text().split() for one in offspring(int(child)))
        except OSError:
            continue
    return found


def memory(pid: int) -> Memory:
    """What the process holds now; nothing if it is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return Memory(0, 0, 0, 0)
    sizes = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines[1:]}
    return Memory(sizes["Rss"], sizes["Pss"], sizes["Private_Clean"] + sizes["Private_Dirty"], sizes["Anonymous"])


def seconds_of_cpu(pid: int) -> float:
    """What the process has used so far, its children apart; 0 if it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Peak:
    """Watches a process and its children; `megabytes` is the most they held together, pages they share counted for each."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.megabytes = 0.0
        self._process = process
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while self._process.poll() is None:
            self.megabytes = max(self.megabytes, sum(memory(pid).resident for pid in offspring(self._process.pid)))
            threading.Event().wait(EVERY)
