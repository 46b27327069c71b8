"""The engines compared, one file each. One whose package is not installed is left out: `missing` names the package."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from .port import Depth, Found, Peer

__all__ = ["NAMES", "PACKAGES", "Depth", "Found", "Peer", "missing", "open_peer", "peer_type"]

_WHERE = {
    "bangfu": ("bangfu", "Bangfu"),
    "tantivy": ("tantivy_py", "Tantivy"),
    "xapian": ("xapian_glass", "Xapian"),
    "fts5": ("sqlite_fts5", "Fts5"),
    "whoosh": ("plain_whoosh", "PlainWhoosh"),
}
NAMES = tuple(_WHERE)
PACKAGES = {"tantivy": "tantivy", "xapian": "xapian-bindings-binary"}
"""Engines that come in a package of their own, and its name; the others are always there."""


def missing(name: str) -> str:
    """The package this engine needs and that is not installed, or nothing."""
    return PACKAGES[name] if name in PACKAGES and find_spec(name) is None else ""


def peer_type(name: str) -> type[Peer]:
    """The class of an engine. Its file is imported only now, so that one engine's libraries weigh on no other's process."""
    module, kind = _WHERE[name]
    found: type[Peer] = getattr(import_module(f"{__name__}.{module}"), kind)
    return found


def open_peer(name: str, folder: Path) -> Peer:
    """An engine over the index in this folder, open."""
    peer = peer_type(name)(folder)
    peer.open()
    return peer
