"""What a build says of itself: a line a file, and the whole. Kept in the generation as `build-report.json`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from search.engine.attached import REPORT

ATTACHMENT = REPORT


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one source. `status`: `built`, `kept` (unchanged since the last build) or `rejected` with a `reason`.

    `blocks` counts passages a kind, `removed` counts removals a reason."""

    name: str
    status: str
    reason: str = ""
    document: str = ""
    passages: int = 0
    blocks: Mapping[str, int] = field(default_factory=dict)
    removed: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WordReport:
    """A word added to (`added`) or removed from the lexicon, with the number of passages that contain it as a token before and after the
    build."""

    word: str
    added: bool
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class BuildReport:
    """The outcome of a build. `unchanged` is true when nothing had to be written: the generation named is the one already in force.

    `words` are changes of the lexicon, `recut` the unchanged documents that were cut into words again for them. `links` counts the passage
    ids of the ledger by what this build did to them (new, exact, moved, changed, gone). `resumed` counts the sources that were taken up
    from a build that had been interrupted."""

    generation: str
    engine: str
    files: tuple[FileReport, ...]
    documents: int
    passages: int
    copies: int = 0
    removed_documents: tuple[str, ...] = ()
    links: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    unchanged: bool = False
    words: tuple[WordReport, ...] = ()
    recut: int = 0
    resumed: int = 0
    share: str = ""
    """The share that was read (`1/4`), of a generation that another build finishes; empty: all of it."""

    @property
    def rejected(self) -> tuple[FileReport, ...]:
        """The files that were not taken, with reasons."""
        return tuple(report for report in self.files if report.status == "rejected")

    @property
    def exit_code(self) -> int:
        """0 done; 1 done with rejected files, or nothing found to do."""
        return 1 if self.rejected or not (self.documents or self.share) else 0

    def to_json(self) -> bytes:
        """UTF-8 JSON, as attached to the generation."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1)


@dataclass(frozen=True, slots=True)
class BuildProgress:
    """How far a stage of a build is. `total` is 0 where it is not known, `name` what is in hand.

    `work_done` of `work_total` tell how much work that is where the things counted are of different size (bytes of sources) or there are
    none to count; 0 of 0: as many as are counted. A step with a `note` is no progress but a sentence for the user."""

    stage: str
    done: int
    total: int
    name: str = ""
    work_done: int = 0
    work_total: int = 0
    note: str = ""

    @property
    def share(self) -> tuple[int, int]:
        """Work done, and work in all."""
        return (self.work_done, self.work_total) if self.work_total else (self.done, self.total)


OnProgress = Callable[[BuildProgress], None]
