"""What a build attaches to a generation for those who answer from it, by name, and what bodies that keep it as files make of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from search.engine.port import DocumentSummary

WORKS = "works.json"
"""Document id → the id of the work it is a copy of."""
RECENT = "recent.json"
"""Ids of the newest documents, newest first."""
SUGGESTIONS = "suggestions.bin"
"""What `search.query.suggest.AttachedSuggestions` reads."""
SUGGESTED = "suggested.json"
"""What suggestions were made of, so that the next build counts only what came and went."""
INPUTS = "inputs.json"
"""What the next build compares: name of each source → digest and document id."""
REPORT = "build-report.json"
"""The report of the build, which people read in the folder of the generation."""


@dataclass(frozen=True)
class Works:
    """Which documents are copies of one work, as a build attached it (WORKS)."""

    data: bytes | None

    @cached_property
    def _of(self) -> Mapping[str, str]:
        found: dict[str, str] = json.loads(self.data or b"{}")
        return found

    @cached_property
    def _by_work(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for document_id, work in sorted(self._of.items()):
            found[work] = (*found.get(work, ()), document_id)
        return found

    def told(self, summary: DocumentSummary) -> DocumentSummary:
        """The summary with the work that its document is a copy of."""
        return replace(summary, work=self._of.get(summary.id, summary.id))

    def copies(self, document_id: str) -> tuple[str, ...]:
        """The other documents of the same work, by id."""
        same = self._by_work.get(self._of.get(document_id, document_id), ())
        return tuple(id_ for id_ in same if id_ != document_id)
