"""The distributed engine: the same answers from an OpenSearch cluster. The only user of its client (`pip install bangfu[opensearch]`)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import cast

from search.engine.port import Capabilities, Engine, Share, SharingWriter, Writer
from search.errors import EngineUnavailable, IndexDamaged, IndexMissing

try:
    import opensearchpy  # noqa: F401  whether it is there is all that is asked
except ImportError:
    raise EngineUnavailable("没有安装 OpenSearch 的客户端。", hint="请运行 pip install 'bangfu[opensearch]'。") from None

from search.engine.opensearch.address import Address, read_address
from search.engine.opensearch.answer import DEPTH
from search.engine.opensearch.cluster import Cluster
from search.engine.opensearch.engine import OpenSearchEngine
from search.engine.opensearch.generations import Generations
from search.engine.opensearch.lease import lease_of
from search.engine.opensearch.links import ClusterLedger

__all__ = ["BODY"]

KEPT = 3
STATE = Path("index_data")


class OpenSearchBody:
    """`search.engine.port.Body` for `opensearch://HOST:PORT/NAME`."""

    name = "opensearch"
    capabilities = Capabilities(depth=DEPTH)

    def open_engine(self, place: str) -> Engine:
        cluster = _cluster(place)
        cluster.check_version()
        generations = Generations(cluster)
        return OpenSearchEngine(cluster, generations.read(generations.name_in_force()))

    def generation_in_force(self, place: str) -> str:
        return Generations(_cluster(place)).name_in_force()

    def open_writer(self, place: str, *, analysis: str, base: bool, keep: int = KEPT) -> Writer:
        # The writer is loaded only by who builds.
        module = import_module(f"{__name__}.writer")
        return cast(Writer, module.OpenSearchWriter(_cluster(place), analysis=analysis, base=base, keep=keep))

    def open_share(self, place: str, *, analysis: str, share: Share) -> SharingWriter:
        module = import_module(f"{__name__}.writer")
        return cast(SharingWriter, module.OpenSearchWriter(_cluster(place), analysis=analysis, base=False, share=share))

    # --- search.engine.port.KeepsGenerations -----------------------------------------------------------------------------------

    def open_earlier(self, place: str) -> Engine:
        cluster = _cluster(place)
        generations = Generations(cluster)
        for generation in islice(generations.kept(generations.name_in_force()), 1, None):
            return OpenSearchEngine(cluster, generation)
        raise IndexDamaged("索引已损坏，也没有完好的旧版本。", hint="请运行 bangfu build --full 重建索引。")

    def roll_back(self, place: str, to: str = "") -> str:
        cluster = _cluster(place)
        generations = Generations(cluster)
        with lease_of(cluster, generations.state):
            pointer = generations.in_force()
            names = self.kept_generations(place)
            if pointer is None or not names or (to and to not in names):
                raise IndexMissing("没有可以退回的版本。", hint=f"保留着的版本：{'、'.join(names) or '无'}。")
            generations.put_in_force(generations.read(to or names[0]), pointer)
            return to or names[0]

    def kept_generations(self, place: str) -> tuple[str, ...]:
        generations = Generations(_cluster(place))
        return tuple(generation.name for generation in islice(generations.kept(generations.name_in_force()), 1, None))

    def verify(self, place: str, name: str) -> tuple[str, ...]:
        cluster = _cluster(place)
        return OpenSearchEngine(cluster, Generations(cluster).read(name)).check()

    @contextmanager
    def locked(self, place: str) -> Iterator[None]:
        cluster = _cluster(place)
        with lease_of(cluster, Generations(cluster).state):
            yield

    # --- search.engine.choice.KeepsLedger -----------------------------------------------------------------------------

    def open_ledger(self, place: str, *, read_only: bool) -> ClusterLedger | None:
        """The ledger in the cluster; None where there is none and it is only to be read."""
        found = ClusterLedger(_cluster(place), read_only=read_only)
        return found if found.there else None

    def state(self, place: str) -> Path:
        return STATE / "opensearch" / read_address(place, os.environ).name


BODY = OpenSearchBody()


def _cluster(place: str) -> Cluster:
    return _connected(read_address(place, os.environ))


@lru_cache(maxsize=16)
def _connected(address: Address) -> Cluster:
    """One way to each cluster for the whole process: connections are kept, and shared by all that ask."""
    return Cluster(address)
