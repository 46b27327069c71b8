"""Builds every engine's index of the same made-up corpus, asks all of them the same questions, and prints the tables.

Engines: bangfu (ours), tantivy, xapian, fts5 (SQLite), whoosh (plain). Classes of questions: rare, common, and, or, phrase, run, prefix,
filtered, browse; each as top 20 with the exact total, with all facets, and with all facets, marks and snippets.

  python -m tests.bench --sizes 10k 100k            builds and measures both, prints a table each and how time grows
  python -m tests.bench --sizes 100k --runs 2       measures twice over the same indexes, prints the medians side by side
  python -m tests.bench --sizes 1m --keep peers     builds only ours again
  python -m tests.bench --sizes 100k 1m --show      measures nothing, prints the tables of the last runs kept

Corpus, tokens, questions, indexes and results (JSON) are in FOLDER/SIZE. For figures to rely on: a machine with nothing else to do (the
load is in the head of every table), and --runs 2.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tests.bench.measure import CLOCKS, OURS, SIZES, Record, Run, build, measure
from tests.bench.peers import NAMES, missing
from tests.bench.table import growth, page

LARGEST = {"whoosh": 100_000, "xapian": 100_000}
"""Passages above which an engine is left out unless it is named: its build alone would take the better part of an hour."""
RESULTS = "results"


def main() -> None:
    """Runs the benchmark."""
    given = _given()
    records: dict[str, list[Record]] = {}
    for size in given.sizes:
        run = Run(given.folder, size, _engines(given, size), given.questions, given.clock)
        records[size] = _shown(run, given.runs) if given.show else _measured(run, given)
    found = {size: some for size, some in records.items() if some}
    if given.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return
    parts = [page(some) for some in found.values()]
    if len(found) > 1:
        parts.append(growth([some[-1] for some in found.values()]))
    print("\n\n".join(parts))


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", "--size", nargs="+", choices=SIZES, default=["10k"], help="passages, rising (default: 10k)")
    parser.add_argument("--engines", nargs="+", choices=NAMES, help="default: all installed, slow ones up to the size they can bear")
    parser.add_argument("--questions", type=int, default=30, metavar="N", help="questions a class (default: 30)")
    parser.add_argument("--runs", type=int, default=1, metavar="N", help="how often to ask everything; with --show, how many runs back")
    parser.add_argument("--folder", type=Path, default=Path("/tmp/bangfu-bench"), help="where all is kept (default: %(default)s)")
    parser.add_argument(
        "--keep", nargs="*", metavar="ENGINE", help="use indexes that are there: of all, of these engines, or of 'peers' (all but ours)"
    )
    parser.add_argument("--show", action="store_true", help="measure nothing, print the last runs kept")
    parser.add_argument("--json", action="store_true", help="print the records, not the tables")
    parser.add_argument("--clock", choices=CLOCKS, default="wall", help="cpu: of the asking thread, for a busy machine (default: wall)")
    given = parser.parse_args()
    if given.keep is not None and not {*given.keep} <= {*NAMES, "peers"}:
        parser.error(f"--keep: engines are {', '.join(NAMES)}, or 'peers'")
    given.sizes = sorted(set(given.sizes), key=SIZES.__getitem__)
    given.folder = given.folder.resolve()
    return given


def _engines(given: argparse.Namespace, size: str) -> tuple[str, ...]:
    """The engines of this size; what is left out is said on the way."""
    chosen = []
    for name in given.engines or NAMES:
        if package := missing(name):
            _say(f"{size}: {name} left out, {package} is not installed")
        elif not given.engines and SIZES[size] > LARGEST.get(name, SIZES[size]):
            _say(f"{size}: {name} left out, its build takes too long at this size (name it in --engines to have it)")
        else:
            chosen.append(name)
    if OURS not in chosen:
        chosen.insert(0, OURS)
    return tuple(sorted(chosen, key=NAMES.index))


def _measured(run: Run, given: argparse.Namespace) -> list[Record]:
    for name in run.engines:
        if not (_is_kept(name, given.keep) and run.built(name).exists()):
            _say(f"{run.size}: {name} builds")
            build(run, name)
    records = []
    for number in range(given.runs):
        _say(f"{run.size}: asking, run {number + 1} of {given.runs}")
        record = measure(run)
        path = run.folder / RESULTS / f"{record['when']}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")
        _say(f"{run.size}: kept as {path}")
        records.append(record)
    return records


def _is_kept(name: str, keep: list[str] | None) -> bool:
    return keep is not None and (not keep or name in keep or ("peers" in keep and name != OURS))


def _shown(run: Run, count: int) -> list[Record]:
    paths = sorted((run.folder / RESULTS).glob("*.json"))[-count:]
    if not paths:
        _say(f"{run.size}: no run is kept in {run.folder / RESULTS}")
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
