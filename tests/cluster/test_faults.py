"""Three nodes, of which some are killed: an answer is right or there is none, nothing is lost, links stay."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from search import Settings, build, keeping, open_library
from search.engine.choice import generation_in_force, open_engine, open_writer
from search.engine.opensearch import bulk
from search.engine.opensearch import cluster as asking
from search.engine.port import Engine, SearchRequest
from search.errors import EngineUnavailable, SearchError
from search.query.analysis import fingerprint
from search.query.plan import All, Run, Term
from search.results import LinkState
from tests.cluster.nodes import NoCluster, Nodes
from tests.engine.corpora import corpus
from tests.engine.factories import fill, memory
from tests.engine.test_conformance import shown
from web import create_app

pytestmark = pytest.mark.cluster
REQUESTS = [SearchRequest(plan, limit=40) for plan in (All(), Term((Run("扶贫"),)), Term((Run("京"),)), Term((Run("密云"),)))]


@pytest.fixture(scope="module")
def three() -> Iterator[Nodes]:
    """Three nodes; each test leaves them as it found them."""
    try:
        nodes = Nodes(3)
    except NoCluster as reason:
        pytest.skip(str(reason))
    try:
        nodes.start()
        yield nodes
    finally:
        nodes.stop()


def healed(nodes: Nodes, down: Sequence[int] = ()) -> None:
    """Starts what is down, and waits until every shard and copy is there."""
    for number in down:
        nodes.start_node(number)
    end = time.monotonic() + 240
    # Each is asked: who has not noticed yet that another was killed says that all is well.
    while time.monotonic() < end and not all(_is_whole(nodes.health(number)) for number in range(3)):
        time.sleep(0.5)


def _is_whole(health: dict[str, object]) -> bool:
    return health.get("status") == "green" and health.get("number_of_nodes") == 3


@contextmanager
def asked_meanwhile(engine: Engine, wanted: Sequence[object]) -> Iterator[dict[str, int]]:
    """Asks from four threads while the context is open: how often the answer was right, how often there was none. Fails on a wrong one."""
    told = {"right": 0, "none": 0}
    wrong: list[object] = []
    stop, lock = threading.Event(), threading.Lock()

    def ask(first: int) -> None:
        at = first
        while not stop.is_set():
            request, expected = REQUESTS[at % len(REQUESTS)], wanted[at % len(REQUESTS)]
            at += 1
            try:
                answer = shown(engine.search(request))
            except EngineUnavailable:
                with lock:
                    told["none"] += 1
            else:
                with lock:
                    told["right"] += 1
                    if answer != expected:
                        wrong.append(request)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield told
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
    assert not wrong


def prepared(nodes: Nodes, name: str, tmp_path: Path) -> tuple[str, Engine, list[object]]:
    """A collection over three shards with a copy of each, and what the oracle answers."""
    url = nodes.place(name, "?shards=3&replicas=1")
    fill(open_writer(url, analysis=fingerprint(), base=False), corpus(3), {})
    healed(nodes)
    oracle = memory(corpus(3), {}, tmp_path)
    return url, open_engine(url), [shown(oracle.search(request)) for request in REQUESTS]


@pytest.mark.parametrize("number", [2, 0], ids=["a data node", "the cluster manager"])
def test_a_node_is_killed_while_searching(three: Nodes, tmp_path: Path, number: int) -> None:
    """No answer is wrong; after a while all are answered from the copies."""
    _, engine, wanted = prepared(three, f"killed{number}", tmp_path)
    with asked_meanwhile(engine, wanted) as told:
        time.sleep(1.0)
        three.kill(number)
        time.sleep(20.0)
    assert told["right"] > 20
    assert [shown(engine.search(request)) for request in REQUESTS] == wanted
    healed(three, [number])


def test_shards_move_while_searching(three: Nodes, tmp_path: Path) -> None:
    """Shards are taken off a node and come back, and every answer is whole."""
    _, engine, wanted = prepared(three, "moving", tmp_path)
    with asked_meanwhile(engine, wanted) as told:
        for excluded in ("n1", ""):
            three.ask("/_cluster/settings", {"persistent": {"cluster.routing.allocation.exclude._name": excluded}}, "PUT")
            time.sleep(6.0)
    assert told["none"] == 0
    assert told["right"] > 20


def test_a_cluster_that_is_away_is_503_and_comes_back(three: Nodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With all nodes stopped the site says 503 with Retry-After, never that nothing was found; afterwards it answers as before."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("密云区帮助滦平县\n\n2019年，密云区帮助滦平县销售农产品，带动贫困户增收。\n", encoding="utf-8")
    url = three.place("away", "?replicas=1")
    build([tmp_path / "a.txt"], url)
    with open_library(url) as library:
        client = create_app(library, Settings(cache_bytes=0)).test_client()
        before = client.get("/api/v1/search?q=农产品").get_json()
        for number in range(3):
            three.pause(number)
        monkeypatch.setattr(asking, "SECONDS", 3.0)
        gone = client.get("/api/v1/search?q=扶贫")
        for number in range(3):
            three.pause(number, on=False)
        monkeypatch.undo()
        assert gone.status_code == 503
        assert gone.headers["Retry-After"]
        healed(three)
        assert client.get("/api/v1/search?q=农产品").get_json() == before


def test_a_node_that_hangs_is_waited_for_and_passed_over(three: Nodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A node that is there and says nothing, as in a long garbage collection: questions time out and are asked elsewhere, none is answered
    wrong, and when it comes back all is as before."""
    monkeypatch.setattr(asking, "ATTEMPT", 2.0)
    _, engine, wanted = prepared(three, "hanging", tmp_path)
    with asked_meanwhile(engine, wanted) as told:
        time.sleep(1.0)
        three.pause(2)
        time.sleep(15.0)
        three.pause(2, on=False)
        time.sleep(5.0)
    assert told["right"] > 20
    healed(three)
    assert [shown(engine.search(request)) for request in REQUESTS] == wanted


def test_at_the_flood_stage_nothing_is_built_and_everything_answered(three: Nodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cluster itself finds its disks too full and bars its indices: a build is refused in a sentence, answers and links stay; with room
    again, which it finds by itself, the same build goes through."""
    monkeypatch.chdir(tmp_path)
    (source := tmp_path / "a.txt").write_text("密云区帮助滦平县\n\n2019年，密云区帮助滦平县销售农产品。\n", encoding="utf-8")
    build([source], url := three.place("flood", "?replicas=1"))
    with open_library(url) as library, flooded(three):
        ids = [passage.id for one in library.documents() for passage in library.document(one.id).document.passages]
        before = generation_in_force(url)
        source.write_text("密云区帮助滦平县\n\n2019年，密云区帮助滦平县大量销售农产品。\n", encoding="utf-8")
        with monkeypatch.context() as patch:
            patch.setattr(asking, "SECONDS", 2.0)
            with pytest.raises(EngineUnavailable, match="磁盘"):
                build([source], url)
        assert generation_in_force(url) == before
        assert library.search("农产品").total == 1
        assert {library.passage(id_).resolution.state for id_ in ids} == {LinkState.EXACT}
    assert build([source], url).documents == 1
    with open_library(url) as library:
        assert {library.passage(id_).resolution.state for id_ in ids} == {LinkState.EXACT, LinkState.CHANGED}
    assert keeping.check(url).faults == ()


@contextmanager
def flooded(nodes: Nodes) -> Iterator[None]:
    """The cluster finds every disk too full while the context is open, and has found room again when it is closed."""
    _watermarks(nodes, "100tb", "10s")
    try:
        _until(lambda: _is_barred(nodes))
        yield
    finally:
        _watermarks(nodes, None, "10s")
        _until(lambda: not _is_barred(nodes))
        _watermarks(nodes, None, None)


def _watermarks(nodes: Nodes, free: str | None, looked_at: str | None) -> None:
    """How much must be free on a disk before anything is stopped, and how often the cluster looks."""
    stages = {f"cluster.routing.allocation.disk.watermark.{stage}": free for stage in ("low", "high", "flood_stage")}
    nodes.ask("/_cluster/settings", {"persistent": {**stages, "cluster.info.update.interval": looked_at}}, "PUT")


def _is_barred(nodes: Nodes) -> bool:
    """Whether an index may not be written to, or none be made."""
    blocks: Any = nodes.ask("/_cluster/state/blocks")["blocks"]
    return bool(blocks.get("global")) or any("12" in one for one in blocks.get("indices", {}).values())


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 180
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.5)


def test_disks_that_fill_while_building_stop_the_build_and_no_answers(
    three: Nodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build that has begun when the cluster bars its indices says so and changes nothing; what was in force answers on."""
    url, engine, wanted = prepared(three, "filling", tmp_path)
    before = generation_in_force(url)
    writer = open_writer(url, analysis=fingerprint(), base=False)
    try:
        with flooded(three):
            monkeypatch.setattr(bulk, "PATIENCE", 3.0)
            writer.add(corpus(2)[0])
            with pytest.raises(SearchError):
                writer.commit()
            assert [shown(engine.search(request)) for request in REQUESTS] == wanted
    finally:
        writer.abort()
    assert generation_in_force(url) == before
    assert [shown(engine.search(request)) for request in REQUESTS] == wanted


def test_a_node_is_killed_while_building(three: Nodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The build goes on with the others; every passage is there, old links lead on, the ledger fits."""
    monkeypatch.chdir(tmp_path)
    sources = tmp_path / "sources"
    sources.mkdir()
    url = three.place("building", "?shards=3&replicas=1")
    _write(sources, range(30), "销售")
    build([sources], url)
    with open_library(url) as library:
        old = [passage.id for one in library.documents()[:3] for passage in library.document(one.id).document.passages]
    _write(sources, range(10, 150), "采购")
    before = _written(three, "building")
    killer = threading.Thread(target=lambda: _when(lambda: _written(three, "building") > before + 200, lambda: three.kill(1)))
    killer.start()
    report = build([sources], url, allow_shrink=True)
    killer.join()
    assert report.documents == 150
    healed(three, [1])
    assert keeping.check(url).faults == ()
    with open_library(url) as library:
        assert library.search("采购农产品", size=1).documents == 140
        assert {library.passage(id_).resolution.state for id_ in old} <= {LinkState.EXACT, LinkState.CHANGED, LinkState.MOVED}


def _written(nodes: Nodes, name: str) -> int:
    """Rows that the indices of a collection have taken."""
    told = nodes.ask(f"/{name}-s-*/_stats/indexing")
    return int(told["_all"]["primaries"]["indexing"]["index_total"])  # type: ignore[index]


def _when(condition: Callable[[], bool], act: Callable[[], None]) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and not condition():
        time.sleep(0.05)
    act()


def _write(folder: Path, numbers: Sequence[int], word: str) -> None:
    for number in numbers:
        lines = [
            f"2019年，第{number}批干部到滦平县第{line}个村，{word}农产品{number * line + 7}吨，带动农户增收。\n\n" for line in range(25)
        ]
        (folder / f"{number:03d}.txt").write_text("".join(lines), encoding="utf-8")
