"""Three hundred hostile files, made anew each time: bombs, nests, lies about sizes, endless lines, sound files with bytes broken.

Each goes through the whole line alone (walk, reading, restoring, labels) and must come out as a document or as a sentence, in bounded time
and memory. `python -m tests.torture.hostile_files --files 300`.
"""

from __future__ import annotations

import argparse
import io
import random
import resource
import struct
import sys
import tarfile
import tempfile
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from search.building.report import FileReport
from search.building.workers import Work, read_work
from search.reading import collect
from search.settings import Settings
from tests.reading import hostile
from tests.reading.fuzzed import SAMPLES

SETTINGS = Settings(max_reader_seconds=30, max_pdf_seconds=30, max_reader_memory_bytes=1 << 30, max_pdf_memory_bytes=1 << 30)
SECONDS = 90
"""Of CPU that one file may take, all processes together, whatever is in it."""
EACH = 0.05
"""Seconds more for each document that it holds: a table of so many rows is so many sources."""
MEMORY = 2 << 30
"""Bytes that the largest of all processes may have had at once."""

Made = tuple[str, bytes]
"""Name and content."""


def _pack(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def _broken(chance: random.Random) -> Made:
    name = chance.choice(sorted(SAMPLES))
    data = bytearray(SAMPLES[name]())
    for _ in range(chance.choice((1, 5, 60))):
        at = chance.randrange(len(data))
        data[at : at + chance.choice((1, 1, 4))] = chance.randbytes(chance.choice((0, 1, 4)))
    return name, bytes(data[: chance.choice((len(data), chance.randint(1, len(data))))])


def _nest(chance: random.Random) -> Made:
    deep = chance.choice((500, 20_000, 300_000))
    return chance.choice(
        (
            ("nest.json", b'{"text":' + b"[" * deep + b"]" * deep + b"}"),
            ("nest.xml", b"<a>" * deep + "帮扶".encode() + b"</a>" * deep),
            ("nest.html", b"<div><b>" * deep + "帮扶".encode()),
            ("nest.rtf", b"{\\rtf1 " + b"{\\b " * deep + b"x" + b"}" * deep),
            ("nest.md", b"> " * deep + "帮扶".encode()),
            (
                "nest.eml",
                b"From: a\nMIME-Version: 1.0\n" + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * min(deep, 20_000) + b"x",
            ),
            ("nest.txt", ("（" * deep + "帮扶" + "）" * deep).encode()),
        )
    )


def _entities(chance: random.Random) -> Made:
    levels = chance.choice((6, 12))
    lines = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 12}">' for at in range(1, levels))
    bomb = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "帮扶">{lines}<!ENTITY f SYSTEM "file:///etc/passwd">]><a>&l{levels - 1};&f;</a>'
    inner = "word/document.xml", "content.xml", "ppt/presentation.xml", "OEBPS/a.xhtml"
    name = chance.choice(("bomb.xml", "bomb.docx", "bomb.odt", "bomb.pptx", "bomb.epub"))
    return name, bomb.encode() if name.endswith("xml") else _pack({part: bomb.encode() for part in inner})


def _bomb(chance: random.Random) -> Made:
    zeros = bytes(chance.choice((30, 400)) << 20)
    kind = chance.randrange(5)
    if kind == 0:
        return "bomb.zip", _pack({"zeros.txt": zeros})
    if kind == 1:
        return "bomb.docx", _pack({"word/document.xml": zeros, "[Content_Types].xml": b"<Types/>"})
    if kind == 2:
        return "bomb.txt.gz", zlib.compress(zeros, 9, 31)
    if kind == 3:
        return "many.zip", _pack({f"{at}.txt": "帮扶。".encode() for at in range(chance.choice((3_000, 20_000)))})
    inner = _pack({"a.txt": b"x" * 1_000})
    for _ in range(chance.choice((3, 30))):
        inner = _pack({"in.zip": inner, "a.txt": "帮扶。".encode()})
    return "matryoshka.zip", inner


def _overlapping(chance: random.Random) -> Made:
    """Many entries of the directory that lead to the same bytes."""
    data = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = data.compress(bytes(1 << 20)) + data.flush()
    crc, many = zlib.crc32(bytes(1 << 20)), chance.choice((50, 1_500))
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, crc, len(body), 1 << 20, 1, 0) + b"a" + body
    entries = b"".join(
        struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, crc, len(body), 1 << 20, 9, 0, 0, 0, 0, 0, 0) + b"%05d.txt" % at
        for at in range(many)
    )
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, many & 0xFFFF, many & 0xFFFF, len(entries), len(local), 0)
    return "overlap.zip", local + entries + end


def _tar(chance: random.Random) -> Made:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name in ("../../out.txt", "/abs.txt", "a/" * 90 + "deep.txt", "甲.txt"):
            info = tarfile.TarInfo(name)
            data = ("帮扶。" * chance.choice((3, 9_000))).encode()
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return "odd.tar.gz", packed.getvalue()[: chance.choice((None, -40))]


def _wide(chance: random.Random) -> Made:
    many = chance.choice((2_000, 100_000))
    return chance.choice(
        (
            ("wide.csv", (",".join(f"列{at}" for at in range(many)) + "\n" + "帮扶," * many).encode()),
            ("tall.csv", "标题,正文\n".encode() + "甲,帮扶。\n".encode() * min(many, 10_000)),
            ("attributes.html", b"<p " + b" ".join(b"a%d=1" % at for at in range(many)) + "帮扶</p>".encode()),
            ("cells.html", ("<table><tr>" + "<td rowspan=65534 colspan=1000>帮</td>" * min(many, 2_000) + "</table>").encode()),
            ("headers.eml", b"".join(b"X-%d: y\n" % at for at in range(many)) + b"\nbody"),
            ("records.jsonl", '{"title": "甲", "text": "帮扶。"}\n'.encode() * many),
            ("titles.srt", "".join(f"{at}\n00:00:01,000 --> 00:00:02,000\n帮扶\n\n" for at in range(many)).encode()),
        )
    )


def _sidecar(chance: random.Random) -> Made:
    return "a.txt.toml", chance.choice(
        (
            b".".join([b"a"] * 20_000) + b" = 1",
            b"a = " + b"[" * 50_000,
            b'title = "' + b"x" * 200_000 + b'"',
            b"[a]\n" * 30_000,
            chance.randbytes(3_000),
        )
    )


def _lies(chance: random.Random) -> Made:
    """Pictures and tables that claim to be larger than the world."""
    header = struct.pack(">IIBBBBB", chance.choice((60_000, 2**31 - 1)), 60_000, 8, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    cell = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    sheet = f'<worksheet><dimension ref="A1:XFD1048576"/><sheetData>{cell}</sheetData></worksheet>'
    return chance.choice(
        (
            ("huge.png", png + b"\0\0\0\0IDAT"),
            ("huge.xlsx", _pack({"xl/worksheets/sheet1.xml": sheet.encode(), "[Content_Types].xml": b"<Types/>"})),
            ("huge.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 4_000 + chance.randbytes(4_000)),
            ("huge.tif", b"II*\0\x08\0\0\0" + b"\xff" * 3_000),
        )
    )


def _prose(chance: random.Random) -> Made:
    """Text that makes restoring and labelling work: units, numbers, brackets and places without end, lines of every length."""
    unit = chance.choice(
        (
            "北京市密云区",
            "二〇一九年",
            "1亿",
            "，",
            "帮扶",
            "（据新华社",
            "□",
            "第一章",
            "９",
            "至",
            "、河北省",
            "　",
            "a",
            "\u0301",
            "万元/人",
        )
    )
    many = chance.choice((3_000, 60_000))
    end = chance.choice(("", "\n", "\n\n", "。\n"))
    every = chance.choice((1, 7, 900))
    return "prose.txt", "".join(unit + (end if at % every == 0 else "") for at in range(many)).encode()


def _pdf(chance: random.Random) -> Made:
    loop = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R 3 0 R]/Count 9999999>>endobj\n"
    stream = zlib.compress(b"BT /F1 1 Tf " + b"(x) Tj 0 0 Td " * chance.choice((1_000, 400_000)) + b"ET", 9)
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R>>endobj\n4 0 obj<</Filter/FlateDecode/Length %d>>stream\n" % len(stream)
    return "odd.pdf", loop + page + stream + b"\nendstream endobj\ntrailer<</Root 1 0 R>>"


KINDS: tuple[Callable[[random.Random], Made], ...] = (
    _broken, _nest, _entities, _bomb, _overlapping, _tar, _wide, _sidecar, _lies, _prose, _pdf, _broken,
)  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What became of a hostile file: how many documents and rejections came of it, CPU seconds, and what was wrong."""

    name: str
    documents: int
    rejected: int
    seconds: float
    fault: str = ""


def cpu() -> float:
    """Seconds of this process and of those it has waited for."""
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def taken_in(folder: Path, settings: Settings = SETTINGS) -> Outcome:
    """Takes in what is in a folder, as a build does."""
    begun = time.monotonic(), cpu()
    documents = rejected = 0
    fault = ""
    try:
        for number, found in enumerate(collect([folder], settings)):
            outcome: object = None
            if found.source is not None:
                outcome = read_work(Work(found.source, f"id{number}", found.sidecar, settings, found.warnings))
            reason = outcome.reason if isinstance(outcome, FileReport) else found.reason
            if outcome is None or isinstance(outcome, FileReport):
                rejected += 1
                if not reason or "程序出错" in reason or "/" in reason.replace("和/或", ""):
                    fault = f"no sentence: {reason!r}"
            else:
                documents += 1
    except Exception as error:  # whatever it is, it is the finding
        fault = f"{type(error).__name__}: {error}"
    seconds = max(cpu() - begun[1], 0.0)
    if seconds > SECONDS + EACH * documents:
        fault = fault or f"took {seconds:.0f} s of CPU"
    if not documents + rejected:
        fault = fault or "nothing was said of it"
    return Outcome("", documents, rejected, seconds, fault)


def run(files: int, seed: int = 1, settings: Settings = SETTINGS) -> list[Outcome]:
    """So many files of all kinds, one after the other."""
    outcomes = []
    for number in range(files):
        chance = random.Random(seed * 1_000_003 + number)
        name, data = KINDS[number % len(KINDS)](chance)
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            if name.endswith(".toml"):
                (folder / "a.txt").write_text(hostile.BODY, encoding="utf-8")
            (folder / name).write_bytes(data)
            found = taken_in(folder, settings)
        told = f"{name} ({number}, {len(data):,} bytes)"
        outcomes.append(Outcome(told, found.documents, found.rejected, found.seconds, found.fault))
    return outcomes


def main() -> None:
    """Says what came of them; ends with 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    outcomes = run(given.files, given.seed)
    for one in sorted(outcomes, key=lambda one: -one.seconds)[:10]:
        print(f"{one.seconds:6.1f} s  {one.name}")
    wrong = [f"{one.name}: {one.fault}" for one in outcomes if one.fault]
    largest = 1024 * max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    if largest > MEMORY:
        wrong.append(f"a process had {largest >> 20} MB")
    print(*wrong, sep="\n")
    told = Counter("read" if one.documents else "refused" for one in outcomes)
    print(f"{len(outcomes)} hostile files ({dict(told)}): {len(wrong)} faults; no process had more than {largest >> 20} MB")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
