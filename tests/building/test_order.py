"""The last steps of a build come in the order that a kill or a power cut between any two of them needs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from search import build
from search.building import build as building
from search.building.base import Input
from search.building.outcomes import Spool
from search.building.report import FileReport
from search.engine.choice import open_writer
from search.engine.port import Manifest, Writer
from search.links import Ledger
from search.links.ledger import Ledger as RealLedger

TEXT = "2019年，密云区开展消费扶贫，带动受援地区群众增收。\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A document."""
    file = tmp_path / "甲.txt"
    file.write_text(TEXT, encoding="utf-8")
    return file


def test_the_ledger_records_between_commit_and_publish(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Committed, recorded, put in force: no id is served that the ledger lacks, none is recorded that is not on the disk."""
    steps: list[str] = []
    real_open, real_record = open_writer, RealLedger.record

    def opened(*place: Any, **how: Any) -> Writer:
        made = real_open(*place, **how)
        real_commit, real_publish = made.commit, made.publish

        def commit(tell: Any = None) -> Manifest:
            manifest = real_commit(tell)
            steps.append("committed")
            return manifest

        def publish() -> None:
            steps.append("publishing")
            real_publish()

        monkeypatch.setattr(made, "commit", commit)
        monkeypatch.setattr(made, "publish", publish)
        return made

    def record(ledger: Ledger, *what: Any, **how: Any) -> Any:
        report = real_record(ledger, *what, **how)
        steps.append("recorded")
        return report

    monkeypatch.setattr(building, "open_writer", opened)
    monkeypatch.setattr(RealLedger, "record", record)
    build([source], f"whoosh:{tmp_path / 'index'}")
    assert steps == ["committed", "recorded", "publishing"]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="reads the names of open files from /proc")
def test_all_is_on_the_disk_before_it_is_in_force(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When CURRENT is renamed, every file of the generation, its folder, its manifest and CURRENT's own content have been synced, and the
    folder of CURRENT is right after."""
    events: list[tuple[str, str]] = []
    real_sync, real_replace = os.fsync, os.replace

    def sync(descriptor: int) -> None:
        real_sync(descriptor)
        events.append(("synced", os.readlink(f"/proc/self/fd/{descriptor}")))

    def replace(old: Any, new: Any, **how: Any) -> None:
        events.append(("renaming", str(old)))
        real_replace(old, new, **how)
        events.append(("renamed", str(new)))

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "replace", replace)
    index = tmp_path / "index"
    build([source], f"whoosh:{index}")
    renamed = events.index(("renamed", str(index / "CURRENT")))
    (generation,) = (path for path in index.iterdir() if path.is_dir() and path.name.startswith("2"))
    synced = {name for what, name in events[:renamed] if what == "synced"}
    written = {name for what, name in events[:renamed] if what == "renaming"}
    for path in (*generation.iterdir(), generation):
        # What was renamed into place was synced under its other name.
        assert str(path) in synced or any(name in synced for name in written if path.name in name), path.name
    assert events[renamed - 1][1] in synced
    assert ("synced", str(index)) in events[renamed:]


def test_an_outcome_that_was_altered_is_not_taken(tmp_path: Path) -> None:
    """Every byte of the record counts: an outcome whose checksum does not fit, and all behind it, is not known to the next build."""
    path = tmp_path / "build.spool"
    items = [Input(f"{at}.txt", f"{at}", f"digest{at}", 10) for at in range(3)]
    with Spool(path, "head") as spool:
        for item in items:
            spool.add(item, FileReport(item.name, "rejected", "空白。"))
    whole = path.read_bytes()
    with Spool(path, "head") as spool:
        assert spool.known(items) == items
    middle = len(whole) * 2 // 3 - 8
    path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    with Spool(path, "head") as spool:
        assert items[0] in spool.known(items)
        assert items[1] not in spool.known(items)
        assert items[2] not in spool.known(items)
