"""What documents are about and what they mention are two filters with two counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search import Library, build, open_library

ABOUT = (
    "天津市武清区与甘肃省静宁县携手",
    "天津市武清区对口帮扶甘肃省静宁县，武清区选派医生到静宁县坐诊。",
    "静宁县的苹果卖到武清区，武清区又为静宁县建冷库。",
    "秋天的展销会上，山东、河南、湖北、湖南、安徽的客商也来订货。",
    "静宁县群众收入增加，武清区继续帮扶静宁县。",
)
ELSEWHERE = ("湖北省英山县办茶园", "湖北省英山县的茶园扩大了，英山县群众增收。", "英山县的茶叶销往湖北各地。")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Two documents: one about 静宁 and 武清 that mentions 湖北 once, one about 英山."""
    folder: Path = tmp_path_factory.mktemp("about")
    for name, lines in (("paired", ABOUT), ("tea", ELSEWHERE)):
        (folder / f"{name}.txt").write_text("\n\n".join(lines), encoding="utf-8")
    build([str(folder)], "memory:about")
    with open_library("memory:about") as opened:
        yield opened


def _documents(library: Library, **filters: list[str]) -> set[str]:
    return {hit.document.source_file for hit in library.search("", filters=filters).hits}


def test_a_place_named_once_in_a_list_is_mentioned_only(library: Library) -> None:
    """湖北 finds both documents by what they mention, one by what they are about; excluded, the other."""
    assert _documents(library, region=["湖北省"]) == {"paired.txt", "tea.txt"}
    assert _documents(library, about=["湖北省"]) == {"tea.txt"}
    assert _documents(library, not_about=["湖北省"]) == {"paired.txt"}


def test_all_passages_of_a_document_are_of_what_it_is_about(library: Library) -> None:
    """The count beside a place is of all passages of the documents about it, whatever each names, and is what its choice gives."""
    counts = {value.value: value.count for value in library.search("").facets["about"]}
    assert counts["甘肃省"] == len(ABOUT)
    assert "山东省" not in counts
    assert all(library.search("", filters={"about": [value]}).total == count for value, count in counts.items())


def test_a_query_may_ask_for_it(library: Library) -> None:
    """主要涉及: in a query means the same as the filter."""
    assert library.search("主要涉及:湖北省").total == library.search("", filters={"about": ["湖北省"]}).total == len(ELSEWHERE)


def test_lists_of_documents_say_what_each_is_about(library: Library) -> None:
    """A document's summary holds the places it is about, the heaviest first."""
    about = {one.source_file: one.about for one in library.documents()}
    assert set(about["paired.txt"]) == {"甘肃省/平凉市/静宁县", "天津市/武清区"}
    assert about["tea.txt"] == ("湖北省/黄冈市/英山县",)
