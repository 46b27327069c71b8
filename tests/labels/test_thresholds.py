"""Thresholds of places, types, mechanisms and years: each decides what is told of some text, and another value tells otherwise."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Any

import pytest

from search.labels.compile_edges import HEAD, compiled
from search.labels.compile_gazetteer import DATA, Shortener, crossing_words, old_names, read_current, read_history
from search.labels.imprint import plain_name
from search.labels.labelling import label
from search.labels.program.cues import find_cues, is_name
from search.labels.region.label import label_regions
from search.labels.region.match import find_names
from search.labels.stated import _listed
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


def _before(given: tuple[str, int]) -> str:
    """The table of edges for one cue, from a dictionary in which a word that ends with its first character occurs so often."""
    cue, often = given
    return compiled([cue], f"相{cue[0]} {often} n\n{cue[1]}手 99 n\n").removeprefix(HEAD)


def _crossing(often: int) -> list[str]:
    """Words that a short name may be cut out of, of a dictionary with one that occurs so often."""
    with NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as file:
        file.write(f"作密 {often} n\n")
        file.flush()
        return crossing_words(Path(file.name), ["密云"])[1]


def _successor(counties: int) -> str:
    """Where a prefecture that went with so many counties into another lives on; one of them has its name."""
    names = ["河西区", "河东区", "河南区", "河北区", "河中区"][:counties]
    rows = ["370100,山东省,济南市,济南市,地级,在用,1981,,", "379100,山东省,河西市,河西市,地级,弃用,1992,2018,"]
    for at, name in enumerate(names):
        rows.append(f"37910{at},山东省,河西市,{name},县级,变更,1992,2018,37019{at}")
        rows.append(f"37019{at},山东省,济南市,{name},县级,在用,2018,,")
    shorten = Shortener(tomllib.loads((DATA / "gazetteer_rules.toml").read_text("utf-8")))
    listed = {name: f"37019{at}000000" for at, name in enumerate(names)}
    cities = {"济南市": {"code": "370100000000", "counties": listed}}
    with TemporaryDirectory() as folder:
        history, current = Path(folder) / "history.csv", Path(folder) / "current.json"
        history.write_text("代码,一级行政区,二级行政区,名称,级别,状态,启用时间,变更/弃用时间,新代码\n" + "\n".join(rows), "utf-8-sig")
        current.write_text(json.dumps({"provinces": {"山东省": {"code": "370000000000", "cities": cities}}}), "utf-8")
        divisions = read_current(current, shorten)
        return next(path for name, path, _ in old_names(read_history(history), divisions, shorten, set()) if name == "河西市")


@pytest.mark.parametrize(
    ("constant", "value", "asked", "here", "there", "usual", "other"),
    [
        pytest.param("search.labels.imprint._LONGEST", 4, plain_name, "云岭日报", "云岭日报社", "云岭日报", "云岭日报", id="a name is cut"),
        pytest.param(
            "search.labels.stated._NAMED", 2, _listed, ["甲", "乙"], ["甲", "乙", "丙"], "甲、乙", "甲、乙 等 3 个", id="a list is cut"
        ),
        pytest.param(
            "search.labels.compile_edges.LEAST", 5, _before, ("帮扶", 5), ("帮扶", 4), "帮扶\t相\t手\n", "", id="a rare word says nothing"
        ),
        pytest.param(
            "search.labels.compile_gazetteer.CROSSING_FREQUENCY", 5, _crossing, 5, 4, ["作密"], [], id="a rare word crosses no name"
        ),
        pytest.param(
            "search.labels.compile_gazetteer.WHOLE_PREFECTURE",
            2,
            _successor,
            2,
            3,
            "山东省/济南市/河西区",
            "山东省/济南市",
            id="where it lives on",
        ),
    ],
)
def test_what_is_on_either_side_is_told_apart(
    monkeypatch: pytest.MonkeyPatch,
    constant: str,
    value: int,
    asked: Callable[[Any], object],
    here: object,
    there: object,
    usual: object,
    other: object,
) -> None:
    """With the constant small: what is just within it, and just beyond it."""
    patch_constant(monkeypatch, constant, value)
    assert asked(here) == usual
    assert asked(there) == other
