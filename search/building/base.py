"""What a generation remembers of the sources it was built from, so that the next build reads only what changed."""

from __future__ import annotations

import base64
import json
import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from search.building.report import ATTACHMENT, FileReport
from search.engine.attached import INPUTS as INPUTS
from search.engine.attached import SUGGESTED as SUGGESTED
from search.engine.attached import SUGGESTIONS as SUGGESTIONS
from search.engine.attached import WORKS as WORKS
from search.engine.choice import generation_in_force, open_engine
from search.engine.port import Engine
from search.errors import IndexDamaged, IndexMissing, IndexStale, SearchError
from search.model import Document
from search.query.analysis import fingerprint, lexicon, versions
from search.text.fold import match_form

ANALYSIS = "analysis.json"


@dataclass(frozen=True, slots=True)
class Input:
    """What decides a document: the source's bytes and what was said beside it."""

    name: str
    document_id: str
    digest: str
    size: int
    path: str = ""
    """The file that is this source and no other."""

    @property
    def remembered(self) -> dict[str, str]:
        """What the next build compares."""
        return {"digest": self.digest, "id": self.document_id}


class Sketches(Mapping[str, tuple[int, ...]]):
    """Document id → sketch, packed: a sketch in plain numbers takes eight times the memory."""

    def __init__(self, packed: Mapping[str, str] | None = None) -> None:
        self.packed = dict(packed or {})

    def __getitem__(self, document_id: str) -> tuple[int, ...]:
        return unpacked_sketch(self.packed[document_id])

    def __iter__(self) -> Iterator[str]:
        return iter(self.packed)

    def __len__(self) -> int:
        return len(self.packed)

    def put(self, document_id: str, sketch: Sequence[int]) -> None:
        """Sets the sketch of a document."""
        self.packed[document_id] = packed_sketch(sketch)


def packed_sketch(sketch: Sequence[int]) -> str:
    """32-bit numbers as Base64."""
    numbers = array("I", sketch)
    if sys.byteorder == "big":
        numbers.byteswap()
    return base64.b64encode(numbers.tobytes()).decode("ascii")


def unpacked_sketch(packed: str) -> tuple[int, ...]:
    """The sketch again."""
    numbers = array("I", base64.b64decode(packed))
    if sys.byteorder == "big":
        numbers.byteswap()
    return tuple(numbers)


@dataclass(frozen=True, slots=True)
class _Reports:
    """What is read of the report of a generation."""

    files: tuple[FileReport, ...]


@dataclass(frozen=True, slots=True)
class WordChanges:
    """Words of the lexicon, in match form, that came or went since the generation was built, and how many passages had each as a word."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    before: Mapping[str, int]

    def touch(self, document: Document) -> bool:
        """Whether any of the words occurs in the document, so that its passages must be cut into words again."""
        return any(word in form for passage in document.passages for form in (match_form(passage.text).text,) for word in self.all)

    @property
    def all(self) -> tuple[str, ...]:
        """Added and removed words."""
        return (*self.added, *self.removed)


@dataclass(frozen=True, slots=True)
class Base:
    """What the generation in force remembers of its sources, by name.

    `refused` are the files that were no sources at all; those that were read and rejected are among `inputs`. `current` says that nothing
    of the analysis has changed; `words` is set where the lexicon has: documents with those words are cut again."""

    inputs: Mapping[str, Mapping[str, str]]
    refused: tuple[str, ...]
    reports: Mapping[str, FileReport]
    sketches: Sketches
    generation: str
    documents: int
    passages: int
    current: bool
    words: WordChanges | None = None
    suggested: bytes | None = None
    """What its suggestions were made of (`SuggestionBuilder.from_counted`)."""


def read_base(target: str) -> Base | None:
    """What the generation in force remembers; None where there is none that this code's analysis could carry over."""
    try:
        engine = open_engine(target)
    except (IndexMissing, IndexDamaged, IndexStale):
        return None
    try:
        manifest = engine.manifest()
        inputs, report, analysis = (engine.attachment(name) for name in (INPUTS, ATTACHMENT, ANALYSIS))
        if inputs is None or report is None or analysis is None:
            return None
        analysed = json.loads(analysis)
        if any(analysed["versions"].get(part) != versions()[part] for part in ("documents", "segmenting")):
            return None
        remembered = json.loads(inputs)
        if "packed" not in remembered:  # written before sketches were packed
            return None
        files = msgspec.json.decode(report, type=_Reports).files
        return Base(
            inputs=remembered["inputs"],
            refused=tuple(remembered["refused"]),
            reports={file.name: file for file in files},
            sketches=Sketches(remembered["packed"]),
            generation=manifest.generation,
            documents=manifest.documents,
            passages=manifest.passages,
            current=manifest.analysis == fingerprint(),
            words=_word_changes(engine, analysed["lexicon"]),
            suggested=engine.attachment(SUGGESTED),
        )
    except SearchError:
        return None
    finally:
        engine.close()


def read_report(record: Mapping[str, Any]) -> FileReport:
    """The report of a file from its JSON."""
    return FileReport(**{**record, "warnings": tuple(record["warnings"])})


def analysis_record() -> bytes:
    """What `read_base` compares: the versions of all parts, and the lexicon word by word."""
    return json.dumps({"versions": dict(versions()), "lexicon": sorted(set(lexicon()))}, ensure_ascii=False).encode()


def _word_changes(engine: Engine, known: Sequence[str]) -> WordChanges | None:
    before, now = set(known), set(lexicon())
    if before == now:
        return None
    changes = WordChanges(tuple(sorted(now - before)), tuple(sorted(before - now)), {})
    return replace(changes, before=word_counts(engine, changes.all))


def word_counts(engine: Engine, words: Sequence[str]) -> dict[str, int]:
    """Passages that have each of these as a word."""
    wanted = set(words)
    return {word: count for word, count in engine.vocabulary() if word in wanted}


def same_sources(base: Base, inputs: Sequence[Input], refused: Sequence[str]) -> bool:
    """Whether the generation in force is already that of these sources, refused ones, lexicon and all."""
    now = {item.name: item.remembered for item in inputs}
    return base.current and now == dict(base.inputs) and set(base.refused) == set(refused) and now.keys() <= base.reports.keys()


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
    return replace(report, status="kept", reason="")
