"""What a passage is to Whoosh, and how Whoosh's query parser cuts a user's text into the terms that are indexed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh.analysis import Analyzer, Token
from whoosh.fields import ID, KEYWORD, STORED, TEXT, Schema

from search.fields import NAMES
from search.query.analysis import longest, words
from search.text.fold import match_form

WORDS, RUNS = "words", "runs"
KIND, DOCUMENT = "kind", "document"


class WordAnalyzer(Analyzer):  # type: ignore[misc]
    """The words of a text, the longest of those that overlap, by the segmenter that index and queries share."""

    def __call__(self, value: str, **_: Any) -> Iterator[Any]:
        yield from _tokens(token[0] for token in longest(words(match_form(value).text)))


class RunAnalyzer(Analyzer):  # type: ignore[misc]
    """The pairs of neighbouring characters of a text in match form, so that a phrase of them is an exact run."""

    def __call__(self, value: str, **_: Any) -> Iterator[Any]:
        form = match_form(value).text
        yield from _tokens([form] if len(form) == 1 else (form[at : at + 2] for at in range(len(form) - 1)))


def _tokens(texts: Any) -> Iterator[Any]:
    token = Token(positions=True, mode="query", removestops=False, stopped=False, boost=1.0)
    for position, text in enumerate(texts):
        token.text = token.original = text
        token.pos = position
        token.startchar = token.endchar = 0
        yield token


def schema() -> Schema:
    """`words` are the tokens of our segmenter, `runs` the characters and pairs of characters with the places where they occur, and every
    facet field holds its values; `id`, `document`, `order`, `kind` and `text` are stored."""
    return Schema(
        words=TEXT(analyzer=WordAnalyzer(), phrase=False),
        runs=TEXT(analyzer=RunAnalyzer(), phrase=True),
        **{name: KEYWORD(commas=True) for name in NAMES},
        kind=ID(stored=True),
        document=ID(stored=True),
        id=STORED(),
        order=STORED(),
        text=STORED(),
    )
