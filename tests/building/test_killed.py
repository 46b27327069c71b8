"""A few kills of whole builds; two hundred are `make torture`."""

from __future__ import annotations

import sys

import pytest

from tests.torture.kill_line import torture


@pytest.mark.skipif(sys.platform == "win32", reason="kills process groups")
def test_kills_leave_a_whole_generation_and_every_link() -> None:
    """The old or the new generation opens, sound, and no id that was ever served is lost."""
    old, new = torture(4)
    assert old + new == 4
