"""Behind a proxy, and before strangers: whose word counts, which hosts are answered for, below which path, who may read."""

from __future__ import annotations

import re
import socket

import pytest
from click.testing import CliRunner
from flask import Flask

from search import Library, Settings, read_settings
from search.command.cli import main
from web import create_app

SEARCH = "/search?q=%E5%B8%AE%E6%89%B6"


def site(library: Library, **settings: object) -> Flask:
    """The site under these settings."""
    return create_app(library, Settings(**settings))  # type: ignore[arg-type]


def statuses(app: Flask, address: str, clients: list[str]) -> list[int]:
    """What each of these clients gets that a proxy at the address speaks for."""
    headers = [{"X-Forwarded-For": client} for client in clients]
    return [app.test_client().get(SEARCH, headers=one, environ_overrides={"REMOTE_ADDR": address}).status_code for one in headers]


def test_only_named_proxies_are_believed(library: Library) -> None:
    """A named proxy's clients are counted one by one; a stranger cannot pass for many."""
    clients = [f"198.51.100.{number}" for number in range(6)]
    for address, expected in (("10.1.2.3", [200] * 6), ("203.0.113.9", [200] * 3 + [429] * 3)):
        app = site(library, trusted_proxies="10.0.0.0/8, 127.0.0.1", rate_limit_per_minute=3)
        assert statuses(app, address, clients) == expected
    app = site(library, rate_limit_per_minute=3)
    assert statuses(app, "10.1.2.3", clients) == [200] * 3 + [429] * 3


def test_a_clients_own_word_is_not_the_proxys(library: Library) -> None:
    """Of several forwarded addresses the last counts, which the proxy has written."""
    app = site(library, trusted_proxies="10.0.0.1", rate_limit_per_minute=3)
    clients = [f"192.0.2.{number}, 198.51.100.7" for number in range(5)]
    assert statuses(app, "10.0.0.1", clients) == [200] * 3 + [429] * 2


@pytest.mark.parametrize(
    ("host", "status"), [("archive.example", 200), ("a.example.org", 200), ("localhost:8000", 200), ("evil.test", 400), ("", 400)]
)
def test_other_hosts_are_not_answered_for(library: Library, host: str, status: int) -> None:
    """With an allow-list a request for another host is refused, so that no cache learns it."""
    app = site(library, allowed_hosts="archive.example, .example.org")
    answer = app.test_client().get("/robots.txt", headers={"Host": host})
    assert answer.status_code == status
    assert status == 200 or "evil" not in answer.get_data(as_text=True)


def test_all_addresses_are_below_the_path(library: Library) -> None:
    """Under a path every link, form and redirect of a page leads below it, whether or not the proxy takes it off; absolute ones, once."""
    app = site(library, base_url="https://example.org/archive/")
    client = app.test_client()
    document = library.documents()[0].id
    for path in ("/", SEARCH, f"/d/{document}", "/help", "/pairs", "/nothing"):
        bodies = [client.get(prefix + path).get_data(as_text=True) for prefix in ("", "/archive")]
        assert bodies[0] == bodies[1]
        found = re.findall(r'(?:href|src|action)="(/[^"]*)"', bodies[0])
        assert found
        assert all(address.startswith("/archive/") for address in found), path
        assert "/archive/archive" not in bodies[0]
        assert 'data-suggest="/archive/api/v1/suggest"' in bodies[0]
    for _ in range(2):  # the second time as it was kept
        packed = client.get(SEARCH, headers={"Accept-Encoding": "gzip"})
        plain = client.get(SEARCH).get_data(as_text=True)
        assert packed.status_code == 200
        assert 'href="/search' not in plain
    passage = library.document(document).document.passages[0].id
    assert client.get(f"/archive/p/{passage}").headers["Location"].startswith("/archive/d/")
    assert "https://example.org/archive/d/" in client.get("/archive/sitemap-1.xml").get_data(as_text=True)
    assert client.get("/archivex").status_code == 404


def test_addresses_of_the_api_are_below_the_path(library: Library) -> None:
    """Permalinks and addresses in JSON lead below the path, and answer there; what only looks like one, in a text, stays as it is."""
    client = site(library, base_url="https://example.org/archive").test_client()
    found = client.get("/archive/api/v1/search?q=%E5%B8%AE%E6%89%B6").get_json()["hits"][0]
    assert found["permalink"] == f"/archive/p/{found['id']}"
    assert found["url"].startswith("/archive/d/")
    assert client.get(found["permalink"]).status_code in (301, 302, 308)
    said = client.get("/archive/api/v1/search", query_string={"q": '"permalink": "/p/x"'}).get_json()
    assert said["query"]["text"] == '"permalink": "/p/x"'


def test_text_of_a_reader_is_not_rewritten(library: Library) -> None:
    """What was searched for stays in the box as it was typed."""
    page = site(library, base_url="https://example.org/archive").test_client().get("/search?q=/p/x").get_data(as_text=True)
    assert 'value="/p/x"' in page


def test_https_is_asked_for_when_told(library: Library) -> None:
    """Strict-Transport-Security is sent with the time set, and not otherwise."""
    assert site(library, hsts_seconds=600).test_client().get("/").headers["Strict-Transport-Security"] == "max-age=600"
    assert "Strict-Transport-Security" not in site(library).test_client().get("/").headers


def test_a_token_guards_api_and_feeds(library: Library) -> None:
    """Programs need the token, in the header alone; pages stay open."""
    client = site(library, read_token="s3cret-令牌").test_client()
    for path in ("/api/v1/search?q=x", "/api/v1/export?q=", "/feed.atom?q=x"):
        assert client.get(path).status_code == 401
        assert "Bearer" in client.get(path).headers["WWW-Authenticate"]
        assert client.get(f"{path}&token=s3cret").status_code == 401
        assert client.get(path, headers={"Authorization": "Bearer wrong"}).status_code == 401
    plain = site(library, read_token="s3cret").test_client()
    assert plain.get("/api/v1/search?q=x", headers={"Authorization": "Bearer s3cret"}).status_code == 200
    assert plain.get(SEARCH).status_code == 200


@pytest.mark.parametrize(
    ("environ", "match"),
    [
        ({"BANGFU_MAX_EXPORT_ROW": "5"}, "BANGFU_MAX_EXPORT_ROWS"),
        ({"BANGFU_MAX_EXPORT_ROWS": "many"}, "whole number"),
        ({"BANGFU_MAX_EXPORT_ROWS": "0"}, "must not be 0"),
        ({"BANGFU_CACHE_BYTES": "-1"}, "must not be -1"),
        ({"BANGFU_TRUSTED_PROXIES": "everyone"}, "everyone"),
        ({"BANGFU_BASE_URL": "example.org"}, "BASE_URL"),
    ],
)
def test_settings_are_checked_at_the_start(environ: dict[str, str], match: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is none of ours, and a value that makes no sense, are refused by name before anything is done."""
    with pytest.raises(ValueError, match=match):
        read_settings(environ)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert CliRunner().invoke(main, ["serve"]).exit_code == 2


def test_settings_that_make_sense_are_taken() -> None:
    """Numbers and texts come as they are; what is not ours is not looked at."""
    settings = read_settings({"BANGFU_CACHE_BYTES": "0", "BANGFU_SITE_NAME": "甲", "BANGFU_ENGINE": "whoosh:x", "PATH": "/bin"})
    assert (settings.cache_bytes, settings.site_name) == (0, "甲")


def test_one_server_per_port(index: str) -> None:
    """A second server on a port is refused with a sentence, even where the system would let both listen."""
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = CliRunner().invoke(main, ["serve", "--engine", index, "--port", str(taken.getsockname()[1])])
    assert result.exit_code == 2
    assert "端口" in result.output
