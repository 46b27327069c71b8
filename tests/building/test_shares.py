"""Which part of the sources a share is, and what of it survives being laid by."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from search.building.base import Input
from search.building.outcomes import Laid
from search.building.report import FileReport
from search.building.shares import MOST, is_of_share, outcome_key, packed_outcome, read_share, unpacked_outcome
from search.command.cli import main
from search.engine.port import Share
from search.errors import BadRequest
from search.settings import Settings


@given(name=st.text(max_size=20), of=st.integers(1, 9))
def test_every_source_is_of_one_share(name: str, of: int) -> None:
    """Whatever a source is called and however many shares there are, exactly one reads it."""
    assert sum(is_of_share(name, Share(number, of)) for number in range(1, of + 1)) == 1


def test_shares_are_about_equal() -> None:
    """Of a thousand names none of four shares has more than a third."""
    names = [f"2019/{number:04d}.txt" for number in range(1_000)]
    assert all(170 < sum(is_of_share(name, Share(number, 4)) for name in names) < 333 for number in range(1, 5))


@pytest.mark.parametrize("text", ["0/4", "5/4", "1", "1/", "/4", "a/b", "-1/4", "1/4/4", "１/４", f"1/{MOST + 1}"])
def test_what_is_no_share_is_refused(text: str, tmp_path: Path) -> None:
    """With a sentence, before anything is read."""
    with pytest.raises(BadRequest):
        read_share(text)
    result = CliRunner().invoke(main, ["build", str(tmp_path / "nowhere"), "--share", text, "--index", str(tmp_path)])
    assert result.exit_code == 2
    assert "份" in result.output
    assert not list(tmp_path.iterdir())


def test_a_share_is_named_by_its_number() -> None:
    """From the first to the last of the most there may be."""
    assert read_share("1/1") == Share(1, 1)
    assert read_share(f"{MOST}/{MOST}") == Share(MOST, MOST)


def test_an_index_on_this_machine_takes_no_shares(tmp_path: Path) -> None:
    """One sentence, exit code 2, and nothing is made."""
    (tmp_path / "a.txt").write_text("密云区帮助滦平县。\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["build", str(tmp_path / "a.txt"), "--share", "1/1", "--index", str(tmp_path / "index")])
    assert result.exit_code == 2
    assert "不能分份" in result.output


def test_an_outcome_is_good_for_what_decided_it_only() -> None:
    """Other bytes, another id or other limits are other outcomes; where the files of a machine are makes no difference."""
    item, settings = Input("a.txt", "a", "1234", 10), Settings()
    key = outcome_key(item, settings)
    assert outcome_key(item, replace(settings, sources_folder="/elsewhere", ocr_cache="/there", state="x")) == key
    others = [outcome_key(replace(item, digest="4321"), settings), outcome_key(replace(item, document_id="b"), settings)]
    others += [outcome_key(item, replace(settings, max_pdf_seconds=7)), outcome_key(replace(item, name="b.txt"), settings)]
    assert len({key, *others}) == 5


def test_an_outcome_comes_back() -> None:
    """With report, sketch and receipt."""
    report = FileReport("a\ud800.txt", "built", "", "a", 3, {"body": 3}, {}, ("注意",))
    assert unpacked_outcome(packed_outcome(report, (1, 2**32 - 1), "abc")) == Laid(report, (1, 2**32 - 1), "abc")
