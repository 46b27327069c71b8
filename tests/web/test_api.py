"""The JSON API keeps the contract: names, types, errors."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from search import Library
from tests.web.conftest import Aged
from web.api_form import years_pattern

Json = dict[str, Any]


def get(client: FlaskClient, url: str, status: int = 200) -> Json:
    answer = client.get(url)
    assert answer.status_code == status, f"{url}: {answer.status_code}"
    body: Json = answer.get_json(force=True)
    return body


@pytest.fixture(scope="session")
def openapi(app: Flask) -> Json:
    """The API's own description."""
    return get(app.test_client(), "/api/v1/openapi.json")


def faults(value: Any, schema: Json, whole: Json) -> list[str]:
    """Where a value breaks a schema of the description, by jsonschema."""
    checker = Draft202012Validator({**schema, "components": whole["components"]})
    return [f"{error.json_path}: {error.message[:200]}" for error in checker.iter_errors(value)]


def identifiers(library: Library) -> tuple[str, str]:
    hit = library.search("密云").hits[0]
    return hit.document.id, hit.passage.id


def test_bodies_are_as_described(client: FlaskClient, library: Library, openapi: Json) -> None:
    """Every JSON answer fits the schema that the OpenAPI description gives for its path."""
    document, passage = identifiers(library)
    examples = {
        "/api/v1/search": "/api/v1/search?q=消费扶贫 密云&region=河北省&year=2019&not_program=health&size=50",
        "/api/v1/documents": "/api/v1/documents",
        "/api/v1/documents/{id}": f"/api/v1/documents/{document}",
        "/api/v1/passages/{id}": f"/api/v1/passages/{passage}",
        "/api/v1/locate": "/api/v1/locate?quote=北京市密云区共结对帮扶6个受援地区",
        "/api/v1/suggest": "/api/v1/suggest?q=消",
        "/api/v1/figures": "/api/v1/figures?q=资金",
        "/api/v1/relations": "/api/v1/relations?supporter=北京市",
        "/api/v1/kwic": "/api/v1/kwic?q=资金&order=right",
    }
    for path, url in examples.items():
        schema = openapi["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        assert faults(get(client, url), schema, openapi) == []


def test_the_description_names_every_path(app: Flask, openapi: Json) -> None:
    """Every rule of the API is in the description, and nothing else."""
    rules = {rule.rule.replace("<document>", "{id}").replace("<passage>", "{id}") for rule in app.url_map.iter_rules()}
    assert set(openapi["paths"]) == {rule for rule in rules if rule.startswith("/api/v1/")}
    assert openapi["openapi"].startswith("3.1")


def test_search_is_exact(client: FlaskClient) -> None:
    """Totals, marks, snippets, pages and facet counts agree with one another."""
    body = get(client, "/api/v1/search?q=消费扶贫&size=100")
    assert body["total"] == len(body["hits"]) > 0
    assert len({hit["document"]["id"] for hit in body["hits"]}) == body["documents"]
    for hit in body["hits"]:
        for start, end in hit["marks"]:
            assert 0 <= start < end <= len(hit["text"])
        assert hit["marks"] == sorted(hit["marks"])
        assert hit["url"].endswith(f"#{hit['id']}")
        for label in (*hit["regions"], *hit["years"], *hit["programs"]):
            assert all(0 <= start < end <= len(hit["text"]) for start, end in label["evidence"])
    years = {item["value"]: item["count"] for item in body["facets"]["year"]}
    assert all(isinstance(value, int) or value == "none" for value in years)
    for value, count in years.items():
        assert get(client, f"/api/v1/search?q=消费扶贫&year={value}")["total"] == count
    first = get(client, "/api/v1/search?q=消费扶贫&size=3")["hits"]
    second = get(client, "/api/v1/search?q=消费扶贫&size=3&page=2")["hits"]
    assert [hit["id"] for hit in first + second] == [hit["id"] for hit in body["hits"][:6]]


def test_links_of_the_api_lead_somewhere(client: FlaskClient, library: Library) -> None:
    """Permalinks redirect and document links open."""
    hit = get(client, "/api/v1/search?q=密云")["hits"][0]
    assert client.get(hit["permalink"]).status_code == 302
    assert client.get(hit["url"]).status_code == 200
    assert len(get(client, "/api/v1/documents")["documents"]) == len(library.documents())


def test_states_of_links(aged: Aged) -> None:
    """exact and changed answer 200 with the state in the body, gone is a 410 problem with the same members."""
    assert get(aged.client, f"/api/v1/passages/{aged.same}")["state"] == "exact"
    changed = get(aged.client, f"/api/v1/passages/{aged.changed}")
    assert (changed["state"], bool(changed["current"])) == ("changed", True)
    gone = get(aged.client, f"/api/v1/passages/{aged.gone}", 410)
    assert (gone["state"], gone["current"], gone["status"], gone["code"]) == ("gone", None, 410, "gone")
    assert isinstance(gone["candidates"], list)


@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        ("/api/v1/search?page=0", 400, "bad-page"),
        ("/api/v1/search?size=101", 400, "bad-size"),
        ("/api/v1/search?sort=best", 400, "bad-sort"),
        ("/api/v1/search?year=soon", 400, "bad-year"),
        ("/api/v1/search?program=nothing", 400, "bad-program"),
        ("/api/v1/search?region=a//b", 400, "bad-region"),
        ("/api/v1/search?kind=poem", 400, "bad-kind"),
        ("/api/v1/search?page=1000000", 404, "page-too-deep"),
        ("/api/v1/figures?min=much", 400, "bad-min"),
        ("/api/v1/locate", 400, "missing-quote"),
        ("/api/v1/cite", 400, "missing-id"),
        ("/api/v1/cite?id=x&style=chicago", 400, "bad-style"),
        ("/api/v1/export?format=exe", 400, "bad-format"),
        ("/api/v1/documents/none", 404, "not-found"),
        ("/api/v1/passages/none", 404, "not-found"),
        ("/api/v1/nothing", 404, "not-found"),
        ("/api/v1/search?q=" + "x" * 120_000, 414, "url-too-long"),
    ],
)
def test_errors_are_problems(client: FlaskClient, url: str, status: int, code: str) -> None:
    """Errors are problem+json with status, title, detail and code, and give nothing away."""
    answer = client.get(url)
    assert answer.mimetype == "application/problem+json"
    body = answer.get_json(force=True)
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
    assert body["title"]
    assert body["detail"]
    assert "Traceback" not in str(body)
    assert "/work" not in str(body)
    assert "site-packages" not in str(body)


@pytest.mark.parametrize(
    ("url", "code", "named"),
    [
        ("/api/v1/search?years=2019&q=扶贫", "unknown-parameter", "year"),
        ("/api/v1/search?q=扶贫&foo=", "unknown-parameter", "not_region"),
        ("/api/v1/documents?q=扶贫", "unknown-parameter", "size"),
        ("/api/v1/passages/x?q=1", "unknown-parameter", "lang"),
        ("/api/v1/openapi.json?q=1", "unknown-parameter", ""),
        ("/api/v1/search?literal=AAA", "bad-literal", "0、1"),
        ("/api/v1/search?q=a&q=b", "bad-q", ""),
        ("/api/v1/export?format=exe", "bad-format", "jsonl"),
        ("/api/v1/kwic?order=value-desc", "bad-order", "left"),
        ("/api/v1/cite?id=x&style=chicago", "bad-style", "bibtex"),
    ],
)
def test_what_the_api_does_not_know_it_refuses(client: FlaskClient, url: str, code: str, named: str) -> None:
    """A parameter or value that is none would be answered for another question: it is refused, with those that are."""
    body = get(client, url, 400)
    assert body["code"] == code
    assert named in body["detail"]


def test_pages_ignore_what_they_do_not_know(client: FlaskClient) -> None:
    """What a link was decorated with on its way changes no page."""
    assert client.get("/search?q=密云&utm_source=x").status_code == 200


def test_a_body_that_is_no_form_is_refused(client: FlaskClient) -> None:
    """A client that sends JSON, or says that it sends none, is told what is wanted."""
    wanted = client.post("/api/v1/locate", data={"quote": "北京市密云区共结对帮扶6个受援地区"})
    assert wanted.get_json()["matches"]
    for content, body in (("application/json", '{"quote": "密云"}'), ("text/plain", "quote=密云"), ("application/xml", "<quote/>")):
        answer = client.post("/api/v1/locate", data=body.encode(), content_type=content)
        assert (answer.status_code, answer.get_json(force=True)["code"]) == (415, "no-form")
    assert get(client, "/api/v1/locate?quote=", 400)["code"] == "missing-quote"
    assert client.post("/api/v1/locate", data={"quote": "密云", "more": "1"}).status_code == 400


@pytest.mark.parametrize(
    ("url", "status", "said"),
    [
        ("/api/v1/search?years=2019&lang=en", 400, "no parameter"),
        ("/api/v1/search?page=0&lang=en", 400, "integer"),
        ("/api/v1/search?region=nowhere&lang=en", 400, "place"),
        ("/api/v1/search?year=soon&lang=en", 400, "year"),
        ("/api/v1/search?program=nothing&lang=en", 400, "leadership"),
        ("/api/v1/search?page=1000000&lang=en", 404, "export"),
        ("/api/v1/documents/none?lang=en", 404, "document"),
        ("/api/v1/passages/none?lang=en", 404, "passage"),
        ("/api/v1/figures?min=much&lang=en", 400, "number"),
        ("/api/v1/locate?lang=en", 400, "quote"),
    ],
)
def test_errors_speak_the_readers_language(client: FlaskClient, url: str, status: int, said: str) -> None:
    """With lang=en the sentence is English, without a Chinese word that is not the reader's own."""
    detail = get(client, url, status)["detail"]
    assert said in detail
    assert not re.search("[\u4e00-\u9fff]", detail), detail


def test_documents_are_paged(client: FlaskClient) -> None:
    """Pages of the list of documents are the list, part by part; the total is that of all."""
    whole = get(client, "/api/v1/documents")
    pages = [get(client, f"/api/v1/documents?page={page}&size=2") for page in range(1, len(whole["documents"]) // 2 + 2)]
    assert [one for page in pages for one in page["documents"]] == whole["documents"]
    assert {page["total"] for page in pages} == {whole["total"]} == {len(whole["documents"])}


@pytest.mark.parametrize("most", [1, 2, 1_000])
def test_a_long_list_of_documents_is_written_as_it_is_read(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Beyond so many documents the whole list is streamed, and is the same list."""
    whole = get(client, "/api/v1/documents")
    monkeypatch.setattr("web.routes.api.MOST_DOCUMENTS", most)
    response = client.get("/api/v1/documents")
    assert ("Content-Length" in response.headers) == (most >= len(whole["documents"]))
    assert response.get_json() == whole


def test_every_member_sent_is_described(client: FlaskClient, aged: Aged, openapi: Json) -> None:
    """The schemas are closed, so a member that the description lacks breaks it; a gone passage's body is described too."""
    assert openapi["components"]["schemas"]["Hit"]["additionalProperties"] is False
    gone = get(aged.client, f"/api/v1/passages/{aged.gone}", 410)
    schema = openapi["paths"]["/api/v1/passages/{id}"]["get"]["responses"]["410"]["content"]["application/problem+json"]["schema"]
    assert faults(gone, schema, openapi) == []
    hit = openapi["components"]["schemas"]["Hit"]
    body = get(client, "/api/v1/search?q=密云&size=1")["hits"][0]
    assert faults({**body, "more": 1}, hit, openapi)
    assert faults({name: value for name, value in body.items() if name != "tier"}, hit, openapi)


def test_the_description_says_what_is_sent_in_which_form(client: FlaskClient, openapi: Json) -> None:
    """Every export and every citation answers with a media type that the description names; every operation has tag and summary."""
    for path, name in (("/api/v1/export", "format"), ("/api/v1/cite", "style")):
        operation = openapi["paths"][path]["get"]
        (parameter,) = [one for one in operation["parameters"] if one["name"] == name]
        document = get(client, "/api/v1/documents")["documents"][0]["id"]
        for value in parameter["schema"]["enum"]:
            answer = client.get(f"{path}?{name}={value}" + (f"&id={document}" if path.endswith("cite") else "&q=密云"))
            assert answer.status_code == 200
            assert answer.mimetype in operation["responses"]["200"]["content"], value
    for operations in openapi["paths"].values():
        for operation in operations.values():
            assert operation["tags"]
            assert operation["summary"]


def test_figures_as_a_table(client: FlaskClient) -> None:
    """The CSV holds the same figures, bounded and by unit, and no cell is a formula."""
    body = get(client, "/api/v1/figures?q=资金&unit=CNY&min=1000000")
    rows = list(
        csv.DictReader(io.StringIO(client.get("/api/v1/figures.csv?q=资金&unit=CNY&min=1000000").get_data(as_text=True).lstrip("\ufeff")))
    )
    assert len(rows) == body["total"] > 0
    assert all(figure["value"] >= 1_000_000 and figure["unit"] == "CNY" for figure in body["figures"])
    assert [float(row["value"]) for row in rows] == [figure["value"] for figure in body["figures"]]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


@pytest.mark.parametrize("name", ["figures.xlsx", "relations.csv", "relations.xlsx", "relations.graphml"])
def test_records_are_downloads(client: FlaskClient, name: str) -> None:
    """Figures and relations answer as files with a name."""
    answer = client.get(f"/api/v1/{name}?q=密云")
    assert answer.status_code == 200
    assert f"bangfu-{name}" in answer.headers["Content-Disposition"]
    assert len(answer.get_data()) > 500


@pytest.mark.parametrize("form", ["csv", "jsonl", "bibtex", "ris", "gbt7714", "markdown", "docx"])
def test_exports_are_downloads(client: FlaskClient, form: str) -> None:
    """Each form of export answers as a file with its type and name."""
    answer = client.get(f"/api/v1/export?q=消费扶贫&format={form}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    assert len(answer.get_data()) > 100


def test_suggestions_as_one_types(client: FlaskClient) -> None:
    """Characters and pinyin lead to words of the collection; nothing typed gives nothing."""
    assert any("消费" in item["text"] for item in get(client, "/api/v1/suggest?q=消费")["suggestions"])
    assert any("密云" in item["text"] for item in get(client, "/api/v1/suggest?q=miyun")["suggestions"])
    assert get(client, "/api/v1/suggest?q=")["suggestions"] == []


def test_oembed(client: FlaskClient, library: Library) -> None:
    """A permalink has a card: a frame that other sites may show and that runs nothing."""
    _document, passage = identifiers(library)
    body = get(client, f"/oembed?url=http://localhost/p/{passage}&maxwidth=400")
    assert (body["type"], body["version"], body["width"]) == ("rich", "1.0", 400)
    card = client.get(f"/embed/{passage}")
    assert "frame-ancestors *" in card.headers["Content-Security-Policy"]
    assert "<script" not in card.get_data(as_text=True)
    assert client.get("/oembed?url=http://localhost/search").status_code == 404
    assert client.get("/oembed?url=http://localhost/p/x&format=xml").status_code == 400


@given(st.integers(1790, 2210), st.integers(1790, 2210))
def test_years_are_described_exactly(first: int, last: int) -> None:
    """The pattern takes the years and ranges that the library takes, and no others: a range never runs backwards."""
    pattern = re.compile(years_pattern())
    assert bool(pattern.match(f"{first}-{last}")) == (1800 <= first <= last <= 2200)
    assert bool(pattern.match(str(first))) == (1800 <= first <= 2200)
