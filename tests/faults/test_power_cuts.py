"""What a power cut leaves of an index, and what kills and a disk that refuses leave: a handful of each. Hundreds are `make torture`."""

from __future__ import annotations

import errno
import os
import random
import sys
from pathlib import Path

import pytest

from tests.faults.powercut import after_power_cut, lay_out, written_so_far
from tests.faults.recorder import Recorder
from tests.faults.scenes import faults_of, scenes, truth
from tests.torture import power_cuts, steps

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads the names of open files from /proc, and forks")


def test_a_power_cut_at_any_moment_loses_nothing() -> None:
    """Builds, going back and restoring, cut off after any write: as before or as after, every id led, `check` content, the next build
    takes."""
    played, wrong = power_cuts.run(10, seed=11)
    assert not wrong
    assert played.total() == 10


def test_a_kill_or_a_refusing_disk_at_any_step_loses_nothing() -> None:
    """The same for a process killed before a step, and for a step that the disk refuses, which is a sentence with a way out."""
    named, wrong = steps.run(kills=6, refusals=10, seed=11)
    assert not wrong
    assert len(named) > 10


def test_the_recording_tells_what_was_not_waited_for(tmp_path: Path) -> None:
    """The layer itself: what is renamed into place without waiting for its bytes may be torn; what was waited for never is, and an entry
    whose folder was not waited for may be missing."""
    root = tmp_path / "disk"
    root.mkdir()
    with Recorder(root).installed() as recorder:
        for name, waits in (("hasty", False), ("careful", True)):
            with (root / f".{name}").open("wb") as file:
                file.write(b"x" * 10_000)
                file.flush()
                if waits:
                    os.fsync(file.fileno())
            os.replace(root / f".{name}", root / name)
    recording = recorder.recording
    chance = random.Random(1)
    seen: dict[str, set[object]] = {"hasty": set(), "careful": set()}
    for at in range(60):
        place = tmp_path / f"cut{at}"
        lay_out(after_power_cut(recording, len(recording.events), chance), place)
        for name, found in seen.items():
            found.add((place / name).read_bytes() if (place / name).exists() else None)
    assert seen["careful"] == {None, b"x" * 10_000}
    assert len(seen["hasty"] - {None, b"x" * 10_000}) >= 2


def test_a_prefix_of_writes_is_what_a_kill_leaves(tmp_path: Path) -> None:
    """Cut off after an event, the folder holds all that was written up to it and nothing else; all events together give the folder."""
    root = tmp_path / "disk"
    root.mkdir()
    (root / "old").write_bytes(b"old")
    with Recorder(root).installed() as recorder:
        (root / "new").write_bytes(b"new")
        os.unlink(root / "old")
    recording = recorder.recording
    lay_out(written_so_far(recording, 0), tmp_path / "none")
    lay_out(written_so_far(recording, len(recording.events)), tmp_path / "all")
    assert {path.name: path.read_bytes() for path in (tmp_path / "none").iterdir()} == {"old": b"old"}
    assert {path.name: path.read_bytes() for path in (tmp_path / "all").iterdir()} == {"new": b"new"}


def test_what_is_in_force_is_not_taken_back(tmp_path: Path) -> None:
    """A disk that refuses the very last step, when the new generation is in force already, fails the build and leaves the generation."""
    scene = scenes(tmp_path)[0]
    names = steps.steps_of(scene, tmp_path / "index.hit")
    last = names.index("replace CURRENT") + 2
    assert not steps.refused_at(scene, tmp_path / "index.hit", last, errno.ENOSPC)
    assert truth(tmp_path / "index.hit") == scene.known[1]
    assert not faults_of(scene, tmp_path / "index.hit")
