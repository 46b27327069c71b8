"""Every constant at which code changes path is tested on both sides (`thresholds.toml`), or is exempt for a reason that is given.

A test is held to be one of a constant where it, or a fixture or table that it uses, names the constant in full; `patch_constant` gives it
another value by that name."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.house.constants import ROOT, numeric_constants, thresholds

TABLE = tomllib.loads(Path(__file__).with_name("thresholds.toml").read_text(encoding="utf-8"))
ROOMS = (
    "search.engine",
    "search.answering",
    "search.query",
    "search.question",
    "search.records",
    "search.building",
    "search.links",
    "search.present",
    "search.labels",
    "search.reading",
    "search.text",
    "web",
)
"""Rooms and modules where every deciding constant is in the table."""
TESTED: dict[str, tuple[str, str]] = {name: tuple(row) for name, row in TABLE["tested"].items()}
ALIKE = frozenset(name for name, (test, _) in TESTED.items() if test in TABLE["alike"]["tests"])
"""Constants whose test holds that both sides give the same: another value must not show."""
EXEMPT: dict[str, str] = {name: kind for kind, row in TABLE["exempt"].items() for name in row["constants"]}


def test_every_threshold_is_tested_or_exempt_for_a_reason() -> None:
    """Constants that are compared with, cut at or counted up to are in the table or among the exemptions, once; and nothing else is."""
    deciding = {name for name in thresholds() if name.startswith(tuple(f"{room}." for room in ROOMS))}
    assert len(deciding) > 150, "the walk finds the constants"
    assert sorted(deciding - TESTED.keys() - EXEMPT.keys()) == []
    assert sorted(TESTED.keys() & EXEMPT.keys()) == []
    assert sorted((TESTED.keys() | EXEMPT.keys()) - numeric_constants()) == []
    assert all(len(row["reason"]) > 20 for row in TABLE["exempt"].values())
    assert sorted(set(TABLE["alike"]["tests"]) - {test for test, _ in TESTED.values()}) == []


@pytest.mark.parametrize("constant", sorted(TESTED))
def test_a_threshold_has_its_test(constant: str) -> None:
    """The test that the table names is there, runs (in `make test`, or on a cluster), and gives the constant another value."""
    test, says = TESTED[constant]
    file, _, function = test.partition("::")
    assert says
    assert Path(file).name.startswith("test_")
    assert function.startswith("test_")
    names = _definitions(file)
    assert function in names, f"{file} has no {function}"
    said = set(_strings(file, function))
    module, _, name = constant.rpartition(".")
    assert constant in said or {f"{module}.", name} <= said, f"{test} does not name {constant}"
    assert "skip" not in {node.attr for node in ast.walk(names[function]) if isinstance(node, ast.Attribute)}


@cache
def _definitions(file: str) -> dict[str, ast.AST]:
    """The functions and tables of a test module by name."""
    found: dict[str, ast.AST] = {}
    for node in ast.parse((ROOT / file).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name):
                found[target.id] = node
    return found


def _strings(file: str, name: str) -> Iterator[str]:
    """The strings in a definition of a test module and in those it uses: fixtures by argument, functions and tables by name."""
    known, seen, left = _definitions(file), set[str](), [name]
    while left:
        one = left.pop()
        if one in seen or one not in known:
            continue
        seen.add(one)
        for node in ast.walk(known[one]):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.Name):
                left.append(node.id)
            elif isinstance(node, ast.arg):
                left.append(node.arg)
