"""Power cuts played again: builds, going back and restoring are recorded write by write, and cut off after any of them.

A part of the replays leaves all that was written up to there, or a part of the last write, as a kill does; the rest leaves what a disk
may hold that was not waited for. Each must answer as before or as after, hold every id, be content with itself, and take in the next build.
`python -m tests.torture.power_cuts --replays 300`.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.faults.powercut import Tree, after_power_cut, lay_out, written_so_far
from tests.faults.recorder import Recording
from tests.faults.scenes import faults_of, recorded, scenes


def replays(recording: Recording, chance: random.Random) -> Iterator[tuple[str, Tree]]:
    """Folders as they may be left, without end, each with a name."""
    total = len(recording.events)
    while True:
        at = chance.randint(0, total)
        after = f"after {recording.steps[at - 1]}" if at else "at the beginning"
        yield f"power cut {after} ({at})", after_power_cut(recording, at, chance)
        at = chance.randint(0, total)
        after = f"after {recording.steps[at - 1]}" if at else "at the beginning"
        yield f"cut off {after} ({at})", written_so_far(recording, at, chance.choice((None, chance.random())))


def run(count: int, seed: int = 1) -> tuple[Counter[str], list[str]]:
    """So many replays over all scenes: how many of each scene, and what was wrong."""
    chance = random.Random(seed)
    played: Counter[str] = Counter()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        lives = [(scene, replays(recorded(scene, place / f"{scene.name}.played").recording, chance)) for scene in scenes(place)]
        for number in range(count):
            scene, cuts = lives[number % len(lives)]
            said, tree = next(cuts)
            index = place / "index.cut"
            lay_out(tree, index)
            try:
                found = faults_of(scene, index)
            except Exception as error:  # whatever it is, it is the finding
                found = [f"{type(error).__name__}: {error}"]
            wrong += [f"{scene.name}, {said}: {fault}" for fault in found]
            played[scene.name] += 1
            shutil.rmtree(index)
    return played, wrong


def main() -> None:
    """Replays, and says what came of it; ends with 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replays", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    played, wrong = run(given.replays, given.seed)
    print(*wrong, sep="\n")
    print(f"{played.total()} replays of cut-off writes ({dict(played)}): {len(wrong)} faults")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
