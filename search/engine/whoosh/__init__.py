"""The embedded engine: a Whoosh index whose segments are memory-mapped columns of our own codec.

The only user of Whoosh. Its door is `BODY`; the functions beside it are the same for a folder at hand, everything else is private.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import cast

from search.engine.port import Capabilities, Engine, Writer
from search.engine.whoosh.answer.engine import WhooshEngine
from search.engine.whoosh.files import generation
from search.engine.whoosh.files.generation import KEPT, candidates
from search.engine.whoosh.files.records import read_pointer
from search.errors import IndexDamaged, IndexMissing

__all__ = ["BODY", "generation_in_force", "open_earlier", "open_engine", "open_writer"]


def open_engine(directory: Path) -> Engine:
    """The generation in force in this directory. Raises `IndexMissing`, `IndexDamaged`."""
    return WhooshEngine(directory)


def open_earlier(directory: Path) -> Engine:
    """The newest sound generation before the one in force. Raises `IndexDamaged` where there is none."""
    for named in candidates(directory):
        try:
            return WhooshEngine(directory, named)
        except (IndexDamaged, IndexMissing):
            continue
    raise IndexDamaged("索引已损坏，也没有完好的旧版本。", hint="请运行 bangfu build 重建索引，或从备份恢复。")


def open_writer(directory: Path, *, analysis: str, base: bool, keep: int = KEPT) -> Writer:
    """A writer of a new generation; with `base`, documents of the one in force can be kept. `keep` generations stay when it is published.
    Raises `BuildBusy`."""
    # Whoosh itself is loaded with the writer: a process that only answers starts without it.
    return cast(Writer, import_module(f"{__name__}.write.writer").WhooshWriter(directory, analysis=analysis, base=base, keep=keep))


def generation_in_force(directory: Path) -> str:
    """The name of the generation that `open_engine` would open: one small file read. Raises `IndexMissing`, `IndexDamaged`."""
    return read_pointer(directory).generation


class WhooshBody:
    """`search.engine.port.Body` for `whoosh:FOLDER`."""

    name = "whoosh"
    capabilities = Capabilities()

    def open_engine(self, place: str) -> Engine:
        return open_engine(_folder(place))

    def generation_in_force(self, place: str) -> str:
        return generation_in_force(_folder(place))

    def open_writer(self, place: str, *, analysis: str, base: bool, keep: int = KEPT) -> Writer:
        return open_writer(_folder(place), analysis=analysis, base=base, keep=keep)

    def state(self, place: str) -> Path:
        return _folder(place)

    # --- search.engine.port.KeepsGenerations -----------------------------------------------------------------------------------

    def open_earlier(self, place: str) -> Engine:
        return open_earlier(_folder(place))

    def roll_back(self, place: str, to: str = "") -> str:
        return generation.roll_back(_folder(place), to)

    def kept_generations(self, place: str) -> tuple[str, ...]:
        return generation.kept_generations(_folder(place))

    def verify(self, place: str, name: str) -> tuple[str, ...]:
        return generation.verify(_folder(place), name)

    def copy_in_force(self, place: str, target: str) -> str:
        return generation.copy_in_force(_folder(place), _folder(target))

    def locked(self, place: str) -> AbstractContextManager[None]:
        return generation.locked(_folder(place))


BODY = WhooshBody()


def _folder(place: str) -> Path:
    return Path(place or "index_data")
