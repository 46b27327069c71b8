"""What is counted, over all workers: requests, times, what was sent away, the index that answers. Prometheus keeps the numbers in files
that the workers share, where `PROMETHEUS_MULTIPROC_DIR` names a folder for them; `bangfu serve` makes one."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

_REGISTRY = CollectorRegistry()
_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

_MOST: Literal["livemax"] = "livemax"

REQUESTS = Counter("bangfu_requests", "Requests answered, by endpoint and status.", ("endpoint", "status"), registry=_REGISTRY)
SECONDS = Histogram("bangfu_request_seconds", "Time in the site, by endpoint.", ("endpoint",), buckets=_BUCKETS, registry=_REGISTRY)
STAGES = Histogram(
    "bangfu_stage_seconds",
    "Time by stage: the body on its way, waiting for a thread, working (rendering included), rendering.",
    ("stage",),
    buckets=_BUCKETS,
    registry=_REGISTRY,
)
WHOLE = Histogram("bangfu_answer_seconds", "Time from the request to its answer, waiting included.", buckets=_BUCKETS, registry=_REGISTRY)
REJECTED = Counter("bangfu_rejected", "Requests sent away before the site saw them, by reason.", ("reason",), registry=_REGISTRY)
REFUSALS = Counter("bangfu_refused_generations", "Looks at a new generation that could not be taken up.", registry=_REGISTRY)
DEGRADED = Gauge(
    "bangfu_degraded", "1 where a damaged index is answered for by an earlier one.", registry=_REGISTRY, multiprocess_mode="livemax"
)
AGE = Gauge(
    "bangfu_generation_age_seconds", "Since the generation that answers was built.", registry=_REGISTRY, multiprocess_mode="livemax"
)
OPEN = Gauge("bangfu_index_open", "1 where an index is open.", registry=_REGISTRY, multiprocess_mode="livemin")
PASSAGES = Gauge("bangfu_passages", "Passages of the generation that answers.", registry=_REGISTRY, multiprocess_mode=_MOST)
DOCUMENTS = Gauge("bangfu_documents", "Documents of the generation that answers.", registry=_REGISTRY, multiprocess_mode=_MOST)
UPTIME = Gauge("bangfu_uptime_seconds", "Since the oldest worker started.", registry=_REGISTRY, multiprocess_mode=_MOST)


def rejected(reason: str) -> None:
    """Counts a request sent away."""
    REJECTED.labels(reason).inc()


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Counts the time a stage takes."""
    begun = time.perf_counter()
    try:
        yield
    finally:
        STAGES.labels(name).observe(time.perf_counter() - begun)


def observe(seconds: float) -> None:
    """Counts the time an answer took, waiting included."""
    WHOLE.observe(seconds)


def text() -> bytes:
    """All numbers, of all workers, in Prometheus text form."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(_REGISTRY)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together)
