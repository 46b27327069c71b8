"""How many rooms there are, and how many of them know each other: figures that may only shrink."""

from __future__ import annotations

import re

from tests.house.test_import_law import ALL, ROOT, imported

NOUNS = {"errors", "field_kinds", "fields", "model", "question", "records", "settings", "work"}
"""Files at the top of `search/` that everything speaks in: one room together."""
PUBLIC = {"__main__", "remote", "remote_answers"}
"""Faces of `search` itself."""
BODIES = {"memory", "opensearch", "whoosh"}
MOST_ROOMS = 19
MOST_ARROWS = 75


def room(module: str) -> str:
    """The room that a module is in: a folder of `search/`, an engine's body, the nouns, the public face, or the site."""
    top, name, *rest = [*module.split("."), "", ""]
    if top == "web":
        return "web"
    if name in NOUNS:
        return "the nouns"
    if not name or name in PUBLIC:
        return "search"
    return f"engine/{rest[0]}" if name == "engine" and rest[0] in BODIES else name


def arrows() -> set[tuple[str, str]]:
    """Which room imports from which."""
    return {(room(name), room(target)) for name, path in ALL for target, _ in imported(path) if target.split(".")[0] in {"search", "web"}}


def test_rooms_stay_few() -> None:
    """There are no more rooms, and no more pairs of rooms that know each other, than these; how many there are, ARCHITECTURE says."""
    between = {(one, other) for one, other in arrows() if one != other}
    rooms = {one for pair in between for one in pair}
    said = re.search(r"There are (\d+) rooms and (\d+) pairs", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    assert said is not None
    assert (len(rooms), len(between)) == (int(said[1]), int(said[2])), "ARCHITECTURE says otherwise"
    assert len(rooms) <= MOST_ROOMS
    assert len(between) <= MOST_ARROWS
