"""One generation held open, with its links: what every part of the library answers from."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from time import monotonic
from types import TracebackType
from typing import Self

from search.answering.links import Links
from search.answering.opened import Open, open_generation
from search.engine.choice import generation_in_force, keeps_ledger, state_directory
from search.engine.port import Manifest
from search.errors import LibraryClosed, NotFound
from search.links import FILE_NAME, Resolution
from search.model import Document, Passage
from search.settings import Settings

RETRY_SECONDS = 60.0
"""A generation that could not be opened is not read through again before."""


class LibraryState:
    """One generation held open, with its links: what every part of the library answers from. See `search.answering.library`."""

    def __init__(self, url: str, settings: Settings, *, any_analysis: bool = False) -> None:
        self.settings = settings
        self._url = url
        self._any_analysis = any_analysis
        self._lock = threading.Lock()
        self._refused = ""
        self._current: Open | None = open_generation(self._url, self.settings, any_analysis=self._any_analysis)
        self._folder = state_directory(url, settings.state)
        self._links = Links(self._folder / FILE_NAME, url if keeps_ledger(url) else "")
        self._retry = monotonic() + RETRY_SECONDS

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Closing twice is harmless; a question asked afterwards raises LibraryClosed."""
        if self._current is not None:
            self._current.engine.close()
            self._current = None
        self._links.close()

    @property
    def _open(self) -> Open:
        """The generation that answers. Raises LibraryClosed."""
        if self._current is None:
            raise LibraryClosed("这个库已经关闭。", hint="请再打开一次：open_library(…)。")
        return self._current

    def refresh(self) -> bool:
        """Opens the generation in force if it is another than the one open. Requests under way finish on the old one."""
        with self._lock:
            self._links.refresh()
            in_force = generation_in_force(self._url)
            if in_force == self._open.engine.manifest().generation or (in_force == self._refused and monotonic() < self._retry):
                return False
            self._refused, self._retry = in_force, monotonic() + RETRY_SECONDS
            # The old engine is let go, not closed: its mappings end with the last request that holds it.
            self._current = open_generation(self._url, self.settings, any_analysis=self._any_analysis)
            return True

    @property
    def fault(self) -> str:
        """What is wrong with the index, in a sentence for people, while it answers all the same; empty where nothing is."""
        told = self._open.fault and f"当前版本已损坏（{self._open.fault}），现由完好的旧版本回答。请运行 bangfu build。"
        return " ".join(part for part in (told, self._links.fault) if part)

    def manifest(self) -> Manifest:
        """What the generation says of itself."""
        return self._open.engine.manifest()

    def _resolve(self, passage_id: str) -> Resolution:
        return self._links.resolve(passage_id, self._open.engine, self.manifest().generation)

    def _fetch(self, ids: Sequence[str]) -> tuple[Passage | None, ...]:
        return self._open.engine.fetch(ids)

    def _present(self, ids: Sequence[str]) -> tuple[Passage, ...]:
        return tuple(passage for passage in self._fetch(ids) if passage is not None)

    def _passage(self, passage_id: str) -> Passage:
        """The passage that an id leads to today. Raises NotFound."""
        current = self._resolve(passage_id).current
        found = self._fetch((current,))[0] if current else None
        if found is None:
            raise NotFound("这一段已不在了。")
        return found

    def _document(self, document_id: str) -> Document:
        document = self._open.document(document_id)
        if document is None:
            raise NotFound("没有这件文献。", hint="请从首页的文献表里找。")
        return document
