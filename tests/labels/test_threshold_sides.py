"""Thresholds of places, types, mechanisms, years, figures and relations: each constant with a text on either side of it."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from search.labels.labelling import label
from search.model import Block, BlockKind, Metadata
from tests.house.threshold_cases import cases_of, check_cases
from tests.labels.test_record_thresholds import read

TABLE = Path(__file__).parent / "data" / "threshold_sides.toml"
CASES = cases_of(TABLE)
CONSTANTS: Final[tuple[str, ...]] = (
    "search.labels.figure.subject.LONGEST",
    "search.labels.region.about.CARRIES",
    "search.labels.region.about.ENOUGH",
    "search.labels.region.about.EXAMPLE",
    "search.labels.region.about.OPENING",
    "search.labels.region.about.SCATTERED",
    "search.labels.region.about.SCENE",
    "search.labels.region.about.SHORT",
    "search.labels.region.about.SIDE",
    "search.labels.region.about.SPARSE",
    "search.labels.region.about.TITLE",
    "search.labels.region.decide.CLEAR",
    "search.labels.region.decide.RIVAL",
    "search.labels.region.decide.UNUSUAL",
    "search.labels.region.inherit.DOMINANT",
    "search.labels.region.inherit.ENUMERATION",
    "search.labels.region.inherit.FEW",
    "search.labels.region.inherit.FINER",
    "search.labels.region.inherit.HEAD",
    "search.labels.region.inherit.OFTEN",
    "search.labels.region.inherit.PLAIN",
    "search.labels.region.inherit.THROUGHOUT",
    "search.labels.region.judge.AGAIN",
    "search.labels.region.sections.LEAD",
    "search.labels.region.sections.MOST",
    "search.labels.region.settle.DOMINANT",
    "search.labels.region.settle.HOME",
    "search.labels.region.settle.INSISTENT",
    "search.labels.region.settle.SPOKEN",
    "search.labels.region.sides.AID_SHARE",
    "search.labels.relation.background._COUNTY",
    "search.labels.relation.party._COUNTY",
    "search.labels.year.printed.DATELINE_WITHIN",
    "search.labels.year.printed.END_BLOCKS",
    "search.labels.year.printed.HEAD_BLOCKS",
    "search.labels.year.printed.PROSE",
    "search.labels.year.resolve.EPIDEMIC_FIRST",
    "search.labels.year.resolve.EPIDEMIC_LAST",
)
"""The constants that the table has texts for: a value a little less, and one a little more, tells otherwise of one of them."""


def told(given: dict[str, Any]) -> list[str]:
    """What is told of each block, by its number: places, years, types and mechanisms; of the whole who helps whom, what it is
    about and when it was printed. Of `lines` figures and relations."""
    if "lines" in given:
        found = read("\n".join(given["lines"]))
        return [f"{at} {_said(one)}" for at, block in enumerate(found, 1) for one in (*block.figures, *block.relations)]
    blocks: list[Block] = []
    section: tuple[str, ...] = ()
    for kind, text in given["blocks"]:
        section = (text,) if kind == "heading" else section
        blocks.append(Block(BlockKind(kind), text, ((1, 1),), section=() if kind == "title" else section))
    day = given["told"]
    stated = Metadata(date=date.fromisoformat(day)) if len(day) > 4 else Metadata(year=int(day)) if day else Metadata()
    lines: list[str] = []
    labels = label(blocks, stated)
    for at, block in enumerate(labels.blocks, 1):
        lines += [f"{at} {one.path} {one.role}{' inherited' if one.inherited else ''}" for one in block.regions]
        lines += [f"{at} {one.year}" for one in block.years]
        lines += [f"{at} {one.key}" for one in (*block.programs, *block.mechanisms)]
    for name in ("supporters", "recipients", "about", "helped"):
        lines += [f"{name} {one}" for one in getattr(labels, name)]
    return [*lines, f"printed {labels.date or labels.year}"]


def _said(record: Any) -> str:
    """What a figure or a relation says, what it leaves open aside."""
    said = ((field.name, getattr(record, field.name)) for field in fields(record))
    return ", ".join(f"{name} {value}" for name, value in said if value not in (None, (), ""))


@pytest.mark.parametrize("constant", CONSTANTS)
def test_a_constant_parts_what_is_labelled(constant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a text at the threshold one thing is told, and with another value of the constant another."""
    check_cases(monkeypatch, CASES, constant, told)


def test_the_table_has_texts_for_each_and_no_other() -> None:
    """Constants that are gone leave no case behind."""
    assert sorted({case.constant for case in CASES}) == sorted(CONSTANTS)
