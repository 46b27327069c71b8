"""Where walking a folder, the processes that read, and the pictures they draw change path: on either side of each constant, made small."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from PIL import Image

from search.reading import limited, limited_tasks
from search.reading.collect import collect, expanded
from search.reading.limited import _LimitedReader
from search.reading.ocr import desk
from search.reading.ocr.desk import Desk
from search.reading.page_picture_worker import drawn
from search.reading.pdf_worker import _advance, extract
from search.settings import Settings
from tests.house.constants import patch_constant
from tests.reading.pdf_maker import Text, make_pdf

SETTINGS = Settings()
SAYS = "两地干部在田间地头共同商量来年怎么种怎么卖。\n"


def test_folders_are_entered_to_a_depth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies two folders deep is read, what lies three deep is not, and that is said."""
    patch_constant(monkeypatch, "search.reading.collect._MAX_DEPTH", 2)
    deep = tmp_path / "甲" / "乙" / "丙"
    deep.mkdir(parents=True)
    for folder in (deep.parent, deep):
        (folder / "a.txt").write_text(SAYS, encoding="utf-8")
    found = {one.name: one.reason for one in collect([tmp_path], SETTINGS)}
    assert found == {"甲/乙/a.txt": None, "甲/乙/丙": "文件夹套了超过 2 层，不再进入。"}


def test_letters_in_letters_are_opened_to_a_depth(monkeypatch: pytest.MonkeyPatch) -> None:
    """The letter in a letter is opened, and the one in that; the next is not, and that is said."""
    patch_constant(monkeypatch, "search.reading.collect._MAX_ENCLOSED", 2)
    letter = f"From: a@b\nSubject: c\nContent-Type: text/plain; charset=utf-8\n\n{SAYS}"
    for at in range(3):
        head = f"From: a@b\nSubject: s{at}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b{at}\n\n"
        said = f"--b{at}\nContent-Type: text/plain; charset=utf-8\n\n{SAYS}\n--b{at}\nContent-Type: message/rfc822\n\n"
        letter = f"{head}{said}{letter}\n--b{at}--\n"
    reasons = [one.reason for one in expanded("a.eml", letter.encode(), None, (), SETTINGS)]
    assert [str(reason) for reason in reasons if reason] == ["邮件层层套附，不再展开。"]
    assert len(reasons) == 4


def test_a_large_sidecar_is_read_in_a_limited_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sidecar of so many bytes is read here, one of a byte more as a task of a limited process; both say the same."""
    monkeypatch.setattr(limited_tasks, "INSIDE", True)
    patch_constant(monkeypatch, "search.reading.collect._PARSED_HERE", 12)
    asked: list[int] = []
    usual = limited.run

    def counted(task: str, data: bytes, *, settings: Settings) -> object:
        asked.append(len(data))
        return usual(task, data, settings=settings)

    monkeypatch.setattr(limited, "run", counted)
    for name, sidecar in (("a", 'title = "ab"'), ("b", 'title = "abc"')):
        (tmp_path / f"{name}.txt").write_text(SAYS, encoding="utf-8")
        (tmp_path / f"{name}.toml").write_text(sidecar, encoding="utf-8")
    titles = [one.sidecar.title for one in collect([tmp_path], SETTINGS) if one.sidecar]
    assert titles == ["ab", "abc"]
    assert asked == [13]


@pytest.mark.parametrize(("served", "usable"), [(2, True), (3, False)])
def test_a_process_reads_so_many_files(served: int, usable: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that has read its last file is not asked again."""
    patch_constant(monkeypatch, "search.reading.limited._FILES_A_PROCESS", 3)
    process = cast(_LimitedReader, SimpleNamespace(memory=1, served=served, is_alive=True))
    assert _LimitedReader.is_usable(process, 1) is usable


def test_the_process_of_scans_is_started_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many requests the next page is asked of another process, in which the file is opened first."""
    patch_constant(monkeypatch, "search.reading.ocr.desk._REQUESTS_A_PROCESS", 3)
    package = tmp_path / "search" / "reading" / "ocr"
    package.mkdir(parents=True)
    for folder in (package, package.parent, package.parent.parent):
        (folder / "__init__.py").touch()
    (package / "worker.py").write_text(
        "import json, os, sys\n"
        "while line := sys.stdin.buffer.readline():\n"
        "    sys.stdin.buffer.read(json.loads(line).get('open', 0))\n"
        "    print(json.dumps({'process': os.getpid()}), flush=True)\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(desk, "_ROOT", str(tmp_path))
    asking = Desk()
    answers = [asking.count("a", b"data", SETTINGS), *(asking.page("a", b"data", number, SETTINGS) for number in (1, 2, 3))]
    asking._process.close()
    processes = [answer["process"] for answer in answers]
    assert processes[0] == processes[1] == processes[2] != processes[3]


@pytest.mark.parametrize(("high", "drawn_to"), [(10, (5, 5)), (11, None)])
def test_a_picture_of_so_many_pixels_is_opened(
    high: int, drawn_to: tuple[int, int] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred pixels are drawn, eleven rows of ten are refused."""
    patch_constant(monkeypatch, "search.reading.page_picture_worker._MOST_OPENED", 100)
    Image.new("RGB", (10, high)).save(tmp_path / "a.png")
    if drawn_to is None:
        with pytest.raises(ValueError, match="too many pixels"):
            drawn(str(tmp_path / "a.png"), 1, 5)
    else:
        assert _size(drawn(str(tmp_path / "a.png"), 1, 5)) == drawn_to


@pytest.mark.parametrize(("width", "wide"), [(100, 100), (200, 120)])
def test_a_page_is_drawn_of_so_many_pixels(width: int, wide: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page is as wide as it is asked for, up to that number of pixels in all."""
    patch_constant(monkeypatch, "search.reading.page_picture_worker._MOST_DRAWN", 120 * 170)
    (tmp_path / "a.pdf").write_bytes(make_pdf([[Text(50, 700, "茶")]]))
    assert abs(_size(drawn(str(tmp_path / "a.pdf"), 1, width))[0] - wide) <= 1


def _size(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as picture:
        return picture.size


@pytest.mark.parametrize(("reach", "told"), [(19.0, 19.0), (21.0, 20.0)])
def test_a_character_reaches_so_many_em(reach: float, told: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """A box that reaches farther is that of no character."""
    patch_constant(monkeypatch, "search.reading.pdf_worker._WIDEST", 2)
    box = SimpleNamespace(left=0.0, right=reach, top=10.0, bottom=0.0)
    assert _advance(box, 0.0, 0.0, 1.0, 0.0, 10.0) == told


@pytest.mark.parametrize("kept", [0, 1, 10_000])
def test_styles_kept_change_nothing(kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many styles are kept, a page is told alike."""
    data = make_pdf([[Text(50, 700 - 20 * at, "茶园", 8 + at) for at in range(4)]])
    expected = extract(data, 9, 1000)
    patch_constant(monkeypatch, "search.reading.pdf_worker._MAX_STYLES", kept)
    assert extract(data, 9, 1000) == expected
