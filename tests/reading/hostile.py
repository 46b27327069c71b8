"""A folder of mixed, broken and hostile files, made anew each time: what a user's folder may hold at its worst.

`write_hostile_folder(path)` writes it and says what should become of each file. Deterministic; nothing large is kept.
"""

from __future__ import annotations

import io
import os
import random
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import docx
import openpyxl

from tests.reading.pdf_maker import Text, make_pdf

READ, REJECTED, PASSED_OVER = "read", "rejected", "passed over"
BODY = "截至2019年底，北京市密云区帮助6个受援地区共计实现减贫17万余人，各受援地区均已实现“脱贫摘帽”。"
TRADITIONAL = "截至2019年底，北京市密雲區幫助6個受援地區共計實現減貧17萬餘人，各受援地區均已實現脫貧。"


@dataclass(frozen=True)
class Expectation:
    """`outcome` is one of READ, REJECTED, PASSED_OVER; `words` stand in the reason of a rejection; `sources` are the names of the
    sources that come of a file that holds several, with their outcomes."""

    outcome: str
    words: str = ""
    sources: tuple[tuple[str, str], ...] = ()
    text: str = ""


def write_hostile_folder(path: Path) -> dict[str, Expectation]:
    """Writes the folder and returns what to expect of each file, by name."""
    expected: dict[str, Expectation] = {}
    for part in (_texts(), _pages(), _office(), _tables(), _archives(), _pdfs(), _others()):
        for name, (data, expectation) in part.items():
            target = path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            expected[name] = expectation
    _links(path, expected)
    return expected


_Files = dict[str, tuple[bytes, Expectation]]


def _read(data: bytes, text: str = "") -> tuple[bytes, Expectation]:
    return data, Expectation(READ, text=text)


def _rejected(data: bytes, words: str) -> tuple[bytes, Expectation]:
    return data, Expectation(REJECTED, words)


def _texts() -> _Files:
    prose = "\n".join([BODY] * 6)
    old = "\n".join([TRADITIONAL] * 6)
    noise = random.Random(7).randbytes(6000)
    return {
        "utf8.txt": _read(prose.encode(), BODY),
        "utf8-bom.txt": _read(prose.encode("utf-8-sig"), BODY),
        "utf16-bom.txt": _read(prose.encode("utf-16"), BODY),
        "utf16le.txt": _read(prose.encode("utf-16-le"), BODY),
        "utf16be.txt": _read(prose.encode("utf-16-be"), BODY),
        "gb18030.txt": _read(prose.encode("gb18030"), BODY),
        "big5.txt": _read(old.encode("big5"), TRADITIONAL),
        "crlf.txt": _read(prose.replace("\n", "\r\n").encode(), BODY),
        "mac.txt": _read(prose.replace("\n", "\r").encode(), BODY),
        "formfeed.txt": _read("\f".join(f"第{page}页。\n{BODY[page:]}\n" for page in range(3)).encode(), BODY),
        "nul.txt": _read((prose + "\n" + "\0" + BODY).encode(), BODY),
        "cut.txt": _read((prose * 4).encode()[:-1], BODY),
        "one-long-line.txt": _read((BODY * 4000).encode(), BODY),
        "no-extension": _read(prose.encode(), BODY),
        "strange.xyz": _read(prose.encode(), BODY),
        "controls.txt": _read((prose + "\x1b[31m\u202e\u200f" + BODY + "😀𠮷").encode(), BODY),
        "empty.txt": _rejected(b"", "空的"),
        "blank.txt": _rejected(b" \r\n\t\n\xe3\x80\x80\n", "没有文字"),
        "only-bom.txt": _rejected(b"\xef\xbb\xbf", "没有文字"),
        "binary.txt": _rejected(noise, ""),
        "nuls.txt": _rejected(bytes(4000), ""),
        "picture.txt": _rejected(b"\x89PNG\r\n\x1a\n" + noise, "图片"),
        "program.txt": _rejected(b"\x7fELF\x02\x01\x01" + noise, "程序"),
        "mojibake.txt": _rejected(("�" * 400 + BODY).encode(), "乱码"),
        "kuntao.txt": _rejected(("锟斤拷" * 200).encode(), "乱码"),
        "twice-encoded.txt": _read(prose.encode().decode("latin-1").encode(), BODY),
        "japanese.txt": _rejected(
            "今年、中央政府は対口支援の方針を発表した。これについて記者が取材した。".encode("shift_jis"), "Shift_JIS"
        ),
        "undecidable.txt": _rejected("甲乙\n".encode("gb18030"), "编码"),
        "utf16-odd.txt": _rejected(b"\xff\xfe" + b"\x00\xd8" * 60 + b"\x01", ""),
        "cr-bomb.txt": _rejected(b"\r" * 100_000, "没有文字"),
    }


def _pages() -> _Files:
    page = (
        "<html><head><meta charset={0}><title>密云区扶贫工作纪实_帮扶网</title><meta name=PubDate content='2020-03-01 09:00'>"
        "<script>var a='<p>{1}</p>'</script></head><body><div class=nav><a href=/>首页</a><a href=/a>新闻</a></div>"
        "<div id=zoom><h1>密云区扶贫工作纪实</h1><p>　　{1}</p><p>{1}</p></div><div class=footer>版权所有</div></body></html>"
    )
    entity = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return {
        "page.html": _read(page.format("utf-8", BODY).encode(), BODY),
        "page-gbk.htm": _read(page.format("gb2312", BODY).encode("gb18030"), BODY),
        "page-lies.html": _read(page.format("gb2312", BODY).encode(), BODY),
        "page-broken.html": _read(("<div><p>" + BODY + "<table><tr><td>甲<td>乙</p></div><b><i></b>" + BODY).encode(), BODY),
        "page-named.txt": _read(page.format("utf-8", BODY).encode(), BODY),
        "deep.html": _rejected(b"<div>" * 60_000 + BODY.encode(), "嵌套"),
        "deep-sly.html": _rejected(b"<div></span>" * 60_000 + BODY.encode(), "嵌套"),
        "script-only.html": _rejected(b"<html><body><script>document.write('x')</script></body></html>", "没有文字"),
        "laughs.html": _read(f'<!DOCTYPE html [<!ENTITY a0 "ha">{entity}]><p>{BODY}&a9;</p>'.encode(), BODY),
        "open-tag.html": _read(("<p>" + BODY + "</p><a " + "x" * 5000).encode(), BODY),
        "notes.md": _read(f"# 密云区扶贫工作\n\n{BODY}\n{BODY}\n\n- 甲\n- 乙\n".encode(), BODY),
        "quotes.md": _read((">" * 3000 + " " + BODY + "\n\n" + BODY).encode(), BODY),
        "brackets.md": _read(("[" * 20_000 + "\n\n" + BODY + "\n\n" + "*a_" * 5000).encode(), BODY),
    }


def _office() -> _Files:
    document = docx.Document()
    document.add_heading("密云区扶贫工作", 1)
    document.add_paragraph(BODY)
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text, table.cell(1, 0).text, table.cell(1, 1).text = "受援地区", "资金", "滦平县", "9801万元"
    word = io.BytesIO()
    document.save(word)
    good = word.getvalue()
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><w:document xmlns:w="x">&b;</w:document>'
    return {
        "report.docx": _read(good, BODY),
        "report-named.doc": _read(good, BODY),
        "cut.docx": _rejected(good[: len(good) // 2], "损坏"),
        "not-word.docx": _rejected(b"just text, no package", "内容却不是"),
        "legacy.doc": _rejected(ole + "WordDocument\0".encode("utf-16-le"), "Word"),
        "locked.docx": _rejected(ole + "EncryptedPackage".encode("utf-16-le"), "加密"),
        "legacy.xls": _rejected(ole + "Workbook\0".encode("utf-16-le"), "表格"),
        "rich.rtf": _read(b"{\\rtf1\\ansi hello}", "hello"),
        "laughs.docx": _rejected(_replaced(good, "word/document.xml", laughs), "实体"),
        "no-body.docx": _rejected(_replaced(good, "word/document.xml", b"<w:document"), "损坏"),
        "bomb.docx": _rejected(_replaced(good, "word/document.xml", b"<a>" + b" " * (8 << 20)), "过大"),
        "empty.docx": _rejected(_saved(docx.Document()), "没有文字"),
        "slides.pptx": _rejected(_zip({"ppt/presentation.xml": b"<p/>"}), "没有文字"),
        "book.epub": _rejected(_zip({"mimetype": b"application/epub+zip", "META-INF/container.xml": b"<c/>"}), "EPUB"),
    }


def _tables() -> _Files:
    rows = ("标题,正文,日期,来源", f"甲,{BODY},2020-03-01,北京日报", f"乙,{BODY},昨天,北京日报", ",,,", f"丙,{BODY},2019年6月14日,")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["title", "text", "year"])
    sheet.append(["甲", BODY, 2019])
    sheet.append(["乙", BODY, 2020])
    other = book.create_sheet("说明")
    other.append(["受援地区", "资金"])
    plain = openpyxl.Workbook()
    plain.active.append(["受援地区", "资金（万元）"])
    plain.active.append(["滦平县", 9801])
    far = openpyxl.Workbook()
    far.active["XFD1048576"] = "角落里的文字"
    good = _saved(plain)
    return {
        "articles.csv": (
            "\n".join(rows).encode("gb18030"),
            Expectation(READ, sources=tuple((f"articles.csv/行 {number}", READ) for number in (2, 3, 5))),
        ),
        "numbers.csv": _read("地区,资金\n滦平县,9801\n蔚县,16958\n".encode(), "9801"),
        "unclosed.csv": _read(f'地区,说明\n滦平县,"{BODY}\n'.encode(), "滦平县"),
        "articles.xlsx": (
            _saved(book),
            Expectation(READ, sources=(("articles.xlsx/行 2", READ), ("articles.xlsx/行 3", READ), ("articles.xlsx/工作表 说明", READ))),
        ),
        "numbers.xlsx": _read(good, "9801"),
        "cut.xlsx": _rejected(good[:-300], "损坏"),
        "broken.xlsx": _rejected(_replaced(good, "xl/worksheets/sheet1.xml", b"<worksheet"), "损坏"),
        "far.xlsx": _read(_saved(far), "角落里的文字"),
    }


def _archives() -> _Files:
    inner = _zip({"c.txt": BODY.encode()})
    locked = bytearray(_zip({"密.txt": BODY.encode()}))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        place = locked.find(mark) + (6 if mark == b"PK\x03\x04" else 8)
        locked[place] |= 1
    many = _zip(
        {"甲.txt": BODY.encode(), "子/乙.txt": BODY.encode(), "甲.toml": 'title = "题"'.encode(), "__MACOSX/._甲.txt": b"x", "空.txt": b""}
    )
    return {
        "many.zip": (
            many,
            Expectation(READ, sources=(("many.zip/子/乙.txt", READ), ("many.zip/甲.txt", READ), ("many.zip/空.txt", REJECTED))),
        ),
        "gbk-names.zip": (_gbk_named(), Expectation(READ, sources=(("gbk-names.zip/密云区/纪实.txt", READ),))),
        "nested.zip": (
            _zip({"a.txt": BODY.encode(), "b.zip": inner}),
            Expectation(READ, sources=(("nested.zip/a.txt", READ), ("nested.zip/b.zip", REJECTED))),
        ),
        "traversal.zip": (
            _zip({"../../etc/passwd.txt": BODY.encode(), "/abs.txt": BODY.encode(), "C:\\win.txt": BODY.encode()}),
            Expectation(READ, sources=tuple((f"traversal.zip/{name}", READ) for name in ("abs.txt", "etc/passwd.txt", "win.txt"))),
        ),
        "bomb.zip": (_zip({"big.txt": b"a" * (6 << 20)}), Expectation(REJECTED, sources=(("bomb.zip/big.txt", REJECTED),))),
        "locked.zip": (bytes(locked), Expectation(REJECTED, sources=(("locked.zip/密.txt", REJECTED),))),
        "damaged.zip": (_corrupt(), Expectation(REJECTED, sources=(("damaged.zip/a.txt", REJECTED),))),
        "nothing.zip": _rejected(_zip({}), "没有文件"),
        "cut.zip": _rejected(many[:120], "损坏"),
        "crowd.zip": _rejected(_zip({f"{n}.txt": b"" for n in range(2100)}), "超过上限"),
    }


def _pdfs() -> _Files:
    def page(number: int) -> list[Text]:
        lines = [f"第{number}次联席会议明确结对帮扶机制，", "海淀区安排资金用于赤城县产业扶贫项目，", "带动贫困户增收脱贫。"]
        return [
            Text(220, 800, "携手奔小康简报"),
            *(Text(90, 700 - 20 * n - number, line) for n, line in enumerate(lines)),
            Text(290, 40, f"- {number} -"),
        ]

    good = make_pdf([page(number) for number in range(1, 5)], title="携手奔小康年度报告")
    twice = zlib.compress(_zeros(300 << 20), 9)
    double = make_pdf([[]], content=b"@").replace(
        b"<</Length 1>>stream\n@", b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%s" % (len(twice), twice)
    )
    return {
        "report.pdf": _read(good, "联席会议"),
        "report-named.txt": _read(good, "联席会议"),
        "scanned.pdf": _rejected(make_pdf([[]] * 3), "扫描"),
        "watermark.pdf": _rejected(make_pdf([[Text(400, 20, "扫描全能王 创建")]] * 4), "水印"),
        "watermark-unknown.pdf": _rejected(make_pdf([[Text(400, 20, "某某扫描宝典制作")]] * 4), "水印"),
        "locked.pdf": _rejected(make_pdf([page(1)], password="secret"), "加密"),
        "cut.pdf": _rejected(good[:700], "损坏"),
        "not.pdf": _rejected(BODY.encode(), "不是 PDF"),
        "only-head.pdf": _rejected(b"%PDF-1.7\n", "损坏"),
        "bomb.pdf": _rejected(double, "炸弹"),
        "loop.pdf": _rejected(b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/Count 9>>endobj\ntrailer<</Root 1 0 R>>", ""),
    }


def _zeros(size: int) -> bytes:
    """A deflated stream of so many zeros, made of one megabyte's block again and again (its check sum is wrong)."""
    packer = zlib.compressobj(9)
    first = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + again * (size // 2**20 - 1)


def _others() -> _Files:
    silent = (b"\0\0\0\1Bud1", Expectation(PASSED_OVER))
    return {
        ".DS_Store": silent,
        "~$report.docx": silent,
        "Thumbs.db": silent,
        ".hidden/secret.txt": silent,
        "labels.toml": ('publication = "帮扶文献集"\n'.encode(), Expectation(PASSED_OVER)),
        "noted.txt": _read(BODY.encode(), BODY),
        "noted.toml": ('title = "附注的题"\n日期 = 2020-03-01\nregions = ["河北省/承德市/滦平县"]\n'.encode(), Expectation(PASSED_OVER)),
        "misnoted.txt": _read(BODY.encode(), BODY),
        "misnoted.txt.toml": (b"title = [unclosed\n", Expectation(PASSED_OVER)),
        "orphan.toml": _rejected(b'title = "x"\n', "旁注"),
        "archive.rar": _rejected(b"Rar!\x1a\x07\x00" + bytes(60), "RAR"),
        "archive.7z": _rejected(b"7z\xbc\xaf\x27\x1c" + b"\xa5" * 60, "7z"),
        "scan.jpg": _rejected(b"\xff\xd8\xff\xe0" + bytes(60), "图片"),
        "深/层/文件.txt": _read(BODY.encode(), BODY),
    }


def _links(path: Path, expected: dict[str, Expectation]) -> None:
    """Links that lead nowhere and in a circle, and a pipe that nobody writes to, where the system has such things."""
    try:
        os.symlink("missing.txt", path / "dangling.txt")
        os.symlink("self.txt", path / "self.txt")
        os.symlink("..", path / "深" / "回来", target_is_directory=True)
        os.mkfifo(path / "pipe.txt")
    except (OSError, AttributeError, NotImplementedError):
        return
    expected["dangling.txt"] = Expectation(REJECTED, "不存在")
    expected["self.txt"] = Expectation(REJECTED, "")
    expected["深/回来"] = Expectation(REJECTED, "绕回")
    expected["pipe.txt"] = Expectation(REJECTED, "不是普通文件")


def _zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _gbk_named() -> bytes:
    """An archive as Chinese Windows makes it: names in GBK, not marked as anything."""
    raw = "密云区/纪实.txt".encode("gbk")
    stand_in = "x" * len(raw)
    return _zip({stand_in: BODY.encode()}).replace(stand_in.encode(), raw)


def _corrupt() -> bytes:
    data = bytearray(_zip({"a.txt": BODY.encode() * 20}))
    data[45:60] = bytes(15)
    return bytes(data)


def _replaced(package: bytes, part: str, content: bytes) -> bytes:
    """An Office package with one part replaced."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return _zip({name: content if name == part else archive.read(name) for name in archive.namelist()})


def _saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()
