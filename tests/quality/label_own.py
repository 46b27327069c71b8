"""Labels of three more seeds, through the whole line, against passages judged by reading for this project.

Where reading leaves a choice, `regions_either`, `years_either` and secondary types count neither way, and of inherited recipients
only the supporters beside them are scored. Run alone: `python -m tests.quality.label_own`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from search.building.one_source import make_document
from search.labels.program.label import program_types
from search.model import Document, Passage, Role
from search.reading import collect
from search.settings import Settings
from tests.quality.label_years import Row, load

SEEDS = Path(__file__).parents[2] / "seeds"
ROLES = {"supporting": Role.SUPPORTER, "recipient": Role.RECIPIENT, "mentioned": Role.MENTIONED}


@dataclass(frozen=True, slots=True)
class OwnScore:
    """Micro F1 of explicit and of all regions, the share of right roles, micro F1 of years, macro F1 of types, judged passages
    that were not restored as judged, and every disagreement as a line."""

    explicit: float
    every: float
    roles: float
    years: float
    programs: float
    lost: int
    faults: tuple[str, ...]


class _Tally:
    """Hits, given and wanted of one facet."""

    def __init__(self) -> None:
        self.hit = self.given = self.wanted = 0

    def add(self, want: set[str], got: set[str], either: set[str]) -> str:
        """Count one passage; what is wrong with it, or nothing."""
        got = got - (either - want)
        self.hit += len(want & got)
        self.given += len(got)
        self.wanted += len(want)
        return "" if want == got else f"missed {sorted(want - got)}, extra {sorted(got - want)}"

    def f1(self) -> float:
        return 2 * self.hit / max(1, self.given + self.wanted)


def documents() -> dict[str, Document]:
    """The seeds as documents, by file name."""
    settings = Settings()
    files = [file for file in collect([str(SEEDS)], settings) if file.source]
    return {file.name: make_document(file.source, Path(file.name).stem, file.sidecar, settings) for file in files if file.source}


def score_own() -> OwnScore:
    """The score over the passages judged for this project."""
    found = {(name, passage.text): passage for name, document in documents().items() for passage in document.passages}
    explicit, every, years = _Tally(), _Tally(), _Tally()
    roles: list[bool] = []
    hit, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    faults: list[str] = []
    lost = 0
    for row in load("own_passages.jsonl"):
        passage = found.get((row["doc"], row["text"]))
        if passage is None:
            lost += 1
            continue
        where = f"{row['doc'][:3]} {row['text'][:16]}"
        said = [_regions(explicit, row, passage, inherited=False), _regions(every, row, passage, inherited=True)]
        said.append(years.add(*_years(row, passage)))
        judged = {_path(one["path"]): ROLES[one["role"]] for one in row["regions"]}
        roles += [judged[label.path] is label.role for label in passage.regions if label.path in judged]
        primary, got = set(row["types_primary"]), {label.label for label in passage.programs}
        hit.update(primary & got)
        missed.update(primary - got)
        wrong.update(got - primary - set(row["types_secondary"]))
        if primary - got or got - primary - set(row["types_secondary"]):
            said.append(f"types {sorted(got)} for {sorted(primary)}")
        faults += [f"{where}: {one}" for one in dict.fromkeys(said) if one]
    names = [kind.label for kind in program_types() if hit[kind.label] + missed[kind.label]]
    macro = sum(2 * hit[n] / (2 * hit[n] + missed[n] + wrong[n]) for n in names) / max(1, len(names))
    right = sum(roles) / max(1, len(roles))
    return OwnScore(explicit.f1(), every.f1(), right, years.f1(), macro, lost, tuple(faults))


def _path(judged: str) -> str:
    return judged.replace(" > ", "/")


def _regions(tally: _Tally, row: Row, passage: Passage, *, inherited: bool) -> str:
    want = {_path(one["path"]) for one in row["regions"] if inherited or one["status"] == "explicit"}
    labels = [label for label in passage.regions if inherited or not label.inherited]
    either = {_path(one) for one in row["regions_either"]}
    if row["takes_recipients"]:
        either |= {label.path for label in labels if label.inherited and label.role is Role.RECIPIENT}
    return tally.add(want, {label.path for label in labels}, either)


def _years(row: Row, passage: Passage) -> tuple[set[str], set[str], set[str]]:
    got = {str(label.year) for label in passage.years if not label.inherited}
    return set(map(str, row["years_list"])), got, set(map(str, row["years_either"]))


def main() -> None:
    """Print the score and every disagreement."""
    score = score_own()
    print(
        f"own seeds: explicit F1 {score.explicit:.3f}  all F1 {score.every:.3f}  roles {score.roles:.3f}  years F1 {score.years:.3f}"
        f"  types macro F1 {score.programs:.3f}  lost {score.lost}"
    )
    print("\n".join(score.faults))


if __name__ == "__main__":
    main()
