"""What a walk over files and folders comes upon."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from search.model import Metadata, Source


@dataclass(frozen=True, slots=True)
class FoundSource:
    """A readable source, or a file that cannot be one.

    Exactly one of `source` and `reason` is set. `reason` and `hint` are Chinese sentences to show the user. `sidecar`
    is what the file beside the source (or its row in a table of documents) says of it; `warnings` say what in it was
    not understood.
    """

    name: str
    source: Source | None = None
    reason: str | None = None
    sidecar: Metadata | None = None
    warnings: tuple[str, ...] = ()
    hint: str = ""
    path: str = ""
    """The file that is this source and no other; empty for members, rows and what came with a letter."""
    stamp: str = ""
    """What tells the file from its changed self (`search.reading.stamps`)."""
    unread: int = 0
    """Bytes of a file that is known by its stamp: they were not read, and its source has none."""

    @property
    def size(self) -> int:
        """Bytes of the source."""
        return self.unread or (len(self.source.data) if self.source else 0)


def source_of(name: str, data: bytes) -> Source:
    """A source with the hash of its bytes."""
    return Source(name, data, hashlib.sha256(data).hexdigest())
