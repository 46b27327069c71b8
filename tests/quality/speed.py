"""How fast restoring and labelling are, and how they grow: `python -m tests.quality.speed [--growth]`.

Prints megabytes of UTF-8 a second of processor time for the kinds of text users bring and, with `--growth`, by how much each hostile
shape costs more when it is twice as long (2 is linear). Nothing here fails: a busy machine is slow. `SPEED.md` keeps the figures.
"""

from __future__ import annotations

import gc
import random
import sys
import time
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path

from search.labels.figure.find import find_figures
from search.labels.labelling import label
from search.labels.program.label import label_programs
from search.labels.region.label import label_regions
from search.labels.year.label import label_years
from search.model import Reading, Restored
from search.text.restore import restore
from tests.quality import typeset
from tests.quality.restore import ROOT, read_plain
from tests.quality.shapes import all_shapes, as_reading, furnished_pages

TURNS = 5
SIZES = (1000, 2000, 4000, 8000)


def main() -> int:
    """Prints the tables; 0 always."""
    print(f"{'':38}{'restore':>9}{'label':>9}{'regions':>9}{'years':>9}{'programs':>9}{'figures':>9}   MB/s of processor time")
    for name, readings in _kinds():
        documents = [restore(reading) for reading in readings]
        source = sum(len(line.text.encode()) + 1 for reading in readings for line in reading.lines) / 1e6
        text = sum(len(block.text.encode()) for document in documents for block in document.blocks) / 1e6
        speeds = [source / _seconds(lambda readings=readings: [restore(reading) for reading in readings])]
        speeds += [text / _seconds(part, documents) for part in (_label, _regions, _years, _programs, _figures)]
        print(f"{name:38}" + "".join(f"{speed:9.1f}" for speed in speeds), flush=True)
    if "--growth" in sys.argv:
        print(f"\n{'growth when doubled':38}{'KB':>8}{'restore':>24}{'label':>24}")
        for name, shape in all_shapes():
            _print_growth(name, [as_reading(shape(size)) for size in SIZES])
        _print_growth("pages with furniture", [furnished_pages(size // 20) for size in SIZES])
    return 0


def _kinds() -> Iterable[tuple[str, list[Reading]]]:
    seeds = [read_plain(path) for path in sorted((ROOT / "seeds").glob("*.txt"))]
    yield "seeds", seeds
    yield "one column, ten times", [as_reading([line.text for line in seeds[1].lines] * 10)]
    pages = typeset.judged_pages()
    yield "one paragraph a line", [as_reading([text for _, text in page]) for page in pages] * 4
    for setting in typeset.SETTINGS:
        readings = []
        for width in typeset.WIDTHS[::2]:
            chance = random.Random(width)
            readings += [as_reading(typeset.set_page(page, width, setting, chance)[0]) for page in pages]
        yield f"set: {setting.name}", readings
    for name in sys.argv[1:]:
        if not name.startswith("--"):
            yield Path(name).name, [read_plain(Path(name))]


def _label(documents: list[Restored]) -> None:
    for document in documents:
        label(document.blocks, document.metadata)


def _regions(documents: list[Restored]) -> None:
    for document in documents:
        label_regions(document.blocks, document.metadata)


def _years(documents: list[Restored]) -> None:
    for document in documents:
        label_years(document.blocks, document.metadata)


def _programs(documents: list[Restored]) -> None:
    for document in documents:
        label_programs(document.blocks, document.metadata)


def _figures(documents: list[Restored]) -> None:
    for document in documents:
        for block in document.blocks:
            find_figures(block)


def _seconds(task: Callable[..., object], *arguments: object, turns: int = TURNS) -> float:
    """Least processor time of some turns."""
    found = []
    for _ in range(turns):
        gc.collect()
        start = time.process_time()
        task(*arguments)
        found.append(time.process_time() - start)
    return max(min(found), 1e-6)


def _print_growth(name: str, readings: list[Reading]) -> None:
    restoring = [_seconds(restore, reading, turns=2) for reading in readings]
    documents = [restore(reading) for reading in readings]
    labelling = [_seconds(label, document.blocks, document.metadata, turns=2) for document in documents]
    size = sum(len(line.text.encode()) + 1 for line in readings[-1].lines) / 1e3
    columns = []
    for times in (restoring, labelling):
        grown = " ".join(f"{after / before:4.1f}" for before, after in pairwise(times))
        columns.append(f"{times[-1] * 1000:6.0f} ms {grown}")
    print(f"{name:38}{size:8.0f}{columns[0]:>27}{columns[1]:>27}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
