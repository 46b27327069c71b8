"""Judged queries over the five seeds: nDCG@10, recall and exact sets, as a table.

    python -m tests.quality.ranking [--verbose] [--write]

`data/queries.jsonl` was judged by reading: for every query the relevant passages of the seeds (document and place in reading order) with
grade 2 or 1, and whether the list is complete (`exact_set`). Judgements of paragraphs decide; titles, headings and captions are left out
of the ranking unless they are judged. `--write` records the run in `data/ranking.tsv`, the next run shows its figures beside.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from search.building.one_source import make_document
from search.engine.memory import MemoryEngine, MemoryStore, MemoryWriter
from search.engine.port import SearchRequest
from search.model import BlockKind, Document, Source
from search.query.parse import parse
from search.query.plan import And, Node, Not, Nothing
from search.query.planner import below
from search.query.suggest import AttachedSuggestions, Suggester, build_suggestions
from search.settings import Settings
from search.text.fold import match_form
from tests.planned import choose

ROOT = Path(__file__).resolve().parents[2]
QUERIES = Path(__file__).parent / "data" / "queries.jsonl"
PLACES = Path(__file__).parent / "data" / "queries_places.tsv"
RECORD = Path(__file__).parent / "data" / "ranking.tsv"
Key = tuple[str, int]


@dataclass(frozen=True)
class Judged:
    """A query with its judgements by (document, order)."""

    id: str
    text: str
    kinds: tuple[str, ...]
    grades: dict[Key, int]
    extra: dict[Key, int]
    exact: bool
    never: frozenset[Key]


@dataclass(frozen=True)
class Scored:
    """What one query reached. `exact` is None where the judged list is not complete."""

    query: Judged
    ndcg: float
    recall: float
    exact: bool | None
    step: str
    total: int


def seed_documents() -> list[Document]:
    """The five seeds, restored and labelled."""
    return [_document(path) for path in sorted((ROOT / "seeds").glob("*.txt"))]


def _document(path: Path) -> Document:
    data = path.read_bytes()
    return make_document(Source(path.name, data, hashlib.sha256(data).hexdigest()), path.stem, None, Settings())


def memory_engine(documents: list[Document]) -> MemoryEngine:
    """A memory engine over the documents."""
    store = MemoryStore()
    writer = MemoryWriter(store)
    for document in documents:
        writer.add(document)
    writer.commit()
    writer.publish()
    assert store.current is not None
    return MemoryEngine(store.current)


def judged_queries() -> list[Judged]:
    """The judged queries of the data file."""
    rows = [json.loads(line) for line in QUERIES.read_text(encoding="utf-8").splitlines()]
    return [
        Judged(
            row["id"],
            row["query"],
            tuple(row["kind"]),
            _grades(row["relevant"]),
            _grades(row.get("relevant_nonbody", ())),
            row["exact_set"],
            frozenset(_grades(row.get("must_not_match", ()))),
        )
        for row in rows
    ]


def _grades(rows: list[dict[str, object]]) -> dict[Key, int]:
    return {(str(row["doc"]).removesuffix(".txt"), int(str(row["order"]))): int(str(row.get("grade", 0))) for row in rows}


def ndcg(ranked: list[Key], grades: dict[Key, int], depth: int = 10) -> float:
    """Normalised discounted gain of the first `depth`, with gains of 2^grade - 1."""
    gained = math.fsum((2 ** grades.get(key, 0) - 1) / math.log2(place + 2) for place, key in enumerate(ranked[:depth]))
    ideal = sorted(grades.values(), reverse=True)[:depth]
    best = math.fsum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(ideal))
    return gained / best if best else 1.0


def judged_places(documents: list[Document]) -> dict[str, Key]:
    """Passage id → the place its judgements name, by how the passage opens: restoring may number passages differently."""
    openings: dict[str, dict[str, Key]] = defaultdict(dict)
    for line in PLACES.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            document, order, opening = line.split("\t")
            openings[document][opening] = (document, int(order))
    found: dict[str, Key] = {}
    for document_ in documents:
        for passage in document_.passages:
            form = match_form(passage.text).text
            found[passage.id] = next(
                (key for opening, key in openings[document_.id].items() if form.startswith(opening)), (document_.id, -passage.order)
            )
    return found


class Bench:
    """The seeds in memory, asked judged queries."""

    def __init__(self, documents: list[Document]) -> None:
        self._places = judged_places(documents)
        self.engine = memory_engine(documents)
        self.speller = Suggester(AttachedSuggestions(build_suggestions(documents)))

    def count(self, plan: Node) -> int:
        """Passages a plan matches."""
        return self.engine.search(SearchRequest(plan=plan, limit=0, collect=())).total

    def score(self, query: Judged) -> Scored:
        """Runs one query."""
        step = choose(parse(query.text), self.engine, self.speller)
        result = self.engine.search(SearchRequest(plan=step.plan, limit=1000, collect=()))
        also = And((below(parse(query.text), step, self.engine) or Nothing(), Not(step.plan)))
        hits = (*result.hits, *self.engine.search(SearchRequest(plan=also, limit=1000, collect=())).hits)
        grades = {**query.grades, **query.extra}
        ranked = [key for hit in hits for key in (self._places[hit.passage.id],) if hit.passage.kind is BlockKind.BODY or key in grades]
        judged = [key for key in ranked if key in query.grades or key not in query.extra]
        found = {key for key in ranked if key in query.grades}
        recall = len(found) / max(1, len(query.grades))
        exact = set(ranked) == set(grades) and not query.never & set(ranked) if query.exact else None
        return Scored(query, ndcg(judged, query.grades), recall, exact, step.code, result.total)


def main(arguments: list[str]) -> None:
    """Prints the table."""
    bench = Bench(seed_documents())
    scored = [bench.score(query) for query in judged_queries()]
    last = _recorded()
    print(f"{'query':5} {'nDCG@10':>8} {'last':>6} {'recall':>7} {'exact':>6} {'total':>6}  step, text")
    for one in scored:
        before = f"{last[one.query.id]:.3f}" if one.query.id in last else ""
        exact = "" if one.exact is None else "yes" if one.exact else "NO"
        print(f"{one.query.id:5} {one.ndcg:8.3f} {before:>6} {one.recall:7.2f} {exact:>6} {one.total:6}  {one.step:14} {one.query.text}")
    by_kind: dict[str, list[float]] = defaultdict(list)
    for one in scored:
        for kind in one.query.kinds:
            by_kind[kind].append(one.ndcg)
    for kind, values in sorted(by_kind.items()):
        print(f"{kind:20} {math.fsum(values) / len(values):.3f}  ({len(values)})")
    print(f"mean nDCG@10 {math.fsum(one.ndcg for one in scored) / len(scored):.4f}")
    if "--write" in arguments:
        RECORD.write_text("".join(f"{one.query.id}\t{one.ndcg:.4f}\n" for one in scored), encoding="utf-8")


def _recorded() -> dict[str, float]:
    if not RECORD.exists():
        return {}
    pairs = (line.split("\t") for line in RECORD.read_text(encoding="utf-8").splitlines())
    return {id_: float(value) for id_, value in pairs}


if __name__ == "__main__":
    main(sys.argv[1:])
