"""Reading what was surveyed. The survey looks at every source to know what changed, and keeps none; between it and the reading a file may
change or go. So the digest that is remembered is always that of the bytes that were read, and what was not met again has an outcome too."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from search.building.base import Input
from search.building.report import FileReport
from search.building.workers import Outcome, Work, read_all
from search.model import Metadata, Source
from search.reading import collect
from search.reading.stamps import KnownFiles
from search.settings import Settings

VANISHED = "清点之后、读取之前，这个文件不见了。请再构建一次。"


def digest_of(source: Source, user: Metadata | None) -> str:
    """What decides a document: the source's bytes, and what is said beside it."""
    return hashlib.sha256(f"{source.sha256}\n{user!r}".encode()).hexdigest()


@dataclass(slots=True)
class SecondWalk:
    """The wanted sources, walked to again. After `outcomes` has ended, `read` holds each as it was read, and `missed` the report of each
    that was not there, or no source any more; `refused` are those of the latter that were there."""

    sources: Sequence[str | Path]
    settings: Settings
    wanted: Mapping[str, Input]
    known: KnownFiles = field(default_factory=KnownFiles)
    """Files that need not be read: those of the wanted ones are among its `to_read`."""
    read: dict[str, Input] = field(default_factory=dict)
    missed: dict[str, FileReport] = field(default_factory=dict)

    def outcomes(self) -> Iterator[tuple[Input, Outcome]]:
        """Input and outcome of every wanted source that was read, in the order of the walk, by several processes where that pays."""
        if not self.wanted:
            return
        for name, outcome in read_all(self._works(), sum(item.size for item in self.wanted.values())):
            yield self.read[name], outcome
        for name in self.wanted:
            if name not in self.read and name not in self.missed:
                self.missed[name] = FileReport(name, "rejected", VANISHED)

    @property
    def refused(self) -> tuple[FileReport, ...]:
        """The sources that have turned into files that cannot be read."""
        return tuple(report for report in self.missed.values() if report.reason != VANISHED)

    def _works(self) -> Iterator[Work]:
        for found in collect(self.sources, self.settings, self.known):
            item = self.wanted.get(found.name)
            if item is None:
                continue
            if found.source is None:
                reason = f"{found.reason} {found.hint}".strip()
                self.missed[found.name] = FileReport(found.name, "rejected", reason, warnings=found.warnings)
                continue
            digest = digest_of(found.source, found.sidecar)
            self.read[found.name] = replace(item, digest=digest, size=len(found.source.data))
            yield Work(found.source, item.document_id, found.sidecar, self.settings, found.warnings)
            if len(self.read) + len(self.missed) == len(self.wanted):
                return  # the rest of a large collection need not be read again for one change
