"""What pandas reads out of the exports of a real search: the same rows in every form, with what is known of each."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import pytest

from search import Library
from search.present.export import COLUMNS
from search.results import Question

READERS: dict[str, Callable[[io.BytesIO], Any]] = {
    "csv": pd.read_csv,
    "jsonl": partial(pd.read_json, lines=True),
    "xlsx": partial(pd.read_excel, engine="openpyxl"),
    "parquet": pd.read_parquet,
}
ASKED = Question("消费扶贫")
NOWHERE = Question("没有这个词啊啊啊")


def frame(library: Library, form: str, question: Question = ASKED, **how: Any) -> Any:
    """The export as a data frame."""
    return READERS[form](io.BytesIO(b"".join(library.export(question, form, **how))))


@pytest.mark.parametrize("form", READERS)
def test_every_form_holds_the_same_rows(library: Library, form: str) -> None:
    """Ids, order, scores, tiers and texts are those of the search, in columns of one name; numbers are numbers, links are absolute."""
    found = frame(library, form, base_url="https://example.org/archive")
    hits = library.search(ASKED.text, size=100).hits
    assert list(found.columns) == list(COLUMNS)
    assert list(found["id"]) == [hit.passage.id for hit in hits]
    assert list(found["rank"]) == list(range(1, len(hits) + 1))
    assert list(found["tier"]) == [hit.tier.name.lower() for hit in hits]
    assert list(found["score"]) == pytest.approx([round(hit.score, 4) for hit in hits])
    assert not any(found["partial"])
    assert set(found["permalink"].str.partition("/p/")[0]) == {"https://example.org/archive"}
    assert all("https://example.org/archive/p/" in text for text in found["reference"])


def test_labels_leave_with_role_origin_and_evidence(library: Library) -> None:
    """A row says who supports and who receives, what is inherited, and by which words; marks are those of the page."""
    rows = [json.loads(line) for line in b"".join(library.export(ASKED, "jsonl")).splitlines()]
    for row, hit in zip(rows, library.search(ASKED.text, size=100).hits, strict=True):
        assert row["marks"] == [list(mark) for mark in hit.marks]
        assert row["supporters"] == [label["path"] for label in row["labels"]["regions"] if label["role"] == "supporter"]
        assert [label["evidence"] for label in row["labels"]["years"]] == [
            [list(one) for one in label.evidence] for label in hit.passage.years
        ]
        assert [figure["text"] for figure in row["figures"]] == [figure.text for figure in hit.passage.figures]
    assert any(row["recipients"] for row in rows)
    assert any(row["inherited"] for row in rows)
    assert any(row["figures"] for row in rows)
    table = frame(library, "csv")
    assert [json.loads(cell) for cell in table["labels"]] == [row["labels"] for row in rows]


def test_a_relaxed_set_leaves_only_when_asked_for(library: Library) -> None:
    """What answers only in part is no row of the answer; asked for, it comes and says so."""
    assert library.search(NOWHERE.text).query.relaxed
    assert len(frame(library, "csv", NOWHERE)) == 0
    found = frame(library, "csv", NOWHERE, partial=True)
    assert len(found) > 0
    assert all(found["partial"])
    few = Question("丰台 林西 鸡蛋 北京")
    nearest = library.search(few.text).also
    assert nearest > 0
    whole, also = frame(library, "csv", few), frame(library, "csv", few, partial=True)
    assert len(also) == len(whole) + nearest
    assert list(also["partial"]) == [0] * len(whole) + [1] * nearest


def test_links_are_absolute_without_a_stated_address(library: Library) -> None:
    """Nobody can follow `/p/…` out of a file: without an address the links are those of a site on this machine."""
    assert set(frame(library, "csv")["permalink"].str.partition("/p/")[0]) == {"http://127.0.0.1:8000"}
