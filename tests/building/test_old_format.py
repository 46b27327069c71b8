"""An index of an earlier format is refused with the command that mends it; its ledger is taken along, and every link still leads home."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from search import build, open_library
from search.command.cli import main
from search.errors import IndexDamaged, IndexStale
from search.links import LinkState

FIXTURES = Path(__file__).parents[1] / "fixtures"
FORMATS = ("3", "5")
SOURCE = (
    "密云区帮扶滦平县\n\n2019年，北京市密云区向河北省滦平县投入帮扶资金三千万元，建成蔬菜大棚两百个。\n\n"
    "2018年，密云区的医生到滦平县医院坐诊，教会当地医生十二项新技术，受到群众欢迎。\n"
)
IDS = ("ber0aptatg1f", "5r3vm78mmvmy")
"""Ids those versions gave out: the title and the first paragraph."""


@pytest.fixture(params=FORMATS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The old index, unpacked."""
    folder = tmp_path / "index"
    with tarfile.open(FIXTURES / f"index-format-{request.param}.tar.gz") as archive:
        if hasattr(tarfile, "data_filter"):
            archive.extraction_filter = tarfile.data_filter  # the same as `filter=`, which Python before 3.11.4 does not know
        archive.extractall(folder)
    return folder


def test_an_index_of_an_older_format_names_the_way_out(old: Path) -> None:
    """Opening raises, searching and checking exit with their codes, and the sentence names `bangfu build`."""
    with pytest.raises((IndexDamaged, IndexStale), match="bangfu build"):
        open_library(f"whoosh:{old}")
    searched = CliRunner().invoke(main, ["search", "密云", "--index", str(old)])
    assert searched.exit_code == 3
    assert "bangfu build" in searched.output
    assert CliRunner().invoke(main, ["check", "--index", str(old)]).exit_code == 1


def test_links_outlive_a_change_of_format(old: Path, tmp_path: Path) -> None:
    """A build over the old index reads the sources again and keeps its ledger: every id it had given out leads to its passage."""
    source = tmp_path / "甲.txt"
    source.write_text(SOURCE, encoding="utf-8")
    report = build([source], f"whoosh:{old}")
    assert not report.unchanged
    with open_library(f"whoosh:{old}") as library:
        for id_ in IDS:
            assert library.passage(id_).resolution.state is LinkState.EXACT
