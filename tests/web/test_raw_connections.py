"""Connections that speak no good HTTP, against the real server; two thousand are `make torture`."""

from __future__ import annotations

import random
from pathlib import Path

from tests.torture import raw_connections
from tests.torture.server import serving


def test_what_is_no_http_stops_nobody(index: str) -> None:
    """Cut off, slow, endless, smuggled, contradicting: answers below 500 or none, no more than requests, and pages as before."""
    with serving(Path(index.removeprefix("whoosh:")), rate_limit_per_minute=0) as server:
        kinds, wrong = raw_connections.run(server.port, 3 * len(raw_connections.KINDS), seed=5)
        assert not wrong
        assert len(kinds) >= 9
        assert server.get("/search?q=%E5%B8%AE%E6%89%B6")[0] == 200


def test_a_hidden_request_that_is_answered_would_be_noticed() -> None:
    """The law itself: two answers to one request, the answer of what was hidden, or a 500 are faults."""
    chance = random.Random(1)
    spoken = next(one for _ in range(50) if (one := raw_connections._smuggled_length(chance)))
    assert not raw_connections.fault_of(spoken, b"HTTP/1.1 400 Bad\r\n\r\n")
    assert raw_connections.fault_of(spoken, b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 404 no\r\n\r\n")
    assert raw_connections.fault_of(spoken, b"HTTP/1.1 404 no\r\n\r\n")
    assert raw_connections.fault_of(spoken, b"HTTP/1.1 500 no\r\n\r\n")
