"""Collecting: names, order, doubles, limits, and what cannot be opened."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.reading import collect
from search.reading.archive import safe_name
from search.reading.collect import display_name
from search.reading.sidecar import metadata_of, read_sidecar
from search.settings import Settings
from tests.reading.hostile import BODY

SETTINGS = Settings()


def write(path: Path, text: str = BODY) -> Path:
    """A text file, its folders made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_names_are_relative_and_in_order(tmp_path: Path) -> None:
    """Names are paths below the folder given, in the order of names, whatever the system's order."""
    for name in ("b.txt", "a/z.txt", "a.txt", "C.txt", "子/甲.txt"):
        write(tmp_path / name)
    assert [found.name for found in collect([tmp_path], SETTINGS)] == ["C.txt", "a/z.txt", "a.txt", "b.txt", "子/甲.txt"]


def test_two_folders_may_hold_the_same_name(tmp_path: Path) -> None:
    """The second source of a name is told apart by its folder; a file given twice comes once."""
    first, second = write(tmp_path / "one" / "x.txt"), write(tmp_path / "two" / "x.txt", BODY * 2)
    found = list(collect([first.parent, second.parent, first], SETTINGS))
    assert [item.name for item in found] == ["x.txt", "two/x.txt"]
    assert [item.source and item.source.name for item in found] == ["x.txt", "two/x.txt"]


def test_a_missing_path_is_reported(tmp_path: Path) -> None:
    """A path that does not exist is a rejection among the others, without the machine's folders in it."""
    found = list(collect([tmp_path / "没有", write(tmp_path / "a.txt")], SETTINGS))
    assert [(item.name, bool(item.reason)) for item in found] == [("没有", True), ("a.txt", False)]
    assert str(tmp_path) not in (found[0].reason or "")


def test_large_files_are_refused_unread(tmp_path: Path) -> None:
    """The size limit holds before a file is read, for members of an archive too."""
    small = Settings(max_source_bytes=1000)
    write(tmp_path / "a.txt", BODY * 20)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("b.txt", BODY * 20)
    (tmp_path / "b.zip").write_bytes(buffer.getvalue())
    assert [(item.name, "过大" in (item.reason or "")) for item in collect([tmp_path], small)] == [("a.txt", True), ("b.zip/b.txt", True)]


def test_an_archive_stops_at_its_limit(tmp_path: Path) -> None:
    """What an archive expands to in all is bounded; the members within the bound are read."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"{number}.txt", BODY * 10)
    (tmp_path / "a.zip").write_bytes(buffer.getvalue())
    size = len((BODY * 10).encode())
    found = list(collect([tmp_path], Settings(max_expanded_bytes=size * 2)))
    assert [bool(item.source) for item in found] == [True, True, False, False]


def test_unreadable_files_are_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without permission is a rejection; the rest goes on."""
    write(tmp_path / "a.txt")
    write(tmp_path / "b.txt")
    opened = Path.open

    def refuse(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == "a.txt":
            raise PermissionError
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    found = list(collect([tmp_path], SETTINGS))
    assert [(item.name, item.reason) for item in found] == [("a.txt", "没有读取权限。"), ("b.txt", None)]


@given(st.text())
def test_member_names_stay_below_their_archive(name: str) -> None:
    """Whatever an archive calls its member, the name is relative, printable and never climbs."""
    parts = safe_name(name).split("/")
    assert all(part not in {"", ".", ".."} for part in parts)
    assert "\\" not in safe_name(name)
    assert not any(ord(character) < 32 for character in safe_name(name))


@given(st.binary(max_size=60))
def test_any_file_name_can_be_shown(raw: bytes) -> None:
    """Names of any bytes become printable text that UTF-8 can carry."""
    name = display_name(raw.decode("utf-8", errors="surrogateescape"))
    assert name.isprintable() or not name
    name.encode("utf-8")


@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda text: f"title = '''{text}'''".encode(errors="replace"))))
def test_no_sidecar_stops_a_build(data: bytes) -> None:
    """Any bytes as a sidecar give metadata and warnings, never an exception."""
    metadata, warnings = read_sidecar(data)
    assert metadata is not None
    assert all(warning.strip() for warning in warnings)


def test_every_key_of_a_sidecar_is_understood() -> None:
    """English and Chinese keys, lists and single values, ranges of years; what makes no sense is a warning."""
    said = {
        "标题": "题", "subtitle": "副", "作者": "某", "publication": "北京日报", "date": "2020年3月1日", "版次": "05", "url": "http://x.cn",
        "regions": "北京市；河北省/承德市", "years": ["2018-2020", 2016], "programs": ["consumption"], "forbid_regions": ["合作市"],
        "forbid_years": [1999], "forbid_programs": "finance", "未知": 1, "year": "昨年",
    }  # fmt: skip
    metadata, warnings = metadata_of(said, "旁注")
    assert (metadata.title, metadata.page_label, metadata.year) == ("题", "05", 2020)
    assert metadata.regions == ("北京市", "河北省/承德市")
    assert metadata.years == (2018, 2019, 2020, 2016)
    assert (metadata.forbid_years, metadata.forbid_programs) == ((1999,), ("finance",))
    assert len(warnings) == 2


def test_a_link_inside_an_archive_is_not_followed(tmp_path: Path) -> None:
    """A symbolic link in a ZIP is refused with a reason, and the files beside it are read."""
    link = zipfile.ZipInfo("链接.txt")
    link.create_system = 3
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "包.zip", "w") as archive:
        archive.writestr(link, "../../etc/hostname")
        archive.writestr("正文.txt", "密云区帮扶滦平县。\n")
    found = {one.name: one for one in collect([tmp_path / "包.zip"], Settings())}
    assert found["包.zip/链接.txt"].source is None
    assert "符号链接" in (found["包.zip/链接.txt"].reason or "")
    assert found["包.zip/正文.txt"].source is not None
