"""Mixed load for as long as told: 64 clients that search, read, open old links and export, some of them slow or gone, while the index
is built anew every minute.

It must end without a 5xx but an honest 503, without growth of memory, with every id that was ever served leading somewhere.
`make soak MINUTES=60`.
"""

from __future__ import annotations

import argparse
import http.client
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from search import open_library
from tests.torture.kill_line import SENTENCES
from tests.torture.server import COMMAND, ROOT, Serving, serving

CLIENTS = 64
SLOW = 6
"""Clients of those that send or read at a snail's pace, or leave in the middle."""
BUILD_EVERY = 60.0
GROWN = 1.35
"""Times the memory after the first third that the last may be."""
SLACK = 48 << 20
"""Bytes that it may grow by besides: caches that fill."""
WORDS = ("帮扶", "消费扶贫", "教师", "滦平县", "资金", "“劳务协作”", "北*", "医生 驻点", "投入 NEAR/9 万元", "不在此处的词")


@dataclass
class Told:
    """What came of a run so far; written by all clients."""

    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    served: set[str] = field(default_factory=set)
    builds: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, status: int, path: str) -> None:
        with self.lock:
            self.statuses[status] += 1
            if status >= 500 and status != 503:
                self.wrong.append(f"{status} for {path[:200]}")


def requests_of(chance: random.Random, told: Told) -> str:
    """The next address of an ordinary reader."""
    word = quote(chance.choice(WORDS))
    with told.lock:
        known = sorted(told.served)[:4_000]
    passage = chance.choice(known) if known else "zzzzzzzzzzzz"
    return chance.choice(
        (
            f"/search?q={word}", f"/search?q={word}&year={chance.randint(2015, 2021)}",
            f"/search?q={word}&page={chance.randint(1, 4)}", "/",
            f"/p/{passage}", f"/api/v1/passages/{passage}", f"/api/v1/search?q={word}&size=50", f"/search?q={word}&view=kwic",
            f"/search?q={word}&view=figures", f"/api/v1/export?q={word}&format={chance.choice(('csv', 'jsonl', 'docx', 'bibtex'))}",
            f"/api/v1/locate?quote={word}", "/relations", f"/feed.atom?q={word}", "/readyz", "/metrics",
        )
    )  # fmt: skip


def reader(server: Serving, number: int, told: Told, is_over: Callable[[], bool]) -> None:
    """A client that asks one thing after the other, on a connection it keeps."""
    chance = random.Random(number)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    while not is_over():
        path = requests_of(chance, told)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            told.note(answer.status, path)
            if answer.status == 503:
                time.sleep(0.2)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            if not isinstance(error, (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)):
                with told.lock:
                    told.wrong.append(f"{type(error).__name__} for {path[:200]}")


def snail(server: Serving, number: int, told: Told, is_over: Callable[[], bool]) -> None:
    """A client that sends slowly, reads slowly, or leaves."""
    chance = random.Random(number)
    while not is_over():
        with suppress(OSError), socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
            kind = chance.randrange(3)
            if kind == 0:
                connection.sendall(b"POST /locate HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\nquote=")
                time.sleep(3)
            elif kind == 1:
                connection.sendall(f"GET /api/v1/export?q={quote('帮扶')}&format=csv HTTP/1.1\r\nHost: a\r\n\r\n".encode())
                for _ in range(20):
                    if not connection.recv(200) or is_over():
                        break
                    time.sleep(0.2)
            else:
                connection.sendall(f"GET /search?q={quote('帮扶')}&view=cross HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        with told.lock:
            told.statuses[0] += 1


def edit(folder: Path, chance: random.Random, documents: int) -> None:
    """A few documents change, come or go."""
    for number in range(documents):
        path = folder / f"{number:03}.txt"
        if not path.exists() or chance.random() < 0.1:
            lines = [chance.choice(SENTENCES).format(chance.randint(1, 9_999)) for _ in range(12)]
            path.write_text("\n\n".join(lines), encoding="utf-8")
    (folder / f"{chance.randrange(documents):03}.txt").unlink(missing_ok=True)


def build(sources: Path, index: Path, told: Told) -> None:
    """Builds, and notes every id that is served from then on."""
    done = subprocess.run([*COMMAND, "build", str(sources), "--index", str(index)], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        with told.lock:
            told.wrong.append(f"build: {done.stderr[-300:]}")
    with open_library(f"whoosh:{index}") as library:
        ids = {passage.id for one in library.documents() for passage in library.document(one.id).document.passages}
    with told.lock:
        told.served |= ids
        told.builds += 1


def run(minutes: float, clients: int = CLIENTS, documents: int = 200, every: float = BUILD_EVERY) -> tuple[Told, list[tuple[float, int]]]:
    """The load: what came of it, and the memory of the server's processes as time went on, in seconds and bytes."""
    told = Told()
    chance = random.Random(1)
    memory: list[tuple[float, int]] = []
    with tempfile.TemporaryDirectory() as name:
        sources, index = Path(name, "in"), Path(name, "index")
        shutil.copytree(ROOT / "seeds", sources)
        edit(sources, chance, documents)
        build(sources, index, told)
        with serving(index, workers=2, costly_limit_per_minute=0) as server:
            begun = time.monotonic()
            until = begun + 60 * minutes

            def is_over() -> bool:
                return time.monotonic() >= until

            work = [(snail if number < SLOW else reader, number) for number in range(clients)]
            threads = [threading.Thread(target=what, args=(server, number, told, is_over)) for what, number in work]
            for thread in threads:
                thread.start()
            following = begun + every
            while not is_over():
                time.sleep(min(5.0, max(0.1, until - time.monotonic())))
                memory.append((time.monotonic() - begun, server.memory()))
                if time.monotonic() >= following and until - time.monotonic() > 5:
                    edit(sources, chance, documents)
                    build(sources, index, told)
                    following += every
            for thread in threads:
                thread.join(180)
            told.wrong += [f"the id {id_} is lost" for id_ in told.served if server.get(f"/api/v1/passages/{id_}")[0] not in (200, 410)]
            if server.get("/readyz")[0] != 200:
                told.wrong.append("not ready at the end")
    return told, memory


def has_grown(memory: list[tuple[float, int]]) -> str:
    """A sentence where the last third of the time took more memory than the second by more than is allowed."""
    third = len(memory) // 3
    if not third:
        return ""
    middle, last = (max(size for _, size in part) for part in (memory[third : 2 * third], memory[2 * third :]))
    return f"memory grew from {middle >> 20} to {last >> 20} MB" if last > GROWN * middle + SLACK else ""


def main() -> None:
    """Says what came of it; ends with 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    given = parser.parse_args()
    told, memory = run(given.minutes)
    wrong = [*told.wrong, *filter(None, (has_grown(memory),))]
    print(*wrong[:50], sep="\n")
    sizes = [size >> 20 for _, size in memory]
    print(
        f"{given.minutes:g} minutes, {CLIENTS} clients ({SLOW} slow), {told.builds} builds, {told.statuses.total():,} requests "
        f"{dict(sorted(told.statuses.items()))} (0: slow or gone): {len(wrong)} faults; {len(told.served):,} ids lead on; "
        f"memory {sizes[len(sizes) // 3]} → {sizes[-1]} MB, at most {max(sizes)}"
    )
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
