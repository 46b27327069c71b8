"""The engines under the conformance suite. A new engine joins by one line in `FACTORIES`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

from search.engine import choice
from search.engine.memory import MemoryEngine, MemoryStore, MemoryWriter
from search.engine.port import Engine, Writer
from search.engine.whoosh import open_engine, open_writer
from search.model import Document
from search.query.analysis import fingerprint
from tests.cluster.nodes import shared

Factory = Callable[[Sequence[Document], Mapping[str, bytes], Path], Engine]
"""Builds a generation of these documents and attachments below a folder of its own, and opens it."""


def fill(writer: Writer, documents: Sequence[Document], attachments: Mapping[str, bytes]) -> None:
    """Writes, commits and publishes a generation."""
    for document in documents:
        writer.add(document)
    for name, data in attachments.items():
        writer.attach(name, data)
    writer.commit()
    writer.publish()


def memory(documents: Sequence[Document], attachments: Mapping[str, bytes], _: Path) -> Engine:
    """The oracle."""
    target = MemoryStore()
    fill(MemoryWriter(target), documents, attachments)
    assert target.current is not None
    return MemoryEngine(target.current)


def whoosh(documents: Sequence[Document], attachments: Mapping[str, bytes], folder: Path) -> Engine:
    """The embedded engine."""
    fill(open_writer(folder, analysis=fingerprint(), base=False), documents, attachments)
    return open_engine(folder)


def opensearch(documents: Sequence[Document], attachments: Mapping[str, bytes], folder: Path) -> Engine:
    """The distributed engine, on a node that is started when it is first asked for, over three shards."""
    place = shared().place(f"c{blake2b(str(folder).encode(), digest_size=8).hexdigest()}", "?shards=3")
    fill(choice.open_writer(place, analysis=fingerprint(), base=False), documents, attachments)
    return choice.open_engine(place)


FACTORIES: dict[str, Factory] = {
    "memory": memory,
    "whoosh": whoosh,
    "opensearch": opensearch,
}
