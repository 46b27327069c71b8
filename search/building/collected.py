"""What a build gathers on its way over the documents: their reports, sketches, share of the suggestions, and which are the newest."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from search.building.base import Base, Sketches
from search.building.report import BuildReport, FileReport
from search.model import Document
from search.query.suggest import SuggestionBuilder


class LatestDocuments:
    """The documents with the latest dates, of all that were added."""

    def __init__(self, most: int = 6) -> None:
        self._most = most
        self._found: list[tuple[str, str]] = []

    def add(self, document: Document) -> None:
        """One document more; its date, or its year where the day is not known."""
        self.add_dated(document.date.isoformat() if document.date else str(document.year or ""), document.id)

    def add_dated(self, date: str, document_id: str) -> None:
        """The same of a document that is not at hand."""
        heapq.heappush(self._found, (date, document_id))
        if len(self._found) > self._most:
            heapq.heappop(self._found)

    def leave_out(self, documents: Collection[str]) -> None:
        """Documents that will not be there after all."""
        self._found = [one for one in self._found if one[1] not in documents]
        heapq.heapify(self._found)

    def ids(self) -> list[str]:
        """Their ids, newest first."""
        return [id_ for _, id_ in sorted(self._found, reverse=True)]


@dataclass(slots=True)
class Collected:
    """What a build gathers on its way over the documents."""

    reports: list[FileReport]
    kept: list[str] = field(default_factory=list)
    recut: int = 0
    resumed: int = 0
    suggestions: SuggestionBuilder = field(default_factory=SuggestionBuilder)
    sketches: Sketches = field(default_factory=Sketches)
    newest: LatestDocuments = field(default_factory=LatestDocuments)
    passages: int = 0

    def take(self, document: Document, report: FileReport, sketched: tuple[int, ...]) -> None:
        """One document that will be in the generation."""
        self.passages += len(document.passages)
        self.suggestions.add(document)
        self.newest.add(document)
        self.sketches.put(document.id, sketched)
        self.reports.append(report)

    def carry(self, document: str, report: FileReport, sketched: str) -> None:
        """The same of one that is carried over unread; `sketched` is its sketch as the base has it packed. Its share of the suggestions is
        among them already, and the newest of them are told by themselves."""
        self.passages += report.passages
        self.sketches.packed[document] = sketched
        self.reports.append(report)
        self.kept.append(document)

    def leave_out(self, refused: Mapping[str, str]) -> None:
        """Documents that the engine does not take are rejected like sources that cannot be read; the others stay."""
        if not refused:
            return
        for place, report in enumerate(self.reports):
            if report.document in refused:
                self.passages -= report.passages
                self.sketches.packed.pop(report.document, None)
                reason = f"引擎不收这件文献（{refused[report.document]}）。"
                self.reports[place] = FileReport(report.name, "rejected", reason, warnings=report.warnings)
        self.newest.leave_out(refused)
        self.kept = [document for document in self.kept if document not in refused]

    def outline(self, target: str, works: Mapping[str, str], base: Base | None) -> BuildReport:
        """The report, but for what only the end of the build knows."""
        written = {report.name for report in self.reports if report.status != "rejected"}
        before = {name for name, report in base.reports.items() if report.status != "rejected"} if base else set()
        copies = sum(work != document for document, work in works.items())
        return BuildReport("", target, sorted_reports(self.reports), len(written), self.passages, copies, tuple(sorted(before - written)))


def sorted_reports(reports: Iterable[FileReport]) -> tuple[FileReport, ...]:
    """Reports by the names of their sources."""
    return tuple(sorted(reports, key=lambda report: report.name))
