"""Text whose format already says where its blocks begin and end (DOCX, HTML, Markdown): passed through, stray spaces aside.

A paragraph's bounds are certain, its kind is not: many files set headings and signatures as paragraphs, so wording and
place decide that as they do for plain text.
"""

from __future__ import annotations

from search.model import BlockKind, Removal, SourceLine
from search.text.restore import spacing
from search.text.restore.cues import cues
from search.text.restore.kinds import name_attachments, name_middle, name_rest
from search.text.restore.lines import TextLine
from search.text.restore.title import name_decreed_law, name_head
from search.text.restore.units import Unit

FURNITURE = frozenset({"running-head", "page-number", "watermark"})
_KINDS = {str(kind): kind for kind in BlockKind}
_CREDIT_LONGEST = 80


def drop_styled_furniture(source: tuple[SourceLine, ...]) -> tuple[tuple[SourceLine, ...], list[Removal]]:
    """The lines without those that the format itself calls page furniture, and these."""
    if not any(line.style in FURNITURE for line in source):
        return source, []
    kept = tuple(line for line in source if line.style not in FURNITURE)
    dropped = (line for line in source if line.style in FURNITURE and line.text.strip())
    return kept, [Removal(line.text.strip(), ((line.number, line.number),), str(line.style)) for line in dropped]


def build_styled(lines: list[TextLine], source: tuple[SourceLine, ...]) -> tuple[list[Unit], list[Removal]]:
    """One unit a block of the format, in its order, with kinds; and the titles that stood there twice."""
    styles = {line.number: line for line in source}
    units: list[Unit] = []
    for line in lines:
        said = styles[line.number]
        style = said.style or "paragraph"
        kind = BlockKind.HEADING if style.startswith("heading") else _KINDS.get(style, BlockKind.BODY)
        unit = Unit(line.text, (line.lines,), kind, line.page, line.gap, cue=style != "paragraph")
        if kind is BlockKind.BODY:
            unit.text = spacing.tidy_prose(unit.text)
        if said.continues and units:
            units[-1].text = spacing.join(units[-1].text, unit.text)
            units[-1].lines += unit.lines
            continue
        if kind is BlockKind.BODY and not unit.cue and len(line.text) <= _CREDIT_LONGEST and cues().credit_whole.match(line.text):
            unit.kind, unit.cue = BlockKind.CREDIT, True
        units.append(unit)
    repeated = name_head(units)
    name_middle(units)
    name_rest(units)
    name_decreed_law(units)
    name_attachments(units)
    return units, repeated
