"""docs/security.md lists every requirement of the standard's first level and names tests that are there; and the tests it has of its
own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask

from search import Settings, build, open_library
from web import create_app

ROOT = Path(__file__).resolve().parents[2]
LEVEL_1 = """
2.1.1–12 2.2.1–3 2.3.1 2.5.1–6 2.7.1–4 2.8.1 3.1.1 3.2.1–3 3.3.1–2 3.4.1–5 3.7.1 4.1.1–3 4.1.5 4.2.1–2 4.3.1–2 5.1.1–5 5.2.1–8 5.3.1–10
5.5.1–4 6.2.1 7.1.1–2 7.4.1 8.2.1–3 8.3.1–4 9.1.1–3 10.3.1–3 11.1.1–5 12.1.1 12.3.1–5 12.4.1–2 12.5.1–2 12.6.1 13.1.1 13.1.3 13.2.1–3
13.3.1 14.2.1–3 14.3.2–3 14.4.1–7 14.5.1–3
"""
"""The requirements of level 1 of ASVS 4.0.3, in ranges."""
ROWS = [
    line.strip("| ").split(" | ") for line in (ROOT / "docs/security.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")
]
ADDRESSES = ("/", "/search?q=a", "/api/v1/search", "/api/v1/openapi.json", "/no-such", "/feed.atom", "/robots.txt", "/metrics", "/readyz")
CODE = sorted(path for folder in ("search", "web") for path in (ROOT / folder).rglob("*.py"))


def points(said: str) -> Iterator[str]:
    """The requirements that a cell names, ranges spelled out."""
    for part in said.replace(",", " ").split():
        first, _, last = part.partition("–")
        head, _, start = first.rpartition(".")
        yield from (f"{head}.{at}" for at in range(int(start), int((last or first).rpartition(".")[2]) + 1))


def test_every_requirement_is_listed_once() -> None:
    """All of level 1, none twice, none that is not."""
    listed = [point for row in ROWS if row[0][0].isdigit() for point in points(row[0])]
    assert sorted(listed) == sorted(points(LEVEL_1))


def test_the_tests_named_are_there() -> None:
    """Each is a function of its file; a row without one says why there is nothing to test."""
    for row in (row for row in ROWS if row[0][0].isdigit()):
        assert len(row) == 4, row
        for named in filter(lambda name: name != "–", row[3].split(", ")):
            file, _, function = named.partition("::")
            assert f"def {function}(" in (ROOT / file).read_text(encoding="utf-8"), named


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A site over one document, with a token."""
    place = tmp_path_factory.mktemp("secure")
    (place / "甲.txt").write_text("2019年，密云区帮扶滦平县，投入资金三百万元。\n", encoding="utf-8")
    build([place / "甲.txt"], f"whoosh:{place / 'index'}")
    with open_library(f"whoosh:{place / 'index'}") as library:
        yield create_app(library, Settings(read_token="secret"))


def test_the_token_is_no_part_of_an_address(guarded: Flask) -> None:
    """It opens nothing as a parameter, a cookie or the name of a user."""
    client = guarded.test_client()
    for how in (
        {"query_string": {"token": "secret", "access_token": "secret"}},
        {"auth": ("secret", "secret")},
        {"headers": {"Cookie": "token=secret"}},
    ):
        assert client.get("/api/v1/search", **how).status_code == 401
    assert client.get("/api/v1/search", headers={"Authorization": "Bearer secret"}).status_code == 200


def test_nothing_can_be_changed_by_a_request(guarded: Flask) -> None:
    """Every address takes GET and HEAD alone, and POST where a long quote or list is sent; the rest is 405 or 404."""
    rules = {rule.rule: (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"} for rule in guarded.url_map.iter_rules()}
    assert {path for path, methods in rules.items() if methods} <= {"/locate", "/api/v1/locate", "/list/<form>"}
    assert all(methods <= {"POST"} for methods in rules.values())
    client = guarded.test_client()
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"):
        assert client.open("/search", method=method).status_code == 405, method


def test_redirects_stay_here(guarded: Flask) -> None:
    """Whatever is asked for, an answer that leads on leads to a path of this site."""
    client = guarded.test_client()
    for path in (
        "//evil.example/",
        "/p/%2f%2fevil.example",
        "/search?q=a&page=1&url=https://evil.example",
        "/d/..%2f..%2f",
        "/p/a?q=%0d%0aLocation:x",
    ):
        answer = client.get(path, headers={"X-Forwarded-Host": "evil.example", "Referer": "https://evil.example/"})
        assert urlsplit(answer.headers.get("Location", "")).netloc in ("", "localhost"), path


def test_answers_say_what_they_are(guarded: Flask) -> None:
    """Every answer has a type, its character set where it is text, and `nosniff`; none names a version of anything."""
    client = guarded.test_client()
    for path in ADDRESSES:
        headers = client.get(path, headers={"Authorization": "Bearer secret"}).headers
        assert headers["X-Content-Type-Options"] == "nosniff", path
        kind = headers["Content-Type"]
        assert "charset=utf-8" in kind or "json" in kind, (path, kind)
        assert not re.search(r"Werkzeug|Python|granian|Flask", str(headers), re.IGNORECASE), path


def test_only_pictures_are_for_other_sites(guarded: Flask) -> None:
    """No page and no answer of the API may be read by pages of other sites, whatever origin they state."""
    client = guarded.test_client()
    for path in ADDRESSES:
        for origin in ("null", "https://evil.example"):
            assert "Access-Control-Allow-Origin" not in client.get(path, headers={"Origin": origin}).headers, path
    allowing = [path for path in CODE if "Access-Control-Allow" in path.read_text(encoding="utf-8")]
    assert {path.name for path in allowing} == {"http.py", "facsimile.py"}  # the former for origins that the keeper names


def test_no_code_and_no_command_is_made_of_text() -> None:
    """No `eval`, `exec` or `compile` of text, no shell, in all the code."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else ""
                assert name not in ("eval", "exec", "compile"), f"{path}:{node.lineno}"
                assert not any(word.arg == "shell" for word in node.keywords), f"{path}:{node.lineno}"
                assert ast.unparse(node.func) not in ("os.system", "os.popen"), f"{path}:{node.lineno}"


def test_the_site_opens_no_connections() -> None:
    """Modules that could are not imported by the site or by what answers; the command, the library of another site, and a
    cluster that the keeper names may."""
    reaching = {"urllib.request", "http.client", "requests", "httpx", "ftplib", "smtplib", "socket"}
    for path in CODE:
        if any(path.is_relative_to(ROOT / "search" / name) for name in ("command", "engine/opensearch", "remote.py")):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not reaching.intersection(names), path
