"""The wording of credits, captions, headings and page furniture, compiled once from `data/cues.toml`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

Pattern = re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Cues:
    """Compiled patterns; `*_whole` match a whole line, the others where their name says."""

    credit_whole: Pattern
    credit_opening: Pattern
    credit_label: Pattern
    credit_head: Pattern
    attachment: Pattern
    dateline: Pattern
    date_line: Pattern
    caption_start: Pattern
    caption_end: Pattern
    caption_split: Pattern
    scene_words: Pattern
    headline_words: Pattern
    title_endings: Pattern
    heading_levels: tuple[Pattern, ...]
    heading_numbered: Pattern
    heading_plain: frozenset[str]
    paragraph_start: Pattern
    furniture_words: frozenset[str]
    furniture_line: Pattern
    furniture_open: Pattern
    furniture_trail: Pattern
    page_number: Pattern
    openers: Pattern
    hint: Pattern
    hint_openings: tuple[str, ...]


@cache
def cues() -> Cues:
    """The cues, read on first use."""
    table = tomllib.loads((Path(__file__).parent / "data" / "cues.toml").read_text(encoding="utf-8"))
    credit, caption, heading, furniture = table["credit"], table["caption"], table["heading"], table["furniture"]
    return Cues(
        credit_whole=_either(credit["whole"], whole=True),
        credit_opening=_either(credit["opening"]),
        credit_label=_either(credit["label"], whole=True),
        credit_head=_either(credit["head"], whole=True),
        attachment=_either(credit["attachment"]),
        dateline=_either(credit["dateline"]),
        date_line=_either(credit["date"], whole=True),
        caption_start=_either(caption["start"]),
        caption_end=re.compile(rf"(?:{'|'.join(caption['end'])})\Z"),
        caption_split=re.compile(caption["split"]),
        scene_words=_either(caption["scene"]),
        headline_words=_either(table["headline"]["words"]),
        title_endings=re.compile(rf"(?:{'|'.join(table['headline']['ending'])})(?:[（(][^（）()]*[）)])?\Z"),
        heading_levels=tuple(re.compile(level) for level in heading["levels"]),
        heading_numbered=re.compile(rf"(?={heading['opens']})(?:{_either(heading['levels']).pattern})"),
        heading_plain=frozenset(heading["plain"]),
        paragraph_start=re.compile(heading["paragraph"]),
        furniture_words=frozenset(furniture["words"]),
        furniture_line=_either(furniture["line"], whole=True),
        furniture_open=_either(furniture["open"]),
        furniture_trail=_either(furniture["trail"], whole=True),
        page_number=_either(furniture["page"], whole=True),
        openers=_either(table["opener"]["words"]),
        hint=re.compile(f"[{re.escape(table['hint']['characters'])}]"),
        hint_openings=tuple(table["hint"]["openings"]),
    )


def _either(patterns: list[str], *, whole: bool = False) -> Pattern:
    body = "|".join(f"(?:{pattern})" for pattern in patterns)
    return re.compile(rf"(?:{body})\Z" if whole else body)
