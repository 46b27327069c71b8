"""`python -m tests.bench --size 100k`: builds every engine's index of the same corpus, asks all the same questions, prints a table."""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path

from search.engine.port import SearchRequest

from .corpus import regions
from .peers import PEERS, Bangfu, tantivy
from .processes import Peak
from .queries import CLASSES, Query, queries
from .rows import corpus_file, read_corpus

SIZES = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1m": 1_000_000}
SLOW_FROM = {"whoosh": 5_000, "fts5": 200_000}
"""Passages above which an engine is left out unless it is named: its build alone would take many minutes."""
CLOCKS = {"wall": time.perf_counter, "cpu": time.thread_time}
ROUNDS = {"whoosh": 1, "fts5": 1}
"""How often a question is put to a slow engine; to others three times, the middle one counts."""
PACKAGES = ("numpy", "rjieba", "tantivy", "Whoosh-Reloaded", "Flask", "granian")


def main() -> None:
    """Runs the benchmark. With `--one ENGINE` does one engine's part in this process and prints it as JSON (used by itself)."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="10k")
    parser.add_argument("--engines", nargs="*", choices=sorted(PEERS), default=None)
    parser.add_argument("--queries", type=int, default=30, help="questions a class")
    parser.add_argument("--folder", type=Path, default=Path("/tmp/bangfu-bench"))
    parser.add_argument("--keep", action="store_true", help="use indexes built by an earlier run")
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall", help="cpu: time of this thread alone, for a busy machine")
    parser.add_argument("--step", choices=("build", "ask"), default=None, help=argparse.SUPPRESS)
    given = parser.parse_args()
    engines = given.engines or [
        name for name in PEERS if SIZES[given.size] <= SLOW_FROM.get(name, 10**9) and (name != "tantivy" or tantivy)
    ]
    if given.step == "build":
        print(json.dumps(_build(engines[0], given.size, given.folder)))
        return
    if given.step == "ask":
        print(json.dumps(_ask(engines, given.size, given.folder, given.queries, CLOCKS[given.clock])))
        return
    built = {
        name: _step("build", [name], given)
        for name in engines
        if not (given.keep and (_folder(given.folder, given.size, name) / "built.json").exists())
    }
    for name in engines:
        record = _folder(given.folder, given.size, name) / "built.json"
        if name in built:
            record.write_text(json.dumps(built[name]))
        built[name] = json.loads(record.read_text())
    alone = {name: _step("ask", [name], given)["memory"] for name in engines}
    print(_report(given.clock, given.size, engines, built, alone, _step("ask", engines, given)))


def _folder(root: Path, size: str, name: str) -> Path:
    return root / size / name


def _step(step: str, engines: Sequence[str], given: argparse.Namespace) -> dict:  # type: ignore[type-arg]
    """A part of the work in a process of its own, so that one engine's memory is not another's. Adds its peak with its children."""
    words = ["--size", given.size, "--folder", str(given.folder), "--queries", str(given.queries), "--clock", given.clock]
    words += ["--step", step, "--engines", *engines]
    process = subprocess.Popen([sys.executable, "-m", "tests.bench", *words], stdout=subprocess.PIPE)
    peak = Peak(process)
    printed, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"{step} {' '.join(engines)} failed")
    return {**json.loads(printed.splitlines()[-1]), "peak": peak.megabytes}


def _build(name: str, size: str, root: Path) -> dict[str, float]:
    folder = _folder(root, size, name)
    shutil.rmtree(folder, ignore_errors=True)
    corpus = corpus_file(root / size, SIZES[size])
    spent = [0.0]

    def timed() -> Iterator[object]:
        """The documents, without the time it takes to read them."""
        source = read_corpus(corpus)
        while True:
            start = time.perf_counter()
            batch = list(islice(source, 50))
            spent[0] += time.perf_counter() - start
            if not batch:
                return
            yield from batch

    engine = PEERS[name](folder / "index")
    start = time.perf_counter()
    engine.build(timed())  # type: ignore[arg-type]
    seconds = time.perf_counter() - start - spent[0]
    return {"seconds": seconds, "bytes": sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())}


def _ask(engines: Sequence[str], size: str, root: Path, each: int, clock: Callable[[], float]) -> dict[str, object]:
    opened = []
    for name in engines:
        engine = PEERS[name](_folder(root, size, name) / "index")
        start = time.perf_counter()
        engine.open()
        opened.append((engine, time.perf_counter() - start))
    asked = _questions(root, size, each)
    gc.collect()
    gc.freeze()
    times: dict[str, dict[str, list[float]]] = {}
    totals: dict[str, dict[str, float]] = {}
    for label, questions in asked.items():
        for facets in (False, True):
            key = f"{label}+" if facets else label
            for engine, _ in opened:
                engine.ask(questions[0], facets=facets)
            runs: dict[str, list[float]] = {engine.name: [] for engine, _ in opened}
            for question in questions:
                for engine, _ in opened:
                    best = []
                    for _ in range(ROUNDS.get(engine.name, 3)):
                        start = clock()
                        found = engine.ask(question, facets=facets)
                        best.append(clock() - start)
                    runs[engine.name].append(statistics.median(best) * 1e3)
                    totals.setdefault(label, {}).setdefault(engine.name, 0)
                    totals[label][engine.name] += found.total / len(questions) / 2
            times[key] = runs
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"times": times, "totals": totals, "memory": memory, "open": {engine.name: seconds for engine, seconds in opened}}


def _questions(root: Path, size: str, each: int) -> dict[str, tuple[Query, ...]]:
    """The questions of this size, made once from the vocabulary of our own index and kept beside it."""
    path = root / size / f"questions-{each}.json"
    if not path.exists():
        engine = Bangfu(_folder(root, size, "bangfu") / "index")
        engine.open()
        texts = [passage.text for passage in islice(engine.engine.passages(), 2_000)]
        made = queries(texts, engine.engine.vocabulary(), engine.engine.search(SearchRequest(limit=0, facets=False)).total, each, regions())
        slots = Query.__slots__
        path.write_text(json.dumps({name: [[getattr(one, slot) for slot in slots] for one in some] for name, some in made}))
    record = json.loads(path.read_text())
    return {name: tuple(Query(tuple(words), *rest) for words, *rest in record[name]) for name in CLASSES}


def _report(clock: str, size: str, engines: Sequence[str], built: dict, alone: dict, asked: dict) -> str:  # type: ignore[type-arg]
    lines = [
        f"{SIZES[size]:,} passages, {machine()}; {clock} clock",
        "",
        "| ms, p50 / p95 | hits | " + " | ".join(engines) + " | bangfu : tantivy |",
        "| --- | ---: |" + " ---: |" * (len(engines) + 1),
    ]
    for key, runs in asked["times"].items():
        label = key.removesuffix("+")
        cells = [f"{statistics.median(runs[name]):.2f} / {_p95(runs[name]):.2f}" for name in engines]
        ratio = (
            f"{statistics.median(runs['bangfu']) / statistics.median(runs['tantivy']):.2f}" if {"bangfu", "tantivy"} <= set(runs) else ""
        )
        shown = f"{label}, all facets" if key.endswith("+") else f"{label}, top 20"
        lines.append(f"| {shown} | {asked['totals'][label][engines[0]]:,.0f} | " + " | ".join(cells) + f" | {ratio} |")
    for title, values in (
        ("build, s", {name: f"{built[name]['seconds']:.0f}" for name in engines}),
        ("build peak, MB", {name: f"{built[name]['peak']:.0f}" for name in engines}),
        ("index, MB", {name: f"{built[name]['bytes'] / 1e6:.0f}" for name in engines}),
        ("open, ms", {name: f"{asked['open'][name] * 1e3:.0f}" for name in engines}),
        ("memory after all queries, MB", {name: f"{alone[name]:.0f}" for name in engines}),
    ):
        lines.append(f"| {title} | | " + " | ".join(values[name] for name in engines) + " | |")
    return "\n".join(lines)


def machine() -> str:
    """Date, cores, memory, versions and load, for the head of a table."""
    versions = [f"Python {platform.python_version()}"]
    for package in PACKAGES:
        with suppress(PackageNotFoundError):
            versions.append(f"{package} {version(package)}")
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} × {_processor()}, {size:.0f} GiB, {', '.join(versions)}, "
        f"load {os.getloadavg()[0]:.1f}"
    )


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]


def _processor() -> str:
    try:
        names = [line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    main()
