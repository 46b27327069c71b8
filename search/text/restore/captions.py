"""Captions: known by their wording, printed twice, several on a line, or set apart from the text by wide gaps."""

from __future__ import annotations

import re
from collections import Counter

from search.model import BlockKind, Removal
from search.text.restore.cues import cues
from search.text.restore.lines import TextLine
from search.text.restore.measure import ends_sentence
from search.text.restore.units import Unit

_LONGEST = 140
_SEVERAL_LONGEST = 2000
_ISLAND_LONGEST = 110
_TWICE_SHORTEST, _TWICE_LONGEST = 4, 90
_SENTENCE_END = re.compile("[。！？]")
WIDE_GAP = 2
"""So many blank lines more than usual set a caption apart."""


def is_caption(text: str) -> bool:
    """Whether the wording alone says that a line is a caption."""
    return len(text) <= _LONGEST and (bool(cues().caption_start.match(text)) or bool(cues().caption_end.search(text)))


def split_captions(line: TextLine) -> tuple[list[Unit], list[Removal]] | None:
    """The captions of a line that holds several, or one printed twice; None for any other line."""
    text = line.text
    if len(text) > _SEVERAL_LONGEST or line.cells:
        return None
    if doubled := _undouble(text):
        captions = [Unit(once, (line.lines,), BlockKind.CAPTION, line.page, line.gap, cue=True) for once, _ in doubled]
        return captions, [Removal(second, (line.lines,), "duplicate-caption") for _, second in doubled if second]
    if not cues().caption_start.match(text):
        return None
    parts = [part for part in cues().caption_split.split(text) if part.strip()]
    if len(parts) < 2:
        return None
    return [Unit(part.strip(), (line.lines,), BlockKind.CAPTION, line.page, line.gap, cue=True) for part in parts], []


def _undouble(text: str) -> list[tuple[str, str]]:
    """(caption, its second print) for every caption of the line, if the whole line is captions printed twice: `甲甲。。`."""
    half = len(text) // 2
    if "。。" not in text and not (len(text) % 2 == 0 and half >= _TWICE_SHORTEST and text[0] == text[half] and text[:half] == text[half:]):
        return []
    if "。。" not in text:
        return [(text[:half], text[half:])] if not _repeats_inside(text[:half]) else []
    found: list[tuple[str, str]] = []
    twice = 0
    for part in re.split("(?<=。。)", text):
        part = part.strip()
        if not part:
            continue
        core = part.removesuffix("。。")
        middle = len(core) // 2
        if part.endswith("。。") and len(core) % 2 == 0 and _TWICE_SHORTEST <= middle <= _TWICE_LONGEST and core[:middle] == core[middle:]:
            found.append((core[:middle] + "。", core[middle:] + "。"))
            twice += 1
        else:
            found.append((part, ""))
    return found if twice * 2 > len(found) else []


def _repeats_inside(text: str) -> bool:
    """Whether a text is itself made of a repeated piece (哈哈哈哈), which is a manner of speech and no double print."""
    return len(set(text)) < 4


def mark_islands(units: list[Unit]) -> None:
    """Short texts that wide gaps set apart from running text are captions, if the page has at least two of them."""
    usual = usual_gap(units)
    apart = [unit.gap >= usual + WIDE_GAP for unit in units] + [True]
    islands: set[int] = set()
    for at, unit in enumerate(units):
        if not at or not _may_be_island(unit):
            continue
        after_island = at - 1 in islands
        opens_group = at + 2 < len(units) and apart[at + 2] and _may_be_island(units[at + 1])
        if (apart[at] and (apart[at + 1] or after_island or opens_group)) or (apart[at + 1] and after_island):
            islands.add(at)
    if len(islands) >= 2:
        for at in islands:
            units[at].kind = BlockKind.CAPTION
            units[at].placed = False


def _may_be_island(unit: Unit) -> bool:
    return (
        len(unit.text) <= _ISLAND_LONGEST
        and unit.kind is BlockKind.BODY
        and not unit.cue
        and not unit.wrapped
        and len(_SENTENCE_END.findall(unit.text)) <= 2
        and (ends_sentence(unit.text) or bool(cues().scene_words.search(unit.text)))
    )


def usual_gap(units: list[Unit]) -> int:
    """The number of blank lines that most often lie between two units."""
    gaps = Counter(unit.gap for unit in units[1:])
    return min(gaps.most_common(1)[0][0], 2) if gaps else 0
