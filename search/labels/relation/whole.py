"""What a document says of two provinces in passing, where it says who of the one helps whom of the other."""

from __future__ import annotations

from collections.abc import Sequence

from search.labels.relation.party import AIDED
from search.model import Relation


def without_summaries(texts: Sequence[str], found: Sequence[Sequence[Relation]]) -> list[tuple[Relation, ...]]:
    """The relations of a document's blocks without those that only name two provinces together (苏陕协作, 江苏援陕) beside pairs of their
    parts (无锡—延安): these say the same more exactly, and each of them counts for its provinces."""
    parts = {
        (one.supporter.place.partition("/")[0], one.recipient.place.partition("/")[0])
        for relations in found
        for one in relations
        if "/" in one.supporter.place and "/" in one.recipient.place
    }
    return [
        tuple(one for one in relations if not ((one.supporter.name, one.recipient.name) in parts and _in_passing(text, one)))
        for text, relations in zip(texts, found, strict=True)
    ]


def _in_passing(text: str, one: Relation) -> bool:
    side, other = one.supporter, one.recipient
    return (side.start, side.end) == (other.start, other.end) or text[other.start - 1 : other.start] == AIDED
