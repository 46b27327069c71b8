"""The import law of ARCHITECTURE.md, read from the syntax trees: data flows one way."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Longest prefix wins. A module imports its own layer (same room or a sibling file named here) or a lower one.
LAYERS = {
    "search.errors": 0,
    "search.model": 0,
    "search.settings": 0,
    "search.work": 0,
    "search.field_kinds": 2,
    "search.fields": 2,
    "search.question": 2,
    "search.records": 2,
    "search.reading": 1,
    "search.text": 1,
    "search.labels": 2,
    "search.query": 2,
    "search.engine.port": 2,
    "search.engine.attached": 2,
    "search.engine.stored": 2,
    "search.engine": 3,
    "search.links": 3,
    "search.present": 3,
    "search.results": 3,
    "search.building": 4,
    "search.answering": 4,
    "search": 5,
    "search.wire": 5,
    "search.remote": 5,
    "search.remote_answers": 5,
    "search.command": 5,
    "search.__main__": 5,
    "web": 6,
}

# Rooms of one layer that must not know each other.
ROOMS_APART = (
    {"search.reading", "search.text"},
    {"search.reading", "search.labels"},
    {"search.engine.memory", "search.engine.whoosh", "search.engine.opensearch"},
    {"search.building", "search.answering"},
)

DOORS = {
    "jieba": "search.text.segment",
    "rjieba": "search.text.segment",
    "whoosh": "search.engine.whoosh",
    "opensearchpy": "search.engine.opensearch",
    "flask": "web",
    "jinja2": "web",
    "ahocorasick": "search.labels",
    "pypdfium2": "search.reading",
    "docx": "search.reading",
    "openpyxl": "search.reading",
    "sqlite3": "search.links",
    "click": "search.command",
    "rich": "search.command",
    "mcp": "search.command",
}

# A document writer beside the reader, and the command's server: the second doors that are meant.
SECOND_DOORS = {("docx", "search.present"), ("openpyxl", "search.present"), ("ahocorasick", "search.query")}


PUBLIC = {"search.results", "search.wire"}
"""What the site may import beside `search` itself: the answers and their JSON."""


def modules() -> Iterator[tuple[str, Path]]:
    """Dotted name and file of every module of the product."""
    for top in ("search", "web"):
        for path in sorted((ROOT / top).rglob("*.py")):
            parts = list(path.relative_to(ROOT).with_suffix("").parts)
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


ALL = list(modules())
KNOWN = {name for name, _ in ALL}


@functools.cache
def imported(path: Path) -> tuple[tuple[str, int], ...]:
    """Every dotted name a file imports, with its line; `from a import b` counts as `a.b` where that is a module."""
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[tuple[str, int]]:
    package = list(path.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                full = f"{module}.{alias.name}"
                yield (full if full in KNOWN else module), node.lineno


def layer(name: str) -> int:
    """The layer of a module by its longest known prefix."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        found = LAYERS.get(".".join(parts[:end]))
        if found is not None:
            # The package root itself is the public API; a room below it that the table lacks is a mistake.
            assert not (end == 1 and parts[0] == "search" and len(parts) > 1), f"{name} has no layer"
            return found
    raise AssertionError(f"{name} has no layer")


def within(name: str, room: str) -> bool:
    """Whether a module is this room or in it."""
    return name == room or name.startswith(f"{room}.")


def test_imports_own_or_lower_layer() -> None:
    """A module imports its own layer or a lower one, and never a room it must not know."""
    wrong = []
    for name, path in ALL:
        for target, line in imported(path):
            if target.split(".")[0] not in ("search", "web"):
                continue
            if layer(target) > layer(name):
                wrong.append(f"{name}:{line} imports {target} from above")
            for rooms in ROOMS_APART:
                mine, theirs = (next((room for room in rooms if within(one, room)), None) for one in (name, target))
                if mine and theirs and mine != theirs:
                    wrong.append(f"{name}:{line} imports {target} from the room beside")
    assert wrong == []


def test_no_cycles() -> None:
    """No module reaches itself through imports."""
    graph = {name: {target for target, _ in imported(path) if target in dict(ALL) and target != name} for name, path in ALL}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " → ".join((*trail, name))
        if name in done:
            return
        for target in graph[name]:
            visit(target, (*trail, name))
        done.add(name)

    for name in graph:
        visit(name, ())


def test_libraries_stay_behind_their_door() -> None:
    """jieba, whoosh, flask and the others are imported by one room each."""
    wrong = []
    for name, path in ALL:
        for target, line in imported(path):
            top = target.split(".")[0]
            door = DOORS.get(top)
            second = (room for library, room in SECOND_DOORS if library == top)
            if door and not within(name, door) and not any(within(name, room) for room in second):
                wrong.append(f"{name}:{line} imports {top}, whose door is {door}")
    assert wrong == []


def test_web_sees_only_the_public_api() -> None:
    """The site imports `search`, the answers and their JSON, nothing behind them."""
    for name, path in ALL:
        if name == "web" or name.startswith("web."):
            for target, _ in imported(path):
                assert not target.startswith("search.") or target in PUBLIC, f"{name} imports {target}"
