"""A question → an answer: the query read, the plan chosen over the whole collection, one engine call, and what is said around the hits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from search.answering import scores
from search.answering.facets import FacetLists
from search.answering.plans import Plans
from search.engine.port import Around, Counted, CrossCounts, DocumentSummary, Engine, EngineHit, SearchRequest, SearchResult
from search.errors import BadRequest
from search.fields import BY_NAME
from search.model import Document, Passage, Span
from search.present.highlight import Marker, snippets
from search.query.analysis import analyse
from search.query.describe import canonical, describe
from search.query.explained import ScorePart
from search.query.intent import FieldOffer, facet_intent
from search.query.parse import parse
from search.query.plan import And, InDocument, Node, Not, Or, Run, Term
from search.query.planner import PlannedStep
from search.query.smaller import smaller
from search.query.suggest import Suggester
from search.query.syntax import Phrase, Query, Word, bare_words
from search.question import LABELS, Filters, Question, Sort
from search.results import Answer, Facets, Hit, IntentOffer, QueryReading, Suggestion, WordCulprit
from search.settings import Settings
from search.text.fold import match_form

MAX_SIZE = 100
"""Hits on a page, at most."""
EACH = 500
"""Hits held at a time where all are gone through."""
NEIGHBOURHOOD = 1_000
"""Hits looked through for the previous and next one of a passage."""
MOST_CULPRITS = 6
RARE_WORDS = 8
"""Words of a passage that others are compared by."""
FEW = 3
"""With no more hits than this, other spellings are offered."""
EXAMPLES = (
    ("消费扶贫 密云", "两个词，都有的段落在前"),
    ("“对口协作”", "引号里的话，一字不差"),
    ("消费扶贫 AND NOT 密云", "有前者而没有后者"),
    ("地区:滦平县 年份:2019", "只看一地一年"),
)


AtHand = Callable[[Iterable[str]], Mapping[str, DocumentSummary]]
"""The summaries of documents by id, read together."""


class Searcher:
    """Answers questions over one generation. What a page needs to know is asked of the engine together: see `search.engine.port.Engine`."""

    def __init__(self, engine: Engine, suggester: Suggester, summaries: AtHand, settings: Settings) -> None:
        self._engine = engine
        self._suggester = suggester
        self._summaries = summaries
        self._settings = settings
        self._plans = Plans(engine, suggester, settings)
        self._lists = FacetLists()

    def answer(self, question: Question) -> Answer:
        """A page of results with everything around it. Raises BadRequest for a page or size that makes no sense."""
        self._check(question)
        offers = self._offers(question) if question.page == 1 else []
        totals = self._plans.ahead([Question(offer.rest, question.filters.add(offer.facet, offer.value)) for offer in offers], question)
        query, step = self._plans.read(question)
        result = self._engine.search(self._request(question, step))
        also, nearest = self._below(question, step, result.groups)
        return Answer(
            question=question,
            query=self.reading(question),
            hits=(*self._hits(step.plan, result), *nearest),
            total=result.total,
            documents=result.documents,
            groups=result.groups,
            tiers=dict(result.tiers),
            facets=self._lists.of(result.facets, question.filters),
            suggestions=self._suggestions(question, result) if question.page == 1 else (),
            intents=_intents(offers, totals()) if step.code != "nearest" else (),
            culprits=self._culprits(question, query) if not result.total else (),
            manifest=self._engine.manifest(),
            also=also,
            first_also=len(result.hits),
        )

    def suggest(self, prefix: str, limit: int) -> tuple[Suggestion, ...]:
        """Queries that begin as the text does, its last word completed, with the totals that they give."""
        before, _, last = prefix.strip().rpartition(" ")
        suggested = self._suggester.suggest(last, 2 * limit if before else limit)
        texts = [f"{before} {_asking_for(one.text)}".strip() for one in suggested]
        totals = self.totals([Question(text) for text in texts])
        found = [Suggestion(text, one.kind, total) for text, one, total in zip(texts, suggested, totals, strict=True) if total]
        return tuple(found[:limit])

    def explain(self, question: Question, hits: Sequence[Hit]) -> tuple[tuple[ScorePart, ...], ...]:
        """For each of the hits of a question, the parts of its score."""
        query, step = self._plans.read(question)
        return scores.explain_scores(hits, step.plan, query, self._engine)

    def _below(self, question: Question, step: PlannedStep, above: int) -> tuple[int, tuple[Hit, ...]]:
        """How many passages are below the `above` hits that a question has, and those of them that are on its page: in relevance order,
        whatever the sort."""
        also = self._plans.below(question)
        if also is None:
            return 0, ()
        start = max(0, question.offset - above)
        limit = min(max(question.offset + question.size - above - start, 0), question.size)
        plan = And((also, Not(step.plan)))
        request = SearchRequest(plan, question.filters, offset=start, limit=limit, collect=(), collapse=question.collapse)
        result = self._engine.search(request)
        return result.groups, self._hits(also, result)

    def count(self, question: Question) -> int:
        """The exact total."""
        return self.totals([question])[0]

    def groups(self, question: Question) -> int:
        """How many hits are listed, where they collapse: the total of what a rank in the list counts among."""
        request = SearchRequest(self.plan(question), question.filters, question.sort, 0, 0, (), question.collapse)
        return self._engine.search(request).groups

    def totals(self, questions: Sequence[Question]) -> list[int]:
        """The exact total of each question."""
        return self._plans.totals(questions)

    def plan(self, question: Question) -> Node:
        """The plan of the question's text, chosen over the whole collection."""
        return self._plans.read(question)[1].plan

    def all_hits(self, question: Question, limit: int) -> SearchResult:
        """The first `limit` hits, for tables and exports."""
        return self._engine.search(SearchRequest(self.plan(question), question.filters, question.sort, 0, limit, ()))

    def is_relaxed(self, question: Question) -> bool:
        """Whether nothing answers the text as it was written, so that its hits are those of another wording or of some of its words."""
        return bool(self._plans.read(question)[1].code)

    def nearest_plan(self, question: Question) -> Node | None:
        """The plan of what answers only in part and is listed below the hits; None where nothing is."""
        also = self._plans.below(question)
        return None if also is None else And((also, Not(self.plan(question))))

    def each_hit(self, question: Question, limit: int, plan: Node | None = None) -> Iterator[EngineHit]:
        """The first `limit` hits of the question, or of a plan of its own, one by one, of which only a few are held at a time."""
        plan = plan or self.plan(question)
        for offset in range(0, limit, EACH):
            request = SearchRequest(plan, question.filters, question.sort, offset, min(EACH, limit - offset), ())
            found = self._engine.search(request).hits
            yield from found
            if len(found) < EACH:
                return

    def each_found(self, question: Question, limit: int) -> Iterator[Hit]:
        """The first `limit` full hits with marks and snippets; none where the text was relaxed."""
        step = self._plans.read(question)[1]
        if step.code:
            return
        marker = Marker(step.plan)
        for found in self.each_hit(question, limit, step.plan):
            yield self._hit(found, self._summaries((found.passage.document_id,)), marker.marks(found.passage.text))

    def crossed(self, question: Question, rows: str, columns: str) -> SearchResult:
        """A result set counted over two fields."""
        crossing = (CrossCounts(rows, columns),)
        return self._engine.search(SearchRequest(self.plan(question), question.filters, limit=0, collect=crossing))

    def overview(self) -> SearchResult:
        """The whole collection counted."""
        return self._engine.search(SearchRequest(limit=0))

    def listed(self, counts: Counted, filters: Filters) -> Facets:
        """Counts of facets as lists, with what is chosen."""
        return self._lists.of(counts, filters)

    def facets(self, result: SearchResult) -> Facets:
        """The facets of a result without filters."""
        return self._lists.of(result.facets, Filters())

    def reading(self, question: Question) -> QueryReading:
        """How the text of a question was understood."""
        query, step = self._plans.read(question)
        return QueryReading(
            text=question.text,
            canonical=canonical(query),
            description=describe(query),
            description_en=describe(query, "en"),
            notes=(*query.notes, *step.notes),
            expansions=step.expansions,
            relaxed=step.code,
            relaxed_message=step.message,
            terms=tuple(word.text for word in bare_words(query.root)),
        )

    def neighbours(self, question: Question, passage_id: str) -> tuple[str | None, str | None, int]:
        """Previous hit, next hit and rank of a passage in its result list."""
        _, step = self._plans.read(question)
        request = SearchRequest(step.plan, question.filters, question.sort, 0, NEIGHBOURHOOD, (), question.collapse)
        found = self._engine.around(request, passage_id)
        also = self._plans.below(question) if not found.after else None
        if also is not None:
            nearest = replace(request, plan=And((also, Not(step.plan))), sort=Sort.RELEVANCE)
            found = self._across(request, nearest, found, passage_id)
        return found.before, found.after, found.rank

    def _across(self, above: SearchRequest, below: SearchRequest, found: Around, passage_id: str) -> Around:
        """The same over two lists, one below the other, of which the one above has nothing after the passage."""
        if found.rank:
            hits = self._engine.search(replace(below, limit=1)).hits
            return replace(found, after=hits[0].passage.id if hits else None)
        under = self._engine.around(below, passage_id)
        if not under.rank:
            return under
        result = self._engine.search(replace(above, limit=0))
        last = self._engine.search(replace(above, offset=result.groups - 1, limit=1)).hits if under.rank == 1 and result.groups else ()
        return Around(last[0].passage.id if last else under.before, under.after, result.groups + under.rank)

    def related(self, passage: Passage, limit: int) -> tuple[Hit, ...]:
        """Passages of other documents most like this one: by its rarest words, then by score."""
        words = self._rare_words(passage)
        if not words:
            return ()
        elsewhere = Not(InDocument(match_form(passage.document_id).text))
        wanted: Node = And((Or(tuple(Term((Run(word),)) for word in words)), elsewhere))
        result = self._engine.search(SearchRequest(wanted, limit=limit, collect=()))
        return self._hits(wanted, result)

    def document_marks(self, text: str, document: Document) -> dict[str, tuple[Span, ...]]:
        """Passage id → marks of the query, for passages that have any."""
        if not text.strip():
            return {}
        marker = Marker(self.plan(Question(text)))
        found = ((passage.id, marker.marks(passage.text, passage.figures)) for passage in document.passages)
        return {id_: spans for id_, spans in found if spans}

    def examples(self) -> tuple[tuple[str, str], ...]:
        """Searches that show off the language and find something here: (query, what it shows)."""
        totals = self.totals([Question(text) for text, _ in EXAMPLES])
        return tuple(example for example, total in zip(EXAMPLES, totals, strict=True) if total)[:3]

    # --- reading and planning ----------------------------------------------------------------------------------------

    def _check(self, question: Question) -> None:
        if question.page < 1:
            raise BadRequest("页码从 1 开始。", parameter="page")
        if not 1 <= question.size <= MAX_SIZE:
            raise BadRequest(f"每页条数在 1 到 {MAX_SIZE} 之间。", parameter="size")
        if question.offset >= self._settings.max_page_depth:
            message = f"翻页最多到第 {self._settings.max_page_depth} 条。"
            raise BadRequest(message, hint="请用筛选缩小范围，或导出全部结果。", parameter="page")

    def _request(self, question: Question, step: PlannedStep) -> SearchRequest:
        return SearchRequest(step.plan, question.filters, question.sort, question.offset, question.size, collapse=question.collapse)

    def _hits(self, wanted: Node, result: SearchResult) -> tuple[Hit, ...]:
        marker = Marker(wanted)
        documents = self._summaries({found.passage.document_id for found in result.hits})
        return tuple([self._hit(found, documents, marker.marks(found.passage.text, found.passage.figures)) for found in result.hits])

    def _hit(self, found: EngineHit, documents: Mapping[str, DocumentSummary], spans: tuple[Span, ...]) -> Hit:
        passage = found.passage
        return Hit(
            passage=passage,
            document=documents[passage.document_id],
            score=found.score,
            tier=found.tier,
            marks=spans,
            snippets=snippets(passage.text, spans),
            collapsed=found.collapsed,
        )

    def _rare_words(self, passage: Passage) -> list[str]:
        forms = list(dict.fromkeys(token[0] for token in analyse(passage.text).tokens if len(token[0]) > 1))
        counts = self._engine.contains(forms) if forms else ()
        shared = sorted((count, form) for form, count in zip(forms, counts, strict=True) if count > 1)
        return [form for _, form in shared[:RARE_WORDS]]

    # --- what the page says around the hits --------------------------------------------------------------------------

    def _suggestions(self, question: Question, result: SearchResult) -> tuple[Suggestion, ...]:
        if result.total > FEW:
            return ()
        instead = self._plans.spelled_otherwise(question)
        return tuple(Suggestion(one.text, one.kind, one.total) for one in instead if one.total > result.total)

    def _offers(self, question: Question) -> list[FieldOffer]:
        """What the words of the query offer that is not chosen yet."""
        found = facet_intent(self._plans.query(question))
        return [offer for offer in found if offer.value not in question.filters.values(offer.facet)]

    def _culprits(self, question: Question, query: Query) -> tuple[WordCulprit, ...]:
        """Which filter or word keeps everything out: what dropping each would give."""
        chosen, fewer = question.filters.pairs(), smaller(query)
        widened = [replace(question, filters=question.filters.remove(name, value)) for name, value in chosen]
        totals = iter(self.totals([*widened, *(Question(less.text, question.filters) for less in fewer)]))
        found = [WordCulprit(name, value, _filter_label(name, value), next(totals)) for name, value in chosen]
        found += [WordCulprit("word", less.dropped, less.dropped, next(totals), less.text) for less in fewer]
        return tuple(sorted((one for one in found if one.total_without), key=lambda one: -one.total_without)[:MOST_CULPRITS])


def _intents(offers: Sequence[FieldOffer], totals: Sequence[int]) -> tuple[IntentOffer, ...]:
    return tuple(IntentOffer(offer, total) for offer, total in zip(offers, totals, strict=True) if total)


def _asking_for(text: str) -> str:
    """A query for a text that was suggested: itself, quoted where it would be read as several words or as an operator."""
    return text if parse(text).root == Word(text) else canonical(Query(Phrase(text)))


def _filter_label(name: str, value: str) -> str:
    field = BY_NAME.get(name.removeprefix("not_"))
    label = LABELS[name.removeprefix("not_")] + ("不含" if name.startswith("not_") else "")
    return f"{label}：{field.shown_as(value) if field else value}"
