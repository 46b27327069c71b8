"""The ledger's file: nothing lost, nothing misleading, whatever dies and whenever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from search.errors import BadRequest, IndexDamaged, NotFound
from search.links import FILE_NAME, Ledger, LinkState
from tests.links.corpus import OTHER, Served, document, judged_texts

WRITER = """
import sys
from search.links import Ledger
from tests.links.corpus import document, judged_texts
texts = judged_texts()
with Ledger(sys.argv[1]) as ledger:
    for number in range(1, 10_000):
        edited = [*texts[:5], f"第{number}次修改的段落，内容与前一次只差一个数。", *texts[5:]]
        ledger.record(f"g{number}", [document(f"d{copy}", edited) for copy in range(8)], base=f"g{number - 1}")
        print(number, flush=True)
"""


def test_no_id_is_lost_by_kill_9(tmp_path: Path) -> None:
    """Killed at any moment of recording, the ledger opens and has every id of every generation it reported."""
    path = tmp_path / FILE_NAME
    root = Path(__file__).resolve().parents[2]
    for lines in (1, 2, 4):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True, cwd=root)
        assert process.stdout is not None
        reported = [int(process.stdout.readline()) for _ in range(lines)][-1]
        os.kill(process.pid, signal.SIGKILL)
        process.stdout.close()
        process.wait()
        texts = judged_texts()
        wanted = document("d3", [*texts[:5], f"第{reported}次修改的段落，内容与前一次只差一个数。", *texts[5:]])
        with Ledger(path) as ledger:
            assert ledger.store.sequence(f"g{reported}") is not None
            assert all(ledger.resolve(passage.id, Served(wanted), f"g{reported}").old_text == passage.text for passage in wanted.passages)


def test_a_build_that_never_came_into_force_misleads_nobody() -> None:
    """Recorded, then aborted: links are answered for the generation in force, and the next build starts from that one."""
    texts = judged_texts()
    one, aborted = document("d", texts), document("d", texts[10:])
    edited = document("d", [*texts[:3], texts[3].replace("2019", "2020"), *texts[4:]])
    with Ledger(":memory:") as ledger:
        ledger.record("g1", [one])
        ledger.record("g2", [aborted], base="g1")
        assert all(ledger.resolve(passage.id, Served(one), "g1").state is LinkState.EXACT for passage in one.passages)
        report = ledger.record("g3", [edited], base="g1")
        assert (report.changed, report.gone, report.exact) == (1, 0, len(texts) - 1)
        assert ledger.resolve(one.passages[3].id, Served(edited), "g3").state is LinkState.CHANGED
        assert ledger.resolve(one.passages[0].id, Served(edited), "g3").state is LinkState.EXACT


def test_a_failed_record_leaves_no_trace() -> None:
    """An error while documents stream in rolls everything back."""
    texts = judged_texts()

    def broken() -> object:
        yield document("d", texts)
        raise OSError("disk gone")

    with Ledger(":memory:") as ledger:
        ledger.record("g1", [document("d", texts[:5])])
        before = list(ledger.export())
        with pytest.raises(OSError, match="disk gone"):
            ledger.record("g2", broken())  # type: ignore[arg-type]
        assert list(ledger.export()) == before


def test_the_same_generation_may_be_recorded_again() -> None:
    """A build that died after recording is repeated under its name without harm."""
    texts = judged_texts()
    with Ledger(":memory:") as ledger:
        ledger.record("g1", [document("d", texts)])
        ledger.record("g2", [document("d", texts[1:])], base="g1")
        report = ledger.record("g2", [document("d", texts)], base="g1")
        assert (report.exact, report.gone, report.documents) == (len(texts), 0, 0)


def test_kept_documents_need_not_be_given_again() -> None:
    """An incremental build names what it carried over; only the rest is compared."""
    one, two = document("a", judged_texts()), document("b", judged_texts(OTHER))
    with Ledger(":memory:") as ledger:
        ledger.record("g1", [one, two])
        report = ledger.record("g2", [document("b", judged_texts(OTHER)[1:])], kept=["a"])
        assert (report.documents, report.gone) == (1, 1)
        assert ledger.resolve(one.passages[0].id, Served(one), "g2").state is LinkState.EXACT


def test_a_lost_ledger_is_noticed_before_an_id_is() -> None:
    """Documents carried over from a generation the ledger never saw would be served without being in it: that is refused."""
    with Ledger(":memory:") as ledger:
        assert not ledger.knows("g1")
        with pytest.raises(IndexDamaged, match="--full"):
            ledger.record("g2", [document("b", judged_texts(OTHER))], base="g1", kept=["a"])
        assert ledger.store.last_sequence() is None
        ledger.record("g2", [document("b", judged_texts(OTHER))])
        assert ledger.knows("g2")


def test_unknown_ids_are_not_found() -> None:
    """An id that was never given out is 404, not 410."""
    with Ledger(":memory:") as ledger:
        ledger.record("g1", [document("d", judged_texts())])
        with pytest.raises(NotFound):
            ledger.resolve("000000000000", Served(), "g1")


def test_names_known_to_the_ledger_keep_their_ids() -> None:
    """Source names and the ids given to them are remembered, also for files that are gone."""
    with Ledger(":memory:") as ledger:
        ledger.record("g1", [document("a-pdf", judged_texts(), source="a.pdf"), document("a", judged_texts(OTHER), source="a.txt")])
        ledger.record("g2", [document("a-pdf", judged_texts(), source="a.pdf")])
        assert ledger.known_names() == {"a.pdf": "a-pdf", "a.txt": "a"}


def test_many_readers_beside_a_writer(tmp_path: Path) -> None:
    """Links are resolved by several threads while a build records."""
    path = tmp_path / FILE_NAME
    texts = judged_texts()
    one = document("d", texts)
    with Ledger(path) as writer:
        writer.record("g1", [one])
        with Ledger(path, read_only=True) as reader, ThreadPoolExecutor(4) as pool:
            asked = [pool.submit(reader.resolve, passage.id, Served(one), "g1") for passage in one.passages * 5]
            for number in range(2, 6):
                writer.record(f"g{number}", [document("d", texts[number:])])
            assert {future.result().state for future in asked} == {LinkState.EXACT}


def test_a_directory_that_cannot_be_written_is_read(tmp_path: Path) -> None:
    """A site may serve from a read-only disk."""
    path = tmp_path / FILE_NAME
    one = document("d", judged_texts())
    with Ledger(path) as ledger:
        ledger.record("g1", [one])
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        with Ledger(path, read_only=True) as reader:
            assert reader.resolve(one.passages[0].id, Served(one), "g1").state is LinkState.EXACT
    finally:
        tmp_path.chmod(0o755)


def test_a_damaged_file_is_a_sentence(tmp_path: Path) -> None:
    """What is no ledger is said so, without a traceback of the database."""
    path = tmp_path / FILE_NAME
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(IndexDamaged):
        Ledger(path)
    with pytest.raises(IndexDamaged):
        Ledger(tmp_path / "missing.sqlite3", read_only=True)


def test_an_export_restores_the_same_ledger() -> None:
    """Out and in again: every link answers as before, and the second export is the first."""
    texts = judged_texts()
    one, two = document("d", texts), document("d", [*texts[:3], texts[3].replace("2019", "2020"), *texts[4:-2]])
    with Ledger(":memory:") as ledger, Ledger(":memory:") as copy:
        ledger.record("g1", [one])
        ledger.record("g2", [two])
        lines = list(ledger.export())
        assert copy.import_(lines) == len(texts) + 1
        assert list(copy.export()) == lines
        served = Served(two)
        for passage in one.passages:
            assert copy.resolve(passage.id, served, "g2") == ledger.resolve(passage.id, served, "g2")


def test_a_foreign_ledger_resolves_here_at_once_and_later() -> None:
    """Links made at another site lead to the same texts here, now and after the next edit; taking it in twice changes nothing."""
    texts = judged_texts()
    there = [document("d", texts), document("d", [*texts[:3], texts[3].replace("2019", "2020"), *texts[4:]])]
    here = document("other-name", [passage.text for passage in there[1].passages])
    with Ledger(":memory:") as foreign, Ledger(":memory:") as own:
        foreign.record("g1", [there[0]])
        foreign.record("g2", [there[1]])
        own.record("h1", [here])
        lines = list(foreign.export())
        assert own.import_(lines) == len(texts) + 1
        assert own.import_(lines) == 0
        for place, passage in enumerate(there[0].passages):
            found = own.resolve(passage.id, Served(here), "h1")
            assert found.current == here.passages[place].id
            assert found.state is (LinkState.CHANGED if place == 3 else LinkState.MOVED)
        later = document("other-name", texts[:6])
        own.record("h2", [later], base="h1")
        assert own.resolve(there[0].passages[3].id, Served(later), "h2").current == later.passages[3].id
        assert own.resolve(there[0].passages[9].id, Served(later), "h2").state is LinkState.GONE


def test_what_is_no_export_is_refused() -> None:
    """Nothing is taken in of a file that is no export, or half of one."""
    with Ledger(":memory:") as ledger:
        ledger.record("g1", [document("d", judged_texts()[:3])])
        lines = list(ledger.export())
    for wrong in ([], [b"hello"], [b"{}"], [b"[]"], [*lines[:2], lines[2][:20]], [lines[0], b'{"table": "lead"}']):
        with Ledger(":memory:") as ledger:
            with pytest.raises(BadRequest):
                ledger.import_(wrong)
            assert ledger.store.last_sequence() is None
