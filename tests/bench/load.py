"""Addresses of pages as people ask for them, and the load that asks for them (`wrk`, on the same machine)."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from urllib.parse import quote, urlencode

from search.engine.port import Engine
from tests.bench.corpus import PROGRAMS
from tests.bench.processes import offspring, seconds_of_cpu

LUA = Path(__file__).with_name("load.lua")


@dataclass(frozen=True, slots=True)
class Load:
    """What came of a load: milliseconds an answer, seconds of CPU of the server, how many of the pages it asked for were new."""

    requests: int
    seconds: float
    errors: int
    p50: float
    p95: float
    p99: float
    cpu: float
    new: int


def addresses(engine: Engine) -> Iterator[str]:
    """Different pages of results without end: words, pairs, phrases, filters, further pages; in a fixed order."""
    chance = random.Random(7)
    counted = [(word, count) for word, count in engine.vocabulary() if len(word) > 1 and count > 20]
    words = [word for word, _ in counted]
    borders = list(accumulate(count**0.5 for _, count in counted))
    given: set[str] = set()
    while True:
        one, other = chance.choices(words, cum_weights=borders, k=2)
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
        address = "/search?" + urlencode(asked, quote_via=quote)
        if address not in given:
            given.add(address)
            yield address


def often(pages: Sequence[str], count: int) -> list[str]:
    """`count` requests for these pages as visitors make them: a few pages again and again, most of them hardly ever."""
    chance = random.Random(3)
    return [pages[min(int(chance.paretovariate(0.6)), len(pages)) - 1] for _ in range(count)]


def load(server: subprocess.Popen[bytes], port: int, asked: Sequence[str], folder: Path, *, clients: int, seconds: int) -> Load:
    """Asks for the addresses one after the other, from the beginning again if they run out."""
    path = folder / "addresses.txt"
    path.write_text("\n".join(asked), encoding="ascii")
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "60s", "-s", str(LUA), f"http://127.0.0.1:{port}", str(path)]
    before = sum(seconds_of_cpu(pid) for pid in offspring(server.pid))
    printed = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    cpu = sum(seconds_of_cpu(pid) for pid in offspring(server.pid)) - before
    found = json.loads(next(line for line in printed.splitlines() if line.startswith("JSON "))[5:])
    new = len(set(asked[: found["requests"]]))
    return Load(found["requests"], found["seconds"], found["errors"], found["p50"], found["p95"], found["p99"], cpu, new)
