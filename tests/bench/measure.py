"""Measures one size: builds every engine's index of the same corpus, asks all the same questions, and compares the answers.

Every build, and every engine's memory, is measured in a process of its own (`python -m tests.bench.measure STEP …`, which prints JSON).
"""

from __future__ import annotations

import gc
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from search.engine.whoosh.answer.engine import WhooshEngine
from search.query.analysis import fingerprint

from .corpus import regions
from .machine import load, machine
from .peers import Depth, Found, Peer, open_peer, peer_type
from .processes import Peak, memory
from .queries import Query, Questions, kept_questions
from .rows import Corpus, analysis_seconds, token_file

ROOT = Path(__file__).parents[2]
SIZES = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1m": 1_000_000}
CLOCKS: Mapping[str, Callable[[], float]] = {"wall": time.perf_counter, "cpu": time.thread_time}
OURS = "bangfu"
SLOW = {"whoosh": 5}
"""Engines that take most of a second a question: so many questions a class, each put once; to others it is put three times, the middle
one counts."""
ROUNDS = 3

Record = dict[str, Any]
"""What is written as JSON."""


@dataclass(frozen=True, slots=True)
class Run:
    """What to measure: a size of corpus in a folder, with these engines, so many questions a class, by this clock."""

    root: Path
    size: str
    engines: tuple[str, ...]
    each: int
    clock: str = "wall"

    @property
    def folder(self) -> Path:
        """Where corpus, questions, indexes and results of this size are."""
        return self.root / self.size

    @property
    def passages(self) -> int:
        """How large the corpus is."""
        return SIZES[self.size]

    def index(self, name: str) -> Path:
        """The folder of an engine's index."""
        return self.folder / name / "index"

    def built(self, name: str) -> Path:
        """The record of an engine's build."""
        return self.folder / name / "built.json"

    def questions(self) -> Questions:
        """The questions of this size, drawn once from our own index and kept beside it."""
        return kept_questions(self.folder / f"questions-{self.each}.json", WhooshEngine(self.index(OURS)), self.each, regions())


# --- builds ---------------------------------------------------------------------------------------------------------------


def build(run: Run, name: str) -> Record:
    """Builds an engine's index in a process of its own and writes down what it cost."""
    if name != OURS:
        token_file(run.folder, run.passages)
    shutil.rmtree(run.folder / name, ignore_errors=True)
    printed, peak = _step("build", run, [name])
    record = {**printed, "peak": peak, "load": load(), "when": f"{datetime.now(UTC):%Y-%m-%d %H:%M}", "analysis": fingerprint()}
    run.built(name).write_text(json.dumps(record, indent=1))
    return record


def _build(run: Run, name: str) -> Record:
    corpus = Corpus(run.folder, run.passages)
    wall, cpu = time.perf_counter(), _cpu()
    peer_type(name)(run.index(name)).build(corpus)
    wall, cpu = time.perf_counter() - wall - corpus.reading.wall, _cpu() - cpu - corpus.reading.cpu
    size = sum(path.stat().st_size for path in run.index(name).rglob("*") if path.is_file())
    return {"wall": wall, "cpu": cpu, "bytes": size}


def _cpu() -> float:
    """Seconds of CPU of this process and its finished children."""
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in spent)


# --- questions ------------------------------------------------------------------------------------------------------------


def measure(run: Run) -> Record:
    """Asks all questions; the record of the run (times, hits, agreement, memory, builds), ready to be kept as JSON."""
    run.questions()
    alone = {name: _step("alone", run, [name])[0] for name in run.engines}
    head = machine()
    asked, _ = _step("ask", run, run.engines)
    return {
        "size": run.size,
        "passages": run.passages,
        "when": f"{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}",
        "machine": head,
        "clock": run.clock,
        "each": run.each,
        "engines": list(run.engines),
        "marking": {name: peer_type(name).marking for name in run.engines},
        "built": {name: json.loads(run.built(name).read_text()) for name in run.engines},
        "stale": [name for name in run.engines if json.loads(run.built(name).read_text())["analysis"] != fingerprint()],
        "analysis_seconds": analysis_seconds(run.folder),
        "alone": alone,
        **asked,
    }


def _alone(run: Run, name: str) -> Record:
    """Every question once to one engine alone, for what its process then holds; and the time it took to open."""
    questions = run.questions()
    engine = peer_type(name)(run.index(name))
    gc.collect()
    start = time.perf_counter()
    engine.open()
    opened = time.perf_counter() - start
    for some in questions.values():
        for asked in some[: SLOW.get(name)]:
            engine.ask(asked, Depth.SNIPPETS)
    gc.collect()
    held = memory(os.getpid())
    return {"open": opened, "resident": held.resident, "own": held.own}


def _ask(run: Run) -> Record:
    """The questions, engine after engine, and how the answers agree with ours."""
    engines = {name: open_peer(name, run.index(name)) for name in run.engines}
    questions = run.questions()
    gc.collect()
    gc.freeze()
    found = {label: _ask_class(run, engines, some) for label, some in questions.items()}
    return {what: {label: one[what] for label, one in found.items()} for what in ("times", "hits", "agreement")}


def _ask_class(run: Run, engines: Mapping[str, Peer], questions: Sequence[Query]) -> Record:
    """The questions of one class in all depths: milliseconds an engine, mean hits, agreement."""
    first = run.engines[0]
    agreement: Record = {name: {"asked": 0, "totals": 0, "counts": 0, "most": 0.0} for name in run.engines[1:]}
    times: dict[str, dict[str, list[float]]] = {}
    hits: list[int] = []
    for depth in Depth:
        spent = times[depth.value] = dict[str, list[float]]((name, []) for name in run.engines)
        for engine in engines.values():
            engine.ask(questions[0], depth)
        for number, question in enumerate(questions):
            answers = {}
            for name, engine in engines.items():
                if number < SLOW.get(name, run.each):
                    milliseconds, answers[name] = _timed(engine, question, depth, CLOCKS[run.clock])
                    spent[name].append(milliseconds)
            if depth is Depth.FACETS:
                hits.append(answers[first].total)
                _compare(answers, first, agreement)
    return {"times": times, "hits": statistics.fmean(hits), "agreement": agreement}


def _timed(engine: Peer, asked: Query, depth: Depth, clock: Callable[[], float]) -> tuple[float, Found]:
    """Milliseconds that an answer takes (the middle one of some), and the answer."""
    times = []
    for _ in range(1 if engine.name in SLOW else ROUNDS):
        start = clock()
        found = engine.ask(asked, depth)
        times.append((clock() - start) * 1e3)
    return statistics.median(times), found


def _compare(answers: Mapping[str, Found], reference: str, agreement: Record) -> None:
    """Counts whose total, and whose every facet count, is that of the reference; `most` is the largest share a total is off by."""
    right = answers[reference]
    for name, found in answers.items():
        if name == reference:
            continue
        one = agreement[name]
        one["asked"] += 1
        one["totals"] += found.total == right.total
        one["counts"] += {facet: dict(counts) for facet, counts in found.facets.items()} == {
            facet: dict(counts) for facet, counts in right.facets.items()
        }
        one["most"] = max(one["most"], abs(found.total - right.total) / max(1, right.total))


# --- processes ------------------------------------------------------------------------------------------------------------


def _step(step: str, run: Run, engines: Sequence[str]) -> tuple[Record, float]:
    """A part of the work in a process of its own: what it printed, and the most memory it and its children held."""
    words = [step, str(run.root), run.size, str(run.each), run.clock, *engines]
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.measure", *words], stdout=subprocess.PIPE, cwd=ROOT)
    peak = Peak(process)
    printed, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"{step} {' '.join(engines)} failed")
    record: Record = json.loads(printed.splitlines()[-1])
    return record, peak.megabytes


def _main(words: Sequence[str]) -> None:
    step, root, size, each, clock, *engines = words
    run = Run(Path(root), size, tuple(engines), int(each), clock)
    done = {"build": lambda: _build(run, engines[0]), "alone": lambda: _alone(run, engines[0]), "ask": lambda: _ask(run)}[step]()
    print(json.dumps(done))


if __name__ == "__main__":
    _main(sys.argv[1:])
