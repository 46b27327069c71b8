"""The stages in order, and the check that their result is settled: that restoring it once more changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from search.model import BlockKind, LineRange, Removal
from search.text.restore.captions import mark_islands
from search.text.restore.columns import find_columns
from search.text.restore.flow import build_units
from search.text.restore.furniture import drop_furniture
from search.text.restore.head import mark_head
from search.text.restore.headlines import place_captions, place_headlines, take_headlines
from search.text.restore.kinds import (
    name_article_heads,
    name_attachments,
    name_contributions,
    name_middle,
    name_rest,
    name_siblings,
)
from search.text.restore.lines import LineDrafts, TextLine
from search.text.restore.mend import mend_paragraphs
from search.text.restore.openings import move_openings
from search.text.restore.title import name_decreed_law, name_head, name_serials
from search.text.restore.units import Unit

ROUNDS = 8
"""Each further round can only join what the last one left, so few are ever needed; this is the limit for hostile text."""


@dataclass(slots=True)
class TextDraft:
    """A text on its way through the stages."""

    units: list[Unit]
    removed: list[Removal]


def restore_plain(lines: list[TextLine]) -> TextDraft:
    """Units and removals of a text without styles, settled."""
    page = _pass(lines)
    known = {line.text: line for line in lines}
    for _ in range(ROUNDS):
        again = _pass(_as_lines(page.units, known))
        if [unit.text for unit in again.units] == [unit.text for unit in page.units]:
            break
        page = _carry_over(page, again)
    return page


def _as_lines(units: list[Unit], known: dict[str, TextLine]) -> list[TextLine]:
    """Each unit's text as a line of its own, measured only if it was not a line before."""
    drafts = LineDrafts()
    for number, unit in enumerate(units):
        line = known.get(unit.text)
        gap = 1 if number else 0
        if line is None or line.cells:
            drafts.add(unit.text, number, unit.page, gap, opens=unit.opens)
        else:
            drafts.add_measured(line.standing_at(number, unit.page, gap, opens=unit.opens))
    return drafts.measured()


def _pass(lines: list[TextLine]) -> TextDraft:
    lines, removed = drop_furniture(lines)
    columns = find_columns(lines)
    mark_head(lines, columns)
    units, second_prints = build_units(lines, columns)
    mark_islands(units)
    units = mend_paragraphs(units)
    repeated = name_head(units)
    headlines = take_headlines(units)
    name_middle(units)
    name_rest(units)
    name_decreed_law(units)
    name_serials(units)
    name_attachments(units)
    name_siblings(units)
    name_contributions(units)
    name_article_heads(units)
    units = move_openings(units)
    units = place_headlines(units, headlines)
    units = place_captions(units, max((unit.article for unit in units), default=1))
    return TextDraft(units, removed + second_prints + repeated)


def _carry_over(page: TextDraft, again: TextDraft) -> TextDraft:
    """The second round's texts with the first round's source lines, and its kinds wherever a text came through whole. Where the second
    round took the title for page furniture (the name of a page above it), what is left of the headline is named by the second."""
    units: list[Unit] = []
    firsts = [page.units[unit.lines[0][0]] for unit in again.units]
    untitled = not any(first.kind is BlockKind.TITLE for first in firsts)
    for unit, first in zip(again.units, firsts, strict=True):
        lines = _source_lines(page, unit.lines)
        if unit.text == first.text:
            renamed = untitled and first.kind is BlockKind.SUBTITLE and unit.kind is BlockKind.TITLE
            units.append(replace(first, kind=BlockKind.TITLE) if renamed else replace(first))
        else:
            units.append(replace(unit, lines=lines, kind=first.kind, article=first.article, placed=first.placed, page=first.page))
    removed = [replace(removal, source_lines=_source_lines(page, removal.source_lines)) for removal in again.removed]
    return TextDraft(units, page.removed + removed)


def _source_lines(page: TextDraft, ranges: tuple[LineRange, ...]) -> tuple[LineRange, ...]:
    numbers = [number for first, last in ranges for number in range(first, last + 1)]
    return tuple(line for number in numbers for line in page.units[number].lines)
