"""Texts and pages that lie at a threshold, kept as data: what is told of each, and what would be were the constant another."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest

from tests.house.constants import patch_constant

SHORT = 30


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


def check_case(patch: pytest.MonkeyPatch, case: ThresholdCase, told: Callable[[dict[str, Any]], list[str]]) -> None:
    """Holds that exactly those lines differ that the case says."""
    with patch.context() as within:
        if case.own is not None:
            patch_constant(within, case.constant, case.own)
        usual = told(case.given)
        patch_constant(within, case.constant, case.value)
        other = told(case.given)
    assert differing(usual, other) == (case.usual, case.other)


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
