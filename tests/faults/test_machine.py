"""A machine at its worst: a disk too small, a folder that may not be written, a clock that runs backwards, two builders, files in
motion."""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from search import build
from search.building.keeping import check, roll_back
from search.engine.whoosh.files import generation
from search.links import guard
from tests.faults.scenes import SETTINGS, TEXTS, truth, url, write
from tests.torture import flips

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="mounts, limits and users are those of Linux")


def bangfu(*words: str | Path, before: Sequence[str] = (), **how: Any) -> subprocess.CompletedProcess[str]:
    """The command, in a process of its own."""
    command = [*before, sys.executable, "-m", "search", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120, **how)


def limited_to(size: int) -> Callable[[], None]:
    """Makes every write of a process beyond this many bytes of a file fail."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """An index of three documents, with their folder `in` beside it."""
    write(tmp_path / "in", TEXTS)
    build([tmp_path / "in"], url(tmp_path / "index"), settings=SETTINGS)
    return tmp_path / "index"


@pytest.mark.parametrize("size", [0, 4_000, 20_000])
def test_writes_that_fail_midway_are_a_sentence(index: Path, size: int) -> None:
    """A build whose writes fail from some size on ends with a sentence and a way out, and what was in force stays."""
    before = truth(index)
    write(index.parent / "in", {"丁.txt": "\n\n".join(f"第{number}段说的是对口帮扶的事。" for number in range(400))})
    ended = bangfu("build", index.parent / "in", "--index", index, preexec_fn=limited_to(size))
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert "请" in ended.stderr
    assert truth(index) == before
    assert bangfu("build", index.parent / "in", "--index", index).returncode == 0
    assert not check(url(index), SETTINGS).faults


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(disk)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("this user may not mount a file system; the refusing layer and the limit on sizes stand in for it")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_full_disk_keeps_what_was_in_force(small_disk: Path, tmp_path: Path) -> None:
    """On a disk with too little room for the next generation: a sentence, the old generation whole, nothing left behind that keeps the
    disk full, and a smaller build goes through at once."""
    sources, index = tmp_path / "in", small_disk / "index"
    write(sources, TEXTS)
    build([sources], url(index), settings=SETTINGS)
    before, used = truth(index), shutil.disk_usage(small_disk).used
    lines = (f"第{number}年对口帮扶资金{number * 37}万元，用于{chr(0x4E00 + number % 20_000)}项目。" for number in range(4_000))
    write(sources, {"大.txt": "\n\n".join(lines)})
    ended = bangfu("build", sources, "--index", index)
    assert ended.returncode == 2
    assert "已满" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert truth(index) == before
    assert not check(url(index), SETTINGS).faults
    assert shutil.disk_usage(small_disk).used < used + 300_000
    (sources / "大.txt").unlink()
    write(sources, {"小.txt": "2021年，东江区又派出三名医生。\n"})
    assert bangfu("build", sources, "--index", index).returncode == 0


def powerless() -> list[str]:
    """How a command is started that heeds permissions, where this user is above them."""
    return ["setpriv", "--bounding-set", "-dac_override"] if os.getuid() == 0 else []


def test_a_folder_that_may_not_be_written_is_a_sentence(index: Path) -> None:
    """An index that may only be read: searching and checking work, building, going back and backing up are refused with a sentence."""
    if powerless() and not shutil.which("setpriv"):
        pytest.skip("root is above permissions, and there is no setpriv to bring it below them")
    for path in (index, *index.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert bangfu("search", "帮扶", "--index", index, before=powerless()).returncode == 0
        assert bangfu("check", "--index", index, before=powerless()).returncode == 0
        write(index.parent / "in", {"丁.txt": "2021年又一篇。\n"})
        (index.parent / "shut").mkdir(mode=0o555)
        for words in (("build", index.parent / "in"), ("rollback",), ("restore",)):
            ended = bangfu(*words, "--index", index, before=powerless())
            assert ended.returncode in (2, 3), words
            assert "请" in ended.stderr, words
            assert "Traceback" not in ended.stderr, words
        ended = bangfu("build", index.parent / "in", "--index", index.parent / "shut" / "index", before=powerless())
        assert (ended.returncode, "没有权限" in ended.stderr) == (2, True)
    finally:
        for path in (index, *index.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_clock_that_runs_backwards_changes_nothing(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each build an hour before the last: the newest build is in force, going back leads to the one before it, the newest copy of the
    ledger is the last one taken."""

    class Backwards(datetime):
        hours = 0

        @classmethod
        def now(cls, tz: Any = None) -> Backwards:  # noqa: ARG003
            cls.hours += 1
            moment = datetime(2020, 1, 1, tzinfo=UTC) - timedelta(hours=cls.hours)
            return cls(moment.year, moment.month, moment.day, moment.hour, tzinfo=UTC)

    monkeypatch.setattr(generation, "datetime", Backwards)
    monkeypatch.setattr(guard, "datetime", Backwards)
    said = [truth(index)]
    for year in range(2021, 2025):
        write(index.parent / "in", {"丁.txt": f"{year}年，东江区又派出三名医生。\n"})
        build([index.parent / "in"], url(index), settings=SETTINGS)
        said.append(truth(index))
        for old, copy in enumerate(reversed(guard.copies(index / "ledger.sqlite3"))):  # as the clock would have stamped them
            os.utime(copy, (1e9 - old * 3600, 1e9 - old * 3600))
        assert f"{year}年" in str(said[-1]["texts"])
        assert not check(url(index), SETTINGS).faults
    numbers = [int(copy.name.split(".")[0]) for copy in guard.copies(index / "ledger.sqlite3")]
    assert numbers == [4, 3, 2]
    roll_back(url(index))
    assert truth(index) == said[-2]


def test_of_several_builders_one_builds(index: Path) -> None:
    """Three builds of one index at once: each ends well or says that another is at work; the index is sound and holds what they all
    read."""
    write(index.parent / "in", {"丁.txt": "2021年，东江区又派出三名医生。\n"})
    command = [sys.executable, "-m", "search", "build", str(index.parent / "in"), "--index", str(index)]
    builders = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) for _ in range(3)]
    ended = [(builder.communicate(timeout=120)[1], builder.returncode) for builder in builders]
    assert any(code == 0 for _, code in ended)
    for said, code in ended:
        assert code == 0 or (code == 2 and "另一个构建" in said), said
        assert "Traceback" not in said
    assert "又派出" in str(truth(index)["texts"])
    assert not check(url(index), SETTINGS).faults


def test_files_in_motion_are_read_once_and_told_of(tmp_path: Path) -> None:
    """Files that are rewritten, removed and renamed while builds run: no build dies, every file it saw is in its report once, and what it
    says of a document is one of the texts that were there, whole."""
    sources, index = tmp_path / "in", tmp_path / "index"
    write(sources, TEXTS)
    texts = {f"第{number}版。{'帮扶' * 50}。" for number in range(40)}
    stop = threading.Event()

    def churn() -> None:
        for turn in range(100_000):
            if stop.is_set():
                return
            path = sources / f"动{turn % 7}.txt"
            if turn % 5 == 0:
                path.unlink(missing_ok=True)
            else:
                beside = tmp_path / "beside"
                beside.write_text(f"第{turn % 40}版。{'帮扶' * 50}。", encoding="utf-8")
                beside.replace(path)

    thread = threading.Thread(target=churn)
    thread.start()
    try:
        for _ in range(6):
            report = build([sources], url(index), settings=SETTINGS, allow_shrink=True)
            names = [file.name for file in report.files]
            assert len(names) == len(set(names))
            assert set(TEXTS) <= set(names)
            assert all(file.reason for file in report.files if file.status == "rejected")
    finally:
        stop.set()
        thread.join()
    found = set(truth(index)["texts"].values())  # type: ignore[attr-defined]
    assert {text for text in found if text.startswith("第")} <= texts
    assert not check(url(index), SETTINGS).faults


def test_a_flipped_bit_changes_no_answer(tmp_path: Path) -> None:
    """Bits flipped in files of an index and its ledger: right answers or none, and `check` tells. Five hundred are `make torture`."""
    outcome = flips.run(tmp_path, 12, random.Random(3))
    assert (outcome["wrong"], outcome["missed"], outcome["crashed"]) == (0, 0, 0)
    assert outcome["told"] == 12
