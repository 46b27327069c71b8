"""All labels against judged material: `python -m tests.quality.labels`."""

from __future__ import annotations

from tests.quality import label_own, label_programs, label_regions, label_years


def main() -> None:
    """One line a facet, then its disagreements."""
    label_regions.main()
    years = label_years.score_years()
    print(f"years: P {years.precision:.3f}  R {years.recall:.3f}  F1 {years.f1:.3f}")
    print("\n".join(years.faults))
    print(f"programs: {label_programs.score_programs()}")
    label_own.main()


if __name__ == "__main__":
    main()
