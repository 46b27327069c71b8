"""Kills, and refusals of the disk, at every named step of a build, of going back and of restoring.

A step is a call that changes the disk or waits for it, and each statement of SQLite. Kills end the process there, so that nothing
tidies up; refusals say that the disk is full, broken or closed, which must come out as a sentence. Afterwards all must be as before or
as after. `python -m tests.torture.steps --kills 200 --refusals 200`.
"""

from __future__ import annotations

import argparse
import errno
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from search.errors import SearchError
from tests.faults.scenes import Scene, faults_of, recorded, scenes

ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT)
CODES = {errno.EIO: sqlite3.SQLITE_IOERR, errno.EROFS: sqlite3.SQLITE_READONLY}


def killed_at(scene: Scene, index: Path, step: int) -> None:
    """Plays a scene in a process that is killed just before a step."""

    def kill(number: int, _: str) -> None:
        if number == step:
            os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if not child:
        try:
            recorded(scene, index, kill, watch=False)
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def refused_at(scene: Scene, index: Path, step: int, error: int) -> list[str]:
    """Plays a scene in which the disk refuses one step; what is wrong with how it ends: well, or with a sentence."""

    def refuse(number: int, name: str) -> None:
        if number != step:
            return
        if name.startswith("SQLite"):
            refusal = sqlite3.OperationalError(os.strerror(error))
            refusal.sqlite_errorcode = {errno.EIO: sqlite3.SQLITE_IOERR, errno.EROFS: sqlite3.SQLITE_READONLY}.get(
                error, sqlite3.SQLITE_FULL
            )
            raise refusal
        raise OSError(error, os.strerror(error))

    try:
        recorded(scene, index, refuse, watch=False)
    except SearchError as sentence:
        return [] if sentence.message and sentence.hint else [f"no way out is said: {sentence}"]
    except Exception as fault:
        return [f"no sentence: {type(fault).__name__}: {fault}"]
    return []


def steps_of(scene: Scene, index: Path) -> list[str]:
    """The names of a scene's steps."""
    found = recorded(scene, index, watch=False).steps
    shutil.rmtree(index)
    return found


def run(kills: int, refusals: int, seed: int = 1) -> tuple[Counter[str], list[str]]:
    """So many of each, spread evenly over the steps of all scenes: the names of the steps, and what was wrong."""
    chance = random.Random(seed)
    named: Counter[str] = Counter()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        index = place / "index.hit"
        lives = scenes(place)
        all_steps = [(scene, number, step) for scene in lives for number, step in enumerate(steps_of(scene, index), start=1)]

        def hit(what: str, count: int, strike: Callable[[Scene, int], list[str]]) -> None:
            for scene, number, step in spread(all_steps, count, chance):
                found = strike(scene, number)
                try:
                    found += faults_of(scene, index)
                except Exception as error:  # whatever it is, it is the finding
                    found.append(f"{type(error).__name__}: {error}")
                wrong.extend(f"{scene.name}, {what} before {step} ({number}): {fault}" for fault in found)
                named[step] += 1
                shutil.rmtree(index)

        def kill(scene: Scene, number: int) -> list[str]:
            killed_at(scene, index, number)
            return []

        hit("killed", kills, kill)
        hit("refused", refusals, lambda scene, number: refused_at(scene, index, number, chance.choice(ERRORS)))
    return named, wrong


def spread(steps: list[tuple[Scene, int, str]], count: int, chance: random.Random) -> Iterator[tuple[Scene, int, str]]:
    """So many of the steps: each name once before any comes a second time."""
    shuffled = chance.sample(steps, len(steps))
    seen: Counter[str] = Counter()
    ranked = []
    for one in shuffled:
        ranked.append((seen[one[2]], one))
        seen[one[2]] += 1
    ranked.sort(key=lambda pair: pair[0])
    for number in range(count):
        yield ranked[number % len(ranked)][1]


def main() -> None:
    """Strikes, and says what came of it; ends with 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--refusals", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    named, wrong = run(given.kills, given.refusals, given.seed)
    print(*wrong, sep="\n")
    print(f"{given.kills} kills and {given.refusals} refusals of the disk at {len(named)} named steps: {len(wrong)} faults")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
