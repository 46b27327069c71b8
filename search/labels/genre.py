"""What type of document a text is (文种), from its title, who published it and how it opens; by the table `data/genres.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from search.model import Metadata

_DATA = Path(__file__).parent / "data" / "genres.toml"
_OPENINGS, _OPENING = 4, 120
"""So many blocks are looked at for a dateline, so far."""


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads(_DATA.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def genre_labels() -> dict[str, str]:
    """Key → label, in the order shown."""
    return {one["key"]: one["label"] for one in _table()["genre"]}


@lru_cache(maxsize=1)
def genre_names() -> dict[str, str]:
    """Every name of a genre (label, key, what titles call it) → its key."""
    return {name: one["key"] for one in reversed(_table()["genre"]) for name in (*one.get("names", ()), one["label"], one["key"])}


@lru_cache(maxsize=1)
def genres_cited() -> dict[str, str]:
    """Key → what a citation takes such a document for, of those that it names apart: `official` or `report`."""
    return {one["key"]: one["cited"] for one in _table()["genre"] if "cited" in one}


@lru_cache(maxsize=8)
def _rule(name: str) -> re.Pattern[str]:
    return re.compile(_table()["rule"][name])


@lru_cache(maxsize=2)
def _by_ending(*, formal: bool) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The endings of titles with their genres, the longest first. `formal`: those that are words of everyday headlines, too."""
    endings = [(end, one["key"]) for one in _table()["genre"] if one.get("formal", False) == formal for end in one.get("ends", ())]
    return tuple((re.compile(f"(?:{end})\\Z"), key) for end, key in sorted(endings, key=lambda one: -len(one[0])))


def genre_of(title: str, metadata: Metadata, texts: Sequence[str]) -> str:
    """The key of the genre; empty where nothing tells it. `texts` are the blocks in reading order. The user's word counts first; then a
    title that only an official document has; then what shows a report of the press; then a title of a plan, a law, a speech."""
    if metadata.genre and (said := genre_names().get(metadata.genre)):
        return said
    bare = _rule("after_title").sub("", " ".join(title.split()))
    formal = _ended(bare, formal=True)
    if formal and (metadata.official is not None or _rule("official_title").search(bare)):
        return formal
    found = _ended(bare, formal=False)
    if found and not _rule("headline").search(bare):
        return found
    return "news" if _is_press(metadata, texts) else ""


def _ended(title: str, *, formal: bool) -> str:
    return next((key for ending, key in _by_ending(formal=formal) if ending.search(title)), "")


def _is_press(metadata: Metadata, texts: Sequence[str]) -> bool:
    """Whether it is of a newspaper's page or an agency, or opens as a report does."""
    if metadata.page_label or _rule("press").search(metadata.publication or ""):
        return True
    return any(_rule("dateline").search(text[:_OPENING]) for text in texts[:_OPENINGS])
