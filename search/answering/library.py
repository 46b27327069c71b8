"""The read side: one open generation, asked for pages, documents, links, tables and exports. Thread-safe."""

from __future__ import annotations

from pathlib import Path

from search.answering.library_exports import LibraryExports
from search.answering.library_records import LibraryRecords
from search.answering.library_search import LibrarySearch
from search.engine.choice import engine_url, load_body
from search.labels.mechanism.table import Mechanism, mechanisms
from search.labels.program.table import ProgramType, program_types
from search.query.analysis import fingerprint
from search.query.expand import pieces, stand_ins, synonyms
from search.settings import Settings


def open_library(url: str | Path = "whoosh:index_data", *, settings: Settings | None = None, any_analysis: bool = False) -> Library:
    """The library over the generation in force at the engine URL, or in a folder.

    >>> with open_library(INDEX) as library:
    ...     answer = library.search("消费扶贫 密云", filters={"year": "2019-2020"})
    >>> answer.total > 0, len(answer) == min(answer.total, 20)
    (True, True)

    Raises IndexMissing, IndexDamaged, EngineUnavailable, and IndexStale where the index was built by another analysis version
    (`any_analysis` opens it all the same, for checking and for the ledger)."""
    return Library(engine_url(url), settings or Settings(), any_analysis=any_analysis)


def prepare(url: str = "whoosh:index_data") -> None:
    """Loads the engine's code, the dictionary and the tables that answers are made with, whatever the index, and opens nothing: for a
    server that forks its workers afterwards. Without it they are loaded as they are needed. Raises EngineUnavailable."""
    load_body(url)
    fingerprint()
    for load in (pieces, synonyms, stand_ins):
        load("帮扶")


class Library(LibrarySearch, LibraryRecords, LibraryExports):
    """See `open_library`. Close it, or use it as a context manager."""

    def __repr__(self) -> str:
        if self._current is None:
            return f"<Library {self._url}, closed>"
        manifest = self._current.engine.manifest()
        return f"<Library {self._url}: {manifest.documents} documents, {manifest.passages} passages>"

    def program_types(self) -> tuple[ProgramType, ...]:
        """The program types with definition and source."""
        return tuple(program_types())

    def mechanisms(self) -> tuple[Mechanism, ...]:
        """The mechanisms by which help is given, with definition and source."""
        return mechanisms()

    def check(self) -> tuple[str, ...]:
        """What is wrong with the files of the generation; empty when it is sound."""
        return self._open.engine.check()
