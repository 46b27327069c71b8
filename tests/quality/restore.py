"""How well restoring does on the judged rows: `python -m tests.quality.restore`.

Prints, for each document and over all: share of body paragraphs restored exactly, macro F1 of the kinds, agreement of article,
order and section, coverage of the source's characters, and speed. Exits 1 if a bar of the design is missed.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

from search.model import Block, Reading, Restored, SourceLine
from search.text.restore import restore

ROOT = Path(__file__).resolve().parents[2]
JUDGED = Path(__file__).parent / "data" / "reflow.jsonl"
EXACT_BAR, KINDS_BAR = 0.98, 0.92
_KINDS = {"byline/credit": "credit"}


def read_plain(path: Path) -> Reading:
    """A UTF-8 text file as a reading."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return Reading(tuple(SourceLine(number, line) for number, line in enumerate(lines, 1)), "txt", "utf-8")


def coverage(reading: Reading, restored: Restored) -> float:
    """Share of the source's non-space characters that stand in exactly one block or removal; 1.0 also means none is added."""
    source = Counter(char for line in reading.lines for char in line.text if not char.isspace())
    found = Counter(char for block in restored.blocks for char in block.text if not char.isspace())
    found += Counter(char for removal in restored.removed for char in removal.text if not char.isspace())
    wrong = sum(((source - found) + (found - source)).values())
    return 1 - wrong / max(1, source.total())


def macro_f1(pairs: list[tuple[str, str]]) -> float:
    """Mean F1 over the judged kinds; a pair is (judged, given), empty where the other side has no such block."""
    kinds = sorted({judged for judged, _ in pairs if judged})
    scores = []
    for kind in kinds:
        hit = sum(judged == given == kind for judged, given in pairs)
        wanted = sum(judged == kind for judged, _ in pairs)
        given = sum(given == kind for _, given in pairs)
        scores.append(2 * hit / (wanted + given) if wanted + given else 0.0)
    return sum(scores) / len(scores)


def compare(rows: list[dict[str, object]], blocks: tuple[Block, ...]) -> tuple[Counter[str], list[tuple[str, str]], list[str]]:
    """Counts of agreement, kind pairs, and the judged texts that were not found."""
    by_text: dict[str, list[int]] = defaultdict(list)
    for order, block in enumerate(blocks, 1):
        by_text[block.text].append(order)
    counts: Counter[str] = Counter()
    pairs: list[tuple[str, str]] = []
    missed: list[str] = []
    for row in rows:
        kind = _KINDS.get(str(row["type"]), str(row["type"]))
        counts["rows"] += 1
        counts["body"] += kind == "body"
        found = by_text.get(str(row["text"]))
        if not found:
            missed.append(str(row["text"]))
            pairs.append((kind, ""))
            continue
        order = found.pop(0)
        block = blocks[order - 1]
        pairs.append((kind, str(block.kind)))
        counts["exact"] += kind == "body" and block.kind == "body"
        counts["article"] += block.article == row["article"]
        counts["order"] += order == row["order"]
        counts["section"] += (block.section[-1] if block.section else None) == row["section"]
        counts["lines"] += [list(pair) for pair in block.source_lines] == row["raw_lines"]
    extra = len(blocks) - (len(rows) - len(missed))
    counts["extra"] += extra
    pairs += [("", str(block.kind)) for order, block in enumerate(blocks, 1) if order in by_text[block.text]]
    return counts, pairs, missed


def main() -> int:
    """Prints the measures; 0 if every bar is met."""
    rows: dict[str, list[dict[str, object]]] = defaultdict(list)
    for line in JUDGED.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        rows[row["doc"]].append(row)
    total: Counter[str] = Counter()
    pairs: list[tuple[str, str]] = []
    covered = 1.0
    for name, judged in sorted(rows.items()):
        reading = read_plain(ROOT / "seeds" / name)
        restored = restore(reading)
        counts, found, missed = compare(judged, restored.blocks)
        total += counts
        pairs += found
        covered = min(covered, coverage(reading, restored))
        print(name, dict(counts), *(f"\n  missed: {text[:60]}" for text in missed))
    kinds = macro_f1(pairs)
    exact = total["exact"] / total["body"]
    for path in sorted((ROOT / "seeds").glob("*.txt")):
        reading = read_plain(path)
        covered = min(covered, coverage(reading, restore(reading)))
    print(f"body paragraphs exact {exact:.4f}  kinds macro F1 {kinds:.4f}  coverage {covered:.6f}")
    print("  ".join(f"{key} {total[key] / total['rows']:.3f}" for key in ("article", "order", "section", "lines")))
    print(f"speed: {_speed():.1f} MB/s on paragraphs, {_speed(wrapped=True):.1f} MB/s on narrow columns")
    return 0 if exact >= EXACT_BAR and kinds >= KINDS_BAR and covered == 1.0 else 1


def _speed(*, wrapped: bool = False) -> float:
    """Megabytes of UTF-8 a second of processor time over the seeds repeated to about two megabytes."""
    wanted = "001*.txt" if wrapped else "003*.txt"
    lines = [line.text for path in (ROOT / "seeds").glob(wanted) for line in read_plain(path).lines]
    size = sum(len(line.encode()) + 1 for line in lines)
    many = lines * max(1, 2_000_000 // size)
    reading = Reading(tuple(SourceLine(number, line) for number, line in enumerate(many, 1)), "txt")
    start = time.process_time()
    restore(reading)
    return size * (len(many) // len(lines)) / (time.process_time() - start) / 1e6


if __name__ == "__main__":
    sys.exit(main())
