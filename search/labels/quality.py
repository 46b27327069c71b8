"""How well the text of a passage is known: how it came to be, and what about it is in doubt."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from search.model import Passage

_DATA = Path(__file__).parent / "data" / "qualities.toml"


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads(_DATA.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def quality_labels() -> dict[str, str]:
    """Key → label, in the order shown."""
    return {one["key"]: one["label"] for one in _table()["quality"]}


@lru_cache(maxsize=1)
def quality_names() -> dict[str, str]:
    """Every name of a quality (label, key) → its key."""
    return {name: key for key, label in quality_labels().items() for name in (label, key)}


def qualities(passage: Passage) -> Iterator[str]:
    """Its route (`digital`, `geometry`, `ocr`); `doubtful` where OCR is not sure of it; `unplaced` where its place in the document, or the
    section it belongs to, is not told by the source."""
    if passage.route:
        yield passage.route
    if passage.score is not None and passage.score < _table()["rule"]["doubtful_below"]:
        yield "doubtful"
    if not passage.placed or passage.section_inferred:
        yield "unplaced"
