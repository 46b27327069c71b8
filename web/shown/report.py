"""What mends the labels and the text of a passage."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from search import Library
from search.results import FACETS, DocumentSummary, KeyField, Passage, Role
from web.shown.frame import Frame
from web.shown.labels import facet_label, value_label
from web.shown.passage import lines_text
from web.state import SearchState


@dataclass(frozen=True, slots=True)
class ReportPage:
    """View model of `report.html`: (what the label says, the line that takes it away), and where the text comes from."""

    frame: Frame
    title: str
    url: str
    text: str
    file: str
    sidecar: str
    lines: str
    mends: tuple[tuple[str, str, str], ...]
    """A label, the line that takes it away, and the address of a file of that line."""


def build_report(frame: Frame, library: Library, passage: Passage, document: DocumentSummary) -> ReportPage:
    """What mends the labels and the text of a passage."""
    labels = [("region", one.path) for one in passage.regions]
    labels += [(one.role.value, one.path) for one in passage.regions if one.role is not Role.MENTIONED]
    labels += [("year", str(one.year)) for one in passage.years]
    labels += [
        (field.name, one.key) for field in FACETS if isinstance(field, KeyField) and field.labels for one in getattr(passage, field.labels)
    ]
    mends = (
        (f"{facet_label(name)}: {value_label(name, value)}", library.mending_line(name, value), frame.urls.mend(document.id, name, value))
        for name, value in dict.fromkeys(labels)
    )
    return ReportPage(
        frame,
        passage.article_title or document.title,
        frame.urls.document(document.id, SearchState(lang=frame.lang), anchor=passage.id),
        passage.text,
        document.source_file,
        str(PurePosixPath(document.source_file).with_suffix(".toml")),
        lines_text(passage.source_lines),
        tuple(one for one in mends if one[1]),
    )
