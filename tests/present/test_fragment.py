"""A text fragment leads a browser to the very range it was made for."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from search.present.fragment import text_fragment

BEFORE = (
    "据介绍，北山区派出医生三名，教师五名，到南河县工作一年，当地群众十分欢迎他们。",
    "据介绍，北山区派出医生三名，另有企业家前往考察，商定在明年开办第二个车间，招工二百名。",
)
TEXT = "据介绍，北山区派出医生三名，教师五名，到南河县工作两年，回来以后他们还常常打电话问候病人和学生的近况。"


def pieces(fragment: str) -> list[str]:
    """The pieces of a fragment, without those that only stand before or behind the range."""
    parts = fragment.removeprefix(":~:text=").split(",")
    return [unquote(part) for part in parts if not part.startswith("-") and not part.endswith("-")]


def first_place(page: list[str], parts: list[str]) -> tuple[int, int]:
    """Where a browser begins: the number of the first text that has the first piece, and where in it."""
    return next((number, text.find(parts[0])) for number, text in enumerate(page) if parts[0] in text)


def test_a_whole_paragraph_begins_at_itself() -> None:
    """Paragraphs that open alike are told apart: the first piece grows until it stands nowhere before."""
    page = [*BEFORE, TEXT]
    for number, text in enumerate(page):
        parts = pieces(text_fragment(text, (0, len(text)), page[:number]))
        assert first_place(page, parts) == (number, 0)
        assert text.endswith(parts[-1])


def test_without_what_stands_before_the_first_clause_is_enough() -> None:
    """The shortest piece is taken where nothing else has it."""
    assert pieces(text_fragment(TEXT, (0, len(TEXT))))[0] == "据介绍，"


@pytest.mark.parametrize("span", [(0, 0), (3, 3)])
def test_a_blank_range_has_none(span: tuple[int, int]) -> None:
    """Nothing to mark, no fragment."""
    assert text_fragment(TEXT, span) == ""


def test_a_short_quote_is_given_whole() -> None:
    """A quote of a clause or two stands in the fragment as it is."""
    start = TEXT.index("教师")
    assert pieces(text_fragment(TEXT, (start, start + 4), BEFORE)) == ["教师五名"]
