"""A corpus on disk, made once: every build then reads the same bytes, and neither the time nor the memory of making it up is counted.

`corpus.rows` holds the documents, `tokens.jsonl` what the other engines are given of them: words and match form as our analysis makes them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypeVar

from search.engine.stored import pack_document, pack_passage, unpack_document, unpack_passage
from search.fields import FACET_NAMES, facet_values
from search.model import Document
from search.query.analysis import analyse

from .corpus import documents

T = TypeVar("T")

_LENGTH = 8
_BATCH = 50
"""Rows read ahead, so that the clock is not asked at every one."""


@dataclass(frozen=True, slots=True)
class Row:
    """A passage for a peer. `words` and `chars` are separated by spaces, `facets` are the values of `search.engine.port.facet_values`."""

    text: str
    words: str
    chars: str
    facets: Mapping[str, Sequence[str]]


@dataclass(slots=True)
class Spent:
    """Seconds by the clock and of this process's CPU that went into reading, to be taken off a build."""

    wall: float = 0.0
    cpu: float = 0.0


@dataclass(frozen=True, slots=True)
class Corpus:
    """The corpus of a folder, as whole documents or as rows for a peer. What reading costs is kept apart in `reading`."""

    folder: Path
    passages: int
    reading: Spent = field(default_factory=Spent)

    def documents(self) -> Iterator[Document]:
        """The documents, in order."""
        return _timed(read_corpus(corpus_file(self.folder, self.passages)), self.reading)

    def rows(self) -> Iterator[Row]:
        """The passages with their tokens, in order."""
        return _timed(_read_rows(token_file(self.folder, self.passages)), self.reading)


def corpus_file(folder: Path, passages: int) -> Path:
    """The file of this corpus, written if it is not there yet."""
    path = folder / "corpus.rows"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            for document in documents(passages):
                rows = [pack_document(document), *map(pack_passage, document.passages)]
                file.write(len(rows).to_bytes(_LENGTH, "little"))
                for row in rows:
                    file.write(len(row).to_bytes(_LENGTH, "little") + row)
        part.rename(path)
    return path


def read_corpus(path: Path) -> Iterator[Document]:
    """The documents of a corpus file, in order."""
    with path.open("rb") as file:
        while head := file.read(_LENGTH):
            rows = [file.read(int.from_bytes(file.read(_LENGTH), "little")) for _ in range(int.from_bytes(head, "little"))]
            yield unpack_document(rows[0], tuple(map(unpack_passage, rows[1:])))


def token_file(folder: Path, passages: int) -> Path:
    """The tokens of this corpus, written if they are not there yet; what the analysis took goes into `tokens.json` beside it."""
    path = folder / "tokens.jsonl"
    if not path.exists():
        corpus, part, spent = corpus_file(folder, passages), path.with_suffix(".part"), 0.0
        with part.open("w", encoding="utf-8") as file:
            for document in read_corpus(corpus):
                for passage in document.passages:
                    start = time.process_time()
                    analysis = analyse(passage.text)
                    spent += time.process_time() - start
                    values = facet_values(passage)
                    words = " ".join(token[0] for token in analysis.tokens)
                    row = [passage.text, words, analysis.match, [values[name] for name in FACET_NAMES]]
                    file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
        (folder / "tokens.json").write_text(json.dumps({"seconds": spent}))
        part.rename(path)
    return path


def analysis_seconds(folder: Path) -> float:
    """Seconds of CPU that the analysis of the corpus took in one process; 0 if no peer was given its tokens yet."""
    path = folder / "tokens.json"
    return float(json.loads(path.read_text())["seconds"]) if path.exists() else 0.0


def _read_rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            text, words, match, values = json.loads(line)
            yield Row(text, words, " ".join(match), dict(zip(FACET_NAMES, values, strict=True)))


def _timed(source: Iterable[T], spent: Spent) -> Iterator[T]:
    """The same, what it takes to get them added to `spent`."""
    rows = iter(source)
    while True:
        wall, cpu = time.perf_counter(), time.process_time()
        batch = list(islice(rows, _BATCH))
        spent.wall += time.perf_counter() - wall
        spent.cpu += time.process_time() - cpu
        if not batch:
            return
        yield from batch
