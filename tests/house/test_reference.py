"""What can be set, asked and typed is documented, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from search.settings import Settings

from .reference import ROOT, TARGET, addresses, commands, reference, settings_with_words


def test_the_reference_is_current() -> None:
    """`docs/reference.md` is what the code says today: settings, fields, operators, commands, addresses."""
    assert TARGET.read_text(encoding="utf-8") == reference(), "run python -m tests.house.reference"


@pytest.mark.parametrize(("name", "words"), [(name, words) for name, _, words in settings_with_words()])
def test_every_setting_says_what_it_does_and_does_it(name: str, words: str) -> None:
    """A setting has a docstring, and somebody reads it."""
    assert words, f"{name} has no docstring"
    readers = [path for room in ("search", "web") for path in sorted((ROOT / room).rglob("*.py")) if path.name != "settings.py"]
    assert any(re.search(rf"\b{name}\b", path.read_text(encoding="utf-8")) for path in readers), f"nothing reads {name}"


def test_every_address_says_what_it_answers() -> None:
    """Each route has a docstring."""
    from web import create_app  # noqa: PLC0415  the application of this test alone

    assert not [rule for rule, _, said in addresses(create_app("memory:reference", Settings())) if not said]


def test_every_command_says_what_it_does() -> None:
    """Each command has a help text."""
    assert not [line for line, said, _ in commands() if not said]


def test_the_help_page_shows_every_operator() -> None:
    """The site's help has an example of each operator and of the fields."""
    examples = (Path(__file__).resolve().parents[2] / "web" / "routes" / "guide.py").read_text(encoding="utf-8")
    for written in ("AND NOT", " OR ", "(就业 OR", "扶贫 -", "标题:", "地区:", "年份:", "类型:", "NEAR/", "*", "北[京东]西", '"扶贫车间"'):
        assert written in examples, written
