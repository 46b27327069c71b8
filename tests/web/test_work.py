"""What nobody waits for any more, or takes too long, is broken off, with an honest 503; all else goes on as it was."""

from __future__ import annotations

from asyncio import Future, new_event_loop
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import pytest
from flask import Flask

from search import Library, WorkStopped, under
from search.question import Question
from search.work import go_on
from web.front import Front

ROWS = 1_000


def test_nothing_is_bounded_unless_told() -> None:
    """A build, and the command, go on for ever."""
    go_on()
    with under(60):
        go_on()
    go_on()


def test_time_is_up_and_nobody_waits() -> None:
    """Both are told by a sentence with a way out; an inner budget ends with its block."""
    now = [0.0]
    with under(10, clock=lambda: now[0]):
        go_on()
        now[0] = 10.5
        with pytest.raises(WorkStopped, match="中止") as caught:
            go_on()
        assert caught.value.hint
        with under(10, clock=lambda: now[0]):
            go_on()
    with under(10, lambda: True), pytest.raises(WorkStopped):
        go_on()


def test_searching_and_exporting_are_broken_off(library: Library) -> None:
    """Every way that goes over rows comes by the question whether to go on."""
    ways: tuple[Callable[[], object], ...] = (
        lambda: library.search("帮扶 群众 2019"),
        lambda: list(library.export(Question("帮扶"), "csv")),
        lambda: library.kwic(Question("扶贫")),
        lambda: library.figures(Question("资金")),
        lambda: library.relations(Question("")),
    )
    for way in ways:
        with under(-1), pytest.raises(WorkStopped):
            way()
        way()


def test_the_site_says_503(app: Flask) -> None:
    """A page and an answer of the API whose time is up, in the form that was asked for, to be asked again later."""
    client = app.test_client()
    for path in ("/search?q=%E5%B8%AE&view=kwic", "/api/v1/figures?q=%E5%B8%AE"):
        with under(-1):
            answer = client.get(path)
        assert answer.status_code == 503, path
        assert answer.headers["Retry-After"]
        assert client.get(path).status_code == 200


@pytest.fixture
def gone() -> Iterator[Future[None]]:
    """Whether a reader has gone."""
    loop = new_event_loop()
    yield loop.create_future()
    loop.close()


def test_rows_stop_when_the_reader_has_gone(gone: Future[None], tmp_path: Any) -> None:
    """A streamed answer is not worked out to its end for somebody who left, whatever it does between its pieces."""
    worked = 0

    def app(_: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])

        def rows() -> Iterator[bytes]:
            nonlocal worked
            yield b"head\n"
            for at in range(ROWS):
                go_on()
                worked += 1
                if at == 10:
                    gone.set_result(None)
            yield b"rows\n"

        return rows()

    front = Front(app)
    front._folder = type("Folder", (), {"name": str(tmp_path)})()
    answer = front._worked({"REQUEST_METHOD": "GET"}, gone)
    assert answer is not None
    assert answer.status == 503
    assert worked == 11
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("quick", "status"), [(True, 503), (False, 200)])
def test_costly_answers_may_take_longer(quick: bool, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request of the costly lane has a multiple of the time of others."""
    now = [0.0]

    def app(_: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        now[0] += 15
        go_on()
        start_response("200 OK", [])
        return [b"ok"]

    monkeypatch.setattr("web.front.under", partial(under, clock=lambda: now[0]))
    reply = Front(app, seconds=10)._worked({"REQUEST_METHOD": "GET"}, None, quick=quick)
    assert reply is not None
    assert reply.status == status
