"""Questions to a library: hits, counts, words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from search.answering import wordlists
from search.answering.adding import Adding
from search.answering.library_state import LibraryState
from search.answering.meant import filters_meant
from search.answering.newest import NewestHits
from search.errors import BadRequest
from search.present import kwic
from search.question import Filters, Question, read_sort
from search.results import (
    Answer,
    Hit,
    KwicTable,
    Newest,
    Suggestion,
    WordCount,
)

MOST_COMPARED = 2_000
"""Passages of a result set whose words are counted."""


class LibrarySearch(LibraryState):
    """Questions to a library: hits, counts, words. See `search.answering.library`."""

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

    def groups(self, question: Question) -> int:
        """How many hits a question lists, copies or passages of a document collapsed as it asks."""
        return self._open.searcher.groups(question)

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

    @property
    def most_compared(self) -> int:
        """Passages of a result set, the first ones, that `collocates` and `distinctive_words` read at most."""
        return MOST_COMPARED

    def newest(self, question: Question, *, since: str = "", offset: int = 0, limit: int = 50) -> Newest:
        """The full hits of a question, the newest first by when their passages were first seen; only those after `since` (a generation, a
        day or a time, ISO 8601). Raises NotFound."""
        manifest = self.manifest()
        asked = NewestHits(self._open.searcher, self._links.ledger, manifest.generation, manifest.created, self.settings.max_export_rows)
        return asked.page(question, since, offset, limit)

    def last_changed(self, document_ids: Sequence[str]) -> dict[str, str]:
        """Document → when it was last new or read otherwise (ISO 8601, UTC), of these; empty without a ledger."""
        return self._links.ledger.last_changed(document_ids, self.manifest().generation) if self._links.ledger else {}

    def newest_changes(self, firsts: Sequence[str]) -> tuple[str, ...]:
        """The ids of documents cut into parts, each of which begins with one of these (ascending): when any document of each last came,
        changed or went (ISO 8601, UTC); empty where none did, or without a ledger."""
        ledger = self._links.ledger
        return ledger.newest_changes(firsts, self.manifest().generation) if ledger else ("",) * len(firsts)
