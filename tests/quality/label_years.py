"""Year labels against judged passages: micro F1 over explicit years, then over all (an inherited year counts where none is judged).

Run alone: `python -m tests.quality.label_years`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.labels.year.label import label_years
from search.model import Block, BlockKind, Metadata

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class YearScore:
    """Micro precision, recall and F1 over explicit years, and every disagreement as a line."""

    precision: float
    recall: float
    f1: float
    faults: tuple[str, ...]


Row = dict[str, Any]


def judged_documents(rows: list[Row], blocks: list[Row]) -> dict[str, tuple[tuple[Block, ...], list[Row | None]]]:
    """Restored blocks of each judged document with the judgement of each block, None where a block has none."""
    judged = {(r["doc"], r["order"]): r for r in rows}
    documents: dict[str, tuple[list[Block], list[Row | None]]] = {}
    heading: tuple[str, ...] = ()
    for row in blocks:
        found, judgements = documents.setdefault(row["doc"], ([], []))
        kind = BlockKind("credit" if "credit" in row["type"] else row["type"])
        if kind is BlockKind.TITLE:
            heading = ()
        elif kind is BlockKind.HEADING:
            heading = (row["text"],)
        section = heading if kind is BlockKind.BODY else ()
        found.append(Block(kind, row["text"], ((1, 1),), article=row.get("article") or 1, section=section))
        judgements.append(judged.get((row["doc"], row["order"])))
    return {name: (tuple(found), judgements) for name, (found, judgements) in documents.items()}


def load(name: str) -> list[Row]:
    """Rows of a judged JSON Lines file in `tests/quality/data`."""
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines() if line]


def score_years() -> YearScore:
    """The score over the judged passages kept in the repository."""
    hit = given = wanted = 0
    faults: list[str] = []
    for name, (blocks, judgements) in judged_documents(load("passages.jsonl"), load("reflow.jsonl")).items():
        result = label_years(blocks, Metadata())
        for block, judgement, labels in zip(blocks, judgements, result.labels, strict=True):
            if judgement is None:
                continue
            want = set(judgement["years_list"])
            got = {label.year for label in labels if not label.inherited}
            hit += len(want & got)
            given += len(got)
            wanted += len(want)
            if want != got:
                faults.append(f"{name[:3]} {judgement['order']}: judged {sorted(want)}, given {sorted(got)}: {block.text[:30]}")
    precision, recall = hit / max(1, given), hit / max(1, wanted)
    return YearScore(precision, recall, 2 * precision * recall / max(1e-9, precision + recall), tuple(faults))


if __name__ == "__main__":
    score = score_years()
    print(f"years: P {score.precision:.3f}  R {score.recall:.3f}  F1 {score.f1:.3f}")
    print("\n".join(score.faults))
