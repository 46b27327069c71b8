"""The script that compiles the gazetteer, on a country of its own."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from search.labels.compile_gazetteer import DATA, Shortener, crossing_words, main, old_names, read_current, read_history

HEAD = "代码,一级行政区,二级行政区,名称,级别,状态,启用时间,变更/弃用时间,新代码\n"
HISTORY = HEAD + (
    "420600,湖北省,襄樊市,襄樊市,地级,变更,1981,2010,420602[1984]\n"
    "420600,湖北省,襄阳市,襄阳市,地级,在用,2010,,\n"
    "420625,湖北省,襄樊市,谷城县,县级,变更,1983,2010,420625\n"
    "420625,湖北省,襄阳市,谷城县,县级,在用,2010,,\n"
    "420901,湖北省,襄阳市,动力区,县级,弃用,1981,2000,420625\n"
)


@pytest.fixture
def shorten() -> Shortener:
    """The rules of the repository."""
    return Shortener(tomllib.loads((DATA / "gazetteer_rules.toml").read_text("utf-8")))


@pytest.fixture
def sources(tmp_path: Path) -> tuple[Path, Path]:
    """A history and a list in force, of one prefecture and one county."""
    history, current = tmp_path / "history.csv", tmp_path / "current.json"
    history.write_text(HISTORY, "utf-8-sig")
    counties = {"谷城县": "420625000000"}
    province = {"code": "420000000000", "cities": {"襄阳市": {"code": "420600000000", "counties": counties}}}
    current.write_text(json.dumps({"provinces": {"湖北省": province}}), "utf-8")
    return history, current


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("滦平县", "滦平"),
        ("蔚县", "蔚县"),
        ("双江拉祜族佤族布朗族傣族自治县", "双江"),
        ("东乡族自治县", "东乡族"),
        ("克孜勒苏柯尔克孜自治州", "克孜勒苏"),
        ("巴林右旗", "巴林右旗"),
        ("浦东新区", "浦东新区"),
        ("和田地区", "和田"),
        ("香港特别行政区", "香港"),
        ("西藏自治区", "西藏"),
    ],
)
def test_names_are_shortened(shorten: Shortener, name: str, short: str) -> None:
    """Suffixes and peoples go, a name of one character stays."""
    assert shorten.base(name) == short


def test_old_names_lead_on(sources: tuple[Path, Path], shorten: Shortener) -> None:
    """A renamed prefecture leads to its new name, its short form too; short forms that are plain words are left out."""
    history, current = sources
    listed = read_current(current, shorten)
    assert [path for path, _, _ in listed.values()] == ["湖北省", "湖北省/襄阳市", "湖北省/襄阳市/谷城县"]
    old = {name: (path, year) for name, path, year in old_names(read_history(history), listed, shorten, set())}
    assert old["襄樊市"] == old["襄樊"] == ("湖北省/襄阳市", 2010)
    assert old["动力区"] == ("湖北省/襄阳市/谷城县", 2000)
    assert "动力" not in old


def test_words_are_picked_for_the_names_in_them(tmp_path: Path) -> None:
    """A word that holds a name, and two-character words that one may be cut out of; rare and official ones are left out."""
    words = tmp_path / "words.txt"
    words.write_text("长治久安 9 i\n搬迁 300 v\n安置 300 v\n迁都 3 v\n长治市 99 ns\n苹果 900 n\n", "utf-8")
    assert crossing_words(words, ["长治", "迁安", "滦平县"]) == (["长治久安"], ["安置", "搬迁"])


def test_wrong_usage_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Without its two files the script explains itself."""
    assert main([]) == 2
    assert "AREACODES.csv" in capsys.readouterr().out
