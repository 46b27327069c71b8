"""The engines under the conformance suite. A new engine joins by one line in `FACTORIES`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from search.engine.memory import MemoryEngine, MemoryWriter, Store
from search.engine.port import Engine, Writer
from search.model import Document

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
    target = Store()
    fill(MemoryWriter(target), documents, attachments)
    assert target.current is not None
    return MemoryEngine(target.current)


FACTORIES: dict[str, Factory] = {
    "memory": memory,
}
