"""Notes in two half lines inside a vertical line: read down the one half, then down the other, then on in the text."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.reading.page import Glyphs, arranged, sheet_of
from search.reading.page.half_lines import with_notes_in_line
from search.reading.page.ruled import ruled_tables
from search.reading.page.sheet import Piece, Sheet

LARGE, SMALL, PITCH, STEP = 28.0, 19.0, 51.0, 28.0
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA0), min_size=6, max_size=14)


def _piece(text: str, left: float, middle: float, size: float) -> Piece:
    return Piece(text, left, middle - size / 2, left + STEP * len(text), middle + size / 2, size)


def _noted(line: int, text: str, note: str, after: str = "") -> list[Piece]:
    """A line of the text with a note in two halves behind it, one character a piece."""
    middle, half = line * PITCH, (len(note) + 1) // 2
    found = [_piece(one, at * STEP, middle, LARGE) for at, one in enumerate(text)]
    for row, part in ((-14.5, note[:half]), (14.5, note[half:])):
        found += [_piece(one, (len(text) + at) * STEP, middle + row, SMALL) for at, one in enumerate(part)]
    return found + [_piece(one, (len(text) + half + at) * STEP, middle, LARGE) for at, one in enumerate(after)]


@given(HAN, HAN, HAN, HAN)
def test_a_note_is_read_half_by_half(text: str, note: str, after: str, second: str) -> None:
    """The first half to its end, then the second, then what follows in the line; no character is lost."""
    pieces = with_notes_in_line(_noted(1, text, note, after) + _noted(2, second, note))
    assert sorted(piece.text for piece in pieces) == sorted([text + note + after, second + note])


def test_halves_belong_together_by_the_grid_not_by_nearness() -> None:
    """The second half of a line stands nearer to the first half of the next line than to its own; one line of large characters tells."""
    notes = ["甲乙丙丁戊己庚辛", "子丑寅卯辰巳午未", "东西南北春夏秋冬"]
    pieces = with_notes_in_line([piece for line, note in enumerate(notes) for piece in _noted(line, "", note)] + _noted(3, "天地玄黄", ""))
    assert {piece.text for piece in pieces} == {*notes, *"天地玄黄"}


def test_small_characters_that_stand_by_no_grid_are_left_alone() -> None:
    """A caption in smaller characters is no note: nothing is changed, down to the objects."""
    pieces = [_piece("天地玄黄", 0, line * PITCH, LARGE) for line in range(4)]
    pieces += [_piece("图中人在说话的样子", 200, 3 * PITCH + offset, SMALL) for offset in (60, 90, 104)]
    assert with_notes_in_line(pieces) is pieces


def _page(lines: list[str], notes: list[str]) -> Glyphs:
    """A vertical page: lines of notes from right to left, then lines of the text."""
    text, x, y, size = "", [], [], []
    for line, note in enumerate(notes):
        half = (len(note) + 1) // 2
        for offset, part in ((2.0, note[:half]), (-27.0, note[half:])):
            text += part
            x += [600 - PITCH * line + offset] * len(part)
            y += [100 + STEP * at for at in range(len(part))]
            size += [SMALL] * len(part)
    for line, words in enumerate(lines, len(notes)):
        text += words
        x += [600 - PITCH * line - 16.0] * len(words)
        y += [100 + STEP * at for at in range(len(words))]
        size += [LARGE] * len(words)
    count = len(text)
    arrays = [np.array(values, float) for values in (x, y, size, size)]
    return Glyphs(text, arrays[0], arrays[1], arrays[2], arrays[3], np.zeros(count, int), np.zeros(count, bool), 700.0, 700.0)


def test_a_page_of_notes_is_known_to_be_vertical() -> None:
    """Half lines of neighbouring lines stand nearer to each other than one character to the next below it, but evenly only downward."""
    note = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳"
    sheet = sheet_of(_page(["云腾致雨露结为霜"], [note, note, note]))
    assert sheet.vertical
    lines = [line.text.strip() for line in arranged([sheet]).lines if line.text.strip()]
    assert lines == [note, note, note, "云腾致雨露结为霜"]


def test_a_page_set_unevenly_across_is_not_vertical() -> None:
    """The text layer of a scan: characters at uneven steps in rows, none exactly below another. Nothing says that it runs down."""
    text = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳" * 8
    step = np.tile([9.6, 11.1, 10.2, 12.0], len(text) // 4)
    row = np.arange(len(text)) // 32
    x = 50 + np.cumsum(step) - 32 * float(step.mean()) * row + 0.37 * row
    count = len(text)
    size = np.full(count, 10.0)
    glyphs = Glyphs(text, x, 100 + 16.0 * row, size * 0.9, size, np.zeros(count, int), np.zeros(count, bool), 700.0, 700.0)
    assert not sheet_of(glyphs).vertical


def test_the_rules_between_vertical_lines_make_no_table() -> None:
    """Paper ruled for a line of text each is no table on a vertical page; the same rules and text across are one."""
    pieces = [_piece(word, 20, 25 + 50 * row, LARGE) for row, word in enumerate(["甲乙丙", "丁戊己", "庚辛壬", "子丑寅"])]
    rules = [(0.0, 50.0 * row, 300.0, 50.0 * row) for row in range(5)] + [(float(x), 0.0, float(x), 200.0) for x in (0, 150, 300)]
    sheet = Sheet(300, 200, pieces, rules=rules)
    assert ruled_tables(sheet, pieces)[0]
    sheet.vertical = True
    tables, rest = ruled_tables(sheet, pieces)
    assert (tables, rest) == ([], pieces)
