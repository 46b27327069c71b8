"""Texts and pages that lie at a threshold, kept as data: what is told of each, and what would be were the constant another.

After a change of what is restored or read, `python -m tests.house.threshold_cases tests.text.test_restore_thresholds` (or another module
with such a table) writes down anew what is told of each case, to be read in the diff, and names those that lie at no threshold any more.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.house.constants import patch_constant

SHORT = 30
LONG = 130
"""A longer list has an item a line."""


@dataclass(frozen=True, slots=True)
class ThresholdCase:
    """What is given, and the lines that are told of it with a constant as it is (`usual`) and with another `value` (`other`), those aside
    that are told with both. Where `own` is not None, the constant is patched to that first: sizes are tried small."""

    constant: str
    value: float
    given: dict[str, Any]
    usual: list[str]
    other: list[str]
    own: float | None = None


def cases_of(file: Path) -> list[ThresholdCase]:
    """The cases of a TOML file, in its order."""
    own = ("constant", "value", "usual", "other", "own")
    return [
        ThresholdCase(given={key: value for key, value in case.items() if key not in own}, **{key: case[key] for key in own if key in case})
        for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]
    ]


def check_cases(
    patch: pytest.MonkeyPatch, cases: Sequence[ThresholdCase], constant: str, told: Callable[[dict[str, Any]], list[str]]
) -> None:
    """Holds that a constant has cases, and that in each exactly those lines differ that it says."""
    own = [case for case in cases if case.constant == constant]
    assert own
    for case in own:
        assert told_apart(patch, case, told) == (case.usual, case.other)


def told_apart(patch: pytest.MonkeyPatch, case: ThresholdCase, told: Callable[[dict[str, Any]], list[str]]) -> tuple[list[str], list[str]]:
    """The lines that are told only with the constant as it is, and only with the other value."""
    with patch.context() as within:
        if case.own is not None:
            patch_constant(within, case.constant, case.own)
        usual = told(case.given)
        patch_constant(within, case.constant, case.value)
        other = told(case.given)
    return differing(usual, other)


def differing(before: Sequence[str], after: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines of either that have no match in the other, in order."""
    gone: list[str] = []
    come: list[str] = []
    for change, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if change != "equal":
            gone += before[first:last]
            come += after[start:end]
    return gone, come


def shortened(text: str) -> str:
    """A text by its ends and its length where it is long."""
    return text if len(text) <= SHORT else f"{text[:10]}…{text[-10:]}({len(text)})"


def main(module: str) -> int:
    """Writes the table of a test module anew; the exit code says whether any case is at no threshold."""
    tests = import_module(module)
    file: Path = tests.TABLE
    head = "".join(line for line in file.read_text(encoding="utf-8").splitlines(keepends=True) if line.startswith("#"))
    lost: list[str] = []
    blocks: list[str] = []
    for case in cases_of(file):
        usual, other = told_apart(pytest.MonkeyPatch(), case, tests.told)
        if not usual and not other:
            lost.append(f"{case.constant} at {case.value}")
        blocks.append(_written(case, usual, other))
    file.write_text("\n".join([head, *blocks]), encoding="utf-8")
    print(*lost, sep="\n")
    return int(bool(lost))


def _written(case: ThresholdCase, usual: list[str], other: list[str]) -> str:
    own = {} if case.own is None else {"own": case.own}
    said = {"constant": case.constant, **own, "value": case.value}
    tables = {key: value for key, value in case.given.items() if key == "sheets"}
    lines = [
        "[[case]]",
        *(_line(key, value) for key, value in (said | case.given | {"usual": usual, "other": other}).items() if key not in tables),
    ]
    for name, several in tables.items():
        for one in several:
            lines += [f"[[case.{name}]]", *(_line(key, value) for key, value in one.items())]
    return "\n".join(lines) + "\n"


def _line(key: str, value: object) -> str:
    line = f"{key} = {_toml(value)}"
    if isinstance(value, list) and len(line) > LONG:
        return "\n".join([f"{key} = [", *(f"    {_toml(one)}," for one in value), "]"])
    return line


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
