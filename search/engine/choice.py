"""Which engine an engine URL names. The one place where a body is chosen, and so where it is imported only when it is asked for."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import cast

from search.engine.port import Engine, Writer
from search.errors import EngineUnavailable

BODIES = {"whoosh": "search.engine.whoosh", "memory": "search.engine.memory"}
DEFAULT_URL = "whoosh:index_data"


def load_engine(url: str) -> None:
    """Imports the body, and opens nothing. Raises EngineUnavailable."""
    import_module(BODIES[_parts(url)[0]])


def open_engine(url: str) -> Engine:
    """The engine's generation in force. Raises IndexMissing, IndexDamaged or EngineUnavailable."""
    body, place = _parts(url)
    return cast(Engine, import_module(BODIES[body]).open_engine(place))


def generation_in_force(url: str) -> str:
    """The name of the generation that `open_engine` would open, without opening it. Raises what `open_engine` does."""
    body, place = _parts(url)
    return cast(str, import_module(BODIES[body]).generation_in_force(place))


def open_writer(url: str, *, analysis: str, base: bool) -> Writer:
    """A writer of a new generation; `base` lets it keep documents of the one in force. Raises BuildBusy."""
    body, place = _parts(url)
    return cast(Writer, import_module(BODIES[body]).open_writer(place, analysis=analysis, base=base))


def state_directory(url: str) -> Path | None:
    """Where what outlives generations (the ledger) is kept; None where the engine keeps nothing on this machine's disk."""
    body, place = _parts(url)
    return Path(place) if body == "whoosh" else None


def _parts(url: str) -> tuple[str, Path | str]:
    body, colon, place = url.partition(":")
    if not colon:
        body, place = "whoosh", url
    if body not in BODIES:
        raise EngineUnavailable(f"不认识的引擎“{body}”。", hint="可用的引擎地址：whoosh:目录、memory:名字。")
    return body, Path(place or "index_data") if body == "whoosh" else place
