"""No request stops another: slow bodies, floods, costly answers and readers that go away, against the real server."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.packaging.wheel import fetch, free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]
SEARCH = "/search?q=%E5%B8%AE%E6%89%B6"


class Server:
    """`bangfu serve` over an index, with what it wrote on standard error."""

    def __init__(self, index: str, folder: Path, *, workers: int = 1, **settings: object) -> None:
        self.port, self.log = free_port(), folder / "log"
        command = [sys.executable, "-m", "search", "serve", "--engine", index, "--port", str(self.port), "--workers", str(workers)]
        environment = {**os.environ, **{f"BANGFU_{name.upper()}": str(value) for name, value in settings.items()}}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=log)
        wait_for(self.port, self.process)

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(60)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def raw(self, data: bytes) -> bytes:
        """What is answered to these bytes until the server closes, or is silent for a second."""
        with self.connect() as connection:
            connection.sendall(data)
            connection.settimeout(3)
            answer = b""
            try:
                while piece := connection.recv(65_536):
                    answer += piece
            except OSError:
                pass
            return answer


@pytest.fixture(scope="module")
def server(index: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One worker, so that nothing can be answered by another."""
    made = Server(index, tmp_path_factory.mktemp("server"), access_log=1)
    yield made
    made.close()


def test_slow_bodies_stop_nobody(server: Server) -> None:
    """Forty clients that never finish their body: pages and health go on at once, and each of the forty is sent away in time."""
    head = b"POST /locate HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\nquote="
    with ExitStack() as stack:
        slow = [stack.enter_context(server.connect()) for _ in range(40)]
        for connection in slow:
            connection.sendall(head)
        time.sleep(0.5)
        assert fetch(server.port, "/healthz")[0] == 200
        assert fetch(server.port, SEARCH)[0] == 200
        for connection in slow:
            assert b" 408 " in connection.recv(4_096).split(b"\r\n")[0]
            assert connection.recv(1) == b""  # and the connection is closed
    assert fetch(server.port, SEARCH)[0] == 200


def test_a_body_arrives_whole(server: Server) -> None:
    """A form reaches the site as it was sent, in however many pieces; a body of unknown length, or one broken off, is refused."""
    form = b"quote=%E5%B8%AE%E6%89%B6"
    head = b"POST /api/v1/locate HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    with server.connect() as connection:
        connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(form))
        for byte in form:
            connection.sendall(bytes([byte]))
            time.sleep(0.01)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert "matches" in json.loads(answer.partition(b"\r\n\r\n")[2])
    chunked = server.raw(head + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(b"1\r\n%c\r\n" % byte for byte in form) + b"0\r\n\r\n")
    assert chunked.split(b" ")[1] == b"411"


@pytest.mark.parametrize("length", ["2000000", "99999999999999999999"])
def test_a_large_body_is_refused_before_it_is_read(server: Server, length: str) -> None:
    """The length alone is enough to be sent away."""
    answer = server.raw(f"POST /locate HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n".encode())
    assert answer.split(b" ")[1] in (b"413", b"400")


MALFORMED = (
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n",
    b"POST /locate HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST /locate HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
    b"GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"G\xff / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /" + b"a" * 500_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 500_000 + b"\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00",
    b"\r\n\r\n\r\n",
)


@pytest.mark.parametrize("data", MALFORMED, ids=range(len(MALFORMED)))
def test_what_is_no_request_is_refused(server: Server, data: bytes) -> None:
    """Malformed and ambiguous requests get a 4xx or a closed connection, never two answers, never a 5xx."""
    statuses = re.findall(rb"HTTP/1\.1 (\d{3})", server.raw(data))
    assert all(status[:1] == b"4" for status in statuses[:1])
    assert all(status[:1] != b"5" for status in statuses)
    assert fetch(server.port, "/healthz")[0] == 200


def test_an_export_is_streamed_and_may_be_left(server: Server) -> None:
    """An export arrives whole with its length; readers that hang up, or do not read, cost the others nothing."""
    url = "/api/v1/export?q=&format=csv"
    status, body = fetch(server.port, url)
    assert status == 200
    assert body.count(b"\r\n") > 100
    request = f"GET {url} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
    with ExitStack() as stack:
        for number in range(6):
            connection = stack.enter_context(server.connect())
            connection.sendall(request)
            if number % 2:
                connection.close()
        assert fetch(server.port, SEARCH)[0] == 200
        assert fetch(server.port, url)[1] == body


def test_answers_are_those_of_the_site(server: Server) -> None:
    """Paths, queries, HEAD, encodings and conditions pass through as they are."""
    for path, status in (("/", 200), ("/no%20such%FF", 404), ("/d/%E4%B8%AD", 404), ("/api/v1/search?page=0", 400), ("/favicon.ico", 301)):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        for method in ("GET", "HEAD"):
            connection.request(method, path, headers={"Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            body = answer.read()
            assert (answer.status, bool(body)) == (status, method == "GET"), (method, path)
            assert re.fullmatch("[0-9a-f]{16}", answer.headers["X-Request-Id"])
        connection.close()


def test_the_access_log_keeps_queries_private(server: Server) -> None:
    """A line of JSON per request, with id, path, status and time, and without what was asked."""
    fetch(server.port, "/search?q=%E7%A7%98%E5%AF%86")
    time.sleep(0.2)
    lines = [json.loads(line) for line in server.log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    assert {"time", "id", "client", "method", "path", "status", "bytes", "ms"} <= set(lines[-1])
    assert all("query" not in line and "秘密" not in str(line) and "%E7" not in str(line) for line in lines)


def test_a_flood_is_shed(index: str, tmp_path: Path) -> None:
    """Where more wait for costly answers than may, the rest is told to come back; pages and health do not wait behind them."""
    flooded = Server(index, tmp_path, costly_limit_per_minute=0)
    try:
        request = b"GET /api/v1/export?q=&format=docx HTTP/1.1\r\nHost: a\r\n\r\n"
        with ExitStack() as stack:
            connections = [stack.enter_context(flooded.connect()) for _ in range(40)]
            for connection in connections:
                connection.sendall(request)
            assert fetch(flooded.port, SEARCH)[0] == 200
            heads = [connection.recv(400) for connection in connections]
        statuses = [int(head.split(b" ")[1]) for head in heads]
        assert set(statuses) == {200, 503}
        assert all(b"retry-after" in head.lower() for head, status in zip(heads, statuses, strict=True) if status == 503)
        assert b'bangfu_rejected_total{reason="busy"}' in fetch(flooded.port, "/metrics")[1]
    finally:
        flooded.close()


def test_limits_and_metrics_are_those_of_all_workers(index: str, tmp_path: Path) -> None:
    """Three workers count a client's requests together, and the metrics of each tell of all."""
    limited = Server(index, tmp_path, workers=3, rate_limit_per_minute=20)
    try:
        if time.time() % 60 > 20:
            time.sleep(61 - time.time() % 60)  # so that all fall into one window
        statuses = [fetch(limited.port, SEARCH)[0] for _ in range(40)]
        assert statuses.count(200) == 20
        assert statuses[-1] == 429
        text = fetch(limited.port, "/metrics")[1].decode()
        counts = dict(re.findall(r'bangfu_requests_total\{endpoint="pages.search",status="(\d+)"\} (\d+)', text))
        assert (counts["200"], counts["429"]) == ("20", "20")
        assert "bangfu_request_seconds_bucket" in text
        stages = dict(re.findall(r'bangfu_stage_seconds_count\{stage="(\w+)"\} (\d+)', text))
        assert int(stages["waiting"]) - int(stages["working"]) in (0, 1)  # the one that asks is at work
        assert int(stages["rendering"]) >= 1  # what was kept is not rendered again
    finally:
        limited.close()
