"""What limited processes do: each task takes plain values and yields plain values. Modules are loaded when a task needs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from search.model import Metadata, Reading, Source
from search.settings import Settings

INSIDE = False
"""Whether this process is a limited one itself, which does everything on its own."""


def _read(form: str, source: Source, settings: Settings) -> Iterator[Reading]:
    yield import_module("search.reading.registry").reader_of(form)(source, settings)


def _expand(name: str, data: bytes, sidecar: Metadata | None, warnings: tuple[str, ...], nested: bool, settings: Settings) -> Iterator[Any]:
    yield from import_module("search.reading.collect").expanded(name, data, sidecar, warnings, settings, nested=nested)


def _sidecar(data: bytes, _: Settings) -> Iterator[tuple[Metadata, tuple[str, ...]]]:
    yield import_module("search.reading.sidecar").read_sidecar(data)


def _pdf_bomb(data: bytes, settings: Settings) -> Iterator[None]:
    yield import_module("search.reading.pdf").refuse_bomb(data, settings)


TASKS: dict[str, Callable[..., Iterator[Any]]] = {"read": _read, "expand": _expand, "sidecar": _sidecar, "pdf-bomb": _pdf_bomb}
