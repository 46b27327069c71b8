"""7z and RAR archives: their files become sources; what is wrong with one is said in a sentence."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from search.errors import UnreadableSource
from search.reading import packed
from search.reading.collect import collect
from search.reading.found import FoundSource
from search.settings import Settings
from tests.reading.package_maker import make_rar

try:
    libarchive = import_module("libarchive")
except (ImportError, OSError, AttributeError, TypeError):
    pytest.skip("the system has no libarchive", allow_module_level=True)

TEXT = "青山区医疗队在云岭县卫生院义诊，受到群众欢迎。\n".encode()


def _seven_zip(path: Path, files: dict[str, bytes], *, compression: str = "lzma2") -> None:
    with libarchive.file_writer(str(path), "7zip", options=f"compression={compression}") as archive:
        for name, data in files.items():
            archive.add_file_from_memory(name, len(data), data)


def _found(path: Path, settings: Settings | None = None) -> list[FoundSource]:
    return list(collect([path], settings or Settings()))


@pytest.mark.parametrize("compression", ["lzma2", "lzma1", "bzip2", "deflate", "store"])
def test_files_of_a_7z_archive_are_sources(tmp_path: Path, compression: str) -> None:
    """Every usual compression; files in folders keep their path, sidecars beside them speak for them."""
    path = tmp_path / "a.7z"
    _seven_zip(path, {"一/甲.txt": TEXT, "一/甲.toml": 'title = "义诊"'.encode(), "乙.txt": TEXT * 2}, compression=compression)
    found = {one.name: one for one in _found(path)}
    assert set(found) == {"a.7z/一/甲.txt", "a.7z/乙.txt"}
    source, sidecar = found["a.7z/一/甲.txt"].source, found["a.7z/一/甲.txt"].sidecar
    assert source is not None
    assert source.data == TEXT
    assert sidecar is not None
    assert sidecar.title == "义诊"


def test_files_of_a_rar_archive_are_sources(tmp_path: Path) -> None:
    """The same of a RAR archive; a path that leads outside is made harmless."""
    path = tmp_path / "a.rar"
    path.write_bytes(make_rar({"notes.txt": TEXT, "../../up.txt": TEXT}))
    assert sorted(one.name for one in _found(path) if one.source is not None) == ["a.rar/notes.txt", "a.rar/up.txt"]


def test_an_archive_cut_off_is_said_to_be_damaged(tmp_path: Path) -> None:
    """Half a file gives a sentence, for both kinds; so does a mere signature."""
    whole = tmp_path / "whole.7z"
    _seven_zip(whole, {"a.txt": TEXT * 50})
    for name, data in {
        "cut.7z": whole.read_bytes()[:-40],
        "cut.rar": make_rar({"a.txt": TEXT * 50})[:-500],
        "bare.7z": packed.SEVEN_ZIP,
        "bare.rar": packed.RAR + b"\0",
    }.items():
        path = tmp_path / name
        path.write_bytes(data)
        (only,) = _found(path)
        assert only.source is None
        assert "损坏" in str(only.reason) or "没有可收录" in str(only.reason)


def test_an_encrypted_archive_is_said_to_be_so(tmp_path: Path) -> None:
    """A password is asked of the user, not guessed."""
    path = tmp_path / "a.rar"
    path.write_bytes(make_rar({"a.txt": TEXT}, flags=0x04))
    (only,) = _found(path)
    assert only.source is None
    assert "密码" in str(only.reason)


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    """What grows beyond any honest ratio is broken off; one a little below the limit is read."""
    path = tmp_path / "a.7z"
    _seven_zip(path, {"a.txt": bytes(3 * 2**20)})
    (only,) = _found(path, Settings(max_compression_ratio=10))
    assert "炸弹" in str(only.reason)
    assert _found(path, Settings(max_compression_ratio=1_000_000))[0].source is not None


def test_without_the_library_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """No library of the system's, or no binding: how to get it, never a stack trace."""

    def missing(_: str) -> None:
        raise TypeError("LoadLibrary() argument 1 must be str, not None")

    monkeypatch.setattr(packed, "import_module", missing)
    with pytest.raises(UnreadableSource) as refused:
        list(packed.packed_files(packed.SEVEN_ZIP, Settings(), lambda _: True))
    assert "bangfu[archives]" in refused.value.hint
