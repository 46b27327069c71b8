"""What the library answers: the dataclasses that pages, the JSON API and the command are made from.

Together with `search` itself this is the public API: `web` imports nothing else of the package but the JSON of `search.wire`. All ranges
are half-open code points in canonical text. Nothing here holds HTML except `Snippet.html`, which is escaped.
"""

from __future__ import annotations

from search.engine.port import DocumentSummary, Manifest
from search.field_kinds import LONGEST_NAME
from search.fields import (
    BY_NAME,
    FACETS,
    FIELDS,
    FIRST_YEAR,
    LAST_YEAR,
    UNLABELLED,
    DayField,
    Field,
    KeyField,
    NameField,
    SideField,
    TreeField,
    YearField,
    place_paths,
)
from search.labels.doubt import mending_line
from search.labels.mechanism.table import is_arranged
from search.links import LinkState, Resolution
from search.model import BlockKind, Document, Figure, Passage, Removal, Role, Span
from search.present.highlight import Snippet
from search.present.kwic import KwicEntry as KwicRow
from search.query.expand import Expansion
from search.query.intent import FieldOffer
from search.query.plan import Tier
from search.query.suggest import Suggestion
from search.query.syntax import Remark
from search.question import IDENTIFIER, LABELS, PARAMETERS, Choice, Collapse, Filters, Question, Sort, read_sort
from search.records import RecordSort, read_amount
from search.results.answers import (
    Answer,
    CrossTable,
    Facets,
    FacetValue,
    Hit,
    IntentOffer,
    KwicTable,
    Newest,
    NewHit,
    Overview,
    QueryReading,
    WordCount,
    WordCulprit,
)
from search.results.documents import (
    ChangedText,
    DocumentPage,
    Facsimile,
    LocateMatch,
    PassagePage,
    PlacedPassage,
    SharedSentence,
    SharedSentences,
)
from search.results.records import (
    AmountSaid,
    ClauseTable,
    Comparison,
    FigureRow,
    FigureTable,
    PairRecord,
    PairTable,
    PairYear,
    RelationEvidence,
    RelationRow,
    RelationTable,
    Told,
)

__all__ = [
    "BY_NAME",
    "FACETS",
    "FIELDS",
    "FIRST_YEAR",
    "IDENTIFIER",
    "LABELS",
    "LAST_YEAR",
    "LONGEST_NAME",
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
    "DayField",
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
    "NameField",
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
    "SharedSentences",
    "SideField",
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
