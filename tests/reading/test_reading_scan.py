"""Scans: what OCR finds becomes lines of the page model; without the extra a sentence says how to install it."""

from __future__ import annotations

import io
import json
import math
import os
import shutil
import struct
import subprocess
import sys
import threading
import zlib
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from search.errors import UnreadableSource
from search.model import Source
from search.reading import read
from search.reading.found import source_of
from search.reading.ocr import desks, is_installed, scan
from search.reading.ocr.desk import DESK, Desk
from search.reading.ocr.sheet import ScannedLine, scanned_sheet, tilted
from search.reading.page import arranged
from search.settings import Settings
from tests.reading.pdf_maker import Text, make_pdf

SETTINGS = Settings()
needs_ocr = pytest.mark.skipif(not is_installed(), reason="the extra bangfu[ocr] is not installed")
SIZE = 10.0
WIDTH, HEIGHT = 600.0, 800.0
COLUMN = ["临近年底各地农产品贸易捷报频传，呈快", "速增长势头，为今年农产品市场的年终总", "结增添了不少看点，受到群众普遍欢迎。"]


def line_at(x: float, y: float, text: str, *, upright: bool = False, angle: float = 0.0, score: float = 0.98) -> ScannedLine:
    """What the finder gives for a line that begins at a place: a box that reaches beyond the ink, turned about the page's middle."""
    more = 1.5
    blank = 0.5 * SIZE * text.endswith(("，", "。", "；"))  # the ink of a mark ends in the middle of its square
    length, thick = SIZE * len(text) - blank + 2 * more, SIZE * 0.93 + 2 * more
    wide, high = (thick, length) if upright else (length, thick)
    corners = []
    for dx, dy in ((0, 0), (wide, 0), (wide, high), (0, high)):
        px, py = x - more + dx - WIDTH / 2, y - more + dy - HEIGHT / 2
        cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        corners.append((px * cosine - py * sine + WIDTH / 2, px * sine + py * cosine + HEIGHT / 2))
    return ScannedLine(tuple(corners), text, score)


def texts_of(lines: list[ScannedLine]) -> list[str]:
    """The texts of the page model's lines, without indents."""
    sheet, _ = scanned_sheet(lines, WIDTH, HEIGHT)
    return [line.text.strip() for line in arranged([sheet]).lines if line.text.strip()]


def two_columns(angle: float) -> list[ScannedLine]:
    """Three lines in each of two columns, a character apart, in the order of their heights."""
    right = ["根据最新统计数据今年前十一个月，该省", "口岸检验放行的出口食品农产品同比增长", "四成以上，实现了高门槛下的持续增长。"]
    rows = []
    for row in range(3):
        rows += [line_at(100, 100 + 16 * row, COLUMN[row], angle=angle), line_at(290, 100 + 16 * row, right[row], angle=angle)]
    return rows


@pytest.mark.parametrize("angle", [0.0, 1.3, -4.0])
def test_columns_come_one_after_the_other(angle: float) -> None:
    """The order of the finder is that of heights; columns are told by geometry, on a page that lies askew too."""
    found = texts_of(two_columns(angle))
    assert found[:3] == COLUMN
    assert len(found) == 6


def test_skew_is_measured_and_boxes_lie_where_they_were() -> None:
    """The page is turned back by what its lines say, and a line's box is given on the page as scanned."""
    lines = two_columns(2.0)
    sheet, angle = scanned_sheet(lines, WIDTH, HEIGHT)
    assert angle == pytest.approx(-2.0, abs=0.05)
    piece = next(piece for piece in sheet.pieces if piece.text == COLUMN[2])
    box = tilted(sheet.shown(piece.box), angle, WIDTH, HEIGHT)
    corners = next(line.corners for line in lines if line.text == COLUMN[2])
    assert box[0] == pytest.approx(min(x for x, _ in corners), abs=SIZE)
    assert box[1] <= sum(y for _, y in corners) / 4 <= box[3]


def test_one_line_that_sticks_out_hides_no_gutter() -> None:
    """A box that reaches a little into the gutter is brought to the edge of its neighbours."""
    lines = two_columns(0.0)
    rows = 6
    more = [line_at(100, 148 + 16 * row, COLUMN[row % 3]) for row in range(rows)]
    more += [line_at(290, 148 + 16 * row, COLUMN[row % 3]) for row in range(rows)]
    x0, y0 = lines[1].corners[0]
    far = lines[1].corners[1][0]
    lines[1] = ScannedLine(((x0 - 7, y0), (far, y0), (far, y0 + 12.3), (x0 - 7, y0 + 12.3)), lines[1].text, 0.98)
    assert texts_of(lines + more)[:3] == COLUMN


def test_vertical_columns_read_from_the_right_and_rows_beside_them_too() -> None:
    """On a page of columns a row of characters is read from right to left; Latin and figures are not turned round."""
    lines = [line_at(400 - 20 * n, 100, text, upright=True) for n, text in enumerate(COLUMN)]
    assert texts_of(lines) == COLUMN
    assert "第四版" in texts_of([*lines, line_at(100, 60, "版四第")])
    assert "1940年" in texts_of([*lines, line_at(100, 60, "1940年")])


def test_marks_beside_chinese_are_written_wide() -> None:
    """The model gives narrow marks; between figures they stay."""
    lines = [line_at(100, 100, "投入资金10,255元,用于(教育)等:甲;"), line_at(100, 120, "at 10:30 (noon), yes")]
    assert texts_of(lines) == ["投入资金10,255元，用于（教育）等：甲；", "at 10:30 (noon), yes"]


def test_pictures_without_the_extra_say_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture and an image-only PDF are refused with the command that installs what reads them."""
    monkeypatch.setattr(scan, "is_installed", lambda: False)
    monkeypatch.setattr("search.reading.pdf.is_installed", lambda: False)
    for name, data in (
        ("甲.png", b"\x89PNG\r\n\x1a\n" + bytes(60)),
        ("乙.jpg", b"\xff\xd8\xff\xe0" + bytes(60)),
        ("丙.pdf", make_pdf([[]] * 3)),
    ):
        with pytest.raises(UnreadableSource) as caught:
            read(source_of(name, data), SETTINGS)
        assert "bangfu[ocr]" in caught.value.hint


def test_a_kept_page_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read of a page lies beside the index under the digest of its file; half a page, or another model's, is read again."""
    settings = Settings(ocr_cache=str(tmp_path))
    source = source_of("甲.png", b"\x89PNG\r\n\x1a\n" + bytes(60))
    asked: list[int] = []
    answer = {"width": WIDTH, "height": HEIGHT, "lines": [[line.corners, line.text, line.score] for line in two_columns(0.0)]}

    def page(_self: Desk, _name: str, _data: bytes, number: int, _settings: Settings) -> dict[str, object]:
        asked.append(number)
        return json.loads(json.dumps(answer))  # type: ignore[no-any-return]

    monkeypatch.setattr(Desk, "page", page)
    for _ in range(2):
        pages, _warnings = scan.scanned_pages(source, [1, 2], settings)
        assert len(pages[2].sheet.pieces) == 6
    assert sorted(asked) == [1, 2]
    kept = next(tmp_path.rglob("*-1.json"))
    kept.write_bytes(kept.read_bytes()[:-20])
    other = next(tmp_path.rglob("*-2.json"))
    other.write_text(other.read_text("utf-8").replace(scan.MODEL, "another"), "utf-8")
    scan.scanned_pages(source, [1, 2], settings)
    assert sorted(asked) == [1, 1, 2, 2]


def test_pages_of_one_scan_are_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With two seats two pages are read at once, each kept; where another build has one of them, one after the other."""
    fcntl = pytest.importorskip("fcntl")
    monkeypatch.setattr(desks, "seats", lambda _: 2)
    monkeypatch.setattr(desks, "_WAIT", 0.01)
    settings = Settings(ocr_cache=str(tmp_path))
    at_once: list[int] = []
    reading: list[int] = []
    both = threading.Event()

    def page(_self: Desk, _name: str, _data: bytes, number: int, _settings: Settings) -> dict[str, object]:
        reading.append(number)
        at_once.append(len(reading))
        if len(reading) == 2:
            both.set()
        both.wait(patience[0])
        reading.remove(number)
        return {"number": number} if number != 3 else {"error": "slow"}

    monkeypatch.setattr(Desk, "page", page)
    patience = [20.0]
    kept: list[int] = []
    answers = desks.read_pages("a", b"", [1, 2, 3, 4], settings, lambda number, _: kept.append(number))
    assert (sorted(answers), sorted(kept), max(at_once)) == ([1, 2, 3, 4], [1, 2, 4], 2)
    both.clear()
    at_once.clear()
    patience[0] = 0.05
    with (tmp_path / "seat-1").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        answers = desks.read_pages("a", b"", [1, 2, 3, 4], settings, lambda *_: None)
    assert (sorted(answers), max(at_once)) == ([1, 2, 3, 4], 1)


def test_a_page_whose_process_cannot_be_started_is_left_to_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no further process can be started every page is read all the same."""
    monkeypatch.setattr(desks, "seats", lambda _: 2)

    def page(self: Desk, _name: str, _data: bytes, number: int, _settings: Settings) -> dict[str, object]:
        if self is not DESK:
            raise OSError("no process")
        return {"number": number}

    monkeypatch.setattr(Desk, "page", page)
    assert sorted(desks.read_pages("a", b"", range(1, 9), Settings(ocr_cache=str(tmp_path)), lambda *_: None)) == list(range(1, 9))


@pytest.mark.parametrize(("memory", "count"), [(2**60, 1), (2**20, None)])
def test_there_are_as_many_seats_as_memory_holds(memory: int, count: int | None) -> None:
    """A process that wants more than the machine has is still one; small ones are bounded by the cores."""
    assert desks.seats(Settings(max_ocr_memory_bytes=memory)) == (count or min(os.cpu_count() or 1, 16))


@pytest.mark.parametrize(
    ("constant", "value", "count"), [("search.reading.ocr.desks._MOST", 2, 2), ("search.reading.ocr.desks._OF_MEMORY", 0.1, 10)]
)
def test_a_large_machine_has_no_more_seats_than_allowed(monkeypatch: pytest.MonkeyPatch, constant: str, value: float, count: int) -> None:
    """Of 64 cores and 100 GB a scan takes sixteen processes of one GB; less with another bound, or another share of the memory."""
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "sysconf", {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 100 * 2**18}.__getitem__)
    settings = Settings(max_ocr_memory_bytes=2**30)
    assert desks.seats(settings) == 16
    monkeypatch.setattr(constant, value)
    assert desks.seats(settings) == count


def test_a_page_that_fails_is_a_warning_and_a_file_that_fails_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """One page too slow of two is said in a warning; where none could be read the file is refused with the reason."""
    source = source_of("甲.png", b"\x89PNG\r\n\x1a\n" + bytes(60))
    good = {"width": WIDTH, "height": HEIGHT, "lines": [[line.corners, line.text, line.score] for line in two_columns(0.0)]}
    monkeypatch.setattr(Desk, "page", lambda _self, _n, _d, number, _s: good if number == 1 else {"error": "slow"})
    pages, warnings = scan.scanned_pages(source, [1, 2], SETTINGS)
    assert (list(pages), len(warnings)) == ([1], 1)
    monkeypatch.setattr(Desk, "page", lambda *_: {"error": "greedy"})
    with pytest.raises(UnreadableSource, match="内存"):
        scan.scanned_pages(source, [1], SETTINGS)


def huge_png(side: int) -> bytes:
    """A picture of many pixels in few bytes."""
    row = b"\0" + bytes(side // 8)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(row * 100) for _ in range(side // 100)) + packer.flush()

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def many_pages(count: int) -> bytes:
    """A TIFF of so many pages of one pixel."""
    out = bytearray(b"II*\0" + struct.pack("<I", 8))
    for number in range(count):
        tags = [(256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, 4), (277, 1), (278, 1), (279, 1)]
        body = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
        following = len(out) + len(body) + 4 if number + 1 < count else 0
        out += body + struct.pack("<I", following)
    return bytes(out)


@needs_ocr
@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("巨.png", huge_png(40_000), "过大"),
        ("多.tif", many_pages(5_000), "上限"),
        ("断.png", huge_png(800)[:90], "损坏"),
        ("假.jpg", b"\xff\xd8\xff\xe0" + bytes(400), "损坏"),
        ("白.png", huge_png(800), "没有认出"),
    ],
)
def test_bad_pictures_are_sentences(name: str, data: bytes, words: str) -> None:
    """Too many pixels, too many pages, cut off, no picture at all, nothing on it: refused in bounded memory."""
    with pytest.raises(UnreadableSource) as caught:
        read(source_of(name, data), SETTINGS)
    assert words in caught.value.message


def scanned_pdf() -> Source:
    """A PDF of one page that is only a picture of lines of text; skips where no font of the system shows Chinese."""
    sheet = make_pdf([[Text(90, 700 - 24 * row, text, 14) for row, text in enumerate(COLUMN)]])
    picture = pypdfium2.PdfDocument(sheet)[0].render(scale=200 / 72).to_pil().convert("L")
    if picture.getextrema()[0] > 100:
        pytest.skip("no font shows Chinese here")
    target = Image.new("L", picture.size, 255)
    target.paste(picture)
    out = io.BytesIO()
    target.rotate(1.0, fillcolor=255).save(out, "PDF", resolution=200)
    return source_of("扫描.pdf", out.getvalue())


@needs_ocr
def test_a_scanned_pdf_is_read(tmp_path: Path) -> None:
    """An image-only PDF, a little askew, gives its lines with boxes and scores."""
    source = scanned_pdf()
    reading = read(source, Settings(ocr_cache=str(tmp_path)))
    assert "".join(line.text.strip() for line in reading.lines) == "".join(COLUMN)
    assert all(line.box is not None and line.score is not None and line.score > 0.8 for line in reading.lines if line.text)
    assert reading.format == "pdf"
    assert list(tmp_path.rglob("*.json"))


@needs_ocr
def test_a_scan_is_read_with_the_network_cut(tmp_path: Path) -> None:
    """In a network of its own without a single interface a scan is read as anywhere: nothing is fetched at run time."""
    alone = ["unshare", "--map-root-user", "--net"]
    if shutil.which("unshare") is None or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no network can be cut off here (unshare --net)")
    (tmp_path / "scan.pdf").write_bytes(scanned_pdf().data)
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from search.reading import read\n"
        "from search.reading.found import source_of\n"
        "from search.settings import Settings\n"
        "reading = read(source_of('scan.pdf', Path(sys.argv[1]).read_bytes()), Settings())\n"
        "print(''.join(line.text.strip() for line in reading.lines))\n"
    )
    command = [*alone, sys.executable, "-c", code, str(tmp_path / "scan.pdf")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert (done.returncode, done.stdout.strip()) == (0, "".join(COLUMN)), done.stderr[-400:]


@needs_ocr
def test_no_socket_is_opened() -> None:
    """The models lie in the wheel: the process that reads pages can open no socket, not even the one a library tries its luck with."""
    code = (
        "import numpy as np, socket\n"
        "from search.reading.ocr.worker import refuse_sockets\n"
        "refuse_sockets()\n"
        "from search.reading.ocr.engine import OcrModels\n"
        "picture = np.full((300, 800), 255, np.uint8); picture[100:140, 100:600:20] = 0\n"
        "OcrModels().lines(picture)\n"
        "try:\n    socket.socket()\nexcept OSError:\n    print('closed')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "closed\n"), done.stderr[-400:]
