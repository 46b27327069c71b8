"""Where restoring a text changes path by length, number or place of its lines: each constant with a text on either side."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from search.model import Reading, Setting, SourceLine
from search.text.restore import restore
from tests.house.threshold_cases import cases_of, check_case, shortened

CASES = cases_of(Path(__file__).parent / "data" / "threshold_cases.toml")
USUAL: Final[dict[str, Any]] = {"column": 1, "start": 0.0, "room": 0.0, "width": 20.0, "gap": 1.0, "size": 1.0}
CONSTANTS = (
    "search.text.restore.columns.NEIGHBOURS",
    "search.text.restore.columns.RAGGED",
    "search.text.restore.columns._GAP_NEIGHBOURS",
    "search.text.restore.columns._LATIN",
    "search.text.restore.columns._LIST_WIDEST",
    "search.text.restore.columns._NOT_FULL",
    "search.text.restore.columns._WIDE",
    "search.text.restore.columns._WIDEST_GAP",
    "search.text.restore.flow.CUED_LONGEST",
    "search.text.restore.flow.HEADING_SHORT",
    "search.text.restore.flow.HEADING_WIDEST",
    "search.text.restore.flow.PLAINLY_SHORT",
    "search.text.restore.flow.SHORT_LAST",
    "search.text.restore.flow._CREDIT_LINES",
    "search.text.restore.flow._DASHED_WIDEST",
    "search.text.restore.flow._GAP_MORE",
    "search.text.restore.flow._MOST_UNLIKE",
    "search.text.restore.flow._TOKEN_LONGEST",
    "search.text.restore.furniture._GROUP",
    "search.text.restore.furniture._HEAD_LINES",
    "search.text.restore.furniture._LISTED",
    "search.text.restore.furniture._PROSE",
    "search.text.restore.head._COLUMN_LINES",
    "search.text.restore.head._EXCLAIMED_WIDEST",
    "search.text.restore.head._FRAGMENT",
    "search.text.restore.head._MOST_LINES",
    "search.text.restore.head._SHORTER",
    "search.text.restore.head._TITLE_WIDEST",
    "search.text.restore.head._WIDEST",
    "search.text.restore.headlines._CAPTION_SHARED",
    "search.text.restore.headlines._DECK_LONG",
    "search.text.restore.headlines._MOST_COMPARED",
    "search.text.restore.headlines._SHARED_ENOUGH",
    "search.text.restore.headlines._TAIL_LONGEST",
    "search.text.restore.headlines._TAIL_WIDEST",
    "search.text.restore.kinds.CHAPTER_DEPTH",
    "search.text.restore.kinds.CHAPTER_DEPTHS_ALONE",
    "search.text.restore.kinds.TITLE_WIDEST",
    "search.text.restore.kinds._HEAD_LINES",
    "search.text.restore.kinds._LIST_RUN",
    "search.text.restore.kinds._NUMBERED_SENTENCE",
    "search.text.restore.loose._COMMON",
    "search.text.restore.mend._CAPTION_LONGEST",
    "search.text.restore.mend._FARTHEST",
    "search.text.restore.mend._MOST_PIECES",
    "search.text.restore.mend._PAIRS_FROM",
    "search.text.restore.mend._TOO_WIDE",
    "search.text.restore.placed._APART",
    "search.text.restore.placed._CLOSE",
    "search.text.restore.placed._CREDIT_LONGEST",
    "search.text.restore.placed._DEEPER",
    "search.text.restore.placed._FAR",
    "search.text.restore.placed._HANGING",
    "search.text.restore.placed._HEAD_GAP",
    "search.text.restore.placed._INDENT",
    "search.text.restore.placed._INDENT_MOST",
    "search.text.restore.placed._NAME_WIDEST",
    "search.text.restore.placed._SAME_SIZE",
    "search.text.restore.placed_joins._FARTHEST",
    "search.text.restore.placed_joins._INDENT",
    "search.text.restore.placed_joins._PICTURE",
    "search.text.restore.placed_joins._SHALLOW",
    "search.text.restore.placed_joins._SLACK",
    "search.text.restore.placed_kinds._ALIKE",
    "search.text.restore.placed_kinds._BYLINE_LONGEST",
    "search.text.restore.placed_kinds._CAPTION_LONGEST",
    "search.text.restore.placed_kinds._FILLED",
    "search.text.restore.placed_kinds._HEADING_LONGEST",
    "search.text.restore.placed_kinds._ONE_SIZE",
    "search.text.restore.placed_kinds._PLAIN_HEAD",
    "search.text.restore.placed_kinds._TITLE",
    "search.text.restore.placed_kinds._TITLE_LONGEST",
    "search.text.restore.shared._RUN",
    "search.text.restore.title._HEAD_LINES",
    "search.text.restore.title._HEAD_LONGEST",
    "search.text.restore.title._MOST_HEADLINES",
    "search.text.restore.title._MOST_PRINTS",
    "search.text.restore.title._NUMBERED_RUN",
    "search.text.restore.title._SERIAL_LONGEST",
    "search.text.restore.title._TITLE_SHORTEST",
)
"""The constants that the table has texts for: a value a little less, and one a little more, restores one of them otherwise."""


def told(given: dict[str, Any]) -> list[str]:
    """The blocks of a text, and what is removed. A line of a page has its setting, as far as that is not the usual one."""
    lines = given["lines"]
    pages = given.get("pages", [None] * len(lines))
    settings = [Setting(**{**USUAL, **one}) for one in given["settings"]] if "settings" in given else [None] * len(lines)
    source = tuple(SourceLine(at + 1, text, pages[at], setting=settings[at]) for at, text in enumerate(lines))
    restored = restore(Reading(source, "pdf" if "settings" in given else "text"))
    blocks = [
        f"{block.kind}{f'#{block.article}' if block.article > 1 else ''}{'' if block.placed else '?'} "
        + "/".join([*map(shortened, block.section), shortened(block.text)])
        for block in restored.blocks
    ]
    return blocks + [f"({removal.reason}) {shortened(removal.text)}" for removal in restored.removed]


@pytest.mark.parametrize("constant", CONSTANTS)
def test_a_constant_parts_what_is_restored(constant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text at the threshold is restored in one way, and with another value of the constant in the other."""
    cases = [case for case in CASES if case.constant == constant]
    assert cases
    for case in cases:
        check_case(monkeypatch, case, told)


def test_the_table_has_texts_for_each_and_no_other() -> None:
    """Constants that are gone leave no case behind."""
    assert sorted({case.constant for case in CASES}) == sorted(CONSTANTS)
