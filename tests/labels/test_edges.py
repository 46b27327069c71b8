"""Cues are words where they stand, not the end of one word and the beginning of another."""

from __future__ import annotations

from importlib.resources import files

from search.labels.compile_edges import compiled
from search.labels.edges import EDGES, cuts_words, word_edges
from search.labels.mechanism.table import mechanism_cues
from search.labels.program.table import program_cues


def test_table_is_current() -> None:
    """The compiled table is what the cues of today give; `python -m search.labels.compile_edges` makes it so."""
    dictionary = (files("jieba") / "dict.txt").read_text("utf-8")
    assert EDGES.read_text("utf-8") == compiled([*program_cues(), *mechanism_cues()], dictionary)


def test_both_sides_must_say_so() -> None:
    """医务|工作 cuts 务工; 外出务工 and 务工作息 at the text's edges do not."""
    edges = word_edges()["务工"]
    assert cuts_words("医务工作", 1, 3, edges)
    assert not cuts_words("外出务工作", 2, 4, edges)
    assert not cuts_words("务工作", 0, 2, edges)
    assert not cuts_words("医务工", 1, 3, edges)
