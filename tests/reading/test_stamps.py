"""A file that has not changed is known by its stamp and not read; whatever may have changed is read."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from search import build, open_library
from search.reading import FoundSource, collect
from search.reading.stamps import FILE_NAME, KnownFiles
from search.settings import Settings
from tests.house.constants import patch_constant


def walked(folder: Path, known: KnownFiles) -> dict[str, FoundSource]:
    """What a walk gives, by name; what it met is known for the next."""
    found = {one.name: one for one in collect([folder], Settings(), known)}
    for one in found.values():
        if one.source is not None and one.path:
            known.note(one.path, one.stamp, one.source.sha256)
    return found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two texts, one described, and an archive; a stamp is believed at once."""
    patch_constant(monkeypatch, "search.reading.stamps.SETTLED", 0)
    place = tmp_path / "sources"
    place.mkdir()
    (place / "甲.txt").write_text("北京市对口帮扶滦平县。\n", encoding="utf-8")
    (place / "甲.toml").write_text('title = "一"\n', encoding="utf-8")
    (place / "乙.txt").write_text("上海市对口帮扶遵义市。\n", encoding="utf-8")
    with zipfile.ZipFile(place / "丙.zip", "w") as archive:
        archive.writestr("丁.txt", "天津市对口帮扶承德市。\n")
    return place


def test_what_has_not_changed_is_not_read(folder: Path) -> None:
    """On a second walk texts come unread, with the hash and size they had; members of an archive are looked at again."""
    first = KnownFiles()
    before = walked(folder, first)
    after = walked(folder, KnownFiles(first.met))
    assert [name for name, one in after.items() if one.unread] == ["乙.txt", "甲.txt"]
    for name, one in after.items():
        then = before[name]
        assert one.source
        assert then.source
        assert (one.source.sha256, one.size, one.sidecar) == (then.source.sha256, then.size, then.sidecar)


def test_what_has_changed_is_read(folder: Path) -> None:
    """A text of the same length and with its old time, put in place of the other, is read; so is what is wanted, and a sidecar always."""
    first = KnownFiles()
    walked(folder, first)
    there = folder / "乙.txt"
    then = there.stat()
    there.write_text("上海市对口帮扶文山州。\n", encoding="utf-8")
    os.utime(there, ns=(then.st_atime_ns, then.st_mtime_ns))
    (folder / "甲.toml").write_text('title = "二"\n', encoding="utf-8")
    found = walked(folder, KnownFiles(first.met))
    assert not found["乙.txt"].unread
    assert found["甲.txt"].unread
    assert (sidecar := found["甲.txt"].sidecar)
    assert sidecar.title == "二"
    wanted = walked(folder, KnownFiles(first.met, to_read={str(folder / "甲.txt")}))
    assert (source := wanted["甲.txt"].source)
    assert "滦平" in source.data.decode()


def test_what_has_just_changed_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file changed within the tick of a clock may change again without a trace, so its stamp is not believed."""
    patch_constant(monkeypatch, "search.reading.stamps.SETTLED", 10**18)
    first = KnownFiles()
    walked(folder, first)
    assert not first.met
    assert not [name for name, one in walked(folder, KnownFiles(first.met)).items() if one.unread]


@pytest.mark.parametrize("damage", [b"", b"{", b'{"a": 1}'])
def test_a_list_that_is_damaged_is_none(tmp_path: Path, damage: bytes) -> None:
    """What cannot be read costs a reading and nothing else."""
    path = tmp_path / FILE_NAME
    KnownFiles(met={"/a": ("1", "2")}).save(path)
    assert KnownFiles.load(path).known == {"/a": ("1", "2")}
    path.write_bytes(damage)
    assert KnownFiles.load(path).known == {}
    assert KnownFiles.load(tmp_path / "none").known == {}


def test_a_build_reads_what_changed_and_no_more(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After one change the other texts are not opened, and the index is that of a build from nothing."""
    build([folder], tmp_path / "index")
    (folder / "甲.txt").write_text("北京市对口帮扶滦平县，投入资金300万元。\n", encoding="utf-8")
    opened: list[str] = []
    plain = Path.open

    def noted(path: Path, *said: Any, **named: Any) -> Any:
        opened.append(path.name)
        return plain(path, *said, **named)

    monkeypatch.setattr(Path, "open", noted)
    report = build([folder], tmp_path / "index")
    assert "甲.txt" in opened
    assert "乙.txt" not in opened
    assert [one.status for one in report.files] == ["kept", "kept", "built"]
    build([folder], tmp_path / "other", full=True)
    with open_library(tmp_path / "index") as grown, open_library(tmp_path / "other") as anew:
        assert [hit.passage.text for hit in grown.search("对口帮扶").hits] == [hit.passage.text for hit in anew.search("对口帮扶").hits]
