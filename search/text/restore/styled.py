"""Text whose format already says what each line is (DOCX, HTML, Markdown): passed through, spaces aside."""

from __future__ import annotations

from search.model import BlockKind, SourceLine
from search.text.restore.cues import cues
from search.text.restore.lines import Line
from search.text.restore.units import Unit

_KINDS = {str(kind): kind for kind in BlockKind}
_CREDIT_LONGEST = 80


def build_styled(lines: list[Line], source: tuple[SourceLine, ...]) -> list[Unit]:
    """One unit a line. A paragraph whose wording makes it a credit is one."""
    styles = {line.number: line.style for line in source}
    units: list[Unit] = []
    for line in lines:
        style = styles.get(line.number) or "paragraph"
        kind = BlockKind.HEADING if style.startswith("heading") else _KINDS.get(style, BlockKind.BODY)
        if kind is BlockKind.BODY and style != "list" and len(line.text) <= _CREDIT_LONGEST and cues().credit_whole.match(line.text):
            kind = BlockKind.CREDIT
        units.append(Unit(line.text, (line.lines,), kind, line.page, line.gap, cue=True))
    return units

