"""One open generation with what is derived from it, each part worked out when it is first asked for."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from threading import Lock

from search.answering.searching import Searcher
from search.engine.attached import RECENT
from search.engine.choice import keeps_generations, open_engine
from search.engine.port import DocumentSummary, Engine
from search.errors import IndexDamaged, IndexStale, SearchError
from search.model import Document
from search.query.analysis import fingerprint
from search.query.suggest import Suggester
from search.settings import Settings

DECODED = 4
"""Documents kept decoded, at a few megabytes each where they are long."""
SUMMARIES_KEPT = 2_000
"""Summaries kept decoded, at about a kilobyte each."""


class Summaries(Mapping[str, DocumentSummary]):
    """Document id → summary, by id. A page of hits needs a few: `at_hand` reads those that are not known yet in one call. No
    more than `SUMMARIES_KEPT` are held, however many there are."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: OrderedDict[str, DocumentSummary] = OrderedDict()
        self._lock = Lock()

    def part(self, start: int, stop: int | None) -> Iterator[DocumentSummary]:
        """The documents from place `start` up to `stop` in their order, read a few at a time."""
        for some in self._ids(start, stop):
            found = self.at_hand(some)
            yield from (found[id_] for id_ in some)

    def _ids(self, start: int, stop: int | None) -> Iterator[tuple[str, ...]]:
        end = len(self) if stop is None else min(stop, len(self))
        few = SUMMARIES_KEPT // 4
        return (self._engine.document_ids(at, min(at + few, end)) for at in range(start, end, few))

    def at_hand(self, document_ids: Iterable[str]) -> dict[str, DocumentSummary]:
        """Those of these documents that there are."""
        wanted = dict.fromkeys(document_ids)
        with self._lock:
            known = {id_: self._known[id_] for id_ in wanted if id_ in self._known}
        left = [id_ for id_ in wanted if id_ not in known]
        read = {one.id: one for one in self._engine.summaries(left) if one is not None} if left else {}
        with self._lock:
            self._known |= read
            while len(self._known) > SUMMARIES_KEPT:
                self._known.popitem(last=False)
        return known | read

    def __getitem__(self, document_id: str) -> DocumentSummary:
        return self.at_hand((document_id,))[document_id]

    def __iter__(self) -> Iterator[str]:
        return (id_ for some in self._ids(0, None) for id_ in some)

    def __len__(self) -> int:
        return self._engine.manifest().documents


@dataclass(frozen=True)
class Open:
    """One generation with what is derived from it. Replaced as a whole when another comes into force."""

    engine: Engine
    settings: Settings
    fault: str = ""
    """What is wrong with the generation in force, where this is an earlier one that answers in its place."""

    def copies(self, document_id: str) -> tuple[DocumentSummary, ...]:
        """The other documents of the same work, by id."""
        return tuple(self.summaries.at_hand(self.engine.copies(document_id)).values())

    @cached_property
    def recent(self) -> tuple[DocumentSummary, ...]:
        """The newest documents, as the build noted them."""
        noted: list[str] = json.loads(self.engine.attachment(RECENT) or b"[]")
        known = self.summaries.at_hand(noted)
        return tuple(known[id_] for id_ in noted)

    @cached_property
    def summaries(self) -> Summaries:
        """Document id → summary, with the work it is a copy of."""
        return Summaries(self.engine)

    def document(self, document_id: str) -> Document | None:
        """A document, with the work it is a copy of. The last few stay decoded: one page asks for its document several times."""
        return self._decoded(document_id)

    @cached_property
    def _decoded(self) -> Callable[[str], Document | None]:
        @lru_cache(maxsize=DECODED)
        def decode(document_id: str) -> Document | None:
            document = self.engine.document(document_id)
            return None if document is None else replace(document, work=self.summaries[document_id].work)

        return decode

    @cached_property
    def suggester(self) -> Suggester:
        return Suggester(self.engine.suggestions())

    @cached_property
    def searcher(self) -> Searcher:
        return Searcher(self.engine, self.suggester, self.summaries.at_hand, self.settings)


def open_generation(url: str, settings: Settings, *, any_analysis: bool) -> Open:
    """The generation in force at the engine URL; where that is damaged, the newest sound one before it, with the fault. Raises
    IndexMissing, IndexDamaged, EngineUnavailable, and IndexStale where another analysis version built it and not `any_analysis`."""
    fault = ""
    try:
        engine = open_engine(url)
    except IndexDamaged as damage:
        kept = keeps_generations(url)
        if kept is None:
            raise
        try:
            engine, fault = kept[0].open_earlier(kept[1]), damage.message
        except SearchError:
            raise damage from None
    if not any_analysis and engine.manifest().analysis != fingerprint():
        engine.close()
        raise IndexStale("索引是用另一版词表和标签表建的。", hint="请运行 bangfu build 重建。")
    return Open(engine, settings, fault)
