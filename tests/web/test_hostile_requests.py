"""A few hundred absurd requests: every one is answered, none with an error of ours."""

from __future__ import annotations

from flask import Flask

from search import Settings, build
from tests.torture.hostile_requests import faults
from web import create_app


def test_hostile_requests_get_an_answer() -> None:
    """No status of 500 or above, no traceback, no path of the server; the long run is `make torture`."""
    build(["seeds"], "memory:hostile")
    client = _app().test_client()

    def fetch(path: str) -> tuple[int, str]:
        answer = client.get(path)
        return answer.status_code, answer.get_data(as_text=False).decode("utf-8", "replace")

    assert faults(fetch, 400) == []


def _app() -> Flask:
    app = create_app("memory:hostile", Settings())
    app.testing = False
    return app
