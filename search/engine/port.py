"""The whole engine interface. An engine holds one generation and answers a plan with hits, exact total and facet counts in one call.

Every body (memory, whoosh, opensearch) gives the same answer to the same request: `tests/engine/` is one suite over all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from search.model import BlockKind, Document, Passage, Role
from search.query.plan import All, Node, Tier

UNLABELLED = "none"
"""The facet value of passages without any value (未标明)."""

FACETS = ("region", "year", "program")
"""The facets that are counted and shown."""

FACET_FIELDS = (*FACETS, "supporter", "recipient")
"""All that a passage can be filtered and crossed by: the facets, and its regions by role."""


class Sort(StrEnum):
    """RELEVANCE: tier, score, then document order. YEAR_*: the passage's latest (desc) or earliest (asc) year first, passages
    without a year last, ties by relevance. DOCUMENT: document id by code points, then order in the document."""

    RELEVANCE = "relevance"
    YEAR_DESC = "year-desc"
    YEAR_ASC = "year-asc"
    DOCUMENT = "document"


class Collapse(StrEnum):
    """What hits fold into one: passages of one document, or passages with the same text (copies in other documents)."""

    DOCUMENT = "document"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen in one facet: any of `include` (empty: no restriction), none of `exclude`.

    Region values are paths of any depth, year values `2019` or `2018-2020`, `none` is 未标明 in every facet."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """Facet choices and restrictions. Values within a facet are OR, facets are AND."""

    region: Choice = Choice()
    year: Choice = Choice()
    program: Choice = Choice()
    documents: tuple[str, ...] = ()
    kinds: tuple[BlockKind, ...] = ()
    supporter: Choice = Choice()
    recipient: Choice = Choice()

    def choice(self, facet: str) -> Choice:
        """The choice of the facet field named."""
        return {
            "region": self.region,
            "year": self.year,
            "program": self.program,
            "supporter": self.supporter,
            "recipient": self.recipient,
        }[facet]


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One question. `cross` asks for a table of counts over two facets, `collapse` folds hits."""

    plan: Node = field(default_factory=All)
    filters: Filters = Filters()
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = 20
    facets: bool = True
    cross: tuple[str, str] | None = None
    collapse: Collapse | None = None


@dataclass(frozen=True, slots=True)
class EngineHit:
    """A passage found. `folded` counts the further hits folded into this one (0 without `collapse`)."""

    passage: Passage
    score: float
    tier: Tier
    folded: int = 0


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """Exact counts a value. A facet's own inclusions are left out of its own counts (values are OR: a count is what choosing that value
    alone gives); exclusions, its own too, always hold.

    `region` holds every ancestor path as well; `none` counts passages without any value. Only values with a count above 0."""

    region: Mapping[str, int] = field(default_factory=dict)
    year: Mapping[str, int] = field(default_factory=dict)
    program: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The answer. `total` and `documents` are exact; `tiers` counts hits a tier; `groups` counts folded hits (= total without collapse).
    `cross` maps (value of the first facet, value of the second) to a count, under all filters."""

    hits: tuple[EngineHit, ...]
    total: int
    documents: int
    groups: int
    tiers: Mapping[Tier, int]
    facets: FacetCounts
    cross: Mapping[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """What a list of documents needs."""

    id: str
    title: str
    year: int | None
    source_file: str
    sha256: str
    passages: int
    work: str = ""
    date: str | None = None
    publication: str | None = None
    supporters: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation says of itself. `analysis` is the fingerprint of lexicon, thesaurus, gazetteer and code."""

    generation: str
    engine: str
    analysis: str
    created: str
    passages: int
    documents: int
    segmenter: str
    details: Mapping[str, str | int | float] = field(default_factory=dict)


class Engine(Protocol):
    """The read side of one open generation. Thread-safe; closing twice is harmless."""

    def manifest(self) -> Manifest: ...

    def search(self, request: SearchRequest) -> SearchResult: ...

    def count(self, plan: Node, filters: Filters = Filters()) -> int:
        """The total of a search, and nothing else of it."""

    def fetch(self, ids: Sequence[str]) -> tuple[Passage | None, ...]:
        """Passages by id, None where there is none."""

    def document(self, document_id: str) -> Document | None: ...

    def summary(self, document_id: str) -> DocumentSummary | None: ...

    def documents(self) -> tuple[DocumentSummary, ...]:
        """All documents, by id."""

    def passages(self) -> Iterator[Passage]:
        """Every passage, by document id and order."""

    def vocabulary(self) -> Iterator[tuple[str, int]]:
        """Every token with the number of passages that have it."""

    def contains(self, runs: Sequence[str]) -> Sequence[int]:
        """For each run in match form, the number of passages it occurs in."""

    def attachment(self, name: str) -> bytes | None:
        """Bytes the build attached to the generation under this name."""

    def check(self) -> tuple[str, ...]:
        """Sentences on what is wrong with the files of the generation; empty when it is sound."""

    def close(self) -> None: ...


class Writer(Protocol):
    """Writes one new generation. Nothing is visible before `commit`, and after it the generation is whole. A document added twice counts
    once, the last time.

    A writer that is killed, or that `suspend` ended, leaves its documents behind: the next one of the same analysis can `keep` them by the
    receipts that `add` gave. What nobody keeps goes."""

    def keep(self, document_id: str, receipt: str = "") -> Document | None:
        """Carries an unchanged document over from the base generation or, with a receipt, from an interrupted build; None if there is none
        by this id, or not that very document."""

    def add(self, document: Document) -> str:
        """Adds a document; the receipt by which a later writer can keep it if this one is interrupted (empty: it cannot)."""

    def attach(self, name: str, data: bytes) -> None: ...

    def commit(self, tell: Callable[[int, int], None] | None = None) -> Manifest:
        """Makes the generation durable and complete on disk, *without* making it the one in force. `tell` is told how much of how much
        is done."""

    def publish(self) -> None:
        """Makes the committed generation the one in force, atomically, and drops generations no longer needed."""

    def abort(self) -> None:
        """Leaves no trace of the new generation. Harmless after `publish`."""

    def suspend(self) -> None:
        """Stops, and leaves what was added to be taken up. Harmless after `publish`."""


def facet_values(passage: Passage) -> dict[str, tuple[str, ...]]:
    """The values a passage counts for in each of FACET_FIELDS: region paths with every ancestor, years as text, program keys; `none` where
    there is none."""
    return {
        "region": _with_ancestors(label.path for label in passage.regions),
        "year": tuple(sorted({str(label.year) for label in passage.years})) or (UNLABELLED,),
        "program": tuple(sorted({label.key for label in passage.programs})) or (UNLABELLED,),
        "supporter": _with_ancestors(label.path for label in passage.regions if label.role is Role.SUPPORTER),
        "recipient": _with_ancestors(label.path for label in passage.regions if label.role is Role.RECIPIENT),
    }


def _with_ancestors(paths: Iterable[str]) -> tuple[str, ...]:
    found: set[str] = set()
    for path in paths:
        found.add(path)
        while path := path.rpartition("/")[0]:
            found.add(path)
    return tuple(sorted(found)) or (UNLABELLED,)


def year_values(value: str) -> Iterable[str]:
    """The single years of `2019` or `2018-2020`; `none` stays itself."""
    first, dash, last = value.partition("-")
    if not dash:
        return (value,)
    return (str(year) for year in range(int(first), int(last) + 1))


def has_value(values: Collection[str], facet: str, value: str) -> bool:
    """Whether a passage with these values of the facet has `value`: itself, or for years any year of a range."""
    return any(year in values for year in year_values(value)) if facet == "year" else value in values


def chosen(values: Collection[str], choice: Choice, facet: str, *, inclusions: bool = True) -> bool:
    """Whether a passage with these values of the facet is let through by the choice (by its exclusions alone if not `inclusions`)."""
    if any(has_value(values, facet, value) for value in choice.exclude):
        return False
    return not (inclusions and choice.include) or any(has_value(values, facet, value) for value in choice.include)


def summary(document: Document) -> DocumentSummary:
    """What a list of documents needs of this one."""
    return DocumentSummary(
        id=document.id,
        title=document.title,
        year=document.year,
        source_file=document.source_file,
        sha256=document.sha256,
        passages=len(document.passages),
        work=document.work,
        date=document.date.isoformat() if document.date else None,
        publication=document.publication,
        supporters=document.supporters,
        recipients=document.recipients,
    )
