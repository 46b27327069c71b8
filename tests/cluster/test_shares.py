"""Shares: several processes read a part of the sources each, one finishes, and the generation is that of a build by one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from search import build, keeping, open_library
from search.building.shares import is_of_share
from search.engine.choice import open_engine, open_share, open_writer
from search.engine.port import SearchRequest, Share
from search.errors import BadRequest, BuildBusy
from search.query.analysis import fingerprint
from search.query.plan import All, Run, Term
from search.results import LinkState
from tests.cluster.nodes import Nodes
from tests.engine.corpora import corpus
from tests.engine.test_conformance import shown

pytestmark = pytest.mark.cluster
Place = Callable[..., str]
ROOT = Path(__file__).resolve().parents[2]
MANY = 120
PLANS = (All(), Term((Run("农产品"),)), Term((Run("采购"),)), Term((Run("挂职"),)))


def collection(folder: Path, many: int = 24) -> Path:
    """Documents of some passages each, two of them the same article under two names, and a file that cannot be read."""
    sources = folder / "sources"
    sources.mkdir()
    for number in range(many):
        lines = [f"2019年，第{number}批干部到滦平县第{line}个村挂职，采购农产品{number * line + 7}吨。\n\n" for line in range(30)]
        (sources / f"{number:03d}.txt").write_text("".join(lines), encoding="utf-8")
    (sources / "reprint.txt").write_bytes((sources / "007.txt").read_bytes())
    (sources / "broken.pdf").write_bytes(b"%PDF-1.7 nothing follows")
    return sources


def share(url: str, sources: Path, text: str, folder: Path) -> subprocess.Popen[str]:
    """`bangfu build --share` in a process of its own, with a state folder of its own, as on another machine."""
    home = folder / text.replace("/", "-")
    home.mkdir(exist_ok=True)
    command = [sys.executable, "-P", "-m", "search", "build", str(sources), "--engine", url, "--share", text]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "BANGFU_STATE": str(home)}
    return subprocess.Popen(
        command, cwd=home, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )


def same(url: str, other: str) -> None:
    """Both answer alike, scores, copies and suggestions included, and have the same documents."""
    ours, theirs = open_engine(url), open_engine(other)
    for plan in PLANS:
        assert shown(ours.search(SearchRequest(plan=plan, limit=300))) == shown(theirs.search(SearchRequest(plan=plan, limit=300)))
    assert list(ours.passages()) == list(theirs.passages())
    assert ours.documents() == theirs.documents()
    assert ours.check() == ()
    with open_library(url) as one, open_library(other) as two:
        assert [one.document(d.id).copies for d in ours.documents()[:10]] == [two.document(d.id).copies for d in theirs.documents()[:10]]
        assert one.suggest("采购") == two.suggest("采购")


@pytest.mark.skipif(sys.platform == "win32", reason="kills a process")
def test_two_shares_and_one_who_finishes(node: Nodes, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes at once, one of them killed in the middle and run again: whoever finishes reads nothing again, and the generation is
    that of one build on one machine, reprints, suggestions and links included."""
    monkeypatch.chdir(tmp_path)
    sources, url = collection(tmp_path, MANY), place("?shards=2")
    first, second = share(url, sources, "1/2", tmp_path), share(url, sources, "2/2", tmp_path)
    _wait(lambda: _has_laid(node, url, Share(1, 2)))
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    told, _ = second.communicate(timeout=300)
    assert second.returncode in (0, 1), told
    again = share(url, sources, "1/2", tmp_path)
    told, _ = again.communicate(timeout=300)
    assert again.returncode in (0, 1), told
    assert "第 1/2 份已读完" in told
    assert "中断前已处理" in told
    report = build([sources], url)
    assert report.resumed == MANY + 2
    assert (report.documents, len(report.rejected), report.copies) == (MANY + 1, 1, 1)
    assert len(node.ask(f"/{_name(url)}-s-*/_settings")) == 1
    assert not node.ask(f"/{_name(url)}-w-*/_settings")
    build([sources], other := f"whoosh:{tmp_path / 'alone'}")
    same(url, other)
    with open_library(url) as library:
        for one in library.documents()[:3]:
            for passage in library.document(one.id).document.passages:
                assert library.passage(passage.id).resolution.state is LinkState.EXACT
    assert keeping.check(url).faults == ()
    assert build([sources], url).unchanged


def test_what_no_share_has_read_the_one_who_finishes_reads(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of three shares never comes, a source has changed since its share, another has gone: nothing is missing, nothing is stale."""
    monkeypatch.chdir(tmp_path)
    sources, url = collection(tmp_path), place()
    for text in ("1/3", "3/3"):
        report = build([sources], url, share=text)
        assert report.share == text
        assert report.generation == ""
    shared = [path for path in sorted(sources.glob("0*.txt")) if is_of_share(_source(path), Share(1, 3))]
    shared[0].write_text("2020年，密云区帮助滦平县培训教师。\n", encoding="utf-8")
    shared[1].unlink()
    report = build([sources], url)
    assert 0 < report.resumed < 24
    build([sources], other := f"whoosh:{tmp_path / 'alone'}")
    same(url, other)
    with open_library(url) as library:
        assert library.search("培训教师").documents == 1


def test_shares_of_a_later_build_leave_what_is_unchanged(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is a generation already, shares read only what has changed, and old links lead on."""
    monkeypatch.chdir(tmp_path)
    sources, url = collection(tmp_path), place()
    build([sources], url)
    build([sources], other := f"whoosh:{tmp_path / 'alone'}")
    changed = sorted(sources.glob("0*.txt"))[:5]
    with open_library(url) as library:
        old = [passage.id for one in library.documents()[:5] for passage in library.document(one.id).document.passages]
    for path in changed:
        path.write_text(path.read_text(encoding="utf-8").replace("采购农产品", "采购特色农产品"), encoding="utf-8")
    assert sum(len(build([sources], url, share=f"{number}/2").files) for number in (1, 2)) == len(changed)
    assert build([sources], url).resumed == len(changed)
    build([sources], other)
    same(url, other)
    with open_library(url) as one, open_library(other) as two:
        states = [[library.passage(id_).resolution for id_ in old] for library in (one, two)]
    assert states[0] == states[1]
    assert LinkState.CHANGED in {resolution.state for resolution in states[0]}


def test_one_builds_a_share_at_a_time(place: Place) -> None:
    """The same share twice, a whole build beside a share, a share beside a whole build, another number of shares: refused in a sentence."""
    url = place()
    first = open_share(url, analysis=fingerprint(), share=Share(1, 2))
    second = open_share(url, analysis=fingerprint(), share=Share(2, 2))
    first.add(corpus(3)[0])
    second.add(corpus(3)[1])
    with pytest.raises(BuildBusy):
        open_share(url, analysis=fingerprint(), share=Share(1, 2))
    with pytest.raises(BuildBusy):
        open_writer(url, analysis=fingerprint(), base=False)
    with pytest.raises(BuildBusy):
        open_share(url, analysis=fingerprint(), share=Share(1, 3))
    first.suspend()
    second.suspend()
    with pytest.raises(BadRequest):
        open_share(url, analysis=fingerprint(), share=Share(1, 3))
    whole = open_writer(url, analysis=fingerprint(), base=False)
    with pytest.raises(BuildBusy):
        open_share(url, analysis=fingerprint(), share=Share(1, 2))
    whole.abort()
    open_share(url, analysis=fingerprint(), share=Share(1, 3)).suspend()


def _source(path: Path) -> str:
    return path.name


def _name(url: str) -> str:
    return url.rpartition("/")[2].partition("?")[0]


def _has_laid(nodes: Nodes, url: str, part: Share) -> bool:
    """Whether the builder of a share has written a document, and laid by what became of its source: what it would go on from."""
    written = _documents(nodes, f"{_name(url)}-s-*", {"term": {"row": "document"}})
    laid = _documents(nodes, f"{_name(url)}-w-*", {"match_all": {}})
    return any(is_of_share(f"{document}.txt", part) for document in written & laid)


def _documents(nodes: Nodes, indices: str, query: object) -> set[str]:
    try:
        nodes.ask(f"/{indices}/_refresh", method="POST")
        found: Any = nodes.ask(f"/{indices}/_search", {"size": 1_000, "query": query, "_source": ["doc"]})
    except OSError:
        return set()
    return {hit["_source"]["doc"] for hit in found["hits"]["hits"]}


def _wait(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
