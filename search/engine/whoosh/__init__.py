"""The embedded engine: a Whoosh index whose segments are memory-mapped columns of our own codec.

The only user of Whoosh. Its door is `BODY`; everything else is private to the folder.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import cast

from search.engine.port import Capabilities, Engine, Writer
from search.engine.whoosh.answer.engine import WhooshEngine
from search.engine.whoosh.files.generation import read_pointer

__all__ = ["BODY", "generation_in_force", "open_engine", "open_writer"]


def open_engine(directory: Path) -> Engine:
    """The generation in force in this directory. Raises `IndexMissing`, `IndexDamaged`."""
    return WhooshEngine(directory)


def open_writer(directory: Path, *, analysis: str, base: bool) -> Writer:
    """A writer of a new generation; with `base`, documents of the one in force can be kept. Raises `BuildBusy`."""
    # Whoosh itself is loaded with the writer: who only answers starts without it.
    return cast(Writer, import_module(f"{__name__}.write.writer").WhooshWriter(directory, analysis=analysis, base=base))


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

    def open_writer(self, place: str, *, analysis: str, base: bool) -> Writer:
        return open_writer(_folder(place), analysis=analysis, base=base)

    def state(self, place: str) -> Path:
        return _folder(place)


BODY = WhooshBody()


def _folder(place: str) -> Path:
    return Path(place or "index_data")
