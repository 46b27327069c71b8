"""The documentation as a site: built by Sphinx without a warning, whole in both languages, complete without the network."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

import pytest
from selectolax.lexbor import LexborHTMLParser

from docs.site.build import LANGUAGES, SHARED, build, order

pytestmark = [pytest.mark.xdist_group("notebooks"), pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def site(executed: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `make docs` makes."""
    return build(tmp_path_factory.mktemp("site") / "docs", executed).parent


def pages(site: Path) -> list[Path]:
    return sorted(path for path in site.rglob("*.html") if "_static" not in path.parts)


def tree(page: Path) -> LexborHTMLParser:
    return LexborHTMLParser(page.read_text("utf-8"))


def test_every_page_is_there_in_both_languages(site: Path) -> None:
    """Each page of the table, each notebook, and what is there in English alone; each says its language and leads to its twin."""
    for language, lang in (("zh", "zh-CN"), ("en", "en")):
        names = ["index", *order(language), *SHARED, "notebook-trend", "notebook-relations", "notebook-citations"]
        assert order(language) == order("en")
        for name in names:
            page = tree(site / language / f"{name}.html")
            html = page.css_first("html")
            assert html is not None
            assert html.attributes["lang"] == lang
            twin = page.css_first(".sidebar-language a")
            assert twin is not None
            assert (site / language / str(twin.attributes["href"])).resolve().is_file(), name
            marked = page.css_first("div[lang=en] h1") is not None
            assert marked == (language == "zh" and name in SHARED), name


def test_every_link_and_picture_leads_somewhere(site: Path) -> None:
    """A relative address names a file of the site, and its fragment an id there; every picture says what it shows."""
    ids = {page: {node.attributes["id"] for node in tree(page).css("[id]")} for page in pages(site)}
    assert len(ids) > 30
    for page in ids:
        for node in tree(page).css("a[href], img[src], link[href], script[src]"):
            target, fragment = urldefrag(str(node.attributes.get("href") or node.attributes.get("src")))
            if re.match(r"[a-z]+:", target):
                assert node.tag == "a", f"{page.name} needs the network for {target}"
                continue
            there = (page.parent / unquote(target.partition("?")[0])).resolve() if target else page
            assert there.is_file(), f"{page.name}: {target}"
            if fragment and there in ids and node.tag == "a":
                assert unquote(fragment) in ids[there], f"{page.name}: {target}#{fragment}"
            if node.tag == "img":
                assert node.attributes.get("alt") is not None, f"{page.name}: {target}"


def test_chinese_words_are_in_the_index_of_its_search(site: Path) -> None:
    """Sphinx cuts Chinese by jieba, so a word in a sentence is found."""
    text = (site / "zh" / "searchindex.js").read_text("utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    found = index["terms"]["段落"]
    assert index["docnames"].index("tour") in ([found] if isinstance(found, int) else found)


def test_notebooks_are_shown_with_what_came_out(site: Path) -> None:
    """A table is a table, numbers are those of the run, and the notebook itself can be taken away."""
    page = tree(site / "en" / "notebook-relations.html")
    assert page.css("div.output table tr")
    assert "密云区" in page.text() or "思明区" in page.text()
    taken = [node for node in page.css("a.download") if str(node.attributes["href"]).endswith("relations.ipynb")]
    assert taken


def test_languages_are_named_on_the_first_page(site: Path) -> None:
    """The page above both leads to each."""
    assert [node.attributes["href"] for node in tree(site / "index.html").css("a")] == [f"{one}/index.html" for one in LANGUAGES]
