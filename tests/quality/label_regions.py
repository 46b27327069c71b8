"""Region labels against judged passages: micro F1 over explicit labels, then over all; roles; sides of whole documents.

Run alone: `python -m tests.quality.label_regions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from search.labels.region.label import label_regions
from search.model import Metadata, RegionLabel
from tests.quality.label_years import judged_documents, load

ROLES = {"supporting": "supporter", "recipient": "recipient", "mentioned": "mentioned"}


@dataclass(frozen=True, slots=True)
class RegionScore:
    """Micro F1 over explicit labels and over all, the share of right roles, the share of documents with both sides right, and
    every disagreement as a line."""

    explicit: float
    every: float
    roles: float
    sides: float
    faults: tuple[str, ...]


def _path(judged: str) -> str:
    return judged.replace(" > ", "/")


def _f1(pairs: list[tuple[set[str], set[str]]]) -> float:
    hit = sum(len(want & got) for want, got in pairs)
    return 2 * hit / max(1, sum(len(want) + len(got) for want, got in pairs))


def _compare(judgement: dict[str, Any], labels: tuple[RegionLabel, ...], *, explicit: bool) -> tuple[set[str], set[str]]:
    want = {_path(row["path"]) for row in judgement["regions"] if row["status"] == "explicit" or not explicit}
    return want, {label.path for label in labels if not (explicit and label.inherited)}


def score_regions() -> RegionScore:
    """The score over the judged passages kept in the repository."""
    explicit, every, roles, sides, faults = [], [], [], [], []
    documents = {row["doc"]: row for row in load("docs.jsonl")}
    for name, (blocks, judgements) in judged_documents(load("passages.jsonl"), load("reflow.jsonl")).items():
        result = label_regions(blocks, Metadata())
        for judgement, labels in zip(judgements, result.labels, strict=True):
            if judgement is None:
                continue
            explicit.append(_compare(judgement, labels, explicit=True))
            every.append(_compare(judgement, labels, explicit=False))
            role = {_path(row["path"]): ROLES[row["role"]] for row in judgement["regions"]}
            roles += [role[label.path] == label.role.value for label in labels if label.path in role]
            for want, got in (explicit[-1], every[-1]):
                if want != got:
                    faults.append(f"{name[:3]} {judgement['order']}: missed {sorted(want - got)}, extra {sorted(got - want)}")
        judged = documents[name]
        sides.append(set(result.supporters) == {_path(path) for path in judged["supporting"]})
        sides.append(set(result.recipients) == {_path(path) for path in judged["recipient"]})
    return RegionScore(_f1(explicit), _f1(every), sum(roles) / max(1, len(roles)), sum(sides) / max(1, len(sides)), tuple(faults))


def main() -> None:
    """Print the score and every disagreement."""
    score = score_regions()
    print(f"regions: explicit F1 {score.explicit:.3f}  all F1 {score.every:.3f}  roles {score.roles:.3f}  sides {score.sides:.3f}")
    print("\n".join(score.faults))


if __name__ == "__main__":
    main()
