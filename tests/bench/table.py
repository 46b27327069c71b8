"""Records of runs as Markdown tables."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence

from tests.bench.measure import OURS, SLOW, Record
from tests.bench.peers import Depth

RIVAL = "tantivy"
"""The engine that ours is held against in the last column."""
DIFFERENCES = {
    "prefix": "Ours finds the string anywhere, the others tokens that begin with it.",
    "phrase": "Ours finds the joined string, the others tokens that follow each other, even where punctuation parts them.",
}
"""What may make totals differ where they do; words are drawn such that they stand nowhere but as tokens (`queries.py`)."""
OTHER_DIFFERENCE = "Ours finds the string, the others the token; at this size the words drawn are not tokens everywhere they stand."


def page(runs: Sequence[Record]) -> str:
    """Everything there is to say of one size: the last run whole; with several, their medians side by side."""
    last = runs[-1]
    parts = [times(last), agreement(last), marking(last)]
    if len(runs) > 1:
        parts.insert(1, side_by_side(runs))
    return "\n\n".join(parts)


def times(run: Record) -> str:
    """Class × depth, p50 / p95 of every engine; builds, sizes and memory below."""
    names = run["engines"]
    rows = [
        [f"{label}, {depth}", f"{run['hits'][label]:,.0f}", *(_pair(spent[name]) for name in names), _ratio(spent)]
        for label, depths in run["times"].items()
        for depth, spent in depths.items()
    ]
    titles = [f"{name} ({SLOW[name]} questions)" if name in SLOW else name for name in names]
    head = (
        f"{run['passages']:,} passages, {run['each']} questions a class; {run['machine']}; "
        f"{'wall clock' if run['clock'] == 'wall' else 'CPU of the asking thread'}"
    )
    table = _table(["ms, p50 / p95", "hits", *titles, f"{OURS} : {RIVAL}"], [*rows, *_costs(run)])
    notes = [
        "Build: from the same documents; segmentation is done once for all the others (its CPU, one process, is the row of its own) and "
        "within ours. CPU is that of all processes of a build: read it where wall time and load say that others were at work."
    ]
    if run["stale"]:
        notes.append(f"Indexes kept from another version of the analysis: {', '.join(run['stale'])}.")
    busy = [f"{name} {built['load']:.1f}" for name, built in run["built"].items() if built["load"] > 3]
    if busy:
        notes.append(f"Load at the end of a build above 3: {', '.join(busy)}.")
    return "\n\n".join([head, table, *notes])


def _costs(run: Record) -> list[list[str]]:
    built, alone, names = run["built"], run["alone"], run["engines"]
    analysis = run["analysis_seconds"]

    def row(title: str, value: Callable[[str], str]) -> list[str]:
        return [title, "", *(value(name) for name in names), ""]

    return [
        row("build, s wall", lambda name: f"{built[name]['wall']:.0f}"),
        row("build, s CPU", lambda name: f"{built[name]['cpu']:.0f}"),
        row("segmentation beside it, s CPU", lambda name: "within" if name == OURS else f"{analysis:.0f}"),
        row("build peak, MB", lambda name: f"{built[name]['peak']:.0f}"),
        row("index, MB", lambda name: f"{built[name]['bytes'] / 1e6:.0f}"),
        row("open, ms", lambda name: f"{alone[name]['open'] * 1e3:.1f}"),
        row("memory after all questions, resident MB", lambda name: f"{alone[name]['resident']:.0f}"),
        row("of it no file of the index, MB", lambda name: f"{alone[name]['own']:.0f}"),
    ]


def side_by_side(runs: Sequence[Record]) -> str:
    """The medians of several runs over the same indexes, and the worst ratio of ours to the rival's in any of them."""
    names = [name for name in runs[-1]["engines"] if all(name in run["engines"] for run in runs)]
    rows = []
    for label, depths in runs[-1]["times"].items():
        for depth in depths:
            spent = [run["times"][label][depth] for run in runs]
            ratios = [found for one in spent if (found := _ratio(one))]
            cells = [" / ".join(f"{statistics.median(one[name]):.2f}" for one in spent) for name in names]
            rows.append([f"{label}, {depth}", *cells, max(ratios, key=float, default="")])
    loads = ", ".join(f"{run['when']} (load {run['machine'].rpartition('load ')[2]})" for run in runs)
    return f"{len(runs)} runs: {loads}\n\n" + _table(["ms, p50 of each run", *names, f"{OURS} : {RIVAL}, worst"], rows)


def agreement(run: Record) -> str:
    """How many of the answers are the same as ours; a line for every class where any is not."""
    names = run["engines"]
    lines = [f"Answers compared with those of {names[0]}, question by question (total; all counts of all facets):"]
    different: dict[str, list[str]] = {}
    for name in names[1:]:
        found = [(label, of[name]) for label, of in run["agreement"].items()]
        asked = sum(one["asked"] for _, one in found)
        lines.append(
            f"- {name}: totals {sum(one['totals'] for _, one in found)} of {asked} equal, "
            f"counts {sum(one['counts'] for _, one in found)} of {asked}"
        )
        for label, one in found:
            if min(one["totals"], one["counts"]) < one["asked"]:
                equal = f"{one['totals']} totals and {one['counts']} counts of {one['asked']} equal"
                said = f"{name} {equal}, totals at most {one['most']:.2%} off"
                different.setdefault(label, []).append(said)
    lines += [f"- {label}: {'; '.join(said)}. {DIFFERENCES.get(label, OTHER_DIFFERENCE)}" for label, said in different.items()]
    return "\n".join([lines[0], "", *lines[1:]])


def marking(run: Record) -> str:
    """How each engine marks and cuts its twenty hits."""
    return "\n".join(["Marks and snippets of the twenty hits:", "", *(f"- {name}: {how}" for name, how in run["marking"].items())])


def growth(runs: Sequence[Record]) -> str:
    """A table an engine over runs of rising size: p50 of every class, and how time grows beside how hits do, over the last step."""
    tables = []
    for name in dict.fromkeys(name for run in runs for name in run["engines"]):
        own = [run for run in runs if name in run["engines"]]
        if len(own) < 2:
            continue
        small, large = own[-2:]
        step = f"{large['size']} : {small['size']}"
        rows = []
        for label in large["times"]:
            more = large["hits"][label] / max(small["hits"][label], 0.01)
            for depth in Depth:
                spent = [statistics.median(run["times"][label][depth.value][name]) for run in own]
                cells = [f"{one:.2f}" for one in spent]
                rows.append([f"{label}, {depth.value}", *cells, f"{spent[-1] / spent[-2]:.1f}", f"{more:.1f}"])
        rows += [_grown(title, [value(run, name) for run in own]) for title, value in _GROWING.items()]
        titles = [f"{name}, ms p50", *(run["size"] for run in own), f"time, {step}", f"hits, {step}"]
        tables.append(_table(titles, rows))
    return "\n\n".join(tables)


_GROWING: dict[str, Callable[[Record, str], float]] = {
    "build, s CPU": lambda run, name: float(run["built"][name]["cpu"]),
    "build peak, MB": lambda run, name: float(run["built"][name]["peak"]),
    "index, MB": lambda run, name: float(run["built"][name]["bytes"]) / 1e6,
    "resident, MB": lambda run, name: float(run["alone"][name]["resident"]),
    "of it no file, MB": lambda run, name: float(run["alone"][name]["own"]),
}


def _grown(title: str, values: Sequence[float]) -> list[str]:
    return [title, *(f"{value:.0f}" for value in values), f"{values[-1] / max(values[-2], 0.01):.1f}", ""]


def _pair(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} / {_p95(values):.2f}"


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]


def _ratio(spent: dict[str, list[float]]) -> str:
    if OURS not in spent or RIVAL not in spent:
        return ""
    return f"{statistics.median(spent[OURS]) / statistics.median(spent[RIVAL]):.2f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
