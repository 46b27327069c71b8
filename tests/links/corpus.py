"""Small documents for the tests of links: made of given texts, or of the judged paragraphs in `tests/quality/data/reflow.jsonl`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from search.model import BlockKind, Document, Passage
from search.text.passage_id import assign_ids

DATA = Path(__file__).resolve().parents[1] / "quality" / "data"


def document(document_id: str, texts: Sequence[str], kinds: Sequence[str] = (), source: str = "") -> Document:
    """A document of these passages."""
    passages = tuple(
        Passage(id_, document_id, order, BlockKind(kinds[order - 1] if kinds else "body"), text, ((order, order),))
        for order, (id_, text) in enumerate(zip(assign_ids(document_id, texts), texts, strict=True), start=1)
    )
    return Document(document_id, document_id, source or f"{document_id}.txt", "0" * 64, "txt", passages)


class Served:
    """What an engine serves, as far as resolution asks."""

    def __init__(self, *documents: Document) -> None:
        self.passages = {passage.id: passage for one in documents for passage in one.passages}

    def fetch(self, ids: Sequence[str]) -> tuple[Passage | None, ...]:
        return tuple(self.passages.get(id_) for id_ in ids)


@cache
def judged_texts(name: str = "000_b8b8e29840079a9b.txt") -> tuple[str, ...]:
    """The judged paragraphs of one seed, in reading order."""
    with (DATA / "reflow.jsonl").open(encoding="utf-8") as lines:
        return tuple(row["text"] for line in lines if (row := json.loads(line))["doc"] == name)


OTHER = "003_ec5599ac1f062679.txt"
