"""What holds for every engine that can be built into: the four states of a link, and builds that read only what changed."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from search import Settings, build, open_library
from search.engine.choice import BODIES, keeps_ledger, load_body, state_directory
from search.errors import NotFound
from search.links import FILE_NAME
from search.results import LinkState
from tests.cluster.nodes import Nodes

TEXT = """密云区消费扶贫见成效

2019年，密云区帮助滦平县销售农产品，带动贫困户增收，签订订单三千多万元。

北京市朝阳区派出教师二十名，到康保县支教一年，受到当地师生欢迎。

两地干部交流任职，人才培训班办了十二期，培训致富带头人四百多名。
"""


@pytest.fixture(params=[pytest.param(name, marks=pytest.mark.cluster) if name == "opensearch" else name for name in sorted(BODIES)])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An engine URL of each body, with nothing in it yet."""
    name: str = request.param
    if name != "opensearch":
        return f"{name}:{tmp_path / 'index'}"
    nodes: Nodes = request.getfixturevalue("node")
    monkeypatch.chdir(tmp_path)  # what is kept on this machine is kept below the working folder
    return nodes.place(f"b{secrets.token_hex(5)}")


def _ids(url: str) -> dict[str, str]:
    """Text → id of every passage."""
    with open_library(url) as library:
        return {passage.text: passage.id for one in library.documents() for passage in library.document(one.id).document.passages}


def _state(url: str, passage_id: str) -> LinkState:
    with open_library(url) as library:
        return library.passage(passage_id).resolution.state


def test_links_have_four_states_in_every_body(url: str, tmp_path: Path) -> None:
    """Untouched text is exact, a text that moves to another file is found there, a reworded one leads to its successor, a lost one is
    gone, and all stay so when everything is built again from nothing; an id that was never given out is none of these."""
    sources = tmp_path / "sources"
    sources.mkdir()
    file, other = sources / "甲.txt", sources / "乙.txt"
    moving = "村里的蘑菇大棚由两地企业合办，冬天也不停工，每天有车来收。\n"
    file.write_text(f"{TEXT}\n{moving}", encoding="utf-8")
    other.write_text("滦平县的另一件事\n\n医生下乡巡诊，老人在家门口看病。\n", encoding="utf-8")
    build([sources], url)
    ids = _ids(url)
    words = ("农产品", "支教", "致富带头人", "蘑菇")
    sold, taught, trained, grown = (next(id_ for text, id_ in ids.items() if word in text) for word in words)
    edited = TEXT.replace("带动贫困户增收，签订订单三千多万元", "带动贫困户稳定增收，全年签订订单三千多万元")
    file.write_text(edited.replace("两地干部交流任职，人才培训班办了十二期，培训致富带头人四百多名。\n", ""), encoding="utf-8")
    other.write_text(f"{other.read_text('utf-8')}\n{moving}", encoding="utf-8")
    wanted = [LinkState.CHANGED, LinkState.EXACT, LinkState.GONE, LinkState.MOVED]
    for full in (False, True):
        build([sources], url, full=full)
        assert [_state(url, id_) for id_ in (sold, taught, trained, grown)] == wanted
    with open_library(url) as library, pytest.raises(NotFound):
        library.passage("aaaaaaaaaaaa")


@pytest.mark.parametrize(("old", "new"), [("密云区帮助滦平县", "怀柔区帮助丰宁县"), ("滦平县", "丰宁县"), ("密云区", "怀柔区")])
def test_a_sentence_with_other_names_is_another_sentence(url: str, tmp_path: Path, old: str, new: str) -> None:
    """Where only the names of places change, the old link is gone: the new sentence looks alike and says something else."""
    file = tmp_path / "甲.txt"
    file.write_text(TEXT, encoding="utf-8")
    build([file], url)
    sold = next(id_ for text, id_ in _ids(url).items() if "农产品" in text)
    file.write_text(TEXT.replace(old, new), encoding="utf-8")
    build([file], url)
    assert _state(url, sold) is LinkState.GONE


def test_a_sentence_of_another_company_is_another_sentence(url: str, tmp_path: Path) -> None:
    """Where the organisation it speaks of is another, the old link is gone, though all other words are the same."""
    told = "首农集团在当地建设养殖基地，带动周边群众稳定就业。"
    file = tmp_path / "甲.txt"
    file.write_text(f"{TEXT}\n{told}\n", encoding="utf-8")
    build([file], url)
    farm = next(id_ for text, id_ in _ids(url).items() if "养殖基地" in text)
    file.write_text(f"{TEXT}\n{told.replace('首农', '华润')}\n", encoding="utf-8")
    build([file], url)
    assert _state(url, farm) is LinkState.GONE


def test_what_did_not_change_is_not_read_again(url: str, tmp_path: Path) -> None:
    """A second build keeps the documents whose bytes are the same, in every body."""
    for name in ("甲", "乙", "丙"):
        (tmp_path / f"{name}.txt").write_text(TEXT.replace("二十名", f"二十名{name}"), encoding="utf-8")
    files = [tmp_path / f"{name}.txt" for name in ("甲", "乙", "丙")]
    assert [file.status for file in build(files, url).files] == ["built"] * 3
    files[1].write_text(TEXT.replace("二十名", "三十名"), encoding="utf-8")
    report = build(files, url)
    assert sorted(file.status for file in report.files) == ["built", "kept", "kept"]
    assert build(files, url).unchanged


def test_state_can_be_kept_elsewhere(url: str, tmp_path: Path) -> None:
    """With a folder for state, the ledger is there and not at the engine's place, or in a cluster; old links resolve from it."""
    file = tmp_path / "甲.txt"
    file.write_text(TEXT, encoding="utf-8")
    settings = Settings(state=str(tmp_path / "state"))
    build([file], url, settings=settings)
    sold = next(id_ for text, id_ in _ids(url).items() if "农产品" in text)
    file.write_text("另一篇文章，说的是别的事情，和原来那一篇没有关系。\n", encoding="utf-8")
    build([file], url, settings=settings)
    assert (tmp_path / "state" / FILE_NAME).exists() is not keeps_ledger(url)
    assert not (state_directory(url) / FILE_NAME).exists()
    with open_library(url, settings=settings) as library:
        assert library.passage(sold).resolution.state is LinkState.GONE


def test_bodies_say_what_they_can() -> None:
    """Every body has a name, capabilities and a place for state."""
    for name in BODIES:
        body, place = load_body(f"{name}://somewhere/index")
        assert body.name == name
        assert place == "//somewhere/index"
        assert isinstance(body.capabilities.durable, bool)
        assert body.state(place)
