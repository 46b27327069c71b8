"""Where restoring a text changes path by length, number or place of its lines: each constant with a text on either side."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from search.model import BlockKind, Reading, Setting, SourceLine
from search.text.restore import restore
from search.text.restore.flow import _credit
from search.text.restore.head import _is_display
from search.text.restore.headlines import place_captions
from search.text.restore.lines import TextLine, measure_lines
from search.text.restore.placed import _is_credit
from search.text.restore.placed_kinds import sets_several
from search.text.restore.placed_line import Placed
from search.text.restore.units import Unit
from tests.house.both_sides import Sides, both_sides
from tests.house.threshold_cases import cases_of, check_cases, shortened

TABLE = Path(__file__).parent / "data" / "threshold_cases.toml"
CASES = cases_of(TABLE)
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
    "search.text.restore.flow._DASHED_WIDEST",
    "search.text.restore.flow._GAP_MORE",
    "search.text.restore.flow._MOST_UNLIKE",
    "search.text.restore.flow._NEAR",
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
    "search.text.restore.captions.WIDE_GAP",
    "search.text.restore.kinds._SIBLINGS",
    "search.text.restore.pieces.RUN_TOGETHER",
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
    check_cases(monkeypatch, CASES, constant, told)


def test_the_table_has_texts_for_each_and_no_other() -> None:
    """Constants that are gone leave no case behind."""
    assert sorted({case.constant for case in CASES}) == sorted(CONSTANTS)


def first_of(*texts: str) -> TextLine:
    """The first of some lines as they are measured."""
    return measure_lines(SourceLine(at, text) for at, text in enumerate(texts, 1))[0][0]


def credit_until(closing: int) -> int:
    """How many lines a credit in brackets takes that is closed so many lines below its first."""
    texts = ["（文图 周山", *["何青岚 陈树"] * (closing - 1), "李河 王海）", "茶园忙"]
    found = _credit(measure_lines(SourceLine(at, text) for at, text in enumerate(texts, 1))[0], 0)
    return found[1] if found else 0


def captions_article(_: object) -> int:
    """The article of a caption that shares much with one paragraph of the second, and in all more with two of the first."""
    units = [
        Unit("春耕时节茶园里", ((1, 1),)),
        Unit("园里的农技员忙", ((2, 2),)),
        Unit("节茶园里的农技员", ((3, 3),), article=2),
        Unit("春耕时节茶园里的农技员忙", ((4, 4),), BlockKind.CAPTION, placed=False),
    ]
    return place_captions(units, 2)[-1].article


def set_side_by_side(rows: int) -> bool:
    """Whether a page of two columns of so many rows is set in columns."""
    settings = [Setting(column, 0.0, 0.0, 20.0, 1.0, 1.0) for column in (1, 2)]
    return sets_several(
        SourceLine(1, "茶园", 1, box=(left, 100.0 + 16 * row, left + 200, 110.0 + 16 * row), setting=setting)
        for left, setting in zip((20.0, 300.0), settings, strict=True)
        for row in range(rows)
    )


WRITERS = "本报记者 周山    李河    何青岚"
DIRECT = [
    pytest.param("search.text.restore.flow._CREDIT_LINES", 3, credit_until, 2, 3, 3, 0),
    pytest.param(
        "search.text.restore.head._CREDIT_LONGEST",
        len(WRITERS),
        lambda text: _is_display(first_of(text)),
        WRITERS,
        f"{WRITERS}山",
        True,
        False,
    ),
    pytest.param(
        "search.text.restore.placed._CREDIT_LONGEST",
        len(WRITERS),
        lambda text: _is_credit(Placed(first_of(text), Setting(1, 0.0, 0.0, 20.0, 1.0, 1.0), None)),
        WRITERS,
        f"{WRITERS}山",
        True,
        False,
    ),
    pytest.param("search.text.restore.headlines._BEST_PARAGRAPHS", 1, captions_article, 0, 0, 2, 2),
    pytest.param("search.text.restore.headlines._BEST_PARAGRAPHS", 2, captions_article, 0, 0, 1, 1),
    pytest.param("search.text.restore.placed_kinds._COLUMN_ROWS", None, set_side_by_side, 3, 2, True, False),
]
"""Constant, its value in the test (None: its own), what is asked, what is given just on this side and on the other, and both answers."""


@pytest.mark.parametrize(("constant", "sides"), both_sides(DIRECT))
def test_what_lies_on_either_side_is_told_apart(monkeypatch: pytest.MonkeyPatch, constant: str, sides: Sides) -> None:
    """What is given on either side of a constant, as near to it as can be, is taken in one way and in the other."""
    sides.check(monkeypatch, constant)
