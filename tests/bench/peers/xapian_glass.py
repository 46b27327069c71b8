"""Xapian (glass) by its own bindings: words and characters with positions, filters as boolean terms, facets counted by match spies.

A value slot holds one value, so a slot holds all the values of a passage's facet together; the spy counts such sets in C++, and the sets
that occur are taken apart once a query. A spy in Python that is called for every match is some thirty times slower.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import xapian

from search.fields import FACET_NAMES
from tests.bench.queries import Query
from tests.bench.rows import Corpus

from . import marking
from .port import SHOWN, Depth, Found

CHARS = "XC"
"""Prefix of the terms that are characters; words have none. The match form has no capitals."""
PREFIXES = {"region": "XR", "year": "XY", "program": "XP"}
JOINT = "\t"
COMMIT_EVERY = 50_000
"""Passages between two commits; its default of 10,000 merges five times as often."""


class Xapian:
    """One process builds, and compacts at the end."""

    name: ClassVar[str] = "xapian"
    marking: ClassVar[str] = "the benchmark's plain marking in Python (its MSet.snippet marks no Chinese word)"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def build(self, corpus: Corpus) -> None:
        """Committed now and then, compacted into a database beside, which is then the index."""
        self._folder.mkdir(parents=True, exist_ok=True)
        grown = self._folder / "grown"
        database = xapian.WritableDatabase(str(grown), xapian.DB_CREATE_OR_OVERWRITE | xapian.DB_NO_SYNC)
        for number, row in enumerate(corpus.rows(), 1):
            document = xapian.Document()
            document.set_data(row.text)
            for place, word in enumerate(row.words.split()):
                document.add_posting(word, place)
            for place, char in enumerate(row.chars.split()):
                document.add_posting(CHARS + char, place)
            for slot, name in enumerate(FACET_NAMES):
                for value in row.facets[name]:
                    document.add_boolean_term(PREFIXES[name] + value)
                document.add_value(slot, JOINT.join(row.facets[name]))
            database.add_document(document)
            if number % COMMIT_EVERY == 0:
                database.commit()
        database.commit()
        database.compact(str(self._folder / "compact"))
        database.close()
        for path in grown.iterdir():
            path.unlink()
        grown.rmdir()

    def open(self) -> None:
        """The compacted database."""
        self._database = xapian.Database(str(self._folder / "compact"))
        self._everything = self._database.get_doccount()

    def close(self) -> None:
        """Closes the database."""
        self._database.close()

    def ask(self, asked: Query, depth: Depth) -> Found:
        """One match for hits, total and counts; further ones without hits for facets that have a choice of their own."""
        plain = self._query(asked)
        wanted = self._filtered(plain, asked.region, asked.year)
        counted = [] if depth is Depth.TOP else [name for name in FACET_NAMES if not getattr(asked, name, "")]
        matches, counts = self._matched(wanted, SHOWN, counted)
        texts = tuple(match.document.get_data().decode() for match in matches)
        total = int(matches.get_matches_estimated())  # exact: every match was looked at
        if depth is Depth.TOP:
            return Found(total, texts)
        if asked.region:
            counts |= self._matched(self._filtered(plain, "", asked.year), 0, ["region"])[1]
        if asked.year:
            counts |= self._matched(self._filtered(plain, asked.region, ""), 0, ["year"])[1]
        if depth is Depth.FACETS:
            return Found(total, texts, counts)
        return Found(total, texts, counts, tuple(marking.snippet(text, asked) for text in texts))

    def _query(self, asked: Query) -> xapian.Query:
        make = xapian.Query
        if asked.run:
            return make(make.OP_PHRASE, [CHARS + char for char in asked.run])
        if asked.prefix:
            return make(make.OP_WILDCARD, asked.prefix)
        if asked.phrase:
            return make(make.OP_PHRASE, list(asked.words))
        if not asked.words:
            return make("")
        return make(make.OP_OR if asked.either else make.OP_AND, list(asked.words))

    def _filtered(self, wanted: xapian.Query, region: str, year: str) -> xapian.Query:
        for name, value in (("region", region), ("year", year)):
            if value:
                wanted = xapian.Query(xapian.Query.OP_FILTER, wanted, xapian.Query(PREFIXES[name] + value))
        return wanted

    def _matched(self, wanted: xapian.Query, count: int, facets: Sequence[str]) -> tuple[xapian.MSet, dict[str, Mapping[str, int]]]:
        enquire = xapian.Enquire(self._database)
        enquire.set_query(wanted)
        if not count:
            enquire.set_weighting_scheme(xapian.BoolWeight())
        spies = {name: xapian.ValueCountMatchSpy(FACET_NAMES.index(name)) for name in facets}
        for spy in spies.values():
            enquire.add_matchspy(spy)
        matches = enquire.get_mset(0, count, self._everything)
        return matches, {name: _apart(spy) for name, spy in spies.items()}


def _apart(spy: xapian.ValueCountMatchSpy) -> Mapping[str, int]:
    """The counts of single values from those of the sets."""
    counts: dict[str, int] = {}
    for found in spy.values():
        for value in found.term.decode().split(JOINT):
            counts[value] = counts.get(value, 0) + found.termfreq
    return counts
