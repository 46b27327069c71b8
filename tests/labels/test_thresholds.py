"""Thresholds of places, types, mechanisms and years: each decides what is told of some text, and another value tells otherwise."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from search.labels.labelling import label
from search.labels.program.cues import find_cues, is_name
from search.labels.region.label import label_regions
from search.labels.region.match import find_names
from search.model import Block, BlockKind, Metadata
from tests.house.constants import patch_constant

CASES: dict[str, dict[str, Any]] = {
    case["constant"]: case for case in tomllib.loads((Path(__file__).parent / "data" / "threshold_cases.toml").read_text("utf-8"))["case"]
}
CONSTANTS = (
    "search.labels.mechanism.label.MOST_REPEATS",
    "search.labels.mechanism.label.NEAR",
    "search.labels.program.cues.NEAR",
    "search.labels.program.score.LIST_GAP",
    "search.labels.region.about.CARRIES",
    "search.labels.region.about.COMMON",
    "search.labels.region.about.ENOUGH",
    "search.labels.region.about.EXAMPLE",
    "search.labels.region.about.ITSELF",
    "search.labels.region.about.OPENING",
    "search.labels.region.about.SCATTERED",
    "search.labels.region.about.SCENE",
    "search.labels.region.about.SHORT",
    "search.labels.region.about.SIDE",
    "search.labels.region.about.SPARSE",
    "search.labels.region.about.TITLE",
    "search.labels.region.context.LONG_LIST",
    "search.labels.region.context.LONG_SENTENCE",
    "search.labels.region.decide.CLEAR",
    "search.labels.region.decide.ENUMERATED",
    "search.labels.region.decide.FINER_SHARE",
    "search.labels.region.decide.OFTEN",
    "search.labels.region.decide.RIVAL",
    "search.labels.region.decide.UNUSUAL",
    "search.labels.region.frames.LONGEST",
    "search.labels.region.frames._MOST",
    "search.labels.region.inherit.COUNTLESS",
    "search.labels.region.inherit.DOMINANT",
    "search.labels.region.inherit.ENUMERATION",
    "search.labels.region.inherit.FEW",
    "search.labels.region.inherit.FINER",
    "search.labels.region.inherit.HEAD",
    "search.labels.region.inherit.MANY",
    "search.labels.region.inherit.OFTEN",
    "search.labels.region.inherit.PLAIN",
    "search.labels.region.inherit.THROUGHOUT",
    "search.labels.region.judge.AGAIN",
    "search.labels.region.match.LONGEST_TORN",
    "search.labels.region.sections.LEAD",
    "search.labels.region.sections.MOST",
    "search.labels.region.settle.DOMINANT",
    "search.labels.region.settle.HOME",
    "search.labels.region.settle.INSISTENT",
    "search.labels.region.settle.LOOK_BACK",
    "search.labels.region.settle.SPOKEN",
    "search.labels.region.sides.AID_SHARE",
    "search.labels.region.sides.FEW",
    "search.labels.year.mention.LONGEST_RANGE",
    "search.labels.year.mention.LONGEST_SPAN",
    "search.labels.year.named.LAST_YEAR",
    "search.labels.year.printed.DATELINE_BLOCKS",
    "search.labels.year.printed.DATELINE_WITHIN",
    "search.labels.year.printed.END_BLOCKS",
    "search.labels.year.printed.HEAD_BLOCKS",
    "search.labels.year.printed.LAW_HEAD",
    "search.labels.year.printed.LAW_RECORD",
    "search.labels.year.printed.LONGEST",
    "search.labels.year.printed.PROSE",
    "search.labels.year.resolve.EPIDEMIC_FIRST",
    "search.labels.year.resolve.EPIDEMIC_LAST",
    "search.labels.year.resolve.LONGEST_SINCE",
    "search.labels.year.resolve.MONTHS_PAST",
    "search.labels.year.section.MOST_YEARS",
    "search.labels.year.spoken.EARLIEST",
    "search.labels.year.told.LONGEST_GAP",
    "search.labels.year.told.LONGEST_RUN",
)
"""The constants that the table has a text for."""
LISTS = {"types": ("programs", "key"), "years": ("years", "year"), "mechanisms": ("mechanisms", "key")}


def _told(case: dict[str, Any]) -> object:
    """What is told of the text of a case, as far as its constant decides it."""
    blocks: list[Block] = []
    section: tuple[str, ...] = ()
    for kind, text in case["blocks"]:
        if kind == "heading":
            section = (text,)
        blocks.append(Block(BlockKind(kind), text, ((1, 1),), section=() if kind == "title" else section))
    day = case["told"]
    metadata = Metadata(date=date.fromisoformat(day)) if len(day) > 4 else Metadata(year=int(day)) if day else Metadata()
    found, differs = label(blocks, metadata), case["differs"]
    if differs == "regions":
        return [[(one.path, one.role, one.inherited) for one in block.regions] for block in found.blocks]
    if differs in LISTS:
        name, value = LISTS[differs]
        return [[getattr(one, value) for one in getattr(block, name)] for block in found.blocks]
    return getattr(found, differs)


@pytest.mark.parametrize("constant", CONSTANTS)
def test_a_threshold_decides_what_is_told(constant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text of the table is told of otherwise where the constant has the other value, and as before where it has its own again."""
    case = CASES[constant]
    before = _told(case)
    with monkeypatch.context() as patch:
        patch_constant(patch, constant, case["value"])
        assert _told(case) != before
    assert _told(case) == before


def test_the_table_has_a_text_for_each_and_no_other() -> None:
    """Constants that are gone, or named twice, leave no case behind."""
    assert sorted(CASES) == sorted(CONSTANTS)


def test_a_strong_cue_counts_whoever_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """协作办主任某某说 names who speaks; were a cue of its weight strong, it would name the matter."""
    text = "协作办主任王海说"
    (match,) = (one for one in find_cues(text).matches if text[one[0] : one[1]] == "协作办")
    assert is_name(text, match)
    patch_constant(monkeypatch, "search.labels.program.cues.STRONGEST", 0.0)
    assert not is_name(text, match)


def test_a_name_inside_a_phrase_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """孙中山 holds the name of a city and is a person: looked for no further back than the name itself, the phrase would not be seen."""
    assert find_names("孙中山") == []
    patch_constant(monkeypatch, "search.labels.region.match.LONGEST_PHRASE", 0)
    assert [hit.name.text for hit in find_names("孙中山")] == ["中山"]


def test_so_many_neighbours_of_a_list_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """An ordinary word at the end of a list is a county where one of the nearest six lies in its prefecture; were more asked, one farther
    off would do."""
    near = "灵川县、西吉县、海原县、彭阳县、隆德县、泾源县、资源。"
    far = "灵川县、西吉县、海原县、彭阳县、隆德县、泾源县、同心县、资源。"

    def named(text: str) -> bool:
        return any(one.path.endswith("/资源县") for one in label_regions([Block(BlockKind.BODY, text, ())], Metadata()).labels[0])

    assert named(near)
    assert not named(far)
    patch_constant(monkeypatch, "search.labels.region.settle.ENOUGH", 20)
    assert named(far)
