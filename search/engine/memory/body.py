"""Where memory generations live, and how they are written: stores by name that go with the process."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from search.engine.memory.corpus import Corpus
from search.engine.memory.engine import MemoryEngine
from search.engine.port import (
    Capabilities,
    Manifest,
)
from search.errors import IndexMissing
from search.model import Document
from search.query import analysis


@dataclass
class MemoryStore:
    """Where memory generations live: the one in force, if any."""

    current: Corpus | None = None
    count: int = 0

    @cached_property
    def state(self) -> TemporaryDirectory[str]:
        """The folder of the ledger; goes with the process."""
        return TemporaryDirectory(prefix="bangfu-", ignore_cleanup_errors=True)


class MemoryBody:
    """`search.engine.port.Body` for `memory:NAME`. Generations and state live as long as the body, that is, as the process."""

    name = "memory"
    capabilities = Capabilities(durable=False, resumes=False)

    def __init__(self) -> None:
        self._stores: dict[str, MemoryStore] = {}

    def open_engine(self, place: str) -> MemoryEngine:
        return MemoryEngine(self._in_force(place))

    def generation_in_force(self, place: str) -> str:
        return self._in_force(place).manifest.generation

    def open_writer(self, place: str, *, analysis: str, base: bool) -> MemoryWriter:  # noqa: ARG002  a process has one analysis
        return MemoryWriter(self._store(place))

    def state(self, place: str) -> Path:
        return Path(self._store(place).state.name)

    def _store(self, name: str) -> MemoryStore:
        return self._stores.setdefault(name, MemoryStore())

    def _in_force(self, name: str) -> Corpus:
        corpus = self._store(name).current
        if corpus is None:
            raise IndexMissing(f"内存里没有名为“{name}”的索引。", hint="请先在同一进程里构建。")
        return corpus


class MemoryWriter:
    """`search.engine.port.Writer` into a store."""

    def __init__(self, target: MemoryStore) -> None:
        self._target = target
        self._base = target.current
        self._documents: dict[str, Document] = {}
        self._attachments: dict[str, bytes] = {}
        self._corpus: Corpus | None = None

    def keep(self, document_id: str, receipt: str = "") -> Document | None:
        document = self._base.documents.get(document_id) if self._base and not receipt else None
        if document is not None:
            self._documents[document_id] = document
        return document

    def carry(self, document_ids: Collection[str]) -> frozenset[str]:
        return frozenset(id_ for id_ in document_ids if self.keep(id_) is not None)

    def add(self, document: Document) -> str:
        self._documents[document.id] = document
        return ""

    def attach(self, name: str, data: bytes) -> None:
        self._attachments[name] = data

    def refused(self) -> Mapping[str, str]:
        return {}

    def commit(self, tell: Callable[[int, int], None] | None = None) -> Manifest:  # noqa: ARG002  done before it could be told
        manifest = Manifest(
            generation=f"memory-{self._target.count + 1}",
            engine="memory",
            analysis=analysis.fingerprint(),
            created="",
            passages=sum(len(document.passages) for document in self._documents.values()),
            documents=len(self._documents),
            segmenter=analysis.segmenter().name,
        )
        self._corpus = Corpus(dict(self._documents), dict(self._attachments), manifest)
        return manifest

    def publish(self) -> None:
        if self._corpus is not None:
            self._target.current = self._corpus
            self._target.count += 1

    def abort(self) -> None:
        self._corpus = None

    def suspend(self) -> None:
        self.abort()
