"""The five seeds, built at a cluster: the API says the same of them as from the embedded engine, letter for letter."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search import build, open_library
from search.question import Sort
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
IMPRINTS = (
    'date = "2018-03-01"\npublication = "山地日报"\nbyline = "李木"\n', 'date = "2019-11-20"\npublication = "山地日报"\n',
    'date = "2020-08-15"\npublication = "河谷晚报"\nbyline = "李木、何田"\n', 'date = "2020-08-15"\nbyline = "何田"\n', "",
    "year = 2017\n",
)  # fmt: skip
"""What is said of six documents beside them."""
IMPRINTED: tuple[dict[str, str], ...] = (
    {}, {"q": "农产品"}, {"publication": "山地日报"}, {"not_publication": "山地日报"}, {"genre": "notice"}, {"not_genre": "news"},
    {"issued": "2018-2020"}, {"not_issued": "2020"}, {"date": "2019-01-01..2020-08-15"}, {"date": "2020"}, {"author": "李木"},
    {"q": "来源:河谷晚报"}, {"q": "作者:何田 教师"}, {"q": "日期:2020-08-15"}, {"q": "文种:通知"},
    {"author": "何田", "date": "2020-08", "q": "密云"},
)  # fmt: skip
ADDRESSES = (
    "/api/v1/documents", "/api/v1/figures?q=扶贫&unit=CNY", "/api/v1/figures?order=value-desc", "/api/v1/relations",
    "/api/v1/suggest?q=消费", "/api/v1/locate?quote=消费扶贫", "/api/v1/kwic?q=扶贫", "/search?q=扶贫&view=cross", "/pairs", "/relations",
    "/place/河北省/承德市/滦平县",
)  # fmt: skip


@pytest.fixture(scope="module")
def clients(node: Nodes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FlaskClient, FlaskClient]]:
    """The site over the embedded engine, and over the cluster."""
    yield from _over_both(node, "seeds", ROOT / "seeds", tmp_path_factory.mktemp("seeds"))


@pytest.fixture(scope="module")
def dated(node: Nodes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FlaskClient, FlaskClient]]:
    """The same over documents that say when, where, by whom and as what they came out; one says nothing of it."""
    folder = tmp_path_factory.mktemp("dated")
    (sources := folder / "sources").mkdir()
    for number, (told, genre) in enumerate(zip(IMPRINTS, ("通知", "公报", "新闻", "通知", "", "新闻"), strict=True)):
        text = f"密云区帮助滦平县{genre}\n\n{2015 + number}年，密云区帮助滦平县销售农产品{number + 3}吨。\n\n两地互派教师{number + 2}名。\n"
        (sources / f"{number}.txt").write_text(text, encoding="utf-8")
        (sources / f"{number}.toml").write_text(told + (f'文种 = "{genre}"\n' if genre else ""), encoding="utf-8")
    yield from _over_both(node, "dated", sources, folder)


def _over_both(node: Nodes, name: str, sources: Path, folder: Path) -> Iterator[tuple[FlaskClient, FlaskClient]]:
    urls = f"whoosh:{folder / 'index'}", node.place(name)
    made = []
    for number, url in enumerate(urls):
        settings = Settings(state=str(folder / f"state{number}"))
        build([sources], url, settings=settings)
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


def test_what_is_known_of_documents_filters_and_orders_alike(dated: tuple[FlaskClient, FlaskClient]) -> None:
    """Publication, type, document year, date and author, chosen and excluded, in queries and as filters, in every order: equal JSON, with
    hits and without."""
    totals = set()
    for narrowed in IMPRINTED:
        for sort in Sort:
            left, right = (client.get("/api/v1/search", query_string={"sort": sort, **narrowed}).get_json() for client in dated)
            totals.add(left["total"])
            assert {left.pop("index")["engine"], right.pop("index")["engine"]} == {"whoosh", "opensearch"}
            assert left == right, (narrowed, sort)
    assert len(totals) > 3
    for address in ("/sitemap.xml", "/api/v1/documents?page=2&size=2", "/api/v1/figures?q=农产品", "/api/v1/relations"):
        ours, theirs = (_told(client.get(address).text) for client in dated)
        assert ours == theirs, address


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
