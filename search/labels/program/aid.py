"""Where a document speaks of aid: in the whole of it, below a heading, or only in some sentences.

What is said of hospitals or roads is a type of aid where aid is spoken of, and only a topic elsewhere. A short document gives no ground
to doubt: who put it into a collection on aid said so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final

from search.labels.program.cues import ProgramCues
from search.labels.program.table import program_rule
from search.model import Block, BlockKind, Span

_HEADS: Final = frozenset({BlockKind.TITLE, BlockKind.SUBTITLE})
_SENTENCE_END: Final = re.compile("[。；！？\n]")


class AidReach(Enum):
    """How far the word of aid reaches in a block."""

    ALL = "all"
    NONE = "none"
    SENTENCES = "sentences"


def is_of_aid(blocks: Sequence[Block], texts: Sequence[str], cues: Sequence[ProgramCues]) -> bool:
    """Whether a document is one of aid: its title says so, enough of its sentences do, or it is too short to tell."""
    rule = program_rule()
    length = sum(map(len, texts))
    if length <= rule.short_chars:
        return True
    if any(found.aid for block, found in zip(blocks, cues, strict=True) if block.kind in _HEADS):
        return True
    lead = [found for block, found in zip(blocks, cues, strict=True) if block.kind is BlockKind.BODY][: rule.lead_passages]
    wanted = length * (rule.lead_share if any(found.aid for found in lead) else rule.aid_share)
    for text, found in zip(texts, cues, strict=True):
        wanted -= sum(end - start for start, end in sentences_of_aid(text, found))
        if wanted <= 0:
            return True
    return False


def reach_of_aid(block: Block, cues: ProgramCues, headings: Mapping[tuple[int, str], bool]) -> AidReach:
    """How far aid reaches in a block of a document that is not one of aid. `headings` says which of them speak of aid."""
    if any(headings.get((block.article, heading)) for heading in block.section):
        return AidReach.ALL
    if not cues.aid:
        return AidReach.NONE
    return AidReach.ALL if len(block.text) <= program_rule().near_chars else AidReach.SENTENCES


def sentences_of_aid(text: str, cues: ProgramCues) -> list[Span]:
    """The sentences of `text` that hold a word of aid, in order."""
    if not cues.aid:
        return []
    found: list[Span] = []
    at = 0
    start = 0
    for stop in (*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)):
        if at < len(cues.aid) and cues.aid[at][0] < stop:
            found.append((start, stop))
            while at < len(cues.aid) and cues.aid[at][0] < stop:
                at += 1
        start = stop
    return found
