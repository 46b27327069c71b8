"""Golden cases: small pages as an extractor leaves them, and the blocks that must come out."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from search.model import Reading, SourceLine
from search.text.restore import restore

FOLDER = Path(__file__).parent / "golden"
CASES = [(path.stem, case) for path in sorted(FOLDER.glob("*.toml")) for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]]


@pytest.mark.parametrize(("group", "case"), CASES, ids=[f"{group}-{case['name']}" for group, case in CASES])
def test_golden_case(group: str, case: dict[str, Any]) -> None:
    """A case's text gives its blocks, kind and text, in order; its removals, if it names any; its articles and places, likewise."""
    lines = case["text"].removesuffix("\n").split("\n")
    styles = case.get("styles", [None] * len(lines))
    pages = case.get("pages", [None] * len(lines))
    on = case.get("continues", [])
    source = tuple(SourceLine(at + 1, line, pages[at], styles[at], at + 1 in on) for at, line in enumerate(lines))
    restored = restore(Reading(source, group))
    assert [[str(block.kind), block.text] for block in restored.blocks] == case["blocks"]
    if "removed" in case:
        assert [[removal.reason, removal.text] for removal in restored.removed] == case["removed"]
    if "articles" in case:
        assert [block.article for block in restored.blocks] == case["articles"]
    if "unplaced" in case:
        assert [block.text for block in restored.blocks if not block.placed] == case["unplaced"]
    if "inferred" in case:
        assert [block.text for block in restored.blocks if block.kind == "heading" and block.section_inferred] == case["inferred"]
    if "sections" in case:
        assert [list(block.section) for block in restored.blocks] == case["sections"]
    for name, value in case.get("metadata", {}).items():
        assert str(getattr(restored.metadata, name)) == value
