"""Blocks in, labels out: regions, years, program types, mechanisms and figures, each with its evidence.

One call labels a whole document, because its other passages decide what a name or a 今年 in one of them means. All labellers read the
same text, the reading form of `search/text/fold.py`, and what they find is led back to canonical text here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from search.fields import LABELS
from search.labels.figure.find import find_figures
from search.labels.figure.scope import Whole
from search.labels.gazetteer import NATION, gazetteer
from search.labels.mechanism.label import MechanismLabels, label_mechanisms
from search.labels.program.label import ProgramLabels, label_programs
from search.labels.region.label import RegionLabels, find_places, label_regions
from search.labels.relation.background import Background
from search.labels.relation.find import find_relations, moved
from search.labels.relation.short_names import short_names
from search.labels.relation.table import relation_table
from search.labels.relation.whole import without_summaries
from search.labels.table.figures import dated, row_figures
from search.labels.table.relations import row_relations
from search.labels.table.rows import DataRow, table_rows
from search.labels.year.label import YearLabels, label_years
from search.model import (
    Block,
    BlockKind,
    Day,
    Figure,
    MechanismLabel,
    Metadata,
    ProgramLabel,
    RegionLabel,
    Rejection,
    Relation,
    Span,
    YearLabel,
)
from search.text.fold import MatchForm, read_plainly, reading_form

_NAMED_IN: Final = 0.25
"""A place that fewer of its passages name is not where all figures of a document are, though it be about no other."""
_OPENING: Final = 60
"""In so many characters at its beginning a report names its paper."""

__all__ = ["BlockLabels", "DocumentLabels", "label", "naming", "one_place"]


@dataclass(frozen=True, slots=True)
class BlockLabels:
    """The labels of one block, and what was considered and not given."""

    regions: tuple[RegionLabel, ...]
    years: tuple[YearLabel, ...]
    programs: tuple[ProgramLabel, ...]
    figures: tuple[Figure, ...]
    rejected: tuple[Rejection, ...]
    mechanisms: tuple[MechanismLabel, ...] = ()
    topics: tuple[ProgramLabel, ...] = ()
    relations: tuple[Relation, ...] = ()
    heads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentLabels:
    """The labels of a document: one `BlockLabels` per block, in order, and what holds for the whole."""

    blocks: tuple[BlockLabels, ...]
    supporters: tuple[str, ...]
    recipients: tuple[str, ...]
    date: date | None
    year: int | None
    year_inferred: bool
    year_reason: str
    in_force: Day | None = None
    about: tuple[str, ...] = ()
    """The places the document is about, the heaviest first."""
    helped: tuple[str, ...] = ()
    """The places helped where no place is said to help."""
    about_of: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Article → the places it is about, where the document has several."""


def label(blocks: Sequence[Block], metadata: Metadata) -> DocumentLabels:
    """Labels of all blocks of one document. Pure: the same blocks and metadata give the same labels, whatever else is indexed."""
    forms = [reading_form(block.text) for block in blocks]
    read = [_as_read(block, form) for block, form in zip(blocks, forms, strict=True)]
    regions = label_regions(read, metadata)
    years = label_years(read, metadata)
    programs = label_programs(read, metadata)
    mechanisms = label_mechanisms(read, metadata, regions.labels, (*regions.supporters, *regions.recipients, *regions.helped))
    rows = table_rows(read, years.labels, regions.labels)
    named = naming(regions.labels)
    whole = Whole(years.year, one_place(regions.about, named, len(read)))
    of_articles = {article: Whole(years.year, one_place(about, named, len(read))) for article, about in regions.about_of.items()}
    grounds = _backgrounds(read, metadata, regions)
    wholes = [of_articles.get(block.article, whole) for block in read]
    labelled = [
        _labels_of_block(at, read, rows, regions, years, programs, mechanisms, wholes[at], grounds[block.article])
        for at, block in enumerate(read)
    ]
    said = without_summaries([block.text for block in read], [one.relations for one in labelled])
    labelled = [replace(one, relations=relations) for one, relations in zip(labelled, said, strict=True)]
    placed = tuple(map(_in_canonical_text, labelled, forms, blocks))
    return DocumentLabels(
        blocks=placed,
        supporters=regions.supporters,
        recipients=regions.recipients,
        date=years.date,
        year=years.year,
        year_inferred=years.inferred,
        year_reason=years.reason,
        in_force=years.in_force,
        about=regions.about,
        helped=regions.helped,
        about_of=regions.about_of,
    )


def _backgrounds(read: Sequence[Block], metadata: Metadata, regions: RegionLabels) -> dict[int, Background]:
    """Of each article, what its passages may leave out."""
    names = short_names(read)
    published = [path for place in find_places(metadata.publication or _paper(read)) for path in place.paths]
    here: dict[int, list[int]] = {}
    for at, block in enumerate(read):
        here.setdefault(block.article, []).append(at)
    return {
        article: Background(
            [read[at] for at in of], [regions.labels[at] for at in of], names, regions.about_of.get(article, regions.about), published
        )
        for article, of in here.items()
    }


def _paper(read: Sequence[Block]) -> str:
    """The paper or station that the first line names, empty where none."""
    first = next((block.text for block in read if block.kind is BlockKind.BODY), "")
    match = relation_table().papers.search(first, 0, _OPENING)
    return match.group() if match else ""


def naming(labels: Iterable[Sequence[RegionLabel]]) -> Counter[str]:
    """How many passages name each place, or one that lies in it."""
    above = gazetteer().ancestors
    return Counter(path for of in labels for path in {path for one in of if one.evidence for path in (one.path, *above(one.path))})


def one_place(about: Sequence[str], named: Mapping[str, int], passages: int) -> tuple[str, ...]:
    """The place a document is about, where that is one and enough of its passages name it; the first where the others lie in it."""
    if not about or about[0] == NATION or not all(f"{path}/".startswith(f"{about[0]}/") for path in about):
        return ()
    return tuple(about[:1]) if named.get(about[0], 0) >= _NAMED_IN * passages else ()


def _labels_of_block(
    at: int,
    read: Sequence[Block],
    rows: Mapping[int, DataRow],
    regions: RegionLabels,
    years: YearLabels,
    programs: ProgramLabels,
    mechanisms: MechanismLabels,
    whole: Whole,
    background: Background,
) -> BlockLabels:
    block, places, kinds, row = read[at], regions.labels[at], programs.labels[at], rows.get(at)
    rejected = (*regions.rejected[at], *years.rejected[at], *programs.rejected[at], *mechanisms.rejected[at])
    ways, topics = mechanisms.labels[at], programs.topics[at]
    if row is None:
        when = years.labels[at]
        figures = find_figures(block, when, places, kinds, whole)
        return BlockLabels(places, when, kinds, figures, rejected, ways, topics, find_relations(block, when, places, figures, background))
    dates = [years.labels[caption] for caption in row.captions]
    when = dated(row, years.labels[at], dates)
    shared = [one for at, low, high in row.held for one in regions.labels[at] for s, e in one.evidence if low <= s and e <= high]
    figures = row_figures(row, block, when, places, kinds, [regions.labels[caption] for caption in row.captions], shared, dates)
    said = row_relations(row, block, when, places, figures, [read[caption].text for caption in row.captions])
    heads = tuple(column.said for column in row.columns)
    return BlockLabels(places, when, kinds, figures, rejected, ways, topics, said, heads)


def _as_read(block: Block, form: MatchForm) -> Block:
    if form.text == block.text:
        return block
    return replace(block, text=form.text, section=tuple(map(read_plainly, block.section)))


def _in_canonical_text(found: BlockLabels, form: MatchForm, block: Block) -> BlockLabels:
    """Labels with every range led back from the text that was read to canonical text, and what is quoted, as it is written there."""
    if form.text == block.text:
        return found

    def spans(read: Sequence[Span]) -> tuple[Span, ...]:
        return tuple(form.span(start, end) for start, end in read)

    def quoted(span: Span) -> str:
        return block.text[span[0] : span[1]]

    figures = tuple(_placed(one, form.span(one.start, one.end), block.text) for one in found.figures)
    where = {before.start: after for before, after in zip(found.figures, figures, strict=True)}
    labels = {name: tuple(replace(one, evidence=spans(one.evidence)) for one in getattr(found, name)) for name, _ in LABELS}
    return replace(
        found,
        **labels,
        figures=figures,
        rejected=tuple(replace(one, span=span, text=quoted(span)) for one in found.rejected for span in spans([one.span])),
        relations=tuple(moved(one, form.span, where) for one in found.relations),
    )


def _placed(figure: Figure, span: Span, text: str) -> Figure:
    return replace(figure, start=span[0], end=span[1], text=text[span[0] : span[1]])
