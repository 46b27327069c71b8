"""Connections that speak no good HTTP: cut off, slow, endless, two requests in one, headers that contradict each other.

The law: what comes back are answers below 500 or an honest 503, never more of them than requests were sent, and none to a request that was
smuggled inside another; the server goes on answering everybody else. `python -m tests.torture.raw_connections --connections 2000`.
"""

from __future__ import annotations

import argparse
import random
import re
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.torture.server import over_seeds

HIDDEN = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
"""What is hidden inside another request. Whoever answers it answers 404, which nothing else here is answered by."""
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
SECONDS = 4.0
"""For which an answer is waited for."""


@dataclass(frozen=True)
class Spoken:
    """What is sent on a connection, piece by piece, with pauses in seconds. `requests`: how many answers may come at most."""

    kind: str
    pieces: tuple[bytes, ...]
    pause: float = 0.0
    requests: int = 1


def _head(chance: random.Random, *more: bytes, method: bytes = b"GET") -> bytes:
    path = chance.choice((b"/", b"/search?q=%E5%B8%AE", b"/api/v1/search", b"/healthz", b"/locate", b"/static/x", b"*", b"//a//b"))
    return b"\r\n".join((method + b" " + path + b" HTTP/1.1", b"Host: a", *more)) + b"\r\n\r\n"


def _broken_bytes(chance: random.Random) -> Spoken:
    data = bytearray(_head(chance, b"Accept: text/html", b"Cookie: a=b", b"User-Agent: " + b"x" * chance.choice((3, 300))))
    for _ in range(chance.randint(1, 6)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return Spoken("bytes broken", (bytes(data),), requests=2)


def _cut_off(chance: random.Random) -> Spoken:
    data = _head(chance, b"Content-Length: 40", method=b"POST") + b"quote=" + b"x" * 34
    return Spoken("cut off", (data[: chance.randrange(len(data))],))


def _rubbish(chance: random.Random) -> Spoken:
    return Spoken("rubbish", (chance.randbytes(chance.choice((1, 40, 4_000))),), requests=2)


def _endless_head(chance: random.Random) -> Spoken:
    size = chance.choice((9_000, 200_000))
    line = chance.choice(
        (b"GET /" + b"a" * size + b" HTTP/1.1\r\nHost: a\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * size + b"\r\n\r\n")
    )
    return Spoken("endless head", (line, b"X: y\r\n" * chance.choice((0, 5_000))), requests=2)  # what follows is another, of no sense


def _slow(chance: random.Random) -> Spoken:
    data = _head(chance, b"X: y")
    return Spoken("slow", tuple(data[at : at + 1 + len(data) // 12] for at in range(0, len(data), 1 + len(data) // 12)), pause=0.05)


def _slow_body(chance: random.Random) -> Spoken:
    size = chance.choice((10, 5_000, 999_999))
    head = b"POST /locate HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % size
    return Spoken("slow body", (head, b"quote=", b"x"), pause=0.3)


def _smuggled_length(chance: random.Random) -> Spoken:
    """Two lengths, or one beside chunks: whoever believes the other one finds a second request."""
    body = b"quote=a"
    headers = chance.choice(
        (
            (b"Content-Length: %d" % len(body), b"Content-Length: %d" % (len(body) + len(HIDDEN))),
            (b"Content-Length: %d" % (5 + len(HIDDEN)), b"Transfer-Encoding: chunked"),
            (b"Transfer-Encoding: chunked", b"Content-Length: 4"),
            (b"Transfer-Encoding: xchunked", b"Content-Length: %d" % (5 + len(HIDDEN))),
            (b"Transfer-Encoding : chunked", b"Content-Length: %d" % (5 + len(HIDDEN))),
            (b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity"),
            (b"Content-Length: +%d" % (5 + len(HIDDEN)),),
            (b"Content-Length: 0%d" % (5 + len(HIDDEN)), b"Transfer-Encoding:\x0bchunked"),
            (b"X: y\nTransfer-Encoding: chunked", b"Content-Length: %d" % (5 + len(HIDDEN))),
        )
    )
    head = b"\r\n".join((b"POST /locate HTTP/1.1", b"Host: a", *headers)) + b"\r\n\r\n"
    return Spoken("smuggled", (head + b"0\r\n\r\n" + HIDDEN,))


def _smuggled_head(chance: random.Random) -> Spoken:
    """A request inside a header or an address, by line ends of other kinds."""
    end = chance.choice((b"\r", b"\n", b"\x0b", b"\x85", b"\r\x00\n"))
    inner = HIDDEN.replace(b"\r\n", end)
    data = chance.choice(
        (
            b"GET / HTTP/1.1\r\nHost: a\r\nX: " + inner + b"\r\n\r\n",
            b"GET /?q=" + inner.replace(b" ", b"%20") + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        )
    )
    return Spoken("smuggled", (data,), requests=2)


def _pipelined(chance: random.Random) -> Spoken:
    many = chance.randint(2, 12)
    return Spoken("pipelined", (b"".join(_head(chance) for _ in range(many)),), requests=many)


def _hosts(chance: random.Random) -> Spoken:
    hosts = chance.choice(
        (b"", b"Host: a\r\nHost: b\r\n", b"Host: a b\r\n", b"Host: \xff\r\n", b"Host:\r\n", b"Host: a/../b\r\n", b"Host: [::1\r\n")
    )
    return Spoken("hosts", (b"GET /sitemap.xml HTTP/1.1\r\n" + hosts + b"\r\n",))


def _versions(chance: random.Random) -> Spoken:
    line = chance.choice(
        (b"GET / HTTP/9.9", b"GET /", b"GET / HTTP/1.0", b"PRI * HTTP/2.0", b"get / http/1.1", b"GET  /  HTTP/1.1", b"BREW / HTTP/1.1")
    )
    return Spoken("versions", (line + b"\r\nHost: a\r\n\r\n",))


KINDS: tuple[Callable[[random.Random], Spoken], ...] = (
    _broken_bytes, _cut_off, _rubbish, _endless_head, _slow, _slow_body, _smuggled_length, _smuggled_head, _pipelined, _hosts, _versions,
)  # fmt: skip


def answers(port: int, spoken: Spoken, chance: random.Random) -> bytes:
    """All that comes back. Now and then the client leaves without reading."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.settimeout(SECONDS if spoken.kind not in ("cut off", "slow body") else 0.5)
        try:
            for piece in spoken.pieces:
                connection.sendall(piece)
                if spoken.pause:
                    time.sleep(spoken.pause)
            if chance.random() < 0.1:
                return b""
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(1 << 16):
                received += piece
        except OSError:  # it hung up, or waits for more
            pass
    return received


def fault_of(spoken: Spoken, received: bytes) -> str:
    """What is wrong with what came back; empty where nothing is."""
    heads = [int(status) for status in _STATUS.findall(received)]
    if any(status >= 500 and status not in (503, 505, 501) for status in heads):
        return f"{heads}"
    if len(heads) > spoken.requests:
        return f"{len(heads)} answers to {spoken.requests} requests"
    if spoken.kind == "smuggled" and 404 in heads:
        return "the hidden request was answered"
    if b"Traceback" in received:
        return "a trace of the inside"
    return ""


def run(port: int, connections: int, seed: int = 1, at_once: int = 16) -> tuple[Counter[str], list[str]]:
    """So many connections, several at once: how many of each kind, and what was wrong."""

    def one(number: int) -> tuple[str, str]:
        chance = random.Random(seed * 1_000_003 + number)
        spoken = KINDS[number % len(KINDS)](chance)
        try:
            fault = fault_of(spoken, answers(port, spoken, chance))
        except OSError as error:
            fault = f"could not connect: {error}"
        return spoken.kind, fault and f"{spoken.kind} ({number}): {fault}: {b''.join(spoken.pieces)[:200]!r}"

    with ThreadPoolExecutor(at_once) as threads:
        told = list(threads.map(one, range(connections)))
    return Counter(kind for kind, _ in told), [fault for _, fault in told if fault]


def main() -> None:
    """Against a server of its own; ends with 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=2_000)
    given = parser.parse_args()
    with over_seeds() as server:
        server.get("/search?q=%E5%B8%AE%E6%89%B6")
        before = server.memory()
        kinds, wrong = run(server.port, given.connections)
        server.get("/search?q=%E5%B8%AE%E6%89%B6")
        grown = server.memory() - before
    print(*wrong, sep="\n")
    print(f"{kinds.total()} raw connections ({dict(kinds)}): {len(wrong)} faults; the server grew by {grown >> 20} MB")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
