"""What is taken out of a library: citations, files, its ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, BinaryIO
from urllib.parse import quote

from search.answering.library_documents import LibraryDocuments
from search.answering.opened import Open
from search.engine.port import EngineHit
from search.errors import IndexDamaged
from search.model import Document
from search.present import cite, cite_record
from search.present import export as exports
from search.present.highlight import Marker
from search.question import Question
from search.settings import LOCAL_ADDRESS


class LibraryExports(LibraryDocuments):
    """What is taken out of a library: citations, files, its ledger. See `search.answering.library`."""

    def cite(self, id_: str, style: str, *, accessed: date, url: str) -> str:
        """The citation of a document or passage in a style of `search.present.cite`. Raises NotFound, BadRequest."""
        return cite.cite(self._record(id_, url), style, accessed)

    def citation_tags(self, id_: str, url: str) -> tuple[tuple[str, str], ...]:
        """Machine-readable citation tags of a document or a passage. Raises NotFound."""
        return tuple(cite.meta_tags(self._record(id_, url)))

    def citation_data(self, id_: str, url: str) -> dict[str, Any]:
        """The same as schema.org data (JSON-LD). Raises NotFound."""
        return cite.json_ld(self._record(id_, url))

    def _record(self, id_: str, url: str) -> cite_record.CitationRecord:
        site = self.settings.site_name
        if self.has_document(id_):
            return cite_record.CitationRecord.of(self._document(id_), None, url=url, site=site)
        passage = self._passage(id_)
        return cite_record.CitationRecord.of(self._document(passage.document_id), passage, url=url, site=site)

    def export(self, question: Question, format_: str, *, partial: bool = False, base_url: str = "") -> Iterator[bytes]:
        """A result set as a file, streamed; at most `max_export_rows` hits.

        Passages that answer the text only in part, or by another wording, are left out unless `partial`, and are marked there: a set that
        was relaxed is no answer to what was asked. `base_url` heads the links; without one
        they are those of `Settings.base_url`, or of a site on this machine."""
        base = (base_url or self.settings.base_url or LOCAL_ADDRESS).rstrip("/")
        current = self._open  # one generation to the end: a row of it may be of a document that the next one has not
        return exports.export(self._export_rows(current, self._export_hits(current, question, partial), base), format_, title=question.text)

    def _export_hits(self, current: Open, question: Question, partial: bool) -> Iterator[tuple[EngineHit, bool, Marker]]:
        """Hits, whether each is a partial one, and what marks them."""
        searcher, left = current.searcher, self.settings.max_export_rows
        relaxed = searcher.is_relaxed(question)
        plans = [(searcher.plan(question), relaxed)] if partial or not relaxed else []
        if partial and (nearest := searcher.nearest_plan(question)) is not None:
            plans.append((nearest, True))
        for plan, is_partial in plans:
            marker = Marker(plan)
            for hit in searcher.each_hit(question, left, plan):
                left -= 1
                yield hit, is_partial, marker

    def _export_rows(self, current: Open, hits: Iterable[tuple[EngineHit, bool, Marker]], base_url: str) -> Iterator[exports.ExportRow]:
        documents: dict[str, Document] = {}  # what a citation says of each, without its texts
        for rank, (hit, partial, marker) in enumerate(hits, start=1):
            passage = hit.passage
            document = documents.get(passage.document_id)
            if document is None:
                known = current.engine.described(passage.document_id)
                if known is None:
                    raise IndexDamaged("索引里的一个段落没有文献。", hint="请运行 bangfu check。")
                document = documents[passage.document_id] = replace(known, removed=(), source_text="")
            record = cite_record.CitationRecord.of(document, passage, url=f"{base_url}/p/{passage.id}", site=self.settings.site_name)
            yield exports.ExportRow(
                passage,
                record,
                f"{base_url}/d/{quote(document.id)}",
                document.source_file,
                rank,
                hit.score,
                hit.tier.name.lower(),
                partial,
                tuple(marker.marks(passage.text)),
                document.byline or "",
            )

    def export_chosen(self, chosen: Sequence[tuple[str, str]], format_: str, *, title: str = "", base_url: str = "") -> Iterator[bytes]:
        """Passages that a reader chose, each with a note (or none), in their order, as a file; what is gone is left out."""
        base = (base_url or self.settings.base_url or LOCAL_ADDRESS).rstrip("/")
        return exports.export(self._chosen_rows(chosen, base), format_, title=title)

    def _chosen_rows(self, chosen: Sequence[tuple[str, str]], base_url: str) -> Iterator[exports.ExportRow]:
        for rank, (passage_id, note) in enumerate(chosen, start=1):
            passage = self.passage(passage_id).passage
            if passage is None:
                continue
            document = self._document(passage.document_id)
            record = cite_record.CitationRecord.of(document, passage, url=f"{base_url}/p/{passage.id}", site=self.settings.site_name)
            address = f"{base_url}/d/{quote(document.id)}"
            yield exports.ExportRow(passage, record, address, document.source_file, rank, byline=document.byline or "", note=note)

    def export_ledger(self) -> Iterator[bytes]:
        """The whole ledger as JSON Lines."""
        return self._links.export()

    def import_ledger(self, file: BinaryIO) -> int:
        """Takes in the links of a ledger exported elsewhere; returns how many."""
        return self._links.import_(file)
