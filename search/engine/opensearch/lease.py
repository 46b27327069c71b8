"""One builder at a time: a record that says who builds, renewed while they do. Whoever stops renewing it has lost it."""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from search.engine.opensearch.cluster import Absent, Cluster, Conflict, Json, Refused
from search.engine.opensearch.encode import digest
from search.engine.port import Share
from search.errors import BuildBusy, EngineUnavailable

SECONDS = 60.0
"""How long a lease holds without being renewed."""
RENEWED = 10.0


BUILD = "lease"


def share_lease(share: Share) -> str:
    """The name of the right to build one share."""
    return f"{BUILD} {share.number}/{share.of}"


class Lease:
    """The right to build in one collection, or one share of it. Raises BuildBusy where another has it."""

    def __init__(self, cluster: Cluster, state: str, name: str = BUILD) -> None:
        self._cluster, self._path = cluster, f"/{state}/_doc/{digest(name)}"
        self._owner = secrets.token_hex(8)
        self._version: tuple[int, int] | None = None
        self._ended = threading.Event()
        self.lost = False
        self._take()
        self._key = (str(cluster.address.nodes), state, name)
        _HELD[self._key] = self
        self._renewing = threading.Thread(target=self._renew, name="lease", daemon=True)
        self._renewing.start()

    def give_back(self) -> None:
        """Lets others build. Harmless when done twice."""
        if self._ended.is_set():
            return
        self._ended.set()
        _HELD.pop(self._key, None)
        self._renewing.join(timeout=30)
        if not self.lost and self._version is not None:
            with suppress(Absent, Conflict, Refused, EngineUnavailable):
                self._cluster.ask("DELETE", self._path, if_seq_no=self._version[0], if_primary_term=self._version[1])

    def refuse_lost(self) -> None:
        """Raises BuildBusy where the lease ran out and another may have taken it."""
        if self.lost:
            raise BuildBusy("与集群断开太久，构建权已失效，没有改动正在使用的版本。", hint="请再运行一次 bangfu build。")

    def is_ours(self) -> bool:
        """Whether the record says that we hold the lease."""
        return not self.lost and self._own_version() is not None

    def _own_version(self) -> tuple[int, int] | None:
        """The version of the record, if it is ours: so it is after a renewal whose answer was lost."""
        try:
            found = self._cluster.ask("GET", self._path)
        except (Absent, EngineUnavailable):
            return None
        owner = found["_source"]["record"].get("owner")
        return (int(found["_seq_no"]), int(found["_primary_term"])) if owner == self._owner else None

    def _take(self) -> None:
        for _ in range(3):
            try:
                found = self._cluster.ask("GET", self._path)
            except Absent:
                wanted: dict[str, Any] = {"op_type": "create"}
            else:
                held = found["_source"]["record"]
                if not _has_ended(held):
                    raise BuildBusy("另一个构建正在进行。", hint=f"它在 {held['host']} 上；请等它结束，或停下它一分钟后再试。")
                wanted = {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}
            with suppress(Conflict):
                self._put(wanted)
                return
        raise BuildBusy("另一个构建正在进行。", hint="请等它结束后再试。")

    def _put(self, wanted: dict[str, Any]) -> None:
        body = {"row": "record", "record": self._record()}
        answer = self._cluster.ask("PUT", self._path, body, seconds=SECONDS / 2, **wanted)
        self._version = int(answer["_seq_no"]), int(answer["_primary_term"])

    def _record(self) -> Json:
        return {"owner": self._owner, "host": socket.gethostname(), "process": os.getpid(), "until": time.time() + SECONDS}

    def _renew(self) -> None:
        renewed = time.monotonic()
        while not self._ended.wait(RENEWED):
            assert self._version is not None
            try:
                self._put({"if_seq_no": self._version[0], "if_primary_term": self._version[1]})
                renewed = time.monotonic()
            except Conflict:
                self._version = self._own_version()
                if self._version is None:
                    self.lost = True
                    return
            except Exception:  # whatever it is, it is tried again until the lease has run out
                if time.monotonic() - renewed > SECONDS:
                    self.lost = True
                    return


_HELD: dict[tuple[str, str, str], Lease] = {}
"""The leases of this process, by cluster, collection and name."""


def holder_of(cluster: Cluster, state: str, name: str) -> Json | None:
    """Who holds a lease now; None where nobody does."""
    try:
        held: Json = cluster.ask("GET", f"/{state}/_doc/{digest(name)}")["_source"]["record"]
    except Absent:
        return None
    return None if _has_ended(held) else held


@contextmanager
def lease_of(cluster: Cluster, state: str) -> Iterator[Lease]:
    """The lease of a collection for as long as the context is open: the one that this process has, else a new one. Raises BuildBusy."""
    held = _HELD.get((str(cluster.address.nodes), state, BUILD))
    if held is not None:
        held.refuse_lost()
        yield held
        return
    lease = Lease(cluster, state)
    try:
        yield lease
    finally:
        lease.give_back()


def _has_ended(held: Json) -> bool:
    """Whether a lease has run out, or its holder was a process of this machine that is no more."""
    if held["until"] < time.time():
        return True
    if held["host"] != socket.gethostname() or held["process"] == os.getpid():
        return False
    try:
        os.kill(held["process"], 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
