"""Figures against judged rows: the quote is located, its last figure has the judged value and unit.

Run alone: `python -m tests.quality.figures`; it prints the passages of our own wording (`figure_own`) first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from search.labels.figure.find import find_figures
from search.labels.year.label import label_years
from search.model import Figure, Metadata
from tests.quality.figure_own import main
from tests.quality.label_years import judged_documents, load

SAME_UNIT: Final = {"person": ("人", 1.0), "household": ("户", 1.0), "card": ("张", 1.0), "kg": ("吨", 1000.0), "mu": ("亩", 1.0)}
"""Judged unit → our unit and how many of the judged make one of ours."""


@dataclass(frozen=True, slots=True)
class FigureScore:
    """Shares of judged figures found with the right value and unit, and with the right years; every fault as a line."""

    found: float
    years: float
    faults: tuple[str, ...]


def _matches(figure: Figure, row: dict[str, Any]) -> bool:
    unit, factor = SAME_UNIT.get(row["normalised_unit"], (row["normalised_unit"], 1.0))
    wanted = float(row["normalised_value"])
    return bool(figure.unit == unit and abs(figure.value * factor - wanted) < 1e-6 * wanted)


def score_figures() -> FigureScore:
    """The score over the judged figures kept in the repository."""
    rows = load("figures.jsonl")
    found = dated = 0
    faults: list[str] = []
    for name, (blocks, _) in judged_documents(load("passages.jsonl"), load("reflow.jsonl")).items():
        years = label_years(blocks, Metadata()).labels
        for row in (r for r in rows if r["doc"] == name):
            at = row["order"] - 1
            start = blocks[at].text.find(row["quote"])
            stop = start + len(row["quote"])
            near = [f for f in find_figures(blocks[at], years[at]) if start <= f.start and f.end <= stop + 2]
            right = [f for f in near if _matches(f, row)]
            found += bool(right)
            dated += bool(right and list(right[0].years) == row["years"])
            if not right or list(right[0].years) != row["years"]:
                faults.append(f"{row['id']} {row['quote']} {row['years']}: {[(f.text, f.value, f.unit, f.years) for f in near]}")
    return FigureScore(found / len(rows), dated / len(rows), tuple(faults))


if __name__ == "__main__":
    main(())
    score = score_figures()
    print(f"figures: value and unit {score.found:.3f}  years {score.years:.3f}")
    print("\n".join(score.faults))
