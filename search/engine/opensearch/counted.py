"""Counts of passages, many in one request, and kept: a generation never changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from threading import Lock
from typing import Any

from search.engine.opensearch.cluster import Cluster, Json
from search.engine.opensearch.filters import PASSAGES, filtered
from search.engine.opensearch.generations import ClusterGeneration
from search.engine.opensearch.matching import matching
from search.engine.opensearch.queries import NOTHING, Query, all_of, any_of, run_query, word_query
from search.engine.opensearch.scored import Frequencies, leaves
from search.engine.port import Narrowed
from search.query.plan import Node, Pattern, Term

AT_ONCE = 100
"""Counts asked for in one request."""
KEPT = 20_000
"""Counts kept at hand."""


class PassageCounter:
    """Counts over one generation. Thread-safe."""

    def __init__(self, cluster: Cluster, alias: str, generation: ClusterGeneration) -> None:
        self._cluster, self._alias, self._generation = cluster, alias, generation
        self._known: OrderedDict[Hashable, int] = OrderedDict()
        self._lock = Lock()

    def runs(self, runs: Sequence[str]) -> list[int]:
        """For each run, the number of passages it occurs in."""
        found = self.counts({("run", run): run_query(run) for run in runs})
        return [found["run", run] for run in runs]

    def pattern(self, node: Pattern) -> int:
        """The number of passages that match a pattern."""
        return self.counts({("pattern", node): matching(node)})["pattern", node]

    def totals(self, wanted: Sequence[Narrowed]) -> list[int]:
        """The number of passages that match each plan under its filters, in one request."""
        found = self.counts({("plan", plan, filters): filtered(matching(plan), filters) for plan, filters in wanted})
        return [found["plan", plan, filters] for plan, filters in wanted]

    def frequencies(self, plan: Node) -> Frequencies:
        """What the scores of a plan need, in one request at most."""
        wanted: dict[Hashable, Query] = {}
        for leaf in leaves(plan):
            if isinstance(leaf, Pattern):
                wanted["pattern", leaf] = matching(leaf)
                continue
            for run in leaf.runs if isinstance(leaf, Term) else (leaf.run,):
                wanted["run", run.text] = run_query(run.text)
            if isinstance(leaf, Term) and len(leaf.words) > 1:
                wanted.update({("word", word): word_query(word) for word in leaf.words})
        found = self.counts(wanted)

        def of(kind: str) -> dict[Any, int]:
            return {key[1]: count for key, count in found.items() if isinstance(key, tuple) and key[0] == kind}

        manifest = self._generation.manifest
        return Frequencies(manifest.passages, self._generation.mean_length, of("run"), of("word"), of("pattern"))

    def counts(self, wanted: Mapping[Hashable, Query]) -> dict[Hashable, int]:
        """The number of passages of each query."""
        with self._lock:
            found = {key: self._known[key] for key in wanted if key in self._known}
            for key in found:
                self._known.move_to_end(key)
        missing = [key for key in wanted if key not in found]
        for at in range(0, len(missing), AT_ONCE):
            some = missing[at : at + AT_ONCE]
            found.update(zip(some, self._ask([wanted[key] for key in some]), strict=True))
        with self._lock:
            self._known.update((key, found[key]) for key in missing)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return found

    def _ask(self, queries: Sequence[Query]) -> Iterator[int]:
        asked = {str(at): query for at, query in enumerate(queries) if query is not NOTHING}
        if not asked:
            return iter([0] * len(queries))
        body: Json = {
            "size": 0,
            "track_total_hits": False,
            "query": all_of([PASSAGES, any_of(list(asked.values()))]),
            "aggs": {"each": {"filters": {"filters": asked}}},
        }
        buckets = self._cluster.search(self._alias, body, shards=self._generation.shards)["aggregations"]["each"]["buckets"]
        return iter([buckets[str(at)]["doc_count"] if str(at) in asked else 0 for at in range(len(queries))])
