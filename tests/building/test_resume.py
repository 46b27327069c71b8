"""A build that was interrupted is gone on with: nothing is done twice that was done, nothing of other inputs is taken, and what comes out
is what an undisturbed build makes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import BuildReport, build, open_library
from search.building import workers
from search.building.outcomes import FILE_NAME
from search.building.report import BuildProgress
from search.engine.choice import open_engine
from search.engine.whoosh.write import writer
from search.errors import BuildBusy
from search.reading.kept import SOURCES_FOLDER
from search.settings import Settings

ATTACHMENTS = ("inputs.json", "works.json", "suggestions.bin", "analysis.json", "build-report.json")
FILES = 8


class Reads:
    """Counts the sources that are read."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.names: list[str] = []
        real = workers.read_work

        def counted(work: workers.Work) -> workers.Outcome:
            self.names.append(work.source.name)
            return real(work)

        patch.setattr(workers, "read_work", counted)


@pytest.fixture(autouse=True)
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments of a few passages, so that a handful of documents makes several."""
    monkeypatch.setattr(writer, "SEGMENT_PASSAGES", 5)
    monkeypatch.setattr(writer, "MERGED_PASSAGES", 12)


def write_sources(folder: Path) -> Path:
    """A few documents, two of them copies, one of them empty and so rejected."""
    folder.mkdir()
    for number in range(FILES):
        lines = [f"20{10 + number}年，南岭区向北岭县投入帮扶资金{number}{at}万元，援建扶贫车间{at}座。" * 2 for at in range(number % 3 + 1)]
        (folder / f"{number:02}.txt").write_text("\n\n".join(lines), encoding="utf-8")
    (folder / "copy.md").write_bytes((folder / "02.txt").read_bytes())
    (folder / "empty.txt").write_text("\n", encoding="utf-8")
    return folder


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """The folder of `write_sources`."""
    return write_sources(tmp_path / "in")


def contents(url: str) -> dict[str, object]:
    """All a generation says, but for its name."""
    engine = open_engine(url)
    try:
        assert engine.check() == ()
        return {
            "documents": [engine.document(summary.id) for summary in engine.documents()],
            "vocabulary": sorted(engine.vocabulary()),
            **{name: engine.attachment(name) for name in ATTACHMENTS if name != "build-report.json"},
            "files": json.loads(engine.attachment("build-report.json") or b"")["files"],
        }
    finally:
        engine.close()


def interrupted(sources: Path, index: Path, at: int, **options: object) -> int:
    """Builds until the step of this number, the last one at most; the number of steps there were."""
    seen = 0

    def stumble(_: BuildProgress) -> None:
        nonlocal seen
        seen += 1
        if seen == at:
            raise KeyboardInterrupt

    try:
        build([sources], f"whoosh:{index}", on_progress=stumble, **options)  # type: ignore[arg-type]
    except KeyboardInterrupt:
        return seen
    return seen


@settings(max_examples=12)
@given(first=st.integers(1, 45), second=st.integers(1, 45))
def test_interrupted_anywhere_a_build_ends_as_if_it_had_not_been(tmp_path_factory: pytest.TempPathFactory, first: int, second: int) -> None:
    """Interrupted once and again at any steps: the third build ends with what one undisturbed build makes, and no source whose outcome
    was laid by is read again."""
    place = tmp_path_factory.mktemp("resume")
    sources = write_sources(place / "in")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "SEGMENT_PASSAGES", 5)
        patch.setattr(writer, "MERGED_PASSAGES", 12)
        build([sources], f"whoosh:{place / 'whole'}")
        reads = Reads(patch)
        interrupted(sources, place / "index", first)
        interrupted(sources, place / "index", second)
        build([sources], f"whoosh:{place / 'index'}")
        # The source in hand when the interruption came is lost, no other.
        assert len(reads.names) <= FILES + 2 + 2
    assert contents(f"whoosh:{place / 'index'}") == contents(f"whoosh:{place / 'whole'}")
    left = {path.name for path in (place / "index").iterdir()}
    assert FILE_NAME not in left
    assert not [name for name in left if name.endswith(".work")]


def test_the_user_is_told_where_it_goes_on(sources: Path, tmp_path: Path) -> None:
    """One sentence names the document, the report counts what was taken up, rejected files too."""
    interrupted(sources, tmp_path / "index", FILES + 2 + 6)
    notes: list[str] = []
    report = build([sources], f"whoosh:{tmp_path / 'index'}", on_progress=lambda step: notes.append(step.note) if step.note else None)
    assert report.resumed == 5
    assert notes == ["接着上次中断的构建，从第 6 件起，共 10 件。(Going on with the interrupted build at 6 of 10.)"]
    assert [file.name for file in report.rejected] == ["empty.txt"]


@pytest.mark.parametrize("change", ["text", "sidecar", "settings", "analysis", "full"])
def test_what_has_other_inputs_is_done_again(sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    """An edited source or sidecar is read again, the rest is taken up; other settings, another analysis and `--full` take up nothing."""
    index = tmp_path / "index"
    interrupted(sources, index, FILES + 2 + 9)  # eight outcomes are laid by
    options: dict[str, object] = {}
    if change == "text":
        (sources / "03.txt").write_text("2013年，改过的一段。\n", encoding="utf-8")
    elif change == "sidecar":
        (sources / "03.toml").write_text('title = "另一个题目"\n', encoding="utf-8")
    elif change == "settings":
        options["settings"] = Settings(max_line_chars=1_000_000)
    elif change == "analysis":
        monkeypatch.setattr("search.building.build.fingerprint", lambda: "another")
    else:
        options["full"] = True
    reads = Reads(monkeypatch)
    report = build([sources], f"whoosh:{index}", **options)  # type: ignore[arg-type]
    again = {"text", "sidecar"} & {change}
    assert report.resumed == (7 if again else 0)
    assert len(reads.names) == (3 if again else FILES + 2)
    assert not again or "03.txt" in reads.names
    build([sources], f"whoosh:{tmp_path / 'whole'}", **options)  # type: ignore[arg-type]
    assert contents(f"whoosh:{index}") == contents(f"whoosh:{tmp_path / 'whole'}")


@settings(max_examples=12)
@given(file=st.integers(0, 100), place=st.floats(0, 1), torn=st.booleans(), step=st.integers(FILES + 4, 30))
def test_what_is_torn_or_altered_is_done_again(
    tmp_path_factory: pytest.TempPathFactory, file: int, place: float, torn: bool, step: int
) -> None:
    """Any file of an interrupted build cut off or altered at any byte, as a power cut leaves it: the next build makes the same as ever."""
    folder = tmp_path_factory.mktemp("torn")
    sources = write_sources(folder / "in")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "SEGMENT_PASSAGES", 5)
        patch.setattr(writer, "MERGED_PASSAGES", 12)
        interrupted(sources, folder / "index", step)
        index = folder / "index"
        assert not (index / "CURRENT").exists()
        left = sorted(path for path in index.rglob("*") if path.is_file() and not path.name.startswith(("ledger", "LOCK")))
        path = left[file % len(left)]
        data = bytearray(path.read_bytes())
        at = min(int(place * len(data)), len(data) - 1)
        if torn:
            del data[max(at, 0) :]
        elif data:
            data[at] ^= 1
        path.write_bytes(data)
        build([sources], f"whoosh:{folder / 'index'}")
        build([sources], f"whoosh:{folder / 'whole'}")
    assert contents(f"whoosh:{folder / 'index'}") == contents(f"whoosh:{folder / 'whole'}")


def test_a_change_is_gone_on_with_over_its_base(sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupted while some of many sources are read again: what did not change comes from the base, what was read from the interrupted
    build, and every link leads where it does after an undisturbed build."""
    index, whole = tmp_path / "index", tmp_path / "whole"
    for folder in (index, whole):
        build([sources], f"whoosh:{folder}")
    for number in (1, 4, 6):
        path = sources / f"{number:02}.txt"
        path.write_text(path.read_text(encoding="utf-8").replace("北岭县", "东岭县"), encoding="utf-8")
    interrupted(sources, index, FILES + 2 + 3)
    reads = Reads(monkeypatch)
    report = build([sources], f"whoosh:{index}")
    undisturbed = build([sources], f"whoosh:{whole}")
    assert report.resumed == 2
    assert reads.names[0] == "06.txt"
    assert report.links == undisturbed.links
    assert contents(f"whoosh:{index}") == contents(f"whoosh:{whole}")


def test_leftovers_go_where_there_is_nothing_to_build(sources: Path, tmp_path: Path) -> None:
    """A change that was begun and taken back leaves nothing behind, and the generation in force stays."""
    index = tmp_path / "index"
    first = build([sources], f"whoosh:{index}")
    kept = (sources / "01.txt").read_bytes()
    (sources / "01.txt").write_text("2011年，改过。\n", encoding="utf-8")
    interrupted(sources, index, FILES + 2 + 2)
    assert (index / FILE_NAME).exists()
    (sources / "01.txt").write_bytes(kept)
    report = build([sources], f"whoosh:{index}")
    assert report.unchanged
    assert {path.name for path in index.iterdir() if path.is_dir()} == {first.generation, SOURCES_FOLDER}
    assert not (index / FILE_NAME).exists()


KILLED = """
import sys
from search import build
from search.building import workers
workers.PARALLEL_FROM = 0
build([sys.argv[1]], f"whoosh:{sys.argv[2]}")
"""


SLOW = """
import signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from search.building import workers
from search.command.cli import main
real = workers.read_work
workers.read_work = lambda work: (time.sleep(0.3), real(work))[1]
main()
"""


def _laid_by(index: Path) -> Iterator[int]:
    path = index / FILE_NAME
    while True:
        yield path.stat().st_size if path.exists() else 0


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_ctrl_c_says_that_it_goes_on(sources: Path, tmp_path: Path) -> None:
    """Interrupted at the keyboard, the command says one sentence, no traceback, and run again it takes up."""
    index = tmp_path / "index"
    command = [sys.executable, "-c", SLOW, "build", str(sources), "--index", str(index)]
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root), "LANGUAGE": "zh_CN"}
    process = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    for size in _laid_by(index):
        if size > 1_000 or process.poll() is not None:
            break
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 130
    assert "已中断" in said.decode().splitlines()[-1]
    assert "Traceback" not in said.decode()
    assert 0 < build([sources], f"whoosh:{index}").resumed < FILES + 2


@pytest.mark.skipif(sys.platform != "linux", reason="worker processes are forked on Linux only")
def test_killed_with_its_workers_waiting_it_is_gone_on_with_at_once(tmp_path: Path) -> None:
    """`kill -9` of the builder alone, in the midst of reading: its workers and its lock go with it, and the next build takes up."""
    sources, index = tmp_path / "in", tmp_path / "index"
    sources.mkdir()
    for number in range(160):
        text = "\n\n".join(f"20{number % 20:02}年，第{number}件，帮扶资金{at}万元。" * 4 for at in range(12))
        (sources / f"{number:03}.txt").write_text(text, encoding="utf-8")
    root = Path(__file__).resolve().parents[2]
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(sources), str(index)], cwd=root, env={**os.environ, "PYTHONPATH": str(root)}
    )
    for size in _laid_by(index):
        if size > 10_000 or process.poll() is not None:
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    report: BuildReport | None = None
    for _ in range(50):
        try:
            report = build([sources], f"whoosh:{index}")
            break
        except BuildBusy:  # the workers are dying
            time.sleep(0.1)
    assert report is not None
    assert 0 < report.resumed < 160
    with open_library(f"whoosh:{index}") as library:
        assert library.check() == ()
        assert len(library.documents()) == 160
