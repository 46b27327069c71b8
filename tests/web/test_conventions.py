"""The list of what people expect of the site names tests that are there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

HERE = Path(__file__).parent


def test_every_convention_is_held_by_tests_that_are_there() -> None:
    """Twenty-seven conventions in order, each with what it says and with tests of this folder."""
    listed = tomllib.loads((HERE / "conventions.toml").read_text("utf-8"))["convention"]
    assert [one["number"] for one in listed] == list(range(1, 28))
    for one in listed:
        assert one["says"].endswith(".")
        assert one["tests"]
        for name in one["tests"]:
            file, _, test = name.partition("::")
            assert re.search(rf"^def {test}\(", (HERE / file).read_text("utf-8"), re.MULTILINE), name
