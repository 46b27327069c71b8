"""A generation carried to another engine as it is, without reading a source: from one machine's index to a cluster, or back."""

from __future__ import annotations

from collections.abc import Iterator

from search.building.base import ANALYSIS
from search.building.keeping import ledger_for_build, ledger_to_read
from search.building.report import ATTACHMENT, BuildProgress, OnProgress
from search.engine.attached import INPUTS, RECENT, SUGGESTED, SUGGESTIONS, WORKS
from search.engine.choice import open_engine, open_writer
from search.engine.port import Engine, Writer
from search.errors import BadRequest, IndexDamaged, IndexStale
from search.links import Ledger
from search.model import Document
from search.query.analysis import fingerprint
from search.settings import Settings

ATTACHED = (INPUTS, ANALYSIS, WORKS, RECENT, SUGGESTIONS, SUGGESTED, ATTACHMENT)


def copy_index(source: str, target: str, *, settings: Settings | None = None, on_progress: OnProgress | None = None) -> str:
    """Copies the generation in force at one engine URL to another, with its links, and puts it in force there; the new generation's name.

    The next build at the target reads only what has changed since. Raises IndexMissing, IndexStale where this program would analyse
    otherwise, BadRequest where both are one place, BuildBusy, EngineUnavailable."""
    if source == target:
        raise BadRequest("来处和去处是同一个索引。")
    chosen, tell = settings or Settings(), on_progress or (lambda _: None)
    engine = open_engine(source)
    try:
        if engine.manifest().analysis != fingerprint():
            raise IndexStale("索引是用另一版词表和标签表建的，不能照样复制。", hint="请先运行 bangfu build。")
        with ledger_for_build(target, chosen) as ledger:
            writer = open_writer(target, analysis=fingerprint(), base=False, keep=chosen.keep_generations)
            try:
                return _copied(engine, writer, source, ledger, chosen, tell)
            except BaseException:
                writer.abort()
                raise
    finally:
        engine.close()


def _copied(engine: Engine, writer: Writer, source: str, ledger: Ledger, settings: Settings, tell: OnProgress) -> str:
    ids = list(engine.document_ids())
    for document in _documents(engine, ids, tell):
        writer.add(document)
    if refused := writer.refused():
        raise IndexDamaged(f"去处不收文献 {next(iter(refused))}（{next(iter(refused.values()))}），没有改动。")
    for name in ATTACHED:
        if (data := engine.attachment(name)) is not None:
            writer.attach(name, data)
    manifest = writer.commit(lambda done, whole: tell(BuildProgress("写入索引", 0, 0, work_done=done, work_total=whole)))
    before = engine.manifest().generation
    with ledger_to_read(source, settings) as theirs:
        ledger.import_(theirs.export())
    if ledger.knows(before):  # the ledger was empty, and is now the other one: nothing has changed since
        ledger.record(manifest.generation, (), base=before, kept=ids)
    else:
        ledger.record(manifest.generation, _documents(engine, ids, tell))
    writer.publish()
    return manifest.generation


def _documents(engine: Engine, ids: list[str], tell: OnProgress) -> Iterator[Document]:
    for number, id_ in enumerate(ids, start=1):
        document = engine.document(id_)
        if document is None:
            raise IndexDamaged(f"索引缺少文献 {id_}。", hint="请运行 bangfu check。")
        yield document
        tell(BuildProgress("复制", number, len(ids), id_))
