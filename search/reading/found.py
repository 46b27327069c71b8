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


def source_of(name: str, data: bytes) -> Source:
    """A source with the hash of its bytes."""
    return Source(name, data, hashlib.sha256(data).hexdigest())
