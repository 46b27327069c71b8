"""What the library answers: the dataclasses that pages, the JSON API and the command are made from.

Together with `search` itself this is the public API: `web` imports nothing else of the package. All ranges are half-open code points in
canonical text. Nothing here holds HTML except `Snippet.html`, which is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from search.engine.port import DocumentSummary, Manifest
from search.fields import BY_NAME, FACETS, FIELDS, FIRST_YEAR, LAST_YEAR, UNLABELLED, Field, KeyField, TreeField, YearField, place_paths
from search.labels.doubt import mending_line
from search.labels.mechanism.table import is_arranged
from search.links import LinkState, Resolution
from search.model import BlockKind, Box, Document, Figure, Passage, Relation, Removal, Role, Size, Span
from search.present import notebook
from search.present.highlight import Snippet
from search.present.kwic import KwicEntry as KwicRow
from search.query.expand import Expansion
from search.query.intent import FieldOffer
from search.query.plan import Tier
from search.query.suggest import Suggestion
from search.query.syntax import Remark
from search.question import IDENTIFIER, LABELS, PARAMETERS, Choice, Collapse, Filters, Question, Sort, read_sort
from search.records import RecordSort, read_amount

__all__ = [
    "BY_NAME",
    "FACETS",
    "FIELDS",
    "FIRST_YEAR",
    "IDENTIFIER",
    "LABELS",
    "LAST_YEAR",
    "PARAMETERS",
    "UNLABELLED",
    "AmountSaid",
    "Answer",
    "BlockKind",
    "ChangedText",
    "Choice",
    "ClauseTable",
    "Collapse",
    "Comparison",
    "CrossTable",
    "Document",
    "DocumentPage",
    "DocumentSummary",
    "Expansion",
    "FacetValue",
    "Facets",
    "Facsimile",
    "Field",
    "FieldOffer",
    "Figure",
    "FigureRow",
    "FigureTable",
    "Filters",
    "Hit",
    "IntentOffer",
    "KeyField",
    "KwicRow",
    "KwicTable",
    "LinkState",
    "LocateMatch",
    "Manifest",
    "NewHit",
    "Newest",
    "Overview",
    "PairRecord",
    "PairTable",
    "PairYear",
    "Passage",
    "PassagePage",
    "PlacedPassage",
    "QueryReading",
    "Question",
    "RecordSort",
    "RelationEvidence",
    "RelationRow",
    "RelationTable",
    "Remark",
    "Removal",
    "Resolution",
    "Role",
    "SharedSentence",
    "Snippet",
    "Sort",
    "Span",
    "Suggestion",
    "Tier",
    "Told",
    "TreeField",
    "WordCount",
    "WordCulprit",
    "YearField",
    "is_arranged",
    "mending_line",
    "place_paths",
    "read_amount",
    "read_sort",
]  # fmt: skip


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
        return f"<Hit {self.passage.id} {_cut(self.document.title)}: {_cut(self.passage.text)}>"


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


Facets = Mapping[str, tuple[FacetValue, ...]]
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
class PairTable:
    """Who helps whom: pairs of a supporter (row) and a recipient (column) that a clause says, by region path."""

    supporters: tuple[tuple[str, str], ...]
    recipients: tuple[tuple[str, str], ...]
    cells: tuple[tuple[int, ...], ...]


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
class FigureRow:
    """A figure with where it stands."""

    figure: Figure
    passage_id: str
    document_id: str
    document_title: str
    quote: str = ""
    """The clause it stands in."""


@dataclass(frozen=True, slots=True, repr=False)
class FigureTable:
    """A page of the figures of the passages a query finds, filtered by their own values. `total` and `passages` are exact. `units` counts
    figures per unit and `pers` totals, rates and changes, for choosing one, most first. `sums` holds, of each unit, how many totals there
    are and what they add up to; `repeated` says that the page shows the same amount of the same subject more than once."""

    rows: tuple[FigureRow, ...]
    total: int
    units: tuple[tuple[str, int], ...]
    query: QueryReading
    passages: int = 0
    pers: tuple[tuple[str, int], ...] = ()
    sums: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    repeated: bool = False
    facets: Facets = field(default_factory=dict)
    """Where it was asked for: the figures' own years, places and types, counted in figures."""
    yearly: Mapping[int, tuple[int, float]] = field(default_factory=dict)
    """Where it was asked for: of each year, how many totals are of it alone, and what they add up to."""
    compared: Comparison | None = None

    def __repr__(self) -> str:
        return f"<FigureTable: {self.total} figures, here {len(self.rows)}>"

    def __iter__(self) -> Iterator[FigureRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def _repr_html_(self) -> str:
        return notebook.figures_html(self.rows, f"{self.query.text or '全部'}：{self.total} 个数据")

    def to_pandas(self) -> Any:
        """The figures of this page as a data frame. Raises BadRequest where pandas is not installed."""
        return notebook.figures_frame(self.rows)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Totals of one unit held against each other: sums said in several passages, how many are parts of another, and pairs that are said of
    the same thing, years and places and cannot both be so. `complete` is False where there were too many to read all."""

    repeated: tuple[tuple[FigureRow, ...], ...]
    parts: int
    contradictions: tuple[tuple[FigureRow, FigureRow], ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class RelationEvidence:
    """A clause that says so: code points `start`–`end` of a passage, and what it says."""

    passage_id: str
    document_id: str
    document_title: str
    start: int
    end: int
    quote: str
    relation: Relation
    programs: tuple[str, ...] = ()
    """The types of aid that its passage speaks of."""


@dataclass(frozen=True, slots=True)
class ClauseTable:
    """A page of clauses that say who helps whom, as they stand in the documents. `total` is exact."""

    rows: tuple[RelationEvidence, ...]
    total: int


@dataclass(frozen=True, slots=True)
class RelationRow:
    """Who helps whom, by all the clauses that say so. `kinds` are those the clauses name, most often first; `since` is the earliest and
    `until` the latest year any of them names, `sinces` are all beginnings where they disagree, `years` those it is said of. `said`
    counts the clauses, of which `evidence` holds some: those that say a beginning first."""

    supporter: str
    recipient: str
    kinds: tuple[str, ...]
    since: int | None
    until: int | None
    sinces: tuple[int, ...]
    years: tuple[int, ...]
    said: int
    evidence: tuple[RelationEvidence, ...]


@dataclass(frozen=True, slots=True)
class AmountSaid:
    """An amount of money or people of a pair, with the clause that says it first."""

    figure: Figure
    clause: RelationEvidence


@dataclass(frozen=True, slots=True)
class PairYear:
    """What is said of a pair in a year or span of years (none: of no year): in how many clauses, and with how much."""

    years: tuple[int, ...]
    said: int
    amounts: tuple[AmountSaid, ...]


@dataclass(frozen=True, slots=True)
class PairRecord:
    """One pair of who helps whom. `row` counts over all clauses, `clauses` is a page of them, `years` and `programs` are worked out over
    all (`complete` is False where there are too many to read)."""

    row: RelationRow
    clauses: ClauseTable
    years: tuple[PairYear, ...]
    programs: tuple[tuple[str, int], ...]
    complete: bool


@dataclass(frozen=True, slots=True, repr=False)
class RelationTable:
    """A page of relations. `total` counts pairs, `said` the clauses behind them. `kinds` counts clauses per kind, for choosing one.
    `pairs` holds all pairs with their clauses, for matrices."""

    rows: tuple[RelationRow, ...]
    total: int
    said: int
    kinds: tuple[tuple[str, int], ...]
    pairs: Mapping[tuple[str, str], int]
    query: QueryReading

    def __repr__(self) -> str:
        return f"<RelationTable: {self.total} pairs, said {self.said} times, here {len(self.rows)}>"

    def __iter__(self) -> Iterator[RelationRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def _repr_html_(self) -> str:
        return notebook.relations_html(self.rows, f"{self.total} 对，{self.said} 句")

    def to_pandas(self) -> Any:
        """The pairs of this page as a data frame. Raises BadRequest where pandas is not installed."""
        return notebook.relations_frame(self.rows)


@dataclass(frozen=True, slots=True)
class Told:
    """The answer of the records to a question such as 谁帮助赤城县. `asks` is `who`, `whom`, `since` or `amount`; nothing is in `relations`
    and `figures` where the collection does not say."""

    asks: str
    supporter: str = ""
    recipient: str = ""
    year: int | None = None
    relations: tuple[RelationRow, ...] = ()
    figures: tuple[FigureRow, ...] = ()
    total: int = 0


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


@dataclass(frozen=True, slots=True, repr=False)
class DocumentPage:
    """A document with the marks of the query in each passage (by passage id), copies of the same work, and related passages."""

    document: Document
    summary: DocumentSummary
    marks: dict[str, tuple[Span, ...]] = field(default_factory=dict)
    copies: tuple[DocumentSummary, ...] = ()
    manifest: Manifest | None = None

    def __repr__(self) -> str:
        return f"<DocumentPage {self.document.id} {_cut(self.document.title)}: {len(self.document.passages)} passages>"


@dataclass(frozen=True, slots=True)
class PlacedPassage:
    """A passage on a page: the boxes of its lines there, and of those lines that hold a mark of the query."""

    passage: Passage
    boxes: tuple[Box, ...]
    hits: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Facsimile:
    """A page of a document as it stands in its source. Boxes are in points from the upper left corner; `drawn` says whether the page can
    be shown as a picture, `lines` are its texts with their boxes, for where it cannot."""

    document: Document
    page: int
    pages: int
    size: Size
    placed: tuple[PlacedPassage, ...]
    lines: tuple[tuple[str, Box], ...]
    drawn: bool


@dataclass(frozen=True, slots=True)
class SharedSentence:
    """A sentence of a document with its passage, and the passages of other documents that have it, too."""

    text: str
    passage_id: str
    others: tuple[tuple[DocumentSummary, str], ...]
    """(document, passage id)."""


@dataclass(frozen=True, slots=True)
class LocateMatch:
    """Where a quote stands: code points `start`–`end` of the passage; `score` 100 is letter for letter in match form, below 80 the nearest
    sentence to a quote that stands nowhere.

    `difference` says from the quote to the text what differs, as (op, text) with op in `same`, `old`, `new`; `amounts` which amounts of the
    quote are others there: (quoted, there), the latter empty where none is like it."""

    id: str
    document_id: str
    start: int
    end: int
    score: float
    text: str
    difference: tuple[tuple[str, str], ...] = ()
    amounts: tuple[tuple[str, str], ...] = ()
    document_title: str = ""


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


def _cut(text: str) -> str:
    return text if len(text) <= 24 else text[:24] + "…"
