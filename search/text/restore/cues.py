"""The wording of credits, captions, headings and page furniture, compiled once from `data/cues.toml`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

Pattern = re.Pattern[str]


@dataclass(frozen=True, slots=True)
class CuePatterns:
    """Compiled patterns; `*_whole` match a whole line, the others where their name says."""

    credit_whole: Pattern
    credit_opening: Pattern
    credit_label: Pattern
    credit_head: Pattern
    law_record: Pattern
    law_record_whole: Pattern
    law_deed: Pattern
    told_by: Pattern
    speaker: Pattern
    addressed: Pattern
    author_role: Pattern
    no_name: Pattern
    after_name: str
    staff: Pattern
    no_signature: Pattern
    attachment: Pattern
    dateline: Pattern
    date_line: Pattern
    caption_start: Pattern
    caption_end: Pattern
    caption_split: Pattern
    scene_words: Pattern
    headline_words: Pattern
    title_endings: Pattern
    kicker_ending: Pattern
    deck_ending: Pattern
    organ: Pattern
    organ_alone: Pattern
    deed: Pattern
    section_label: Pattern
    heading_levels: tuple[Pattern, ...]
    heading_numbered: Pattern
    heading_opens: frozenset[str]
    heading_plain: frozenset[str]
    paragraph_start: Pattern
    crawled_label: Pattern
    title_label: Pattern
    address_label: Pattern
    text_opening: Pattern
    furniture_tail: Pattern
    furniture_tail_word: Pattern
    furniture_below: Pattern
    furniture_words: frozenset[str]
    furniture_line: Pattern
    furniture_open: Pattern
    furniture_trail: Pattern
    furniture_any: Pattern
    page_number: Pattern
    openers: Pattern
    hint: Pattern
    hint_openings: tuple[str, ...]


@cache
def cue_table() -> dict[str, Any]:
    """The table itself, for the words that one module alone asks for."""
    return tomllib.loads((Path(__file__).parent / "data" / "cues.toml").read_text(encoding="utf-8"))


def either(words: list[str]) -> str:
    """The words as one group of a regular expression."""
    return f"(?:{'|'.join(words)})"


@cache
def cues() -> CuePatterns:
    """The cues, read on first use."""
    table = cue_table()
    credit, caption, heading, furniture = table["credit"], table["caption"], table["heading"], table["furniture"]
    crawled = table["crawled"]
    whole_furniture = [*furniture["line"], *furniture["below"], *furniture["trail"]]
    return CuePatterns(
        credit_whole=_either(credit["whole"], whole=True),
        credit_opening=_either(credit["opening"]),
        credit_label=_either(credit["label"], whole=True),
        credit_head=_either(credit["head"], whole=True),
        law_record=_either(credit["law_opens"]),
        law_record_whole=_either(credit["law_whole"], whole=True),
        law_deed=_either(credit["law_deed"]),
        told_by=re.compile(rf"(?:{'|'.join(credit['told_by'])})\Z"),
        speaker=_either(credit["speaker"], whole=True),
        addressed=_either(credit["addressed"]),
        author_role=_either(credit["author"]),
        no_name=_either(credit["no_name"]),
        after_name=either(credit["after_name"]),
        staff=_either(credit["staff"]),
        no_signature=_either(credit["no_signature"]),
        attachment=_either(credit["attachment"]),
        dateline=_either(credit["dateline"]),
        date_line=_either(credit["date"], whole=True),
        caption_start=_either(caption["start"]),
        caption_end=re.compile(rf"(?:{'|'.join(caption['end'])})\Z"),
        caption_split=re.compile(caption["split"]),
        scene_words=_either(caption["scene"]),
        headline_words=_either(table["headline"]["words"]),
        title_endings=re.compile(rf"(?:{'|'.join(table['headline']['ending'])})(?:[（(][^（）()]*[）)])?\Z"),
        kicker_ending=re.compile(rf"(?:{'|'.join(table['headline']['kicker'])})\Z"),
        deck_ending=re.compile(rf"(?:{'|'.join(table['headline']['deck'])})\Z"),
        organ=re.compile(rf"(?:{'|'.join(table['headline']['organ'])})\Z"),
        organ_alone=re.compile(rf"[\u3400-\u9fff（）]{{2,30}}(?:{'|'.join(table['headline']['organ'])})\Z"),
        deed=_either(table["headline"]["deed"]),
        section_label=_either(table["headline"]["label"], whole=True),
        heading_levels=tuple(re.compile(level) for level in heading["levels"]),
        heading_numbered=_either(heading["levels"]),
        heading_opens=frozenset(heading["opens"]),
        heading_plain=frozenset(heading["plain"]),
        paragraph_start=re.compile(heading["paragraph"]),
        crawled_label=re.compile(rf"({'|'.join(crawled['title'] + crawled['text'] + crawled['address'])})\s*[：:]\s*"),
        title_label=_either(crawled["title"], whole=True),
        address_label=_either(crawled["address"], whole=True),
        text_opening=_either(crawled["opening"]),
        furniture_tail=re.compile(rf"(?:{'|'.join(furniture['tail'])})\Z"),
        furniture_tail_word=_either(furniture["tail_words"]),
        furniture_below=_either(furniture["below"], whole=True),
        furniture_words=frozenset(furniture["words"]),
        furniture_line=_either(furniture["line"], whole=True),
        furniture_open=_either(furniture["open"]),
        furniture_trail=_either(furniture["trail"], whole=True),
        furniture_any=re.compile(f"{_either(whole_furniture, whole=True).pattern}|{either(furniture['open'])}"),
        page_number=_either(furniture["page"], whole=True),
        openers=_either(table["opener"]["words"]),
        hint=re.compile(f"[{re.escape(table['hint']['characters'])}]"),
        hint_openings=tuple(table["hint"]["openings"]),
    )


def _either(patterns: list[str], *, whole: bool = False) -> Pattern:
    body = "|".join(f"(?:{pattern})" for pattern in patterns)
    return re.compile(rf"(?:{body})\Z" if whole else body)
