"""Sources → generation. Unchanged sources are carried over, rejected ones are listed and stop nothing.

Nothing is visible until all of it is durable.

A build that is interrupted, by a kill too, leaves what it has done: the writer its documents and segments, the spool what became of each
source. The next build takes up what is of the same analysis, settings and source bytes.

Order of the last steps, so that no id is ever served that the ledger lacks: the generation is committed to disk, the ledger records it,
the generation is put in force. A kill between any two of them leaves the old generation or the new one.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from search.building.base import (
    ANALYSIS,
    INPUTS,
    SUGGESTED,
    SUGGESTIONS,
    WORKS,
    Base,
    Input,
    WordChanges,
    analysis_record,
    in_force,
    kept_report,
    read_base,
    same_sources,
    word_counts,
)
from search.building.collected import Collected, sorted_reports
from search.building.copies import group_works
from search.building.guard import Known, documents_in_force, refuse_shrinking, refuse_unseen
from search.building.keeping import ledger_for_build
from search.building.outcomes import FILE_NAME as SPOOL_NAME
from search.building.outcomes import Spool
from search.building.report import ATTACHMENT, BuildProgress, BuildReport, FileReport, OnProgress, WordReport
from search.building.second_walk import SecondWalk, digest_of
from search.building.shares import ShareBuild, laid_outcomes, read_share
from search.building.workers import seldom_collecting
from search.engine.attached import RECENT
from search.engine.choice import engine_url, open_engine, open_writer, state_directory
from search.engine.port import Share, Writer
from search.errors import SearchError, is_full, storage_fault
from search.links import Ledger, LedgerReport
from search.model import Document
from search.query.analysis import fingerprint
from search.query.suggest import SuggestionBuilder
from search.reading import collect
from search.reading.kept import OCR_FOLDER, SOURCES_FOLDER, drop_sources, settle_sources
from search.reading.stamps import FILE_NAME as STAMPS_NAME
from search.reading.stamps import KnownFiles
from search.settings import Settings
from search.text.passage_id import document_ids

_FILE_CLOCK = 20_000_000
"""Nanoseconds by which the clock of a file system may be behind."""


def build(
    sources: Sequence[str | Path],
    target: str | Path = "whoosh:index_data",
    *,
    settings: Settings | None = None,
    full: bool = False,
    allow_shrink: bool = False,
    new_ledger: bool = False,
    share: str = "",
    on_progress: OnProgress | None = None,
) -> BuildReport:
    """Builds the index of the sources (files, folders, archives) at the engine URL and puts it in force.

    `full` reads every source again; `allow_shrink` lets any share of the documents go. A source that cannot be read is in the report with
    its reason. With a `share` (`1/4`) only that part of the sources is read, at an engine that takes shares, and nothing is put in force:
    the build without one finishes what all shares have written.

    Raises SearchError where nothing is built at all: SourceMissing and SourceEmpty for a source that is not there or holds no file,
    GenerationShrinks where more documents would go than `Settings.max_shrink_percent` allows, LedgerDamaged and LedgerLost where ids given
    out would be forgotten (unless `new_ledger`), StorageFault for a full or closed disk, BuildBusy."""
    part = read_share(share) if share else None
    refuse_unseen(sources)
    target = engine_url(target)
    tell = on_progress or (lambda _: None)
    settings = settings or Settings()
    try:
        directory = state_directory(target, settings.state)
        sources_folder = settings.sources_folder or str(directory / SOURCES_FOLDER) if settings.keep_sources else ""
        settings = replace(settings, ocr_cache=settings.ocr_cache or str(directory / OCR_FOLDER), sources_folder=sources_folder)
        with ledger_for_build(target, settings, new=new_ledger) as ledger, seldom_collecting():
            before = {} if allow_shrink or part else documents_in_force(target)
            stamps = directory / STAMPS_NAME
            known = KnownFiles() if full else KnownFiles.load(stamps)
            one = _Build(sources, target, settings, tell, ledger, directory / SPOOL_NAME, before, stamps, known)
            return one.run_share(part, full=full) if part else one.run(full=full)
    except OSError as error:
        raise storage_fault(error) from error


def _digest(settings: Settings) -> str:
    """A few characters that stand for all settings: outcomes laid by under others are not taken up."""
    return hashlib.blake2b(repr(settings).encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class _Build:
    """One run of `build`: what all of its steps share. `before` are the documents in force that must not all go."""

    sources: Sequence[str | Path]
    target: str
    settings: Settings
    tell: OnProgress
    ledger: Ledger
    spool: Path
    before: Known
    stamps: Path
    known: KnownFiles
    """Files that were looked at before; those of the survey, when it is done."""

    def run(self, *, full: bool) -> BuildReport:
        """The whole build."""
        started = time.monotonic()
        base = None if full else self._base()
        inputs, refused = self._survey()
        if base and same_sources(base, inputs, [report.name for report in refused]):
            files = sorted_reports((*(kept_report(base.reports[item.name]) for item in inputs), *refused))
            self._clear_away()
            seconds = time.monotonic() - started
            return BuildReport(base.generation, self.target, files, base.documents, base.passages, seconds=seconds, unchanged=True)
        refuse_shrinking(self.before, {item.name: item.digest for item in inputs}, self.settings.max_shrink_percent)
        keep, begun = self.settings.keep_generations, time.time_ns() - _FILE_CLOCK
        writer = open_writer(self.target, analysis=fingerprint(), base=base is not None, keep=keep)
        try:
            with Spool(self.spool, f"{fingerprint()} {_digest(self.settings)}", anew=full) as spool:
                report = self._write(writer, spool, inputs, refused, base)
                spool.remove()
        except BaseException as error:
            if isinstance(error, (KeyboardInterrupt, SearchError, OSError, MemoryError)) and not is_full(error):
                writer.suspend()  # what was done is good, whatever is wrong with the machine
                raise
            # A fault of ours must not come back with what is taken up, and a full disk has no room for what was done.
            writer.abort()
            self.spool.unlink(missing_ok=True)
            if is_full(error) and self.settings.sources_folder:
                drop_sources(Path(self.settings.sources_folder), begun)
            raise
        return replace(report, seconds=time.monotonic() - started)

    def run_share(self, share: Share, *, full: bool) -> BuildReport:
        """One share of it, for the build that finishes."""
        base = None if full else self._base()
        return ShareBuild(self.sources, self.target, self.settings, self.tell, share).run(*self._survey(), base)

    def _clear_away(self) -> None:
        """Removes what an interrupted build left, where there is nothing to build."""
        if self.spool.exists():
            open_writer(self.target, analysis=fingerprint(), base=False).abort()
            self.spool.unlink(missing_ok=True)

    def _base(self) -> Base | None:
        """What can be carried over: nothing from a generation whose ids the ledger never heard of."""
        base = read_base(self.target)
        return base if base and self.ledger.knows(base.generation) else None

    def _write(
        self, writer: Writer, spool: Spool, inputs: Sequence[Input], refused: Sequence[FileReport], base: Base | None
    ) -> BuildReport:
        collected = Collected(list(refused))
        fresh = self._taken_up(writer, spool, self._keep(writer, inputs, base, collected), collected)
        if collected.resumed:
            first, total = len(inputs) - len(fresh) + 1, len(inputs)
            note = f"接着上次中断的构建，从第 {first} 件起，共 {total} 件。(Going on with the interrupted build at {first} of {total}.)"
            self.tell(BuildProgress("接着构建", first - 1, total, note=note))
        done, whole = 0, sum(item.size for item in fresh.values())
        others = KnownFiles(self.known.met, to_read={item.path for item in fresh.values()})
        second = SecondWalk(self.sources, self.settings, fresh, others)
        for number, (item, outcome) in enumerate(second.outcomes(), start=1):
            done += fresh[item.name].size
            self.tell(BuildProgress("读取与还原", number, len(fresh), item.name, done, whole))
            if isinstance(outcome, FileReport):
                collected.reports.append(outcome)
                spool.add(item, outcome)
                continue
            document, report, sketched = outcome
            spool.add(item, report, document, sketched, writer.add(document))
            collected.take(document, report, sketched)
        collected.reports.extend(second.missed.values())
        inputs = [second.read.get(item.name, item) for item in inputs if item.name not in second.missed]
        return self._finish(writer, spool, inputs, (*refused, *second.refused), base, collected)

    def _finish(
        self, writer: Writer, spool: Spool, inputs: Sequence[Input], refused: Sequence[FileReport], base: Base | None, collected: Collected
    ) -> BuildReport:
        """All that is over the whole collection, then the steps that put it in force."""
        refused_there = writer.refused()
        collected.leave_out(refused_there)
        spool.leave_out(refused_there)
        rejected = {report.name for report in collected.reports if report.status == "rejected"}
        now = {item.name: item.digest for item in inputs if item.name not in rejected}
        refuse_shrinking(self.before, now, self.settings.max_shrink_percent)
        works = group_works(collected.sketches)
        outline = collected.outline(self.target, works, base)
        remembered = {item.name: item.remembered for item in inputs}
        names = [report.name for report in refused]
        writer.attach(INPUTS, _json({"inputs": remembered, "packed": collected.sketches.packed, "refused": names}))
        writer.attach(ANALYSIS, analysis_record())
        writer.attach(WORKS, _json(works))
        writer.attach(RECENT, _json(collected.newest.ids()))
        writer.attach(SUGGESTIONS, collected.suggestions.to_bytes())
        writer.attach(SUGGESTED, collected.suggestions.counted())
        writer.attach(ATTACHMENT, outline.to_json())
        before = in_force(self.target)
        manifest = writer.commit(lambda done, total: self.tell(BuildProgress("写入索引", 0, 0, work_done=done, work_total=total)))
        if self.settings.sources_folder:
            settle_sources(Path(self.settings.sources_folder))
        links = self.ledger.record(manifest.generation, self._told(spool), base=before, kept=collected.kept)
        writer.publish()
        self.tell(BuildProgress("完成", 1, 1))
        words = self._word_reports(base.words) if base and base.words else ()
        return replace(
            outline,
            generation=manifest.generation,
            links=_link_counts(links),
            words=words,
            recut=collected.recut,
            resumed=collected.resumed,
        )

    def _told(self, spool: Spool) -> Iterator[Document]:
        """The documents for the ledger, each told of."""
        self.tell(BuildProgress("记入链接簿", 0, spool.fresh))
        for number, document in enumerate(spool.documents(), start=1):
            yield document
            self.tell(BuildProgress("记入链接簿", number, spool.fresh))

    def _word_reports(self, changes: WordChanges) -> tuple[WordReport, ...]:
        """How each word of the lexicon that came or went is found as a word, before and after."""
        engine = open_engine(self.target)
        try:
            after = word_counts(engine, changes.all)
        finally:
            engine.close()
        return tuple(WordReport(word, word in changes.added, changes.before.get(word, 0), after.get(word, 0)) for word in changes.all)

    def _keep(self, writer: Writer, inputs: Sequence[Input], base: Base | None, collected: Collected) -> dict[str, Input]:
        """Carries unchanged documents over; the inputs that must be read, by name."""
        carried = self._carried(writer, inputs, base, collected)
        fresh = {}
        for item in inputs:
            if item.name in carried:
                continue
            if base is None or base.inputs.get(item.name) != item.remembered or item.name not in base.reports:
                fresh[item.name] = item
                continue
            report = kept_report(base.reports[item.name])
            if report.status == "rejected":
                collected.reports.append(report)
                continue
            document = writer.keep(item.document_id)
            if document is None:
                fresh[item.name] = item
                continue
            if base.words and base.words.touch(document):
                writer.add(document)
                collected.recut += 1
            collected.kept.append(document.id)
            collected.take(document, report, base.sketches.get(document.id, ()))
        return fresh

    def _carried(self, writer: Writer, inputs: Sequence[Input], base: Base | None, collected: Collected) -> frozenset[str]:
        """Carries unchanged documents over without reading them, where few others come and go: what suggestions are made of is known, and
        what went is taken out of it. The names of their sources."""
        if base is None or base.words or base.suggested is None or not base.current:
            return frozenset()
        built = {name: known for name, known in base.inputs.items() if name in base.reports and base.reports[name].status != "rejected"}
        same = {item.document_id: item.name for item in inputs if built.get(item.name) == item.remembered}
        gone = [known["id"] for known in built.values() if known["id"] not in same]
        if len(gone) > len(same):
            return frozenset()
        engine = open_engine(self.target)
        try:
            builder = SuggestionBuilder.from_counted(base.suggested)
            for document in map(engine.document, gone):
                if document is not None:
                    builder.take_away(document)
            held = writer.carry(same)
            noted: list[str] = json.loads(engine.attachment(RECENT) or b"[]")
            dated = engine.summaries(noted if held.issuperset(noted) else sorted(held))
        except ValueError:
            return frozenset()
        finally:
            engine.close()
        collected.suggestions = builder
        for summary in dated:
            if summary is not None:
                collected.newest.add_dated(summary.date or str(summary.year or ""), summary.id)
        for id_ in sorted(held):
            collected.carry(id_, kept_report(base.reports[same[id_]]), base.sketches.packed.get(id_, ""))
        return frozenset(same[id_] for id_ in held)

    def _taken_up(self, writer: Writer, spool: Spool, wanted: Mapping[str, Input], collected: Collected) -> dict[str, Input]:
        """Takes up what an interrupted build, or shares of this one, made of these inputs; those that must be read, by name."""
        fresh = dict(wanted)
        for item in spool.known(wanted.values()):
            laid = spool.read(item)
            if laid.report.status == "rejected":
                collected.reports.append(laid.report)
            else:
                document = writer.keep(item.document_id, laid.receipt) if laid.receipt else None
                if document is None:
                    continue
                collected.take(document, laid.report, laid.sketch)
            spool.take(item)
            collected.resumed += 1
            del fresh[item.name]
        for item, laid in laid_outcomes(writer, fresh, self.settings):
            document = writer.keep(item.document_id, laid.receipt) if laid.receipt else None
            if document is not None:
                collected.take(document, laid.report, laid.sketch)
            elif laid.report.status == "rejected":
                collected.reports.append(laid.report)
            else:
                continue
            spool.add(item, laid.report, document, laid.sketch, laid.receipt)
            collected.resumed += 1
            del fresh[item.name]
        return fresh

    def _survey(self) -> tuple[list[Input], list[FileReport]]:
        """Every source with its digest and document id, by document id; and the files that cannot be sources."""
        digests: dict[str, str] = {}
        sizes: dict[str, int] = {}
        paths: dict[str, str] = {}
        refused: list[FileReport] = []
        for found in collect(self.sources, self.settings, self.known):
            if found.source is None:
                refused.append(FileReport(found.name, "rejected", f"{found.reason} {found.hint}".strip(), warnings=found.warnings))
                continue
            digests[found.name], sizes[found.name] = digest_of(found.source, found.sidecar), found.size
            if found.path:
                paths[found.name] = found.path
                self.known.note(found.path, found.stamp, found.source.sha256)
            self.tell(BuildProgress("清点来源", len(digests), 0, found.name))
        self.known.save(self.stamps)
        ids = document_ids(digests, self.ledger.known_names())
        inputs = [Input(name, ids[name], digest, sizes[name], paths.get(name, "")) for name, digest in digests.items()]
        return sorted(inputs, key=lambda item: item.document_id), refused


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, sort_keys=True).encode()


def _link_counts(report: LedgerReport) -> dict[str, int]:
    counts = asdict(report)
    return {state: counts[state] for state in ("new", "exact", "moved", "changed", "gone", "found")}
