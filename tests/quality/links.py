"""Links against judged quotes and edits, and against thousands of edits made by rule: `python -m tests.quality.links [EDITS]`.

The judged material is small; the edits made by rule (`tests/links/edits.py`) know their outcome because they were made by it.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from search.answering.locate import locate
from search.engine.memory import Corpus, MemoryEngine
from search.engine.port import Manifest
from search.links import Ledger
from tests.links.corpus import DATA, OTHER, Served, document, judged_texts
from tests.links.edits import KINDS, Edit

NAMES = ("000_b8b8e29840079a9b.txt", OTHER)
EDITS = 40


def judged(kind: str) -> list[dict[str, Any]]:
    """Judged rows of one kind (`quote` or `edit`)."""
    with (DATA / "deeplinks.jsonl").open(encoding="utf-8") as lines:
        return [row for line in lines if (row := json.loads(line))["kind"] == kind]


def located() -> tuple[int, int]:
    """Judged quotes found first in their paragraph, of how many."""
    documents = {Path(name).stem: document(Path(name).stem, judged_texts(name)) for name in NAMES}
    engine = MemoryEngine(Corpus(documents, {}, Manifest("g", "memory", "", "", 0, 2, "")))
    right = 0
    rows = judged("quote")
    for row in rows:
        found = locate(row["quote"], engine)
        wanted = documents[Path(row["doc"]).stem].passages[row["order"] - 1]
        right += bool(found) and found[0].id == wanted.id
    return right, len(rows)


def faults(texts: tuple[str, ...], other: tuple[str, ...], at: int, edit: Edit) -> list[str]:
    """What a link says wrongly after the edit: of the paragraph itself, and of any other."""
    before = [document("one", texts), document("two", other)]
    after = [document("uno" if edit.renamed else "one", edit.texts), document("two", edit.other)]
    found_faults = []
    with Ledger(":memory:") as ledger:
        ledger.record("g1", before)
        ledger.record("g2", after, base="g1")
        served = Served(*after)
        for place, passage in enumerate(before[0].passages):
            found = ledger.resolve(passage.id, served, "g2")
            current = served.fetch([found.current or ""])[0]
            text = current.text if current else None
            state: str | None = None
            target: str | None = passage.text
            if place == at or place in edit.partners:
                state, target = edit.state, edit.target
            if (state and found.state != state) or text != target:
                found_faults.append(f"{found.state} {passage.text[:60]} → {(text or '')[:60]}")
    return found_faults


def main() -> None:
    """Prints the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else EDITS
    right, all_ = located()
    print(f"quotes located        {right}/{all_}")
    rnd = random.Random(7)
    wrong: Counter[str] = Counter()
    started = time.perf_counter()
    total = 0
    for kind in KINDS:
        done = 0
        for _ in range(10 * count):
            if done == count:
                break
            texts, other = (judged_texts(name) for name in rnd.sample(NAMES, 2))
            at = rnd.choice([place for place, text in enumerate(texts) if texts.count(text) == 1 and len(text) >= 12])
            edit = kind(texts, at, other, rnd)
            if edit is None:
                continue
            done += 1
            for fault in faults(texts, other, at, edit):
                wrong[kind.__name__] += 1
                print(f"  {kind.__name__}: {fault}")
        total += done
        print(f"{kind.__name__:<24}{done - wrong[kind.__name__]:>4}/{done}")
    print(f"{total} edits, {sum(wrong.values())} wrong, {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
