"""Figures and relations of passages of our own wording, each judged whole: nothing missing, nothing more, and every part of it right.

Run alone: `python -m tests.quality.figure_own [FILE.toml …]`; a file outside the repository has the form of `data/own_figures.toml`.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from search.labels.labelling import label
from search.model import Block, BlockKind, Figure, Metadata, Relation

Passage = dict[str, Any]
OWN: Final = Path(__file__).parent / "data" / "own_figures.toml"
PARTS: Final = ("year", "place", "subject", "rate")


@dataclass(frozen=True, slots=True)
class RecordScore:
    """Precision and recall of figures (value and unit) and of relations (both sides and kind), of the figures found the share with the
    right years, places, subject and nature (total, rate, change), of the relations found that with the right beginning; and every fault
    as a line."""

    figures: tuple[float, float]
    parts: dict[str, float]
    relations: tuple[float, float]
    since: float
    counted: tuple[int, int]
    faults: tuple[str, ...]


def judged(path: Path = OWN) -> list[Passage]:
    """The judged passages of a file."""
    passages: list[Passage] = tomllib.loads(path.read_text("utf-8"))["passage"]
    return passages


def score_records(passages: Iterable[Passage]) -> RecordScore:
    """The score over judged passages, each a document of one block."""
    found: Counter[str] = Counter()
    faults: list[str] = []
    for passage in passages:
        labels = label([Block(BlockKind.BODY, passage["text"], ((1, 1),))], Metadata(date=passage["date"])).blocks[0]
        faults += _score_figures(passage["figures"], labels.figures, found)
        faults += _score_relations(passage["relations"], labels.relations, found)
    return RecordScore(
        figures=(_share(found, "figure", "figures given"), _share(found, "figure", "figures wanted")),
        parts={part: _share(found, part, "figure") for part in PARTS},
        relations=(_share(found, "relation", "relations given"), _share(found, "relation", "relations wanted")),
        since=_share(found, "since", "relation"),
        counted=(found["figures wanted"], found["relations wanted"]),
        faults=tuple(faults),
    )


def _score_figures(wanted: Sequence[Sequence[Any]], given: Sequence[Figure], found: Counter[str]) -> list[str]:
    faults: list[str] = []
    left = list(given)
    found["figures wanted"] += len(wanted)
    found["figures given"] += len(given)
    for text, value, unit, subject, years, places, per, change in wanted:
        figure = next((f for f in left if f.text == text and f.unit == unit and abs(f.value - value) <= 1e-9 * abs(value)), None)
        if figure is None:
            faults.append(f"missed {text} {value} {unit}")
            continue
        left.remove(figure)
        found["figure"] += 1
        nature = (figure.per or "", "—" if figure.change is None else figure.change)
        right = {
            "year": list(figure.years) == years,
            "place": {path.rpartition("/")[2] for path in figure.regions} == set(places),
            "subject": figure.subject in subject.split("|"),
            "rate": nature == (per, change),
        }
        found.update(part for part in PARTS if right[part])
        said = {"year": figure.years, "place": figure.regions, "subject": figure.subject, "rate": nature}
        faults += [f"{text} {subject}: {part} {said[part]}" for part in PARTS if not right[part]]
    return faults + [f"extra {figure.text} {figure.value} {figure.unit} {figure.subject}" for figure in left]


def _score_relations(wanted: Sequence[Sequence[Any]], given: Sequence[Relation], found: Counter[str]) -> list[str]:
    faults: list[str] = []
    named = {(_last(one.supporter.name), _last(one.recipient.name), one.kind): one for one in given}
    found["relations wanted"] += len(wanted)
    found["relations given"] += len(named)
    for supporter, recipient, kind, since in wanted:
        relation = named.pop((supporter, recipient, kind), None)
        if relation is None:
            faults.append(f"missed {supporter} → {recipient} {kind}")
            continue
        found["relation"] += 1
        found["since"] += (relation.since or 0) == since
        if (relation.since or 0) != since:
            faults.append(f"{supporter} → {recipient}: since {relation.since}, not {since}")
    return faults + [f"extra {' → '.join(pair[:2])} {pair[2]}" for pair in named]


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _share(found: Counter[str], part: str, whole: str) -> float:
    return found[part] / max(1, found[whole])


def main(paths: Sequence[str]) -> None:
    """Print the score of each file and every fault."""
    for path in [Path(one) for one in paths] or [OWN]:
        score = score_records(judged(path))
        parts = "  ".join(f"{part} {share:.3f}" for part, share in score.parts.items())
        print(f"{path.stem}: {score.counted[0]} figures  P {score.figures[0]:.3f} R {score.figures[1]:.3f}  {parts}")
        print(f"{score.counted[1]} relations  P {score.relations[0]:.3f} R {score.relations[1]:.3f}  since {score.since:.3f}")
        print("\n".join(score.faults))


if __name__ == "__main__":
    main(sys.argv[1:])
