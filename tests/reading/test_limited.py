"""A file that leads its parser astray costs bounded time and memory, is rejected with a sentence, and nothing else suffers."""

from __future__ import annotations

import io
import os
import pickle
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from search import Settings, build, open_library
from search.errors import UnreadableSource
from search.model import BlockKind, Source, SourceLine
from search.reading import collect, limited, limited_tasks, read
from search.reading.found import source_of
from search.reading.limited import FAULT, FRAME, ITEM
from tests.house.constants import patch_constant

TEXT = "2019年，南岭区向北岭县投入帮扶资金300万元，援建扶贫车间两座。"
SMALL = Settings(max_reader_seconds=3, max_reader_memory_bytes=700 * 2**20)
MEBIBYTE = 2**20


def dotted_keys(size: int) -> bytes:
    """A sidecar of so many bytes whose keys have as many parts as fit."""
    return b".".join([b"a"] * (size // 2)) + b" = 1\n"


def many_attributes(count: int) -> bytes:
    """A page with an element of so many attributes."""
    names = " ".join(f"a{number:x}=1" for number in range(count))
    return f"<html><body><p {names}>{TEXT}</p></body></html>".encode()


def docx_of(xml: bytes) -> bytes:
    """A Word file whose document part is this."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", xml)
    return data.getvalue()


def build_peak(folder: Path, **settings: int) -> tuple[int, int]:
    """Exit code of a build in a process of its own, and the most memory in bytes that it or a child of it had."""
    command = [sys.executable, "-m", "search", "build", str(folder), "--index", str(folder.parent / "index"), "--json"]
    environment = {**os.environ, **{f"BANGFU_{name.upper()}": str(value) for name, value in settings.items()}}
    # A process begins with the peak of the one that starts it, which here has run many tests: a small one stands between.
    told = subprocess.run([sys.executable, "-c", _MEASURE, *command], env=environment, capture_output=True, text=True, check=True).stdout
    code, peak = map(int, told.split())
    return code, peak * 1024


_MEASURE = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
process.returncode = os.waitstatus_to_exitcode(status)
print(process.returncode, usage.ru_maxrss)
"""


def test_dotted_keys_take_bounded_memory(tmp_path: Path) -> None:
    """120 KB of dotted keys want ten gigabytes: the sidecar is not heeded, and its document is built."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(f"{TEXT}\n", encoding="utf-8")
    (folder / "a.toml").write_bytes(dotted_keys(120_000))
    code, peak = build_peak(folder, max_reader_seconds=3, max_reader_memory_bytes=700 * MEBIBYTE)
    assert code == 0
    assert peak < 800 * MEBIBYTE
    with open_library(f"whoosh:{tmp_path / 'index'}") as library:
        assert library.search("扶贫车间").total == 1


def test_a_large_word_file_takes_bounded_memory(tmp_path: Path) -> None:
    """A document part of 80 MB is refused when the memory of its process is used up, not the machine's."""
    folder = tmp_path / "in"
    folder.mkdir()
    body = b"<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 2_400_000
    xml = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>' + body + b"</w:body></w:document>"
    (folder / "large.docx").write_bytes(docx_of(xml))
    code, peak = build_peak(folder, max_reader_seconds=20, max_reader_memory_bytes=700 * MEBIBYTE, max_compression_ratio=10**6)
    assert code == 1
    assert peak < 800 * MEBIBYTE


def test_small_sidecars_are_parsed_here_and_large_ones_alike() -> None:
    """What a sidecar says does not depend on where it is parsed."""
    said = 'title = "甲"\nregions = ["河北省/承德市"]\n'
    for padding in (0, 10_000):
        (found, warnings), *_ = limited.stream("sidecar", (said + "#" * padding).encode(), settings=SMALL)
        assert (found.title, found.regions, warnings) == ("甲", ("河北省/承德市",), ())


def test_attributes_take_bounded_time() -> None:
    """Half a million attributes hang the parser: the page is given up when its time is over, and the next one is read."""
    with pytest.raises(UnreadableSource, match="限定时间"):
        read(source_of("hostile.html", many_attributes(500_000)), SMALL)
    reading = read(source_of("good.html", f"<html><body><p>{TEXT}</p></body></html>".encode()), SMALL)
    assert any(TEXT in line.text for line in reading.lines)


def test_a_build_survives_all_of_them(tmp_path: Path) -> None:
    """Hostile files of every kind in one folder: each is a line of the report, the good one is found."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.html").write_text(f"<html><body><p>{TEXT}</p></body></html>", encoding="utf-8")
    (folder / "attributes.html").write_bytes(many_attributes(300_000))
    (folder / "broken.docx").write_bytes(docx_of(b"<w:document"))
    (folder / "broken.xlsx").write_bytes(docx_of(b"<w:document").replace(b"word/document.xml", b"xl/workbook.xml.."))
    (folder / "broken.zip").write_bytes(b"PK\x03\x04" + os.urandom(5_000))
    (folder / "good.zip").write_bytes(zipped({"b.html": f"<p>{TEXT}</p>".encode(), "c.toml": dotted_keys(120_000), "c.txt": TEXT.encode()}))
    report = build([folder], f"whoosh:{tmp_path / 'index'}", settings=SMALL)
    statuses = {file.name: file.status for file in report.files}
    assert statuses["good.html"] == "built"
    assert statuses["attributes.html"] == "rejected"
    assert all(file.reason for file in report.rejected)
    with open_library(f"whoosh:{tmp_path / 'index'}") as library:
        assert library.search("扶贫车间").total >= 1


def zipped(members: dict[str, bytes]) -> bytes:
    """An archive of these files."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def test_an_archive_is_streamed_and_may_be_left(tmp_path: Path) -> None:
    """Members come one by one; whoever stops half-way leaves no process waiting, and members may be read meanwhile."""
    (tmp_path / "a.zip").write_bytes(zipped({f"{number}.html": f"<p>{number} {TEXT}</p>".encode() for number in range(5)}))
    walk = collect([tmp_path], SMALL)
    first = next(walk)
    assert first.source is not None
    assert read(first.source, SMALL).lines
    walk.close()  # type: ignore[attr-defined]
    assert [found.name for found in collect([tmp_path], SMALL)] == [f"a.zip/{number}.html" for number in range(5)]


def test_whatever_a_parser_raises_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error nobody foresaw in a parser is a rejection with its name; so is a process that dies."""
    with pytest.raises(UnreadableSource, match="KeyError"):
        list(limited.stream("no such task", settings=SMALL))
    monkeypatch.setattr(limited._LimitedReader, "send", lambda child, *_: child._process.kill())
    with pytest.raises(UnreadableSource, match="内存"):
        list(limited.stream("sidecar", b"", settings=SMALL))


def test_without_processes_it_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no process can be started the same is done in this one."""

    def refuse(_: int) -> object:
        raise OSError

    monkeypatch.setattr(limited._DESK, "take", refuse)
    assert limited.run("sidecar", 'title = "甲"'.encode(), settings=SMALL)[0].title == "甲"


class _Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("true",)


def test_nothing_foreign_is_unpickled() -> None:
    """A parser that was taken over cannot have the builder run anything: only our own nouns come through the pipe."""
    child = limited._LimitedReader(SMALL.max_reader_memory_bytes)
    child.close()
    for value in (_Evil(), sys.exit, Path("/")):
        data = pickle.dumps((ITEM, value))
        child._process.stdout = io.BytesIO(FRAME.pack(len(data)) + data)
        assert child._receive() == (FAULT, "pickle")


@pytest.mark.skipif(sys.platform != "linux", reason="signals")
def test_a_limited_process_ends_without_its_builder() -> None:
    """Killed builders leave no parser at work: it ends when its input does, and by its own limit if it is stuck."""
    command = [sys.executable, "-P", "-m", "search.reading.limited_worker", str(700 * MEBIBYTE)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        source = Source("x.html", many_attributes(300_000), "")
        request = pickle.dumps(("read", ("html", source, SMALL), 0.5))
        process.stdin.write(FRAME.pack(len(request)) + request)
        process.stdin.close()
        assert process.wait(60) == -signal.SIGPROF


@pytest.mark.skipif(sys.platform != "linux", reason="signals")
@pytest.mark.parametrize(("patience", "given_up"), [(1, True), (60, False)])
def test_a_busy_machine_gives_up_no_file(monkeypatch: pytest.MonkeyPatch, patience: int, given_up: bool) -> None:
    """A file has its time of the processor's work: that the process was not let run for longer than this is no fault of the file. Who
    waits on the clock alone gives it up."""
    patch_constant(monkeypatch, "search.reading.limited.PATIENCE", patience)
    child = limited._LimitedReader(SMALL.max_reader_memory_bytes)
    child._process.send_signal(signal.SIGSTOP)
    going_on = threading.Timer(3, child._process.send_signal, [signal.SIGCONT])
    going_on.start()
    reading = child.results("sidecar", ('title = "甲"'.encode(), SMALL), 2)
    try:
        if given_up:
            with pytest.raises(UnreadableSource, match="时间"):
                list(reading)
        else:
            assert next(reading)[0].title == "甲"
    finally:
        going_on.cancel()
        going_on.join()
        child.close()


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    """Ends the idle processes, so that what they took is counted."""
    yield
    limited._DESK.close()
    assert not limited_tasks.INSIDE


def test_a_refusal_does_not_cost_a_process() -> None:
    """The process that refused a file takes the next one; one that was broken off or sent what it must not does not."""
    with pytest.raises(UnreadableSource):
        read(source_of("a.docx", docx_of(b"<broken")), SMALL)
    before = list(limited._DESK.idle)
    assert before
    assert read(source_of("a.html", f"<p>{TEXT}</p>".encode()), SMALL).lines
    assert limited._DESK.idle == before


@pytest.mark.parametrize(
    ("name", "line"), [("a.txt", TEXT), ("a.csv", f"题,{TEXT}"), ("a.srt", f"1\n00:00:01,000 --> 00:00:02,000\n{TEXT}\n")]
)
def test_large_plain_files_are_read_in_a_limited_process(name: str, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Text, tables and subtitles: small ones here, larger ones apart, with the same lines."""
    asked: list[str] = []
    real = limited.run

    def run(task: str, form: str, *what: object, **how: Any) -> object:
        asked.append(form)
        return real(task, form, *what, **how)

    monkeypatch.setattr("search.reading.limited.run", run)
    data = (line + "\n").encode() * 5
    small = read(source_of(name, data), SMALL)
    assert not asked
    monkeypatch.setattr("search.reading.registry.HARMLESS", len(data) - 1)
    assert read(source_of(name, data), SMALL) == small
    assert asked


class _Sent:
    """What a child sends: an attribute of a class, got by `getattr` when it is read."""

    def __init__(self, kind: type, name: str) -> None:
        self.parts = (kind, name)

    def __reduce__(self) -> tuple[object, tuple[type, str]]:
        return getattr, self.parts


def test_getattr_gives_members_of_enumerations_alone() -> None:
    """Python before 3.11.4 pickles them so; of any other class nothing is got."""
    assert limited._Results(io.BytesIO(pickle.dumps(_Sent(BlockKind, "BODY")))).load() is BlockKind.BODY
    with pytest.raises(pickle.UnpicklingError):
        limited._Results(io.BytesIO(pickle.dumps(_Sent(SourceLine, "__init__")))).load()
