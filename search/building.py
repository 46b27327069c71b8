"""Sources → generation. Unchanged sources are carried over, rejected ones are listed and stop nothing.

Nothing is visible until all of it is durable.

Order of the last steps, so that no id is ever served that the ledger lacks: the generation is committed to disk, the ledger records it,
the generation is put in force. A kill between any two of them leaves the old generation or the new one.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from search.engine.choice import open_engine, open_writer, state_directory
from search.engine.port import Writer
from search.errors import IndexDamaged, IndexMissing, IndexStale, SearchError, UnreadableSource
from search.links import FILE_NAME, Ledger, LedgerReport
from search.model import Document, Metadata, Source
from search.pipeline import make_document
from search.query.analysis import fingerprint
from search.query.suggest import SuggestionBuilder
from search.reading import Found, collect
from search.report import ATTACHMENT, BuildReport, FileReport, OnProgress, Step
from search.settings import Settings
from search.spool import Spool
from search.text.passage_id import document_ids
from search.works import group_works, sketch

INPUTS = "inputs.json"
WORKS = "works.json"
SUGGESTIONS = "suggestions.bin"
PARALLEL_FROM = 1_000_000
"""Bytes of changed sources from which a second process pays for its start."""


@dataclass(frozen=True, slots=True)
class Input:
    """What decides a document: the source's bytes and what was said beside it."""

    name: str
    document_id: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Work:
    """One source to be read, as it is handed to a worker process."""

    source: Source
    document_id: str
    user: Metadata | None
    settings: Settings
    warnings: tuple[str, ...]


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


def build(
    sources: Sequence[str | Path],
    target: str = "whoosh:index_data",
    *,
    settings: Settings | None = None,
    full: bool = False,
    on_progress: OnProgress | None = None,
) -> BuildReport:
    """Builds the index of the sources (files, folders, archives) at the engine URL and puts it in force.

    `full` reads every source again. Raises SearchError only where nothing can be built at all (a missing folder, a busy index);
    a source that cannot be read is in the report with its reason."""
    started = time.monotonic()
    settings = settings or Settings()
    tell = on_progress or (lambda _: None)
    directory = state_directory(target)
    if directory is not None:
        directory.mkdir(parents=True, exist_ok=True)
    base = None if full else _read_base(target)
    with _ledger(directory) as ledger:
        inputs, rejected = _survey(sources, settings, ledger.known_names(), tell)
        if base and _same(base, inputs, rejected):
            kept = tuple(_kept(base.reports[item.name]) for item in inputs)
            return BuildReport(
                base.generation, target, _sorted((*kept, *rejected)), base.documents, base.passages,
                seconds=time.monotonic() - started, unchanged=True,
            )  # fmt: skip
        writer = open_writer(target, analysis=fingerprint(), base=base is not None)
        try:
            report = _write(writer, ledger, inputs, rejected, sources, base, settings, target, started, tell)
        except BaseException:
            writer.abort()
            raise
    return report


def _write(
    writer: Writer, ledger: Ledger, inputs: Sequence[Input], rejected: Sequence[FileReport], sources: Sequence[str | Path],
    base: Base | None, settings: Settings, target: str, started: float, tell: OnProgress,
) -> BuildReport:  # fmt: skip
    fresh = [item for item in inputs if not (base and base.inputs.get(item.name, {}).get("digest") == item.digest)]
    changed = {item.name for item in fresh}
    spool = Spool()
    suggestions = SuggestionBuilder()
    kept: list[str] = []
    reports: list[FileReport] = list(rejected)
    sketches: dict[str, tuple[int, ...]] = {}
    passages = 0

    def take(document: Document, report: FileReport) -> None:
        nonlocal passages
        passages += len(document.passages)
        suggestions.add(document)
        reports.append(report)

    for item in inputs:
        if item.name in changed:
            continue
        if base and base.reports[item.name].status == "rejected":
            reports.append(base.reports[item.name])
            continue
        document = writer.keep(item.document_id)
        if document is None or base is None:
            fresh.append(item)
            changed.add(item.name)
            continue
        sketches[item.document_id] = base.sketches.get(item.document_id, ())
        kept.append(item.document_id)
        take(document, _kept(base.reports[item.name]))
    by_name = {item.name: item for item in fresh}
    for done, (name, outcome) in enumerate(_read_all(sources, by_name, settings), start=1):
        tell(Step("读取与还原", done, len(by_name), name))
        if isinstance(outcome, FileReport):
            reports.append(outcome)
            continue
        document, report = outcome
        writer.add(document)
        sketches[document.id] = sketch((passage.kind, passage.text) for passage in document.passages)
        spool.add(document)
        take(document, report)
    works = group_works(sketches)
    written = {report.name for report in reports if report.status != "rejected"}
    remembered = {item.name: {"digest": item.digest, "id": item.document_id} for item in inputs}
    writer.attach(INPUTS, _json({"inputs": remembered, "sketches": sketches, "refused": [report.name for report in rejected]}))
    writer.attach(WORKS, _json(works))
    writer.attach(SUGGESTIONS, suggestions.to_bytes())
    files = _sorted(reports)
    before = {name for name, report in base.reports.items() if report.status != "rejected"} if base else set()
    gone = sorted(before - written)
    outline = BuildReport("", target, files, len(written), passages, sum(work != id_ for id_, work in works.items()), tuple(gone))
    writer.attach(ATTACHMENT, outline.to_json())
    tell(Step("写入索引", 0, 1))
    manifest = writer.commit()
    tell(Step("记入链接簿", 0, 1))
    links = ledger.record(manifest.generation, spool, base=base.generation if base else None, kept=kept)
    writer.publish()
    tell(Step("完成", 1, 1))
    return BuildReport(
        manifest.generation, target, files, len(written), passages, outline.copies, outline.removed_documents, _link_counts(links),
        time.monotonic() - started,
    )  # fmt: skip


# --- the sources -----------------------------------------------------------------------------------------------------


def _survey(
    sources: Sequence[str | Path], settings: Settings, known: Mapping[str, str], tell: OnProgress
) -> tuple[list[Input], list[FileReport]]:
    """Every source with its digest and document id, by document id; and the files that cannot be sources."""
    digests: dict[str, tuple[str, int]] = {}
    rejected: list[FileReport] = []
    for found in collect(sources, settings):
        if found.source is None:
            rejected.append(FileReport(found.name, "rejected", f"{found.reason} {found.hint}".strip(), warnings=found.warnings))
        else:
            digests[found.name] = (_digest(found), len(found.source.data))
            tell(Step("清点来源", len(digests), 0, found.name))
    ids = document_ids(digests, known)
    inputs = [Input(name, ids[name], digest, size) for name, (digest, size) in digests.items()]
    return sorted(inputs, key=lambda item: item.document_id), rejected


def _digest(found: Found) -> str:
    assert found.source is not None
    return hashlib.sha256(f"{found.source.sha256}\n{found.sidecar!r}".encode()).hexdigest()


def _read_all(
    sources: Sequence[str | Path], wanted: Mapping[str, Input], settings: Settings
) -> Iterator[tuple[str, tuple[Document, FileReport] | FileReport]]:
    """Documents of the wanted sources, in the order of the walk, read by several processes where that pays."""
    works = (
        Work(found.source, wanted[found.name].document_id, found.sidecar, settings, found.warnings)
        for found in collect(sources, settings)
        if found.source is not None and found.name in wanted
    )
    if not wanted:
        return
    with _pool(sum(item.size for item in wanted.values())) as pool:
        if pool is None:
            for work in works:
                yield work.source.name, read_work(work)
            return
        # At most a few results wait, so that memory stays flat however many sources there are.
        waiting: list[tuple[str, Future[tuple[Document, FileReport] | FileReport]]] = []
        for work in works:
            waiting.append((work.source.name, pool.submit(read_work, work)))
            if len(waiting) >= 8:
                name, future = waiting.pop(0)
                yield name, future.result()
        for name, future in waiting:
            yield name, future.result()


@contextmanager
def _pool(size: int) -> Iterator[ProcessPoolExecutor | None]:
    """Worker processes, or None where one process is as fast or forking is not safe (other threads, no fork)."""
    cores = os.cpu_count() or 1
    if size < PARALLEL_FROM or cores < 2 or sys.platform != "linux" or threading.active_count() > 1:
        yield None
        return
    with ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("fork")) as pool:
        yield pool


def read_work(work: Work) -> tuple[Document, FileReport] | FileReport:
    """The document of one source with its report, or the report of its rejection. Whatever a reader trips over is a rejection."""
    name = work.source.name
    try:
        document = make_document(work.source, work.document_id, work.user, work.settings)
    except UnreadableSource as error:
        return FileReport(name, "rejected", str(error), warnings=work.warnings)
    except (MemoryError, RecursionError):
        return FileReport(name, "rejected", "文件太复杂，读不下来。", warnings=work.warnings)
    blocks = Counter(passage.kind.value for passage in document.passages)
    removed = Counter(removal.reason for removal in document.removed)
    warnings = (*work.warnings, *document.warnings)
    return document, FileReport(name, "built", "", document.id, len(document.passages), dict(blocks), dict(removed), warnings)


# --- the generation before -------------------------------------------------------------------------------------------


def _read_base(target: str) -> Base | None:
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


def _same(base: Base, inputs: Sequence[Input], rejected: Sequence[FileReport]) -> bool:
    """Whether the generation in force is already that of these sources, rejected ones and all."""
    now = {item.name: {"digest": item.digest, "id": item.document_id} for item in inputs}
    return now == dict(base.inputs) and set(base.refused) == {report.name for report in rejected}


def _kept(report: FileReport) -> FileReport:
    """The report of a file that did not change: a rejection stays one."""
    if report.status == "rejected":
        return report
    return FileReport(report.name, "kept", "", report.document, report.passages, report.blocks, report.removed, report.warnings)


def _sorted(reports: Iterable[FileReport]) -> tuple[FileReport, ...]:
    return tuple(sorted(reports, key=lambda report: report.name))


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()


def _link_counts(report: LedgerReport) -> dict[str, int]:
    counts = asdict(report)
    return {state: counts[state] for state in ("new", "exact", "moved", "changed", "gone", "found")}


def _ledger(directory: Path | None) -> Ledger:
    """The ledger of an index directory; one in memory for an engine that keeps nothing on disk."""
    return Ledger(directory / FILE_NAME if directory is not None else ":memory:")
