"""What a document costs grows with its length, whatever its shape: counted in calls, which no busy machine changes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

from search.building.one_source import prepare
from search.reading import collect
from search.settings import Settings

SHORT = ("滦平县虎什哈镇", "一、劳务协作", "2019年投入帮扶资金三百万元", "北京市密云区派出医生", "第3项")
SHAPES: dict[str, Callable[[int], str]] = {
    "a line break after every few words": lambda many: "\n".join(f"{SHORT[at % len(SHORT)]}{at}" for at in range(many)),
    "one line": lambda many: "密云区帮扶滦平县，投入资金三百万元，两地开展劳务协作。" * many,
    "one line without an end of a sentence": lambda many: "密云区帮扶滦平县，投入资金三百万元，" * many,
    "one character a line": lambda many: "\n".join("密云区帮扶滦平县劳务协作"[at % 12] for at in range(4 * many)),
}
GROWTH = 2.5
"""How much more a document of twice the length may take: twice, and what is worked out once."""


def _calls(folder: Path, text: str) -> int:
    """Calls of functions, Python's and others, that a document of this text takes."""
    path = folder / "一.txt"
    path.write_text(text, encoding="utf-8")
    (found,) = collect([path], Settings())
    assert found.source is not None
    calls = 0

    def counted(_frame: FrameType, event: str, _of: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        prepare(found.source, "d", None, Settings())
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_the_text_takes_twice_the_work(tmp_path: Path, shape: str) -> None:
    """Reading, restoring and labelling are linear."""
    _calls(tmp_path, SHAPES[shape](5))  # tables are loaded once
    once, twice = _calls(tmp_path, SHAPES[shape](150)), _calls(tmp_path, SHAPES[shape](300))
    assert twice < GROWTH * once
