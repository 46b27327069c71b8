"""Pages of results, suggestions and what is said around them, as JSON."""

from __future__ import annotations

from typing import Annotated, NotRequired, TypedDict

from msgspec import Meta

from search.fields import BY_NAME, UNLABELLED, Field, TreeField, YearField
from search.present.cite_record import CiteKind, periodical
from search.present.cite_web import ZOTERO_TYPES, coins
from search.present.record_json import Range, labels_json, ranges
from search.results import Answer, Facets, FacetValue, Hit, Newest, Sort, Suggestion, Tier, Told
from search.wire.documents import DocumentRefForm, Kind, document_ref
from search.wire.links import document_url, permalink, search_url
from search.wire.tables import FoundFigureForm, RelationRowForm, found_figure_json, relation_row_json

TierName = Annotated[str, Meta(extra_json_schema={"enum": [tier.name.lower() for tier in Tier]}, description="命中的层：越前越准")]


MOST_SENT = 1_000
"""Values of a facet that an answer holds, those with most passages: a collection may have a hundred thousand authors."""


class NoteForm(TypedDict):
    """What a reader should know of how the query was read: code points `start`–`end` of its text."""

    code: str
    message: str
    start: int
    end: int


class ExpansionForm(TypedDict):
    """What was searched beside a word; its `key` switches it off (`off=`)."""

    to: str
    kind: str
    key: str


_Expansion = TypedDict("_Expansion", {"from": str})


class NamedExpansionForm(ExpansionForm, _Expansion):
    """What was searched beside the word `from`."""


class QueryForm(TypedDict):
    """How the text was understood. `relaxed` names the step that was taken where nothing answers it in full."""

    text: str
    canonical: str
    description: str
    notes: list[NoteForm]
    expansions: list[NamedExpansionForm]
    relaxed: str | None


class SnippetForm(TypedDict):
    """A readable cut of the text, code points `start`–`end`, as escaped HTML with `<mark>`."""

    start: int
    end: int
    html: str


class HitForm(TypedDict):
    """A passage found. The lists of labels are those of the table of fields."""

    id: str
    permalink: str
    url: str
    document: DocumentRefForm
    kind: Kind
    order: int
    article: int
    article_title: str | None
    heads: list[str]
    section: list[str]
    text: str
    marks: list[Range]
    snippets: list[SnippetForm]
    score: float
    tier: TierName
    folded: int


class FacetValueForm(TypedDict):
    """A value of a facet with its exact count; `none` is 未标明."""

    value: str | int
    label: str
    count: int
    selected: bool
    excluded: bool


class RegionNodeForm(FacetValueForm):
    """A place with those right below it."""

    children: list[RegionNodeForm]


class SuggestionForm(TypedDict):
    """A query with the total that it gives."""

    text: str
    kind: str
    total: int
    url: str


class SuggestionsForm(TypedDict):
    """`GET /api/v1/suggest`."""

    suggestions: list[SuggestionForm]


class IntentForm(TypedDict):
    """A word of the query that is also a facet value: `total` is what the filter would give for the `rest` of the query."""

    facet: str
    value: str
    label: str
    word: str
    rest: str
    total: int


class AlsoForm(TypedDict):
    """Passages that answer in part: `total` of them, in no other count; hits from `first` on are of them."""

    total: int
    first: int | None


class IndexForm(TypedDict):
    """The build that answers."""

    generation: str | None
    engine: str | None


class ToldForm(TypedDict):
    """What the records say to a question such as 谁帮助赤城县."""

    asks: Annotated[str, Meta(extra_json_schema={"enum": ["who", "whom", "since", "amount"]})]
    supporter: str | None
    recipient: str | None
    year: int | None
    total: int
    relations: list[RelationRowForm]
    figures: list[FoundFigureForm]


class AnswerForm(TypedDict):
    """`GET /api/v1/search`. `total` and `documents` are exact. `facets` has a member per facet of the table of fields, its first thousand
    values; `facet_totals` says how many there are (of a tree, at its top)."""

    query: QueryForm
    total: int
    documents: int
    groups: int
    tiers: dict[str, int]
    also: AlsoForm
    page: int
    size: int
    sort: Annotated[str, Meta(extra_json_schema={"enum": [str(sort) for sort in Sort]})]
    hits: list[HitForm]
    facets: dict[str, list[FacetValueForm]]
    facet_totals: dict[str, int]
    suggestions: list[SuggestionForm]
    intents: list[IntentForm]
    index: IndexForm
    told: NotRequired[ToldForm | None]


class NewHitForm(TypedDict):
    """A hit with when its passage was first seen (ISO 8601, UTC), and by which build."""

    first_seen: str
    generation: str
    hit: HitForm


class NewestForm(TypedDict):
    """`GET /api/v1/new`: the newest first; `more` says that older ones follow."""

    hits: list[NewHitForm]
    more: bool


def newest_json(newest: Newest, text: str) -> NewestForm:
    """`GET /api/v1/new`."""
    hits: list[NewHitForm] = [
        {"first_seen": one.first_seen, "generation": one.generation, "hit": hit_json(one.hit, text)} for one in newest.hits
    ]
    return {"hits": hits, "more": newest.more}


def answer_json(answer: Answer) -> AnswerForm:
    """`GET /api/v1/search`, without `told`."""
    manifest = answer.manifest
    return {
        "query": {
            "text": answer.query.text,
            "canonical": answer.query.canonical,
            "description": answer.query.description,
            "notes": [{"code": note.code, "message": note.message, "start": note.start, "end": note.end} for note in answer.query.notes],
            "expansions": [
                {"from": item.source, "to": item.target, "kind": item.kind, "key": item.key} for item in answer.query.expansions
            ],
            "relaxed": answer.query.relaxed or None,
        },
        "total": answer.total,
        "documents": answer.documents,
        "groups": answer.groups,
        "tiers": {tier.name.lower(): count for tier, count in answer.tiers.items()},
        "also": {"total": answer.also, "first": answer.first_also if answer.also else None},
        "page": answer.question.page,
        "size": answer.question.size,
        "sort": answer.question.sort,
        "hits": [hit_json(hit, answer.query.text) for hit in answer.hits],
        "facets": facets_json(answer.facets),
        "facet_totals": {name: len(values) for name, values in answer.facets.items()},
        "suggestions": [suggestion_json(item) for item in answer.suggestions],
        "intents": [
            {"facet": one.facet, "value": one.value, "label": one.label, "word": one.word, "rest": one.rest, "total": intent.total}
            for intent in answer.intents
            for one in (intent.offer,)
        ],
        "index": {"generation": manifest.generation if manifest else None, "engine": manifest.engine if manifest else None},
    }


def hit_json(hit: Hit, text: str) -> HitForm:
    """One hit of a search, with its labels."""
    passage = hit.passage
    found: HitForm = {
        "id": passage.id,
        "permalink": permalink(passage.id),
        "url": document_url(passage.document_id, passage.id, text),
        "document": document_ref(hit.document),
        "kind": passage.kind.value,
        "order": passage.order,
        "article": passage.article,
        "article_title": passage.article_title or None,
        "heads": list(passage.heads),
        "section": list(passage.section),
        "text": passage.text,
        "marks": ranges(hit.marks),
        "snippets": [{"start": cut.start, "end": cut.end, "html": str(cut.html)} for cut in hit.snippets],
        "score": round(hit.score, 4),
        "tier": hit.tier.name.lower(),
        "folded": hit.collapsed,
    }
    found.update(labels_json(passage))  # type: ignore[typeddict-item]  # lists named by the table of fields
    return found


def coins_of(hit: Hit, url: str) -> str:
    """The COinS of a hit, by which Zotero offers to take in what a page lists; `url` is the absolute permalink."""
    document = hit.document
    kind = ZOTERO_TYPES[periodical(document.publication) or CiteKind.WEBPAGE]
    return coins(hit.passage.article_title or document.title, kind, url=url, date=document.date or "", container=document.publication or "")


def facets_json(facets: Facets) -> dict[str, list[FacetValueForm]]:
    """The facets with counts, the first `MOST_SENT` values of each; `none` is 未标明."""
    return {name: [_facet_value(value, BY_NAME[name]) for value in values[:MOST_SENT]] for name, values in facets.items()}


def _facet_value(value: FacetValue, field: Field) -> FacetValueForm:
    plain: str | int = int(value.value) if isinstance(field, YearField) and value.value != UNLABELLED else value.value
    found: FacetValueForm = {
        "value": plain,
        "label": value.label,
        "count": value.count,
        "selected": value.selected,
        "excluded": value.excluded,
    }
    if not isinstance(field, TreeField):
        return found
    node: RegionNodeForm = {**found, "children": [_facet_value(child, field) for child in value.children]}  # type: ignore[misc]
    return node


def suggestion_json(suggestion: Suggestion) -> SuggestionForm:
    """A suggestion with the search it leads to."""
    return {"text": suggestion.text, "kind": suggestion.kind, "total": suggestion.total, "url": search_url(suggestion.text)}


def told_json(told: Told) -> ToldForm:
    """The answer of the records to a question, in `GET /api/v1/search`."""
    return {
        "asks": told.asks,
        "supporter": told.supporter or None,
        "recipient": told.recipient or None,
        "year": told.year,
        "total": told.total,
        "relations": [relation_row_json(row) for row in told.relations],
        "figures": [found_figure_json(row) for row in told.figures],
    }
