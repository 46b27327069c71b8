"""A build carries over what did not change, lists what it cannot read, and never leaves half an index."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pytest

from search import BuildReport, build, open_library
from search.building.report import BuildProgress
from search.building.workers import Work, read_work
from search.engine.choice import open_engine
from search.errors import IndexStale
from search.query import analysis
from search.results import LinkState
from search.text.segment import Segmenter
from tests.reading.hostile import write_hostile_folder

FIRST = "2019年，南岭区向北岭县投入帮扶资金300万元，援建扶贫车间两座，吸纳贫困人口就业120人。"
SECOND = "河北省滦平县与北京市密云区签订协议，开展消费扶贫，销售农产品6.6亿元。"
THIRD = "双方组织教师结对，选派医生驻点，教育帮扶和健康帮扶同步推进，群众得到实惠。"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A folder of two documents."""
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "a.txt").write_text(f"{FIRST}\n\n{SECOND}\n", encoding="utf-8")
    (folder / "b.txt").write_text(f"{THIRD}\n", encoding="utf-8")
    return folder


@pytest.fixture
def url(tmp_path: Path) -> str:
    """An engine URL that nothing was built at yet."""
    return f"whoosh:{tmp_path / 'index'}"


def statuses(report: BuildReport) -> dict[str, str]:
    """File → what became of it."""
    return {file.name: file.status for file in report.files}


def test_a_first_build_takes_everything(sources: Path, url: str) -> None:
    """Every file is reported with its passages, and the index answers."""
    report = build([sources], url)
    assert statuses(report) == {"a.txt": "built", "b.txt": "built"}
    assert report.exit_code == 0
    with open_library(url) as library:
        assert library.search("滦平县").total == 1
        assert [document.id for document in library.documents()] == ["a", "b"]


def test_unchanged_sources_are_not_read_again(sources: Path, url: str) -> None:
    """A second build of the same folder writes nothing; after an edit only the edited file is read."""
    first = build([sources], url)
    second = build([sources], url)
    assert second.unchanged
    assert second.generation == first.generation
    (sources / "b.txt").write_text(THIRD + "新年又添一所学校。\n", encoding="utf-8")
    third = build([sources], url)
    assert statuses(third) == {"a.txt": "kept", "b.txt": "built"}
    assert third.generation != first.generation
    assert third.links["changed"] == 1
    assert third.links["exact"] == 2


def test_incremental_and_full_builds_agree(sources: Path, url: str, tmp_path: Path) -> None:
    """After edits, an incremental build answers as a build from nothing does."""
    build([sources], url)
    (sources / "a.txt").write_text(f"{SECOND}\n\n{THIRD}\n", encoding="utf-8")
    (sources / "c.txt").write_text(f"{FIRST}\n", encoding="utf-8")
    build([sources], url)
    other = f"whoosh:{tmp_path / 'other'}"
    build([sources], other)
    with open_library(url) as grown, open_library(other) as fresh:
        assert [p for d in grown.documents() for p in grown.document(d.id).document.passages] == [
            p for d in fresh.documents() for p in fresh.document(d.id).document.passages
        ]
        for query in ("", "帮扶", "滦平县 消费扶贫", "“扶贫车间”"):
            a, b = grown.search(query), fresh.search(query)
            assert [(hit.passage.id, round(hit.score, 4)) for hit in a.hits] == [(hit.passage.id, round(hit.score, 4)) for hit in b.hits]
            assert a.facets == b.facets


def test_a_removed_source_leaves_the_index_but_not_the_ledger(sources: Path, url: str) -> None:
    """Its passages are no hits any more, and their links say that they are gone."""
    build([sources], url)
    with open_library(url) as library:
        id_ = library.document("b").document.passages[0].id
    (sources / "b.txt").unlink()
    report = build([sources], url)
    assert report.removed_documents == ("b.txt",)
    with open_library(url) as library:
        assert library.search("选派医生驻点").total == 0
        assert library.passage(id_).resolution.state is LinkState.GONE


def test_a_renamed_source_keeps_its_links(sources: Path, url: str) -> None:
    """The same text under another file name is where the old link leads."""
    build([sources], url)
    with open_library(url) as library:
        id_ = library.document("a").document.passages[1].id
    (sources / "a.txt").rename(sources / "renamed.txt")
    build([sources], url)
    with open_library(url) as library:
        page = library.passage(id_)
        assert page.resolution.state is LinkState.MOVED
        assert page.passage is not None
        assert page.passage.text == SECOND


def test_a_sidecar_beats_the_machine_and_counts_as_a_change(sources: Path, url: str) -> None:
    """`name.toml` sets title, date and labels; writing it has the document built again."""
    build([sources], url)
    (sources / "b.toml").write_text('title = "教育医疗帮扶见闻"\ndate = 2021-03-04\nregions = ["河北省/承德市/滦平县"]\n', encoding="utf-8")
    report = build([sources], url)
    assert statuses(report)["b.txt"] == "built"
    with open_library(url) as library:
        page = library.document("b")
        assert page.document.title == "教育医疗帮扶见闻"
        assert page.document.year == 2021
        assert "河北省/承德市/滦平县" in {label.path for label in page.document.passages[0].regions}
        assert library.search("组织教师结对", filters={"region": ["河北省"]}).total == 1


def test_labels_toml_speaks_for_the_whole_folder(sources: Path, url: str) -> None:
    """Its facts and bans hold for every source below, and what a file's own sidecar says beats it."""
    (sources / "labels.toml").write_text('publication = "北岭日报"\nforbid_programs = ["education"]\n', encoding="utf-8")
    (sources / "b.toml").write_text('publication = "南岭日报"\n', encoding="utf-8")
    build([sources], url)
    with open_library(url) as library:
        assert library.document("a").document.publication == "北岭日报"
        assert library.document("b").document.publication == "南岭日报"
        assert library.search("", filters={"program": ["education"]}).total == 0


def test_copies_are_found_across_files(tmp_path: Path, url: str) -> None:
    """The same text in two files is one work; a search can fold its passages."""
    folder = tmp_path / "copies"
    folder.mkdir()
    text = "\n\n".join((FIRST, SECOND, THIRD))
    (folder / "page.txt").write_text(text, encoding="utf-8")
    (folder / "reprint.md").write_text(text, encoding="utf-8")
    report = build([folder], url)
    assert report.copies == 1
    with open_library(url) as library:
        assert [copy.id for copy in library.document("page").copies] == ["reprint"]


def test_hostile_files_never_stop_the_others(sources: Path, url: str) -> None:
    """Fifty mixed and broken files: each is taken or rejected with a reason, and the good ones are found."""
    expected = write_hostile_folder(sources / "mixed")
    report = build([sources], url)
    assert len(expected) >= 50
    assert statuses(report)["a.txt"] == "built"
    assert report.rejected
    assert report.exit_code == 1
    assert all(file.reason for file in report.rejected)
    assert not any(str(sources) in file.reason for file in report.rejected)
    with open_library(url) as library:
        assert library.search("滦平县").total >= 1
        assert library.check() == ()
    # the refused files are remembered: nothing changed, nothing is built
    assert build([sources], url).unchanged


def test_an_interrupted_build_leaves_the_old_generation(sources: Path, url: str) -> None:
    """Whatever breaks while a build runs, the generation in force and its links stay."""
    first = build([sources], url)
    (sources / "c.txt").write_text(f"{SECOND}\n", encoding="utf-8")

    def stumble(step: BuildProgress) -> None:
        if step.stage in ("写入索引", "记入链接簿"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build([sources], url, on_progress=stumble)
    with open_library(url) as library:
        assert library.manifest().generation == first.generation
        assert library.check() == ()
    assert build([sources], url).documents == 3


def test_the_report_is_kept_in_the_generation(sources: Path, url: str) -> None:
    """`build-report.json` has a status, a reason, blocks, passages and removals for every file."""
    build([sources], url)
    engine = open_engine(url)
    try:
        files = json.loads(engine.attachment("build-report.json") or b"")["files"]
    finally:
        engine.close()
    assert {file["name"] for file in files} == {"a.txt", "b.txt"}
    assert {"status", "reason", "blocks", "passages", "removed"} <= set(files[0])


def test_another_analysis_version_is_told(sources: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index of another lexicon or label table is stale: opening says which command mends it, and that command does."""
    build([sources], url)
    monkeypatch.setattr("search.answering.opened.fingerprint", lambda: "another")
    with pytest.raises(IndexStale, match="bangfu build"):
        open_library(url)
    for module in ("search.building.build", "search.building.base"):
        monkeypatch.setattr(f"{module}.fingerprint", lambda: "another")
    assert not build([sources], url).unchanged
    open_library(url).close()


def test_memory_engine_builds_and_opens() -> None:
    """The oracle is an engine URL like any other."""
    report = build(["seeds"], "memory:test-build")
    assert report.documents == 5
    with open_library("memory:test-build") as library:
        assert library.search("密云区").total > 20


def test_a_new_word_cuts_only_the_documents_that_have_it(sources: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word added to the lexicon is a word of old passages at once; the rest is carried over, and the report says what changed."""
    build([sources], url)
    word = "南岭区向"
    assert word in FIRST
    cutter = Segmenter((*analysis.lexicon(), word))
    known = (*analysis.lexicon(), word)
    monkeypatch.setattr("search.query.analysis.segmenter", lambda: cutter)
    monkeypatch.setattr("search.query.analysis.lexicon", lambda: known)
    for module in ("search.building.base", "search.building.build", "search.answering.opened"):
        monkeypatch.setattr(f"{module}.lexicon", lambda: known, raising=False)
        monkeypatch.setattr(f"{module}.fingerprint", lambda: "with the word", raising=False)
    monkeypatch.setattr("search.engine.whoosh.write.writer.segmenter", lambda: cutter)
    report = build([sources], url)
    assert statuses(report) == {"a.txt": "kept", "b.txt": "kept"}
    assert report.recut == 1
    assert [(one.word, one.added, one.before) for one in report.words] == [(word, True, 0)]
    assert build([sources], url).unchanged


def _read_or_die(work: Work) -> object:
    """A reader that one file kills."""
    if b"KILL" in work.source.data:
        os.kill(os.getpid(), signal.SIGKILL)
    return read_work(work)


@pytest.mark.skipif(sys.platform != "linux", reason="worker processes are forked on Linux only")
def test_a_file_that_kills_its_reader_is_rejected_alone(sources: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process dies, the other sources are read all the same."""
    (sources / "deadly.txt").write_text(f"{FIRST} KILL\n", encoding="utf-8")
    for number in range(12):
        (sources / f"more{number}.txt").write_text(f"第{number}件。{SECOND}\n", encoding="utf-8")
    monkeypatch.setattr("search.building.workers.read_work", _read_or_die)
    monkeypatch.setattr("search.building.workers.PARALLEL_FROM", 0)
    monkeypatch.setattr("search.building.workers.threading.active_count", lambda: 1)
    report = build([sources], url)
    assert [file.name for file in report.rejected] == ["deadly.txt"]
    assert report.documents == 14
