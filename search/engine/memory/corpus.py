"""One generation in memory, and its statistics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from search.engine.port import (
    Manifest,
)
from search.model import Document, Passage
from search.query.match import Matchable, evaluate
from search.query.matchable import matchable
from search.query.plan import Pattern


@dataclass(frozen=True)
class Corpus:
    """One generation: documents by id, and their passages as plans see them, by document id and order."""

    documents: Mapping[str, Document]
    attachments: Mapping[str, bytes]
    manifest: Manifest

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        by_id = sorted(self.documents)
        return tuple(passage for id_ in by_id for passage in sorted(self.documents[id_].passages, key=lambda passage: passage.order))

    @cached_property
    def matchables(self) -> tuple[Matchable, ...]:
        return tuple(
            matchable(passage, passage.document_id, self.documents[passage.document_id].title, key)
            for key, passage in enumerate(self.passages)
        )


@dataclass
class CorpusStatistics:
    """Counts over one corpus, each worked out once (`search.query.score.Statistics`)."""

    matchables: Sequence[Matchable]
    passages: int = 0
    mean_length: float = 1.0
    _known: dict[tuple[str, object], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.passages = len(self.matchables)
        self.mean_length = max(1.0, sum(len(seen.text) for seen in self.matchables) / max(1, self.passages))

    def run_df(self, run: str) -> int:
        return self._count(("run", run), (run in seen.text for seen in self.matchables))

    def word_df(self, word: str) -> int:
        return self._count(("word", word), (any(word == token[0] for token in seen.tokens) for seen in self.matchables))

    def pattern_df(self, node: Pattern) -> int:
        return self._count(("pattern", node), (evaluate(node, seen) is not None for seen in self.matchables))

    def _count(self, key: tuple[str, object], hits: Iterable[bool]) -> int:
        if key not in self._known:
            self._known[key] = sum(hits)
        return self._known[key]
