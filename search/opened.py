"""One open generation with what is derived from it, each part worked out when it is first asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from search.engine.choice import open_engine
from search.engine.port import DocumentSummary, Engine
from search.errors import IndexStale
from search.query.analysis import fingerprint
from search.query.suggest import Suggester
from search.remembered import SUGGESTIONS, WORKS
from search.searching import Searcher
from search.settings import Settings


@dataclass(frozen=True)
class Open:
    """One generation with what is derived from it. Replaced as a whole when another comes into force."""

    engine: Engine
    works: Mapping[str, str]
    settings: Settings

    @cached_property
    def summaries(self) -> dict[str, DocumentSummary]:
        """Document id → summary, with the work it is a copy of."""
        return {one.id: replace(one, work=self.works.get(one.id, one.id)) for one in self.engine.documents()}

    @cached_property
    def suggester(self) -> Suggester:
        return Suggester(self.engine.attachment(SUGGESTIONS) or b"")

    @cached_property
    def searcher(self) -> Searcher:
        return Searcher(self.engine, self.suggester, self.summaries, self.settings)


def open_generation(url: str, settings: Settings, *, any_analysis: bool) -> Open:
    """The generation in force at the engine URL. Raises IndexMissing, IndexDamaged, EngineUnavailable, and IndexStale where another
    analysis version built it and not `any_analysis`."""
    engine = open_engine(url)
    if not any_analysis and engine.manifest().analysis != fingerprint():
        engine.close()
        raise IndexStale("索引是用另一版词表和标签表建的。", hint="请运行 bangfu build 重建。")
    return Open(engine, json.loads(engine.attachment(WORKS) or b"{}"), settings)
