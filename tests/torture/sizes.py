"""Ten megabytes of every hostile shape: reading, restoring and labelling take time as the input is long, by the processor's clock.

A quarter of each is taken first; the whole may take `MOST` times as long. What takes less than `LEAST` seconds is too short to tell.
`python -m tests.torture.sizes --megabytes 10 --only read restore label`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

from search import Settings
from search.errors import UnreadableSource
from search.labels.labelling import label
from search.model import Block, BlockKind, Metadata
from search.reading.found import source_of
from search.reading.registry import reader_of
from search.reading.sniff import format_of
from search.text.restore import restore
from tests.quality.shapes import Shape, all_shapes, as_reading
from tests.reading.grown import GROWN, Grown

MOST = 8.0
"""Times that four times the input may take; as the square it would be sixteen."""
LEAST = 0.5
WIDE = replace(Settings(), max_line_chars=1 << 30, max_expanded_bytes=1 << 31, max_compression_ratio=1 << 20)

Task = Callable[[int], Callable[[], object]]
"""For a number of turns, what is to be timed; the input is made before."""


def _read(name: str, grown: Grown) -> Task:
    def made(turns: int) -> Callable[[], object]:
        source = source_of(name, grown(turns))

        def read() -> None:
            with suppress(UnreadableSource):
                reader_of(format_of(source))(source, WIDE)

        return read

    return made


def _restore(shape: Shape) -> Task:
    def made(turns: int) -> Callable[[], object]:
        reading = as_reading(shape(turns))
        return lambda: restore(reading)

    return made


def _label(shape: Shape) -> Task:
    def made(turns: int) -> Callable[[], object]:
        lines = enumerate(filter(str.strip, shape(turns)), 1)
        blocks = [Block(BlockKind.BODY, line.strip(), ((number, number),), 1) for number, line in lines]
        return lambda: label(blocks, Metadata())

    return made


def tasks(kinds: set[str]) -> Iterator[tuple[str, int, Task]]:
    """Name of each task, bytes that a turn of it has, and the task."""
    if "read" in kinds:
        for name, grown in GROWN.items():
            size = len(grown(2_000)) - len(grown(1_000))
            yield f"read {name}", max(size // 1_000, 16 if name.endswith(("docx", "odt", "pptx", "epub")) else 1), _read(name, grown)
    for kind, of in (("restore", _restore), ("label", _label)):
        for name, shape in all_shapes() if kind in kinds else ():
            size = len("\n".join(shape(20)).encode()) - len("\n".join(shape(10)).encode())
            yield f"{kind} {name}", max(size // 10, 1), of(shape)


def seconds(task: Callable[[], object]) -> float:
    """Of the processor's."""
    begun = time.process_time()
    task()
    return time.process_time() - begun


def main() -> None:
    """Times all, slowest last; ends with 1 where anything grew too fast."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=10)
    parser.add_argument("--only", nargs="+", default=["read", "restore", "label"])
    given = parser.parse_args()
    told, wrong = [], []
    for name, size, task in tasks(set(given.only)):
        turns = int(given.megabytes * 1e6 / size)
        small, large = seconds(task(turns // 4)), seconds(task(turns))
        told.append((large, f"{large:7.2f} s, {large / max(small, 1e-3):5.1f} times a quarter's  {name}"))
        if large > LEAST and large > MOST * small:
            wrong.append(told[-1][1])
            print("grows too fast:", wrong[-1], flush=True)
    print(*(line for _, line in sorted(told)[-12:]), sep="\n")
    print(f"{len(told)} shapes of {given.megabytes:g} MB: {len(wrong)} grow faster than they are long")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
