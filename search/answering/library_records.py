"""Tables of a library: facets against each other, figures, who helps whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from search.answering import records, tables
from search.answering.library_state import LibraryState
from search.errors import BadRequest
from search.fields import NAMES
from search.present import record_tables
from search.question import Question
from search.results import (
    ClauseTable,
    CrossTable,
    FigureTable,
    Overview,
    PairRecord,
    PairTable,
    RelationTable,
    Told,
)


class LibraryRecords(LibraryState):
    """Tables of a library: facets against each other, figures, who helps whom. See `search.answering.library`."""

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
        """The clauses that say who helps whom, as the documents have them; of one pair where it is named (`北京市→河北省`)."""
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
