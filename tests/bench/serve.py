"""Measures the site: pages of results a second over HTTP, their times, the memory of its processes and how fast it starts.

Serves a made-up corpus by `bangfu serve` with two workers and asks for whole pages (HTML, gzip) on loopback with `wrk`, which shares the
machine's cores. The index is built once and kept as long as it is current. Every load asks for pages that no load before it asked for,
except where its name says otherwise.

  python -m tests.bench.serve --size 100k           some seven minutes, prints the tables
  python -m tests.bench.serve --size 100k --show    measures nothing, prints the tables of the last run kept
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from search.building.base import SUGGESTIONS, WORKS
from search.engine.whoosh import open_engine, open_writer
from search.errors import SearchError
from search.query.analysis import fingerprint
from search.query.suggest import SuggestionBuilder
from tests.bench.load import Load, addresses, load, often
from tests.bench.machine import machine
from tests.bench.measure import SIZES, Record
from tests.bench.processes import memory, offspring
from tests.bench.rows import corpus_file, read_corpus

ROOT = Path(__file__).parents[2]
RESULTS = "results-serve"
WORKERS = 2
FASTEST = 600
"""New pages a second that are laid in for a load."""
REPEATED = 100
STARTS = 5
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
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.serve", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", choices=SIZES, default="100k")
    parser.add_argument(
        "--seconds", type=int, default=20, help="of a load; those with 64 clients and beside a build take three times as long"
    )
    parser.add_argument("--folder", type=Path, default=Path("/tmp/bangfu-bench"), help="where all is kept (default: %(default)s)")
    parser.add_argument("--show", action="store_true", help="measure nothing, print the last run kept")
    parser.add_argument("--json", action="store_true", help="print the record, not the tables")
    parser.add_argument("--build", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    folder = given.folder.resolve() / given.size
    index = folder / "serve"
    if given.build:
        build(corpus_file(folder, SIZES[given.size]), index)
        return
    record = _last(folder) if given.show else _measured(given, folder, index)
    print(json.dumps(record, ensure_ascii=False, indent=1) if given.json else _tables(record))


def _last(folder: Path) -> Record:
    paths = sorted((folder / RESULTS).glob("*.json"))
    if not paths:
        raise SystemExit(f"no run is kept in {folder / RESULTS}")
    record: Record = json.loads(paths[-1].read_text(encoding="utf-8"))
    return record


# --- the index ------------------------------------------------------------------------------------------------------------


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
    """Whether there is an index that this version reads, of its own analysis."""
    try:
        return open_engine(index).manifest().analysis == fingerprint()
    except SearchError:
        return False


# --- the server -----------------------------------------------------------------------------------------------------------


@contextmanager
def _served(index: Path, page: str) -> Iterator[tuple[int, subprocess.Popen[bytes], float]]:
    """A running server: its port, its process, and the seconds from the start of the process to the first page answered."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "search", "serve", "--index", str(index), "--port", str(port), "--workers", str(WORKERS)]
    start = time.perf_counter()
    server = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        while not _answers(port, page):
            if server.poll() is not None or time.perf_counter() - start > 60:
                raise SystemExit("the server does not start")
            time.sleep(0.005)
        yield port, server, time.perf_counter() - start
    finally:
        server.terminate()
        server.wait(20)


def _answers(port: int, page: str) -> bool:
    try:
        _ask(port, page)
    except OSError:
        return False
    return True


def _ask(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status}")
    return body


def _first_page(index: Path, page: str) -> float:
    """Seconds of a worker alone, Python already running: from the import of the site to its first page."""
    code = COLD.format(url=f"whoosh:{index}", page=page)
    return float(subprocess.run([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout)


def _started(index: Path, page: str) -> float:
    with _served(index, page) as (_, _, seconds):
        return seconds


# --- the measurement ------------------------------------------------------------------------------------------------------


def _measured(given: argparse.Namespace, folder: Path, index: Path) -> Record:
    if not shutil.which("wrk"):
        raise SystemExit("wrk is needed for the load (Debian: apt install wrk)")
    if not _is_current(index):
        _building(given).wait()
    engine = open_engine(index)
    pages = addresses(engine)
    record: Record = {
        "size": given.size,
        "passages": SIZES[given.size],
        "when": f"{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}",
        "machine": machine(),
        "first_page": statistics.median(_first_page(index, next(pages)) for _ in range(STARTS)),
        "started": statistics.median(_started(index, next(pages)) for _ in range(STARTS)),
        "loads": {},
    }
    seconds = given.seconds
    loads: dict[str, Load] = {}
    with _served(index, next(pages)) as (port, server, _):

        def run(name: str, asked: list[str], clients: int, length: int) -> None:
            print(name, file=sys.stderr, flush=True)
            loads[name] = load(server, port, asked, folder, clients=clients, seconds=length)

        def new(length: int) -> list[str]:
            return list(islice(pages, FASTEST * length))

        record["page_bytes"] = len(_ask(port, next(pages)))
        again = list(islice(pages, REPEATED))
        run("1 client, every page new", new(seconds), 1, seconds)
        run("8 clients, every page new", new(seconds), 8, seconds)
        run(f"8 clients, the same {REPEATED} pages", again, 8, seconds)
        run("64 clients, some pages asked for often", often(new(seconds), 5_000 * seconds), 64, seconds * 3)
        run("64 clients, every page new", new(seconds * 3), 64, seconds * 3)
        record["memory"] = [asdict(memory(pid)) for pid in offspring(server.pid)]
        start = time.perf_counter()
        builder = _building(given)
        run("8 clients, every page new, a build beside", new(seconds * 3), 8, seconds * 3)
        builder.wait()
        record["build_seconds"] = time.perf_counter() - start
        time.sleep(3)
        _ask(port, next(pages))
        record["memory_after_build"] = [asdict(memory(pid)) for pid in offspring(server.pid)]
    record["published"] = open_engine(index).manifest().generation != engine.manifest().generation
    record["loads"] = {name: asdict(one) for name, one in loads.items()}
    path = folder / RESULTS / f"{record['when']}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")
    return record


# --- the tables -----------------------------------------------------------------------------------------------------------


def _tables(record: Record) -> str:
    lines = [
        f"{record['passages']:,} passages; {record['machine']}; {WORKERS} workers, wrk on the same cores",
        "",
        "| load | pages/s | p50 ms | p95 ms | p99 ms | p99 : p50 | errors | server CPU, ms a page | pages, of them new |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, one in record["loads"].items():
        lines.append(
            f"| {name}, {one['seconds']:.0f} s | {one['requests'] / one['seconds']:.0f} | {one['p50']:.1f} | {one['p95']:.1f} "
            f"| {one['p99']:.1f} | {one['p99'] / max(one['p50'], 0.001):.1f} | {one['errors']:.0f} "
            f"| {one['cpu'] / max(1, one['requests']) * 1e3:.2f} | {one['requests']:,.0f}, {one['new']:,} |"
        )
    published = "put a new generation in force" if record["published"] else "did NOT put a new generation in force"
    lines += [
        "",
        f"- A page of results is {record['page_bytes'] / 1000:.0f} KB compressed. A page counts as new if nobody asked for it since the "
        "server started.",
        f"- Cold start, middle one of {STARTS}: {record['started']:.2f} s from the start of the process `bangfu serve` to the first page "
        f"of results (200); a worker alone, from the import of the site to its first page: {record['first_page']:.2f} s.",
        f"- The build beside took {record['build_seconds']:.0f} s, and {published} while the server ran.",
        "",
        "| memory, MB | resident | proportional (Pss) | private | of it no file |",
        "| --- | ---: | ---: | ---: | ---: |",
        *_memory("after the loads", record["memory"]),
        *_memory("after the build beside", record["memory_after_build"]),
        "",
        "Resident counts mapped index files in every process that touched them; proportional shares them out, so that its sum is what the "
        "site takes of the machine's memory; private is what one process alone has touched, and what is no file is its heap.",
    ]
    return "\n".join(lines)


def _memory(when: str, processes: list[dict[str, float]]) -> list[str]:
    """The workers (the largest processes), the rest together, and the sum."""
    largest = sorted(processes, key=lambda one: -one["resident"])
    named = [(f"worker {number}", [one]) for number, one in enumerate(largest[:WORKERS], 1)]
    named += [("other processes", largest[WORKERS:]), ("all", largest)]
    return [
        f"| {name}, {when} | "
        + " | ".join(f"{sum(one[what] for one in some):.0f}" for what in ("resident", "proportional", "private", "own"))
        + " |"
        for name, some in named
    ]


if __name__ == "__main__":
    os.environ.pop("BANGFU_ENGINE", None)
    # What is measured runs compiled code, as an installed site does; a tenth of a second of each start otherwise.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    main()
