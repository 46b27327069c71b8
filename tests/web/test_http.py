"""What holds for every answer: headers, validators, compression, limits, and no fault of ours whatever is asked."""

from __future__ import annotations

import gzip
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import Library, Settings
from tests.web.conftest import Reader
from web import create_app

PAGES = ["/", "/search?q=扶贫", "/help", "/no-such-page", "/search?page=0", "/api/v1/search?q=扶贫", "/api/v1/nothing"]


@pytest.mark.parametrize("url", PAGES)
def test_security_headers(client: FlaskClient, url: str) -> None:
    """Every answer has a strict content policy, keeps queries private and sets no cookie."""
    headers = client.get(url).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("url", ["/", "/search?q=扶贫", "/api/v1/search?q=扶贫"])
def test_pages_are_compressed_and_revalidated(client: FlaskClient, url: str) -> None:
    """A page is gzipped where accepted, carries a validator, and is 304 when unchanged."""
    plain = client.get(url)
    packed = client.get(url, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.get_data()) == plain.get_data()
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "private" in packed.headers["Cache-Control"]
    again = client.get(url, headers={"If-None-Match": packed.headers["ETag"], "Accept-Encoding": "gzip"})
    assert (again.status_code, again.get_data()) == (304, b"")


def test_static_files_are_kept_for_ever(read: Reader, client: FlaskClient) -> None:
    """Files named by the fingerprint are immutable; under any other name they are checked again."""
    address = read("/").one('link[rel="stylesheet"]').attributes["href"] or ""
    assert "immutable" in client.get(address).headers["Cache-Control"]
    parts = address.split("/")
    parts[2] = "old"
    assert "immutable" not in client.get("/".join(parts)).headers["Cache-Control"]
    assert client.get("/static/x/../../__init__.py").status_code == 404
    for module in ("site", "box", "copy", "drawer", "facets", "document", "live"):
        answer = client.get(f"{address.rpartition('/')[0]}/js/{module}.js")
        assert answer.mimetype == "text/javascript"


def test_errors_are_pages_in_words(read: Reader) -> None:
    """404 and 400 are pages with a sentence, a way on, and no index."""
    page = read("/no-such-page", 404)
    assert "没有这一页" in page.text("h1")
    assert page.all("main a")
    assert page.one('meta[name="robots"]').attributes["content"] == "noindex"
    assert "排序“best”不能用" in read("/search?sort=best", 400).text("main")


def test_limits(library: Library) -> None:
    """Too long, too large and too often are 414, 413 and 429, the last with the time to wait."""
    client = create_app(library, Settings(rate_limit_per_minute=3)).test_client()
    assert client.get("/search?q=" + "长" * 40_000).status_code == 414
    assert client.post("/locate", data=b"x" * 1_100_000).status_code == 413
    answers = [client.get("/help") for _ in range(5)]
    assert [answer.status_code for answer in answers][-1] == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert client.get("/healthz").status_code == 200


def test_no_index_is_503_with_the_command(tmp_path: object) -> None:
    """Without an index the site answers 503 and names the command; it is alive but not ready."""
    client = create_app(f"whoosh:{tmp_path}/nothing", Settings()).test_client()
    page = client.get("/search?q=扶贫")
    assert page.status_code == 503
    assert "bangfu build" in page.get_data(as_text=True)
    assert str(tmp_path) not in page.get_data(as_text=True)
    assert client.get("/api/v1/search").get_json(force=True)["code"] == "index-missing"
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    assert "bangfu_index_open 0" in client.get("/metrics").get_data(as_text=True)


def test_health_and_metrics(client: FlaskClient, library: Library) -> None:
    """Alive, ready with the generation, and counters in Prometheus form."""
    assert client.get("/healthz").get_data() == b"ok\n"
    assert library.manifest().generation in client.get("/readyz").get_data(as_text=True)
    text = client.get("/metrics").get_data(as_text=True)
    assert f"bangfu_passages {library.manifest().passages}" in text
    assert 'bangfu_requests_total{endpoint="machine.healthz",status="200"}' in text


def test_a_fault_of_ours_gives_nothing_away(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unexpected error is a page with a sentence; the trace stays in the log."""
    app = create_app(library, Settings())

    def broken(*_: object, **__: object) -> object:
        raise RuntimeError("secret /srv/path")

    monkeypatch.setattr(library, "overview", broken)
    answer = app.test_client().get("/")
    assert answer.status_code == 500
    assert "secret" not in answer.get_data(as_text=True)
    assert "Traceback" not in answer.get_data(as_text=True)


HOSTILE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "*",
            "***a",
            "((((((",
            '"',
            "AND",
            "NOT NOT",
            "-",
            "a\x00b",
            "\u202e",
            "地区:",
            "年份:x",
            "NEAR/99999",
            "x" * 10_000,
            "../../etc/passwd",
            "{{7*7}}",
            "%00",
        ]
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=150)
@given(
    path=st.sampled_from(
        [
            "/search",
            "/api/v1/search",
            "/facet/region",
            "/pairs",
            "/advanced",
            "/cite",
            "/feed.atom",
            "/api/v1/figures",
            "/api/v1/suggest",
            "/locate",
        ]
    ),
    parameters=st.dictionaries(
        st.sampled_from(
            ["q", "region", "year", "program", "document", "kind", "sort", "view", "page", "size", "find", "within", "quote", "off", "lang"]
        ),
        HOSTILE,
        max_size=4,
    ),
)
def test_nothing_asked_is_a_fault_of_ours(app: Flask, path: str, parameters: dict[str, str]) -> None:
    """No request, however odd, gets a 5xx or a trace."""
    answer = app.test_client().get(path, query_string=parameters)
    assert answer.status_code < 500, (path, parameters)
    assert "Traceback" not in answer.get_data(as_text=True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40))
def test_odd_identifiers_are_not_found(app: Flask, identifier: str) -> None:
    """Documents, passages and files by odd names are 404, not faults."""
    client = app.test_client()
    identifier = quote(identifier, safe="/")
    for path in (f"/d/{identifier}", f"/p/{identifier}", f"/api/v1/passages/{identifier}", f"/static/{identifier}", f"/embed/{identifier}"):
        assert client.get(path).status_code in (200, 301, 302, 308, 404, 410), path


def test_other_origins_read_where_the_keeper_says_so(library: Library) -> None:
    """CORS is off unless set; named origins alone are let in; a token can be asked for beforehand; pages stay closed."""
    quiet = create_app(library, Settings()).test_client()
    assert "Access-Control-Allow-Origin" not in quiet.get("/api/v1/documents", headers={"Origin": "https://a.example"}).headers
    named = create_app(library, Settings(cors_origins="https://a.example, https://b.example", read_token="secret")).test_client()
    for origin, allowed in (("https://a.example", True), ("https://b.example", True), ("https://c.example", False), ("", False)):
        answer = named.get("/api/v1/documents", headers={"Origin": origin, "Authorization": "Bearer secret"})
        assert answer.headers.get("Access-Control-Allow-Origin") == (origin if allowed else None)
        assert "Origin" in answer.headers["Vary"]
    asked = named.options("/api/v1/search", headers={"Origin": "https://a.example", "Access-Control-Request-Method": "GET"})
    assert asked.status_code == 200
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]
    every = create_app(library, Settings(cors_origins="*")).test_client()
    assert every.get("/api/v1/search?years=1").headers["Access-Control-Allow-Origin"] == "*", "errors can be read too"
    assert every.get("/feed.atom").headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in every.get("/search?q=x").headers
