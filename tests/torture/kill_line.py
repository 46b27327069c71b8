"""Kills whole builds — reading, ledger and all — at random moments, and follows every link ever served.

Each time the old or the new generation must open and pass `check`, and every passage id that any generation in force ever had must still
resolve: to its passage, to a successor, or to an honest *gone*. What killed builds had done is taken up by the next ones, and the last
generation must hold what a build from nothing does. `python -m tests.torture.kill_line --kills 200`.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from search import open_library
from search.model import Document

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = 12
SENTENCES = (
    "2019年，南岭区向北岭县投入帮扶资金{}万元，援建扶贫车间两座。",
    "双方组织{}名教师结对支教，选派医生驻点帮扶，群众得到实惠。",
    "消费扶贫销售农产品{}吨，带动贫困户增收，合作社扩大种植。",
    "劳务协作培训班举办{}期，帮助贫困劳动力转移就业。",
)


def edit(folder: Path, chance: random.Random) -> None:
    """Some documents are changed, one comes or goes."""
    for number in range(DOCUMENTS):
        path = folder / f"{number:02}.txt"
        if not path.exists() or chance.random() < 0.4:
            lines = [chance.choice(SENTENCES).format(chance.randint(1, 999)) for _ in range(6)]
            path.write_text("\n\n".join(lines), encoding="utf-8")
    (folder / f"{chance.randrange(DOCUMENTS):02}.txt").unlink(missing_ok=True)


def start(sources: Path, index: Path) -> subprocess.Popen[bytes]:
    """A `bangfu build` of its own."""
    command = [sys.executable, "-m", "search", "build", str(sources), "--index", str(index)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def torture(kills: int, seed: int = 1) -> tuple[int, int]:
    """Returns how many kills left the old and how many the new generation. Raises AssertionError at the first fault."""
    chance = random.Random(seed)
    old_left = new_left = 0
    served: set[str] = set()
    with tempfile.TemporaryDirectory() as place:
        sources, index = Path(place, "in"), Path(place, "index")
        sources.mkdir()
        edit(sources, chance)
        began = time.monotonic()
        assert start(sources, index).wait() == 0
        span = time.monotonic() - began
        generation = _look(index, served)
        for _ in range(kills):
            edit(sources, chance)
            process = start(sources, index)
            time.sleep(chance.random() * span * 1.1)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            now = _look(index, served)
            old_left, new_left = (old_left + 1, new_left) if now == generation else (old_left, new_left + 1)
            generation = now
        assert start(sources, index).wait() == 0
        _look(index, served)
        assert start(sources, Path(place, "fresh")).wait() == 0
        assert _documents(index) == _documents(Path(place, "fresh"))
    return old_left, new_left


def _documents(index: Path) -> list[Document]:
    with open_library(f"whoosh:{index}") as library:
        return [library.document(summary.id).document for summary in library.documents()]


def _look(index: Path, served: set[str]) -> str:
    """Opens what is in force, checks it, remembers its ids and follows all that were ever served."""
    with open_library(f"whoosh:{index}") as library:
        assert library.check() == ()
        for summary in library.documents():
            served.update(passage.id for passage in library.document(summary.id).document.passages)
        for id_ in served:
            library.passage(id_)
        return library.manifest().generation


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    given = parser.parse_args()
    old, new = torture(given.kills)
    print(f"{given.kills} kills of whole builds: {old} left the old generation, {new} the new one; no id lost")
