"""Kills builds at random moments and opens what is left: `python tests/torture/kill_build.py --kills 200`.

Every time either the generation that was in force or the new one must open, pass `check`, and hold exactly the documents of one build;
and the next build must start. Prints how many kills fell before and after the new generation was in force; exits with 1 at the first fault.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from search.engine.whoosh import open_engine, open_writer
from search.engine.whoosh.write import writer
from search.model import BlockKind, Document, Passage
from search.query.analysis import fingerprint

DOCUMENTS = 30


def _documents(build: int) -> list[Document]:
    """Documents that all say which build they are of."""
    made = []
    for number in range(DOCUMENTS):
        name = f"{number:03d}"
        text = f"第{build}次构建，密云区消费扶贫第{number}篇。" * 5
        passages = tuple(Passage(f"{name}-{at}", name, at, BlockKind.BODY, text, ((at, at),)) for at in range(1, 6))
        made.append(Document(name, f"{build}", f"{name}.txt", "0" * 64, "txt", passages))
    return made


def build(folder: Path, number: int, *, announced: bool = False) -> None:
    """Writes one generation in several segments, some sealed in processes of their own."""
    writer.SEGMENT_PASSAGES = 40
    writer.MERGED_PASSAGES = 80
    writer._INLINE_MERGE = 100 if number % 3 == 0 else 1_000_000
    writer.INLINE_CHARACTERS = 100 if number % 3 == 0 else 1_000_000
    one = open_writer(folder, analysis=fingerprint(), base=True)
    documents = _documents(number)
    if announced:
        print("started", flush=True)
    for document in documents:
        one.add(document)
    one.commit()
    one.publish()


def _builds_in_force(folder: Path) -> set[str]:
    engine = open_engine(folder)
    faults = engine.check()
    if faults:
        raise SystemExit(f"damaged: {faults}")
    documents = [engine.document(summary.id) for summary in engine.documents()]
    if len(documents) != DOCUMENTS or any(document is None or len(document.passages) != 5 for document in documents):
        raise SystemExit("documents are missing")
    return {document.title for document in documents if document is not None}


def _started(folder: Path, number: int) -> subprocess.Popen[bytes]:
    """A process that builds, past the point where it holds the lock and begins to write."""
    command = [sys.executable, __file__, "--folder", str(folder), "--build", str(number)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    return process


def torture(folder: Path, kills: int, seed: int) -> None:
    """Builds once, measures how long that takes, then kills as many builds at moments spread over that time."""
    chance = random.Random(seed)
    _started(folder, 0).wait()
    process = _started(folder, 1)
    start = time.monotonic()
    process.wait()
    span = time.monotonic() - start
    old = "1"
    before = after = 0
    for number in range(2, kills + 2):
        process = _started(folder, number)
        time.sleep(chance.random() * span * 1.2)
        process.send_signal(signal.SIGKILL)
        process.wait()
        found = _builds_in_force(folder)
        if found not in ({old}, {str(number)}):
            raise SystemExit(f"build {number} left {found} where {old} was in force")
        before, after = (before + 1, after) if found == {old} else (before, after + 1)
        old = found.pop()
    build(folder, kills + 2)
    if _builds_in_force(folder) != {str(kills + 2)}:
        raise SystemExit("the build after the kills is not in force")
    print(f"{kills} kills: {before} left the old generation, {after} the new one, none anything else")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--build", type=int, default=None, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.build is not None:
        build(given.folder, given.build, announced=True)
        return
    torture(given.folder or Path(tempfile.mkdtemp()), given.kills, given.seed)


if __name__ == "__main__":
    main()
