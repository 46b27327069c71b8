"""The whole engine interface. An engine holds one generation and answers a plan with hits, exact total and facet counts in one call.

Every body (memory, whoosh, opensearch) gives the same answer to the same request: `tests/engine/` is one suite over all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, cast, runtime_checkable

from search.fields import BY_NAME, FACETS
from search.labels.imprint import imprint_of
from search.model import Document, Passage
from search.query.nearest.stages import Asked, NearPassage
from search.query.plan import All, Node, Tier
from search.query.score import Statistics
from search.query.suggest import SuggestionRows
from search.question import NO_FILTERS, Choice, Collapse, Filters, Sort
from search.records import RecordRequest, RecordResult


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """Exact counts per value of each facet named. A facet's own inclusions are left out of its own counts (values are OR: a count is what
    choosing that value alone gives); exclusions, its own too, always hold.

    Fruit: field → value → number of passages, only values with a count above 0. Trees count every ancestor path as well; `none` counts
    passages without any value."""

    fields: tuple[str, ...] = tuple(field.name for field in FACETS)


@dataclass(frozen=True, slots=True)
class CrossCounts:
    """A table of counts over two fields, under all filters. Fruit: (value of `rows`, value of `columns`) → number of passages."""

    rows: str
    columns: str

    def __post_init__(self) -> None:
        assert self.rows in BY_NAME, self.rows
        assert self.columns in BY_NAME, self.columns


Counted = Mapping[str, Mapping[str, int]]
Crossed = Mapping[tuple[str, str], int]
ALL_FACETS = FacetCounts()

Collector = FacetCounts | CrossCounts
"""What can be worked out over a result set beside its hits. A new collector joins this union, and each body gives its fruit."""
Fruit = Counted | Crossed


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One question, planned: the hits from `offset` on, and what `collect` asks for. `collapse` groups hits."""

    plan: Node = field(default_factory=All)
    filters: Filters = NO_FILTERS
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = 20
    collect: tuple[Collector, ...] = (ALL_FACETS,)
    collapse: Collapse | None = None


@dataclass(frozen=True, slots=True)
class EngineHit:
    """A passage found. `collapsed` counts the further hits that this one stands for (0 without `collapse`)."""

    passage: Passage
    score: float
    tier: Tier
    collapsed: int = 0


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The answer. `total` and `documents` are exact; `tiers` counts hits per tier; `groups` counts collapsed hits (= total without
    collapse). `fruits` holds what each collector of the request gave."""

    hits: tuple[EngineHit, ...]
    total: int
    documents: int
    groups: int
    tiers: Mapping[Tier, int]
    fruits: Mapping[Collector, Fruit] = field(default_factory=dict)

    @property
    def facets(self) -> Counted:
        """The counts of all facets; empty where they were not asked for."""
        return cast(Counted, self.fruits.get(ALL_FACETS, {}))

    def crossed(self, rows: str, columns: str) -> Crossed:
        """The table over two fields, which the request asked for."""
        return cast(Crossed, self.fruits[CrossCounts(rows, columns)])


Narrowed = tuple[Node, Filters]
"""A plan, and the filters it is counted under."""


@dataclass(frozen=True, slots=True)
class Around:
    """A passage in a list of hits: the ids of the one before and the one after it, None at an end, and its rank from 1 (0: not there)."""

    before: str | None = None
    after: str | None = None
    rank: int = 0


NOT_THERE = Around()


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """What a list of documents needs. `work` is the first document, by id, of those that are copies of one work."""

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
    about: tuple[str, ...] = ()
    genre: str = ""
    authors: tuple[str, ...] = ()


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
    """The read side of one open generation. Thread-safe; closing twice is harmless.

    A call may be a journey to another machine: whoever asks several things of a kind asks them in one call. Planning a question takes two
    (`present`, `counts`), and two more where nothing or little is found (`contains`, `nearest`); a page of results a few more
    (`tests/answering/test_rounds.py` counts them)."""

    def manifest(self) -> Manifest: ...

    def search(self, request: SearchRequest) -> SearchResult: ...

    def counts(self, wanted: Sequence[Narrowed], at_most: int | None = None) -> Sequence[int]:
        """The totals of several searches, in one call. With `at_most`, the smaller of each total and `at_most`: a body may stop there."""

    def around(self, request: SearchRequest, passage_id: str) -> Around:
        """Where a passage is among the first `limit` hits of a request (from its `offset` on), read no further than it takes."""

    def records(self, request: RecordRequest) -> RecordResult:
        """Figures or relations of the passages found, filtered by their own values, sorted, counted and summed, at any size."""

    def fetch(self, ids: Sequence[str]) -> tuple[Passage | None, ...]:
        """Passages by id, None where there is none."""

    def document(self, document_id: str) -> Document | None: ...

    def described(self, document_id: str) -> Document | None:
        """A document without its passages: what citations say of it."""

    def summaries(self, document_ids: Sequence[str]) -> tuple[DocumentSummary | None, ...]:
        """What lists of documents say of these, None where there is none."""

    def document_ids(self, start: int = 0, stop: int | None = None) -> tuple[str, ...]:
        """The ids of the documents from place `start` up to `stop`, in their order; no document is read for it. However far in, a part
        costs about what its length does."""

    def copies(self, document_id: str) -> tuple[str, ...]:
        """The other documents of the same work, by id."""

    def suggestions(self) -> SuggestionRows:
        """What is suggested as one types."""

    def documents(self) -> tuple[DocumentSummary, ...]:
        """All documents, by id."""

    def passages(self) -> Iterator[Passage]:
        """Every passage, by document id and order."""

    def vocabulary(self) -> Iterator[tuple[str, int]]:
        """Every token with the number of passages that have it."""

    def present(self, runs: Collection[str]) -> frozenset[str]:
        """Those of these runs, in match form, that occur in any passage; in one call, however many."""

    def contains(self, runs: Sequence[str]) -> Sequence[int]:
        """For each run in match form, the number of passages it occurs in; in one call, however many."""

    def statistics(self) -> Statistics:
        """What its scores are made of. `passages` and `mean_length` are known since the opening, as the manifest is: reading them costs
        nothing."""

    def nearest(self, sought: Asked) -> tuple[NearPassage, ...]:
        """The nearest passages of what is sought, nearest first (`search.query.nearest`)."""

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

    def carry(self, document_ids: Collection[str]) -> frozenset[str]:
        """Carries unchanged documents over from the base generation, unread where it can; those of them that are there."""

    def add(self, document: Document) -> str:
        """Adds a document; the receipt by which a later writer can keep it if this one is interrupted (empty: it cannot)."""

    def attach(self, name: str, data: bytes) -> None: ...

    def refused(self) -> Mapping[str, str]:
        """Waits until what was added is written. Document id → why the engine will never take it: these are not in the generation."""

    def commit(self, tell: Callable[[int, int], None] | None = None) -> Manifest:
        """Makes the generation durable and complete on disk, *without* making it the one in force. `tell` is told how much of how much
        is done."""

    def publish(self) -> None:
        """Makes the committed generation the one in force, atomically, and drops generations no longer needed."""

    def abort(self) -> None:
        """Leaves no trace of the new generation. Harmless after `publish`."""

    def suspend(self) -> None:
        """Stops, and leaves what was added to be taken up. Harmless after `publish`."""


@dataclass(frozen=True, slots=True)
class Share:
    """The `number`th, from 1, of `of` parts into which several builders share out what is to be read."""

    number: int
    of: int


@runtime_checkable
class SharingWriter(Writer, Protocol):
    """A writer whose documents may be brought together by several builders, on machines of their own: each writes its share and suspends.
    Who finishes keeps what they have written by the receipts they laid by."""

    def lay(self, key: str, document_id: str, outcome: bytes) -> None:
        """Lays by what became of a source, for the next writer of the same analysis."""

    def laid(self) -> Iterator[tuple[str, bytes]]:
        """Key and outcome of all that was laid by, by document id."""


@runtime_checkable
class Sharing(Protocol):
    """What a body can do to which several builders may write at once."""

    def open_share(self, place: str, *, analysis: str, share: Share) -> SharingWriter:
        """A writer of one share, to be suspended at its end. Raises BuildBusy where somebody builds this share, or the whole;
        BadRequest where an unfinished build has another number of shares."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What differs between bodies beyond speed; the conformance suite reads it. `durable`: generations outlive the process. `resumes`: an
    interrupted build leaves documents that the next one can keep by their receipts. `depth`: the last hit that a request can reach, None
    where there is no end."""

    durable: bool = True
    resumes: bool = True
    depth: int | None = None


class Body(Protocol):
    """The doors of an engine. `place` is what follows its name in an engine URL: a folder, a name, a host and an index."""

    name: str
    capabilities: Capabilities

    def open_engine(self, place: str) -> Engine:
        """The generation in force. Raises IndexMissing, IndexDamaged, EngineUnavailable."""

    def generation_in_force(self, place: str) -> str:
        """The name of the generation that `open_engine` would open, without opening it. Raises what `open_engine` does."""

    def open_writer(self, place: str, *, analysis: str, base: bool) -> Writer:
        """A writer of a new generation; with `base`, documents of the one in force can be kept. Raises BuildBusy, EngineUnavailable."""

    def state(self, place: str) -> Path:
        """Where what outlives generations (the ledger, what an interrupted build did) is kept on this machine if nothing else is said.
        A folder that may not exist yet."""


@runtime_checkable
class KeepsGenerations(Protocol):
    """What a body that keeps generations behind the one in force can do besides."""

    def open_writer(self, place: str, *, analysis: str, base: bool, keep: int = 3) -> Writer:
        """As any body's; `keep` generations stay when the new one is published."""

    def open_earlier(self, place: str) -> Engine:
        """The newest sound generation before the one in force. Raises IndexDamaged where there is none."""

    def roll_back(self, place: str, to: str = "") -> str:
        """Puts the generation before the one in force, or the one named, in force again; its name."""

    def kept_generations(self, place: str) -> tuple[str, ...]:
        """The generations kept behind the one in force, newest first."""

    def verify(self, place: str, name: str) -> tuple[str, ...]:
        """Sentences on what is wrong with the files of a generation, all of them read; empty where it is sound."""

    def locked(self, place: str) -> AbstractContextManager[None]:
        """Keeps builds away for as long as the context is open. Raises BuildBusy."""


@runtime_checkable
class KeepsFiles(KeepsGenerations, Protocol):
    """What a body can do besides whose generations are files on this machine's disk."""

    def copy_in_force(self, place: str, target: str) -> str:
        """Copies the generation in force to another place and puts it in force there; its name."""


def chosen(values: Collection[str], choice: Choice, name: str, *, inclusions: bool = True) -> bool:
    """Whether a passage with these values of a field is let through by the choice (by its exclusions alone if not `inclusions`)."""
    has = BY_NAME[name].has
    if any(has(values, value) for value in choice.exclude):
        return False
    return not (inclusions and choice.include) or any(has(values, value) for value in choice.include)


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
        about=document.about,
        genre=document.genre,
        authors=imprint_of(document).authors,
    )
