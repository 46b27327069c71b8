"""Builds an index of real articles, given by their folder, and measures what it costs: CPU by stage, bytes by part, typed queries, lists
and exports, a build after one change. Results are kept as JSON with the machine; each run is shown against the last.

  python -m tests.bench.articles ARTICLES                     the articles as they are
  python -m tests.bench.articles ARTICLES --times 5           and four more of each, their sentences drawn from all
  python -m tests.bench.articles ARTICLES --show              measures nothing, prints the last runs

Nothing of the articles is kept but their number and size. All times are CPU of this process and its children, for a machine on which others
work.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from search import build, open_library
from search.building.one_source import prepare
from search.engine.port import summary
from search.engine.spool import append_record
from search.engine.stored import pack_document, pack_passage, pack_summary
from search.engine.whoosh.write.seal import Job, seal
from search.labels.labelling import label
from search.model import Document, Metadata
from search.reading import collect, read
from search.settings import Settings
from search.text.restore import restore
from tests.bench.machine import machine

Record = dict[str, Any]

QUERIES = (
    "扶贫", "消费扶贫", "对口支援", "东西部协作 产业园", "医疗队", "教育帮扶 AND 培训", "就业 OR 劳务", "“产业扶贫”", "县 干部",
    "2020年 投入 资金", "农产品 销售", "易地搬迁 NOT 学校", "光伏", "谁在帮新疆", "贫困人口脱贫了多少",
)  # fmt: skip
"""What people type: words, several words, phrases, operators, questions."""
KEPT = "articles"
_SENTENCE = re.compile(r"[^。！？；]+[。！？；]?")
_PROSE = 40
"""Characters from which a line is text, not head or date."""
_PART = re.compile(r"MAIN_\w+(\.\w+)|(order\.columns)|(ledger)\.sqlite3")
_SEED = 7


def multiplied(source: Path, target: Path, times: int) -> int:
    """Writes every article, and `times - 1` more of its build with sentences drawn from all articles; the bytes written."""
    texts = [(path.stem, path.read_text(encoding="utf-8", errors="replace")) for path in sorted(source.rglob("*.txt"))]
    if not texts:
        raise SystemExit(f"no .txt in {source}")
    pool = [sentence for _, text in texts for line in text.split("\n") if len(line) > _PROSE for sentence in _SENTENCE.findall(line)]
    chance = random.Random(_SEED)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    written = 0
    for number in range(times):
        for stem, text in texts:
            lines = (
                "".join(chance.choice(pool) for _ in _SENTENCE.findall(line)) if number and len(line) > _PROSE else line
                for line in text.split("\n")
            )
            written += (target / f"{stem}-{number}.txt").write_bytes("\n".join(lines).encode())
    return written


def _cpu() -> float:
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in spent)


def _timed(work: Callable[[], object]) -> float:
    start = _cpu()
    work()
    return _cpu() - start


class Spent:
    """Seconds of CPU by stage, added up."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def on(self, stage: str) -> Iterator[None]:
        """Adds what is done inside to a stage."""
        start = _cpu()
        yield
        self.seconds[stage] = self.seconds.get(stage, 0.0) + _cpu() - start


def stages(folder: Path, scratch: Path) -> dict[str, float]:
    """Seconds of CPU of each stage over all sources, one after the other in this process."""
    settings = Settings()
    spent = Spent()
    with spent.on("collect"):
        sources = [one.source for one in collect([folder], settings) if one.source is not None]
    prepare(sources[0], "warm", None, settings)
    documents: list[Document] = []
    for number, source in enumerate(sources):
        with spent.on("read"):
            reading = read(source, settings)
        with spent.on("restore"):
            restored = restore(reading)
        with spent.on("label"):
            label(restored.blocks, restored.metadata or Metadata())
        with spent.on("whole document"):
            documents.append(prepare(source, f"{number:06}", None, settings).document)
    spool = scratch / "one.spool"
    with spool.open("wb") as file:
        for document in documents:
            append_record(file, [pack_document(document), pack_summary(summary(document)), *map(pack_passage, document.passages)])
    with spent.on("index"):
        seal(Job(str(scratch), "MAIN_one", str(spool)))
    return spent.seconds


def sizes(index: Path) -> dict[str, int]:
    """Bytes by part of an index; kept originals apart."""
    found: dict[str, int] = {}
    for path in index.rglob("*"):
        if not path.is_file():
            continue
        inside = path.relative_to(index)
        match = _PART.match(path.name)
        part = (
            "originals" if inside.parts[0] == "sources" else next(filter(None, match.groups()), "") if match else "attachments and records"
        )
        found[part] = found.get(part, 0) + path.stat().st_size
    return dict(sorted(found.items(), key=lambda one: -one[1]))


def queries(index: Path) -> dict[str, float]:
    """Milliseconds of CPU of typed queries through the library, the first asking of each: median and the slowest."""
    with open_library(f"whoosh:{index}") as library:
        library.search("暖")
        spent = [_milliseconds(lambda text=text: library.search(text)) for text in QUERIES]  # type: ignore[misc]
        listed = _milliseconds(lambda: library.documents())
        hits = list(islice(_all_hits(library), 2_000))
        rows = _milliseconds(lambda: sum(1 for _ in islice(_all_hits(library), len(hits))))
    return {
        "typed query, ms, median": statistics.median(spent),
        "typed query, ms, slowest": max(spent),
        "list of all documents, ms": listed,
        "hits gone through a second": len(hits) / max(rows, 0.001) * 1_000,
    }


def _all_hits(library: Any) -> Iterator[Any]:
    yield from library.hits("")


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.thread_time()
    work()
    return (time.thread_time() - start) * 1e3


def measure(articles: Path, scratch: Path, times: int) -> Record:
    """One run over a folder of articles."""
    folder, index = scratch / "sources", scratch / "index"
    shutil.rmtree(index, ignore_errors=True)
    text = multiplied(articles, folder, times)
    built = _timed(lambda: build([folder], f"whoosh:{index}"))
    parts = sizes(index)
    asked = queries(index)
    changed = next(folder.iterdir())
    changed.write_text(changed.read_text(encoding="utf-8") + "\n又及：这一段是后来加上的，说的是同一件事。\n", encoding="utf-8")
    again = _timed(lambda: build([folder], f"whoosh:{index}"))
    work = scratch / "stages"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    return {
        "when": f"{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}",
        "machine": machine(),
        "articles": sum(1 for _ in folder.iterdir()),
        "text": text,
        "build, s": built,
        "build after one change, s": again,
        "bytes": parts,
        "asked": asked,
        "stages, s": stages(folder, work),
    }


def rows(record: Record) -> dict[str, float]:
    """What a table shows of a run."""
    text = record["text"]
    index = sum(size for part, size in record["bytes"].items() if part != "originals")
    return {
        "build, MB of text per second of CPU": text / 1e6 / record["build, s"],
        **{f"{stage}, MB/s": text / 1e6 / max(seconds, 1e-9) for stage, seconds in record["stages, s"].items()},
        "build after one change, s": record["build after one change, s"],
        "index, bytes per byte of text": index / text,
        **{f"of it {part}": size / text for part, size in record["bytes"].items() if part != "originals"},
        **record["asked"],
    }


def table(records: list[Record]) -> str:
    """The last run against the one before."""
    last = records[-1]
    now, before = rows(last), rows(records[-2]) if len(records) > 1 else {}
    lines = [
        f"{last['articles']:,} articles, {last['text'] / 1e6:.1f} MB; {last['machine']}; CPU",
        "",
        "| | last | before | |",
        "| --- | ---: | ---: | --- |",
    ]
    for title, value in now.items():
        old = before.get(title)
        lines.append(f"| {title} | {value:,.3g} | {f'{old:,.3g}' if old else ''} | {_bar(value / old) if old else ''} |")
    return "\n".join(lines)


def _bar(ratio: float) -> str:
    """A plot of one line: ten marks are the run before."""
    return f"{'▇' * min(30, max(1, round(10 * ratio)))} {ratio:.2f}"


def main() -> None:
    """Runs the measurement."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.articles", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("articles", type=Path, help="a folder of text files, an article each")
    parser.add_argument("--times", type=int, default=1, metavar="N", help="as many articles of each (default: 1)")
    parser.add_argument("--folder", type=Path, default=Path("/tmp/bangfu-bench"), help="where all is kept (default: %(default)s)")
    parser.add_argument("--show", action="store_true", help="measure nothing, print the last runs kept")
    given = parser.parse_args()
    scratch = given.folder / KEPT / f"x{given.times}"
    results = scratch / "results"
    results.mkdir(parents=True, exist_ok=True)
    if not given.show:
        record = measure(given.articles, scratch, given.times)
        (results / f"{record['when']}.json").write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")
    paths = sorted(results.glob("*.json"))
    if not paths:
        raise SystemExit(f"no run is kept in {results}")
    print(table([json.loads(path.read_text(encoding="utf-8")) for path in paths[-2:]]))


if __name__ == "__main__":
    main()
