"""What a cluster of one node costs: bytes and CPU per passage written, CPU and time per page. `docs/opensearch.md` has what this printed.

    python -m tests.cluster.measure --passages 40000

CPU is that of the node's process, so other work on the machine does not count; caches of answers are emptied before each question."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median

from search.engine.choice import open_engine, open_writer
from search.engine.opensearch import bounded
from search.engine.opensearch.asked import unscored
from search.engine.opensearch.engine import OpenSearchEngine
from search.engine.port import ALL_FACETS, Engine, SearchRequest
from search.query.analysis import fingerprint
from search.query.plan import All, Node, Run, Term
from search.records import RecordRequest
from tests.bench.corpus import documents
from tests.bench.processes import seconds_of_cpu
from tests.cluster.nodes import Nodes

WARMING, TIMES = 3, 12
SHARES = (0.5, 0.1, 0.01, 0.0001)
"""Of the passages, how many have the words that are asked for."""


def words(engine: Engine, passages: int) -> dict[str, Node]:
    """Words that about these shares of the passages have."""
    sampled: dict[str, int] = {}
    for passage in islice(engine.passages(), 2_000):
        for at in range(len(passage.text) - 1):
            sampled[passage.text[at : at + 2]] = 0
    some = list(islice((run for run in sampled if all("\u4e00" <= char <= "\u9fa5" for char in run)), 3_000))
    counts = dict(zip(some, engine.contains(some), strict=True))
    found: dict[str, Node] = {}
    for share in SHARES:
        best = min(counts, key=lambda run: abs(counts[run] - share * passages))
        found[f"a word in {counts[best]:,} passages ({100 * counts[best] / passages:.3g} %)"] = Term((Run(best),))
    return found


class Watched:
    """A node, and what it costs."""

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes

    @property
    def cpu(self) -> float:
        """Seconds that its processes have used."""
        return sum(seconds_of_cpu(pid) for process in self.nodes._processes.values() for pid in _family(process.pid))

    def cost(self, ask: Callable[[], object]) -> tuple[float, float]:
        """Milliseconds of CPU and of time for an answer: the mean and the median of some, after others that warm up."""
        spent, taken = 0.0, []
        for number in range(WARMING + TIMES):
            self.nodes.ask("/_cache/clear?request=true&query=false&fielddata=false", method="POST")
            cpu, begun = self.cpu, time.perf_counter()
            ask()
            if number >= WARMING:
                taken.append(time.perf_counter() - begun)
                spent += self.cpu - cpu
        return 1_000 * spent / TIMES, 1_000 * median(taken)


def _family(pid: int) -> list[int]:
    """The process of a node, which its script has made way for or started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(grandchild for child in children for grandchild in _family(int(child)))]


def main() -> None:
    """Builds, measures, prints; the node goes with all its data."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--heap", default="1g")
    parser.add_argument("--hold", action="store_true", help="keep the node until Enter is pressed")
    given = parser.parse_args()
    nodes = Nodes(heap=given.heap)
    try:
        nodes.start()
        _measure(Watched(nodes), given.passages)
        if given.hold:
            input(f"{nodes.place('measured')} — Enter ends it. ")
    finally:
        nodes.stop()


def _pages(node: Watched, engine: Engine, plan: Node) -> dict[str, tuple[float, float]]:
    """What pages cost, by either way."""
    found = {}
    for way, many in (("all scored", 10**12), ("in two phases", 0)):
        bounded.MANY = many
        for facets in (True, False):
            request = SearchRequest(plan, collect=(ALL_FACETS,) if facets else ())
            found[f"page {way}, {'with all' if facets else 'without'} facets"] = node.cost(partial(engine.search, request))
    return found


def _pieces(node: Watched, engine: OpenSearchEngine, plan: Node) -> dict[str, tuple[float, float]]:
    """What the requests of a page cost that a common word needs."""
    answering = engine._answering
    asked = answering._asked(SearchRequest(plan))
    plain = answering._body(asked) | {"size": 20, "track_total_hits": False}
    counts = plain | {"query": unscored(asked.query), "size": 0, "track_total_hits": True}
    facets = answering._aggregations(asked)
    bodies = {
        "only scored": plain,
        "only counted (hits, tiers, documents)": counts | {"aggs": {"kept": facets["kept"]}},
        "only counted, with all facets": counts | {"aggs": facets},
    }
    if best := bounded.bound(plan, asked.known):
        for size in (60, bounded.FIRST):
            bodies[f"only the first {size} by their bounds"] = answering._bounded(asked, best, {"match_all": {}}, size)
    return {what: node.cost(partial(answering._ask, body)) for what, body in bodies.items()}


def _measure(node: Watched, passages: int) -> None:
    url = node.nodes.place("measured", "?shards=1")
    node_cpu, own = node.cpu, time.process_time()
    writer = open_writer(url, analysis=fingerprint(), base=False)
    for document in documents(passages):
        writer.add(document)
    writer.commit()
    writer.publish()
    own, node_cpu = time.process_time() - own, node.cpu - node_cpu
    node.nodes.ask("/measured-s-*/_flush", method="POST")
    stats = node.nodes.ask("/measured-s-*/_stats/store,docs,segments")
    size = stats["_all"]["primaries"]["store"]["size_in_bytes"]  # type: ignore[index]
    print(f"{passages:,} passages: {size / passages:,.0f} bytes each; to write one {1_000 * own / passages:.2f} ms of CPU in the builder, "
          f"{1_000 * node_cpu / passages:.2f} ms in the node")  # fmt: skip
    engine = open_engine(url)
    assert isinstance(engine, OpenSearchEngine)
    asked = {**words(engine, passages), "everything": All()}
    for plan in asked.values():  # once, so that no way is measured on code that the node has not compiled yet
        _pages(node, engine, plan)
        _pieces(node, engine, plan)
    for name, plan in asked.items():
        hits = engine.search(SearchRequest(plan, limit=0, collect=())).total
        for what, (cpu, taken) in {**_pages(node, engine, plan), **_pieces(node, engine, plan)}.items():
            print(f"{name}; {what}: {cpu:.1f} ms of CPU, {taken:.1f} ms; {1_000 * cpu / max(1, hits):.2f} µs of CPU per hit")
    cpu, taken = node.cost(lambda: engine.records(RecordRequest()))
    print(f"figures of everything: {cpu:.1f} ms of CPU, {taken:.1f} ms")


if __name__ == "__main__":
    main()
