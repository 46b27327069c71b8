"""Any bytes under any name give a Reading or UnreadableSource, and nothing else."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from search.errors import UnreadableSource
from search.reading import collect, read
from search.reading.found import source_of
from search.settings import Settings
from tests.reading import hostile

SETTINGS = Settings()
SUFFIXES = (
    "",
    ".txt",
    ".md",
    ".html",
    ".pdf",
    ".docx",
    ".doc",
    ".xlsx",
    ".csv",
    ".tsv",
    ".zip",
    ".rtf",
    ".xyz",
    ".xls",
    ".ppt",
    ".odt",
    ".ods",
    ".pptx",
    ".epub",
    ".eml",
    ".mht",
    ".msg",
    ".json",
    ".xml",
    ".srt",
    ".csv/行 3",
    ".xlsx/工作表 甲",
)
STARTS = (
    b"",
    b"{\\rtf1 ",
    b"From: a\nMIME-Version: 1.0\nSubject: b\n\n",
    b"{",
    b"<?xml version='1.0'?><a>",
    b"PK\x03\x04",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07\x00",
    b"Rar!\x1a\x07\x01\x00",
    b"%PDF-1.4\n",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"<html>",
    b"\xd0\xcf\x11\xe0",
    b"---\n",
    b"a,b\n",
)


def must_be_read_or_refused(name: str, data: bytes) -> None:
    """The law itself: numbered lines, or a sentence."""
    try:
        reading = read(source_of(name, data), SETTINGS)
    except UnreadableSource:
        return
    assert [line.number for line in reading.lines] == list(range(1, len(reading.lines) + 1))
    assert any(line.text.strip() for line in reading.lines)
    assert not any("\n" in line.text or "\0" in line.text for line in reading.lines)
    "\n".join(line.text for line in reading.lines).encode("utf-8")


@given(st.sampled_from(STARTS), st.binary(max_size=400), st.sampled_from(SUFFIXES))
def test_any_bytes_under_any_name(start: bytes, rest: bytes, suffix: str) -> None:
    """Bytes at random, some behind the mark of a format."""
    must_be_read_or_refused("甲" + suffix, start + rest)


@given(st.text(max_size=400), st.sampled_from(SUFFIXES))
def test_any_text_under_any_name(text: str, suffix: str) -> None:
    """Text at random, with surrogates and controls, under every extension."""
    must_be_read_or_refused("甲" + suffix, text.encode("utf-8", errors="surrogatepass"))


@cache
def sound_files() -> dict[str, bytes]:
    """One small sound file a format."""
    files: dict[str, bytes] = {}
    for part in (hostile._texts(), hostile._pages(), hostile._office(), hostile._tables(), hostile._pdfs(), hostile._archives()):
        files.update({name: data for name, (data, _) in part.items()})
    return {
        name: files[name]
        for name in ("gb18030.txt", "page.html", "notes.md", "report.docx", "articles.xlsx", "articles.csv", "report.pdf", "many.zip")
    }


@given(
    st.sampled_from(("gb18030.txt", "page.html", "notes.md", "report.docx", "articles.xlsx", "articles.csv", "report.pdf", "many.zip")),
    st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=8)), min_size=1, max_size=6),
    st.floats(0.2, 1),
)
def test_damaged_files(name: str, blows: list[tuple[float, bytes]], kept: float) -> None:
    """Sound files of every format with bytes overwritten and the end cut off."""
    data = bytearray(sound_files()[name])
    for place, blow in blows:
        at = int(place * (len(data) - 1))
        data[at : at + len(blow)] = blow
    must_be_read_or_refused(name, bytes(data[: int(len(data) * kept)]))


def test_damaged_containers_are_walked_through(tmp_path: Path) -> None:
    """Archives and workbooks with every fortieth byte flipped in turn never stop a walk."""
    for name in ("many.zip", "articles.xlsx"):
        sound = sound_files()[name]
        for at in range(0, len(sound), max(1, len(sound) // 40)):
            data = bytearray(sound)
            data[at] ^= 0xFF
            path = tmp_path / name
            path.write_bytes(bytes(data))
            for found in collect([path], SETTINGS):
                assert (found.source is None) == bool(found.reason)
                if found.source is not None:
                    must_be_read_or_refused(found.name, found.source.data)


def test_a_hostile_name_stays_harmless(tmp_path: Path) -> None:
    """File names with line feeds and bytes that are no characters become printable names."""
    for raw in ("甲\n乙.txt".encode(), b"\xff\xfe.txt", "密云".encode("gbk") + b".txt"):
        (tmp_path / os.fsdecode(raw)).write_text(hostile.BODY, encoding="utf-8")
    names = [found.name for found in collect([tmp_path], SETTINGS)]
    assert len(set(names)) == 3
    assert all(name.isprintable() for name in names)
    assert "密云.txt" in names
