"""A view → an answer: the query read, the plan chosen over the whole collection, one engine call, and what is said around the hits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

from search.answering.facets import make_facets, program_name, region_name
from search.answering.filtering import check_view, make_filters
from search.engine.port import DocumentSummary, Engine, EngineHit, Filters, SearchRequest, SearchResult
from search.model import Document, Passage, Span
from search.present.highlight import marks, snippets
from search.query.analysis import analyse
from search.query.describe import canonical, describe
from search.query.intent import did_you_mean, facet_intent
from search.query.parse import parse
from search.query.plan import And, InDocument, Node, Not, Or, Run, Term
from search.query.planner import Step, choose, plan
from search.query.suggest import Suggester
from search.query.syntax import Query, bare_words
from search.results import (
    Answer,
    Expansion,
    Hit,
    IntentOffer,
    Note,
    QueryReading,
    SearchView,
    Suggestion,
    WordCulprit,
)
from search.settings import Settings
from search.text.fold import match_form

NEIGHBOURHOOD = 1_000
"""Hits looked through for the previous and next one of a passage."""
PLANS_KEPT = 512
MOST_CULPRITS = 6
RARE_WORDS = 8
"""Words of a passage that others are compared by."""
FEW = 3
"""With no more hits than this, other spellings are offered."""
NAMES = {
    "region": "地区",
    "year": "年份",
    "program": "类型",
    "document": "文献",
    "kind": "种类",
    "supporter": "支援方",
    "recipient": "受援方",
}
EXAMPLES = (
    ("消费扶贫 密云", "两个词，都有的段落在前"),
    ("“对口协作”", "引号里的话，一字不差"),
    ("消费扶贫 AND NOT 密云", "有前者而没有后者"),
    ("地区:滦平县 年份:2019", "只看一地一年"),
)


class Searcher:
    """Answers views over one generation. Plans are kept by text, so that paging and facets read and plan a query once."""

    def __init__(self, engine: Engine, suggester: Suggester, summaries: Mapping[str, DocumentSummary], settings: Settings) -> None:
        self._engine = engine
        self._suggester = suggester
        self._summaries = summaries
        self._settings = settings
        self._planned = lru_cache(maxsize=PLANS_KEPT)(self._plan)

    def answer(self, view: SearchView) -> Answer:
        """A page of results with everything around it."""
        sort = check_view(view, self._settings)
        filters = make_filters(view.filters)
        query, step = self._planned(view.text, view.off, view.literal)
        offset = (view.page - 1) * view.size
        result = self._engine.search(SearchRequest(step.plan, filters, sort, offset, view.size, collapse=view.collapse))
        reading = self.reading(view, step)
        return Answer(
            view=view,
            query=reading,
            hits=tuple(self._hit(step.plan, found) for found in result.hits),
            total=result.total,
            documents=result.documents,
            groups=result.groups,
            tiers=dict(result.tiers),
            facets=make_facets(result.facets, filters),
            suggestions=self._suggestions(query, result) if view.page == 1 else (),
            intents=self._intents(view, query, filters) if view.page == 1 else (),
            culprits=self._culprits(view, query) if not result.total else (),
            manifest=self._engine.manifest(),
        )

    def count(self, view: SearchView) -> int:
        """The exact total."""
        _, step = self._planned(view.text, view.off, view.literal)
        return self._engine.count(step.plan, make_filters(view.filters))

    def all_hits(self, view: SearchView, limit: int) -> tuple[SearchResult, Step]:
        """The first `limit` hits, for tables and exports."""
        sort = check_view(replace(view, page=1), self._settings)
        _, step = self._planned(view.text, view.off, view.literal)
        return self._engine.search(SearchRequest(step.plan, make_filters(view.filters), sort, 0, limit, facets=False)), step

    def crossed(self, view: SearchView, facets: tuple[str, str]) -> SearchResult:
        """A result set counted over two facets."""
        _, step = self._planned(view.text, view.off, view.literal)
        return self._engine.search(SearchRequest(step.plan, make_filters(view.filters), limit=0, facets=False, cross=facets))

    def reading(self, view: SearchView, step: Step) -> QueryReading:
        """How the query of a view was understood."""
        query, _ = self._planned(view.text, view.off, view.literal)
        return QueryReading(
            text=view.text,
            canonical=canonical(query),
            description=describe(query),
            notes=tuple(Note(note.code, note.message, note.start, note.end) for note in (*query.notes, *step.notes)),
            expansions=tuple(Expansion(one.key, one.source, one.target, one.kind) for one in step.expansions),
            relaxed=step.code,
            relaxed_message=step.message,
            terms=tuple(word.text for word in bare_words(query.root)),
        )

    def neighbours(self, view: SearchView, passage_id: str) -> tuple[str | None, str | None, int]:
        """Previous hit, next hit and rank of a passage in its result list."""
        sort = check_view(view, self._settings)
        _, step = self._planned(view.text, view.off, view.literal)
        request = SearchRequest(step.plan, make_filters(view.filters), sort, 0, NEIGHBOURHOOD, facets=False, collapse=view.collapse)
        ids = [hit.passage.id for hit in self._engine.search(request).hits]
        if passage_id not in ids:
            return None, None, 0
        at = ids.index(passage_id)
        return ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None, at + 1

    def related(self, passage: Passage, limit: int) -> tuple[Hit, ...]:
        """Passages of other documents most like this one: by its rarest words, then by score."""
        words = self._rare_words(passage)
        if not words:
            return ()
        elsewhere = Not(InDocument(match_form(passage.document_id).text))
        wanted: Node = And((Or(tuple(Term((Run(word),)) for word in words)), elsewhere))
        result = self._engine.search(SearchRequest(wanted, limit=limit, facets=False))
        return tuple(self._hit(wanted, found) for found in result.hits)

    def document_marks(self, text: str, document: Document) -> dict[str, tuple[Span, ...]]:
        """Passage id → marks of the query, for passages that have any."""
        if not text.strip():
            return {}
        _, step = self._planned(text, (), False)
        found = ((passage.id, marks(step.plan, passage.text)) for passage in document.passages)
        return {id_: spans for id_, spans in found if spans}

    def examples(self) -> tuple[tuple[str, str], ...]:
        """Searches that show off the language and find something here: (query, what it shows)."""
        return tuple((text, said) for text, said in EXAMPLES if self.count(SearchView(text)))[:3]

    # --- reading and planning ----------------------------------------------------------------------------------------

    def _plan(self, text: str, off: tuple[str, ...], literal: bool) -> tuple[Query, Step]:
        query = parse(text, self._settings, off)
        if literal:
            return query, plan(query, self._engine.contains)
        return query, choose(query, self._engine.contains, self._engine.count, self._suggester)

    def _hit(self, wanted: Node, found: EngineHit) -> Hit:
        passage = found.passage
        spans = marks(wanted, passage.text)
        return Hit(
            passage=passage,
            document=self._summaries[passage.document_id],
            score=found.score,
            tier=found.tier,
            marks=spans,
            snippets=snippets(passage.text, spans),
            folded=found.folded,
        )

    def _rare_words(self, passage: Passage) -> list[str]:
        forms = list(dict.fromkeys(token[0] for token in analyse(passage.text).tokens if len(token[0]) > 1))
        counts = self._engine.contains(forms) if forms else ()
        shared = sorted((count, form) for form, count in zip(forms, counts, strict=True) if count > 1)
        return [form for _, form in shared[:RARE_WORDS]]

    # --- what the page says around the hits --------------------------------------------------------------------------

    def _suggestions(self, query: Query, result: SearchResult) -> tuple[Suggestion, ...]:
        if result.total > FEW:
            return ()
        instead = did_you_mean(query, self._engine.contains, self._engine.count, self._suggester)
        return tuple(Suggestion(one.text, one.kind, one.total) for one in instead if one.total > result.total)

    def _intents(self, view: SearchView, query: Query, filters: Filters) -> tuple[IntentOffer, ...]:
        offers = []
        for offer in facet_intent(query):
            if offer.value in filters.choice(offer.facet).include:
                continue
            chosen = replace(view.filters, **{offer.facet: (*getattr(view.filters, offer.facet), offer.value)})
            total = self.count(SearchView(offer.rest, chosen))
            if total:
                label = offer.value if offer.facet == "year" else (region_name if offer.facet == "region" else program_name)(offer.value)
                offers.append(IntentOffer(offer.facet, offer.value, label, offer.word, offer.rest, total))
        return tuple(offers)

    def _culprits(self, view: SearchView, query: Query) -> tuple[WordCulprit, ...]:
        """Which filter or word keeps everything out: what dropping each would give."""
        found = []
        _, step = self._planned(view.text, view.off, view.literal)
        for name in ("region", "year", "program", "document", "kind", "supporter", "recipient"):
            values: tuple[str, ...] = getattr(view.filters, name)
            excluded: tuple[str, ...] = getattr(view.filters, f"not_{name}", ())
            for value, field, kept in (*_each(values, name), *_each(excluded, f"not_{name}")):
                total = self._engine.count(step.plan, make_filters(replace(view.filters, **{field: kept})))
                label = f"{NAMES[name]}{'不含' if field.startswith('not_') else ''}: {_shown(name, value)}"
                found.append(WordCulprit(field, value, label, total))
        words = bare_words(query.root)
        if len(words) > 1:
            for word in words:
                rest = " ".join(other.text for other in words if other is not word)
                found.append(WordCulprit("word", word.text, word.text, self.count(SearchView(rest, view.filters))))
        return tuple(sorted((one for one in found if one.total_without), key=lambda one: -one.total_without)[:MOST_CULPRITS])


def _each(values: tuple[str, ...], field: str) -> Iterable[tuple[str, str, tuple[str, ...]]]:
    return ((value, field, tuple(other for other in values if other != value)) for value in values)


def _shown(name: str, value: str) -> str:
    if name in ("region", "supporter", "recipient"):
        return region_name(value)
    return program_name(value) if name == "program" else value
