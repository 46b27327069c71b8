"""Program labels against judged passages: a primary type is required, a secondary one neutral, anything else wrong; macro F1 by type.

Run alone: `python -m tests.quality.label_programs`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from search.labels.program.label import label_programs, program_types
from search.model import Metadata
from tests.quality.label_years import judged_documents, load


@dataclass(frozen=True, slots=True)
class ProgramScore:
    """Macro F1 over the types that are primary somewhere, F1 by type, and every disagreement as a line."""

    macro_f1: float
    micro_f1: float
    by_type: dict[str, float]
    faults: tuple[str, ...]


def score_programs() -> ProgramScore:
    """The score over the judged passages kept in the repository."""
    keys = {t.label: t.key for t in program_types()}
    hit: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    faults: list[str] = []
    for name, (blocks, judgements) in judged_documents(load("passages.jsonl"), load("reflow.jsonl")).items():
        result = label_programs(blocks, Metadata())
        for _block, judgement, labels in zip(blocks, judgements, result.labels, strict=True):
            if judgement is None:
                continue
            primary = {keys[t["type"]] for t in judgement["types_primary"]}
            neutral = {keys[t["type"]] for t in judgement["types_secondary"]}
            got = {label.key for label in labels}
            hit.update(primary & got)
            missed.update(primary - got)
            wrong.update(got - primary - neutral)
            if primary - got or got - primary - neutral:
                scores = {label.key: label.score for label in labels}
                faults.append(f"{name[:3]} {judgement['order']}: missed {primary - got}, wrong {got - primary - neutral}, {scores}")
    by_type = {k: 2 * hit[k] / (2 * hit[k] + missed[k] + wrong[k]) for k in sorted({*hit, *missed, *wrong})}
    scored = [by_type[k] for k in by_type if hit[k] + missed[k]]
    total = 2 * hit.total() / max(1, 2 * hit.total() + missed.total() + wrong.total())
    return ProgramScore(sum(scored) / max(1, len(scored)), total, by_type, tuple(faults))


if __name__ == "__main__":
    score = score_programs()
    print(f"programs: macro F1 {score.macro_f1:.3f}  micro F1 {score.micro_f1:.3f}")
    for key, value in score.by_type.items():
        print(f"  {key:15} {value:.3f}")
    print("\n".join(score.faults))
