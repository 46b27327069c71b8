"""The read side: one open generation, asked for pages, documents, links, tables and exports. Thread-safe."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, BinaryIO, Self
from urllib.parse import quote

from search.answering import explain, locate, records, shared, tables, wordlists
from search.answering.adding import Adding
from search.answering.links import Links
from search.answering.meant import filters_meant
from search.answering.newest import NewestHits
from search.answering.opened import Open, open_generation
from search.engine.choice import engine_url, generation_in_force, keeps_ledger, load_body, state_directory
from search.engine.port import DocumentSummary, EngineHit, Manifest
from search.errors import BadRequest, IndexDamaged, LibraryClosed, NotFound
from search.fields import NAMES
from search.labels.doubt import Doubt, mending_line
from search.labels.mechanism.table import Mechanism, mechanisms
from search.labels.program.table import ProgramType, program_types
from search.links import FILE_NAME, LinkState, Resolution
from search.model import Document, Passage, Span
from search.present import cite, cite_record, diff, fragment, kwic, record_tables
from search.present import export as exports
from search.present.highlight import Marker
from search.query.analysis import fingerprint
from search.query.expand import pieces, stand_ins, synonyms
from search.question import Filters, Question, read_sort
from search.results import (
    Answer,
    ChangedText,
    ClauseTable,
    CrossTable,
    DocumentPage,
    Facsimile,
    FigureTable,
    Hit,
    KwicTable,
    LocateMatch,
    Newest,
    Overview,
    PairRecord,
    PairTable,
    PassagePage,
    RelationTable,
    SharedSentence,
    Suggestion,
    Told,
    WordCount,
)
from search.settings import LOCAL_ADDRESS, Settings
from search.text import sentences

RETRY_SECONDS = 60.0
"""A generation that could not be opened is not read through again before."""
MOST_COMPARED = 2_000
"""Passages of a result set whose words are counted."""
LONGEST_QUOTE = 100_000
"""Characters of a pasted text that are looked for."""


def open_library(url: str | Path = "whoosh:index_data", *, settings: Settings | None = None, any_analysis: bool = False) -> Library:
    """The library over the generation in force at the engine URL, or in a folder.

    >>> with open_library(INDEX) as library:
    ...     answer = library.search("消费扶贫 密云", filters={"year": "2019-2020"})
    >>> answer.total > 0, len(answer) == min(answer.total, 20)
    (True, True)

    Raises IndexMissing, IndexDamaged, EngineUnavailable, and IndexStale where the index was built by another analysis version
    (`any_analysis` opens it all the same, for checking and for the ledger)."""
    return Library(engine_url(url), settings or Settings(), any_analysis=any_analysis)


def prepare(url: str = "whoosh:index_data") -> None:
    """Loads the engine's code, the dictionary and the tables that answers are made with, whatever the index, and opens nothing: for a
    server that forks its workers afterwards. Without it they are loaded as they are needed. Raises EngineUnavailable."""
    load_body(url)
    fingerprint()
    for load in (pieces, synonyms, stand_ins):
        load("帮扶")


class Library:
    """See `open_library`. Close it, or use it as a context manager."""

    def __init__(self, url: str, settings: Settings, *, any_analysis: bool = False) -> None:
        self.settings = settings
        self._url = url
        self._any_analysis = any_analysis
        self._lock = threading.Lock()
        self._refused = ""
        self._current: Open | None = open_generation(self._url, self.settings, any_analysis=self._any_analysis)
        self._folder = state_directory(url, settings.state)
        self._links = Links(self._folder / FILE_NAME, url if keeps_ledger(url) else "")
        self._retry = monotonic() + RETRY_SECONDS

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        if self._current is None:
            return f"<Library {self._url}, closed>"
        manifest = self._current.engine.manifest()
        return f"<Library {self._url}: {manifest.documents} documents, {manifest.passages} passages>"

    @property
    def _open(self) -> Open:
        """The generation that answers. Raises LibraryClosed."""
        if self._current is None:
            raise LibraryClosed("这个库已经关闭。", hint="请再打开一次：open_library(…)。")
        return self._current

    def close(self) -> None:
        """Closing twice is harmless; a question asked afterwards raises LibraryClosed."""
        if self._current is not None:
            self._current.engine.close()
            self._current = None
        self._links.close()

    def refresh(self) -> bool:
        """Opens the generation in force if it is another than the one open. Requests under way finish on the old one."""
        with self._lock:
            self._links.refresh()
            in_force = generation_in_force(self._url)
            if in_force == self._open.engine.manifest().generation or (in_force == self._refused and monotonic() < self._retry):
                return False
            self._refused, self._retry = in_force, monotonic() + RETRY_SECONDS
            # The old engine is let go, not closed: its mappings end with the last request that holds it.
            self._current = open_generation(self._url, self.settings, any_analysis=self._any_analysis)
            return True

    @property
    def fault(self) -> str:
        """What is wrong with the index, in a sentence for people, while it answers all the same; empty where nothing is."""
        told = self._open.fault and f"当前版本已损坏（{self._open.fault}），现由完好的旧版本回答。请运行 bangfu build。"
        return " ".join(part for part in (told, self._links.fault) if part)

    # --- searching ---------------------------------------------------------------------------------------------------

    def search(
        self,
        question: Question | str,
        *,
        filters: Filters | Mapping[str, Sequence[str] | str] | None = None,
        sort: str = "relevance",
        page: int = 1,
        size: int = 20,
    ) -> Answer:
        """A page of results. Raises BadRequest for a filter, sort or page that makes no sense; never for a query."""
        if isinstance(question, str):
            chosen = filters if isinstance(filters, Filters) else Filters.read(filters or {})
            question = Question(question, chosen, read_sort(sort), page, size)
        return self._open.searcher.answer(question)

    def hits(
        self,
        question: Question | str,
        *,
        filters: Filters | Mapping[str, Sequence[str] | str] | None = None,
        sort: str = "relevance",
        limit: int | None = None,
    ) -> Iterator[Hit]:
        """All full hits one by one, however many, of which only a few are held at a time; at most `limit`. None of a text that was relaxed.

        >>> with open_library(INDEX) as library:
        ...     found = list(library.hits("扶贫", filters={"kind": "body"}))
        >>> len(found) > 100, all("扶贫" in hit.passage.text for hit in found)
        (True, True)"""
        if isinstance(question, str):
            chosen = filters if isinstance(filters, Filters) else Filters.read(filters or {})
            question = Question(question, chosen, read_sort(sort))
        return self._open.searcher.each_found(question, self.manifest().passages if limit is None else limit)

    def count(self, question: Question) -> int:
        """The exact total of a question."""
        return self._open.searcher.count(question)

    def adding(self, question: Question, field: str) -> Callable[[str], int]:
        """The exact total of a question after one value more in a field that has a choice already."""
        searcher = self._open.searcher
        return Adding(self._open.engine, searcher.plan(question), question.filters, field).total

    def totals(self, questions: Sequence[Question]) -> list[int]:
        """The exact total of each of several questions, worked out together."""
        return self._open.searcher.totals(questions)

    def explain_scores(self, question: Question, hits: Sequence[Hit]) -> tuple[tuple[tuple[float, str], ...], ...]:
        """For each of the hits of a question, what its score is the sum of: (points, why)."""
        return tuple(tuple((part.points, part.why) for part in parts) for parts in self._open.searcher.explain(question, hits))

    def filters(self, given: Mapping[str, Sequence[str]]) -> Filters:
        """The filters that a user's words by parameter name mean here. Raises BadRequest."""
        return filters_meant(given, lambda several: self.totals([Question(filters=filters) for filters in several]))

    def suggest(self, prefix: str, limit: int = 10) -> tuple[Suggestion, ...]:
        """What the user may be typing, by characters and by pinyin: queries, each with the total that it gives."""
        return self._open.searcher.suggest(prefix[:100], limit)

    def neighbours(self, question: Question, passage_id: str) -> tuple[str | None, str | None, int]:
        """Previous and next hit of a passage in the result list, and its rank from 1 (None, None, 0 where it is not among the first
        1,000)."""
        return self._open.searcher.neighbours(question, passage_id)

    def related(self, passage_id: str, limit: int = 5) -> tuple[Hit, ...]:
        """Passages of other documents that share places, program types and rare words with this one."""
        return self._open.searcher.related(self._passage(passage_id), limit)

    def kwic(self, question: Question, *, width: int = 20, order: str = "left", limit: int = 2000) -> KwicTable:
        """Every occurrence in the result set with `width` characters of context, sorted by left or right context or as in the documents."""
        if order not in ("left", "right", "document"):
            raise BadRequest(f"不认识的排序“{order[:40]}”。", hint="可用：left、right、document。", parameter="order")
        searcher = self._open.searcher
        result = searcher.all_hits(question, limit)
        rows = kwic.concordance(searcher.plan(question), [hit.passage for hit in result.hits], width=width, order=order)
        sources = self._open.summaries.at_hand(row.document_id for row in rows)
        titles = {id_: one.title for id_, one in sources.items()}
        return KwicTable(tuple(rows), titles, len(rows), result.total <= limit, searcher.reading(question), sources)

    def collocates(self, question: Question, *, width: int = 10, limit: int = 40) -> tuple[WordCount, ...]:
        """Words within `width` characters of what was searched, set apart from those of the same passages: the strongest first."""
        searcher = self._open.searcher
        result = searcher.all_hits(question, MOST_COMPARED)
        plan, passages = searcher.plan(question), [hit.passage for hit in result.hits]
        rows = kwic.concordance(plan, passages, width=width, order="document")
        near = wordlists.words_beside(rows, width)
        everywhere = wordlists.word_counts(passage.text for passage in passages)
        return wordlists.distinctive(near, everywhere - near, limit)

    def distinctive_words(
        self, question: Question, other: Question, limit: int = 40
    ) -> tuple[tuple[WordCount, ...], tuple[WordCount, ...]]:
        """The words that set each of two result sets apart from the other, over the first MOST_COMPARED passages of each."""
        one, two = (
            wordlists.word_counts(hit.passage.text for hit in self._open.searcher.each_hit(asked, MOST_COMPARED))
            for asked in (question, other)
        )
        return wordlists.distinctive(one, two, limit), wordlists.distinctive(two, one, limit)

    def newest(self, question: Question, *, since: str = "", offset: int = 0, limit: int = 50) -> Newest:
        """The full hits of a question, the newest first by when their passages were first seen; only those after `since` (a generation, a
        day or a time, ISO 8601). Raises NotFound."""
        manifest = self.manifest()
        asked = NewestHits(self._open.searcher, self._links.ledger, manifest.generation, manifest.created, self.settings.max_export_rows)
        return asked.page(question, since, offset, limit)

    def last_changed(self) -> dict[str, str]:
        """Document → when it was last new or read otherwise (ISO 8601, UTC); empty without a ledger."""
        return self._links.ledger.last_changed(self.manifest().generation) if self._links.ledger else {}

    # --- tables ------------------------------------------------------------------------------------------------------

    def cross(self, question: Question, rows: str, columns: str, *, level: int = 1) -> CrossTable:
        """Counts over two fields of a result set; regions at `level` (1 province, 2 prefecture, 3 county)."""
        if rows not in NAMES or columns not in NAMES or rows == columns:
            raise BadRequest("交叉表要两个不同的分面。", hint=f"可用：{'、'.join(NAMES)}。")
        if level not in (1, 2, 3):
            raise BadRequest("地区层级是 1、2 或 3。", parameter="level")
        result = self._open.searcher.crossed(question, rows, columns)
        return tables.cross_table(result.crossed(rows, columns), rows, columns, level=level, total=result.total)

    def pairs(self, question: Question, *, level: int = 1) -> PairTable:
        """Who helps whom at a level of region, from relations alone. Cells open by the filters `supporter` and `recipient`."""
        if level not in (1, 2, 3):
            raise BadRequest("地区层级是 1、2 或 3。", parameter="level")
        return tables.pair_table(self.relations(question, limit=0).pairs, level=level)

    def figures(
        self,
        question: Question,
        *,
        unit: str | None = None,
        per: str | None = None,
        minimum: float | None = None,
        maximum: float | None = None,
        sort: str = "document",
        offset: int = 0,
        limit: int | None = None,
        facets: bool = False,
        compared: bool = False,
    ) -> FigureTable:
        """Figures of the passages that the text finds: a page of them, of `max_export_rows` where no limit is given. Places, years and
        types of the question filter the figures by their own; `per` is `total`, `rate`, `change` or what a rate is per. With `facets`,
        their own places, years and types are counted; with `compared`, totals are added up by year and held against each other."""
        current, rows = self._open, self.settings.max_export_rows if limit is None else limit
        where = records.filters(unit, per, minimum, maximum)
        plan, reading = current.searcher.plan(question), current.searcher.reading(question)
        panels = current.searcher.listed if facets else None
        return self._records().figures(
            question, plan, reading, where, records.read_order(sort), offset, rows, panels=panels, compared=compared
        )

    def adding_figures(
        self, question: Question, field: str, *, unit: str | None, per: str | None, minimum: float | None, maximum: float | None
    ) -> Callable[[str], int]:
        """The exact number of figures after one value more in a field that has a choice already."""
        where, plan, rows = records.filters(unit, per, minimum, maximum), self._open.searcher.plan(question), self._records()
        return lambda value: rows.count_figures(question.filtered(question.filters.add(field, value)), plan, where)

    def relations(self, question: Question, *, kind: str | None = None, offset: int = 0, limit: int | None = None) -> RelationTable:
        """Who helps whom, by the clauses of the passages that the text finds: a page of pairs, those most often said first."""
        current, rows = self._open, self.settings.max_export_rows if limit is None else limit
        plan, reading = current.searcher.plan(question), current.searcher.reading(question)
        return self._records().relations(question, plan, reading, records.of_kind(kind), offset, rows)

    def clauses(
        self, question: Question, *, kind: str | None = None, pair: str = "", offset: int = 0, limit: int | None = None
    ) -> ClauseTable:
        """The clauses that say who helps whom, as they stand in the documents; of one pair where it is named (`北京市→河北省`)."""
        rows = self.settings.max_export_rows if limit is None else limit
        where = records.of_kind(kind, pair)
        return self._records().clauses(question, self._open.searcher.plan(question), where, offset, rows)

    def pair(self, supporter: str, recipient: str, *, offset: int = 0, limit: int = 50) -> PairRecord:
        """One pair by the exact names of its sides, by every clause of the collection that says so. Raises NotFound where none does."""
        return self._records().pair(supporter, recipient, offset, limit)

    def export_figures(self, question: Question, form: str, *, base_url: str = "", **chosen: Any) -> Iterator[bytes]:
        """Figures as a table in a form of `search.present.record_tables`, at most `max_export_rows`; `chosen` as for `figures`."""
        rows = self.figures(question, **chosen).rows
        return record_tables.table(record_tables.FIGURE_COLUMNS, record_tables.figure_cells(rows, base_url), form)

    def export_relations(
        self, question: Question, form: str, *, kind: str | None = None, base_url: str = "", offset: int = 0, limit: int | None = None
    ) -> Iterator[bytes]:
        """Who helps whom, a row for each clause, or as a graph of pairs (`graphml`); at most `max_export_rows`."""
        if form == "graphml":
            return record_tables.graphml(self.relations(question, kind=kind).rows)
        rows = self.clauses(question, kind=kind, offset=offset, limit=limit).rows
        return record_tables.table(record_tables.RELATION_COLUMNS, record_tables.relation_cells(rows, base_url), form)

    def told(self, text: str) -> Told | None:
        """What figures and relations say to a question such as 谁帮助赤城县; None for any other text."""
        return self._records().told(text[:100])

    def _records(self) -> records.Records:
        return records.Records(self._open.engine, self._open.summaries)

    def overview(self) -> Overview:
        """What is in the collection."""
        current = self._open
        result = current.searcher.overview()
        return Overview(
            documents=current.engine.manifest().documents,
            passages=result.total,
            facets=current.searcher.facets(result),
            recent=current.recent,
            manifest=current.engine.manifest(),
            examples=current.searcher.examples(),
        )

    # --- documents and passages --------------------------------------------------------------------------------------

    def documents(self) -> tuple[DocumentSummary, ...]:
        """All documents, by id."""
        return tuple(self._open.summaries.values())

    def has_document(self, document_id: str) -> bool:
        """Whether there is a document by this id."""
        return document_id in self._open.summaries.at_hand((document_id,))

    def title(self, document_id: str) -> str:
        """The title of a document; empty where there is none by this id."""
        found = self._open.summaries.at_hand((document_id,))
        return found[document_id].title if document_id in found else ""

    def document(self, document_id: str, *, text: str = "") -> DocumentPage:
        """A document, with the marks of a query in its passages. Raises NotFound."""
        current = self._open
        document = self._document(document_id)
        summary = current.summaries[document_id]
        marked = current.searcher.document_marks(text, document)
        return DocumentPage(document, summary, marked, current.copies(document_id), current.engine.manifest())

    def facsimile(self, document_id: str, page: int, *, text: str = "") -> Facsimile:
        """A page of a document as it stands in its source, with the marks of a query. Raises NotFound."""
        from search.answering import facsimile as facsimiles  # noqa: PLC0415  (brings the readers along, which search does without)

        document = self._document(document_id)
        marks = self._open.searcher.document_marks(text, document)
        return facsimiles.facsimile(document, marks, page, self._folder, self.settings)

    def first_pages(self, document_id: str) -> dict[str, int]:
        """The page on which each passage of a document begins, by passage id; empty for documents without pages. Raises NotFound."""
        from search.answering import facsimile as facsimiles  # noqa: PLC0415  (brings the readers along, which search does without)

        return facsimiles.first_pages(self._document(document_id))

    def page_picture(self, document_id: str, page: int, width: int) -> bytes:
        """A page as WebP, `width` pixels across (one of PAGE_WIDTHS). Raises NotFound where there is none to show."""
        from search.answering import facsimile as facsimiles  # noqa: PLC0415  (brings the readers along, which search does without)

        return facsimiles.picture(self._document(document_id), page, width, self._folder, self.settings)

    def original(self, document_id: str) -> tuple[str, Path]:
        """The name of a document's source and where its bytes lie. Raises NotFound where it was not kept."""
        from search.answering import facsimile as facsimiles  # noqa: PLC0415  (brings the readers along, which search does without)

        document = self._document(document_id)
        return document.source_file, facsimiles.original(document, self._folder, self.settings)

    def passage(self, passage_id: str) -> PassagePage:
        """A passage by its id, wherever it leads today. Raises NotFound for an id that was never given out."""
        resolution = self._resolve(passage_id)
        passage = self._fetch((resolution.current,))[0] if resolution.current else None
        difference = None
        if passage is not None and resolution.state is LinkState.CHANGED:
            now = "".join(part.text for part in self._present(resolution.parts)) or passage.text
            difference = ChangedText(tuple(diff.word_difference(resolution.old_text, now)))
        return PassagePage(
            resolution=resolution,
            passage=passage,
            document=self._open.summaries.get(passage.document_id) if passage else None,
            candidates=self._with_documents(resolution.candidates),
            parts=self._with_documents(resolution.parts),
            difference=difference,
        )

    def _resolve(self, passage_id: str) -> Resolution:
        return self._links.resolve(passage_id, self._open.engine, self.manifest().generation)

    def locate(self, quotation: str) -> tuple[LocateMatch, ...]:
        """Where a quote stands, best first; where it stands nowhere, the sentences nearest to it, with what differs (scores below 80)."""
        found = locate.locate(quotation[:LONGEST_QUOTE], self._open.engine)
        titles = self._open.summaries.at_hand(match.document_id for match in found)
        return tuple(replace(match, document_title=titles[match.document_id].title) for match in found)

    def explain(self, passage_id: str) -> dict[str, Any]:
        """Why each label of a passage is there, and what was rejected and why."""
        passage = self._passage(passage_id)
        return explain.explain(self._document(passage.document_id), passage)

    def shared_sentences(self, document_id: str) -> tuple[SharedSentence, ...]:
        """Sentences of a document that others have, too, in reading order. Raises NotFound."""
        return shared.shared_sentences(self._document(document_id), self._open.engine, self._open.summaries)

    def mending_line(self, facet: str, value: str) -> str:
        """The line of a `.toml` beside a source that takes a label away; empty for a facet that has none."""
        try:
            return mending_line(facet, [value])
        except KeyError:
            return ""

    def least_certain_labels(self, limit: int = 50) -> tuple[tuple[Doubt, str], ...]:
        """The labels of the collection that most need a person's eye, the least certain first, each with the file it comes from."""
        found = explain.least_certain((self._document(one.id) for one in self.documents()), limit)
        return tuple((doubt, self._document(doubt.document_id).source_file) for doubt in found)

    def sentences(self, text: str) -> tuple[Span, ...]:
        """The sentences of a text."""
        return tuple(sentences.sentences(text))

    def text_fragment(self, passage: Passage, span: Span) -> str:
        """`:~:text=…` for a range of a passage."""
        document = self._open.document(passage.document_id)
        before = () if document is None else [one.text for one in document.passages if one.order < passage.order]
        return fragment.text_fragment(passage.text, span, before)

    # --- taking away -------------------------------------------------------------------------------------------------

    def cite(self, id_: str, style: str, *, accessed: date, url: str) -> str:
        """The citation of a document or passage in a style of `search.present.cite`. Raises NotFound, BadRequest."""
        return cite.cite(self._record(id_, url), style, accessed)

    def citation_tags(self, id_: str, url: str) -> tuple[tuple[str, str], ...]:
        """Machine-readable citation tags of a document or a passage. Raises NotFound."""
        return tuple(cite.meta_tags(self._record(id_, url)))

    def citation_data(self, id_: str, url: str) -> dict[str, Any]:
        """The same as schema.org data (JSON-LD). Raises NotFound."""
        return cite.json_ld(self._record(id_, url))

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
                whole = current.document(passage.document_id)
                if whole is None:
                    raise IndexDamaged("索引里的一个段落没有文献。", hint="请运行 bangfu check。")
                document = documents[passage.document_id] = replace(whole, passages=(), removed=(), source_text="")
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

    # --- the house itself --------------------------------------------------------------------------------------------

    def program_types(self) -> tuple[ProgramType, ...]:
        """The fifteen program types with definition and source."""
        return tuple(program_types())

    def mechanisms(self) -> tuple[Mechanism, ...]:
        """The mechanisms by which help is given, with definition and source."""
        return mechanisms()

    def manifest(self) -> Manifest:
        """What the generation says of itself."""
        return self._open.engine.manifest()

    def check(self) -> tuple[str, ...]:
        """What is wrong with the files of the generation; empty when it is sound."""
        return self._open.engine.check()

    def _fetch(self, ids: Sequence[str]) -> tuple[Passage | None, ...]:
        return self._open.engine.fetch(ids)

    def _present(self, ids: Sequence[str]) -> tuple[Passage, ...]:
        return tuple(passage for passage in self._fetch(ids) if passage is not None)

    def _with_documents(self, ids: Sequence[str]) -> tuple[tuple[Passage, DocumentSummary], ...]:
        found = self._present(ids)
        known = self._open.summaries.at_hand(passage.document_id for passage in found)
        return tuple((passage, known[passage.document_id]) for passage in found)

    def _passage(self, passage_id: str) -> Passage:
        found = self.passage(passage_id).passage
        if found is None:
            raise NotFound("这一段已不在了。")
        return found

    def _document(self, document_id: str) -> Document:
        document = self._open.document(document_id)
        if document is None:
            raise NotFound("没有这件文献。", hint="请从首页的文献表里找。")
        return document

    def _record(self, id_: str, url: str) -> cite_record.CitationRecord:
        site = self.settings.site_name
        if self.has_document(id_):
            return cite_record.CitationRecord.of(self._document(id_), None, url=url, site=site)
        passage = self._passage(id_)
        return cite_record.CitationRecord.of(self._document(passage.document_id), passage, url=url, site=site)
