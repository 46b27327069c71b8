"""Bits flipped at random in every file of an index: nothing that is answered afterwards is wrong, and `check` tells of each.

python -m tests.torture.flips --flips 500
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from search import SearchError, build, open_library
from search.building.keeping import check
from search.errors import LedgerDamaged
from search.links import LinkState

ROOT = Path(__file__).resolve().parents[2]
QUERIES = ("", "帮扶", "消费扶贫 密云", "“劳务协作”", "北*")
LEFT_OUT = ("LOCK", "ledger.seal")

Truth = dict[str, object]


def truth(url: str, ids: list[str]) -> Truth:
    """What an index answers: totals, facets, texts of all passages, and where every id leads."""
    with open_library(url) as library:
        found: Truth = {}
        for query in QUERIES:
            answer = library.search(query)
            found[query] = (answer.total, [hit.passage.id for hit in answer.hits], str(answer.facets))
        found["texts"] = {passage.id: passage.text for one in library.documents() for passage in library.document(one.id).document.passages}
        states: dict[str, str] = {}
        for id_ in ids:
            try:
                states[id_] = library.passage(id_).resolution.state.value
            except LedgerDamaged:
                states[id_] = "damaged"
        found["states"] = states
        return found


def is_right(found: Truth, known: list[Truth]) -> bool:
    """Whether an answer is that of one of the generations. Where an id leads may be unknown to a damaged ledger, never wrong."""
    for one in known:
        if all(found[key] == one[key] for key in (*QUERIES, "texts")):
            pairs = zip(found["states"].items(), one["states"].items(), strict=True)  # type: ignore[attr-defined]
            return all(state in (true, "damaged", LinkState.GONE.value) for (_, state), (_, true) in pairs)
    return False


def main() -> None:
    """Flips, and counts what came of it; ends with 1 where anything was wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--flips", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        outcome = run(Path(name), given.flips, random.Random(given.seed))
    print(json.dumps(outcome, ensure_ascii=False))
    sys.exit(1 if outcome["wrong"] or outcome["missed"] or outcome["crashed"] else 0)


def run(folder: Path, flips: int, chance: random.Random) -> dict[str, int]:
    """Two generations, the second with an edit; then so many flips, each undone again."""
    sources, index = folder / "in", folder / "index"
    shutil.copytree(ROOT / "seeds", sources)
    url = f"whoosh:{index}"
    build([sources], url)
    with open_library(url) as library:
        ids = [passage.id for one in library.documents() for passage in library.document(one.id).document.passages]
    first = truth(url, ids)
    edited = sorted(sources.glob("*.txt"))[0]
    edited.write_text(edited.read_text(encoding="utf-8").replace("年", "年里", 3), encoding="utf-8")
    build([sources], url)
    known = [truth(url, ids), first]
    counts: Counter[str] = Counter()
    files = [path for path in index.rglob("*") if path.is_file() and path.stat().st_size and path.name not in LEFT_OUT]
    files = [path for path in files if not path.name.endswith((".seal", "-wal", "-shm", ".aside"))]
    for number in range(flips):
        path = files[number % len(files)]
        data = path.read_bytes()
        at = chance.randrange(len(data))
        path.write_bytes(data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :])
        try:
            right = is_right(truth(url, ids), known)
            counts["answered" if right else "wrong"] += 1
            if not right:
                print(f"wrong after a flip at {at} of {path.name}", file=sys.stderr)
        except SearchError:
            counts["refused"] += 1
        except Exception as error:
            counts["crashed"] += 1
            print(f"{type(error).__name__} after a flip at {at} of {path.name}: {error}", file=sys.stderr)
        try:
            told = bool(check(url).faults)
        except SearchError:
            told = True
        counts["told" if told else "missed"] += 1
        if not told:
            print(f"check is content after a flip at {at} of {path.name}", file=sys.stderr)
        path.write_bytes(data)
    return {name: counts[name] for name in ("answered", "refused", "told", "wrong", "missed", "crashed")}


if __name__ == "__main__":
    main()
