"""A corpus on disk, made once: every build then reads the same bytes, and neither the time nor the memory of making it up is counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from search.engine.whoosh.stored import pack_document, pack_passage, unpack_document, unpack_passage
from search.model import Document

from .corpus import documents

_LENGTH = 8


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
