"""What a generation remembers of the sources it was built from, so that the next build reads only what changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search.engine.choice import generation_in_force, open_engine
from search.errors import IndexDamaged, IndexMissing, IndexStale, SearchError
from search.query.analysis import fingerprint
from search.report import ATTACHMENT, FileReport

INPUTS = "inputs.json"


@dataclass(frozen=True, slots=True)
class Input:
    """What decides a document: the source's bytes and what was said beside it."""

    name: str
    document_id: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Base:
    """What the generation in force remembers of its sources, by name. `refused` are the files that were no sources at all; those that were
    read and rejected are among `inputs`."""

    inputs: Mapping[str, Mapping[str, str]]
    refused: tuple[str, ...]
    reports: Mapping[str, FileReport]
    sketches: Mapping[str, tuple[int, ...]]
    generation: str
    analysis: str
    documents: int
    passages: int


def read_base(target: str) -> Base | None:
    """What the generation in force remembers; None where there is none that this code's analysis could carry over."""
    try:
        engine = open_engine(target)
    except (IndexMissing, IndexDamaged, IndexStale):
        return None
    try:
        manifest = engine.manifest()
        inputs, report = engine.attachment(INPUTS), engine.attachment(ATTACHMENT)
        if manifest.analysis != fingerprint() or inputs is None or report is None:
            return None
        remembered = json.loads(inputs)
        files = [FileReport(**{**file, "warnings": tuple(file["warnings"])}) for file in json.loads(report)["files"]]
        return Base(
            inputs=remembered["inputs"],
            refused=tuple(remembered["refused"]),
            reports={file.name: file for file in files},
            sketches={id_: tuple(values) for id_, values in remembered["sketches"].items()},
            generation=manifest.generation,
            analysis=manifest.analysis,
            documents=manifest.documents,
            passages=manifest.passages,
        )
    except SearchError:
        return None
    finally:
        engine.close()


def same_sources(base: Base, inputs: Sequence[Input], refused: Sequence[str]) -> bool:
    """Whether the generation in force is already that of these sources, refused ones and all."""
    now = {item.name: {"digest": item.digest, "id": item.document_id} for item in inputs}
    return now == dict(base.inputs) and set(base.refused) == set(refused)


def in_force(target: str) -> str | None:
    """The generation in force at the engine URL, of whatever analysis; None where there is none."""
    try:
        return generation_in_force(target)
    except (IndexMissing, IndexDamaged):
        return None


def kept_report(report: FileReport) -> FileReport:
    """The report of a file that did not change: a rejection stays one."""
    if report.status == "rejected":
        return report
    return FileReport(report.name, "kept", "", report.document, report.passages, report.blocks, report.removed, report.warnings)
