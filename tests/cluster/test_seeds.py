"""The five seeds, built at a cluster: the API says the same of them as from the embedded engine, letter for letter."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search import build, open_library
from search.settings import Settings
from tests.cluster.nodes import Nodes
from web import create_app

pytestmark = pytest.mark.cluster
ROOT = Path(__file__).resolve().parents[2]
QUERIES = 300
WORDS = (
    "消费扶贫", "密云", "滦平县", "对口帮扶", "京东", "就业", "残疾人", "招聘会 大棚 蘑菇", "“对口协作”", "消费扶贫 AND NOT 密云",
    "扶贫 OR 教育", "地区:滦平县", "年份:2019", "类型:消费扶贫", "标题:扶贫", "东西部*协作", "peixun", "mi yun", "消費扶貧",
    "北京有哪些扶贫协作", "9801万元", "产业园 NEAR/10 农户", "没有这样的词句", "怎样帮助贫困户增收", "农产品 -蔬菜",
)  # fmt: skip
FILTERS: tuple[dict[str, str], ...] = (
    {}, {}, {"region": "河北省"}, {"year": "2018-2020"}, {"program": "consumption"}, {"not_program": "labour"}, {"kind": "body"},
    {"region": "河北省/承德市/滦平县", "not_year": "2019"},
)  # fmt: skip
ADDRESSES = (
    "/api/v1/documents", "/api/v1/figures?q=扶贫&unit=CNY", "/api/v1/figures?order=value-desc", "/api/v1/relations",
    "/api/v1/suggest?q=消费", "/api/v1/locate?quote=消费扶贫", "/api/v1/kwic?q=扶贫", "/search?q=扶贫&view=cross", "/pairs", "/relations",
    "/place/河北省/承德市/滦平县",
)  # fmt: skip


@pytest.fixture(scope="module")
def clients(node: Nodes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FlaskClient, FlaskClient]]:
    """The site over the embedded engine, and over the cluster."""
    folder = tmp_path_factory.mktemp("seeds")
    urls = f"whoosh:{folder / 'index'}", node.place("seeds")
    made = []
    for number, url in enumerate(urls):
        settings = Settings(state=str(folder / f"state{number}"))
        build([ROOT / "seeds"], url, settings=settings)
        library = open_library(url, settings=settings)
        made.append((library, create_app(library, settings).test_client(use_cookies=False)))
    yield made[0][1], made[1][1]
    for library, _ in made:
        library.close()


def asked(library_texts: list[str]) -> list[dict[str, str]]:
    """Three hundred questions: words of the language, and runs cut out of the seeds, under filters, sorted and folded."""
    chance = random.Random(19)
    found = []
    for number in range(QUERIES):
        text = chance.choice(library_texts)
        start = chance.randrange(max(1, len(text) - 1))
        q = WORDS[number % len(WORDS)] if number % 2 else text[start : start + chance.randint(1, 12)]
        sort = chance.choice(("relevance", "relevance", "year-desc", "year-asc", "document"))
        found.append({"q": q, "sort": sort, "page": str(chance.choice((1, 1, 1, 2))), **chance.choice(FILTERS)})
    return found


def test_the_api_says_the_same(clients: tuple[FlaskClient, FlaskClient]) -> None:
    """For three hundred searches the JSON of both is equal, but for the name of the generation and of the engine."""
    ours, theirs = clients
    documents = theirs.get("/api/v1/documents").get_json()["documents"]
    blocks = [theirs.get(f"/api/v1/documents/{one['id']}").get_json()["blocks"] for one in documents]
    for parameters in asked([block["text"] for some in blocks for block in some]):
        found, wanted = (client.get("/api/v1/search", query_string=parameters) for client in (ours, theirs))
        assert found.status_code == wanted.status_code == 200, parameters
        left, right = found.get_json(), wanted.get_json()
        assert {left.pop("index")["engine"], right.pop("index")["engine"]} == {"whoosh", "opensearch"}
        assert left == right, parameters


@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_and_tables_are_the_same(clients: tuple[FlaskClient, FlaskClient], address: str) -> None:
    """Tables, places and relations are the same too."""
    ours, theirs = (client.get(address) for client in clients)
    assert ours.status_code == theirs.status_code == 200
    if ours.is_json:
        assert ours.get_json() == theirs.get_json()
    else:
        assert _told(ours.text) == _told(theirs.text)


def test_every_document_and_passage_is_the_same(clients: tuple[FlaskClient, FlaskClient]) -> None:
    """Each document with all labels, and the state of each link."""
    ours, theirs = clients
    for one in ours.get("/api/v1/documents").get_json()["documents"]:
        left, right = (client.get(f"/api/v1/documents/{one['id']}").get_json() for client in (ours, theirs))
        assert left == right
        for block in left["blocks"][:8]:
            assert ours.get(f"/api/v1/passages/{block['id']}").get_json() == theirs.get(f"/api/v1/passages/{block['id']}").get_json()


def _told(page: str) -> list[str]:
    """A page without what names its generation."""
    return [line for line in page.splitlines() if "2026" not in line and "opensearch" not in line and "whoosh" not in line]
