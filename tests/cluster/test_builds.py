"""Building at a cluster: deltas, rollback, what is refused, what a killed build leaves, and who may build at once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from search import Settings, build, copy_index, keeping, open_library
from search.building.keeping import ledger_to_read
from search.engine.choice import generation_in_force, load_body, open_engine, open_writer
from search.engine.opensearch import writer as writing
from search.engine.opensearch.cluster import Json
from search.engine.opensearch.encode import Row, digest, document_rows
from search.engine.opensearch.engine import OpenSearchEngine
from search.engine.opensearch.writer import OpenSearchWriter
from search.engine.port import SearchRequest
from search.errors import BuildBusy, SearchError
from search.model import Document
from search.query.analysis import fingerprint
from search.query.plan import All, Run, Term
from search.question import Question
from search.results import LinkState
from tests.cluster.nodes import Nodes
from tests.engine.corpora import corpus
from tests.engine.factories import memory
from tests.engine.test_conformance import shown

pytestmark = pytest.mark.cluster
Place = Callable[..., str]
T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
PLANS = (All(), Term((Run("扶贫"),)), Term((Run("京"),)), Term((Run("消费扶贫"),), ("消费", "扶贫")))
BUILDER = """
import sys
from search import build
build([sys.argv[1]], sys.argv[2])
"""


def write(url: str, documents: Sequence[Document], *, keep: int = 3, unread: bool = False) -> None:
    """A generation of these documents: those of the base are kept, or carried over unread where all of the same id are the same; the
    others added."""
    writer = open_writer(url, analysis=fingerprint(), base=True, keep=keep)
    carried = writer.carry([document.id for document in documents]) if unread else frozenset()
    for document in sorted(documents, key=lambda one: one.id):
        if document.id not in carried and writer.keep(document.id) != document:
            writer.add(document)
    writer.commit()
    writer.publish()


def same(url: str, documents: Sequence[Document], tmp_path: Path) -> None:
    """The generation in force answers as the oracle does over these documents, scores included."""
    engine, wanted = open_engine(url), memory(documents, {}, tmp_path)
    for plan in PLANS:
        assert shown(engine.search(SearchRequest(plan=plan, limit=300))) == shown(wanted.search(SearchRequest(plan=plan, limit=300)))
    assert list(engine.passages()) == list(wanted.passages())
    assert engine.check() == ()


def indices(nodes: Nodes, url: str) -> list[str]:
    """The indices of passages that a collection has."""
    name = url.rpartition("/")[2]
    return sorted(nodes.ask(f"/{name}-s-*/_settings"))


def test_deltas_answer_as_one_index_does(node: Nodes, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents come, go and change over a dozen builds: each generation is that of a build from nothing, old indices are joined and go."""
    monkeypatch.setattr(writing, "MOST_SEGMENTS", 4)
    url, chance, known = place(), random.Random(3), list(corpus(3))
    now = known[:5]
    for number in range(10):
        write(url, now, unread=number % 2 == 1)
        same(url, now, tmp_path)
        now = chance.sample(known, chance.randint(2, len(known)))
    assert len(indices(node, url)) <= 4 + 2 * 3


def test_what_is_missing_of_a_generation_is_said(place: Place) -> None:
    """Other numbers of passages, characters or documents than were written are faults, each in a sentence."""
    url = place()
    write(url, corpus(3))
    engine = open_engine(url)
    assert isinstance(engine, OpenSearchEngine)
    whole = engine._generation
    manifest = whole.manifest
    wrong = (
        replace(whole, length=whole.length + 1),
        replace(whole, manifest=replace(manifest, passages=manifest.passages + 1)),
        replace(whole, manifest=replace(manifest, documents=manifest.documents + 1)),
    )
    assert OpenSearchEngine(engine._cluster, whole).check() == ()
    assert [len(OpenSearchEngine(engine._cluster, one).check()) for one in wrong] == [1, 1, 1]


def test_a_document_added_twice_counts_once(place: Place, tmp_path: Path) -> None:
    """The last one counts, and nothing of the first is found."""
    url = place()
    one, *others = corpus(3)
    shorter = replace(one, passages=one.passages[:1])
    writer = open_writer(url, analysis=fingerprint(), base=False)
    for document in (one, *others, shorter):
        writer.add(document)
    writer.commit()
    writer.publish()
    same(url, [shorter, *others], tmp_path)


def test_a_generation_can_be_gone_back_to(place: Place, tmp_path: Path) -> None:
    """Rollback puts the former generation in force, whole; the next build stands on it; what is kept no longer is not there."""
    url, known = place(), list(corpus(3))
    for count in (3, 5, 7, 9):
        write(url, known[:count])
    assert len(load_body(url)[0].kept_generations(url.partition(":")[2])) == 2  # type: ignore[attr-defined]
    keeping.roll_back(url)
    same(url, known[:7], tmp_path)
    write(url, known[2:8])
    same(url, known[2:8], tmp_path)


def test_one_bad_document_stops_nothing(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the cluster refuses is listed with its reason; the others are found, and have links."""
    monkeypatch.chdir(tmp_path)
    for name in ("甲", "乙", "丙"):
        (tmp_path / f"{name}.txt").write_text(f"{name}县消费扶贫见成效\n\n2019年，{name}县销售农产品，带动贫困户增收。\n", encoding="utf-8")

    def spoiled(document: Document, number: int, receipt: str) -> list[tuple[str, Row]]:
        rows = document_rows(document, number, receipt)
        return [(id_, {**row, "unheard_of": 1}) for id_, row in rows] if "乙" in document.title else rows

    monkeypatch.setattr(writing, "document_rows", spoiled)
    report = build(sorted(tmp_path.glob("*.txt")), url := place())
    assert {file.name: file.status for file in report.files} == {"甲.txt": "built", "乙.txt": "rejected", "丙.txt": "built"}
    assert "strict_dynamic_mapping_exception" in next(file.reason for file in report.files if file.name == "乙.txt")
    with open_library(url) as library:
        assert library.search("农产品").documents == 2
        assert len(library.documents()) == report.documents == 2
        for one in library.documents():
            for passage in library.document(one.id).document.passages:
                assert library.passage(passage.id).resolution.state is LinkState.EXACT
    assert keeping.check(url).faults == ()


def test_an_index_is_copied_with_its_links(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the embedded engine to a cluster without a source: same answers, same link states, and the next build reads nothing again."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "甲.txt"
    file.write_text(
        "密云区消费扶贫见成效\n\n2019年，密云区帮助滦平县销售农产品。\n\n两地干部交流任职，人才培训班办了十二期。\n", encoding="utf-8"
    )
    ours, theirs = f"whoosh:{tmp_path / 'index'}", place()
    build([file], ours)
    with open_library(ours) as library:
        old = [passage.id for one in library.documents() for passage in library.document(one.id).document.passages]
    file.write_text("密云区消费扶贫见成效\n\n2019年，密云区帮助滦平县销售农产品。\n", encoding="utf-8")
    build([file], ours)
    copy_index(ours, theirs)
    with open_library(ours) as one, open_library(theirs) as other:
        assert [hit.passage for hit in one.search("密云").hits] == [hit.passage for hit in other.search("密云").hits]
        states = [[library.passage(id_).resolution for id_ in old] for library in (one, other)]
    assert states[0] == states[1]
    assert {resolution.state for resolution in states[0]} == {LinkState.EXACT, LinkState.GONE}
    assert build([file], theirs).unchanged
    assert keeping.check(theirs).faults == ()


def test_the_ledger_says_what_changed_as_a_file_does(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over four builds: which documents each touched, when each last changed, when each passage was first seen, and so what is new; of
    parts of the documents, when any came, changed or went."""
    monkeypatch.chdir(tmp_path)
    sources = tmp_path / "sources"
    sources.mkdir()
    urls, ledgers, newest = (f"whoosh:{tmp_path / 'index'}", place()), [], []
    for number in range(4):
        (sources / "乙.txt").unlink(missing_ok=True)
        for name in ("甲", "乙", "丙")[: number + 1] if number < 3 else ():
            (sources / f"{name}.txt").write_text(
                f"{name}县见成效\n\n第{number}批干部到{name}县。\n\n{name}县卖出农产品。\n", encoding="utf-8"
            )
        for url in urls:
            build([sources], url)
    for url in urls:
        with open_library(url) as library, ledger_to_read(url, Settings()) as ledger:
            ids = [passage.id for one in library.documents() for passage in library.document(one.id).document.passages]
            documents = library.document_ids()
            builds = ledger.generations()
            order = {one.name: at for at, one in enumerate(builds)}
            when = {one.created: at for at, one in enumerate(builds)}
            last = {document: when[created] for document, created in ledger.last_changed(documents).items()}
            changed = [sorted(ledger.changed(one)) for one in builds]
            assert [len(ledger.changed(one, 1)) for one in builds] == [0, 1, 1, 1]
            parts = [when[created] for created in ledger.newest_changes(["", *documents[1:]])]
            some = ledger.last_changed([documents[1], "no such"])
            ledgers.append((changed, ledger.first_seen([*ids, "no such"]), last, parts, len(some)))
            found = library.newest(Question("县")).hits
            newest.append([(one.hit.passage.id, order[one.generation]) for one in found])
    assert [len(some) for some in ledgers[0][0]] == [0, 3, 2, 1]
    assert sorted(ledgers[0][3]) == [0, 1], "of the newest first: 乙 went in the last build, the others changed in the one before"
    assert ledgers[0] == ledgers[1]
    assert newest[0] == newest[1]


@pytest.mark.skipif(sys.platform == "win32", reason="kills a process")
def test_a_killed_build_goes_on(node: Nodes, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed in the middle, a build leaves the old generation in force; the next one takes up what was written, and nothing is lost."""
    monkeypatch.chdir(tmp_path)
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "0.txt").write_text("密云区帮助滦平县销售农产品。\n", encoding="utf-8")
    build([sources], url := place())
    first = generation_in_force(url)
    for number in range(1, 160):
        text = "".join(f"2019年，第{number}批干部到滦平县第{line}个村挂职，带动农户增收。\n\n" for line in range(60))
        (sources / f"{number}.txt").write_text(text, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-c", BUILDER, str(sources), url],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )
    new = _wait(lambda: set(indices(node, url)) - set(_of_generation(node, url, first))).pop()
    _wait(lambda: _many(node, new) > 400)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert generation_in_force(url) == first
    report = build([sources], url)
    assert report.resumed > 0
    assert report.documents == 160
    assert keeping.check(url).faults == ()
    with open_library(url) as library:
        assert library.search("挂职 农户", size=1).documents == 159
    assert len(indices(node, url)) == 2


def test_one_builds_at_a_time(place: Place) -> None:
    """A second builder is refused with a sentence; when the first is done it may."""
    url = place()
    writer = open_writer(url, analysis=fingerprint(), base=False)
    with pytest.raises(BuildBusy):
        open_writer(url, analysis=fingerprint(), base=False)
    writer.abort()
    open_writer(url, analysis=fingerprint(), base=False).abort()


def test_of_two_builds_at_once_one_is_refused_in_a_sentence(place: Place, tmp_path: Path) -> None:
    """Two commands on the same sources, started together: one builds, the other says who does and ends with the code for that; the
    generation is whole, and links lead to it."""
    (sources := tmp_path / "sources").mkdir()
    for number in range(150):
        lines = (f"第{number}批干部到滦平县第{line}个村挂职，采购农产品{line + 7}吨。\n\n" for line in range(40))
        (sources / f"{number}.txt").write_text("".join(lines), encoding="utf-8")
    url = place()
    command = [sys.executable, "-P", "-m", "search", "build", str(sources), "--engine", url]
    builders = []
    for number in range(2):
        home = tmp_path / f"home{number}"
        home.mkdir()
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "BANGFU_STATE": str(home)}
        builders.append(subprocess.Popen(command, cwd=home, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
    said = [builder.communicate(timeout=300)[0] for builder in builders]
    told = {builder.returncode: text for builder, text in zip(builders, said, strict=True)}
    assert sorted(told) == [0, 2], told
    assert "另一个构建正在进行" in told[2]
    assert "Traceback" not in told[2]
    assert keeping.check(url).faults == ()
    with open_library(url) as library:
        assert len(library.documents()) == 150
        (passage, *_) = library.document("7").document.passages
        assert library.passage(passage.id).resolution.state is LinkState.EXACT


def test_who_lost_the_right_to_build_changes_nothing(place: Place, tmp_path: Path) -> None:
    """A builder that was cut off for so long that another built meanwhile is refused at the end, and the other's generation stays."""
    url, known = place(), list(corpus(3))
    slow = open_writer(url, analysis=fingerprint(), base=False)
    assert isinstance(slow, OpenSearchWriter)
    slow.add(known[0])
    slow._lease._ended.set()  # it renews no longer …
    body: Json = {"row": "record", "record": {"owner": "", "host": "", "process": 0, "until": time.time() - 1}}
    slow._cluster.ask("PUT", f"/{slow._generations.state}/_doc/{digest('lease')}", body)  # … and has run out
    write(url, known)
    last = generation_in_force(url)
    with pytest.raises(SearchError):
        slow.commit()
    theirs = slow._generations.read(last)
    other = replace(theirs, manifest=replace(theirs.manifest, generation="other"))
    with pytest.raises(BuildBusy):
        slow._generations.put_in_force(other, slow._before)
    slow.abort()
    assert generation_in_force(url) == last
    same(url, known, tmp_path)


def _wait(condition: Callable[[], T], seconds: float = 60.0) -> T:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def _of_generation(nodes: Nodes, url: str, generation: str) -> list[str]:
    return sorted(nodes.ask(f"/_alias/{url.rpartition('/')[2]}-g-{generation}"))


def _many(nodes: Nodes, index: str) -> int:
    nodes.ask(f"/{index}/_refresh", method="POST")
    found = nodes.ask(f"/{index}/_search", {"size": 0, "track_total_hits": True})
    return int(found["hits"]["total"]["value"])  # type: ignore[index]
