"""Which engine an engine URL names. The one place where a body is chosen, and so where it is imported only when it is asked for."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Protocol, runtime_checkable

from search.engine.port import Body, Engine, KeepsGenerations, Share, Sharing, SharingWriter, Writer
from search.errors import BadRequest, EngineUnavailable
from search.links.keeper import LedgerKeeper

BODIES = {"whoosh": "search.engine.whoosh", "memory": "search.engine.memory", "opensearch": "search.engine.opensearch"}
"""Name → the module whose `BODY` is the engine of that name."""
DEFAULT_URL = "whoosh:index_data"
_ENGINE_URL = re.compile(r"[a-z]{3,}:")


def load_body(url: str) -> tuple[Body, str]:
    """Imports the body an engine URL names, and gives it with its place; opens nothing. Raises EngineUnavailable."""
    name, colon, place = url.partition(":")
    if not colon:
        name, place = "whoosh", url
    if name not in BODIES:
        raise EngineUnavailable(
            f"不认识的引擎“{name[:40]}”。", hint="可用的引擎地址：whoosh:目录、opensearch://主机:9200/名字、memory:名字。"
        )
    body: Body = import_module(BODIES[name]).BODY
    return body, place


def open_engine(url: str) -> Engine:
    """The engine's generation in force. Raises IndexMissing, IndexDamaged or EngineUnavailable."""
    body, place = load_body(url)
    return body.open_engine(place)


def generation_in_force(url: str) -> str:
    """The name of the generation that `open_engine` would open, without opening it. Raises what `open_engine` does."""
    body, place = load_body(url)
    return body.generation_in_force(place)


def open_writer(url: str, *, analysis: str, base: bool, keep: int = 3) -> Writer:
    """A writer of a new generation; `base` lets it keep documents of the one in force; where the body keeps generations, `keep` stay
    afterwards. Raises BuildBusy."""
    body, place = load_body(url)
    if isinstance(body, KeepsGenerations):
        return body.open_writer(place, analysis=analysis, base=base, keep=keep)
    return body.open_writer(place, analysis=analysis, base=base)


def open_share(url: str, *, analysis: str, share: Share) -> SharingWriter:
    """A writer of one share of a generation. Raises BadRequest where the engine takes no shares, BuildBusy."""
    body, place = load_body(url)
    if not isinstance(body, Sharing):
        raise BadRequest("这个引擎不能分份构建。", hint="--share 只用于 opensearch://…。", parameter="share")
    return body.open_share(place, analysis=analysis, share=share)


def keeps_generations(url: str) -> tuple[KeepsGenerations, str] | None:
    """The body an engine URL names, with its place, where it keeps generations behind the one in force."""
    body, place = load_body(url)
    return (body, place) if isinstance(body, KeepsGenerations) else None


@runtime_checkable
class KeepsLedger(Protocol):
    """What a body can do whose state is where its generations are, and not on this machine."""

    def open_ledger(self, place: str, *, read_only: bool) -> LedgerKeeper | None:
        """The rows of the ledger; None where there is none yet and it is only to be read. Raises EngineUnavailable."""


def keeps_ledger(url: str) -> bool:
    """Whether the engine that the URL names keeps the ledger itself."""
    return isinstance(load_body(url)[0], KeepsLedger)


def open_ledger(url: str, *, read_only: bool = False) -> LedgerKeeper | None:
    """The ledger that the engine keeps; None where it keeps none. Raises EngineUnavailable."""
    body, place = load_body(url)
    return body.open_ledger(place, read_only=read_only) if isinstance(body, KeepsLedger) else None


def state_directory(url: str, stated: str = "") -> Path:
    """Where what outlives generations is kept: the folder stated, else the body's own for this place. It may not exist yet."""
    if stated:
        return Path(stated)
    body, place = load_body(url)
    return body.state(place)


def engine_url(place: str | Path) -> str:
    """The engine URL that a path or an engine URL means: a path is that of a `whoosh:` index.

    >>> engine_url("index_data"), engine_url("memory:"), engine_url(Path("/srv/index"))
    ('whoosh:index_data', 'memory:', 'whoosh:/srv/index')"""
    return str(place) if isinstance(place, str) and _ENGINE_URL.match(place) else f"whoosh:{place}"
