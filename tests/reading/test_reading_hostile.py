"""A folder of broken and hostile files is read through: every file is read, refused with a sentence, or passed over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from search.errors import UnreadableSource
from search.model import Origin
from search.reading import FoundSource, collect, collection_labels, read
from search.settings import Settings
from tests.reading.hostile import PASSED_OVER, READ, REJECTED, Expectation, write_hostile_folder

SETTINGS = Settings()
_Outcomes = dict[str, tuple[str, str, str]]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Expectation], list[FoundSource], _Outcomes]:
    """The folder, what was expected, what was found, and by name: outcome, reason, text."""
    folder = tmp_path_factory.mktemp("hostile")
    expected = write_hostile_folder(folder)
    found = list(collect([folder], SETTINGS))
    outcomes: _Outcomes = {}
    for item in found:
        if item.source is None:
            outcomes[item.name] = (REJECTED, item.reason or "", "")
            continue
        try:
            reading = read(item.source, SETTINGS)
        except UnreadableSource as error:
            outcomes[item.name] = (REJECTED, error.message, "")
        else:
            outcomes[item.name] = (READ, "", "\n".join(line.text for line in reading.lines))
    return folder, expected, found, outcomes


def test_every_file_comes_out_as_expected(walked: tuple[Path, dict[str, Expectation], list[FoundSource], _Outcomes]) -> None:
    """Each of the files ends as the folder's maker says, and nothing else turns up."""
    _, expected, _, outcomes = walked
    wrong = []
    due = set()
    for name, expectation in expected.items():
        if expectation.sources:
            due |= {source for source, _ in expectation.sources}
            wrong += [
                f"{source}: {outcomes.get(source)}" for source, outcome in expectation.sources if outcomes.get(source, ("",))[0] != outcome
            ]
        elif expectation.outcome == PASSED_OVER:
            wrong += [f"{name}: {outcomes[name]}"] if name in outcomes else []
        else:
            due.add(name)
            outcome, reason, text = outcomes.get(name, ("missing", "", ""))
            if outcome != expectation.outcome or expectation.words not in reason or expectation.text not in text.replace("\n", ""):
                wrong.append(f"{name}: {outcome} {reason} {text[:60]!r}")
    assert not wrong
    assert set(outcomes) == due
    assert len(expected) >= 50


def test_reasons_are_sentences_without_paths(walked: tuple[Path, dict[str, Expectation], list[FoundSource], _Outcomes]) -> None:
    """Every reason is a Chinese sentence that shows no path of the machine."""
    folder, _, _, outcomes = walked
    for name, (outcome, reason, _) in outcomes.items():
        assert (outcome == REJECTED) == bool(reason), name
        assert not reason or reason.endswith(("。", "）")), name
        assert str(folder) not in reason


def test_the_walk_has_one_order(walked: tuple[Path, dict[str, Expectation], list[FoundSource], _Outcomes]) -> None:
    """A second walk finds the same things in the same order, with the same hashes. Only their stamps may be believed by now, which a file
    just written has none of."""
    folder, _, found, _ = walked
    first, second = ([replace(one, stamp="") for one in walk] for walk in (found, collect([folder], SETTINGS)))
    assert first == second


def test_sidecars_speak_for_their_sources(walked: tuple[Path, dict[str, Expectation], list[FoundSource], _Outcomes]) -> None:
    """A sidecar's words arrive as the user's; a broken one warns and harms nothing; a folder has its own."""
    folder, _, found, _ = walked
    by_name = {item.name: item for item in found}
    noted = by_name["noted.txt"].sidecar
    assert noted is not None
    assert (noted.title, noted.year, noted.regions, noted.origin) == ("附注的题", 2020, ("河北省/承德市/滦平县",), Origin.USER)
    assert "TOML" in by_name["misnoted.txt"].warnings[0]
    labels, _ = collection_labels(folder)
    assert labels is not None
    assert labels.publication == "帮扶文献集"
    assert collection_labels(folder / "深") == (None, ())


def test_rows_bring_their_metadata(walked: tuple[Path, dict[str, Expectation], list[FoundSource], _Outcomes]) -> None:
    """A row of a table of documents has its columns as metadata, and a warning for a date that is none."""
    by_name = {item.name: item for item in walked[2]}
    first, second = by_name["articles.csv/行 2"], by_name["articles.csv/行 3"]
    assert first.sidecar is not None
    assert (first.sidecar.title, first.sidecar.publication, str(first.sidecar.date)) == ("甲", "北京日报", "2020-03-01")
    assert "日期" in second.warnings[0]
