"""What the library answers: the dataclasses that pages, the JSON API and the command are made from.

Together with `search` itself this is the public API: `web` imports nothing else of the package. All ranges are half-open code points in
canonical text. Nothing here holds HTML except `Snippet.html`, which is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from search.engine.port import Collapse, DocumentSummary, Manifest, Sort
from search.links import LinkState, Resolution
from search.model import BlockKind, Document, Figure, Passage, Removal, Role, Span
from search.present.highlight import Snippet
from search.query.plan import Tier

__all__ = [
    "Answer",
    "BlockKind",
    "ChangedText",
    "Collapse",
    "CrossTable",
    "Document",
    "DocumentPage",
    "DocumentSummary",
    "Expansion",
    "FacetValue",
    "Facets",
    "Figure",
    "FigureRow",
    "FigureTable",
    "FilterValues",
    "Hit",
    "IntentOffer",
    "KwicRow",
    "KwicTable",
    "LinkState",
    "LocateMatch",
    "Manifest",
    "Note",
    "Overview",
    "PairTable",
    "Passage",
    "PassagePage",
    "QueryReading",
    "RegionNode",
    "Removal",
    "Resolution",
    "Role",
    "SearchView",
    "Snippet",
    "Sort",
    "Span",
    "Suggestion",
    "Tier",
    "WordCulprit",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class FilterValues:
    """The filters of a request as text, as they stand in a URL. `year` values are `2019`, `2018-2020` or `none`."""

    region: tuple[str, ...] = ()
    not_region: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    not_year: tuple[str, ...] = ()
    program: tuple[str, ...] = ()
    not_program: tuple[str, ...] = ()
    document: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    supporter: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchView:
    """Everything that decides a page of results. `off` are expansions the user removed (`Expansion.key`), `literal` switches all
    relaxation off, `collapse` folds hits."""

    text: str = ""
    filters: FilterValues = FilterValues()
    sort: str = "relevance"
    page: int = 1
    size: int = 20
    off: tuple[str, ...] = ()
    literal: bool = False
    collapse: Collapse | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on how the query was read. `start`/`end` are code points in the text typed, where there is a place."""

    code: str
    message: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Expansion:
    """What was searched beside the user's words. `key` switches it off (`SearchView.off`)."""

    key: str
    source: str
    target: str
    kind: str


@dataclass(frozen=True, slots=True)
class QueryReading:
    """How the query was understood. `relaxed` names the step of relaxation taken, or is empty. `edges` are the plain terms, for display."""

    text: str
    canonical: str
    description: str
    notes: tuple[Note, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    relaxed: str = ""
    relaxed_message: str = ""
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found. `copies` counts identical or same-document hits folded into it."""

    passage: Passage
    document: DocumentSummary
    score: float
    tier: Tier
    marks: tuple[Span, ...]
    snippets: tuple[Snippet, ...]
    folded: int = 0


class FacetValue(NamedTuple):
    """A value of the year or program facet. `value` is what a URL carries (`2019`, `consumption`, `none`).

    A tuple, as `RegionNode` is: a page makes some hundred of them, and a frozen dataclass takes four times as long to make."""

    value: str
    label: str
    count: int  # type: ignore[assignment]  # takes the place of tuple.count, which nobody asks these for
    selected: bool = False
    excluded: bool = False


class RegionNode(NamedTuple):
    """A place in the region tree. `partly` is true where a place below is selected and this one is not."""

    value: str
    label: str
    count: int  # type: ignore[assignment]
    selected: bool = False
    excluded: bool = False
    partly: bool = False
    children: Sequence[RegionNode] = ()


@dataclass(frozen=True, slots=True)
class Facets:
    """The three facets, values with counts above 0 and every selected or excluded one. Regions: chosen first, then by count, then in
    official order; `none` (未标明) last. Years: newest first. Programs: by count."""

    region: tuple[RegionNode, ...] = ()
    year: tuple[FacetValue, ...] = ()
    program: tuple[FacetValue, ...] = ()


@dataclass(frozen=True, slots=True)
class WordCulprit:
    """For a page without hits: what dropping this word or filter would give. `kind` is `word` or the filter's name."""

    kind: str
    value: str
    label: str
    total_without: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to search instead or as one types. `kind`: title, heading, place, organisation, term, spelling, pinyin, script, synonym."""

    text: str
    kind: str
    total: int


@dataclass(frozen=True, slots=True)
class IntentOffer:
    """A word of the query that is also a facet value: a one-click filter, never applied silently.

    `rest` is the query without it."""

    facet: str
    value: str
    label: str
    word: str
    rest: str
    total: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of results. `total` and `documents` are exact; `tiers` counts hits a tier; `groups` counts folded hits."""

    view: SearchView
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


@dataclass(frozen=True, slots=True)
class CrossTable:
    """Counts over two facets under all filters. `cells[i][j]` belongs to `rows[i]` and `columns[j]` (value, label)."""

    rows: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str], ...]
    cells: tuple[tuple[int, ...], ...]
    total: int


@dataclass(frozen=True, slots=True)
class PairTable:
    """Who helps whom: passages that have a supporter (row) and a recipient (column), by region path."""

    supporters: tuple[tuple[str, str], ...]
    recipients: tuple[tuple[str, str], ...]
    cells: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class KwicRow:
    """One occurrence with its context, as text."""

    left: str
    keyword: str
    right: str
    passage_id: str
    document_id: str
    document_title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class KwicTable:
    """Occurrences over the whole result set (capped at `limit` passages, then `complete` is False)."""

    rows: tuple[KwicRow, ...]
    total: int
    complete: bool
    query: QueryReading


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure with where it stands."""

    figure: Figure
    passage_id: str
    document_id: str
    document_title: str
    years: tuple[int, ...]
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FigureTable:
    """Figures of the passages a query finds. `units` counts figures a unit, for choosing one."""

    rows: tuple[FigureRow, ...]
    total: int
    units: tuple[tuple[str, int], ...]
    query: QueryReading


@dataclass(frozen=True, slots=True)
class ChangedText:
    """Word-level difference: (op, text) with op in `same`, `old`, `new`."""

    pieces: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PassagePage:
    """A passage with its document and the state of its link. `passage` is None when it is gone; `candidates` may then help. `parts` are
    all successors of a passage that was split, `difference` compares the old text with today's where it changed."""

    resolution: Resolution
    passage: Passage | None
    document: DocumentSummary | None
    candidates: tuple[tuple[Passage, DocumentSummary], ...] = ()
    parts: tuple[tuple[Passage, DocumentSummary], ...] = ()
    difference: ChangedText | None = None


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A document with the marks of the query in each passage (by passage id), copies of the same work, and related passages."""

    document: Document
    summary: DocumentSummary
    marks: dict[str, tuple[Span, ...]] = field(default_factory=dict)
    copies: tuple[DocumentSummary, ...] = ()
    manifest: Manifest | None = None


@dataclass(frozen=True, slots=True)
class LocateMatch:
    """Where a quote stands: code points `start`–`end` of the passage; `score` 100 is letter for letter in match form."""

    id: str
    document_id: str
    document_title: str
    start: int
    end: int
    score: float
    text: str


@dataclass(frozen=True, slots=True)
class Overview:
    """What is in the collection."""

    documents: int
    passages: int
    facets: Facets
    recent: tuple[DocumentSummary, ...]
    manifest: Manifest
    examples: tuple[tuple[str, str], ...] = ()
