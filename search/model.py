"""The nouns of the line: frozen dataclasses that pass from one stage to the next.

Ranges (`Span`) are half-open pairs of code points in canonical text, everywhere. Source lines are 1-based and inclusive
pairs, as an editor shows them. Nothing here imports anything else of the project.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

Day = date
"""The type, for classes that have a field called `date`."""

Span = tuple[int, int]
"""Half-open range of code points in canonical text."""

LineRange = tuple[int, int]
"""First and last source line, 1-based, inclusive."""

Box = tuple[float, float, float, float]
"""Left, top, right and bottom in points, from the upper left corner of a page as it is shown."""

Size = tuple[float, float]
"""Width and height of a page, in points."""


class BlockKind(StrEnum):
    """What a block is on the page."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    HEADING = "heading"
    BODY = "body"
    CAPTION = "caption"
    CREDIT = "credit"
    TABLE = "table"


class Role(StrEnum):
    """What a place does in a passage."""

    SUPPORTER = "supporter"
    RECIPIENT = "recipient"
    MENTIONED = "mentioned"


class Qualifier(StrEnum):
    """How exact a figure claims to be."""

    APPROX = "approx"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class Reach(StrEnum):
    """How near to a figure stands what it is given: its year, its places, its program types. A column's head and a sheet's name count
    as the sentence around the cells."""

    CLAUSE = "clause"
    SENTENCE = "sentence"
    PASSAGE = "passage"


class Origin(StrEnum):
    """Who said a label."""

    MACHINE = "machine"
    USER = "user"


# --- reading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Setting:
    """How a line of a page is set, measured along the line in its own direction: so it says the same of a page that lies on
    its side, and of vertical writing. One em is the size of the line's own characters."""

    column: int
    """Number of the run of lines that stand one under the other, from 1, in reading order through the document."""
    start: float
    """How many em after the edge of its column the line begins; negative for what sticks out."""
    room: float
    """How many em before the other edge of its column it ends."""
    width: float
    """Width of the column, in em."""
    gap: float
    """Distance from the line above, where the usual one for characters of that size in that column is 1.0; 0.0 for the first
    line of a column."""
    size: float
    """Size of its characters, where that of the document's running text is 1.0."""
    bold: bool = False
    turned: bool = False
    """Set across the direction of the page's text: a vertical headline on a page of rows."""
    under_picture: bool = False
    """Stands right below a picture."""
    block: int | None = None
    """Number of the paragraph, heading or item that the file itself says the line belongs to, where its marks can be trusted."""
    role: str = ""
    """What the file says that is (`H1`, `P`, `Caption`)."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line of a source, as read. `style` is what the format itself says of it (`title`, `heading`, `paragraph`,
    `list`, `caption`, `table`), or None where the format says nothing (plain text, PDF)."""

    number: int
    text: str
    page: int | None = None
    style: str | None = None
    continues: bool = False
    """The format itself says that this line goes on the styled block of the line before (a soft break in Markdown)."""
    box: Box | None = None
    """Where it stands on its page, for paged sources."""
    setting: Setting | None = None
    """How it is set, for paged sources."""
    score: float | None = None
    """How sure OCR is of it, from 0 to 1; None for text that was never a picture."""
    cells: tuple[str, ...] = ()
    """The cells of a table row, one a column; a cell that spans several columns or rows occurs in each of them. `text` has each once."""


@dataclass(frozen=True, slots=True)
class Official:
    """The parts of an official document (公文): its number (文号), who issued it, whom it is addressed to, who signed it, and the names of
    what is attached."""

    number: str | None = None
    issuer: str | None = None
    addressee: str | None = None
    signature: str | None = None
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a source or the file beside it says of itself. None means: not stated, never guessed."""

    title: str | None = None
    subtitle: str | None = None
    byline: str | None = None
    publication: str | None = None
    date: date | None = None
    year: int | None = None
    page_label: str | None = None
    url: str | None = None
    regions: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    programs: tuple[str, ...] = ()
    forbid_regions: tuple[str, ...] = ()
    forbid_years: tuple[int, ...] = ()
    forbid_programs: tuple[str, ...] = ()
    origin: Origin = Origin.MACHINE
    kicker: str | None = None
    """The line above a headline that leads to it (引题)."""
    named_date: Day | None = None
    """The day that the source's file name, folder or address states."""
    named_year: int | None = None
    named_page: str | None = None
    """The newspaper page in such a name; where it is known `named_date` is the day of the issue."""
    official: Official | None = None
    mechanisms: tuple[str, ...] = ()
    forbid_mechanisms: tuple[str, ...] = ()
    supporters: tuple[str, ...] = ()
    """Places that help, and below those that take, as the user says; and what neither does, whatever the text seems to say."""
    recipients: tuple[str, ...] = ()
    forbid_supporters: tuple[str, ...] = ()
    forbid_recipients: tuple[str, ...] = ()
    sections: str | None = None
    """What the user says of sections that were inferred: `confirmed` or `none`."""
    genre: str | None = None
    """The type of document (文种) as the user names it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file as the user gave it. `name` is its path below the folder given, with `/`; a member of an archive is
    `archive.zip/member.txt`."""

    name: str
    data: bytes = field(repr=False)
    sha256: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a format reader makes of a source: lines with positions, and what the file says of itself."""

    lines: tuple[SourceLine, ...]
    format: str
    encoding: str | None = None
    metadata: Metadata = Metadata()
    warnings: tuple[str, ...] = ()
    page_sizes: tuple[tuple[float, float], ...] = ()
    """Width and height of each page as it is shown, in points; empty for sources without pages."""


# --- restoring -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document in reading order. `article` counts from 1; 0 is the page as a whole. `section` is the path
    of headings above. `placed` is False where the source does not tell where the block belongs (a floating caption)."""

    kind: BlockKind
    text: str
    source_lines: tuple[LineRange, ...]
    article: int = 1
    section: tuple[str, ...] = ()
    placed: bool = True
    page: int | None = None
    cells: tuple[str, ...] = ()
    """Of a table row: its cells as `SourceLine.cells` has them."""
    section_inferred: bool = False
    """The section is inferred by wording and order (节次推定), not told by the source."""


@dataclass(frozen=True, slots=True)
class Removal:
    """Characters of the source that are in no block, and why (`duplicate-caption`, `page-number`, `running-head` …)."""

    text: str
    source_lines: tuple[LineRange, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Restored:
    """The canonical text of a document: blocks in reading order, and what was left out of them."""

    blocks: tuple[Block, ...]
    removed: tuple[Removal, ...]
    metadata: Metadata = Metadata()
    warnings: tuple[str, ...] = ()


# --- labels ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RegionLabel:
    """A place a passage has. `path` is official names joined by `/`; `evidence` is empty when inherited.
    `was` is the name the text used when it is an old one."""

    path: str
    role: Role = Role.MENTIONED
    inherited: bool = False
    evidence: tuple[Span, ...] = ()
    was: str | None = None
    origin: Origin = Origin.MACHINE


@dataclass(frozen=True, slots=True)
class YearLabel:
    """A year a passage speaks of. `resolved` marks years worked out from the document's own date (今年, 3年来)."""

    year: int
    inherited: bool = False
    resolved: bool = False
    evidence: tuple[Span, ...] = ()
    origin: Origin = Origin.MACHINE
    open: bool = False
    """The text begins an interval in this year and says of no year that it ends there (2021年以来): a lower bound."""


@dataclass(frozen=True, slots=True)
class ProgramLabel:
    """A program type a passage is about. `score` is the sum of the weights of its evidence."""

    key: str
    label: str
    score: float
    evidence: tuple[Span, ...] = ()
    inherited: bool = False
    origin: Origin = Origin.MACHINE


MechanismLabel = ProgramLabel
"""A mechanism by which a passage says help is given (东西部协作, 定点帮扶): key, label, score and evidence, as a type has them."""


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount with its unit. `value` has 万 and 亿 multiplied out; `unit` is `CNY` or the Chinese counter."""

    text: str
    value: float
    unit: str
    start: int
    end: int
    qualifier: Qualifier | None = None
    subject: str = ""
    years: tuple[int, ...] = ()
    regions: tuple[str, ...] = ()
    per: str | None = None
    """What a rate is per (`亩`, `人·年`), None for a total."""
    change: str | None = None
    """What a change is measured against (`2018年`, `上年同期`), empty where the text does not say; None: it is no change."""
    programs: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    """The role of each of `regions`."""
    years_from: Reach | None = None
    regions_from: Reach | None = None
    programs_from: Reach | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a relation. `name` is a path of official names for a place, the name as written for a unit, below the path of its
    place where the text says it; `place` is that path, empty where the text does not say; `start` and `end` are where it is named."""

    name: str
    place: str = ""
    unit: bool = False
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Relation:
    """One says-so of who helps whom. `start` to `end` is the clause that says it; `kind` names the programme as the clause does (对口支援,
    东西部协作, 对口协作, 定点帮扶, 对口帮扶, 结对帮扶, else 帮扶). `years` are those the clause is of; `amounts` and `people` are its own
    figures."""

    supporter: Party
    recipient: Party
    kind: str
    start: int
    end: int
    since: int | None = None
    until: int | None = None
    years: tuple[int, ...] = ()
    amounts: tuple[Figure, ...] = ()
    people: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejection:
    """A label that was considered and not given, with the reason; for `bangfu labels`."""

    facet: str
    text: str
    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class LinePlace:
    """Where a line of a paged source stands: page, from 1, and its box there as in `Box`."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


# --- documents -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Imprint:
    """What is known of a document as a publication, as its passages carry it, to be filtered, counted and ordered by it. `genre` is a
    key of the table of genres, empty like `publication` where nothing tells it; `year` is known where `date` is, and may be inferred."""

    authors: tuple[str, ...] = ()
    publication: str = ""
    genre: str = ""
    date: Day | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A searchable, linkable block with its id and labels. `order` counts from 1 in reading order."""

    id: str
    document_id: str
    order: int
    kind: BlockKind
    text: str
    source_lines: tuple[LineRange, ...]
    article: int = 1
    section: tuple[str, ...] = ()
    placed: bool = True
    page: int | None = None
    regions: tuple[RegionLabel, ...] = ()
    years: tuple[YearLabel, ...] = ()
    programs: tuple[ProgramLabel, ...] = ()
    figures: tuple[Figure, ...] = ()
    article_title: str = ""
    """The title of the passage's own article where a document holds several; empty where the document's title says it all."""
    mechanisms: tuple[MechanismLabel, ...] = ()
    topics: tuple[ProgramLabel, ...] = ()
    """Types the passage speaks of without any aid: what it is about, never what aid is given for."""
    relations: tuple[Relation, ...] = ()
    heads: tuple[str, ...] = ()
    """Of a row of a table: the heads of its columns."""
    section_inferred: bool = False
    """The section is inferred by wording and order (节次推定), not told by the source."""
    route: str = ""
    """How its text came to be: `digital` as the format says it, `geometry` from the places of characters on a page, `ocr` from a
    picture."""
    score: float | None = None
    """How sure OCR is of its text, from 0 to 1; None where it was never a picture."""
    about: tuple[str, ...] = ()
    """The places its document is about (`Document.about`), or its article where there are several, whatever places it names itself."""
    imprint: Imprint = Imprint()


@dataclass(frozen=True, slots=True)
class Document:
    """One source read, restored and labelled. `year` is the publication year; `year_inferred` says it is worked out,
    `year_reason` from what. `work` is the fingerprint shared by copies of the same text in several files."""

    id: str
    title: str
    source_file: str
    sha256: str
    format: str
    passages: tuple[Passage, ...]
    removed: tuple[Removal, ...] = ()
    subtitle: str | None = None
    byline: str | None = None
    source: str | None = None
    publication: str | None = None
    date: date | None = None
    year: int | None = None
    year_inferred: bool = True
    year_reason: str = ""
    page_label: str | None = None
    url: str | None = None
    supporters: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    work: str = ""
    encoding: str | None = None
    warnings: tuple[str, ...] = ()
    source_text: str = ""
    """The source as lines joined by newline, so that a page can show it beside the restored text."""
    line_places: tuple[LinePlace | None, ...] = ()
    """For each line of `source_text` where it is; None for lines without a place, empty for sources without pages.
    `Passage.source_lines` lead here, so that a passage can be shown where it is."""
    page_sizes: tuple[tuple[float, float], ...] = ()
    """Width and height of each page as it is shown, in points."""
    kicker: str | None = None
    """The line above the headline that leads to it (引题)."""
    official: Official | None = None
    in_force: Day | None = None
    """The day from which a law is in force; `date` is that of its latest revision."""
    about: tuple[str, ...] = ()
    """Paths of the places it is about, apart from those it only mentions; the heaviest first."""
    genre: str = ""
    """Its type (文种), a key of the table of genres; empty where nothing tells it."""
    helped: tuple[str, ...] = ()
    """The places it says are helped where no place helps them (companies, ministries, the whole country do): `recipients` are the other
    side of `supporters`."""

    @property
    def relations(self) -> tuple[Relation, ...]:
        """Who helps whom, by every clause of the document that says so, in reading order."""
        return tuple(relation for passage in self.passages for relation in passage.relations)
