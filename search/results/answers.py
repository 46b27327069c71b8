"""What a question is answered with: hits with their marks, facets, tables of counts and of words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from search.engine.port import DocumentSummary, Manifest
from search.model import Passage, Span
from search.present import notebook
from search.present.highlight import Snippet
from search.present.kwic import KwicEntry as KwicRow
from search.query.expand import Expansion
from search.query.intent import FieldOffer
from search.query.plan import Tier
from search.query.suggest import Suggestion
from search.query.syntax import Remark
from search.question import Question
from search.results.documents import glimpse


@dataclass(frozen=True, slots=True)
class QueryReading:
    """How the text of a question was understood. `relaxed` names the step of relaxation taken, or is empty. `terms` are its bare words."""

    text: str
    canonical: str
    description: str
    notes: tuple[Remark, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    relaxed: str = ""
    relaxed_message: str = ""
    description_en: str = ""
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Hit:
    """A passage found. `collapsed` counts further hits, of the same text or document, that this one stands for."""

    passage: Passage
    document: DocumentSummary
    score: float
    tier: Tier
    marks: tuple[Span, ...]
    snippets: tuple[Snippet, ...]
    collapsed: int = 0

    def __repr__(self) -> str:
        return f"<Hit {self.passage.id} {glimpse(self.document.title)}: {glimpse(self.passage.text)}>"


class FacetValue(NamedTuple):
    """A value of a facet. `value` is what a URL carries (`2019`, `consumption`, `河北省/承德市`, `none`), `children` are the values right
    below one of a tree, `partly` is true where one of them is selected and this one is not.

    A tuple: a page makes some hundred of them, and a frozen dataclass takes four times as long to make."""

    value: str
    label: str
    count: int  # type: ignore[assignment]  # takes the place of tuple.count, which nobody asks these for
    selected: bool = False
    excluded: bool = False
    partly: bool = False
    children: Sequence[FacetValue] = ()


Facets = Mapping[str, Sequence[FacetValue]]
"""Facet → its values with counts above 0 and every selected or excluded one. Trees: chosen first, then by count, then in official order.
Years: newest first. Keys: chosen first, then by count. `none` (未标明) comes last."""


@dataclass(frozen=True, slots=True)
class WordCulprit:
    """For a page without hits: what dropping this word or filter would give. `kind` is `word` or the filter's name; for a word, `rest` is
    the query that is left."""

    kind: str
    value: str
    label: str
    total_without: int
    rest: str = ""


@dataclass(frozen=True, slots=True)
class IntentOffer:
    """A word of the query that is also a facet value: a one-click filter, never applied silently. `total` is what it would give."""

    offer: FieldOffer
    total: int


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """A page of results. `total` and `documents` are exact; `tiers` counts hits a tier; `groups` counts collapsed hits.

    Where few passages answer the query in full, the nearest ones follow them: `also` says how many there are (they are in no total, facet
    or export), and `hits` from `first_also` on are of them."""

    question: Question
    query: QueryReading
    hits: tuple[Hit, ...]
    total: int
    documents: int
    groups: int
    tiers: dict[Tier, int]
    facets: Facets
    suggestions: tuple[Suggestion, ...] = ()
    intents: tuple[IntentOffer, ...] = ()
    culprits: tuple[WordCulprit, ...] = ()
    manifest: Manifest | None = None
    also: int = 0
    first_also: int = 0

    def __repr__(self) -> str:
        return (
            f"<Answer {self.question.text!r}: {self.total} hits in {self.documents} documents, page {self.question.page}: {len(self.hits)}>"
        )

    @property
    def full(self) -> tuple[Hit, ...]:
        """The hits of this page without those that answer only in part."""
        return self.hits[: self.first_also] if self.also else self.hits

    def __iter__(self) -> Iterator[Hit]:
        """The full hits of this page; `Library.hits` goes through those of all pages."""
        return iter(self.full)

    def __len__(self) -> int:
        return len(self.full)

    def _repr_html_(self) -> str:
        told = f"（{self.query.relaxed_message or '没有段落完全符合'}）" if self.query.relaxed else ""
        return notebook.hits_html(self.full, f"{self.question.text or '全部'}：{self.total} 条，{self.documents} 件文献{told}")

    def to_pandas(self) -> Any:
        """The full hits of this page as a data frame. Raises BadRequest where pandas is not installed."""
        return notebook.hits_frame(self.full)


class WordCount(NamedTuple):
    """A word, its occurrences in one set of texts and in the other, and its strength: how much better two rates explain the two counts
    than one rate does (log-likelihood), negative where the other set has more of it."""

    word: str
    here: int
    there: int
    strength: float


@dataclass(frozen=True, slots=True)
class CrossTable:
    """Counts over two facets under all filters. `cells[i][j]` belongs to `rows[i]` and `columns[j]` (value, label)."""

    rows: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str], ...]
    cells: tuple[tuple[int, ...], ...]
    total: int


@dataclass(frozen=True, slots=True)
class KwicTable:
    """Occurrences over the whole result set (capped at `limit` passages, then `complete` is False). `titles` are those of the documents
    that occur, by id."""

    rows: tuple[KwicRow, ...]
    titles: Mapping[str, str]
    total: int
    complete: bool
    query: QueryReading
    sources: Mapping[str, DocumentSummary] = field(default_factory=dict)
    """The documents that occur, by id."""


@dataclass(frozen=True, slots=True)
class NewHit:
    """A hit with when its passage was first seen (ISO 8601, UTC), and by which build."""

    hit: Hit
    first_seen: str
    generation: str


@dataclass(frozen=True, slots=True)
class Newest:
    """A page of hits, the newest first. `more` says that older ones follow, `began` when the oldest build looked at was."""

    hits: tuple[NewHit, ...]
    more: bool
    began: str


@dataclass(frozen=True, slots=True)
class Overview:
    """What is in the collection."""

    documents: int
    passages: int
    facets: Facets
    recent: tuple[DocumentSummary, ...]
    manifest: Manifest
    examples: tuple[tuple[str, str], ...] = ()
