"""`python -m tests.bench.serve --size 100k`: pages of results a second over HTTP, their times, the memory and the start of a worker.

Serves a made-up corpus by `bangfu serve` with two workers and asks for whole pages (HTML, gzip) on loopback with `wrk`, which shares the
machine's cores. Prints a table.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

from search.engine.whoosh import open_engine, open_writer
from search.query.analysis import fingerprint
from search.query.suggest import SuggestionBuilder
from search.remembered import SUGGESTIONS, WORKS

from .__main__ import SIZES, machine
from .corpus import PROGRAMS
from .processes import Memory, memory, offspring
from .rows import corpus_file, read_corpus

LUA = Path(__file__).with_name("load.lua")
ROOT = Path(__file__).parents[2]
WORKERS = 2
ADDRESSES = 20_000
REPEATED = 100
COLD = """
import time
start = time.perf_counter()
from web import create_app
client = create_app({url!r}).test_client()
page = client.get({page!r}, headers={{"Accept-Encoding": "gzip"}})
assert page.status_code == 200, page.status_code
print(time.perf_counter() - start)
"""


def main() -> None:
    """Runs the measurement."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.serve", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="100k")
    parser.add_argument("--seconds", type=int, default=20, help="length of a load; the one with 64 clients takes three times as long")
    parser.add_argument("--folder", type=Path, default=Path("/tmp/bangfu-bench"))
    parser.add_argument("--build", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("wrk is needed for the load (Debian: apt install wrk)")
    folder = given.folder / given.size
    index = folder / "serve"
    corpus = corpus_file(folder, SIZES[given.size])
    if given.build:
        build(corpus, index)
        return
    if not _is_current(index):
        _building(given).wait()
    print(_report(given, index, _addresses(index)))


def build(corpus: Path, index: Path) -> None:
    """The corpus as a generation a library can open."""
    writer = open_writer(index, analysis=fingerprint(), base=False)
    suggestions = SuggestionBuilder()
    for document in read_corpus(corpus):
        writer.add(document)
        suggestions.add(document)
    writer.attach(WORKS, b"{}")
    writer.attach(SUGGESTIONS, suggestions.to_bytes())
    writer.commit()
    writer.publish()


def _building(given: argparse.Namespace) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.bench.serve", "--size", given.size, "--folder", str(given.folder), "--build"]
    return subprocess.Popen(command, cwd=ROOT)


def _is_current(index: Path) -> bool:
    return (index / "CURRENT").exists() and open_engine(index).manifest().analysis == fingerprint()


def _addresses(index: Path) -> list[str]:
    """Different pages of results as people ask for them: words, pairs, phrases, filters, further pages; in a fixed order."""
    chance = random.Random(7)
    counted = [(word, count) for word, count in open_engine(index).vocabulary() if len(word) > 1 and count > 20]
    words = [word for word, _ in counted]
    weights = [count**0.5 for _, count in counted]
    found: dict[str, None] = {}
    while len(found) < ADDRESSES:
        one, other = chance.choices(words, weights, k=2)
        kind = chance.random()
        asked = {"q": one if kind < 0.3 else f"“{one}”" if kind < 0.4 else f"{one} {other}"}
        if kind > 0.7:
            asked["year"] = str(chance.randrange(2010, 2022))
        if kind > 0.8:
            asked["program"] = chance.choice(PROGRAMS)
        if kind > 0.9:
            asked["not_program"] = chance.choice(PROGRAMS)
        if kind < 0.05:
            asked["page"] = "2"
        found["/search?" + urlencode(asked, quote_via=quote)] = None
    return list(found)


@contextmanager
def _served(index: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "search", "serve", "--index", str(index), "--port", str(port), "--workers", str(WORKERS)]
    server = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                _ask(port, "/healthz")
                break
            except OSError:
                time.sleep(0.1)
        yield port, server
    finally:
        server.terminate()
        server.wait(20)


def _ask(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status}")
    return body


def _load(port: int, addresses: Sequence[str], folder: Path, *, clients: int, seconds: int) -> dict[str, float]:
    path = folder / "addresses.txt"
    path.write_text("\n".join(addresses), encoding="ascii")
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "60s", "-s", str(LUA), f"http://127.0.0.1:{port}", str(path)]
    printed = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    found: dict[str, float] = json.loads(next(line for line in printed.splitlines() if line.startswith("JSON "))[5:])
    return found


def _cold(index: Path, page: str) -> float:
    """Seconds from the start of Python's own work to the first page, the middle one of five."""
    code = COLD.format(url=f"whoosh:{index}", page=page)
    times = [float(subprocess.run([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout) for _ in range(5)]
    return statistics.median(times)


def _report(given: argparse.Namespace, index: Path, addresses: list[str]) -> str:
    seconds = given.seconds
    fresh = iter(range(0, len(addresses), len(addresses) // 4))
    parts = [addresses[start : start + len(addresses) // 4] for start in fresh]
    chance = random.Random(3)
    mixed = [addresses[min(int(chance.paretovariate(0.6)), len(addresses)) - 1] for _ in range(50_000)]
    cold = _cold(index, addresses[0])
    lines = [
        f"{SIZES[given.size]:,} passages, {machine()}; {WORKERS} workers, wrk on the same cores",
        "",
        "| load | pages/s | p50 ms | p95 ms | p99 ms | p99 : p50 | errors |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]

    def row(name: str, found: dict[str, float]) -> None:
        lines.append(
            f"| {name} | {found['requests'] / found['seconds']:.0f} | {found['p50']:.1f} | {found['p95']:.1f} | {found['p99']:.1f} "
            f"| {found['p99'] / found['p50']:.1f} | {found['errors']:.0f} |"
        )

    with _served(index) as (port, server):
        size = len(_ask(port, addresses[0]))
        row("1 client, every page new", _load(port, parts[0], index.parent, clients=1, seconds=seconds // 2))
        row("8 clients, every page new", _load(port, parts[1], index.parent, clients=8, seconds=seconds))
        row(
            f"8 clients, {REPEATED} pages again and again", _load(port, addresses[:REPEATED], index.parent, clients=8, seconds=seconds // 2)
        )
        row("64 clients, some pages asked for often", _load(port, mixed, index.parent, clients=64, seconds=seconds * 3))
        held = [memory(pid) for pid in offspring(server.pid)[1:]]
        before = open_engine(index).manifest().generation
        builder = _building(given)
        rows = _load(port, parts[2], index.parent, clients=8, seconds=seconds)
        builder.wait()
        row("8 clients, every page new, a build beside", rows)
        time.sleep(3)
        _ask(port, addresses[0])
    after = open_engine(index).manifest().generation
    workers: list[Memory] = sorted(held, key=lambda one: one.resident)[-WORKERS:]
    lines += [
        "",
        f"A page is {size / 1000:.0f} KB compressed. Cold start of a worker, import to first page: {cold:.2f} s. Memory of a worker after "
        f"the loads: {max(one.resident for one in workers):.0f} MB resident with the mapped index, "
        f"{max(one.private for one in workers):.0f} MB its own. "
        f"The build beside put a new generation in force: {'yes' if before != after else 'no'}.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    os.environ.pop("BANGFU_ENGINE", None)
    main()
