"""Answers as the JSON of the contract: plain dicts and lists, the same for the HTTP API and `--json` of the command.

Numbers stay numbers, ranges are `[start, end]` in code points, places are paths. Nothing here knows of HTTP; links are relative.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from search.fields import BY_NAME, LABELS, UNLABELLED, Field, TreeField, YearField
from search.model import Document, Figure, Official, Passage, ProgramLabel, RegionLabel, Relation, YearLabel
from search.present.cite_record import CiteKind, periodical
from search.present.cite_web import ZOTERO_TYPES, coins
from search.present.export import safe_cell as safe_cell  # tables of the API are as safe as exports
from search.results import (
    Answer,
    DocumentPage,
    DocumentSummary,
    Facets,
    FacetValue,
    FigureRow,
    FigureTable,
    Hit,
    KwicTable,
    LocateMatch,
    PassagePage,
    RelationRow,
    RelationTable,
    Suggestion,
    Told,
)

Json = dict[str, Any]


def answer_json(answer: Answer) -> Json:
    """`GET /api/v1/search`."""
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
        "suggestions": [suggestion_json(item) for item in answer.suggestions],
        "intents": [
            {"facet": one.facet, "value": one.value, "label": one.label, "word": one.word, "rest": one.rest, "total": intent.total}
            for intent in answer.intents
            for one in (intent.offer,)
        ],
        "index": {
            "generation": answer.manifest.generation if answer.manifest else None,
            "engine": answer.manifest.engine if answer.manifest else None,
        },
    }


def hit_json(hit: Hit, text: str) -> Json:
    """One hit of a search."""
    passage = hit.passage
    return {
        "id": passage.id,
        "permalink": permalink(passage.id),
        "url": document_url(passage.document_id, passage.id, text),
        "document": {"id": hit.document.id, "title": hit.document.title, "year": hit.document.year},
        "kind": passage.kind.value,
        "order": passage.order,
        "article": passage.article,
        "article_title": passage.article_title or None,
        "heads": list(passage.heads),
        "section": list(passage.section),
        "text": passage.text,
        "marks": [list(mark) for mark in hit.marks],
        "snippets": [{"start": cut.start, "end": cut.end, "html": str(cut.html)} for cut in hit.snippets],
        "score": round(hit.score, 4),
        "tier": hit.tier.name.lower(),
        "folded": hit.collapsed,
        **labels_json(passage),
    }


def coins_of(hit: Hit, url: str) -> str:
    """The COinS of a hit, by which Zotero offers to take in what a page lists; `url` is the absolute permalink."""
    document = hit.document
    kind = ZOTERO_TYPES[periodical(document.publication) or CiteKind.WEBPAGE]
    return coins(hit.passage.article_title or document.title, kind, url=url, date=document.date or "", container=document.publication or "")


def labels_json(passage: Passage) -> Json:
    """The labels of a passage, a list per kind."""
    return {name: [_FORMS[type(label)](label) for label in getattr(passage, name)] for name, _ in LABELS}


def region_json(label: RegionLabel) -> Json:
    """A region label; `was` is the old name the text used, or null."""
    return {
        "path": label.path,
        "role": label.role.value,
        "inherited": label.inherited,
        "evidence": [list(span) for span in label.evidence],
        "was": label.was,
        "origin": label.origin.value,
    }


def year_json(label: YearLabel) -> Json:
    """A year label."""
    return {
        "year": label.year,
        "inherited": label.inherited,
        "resolved": label.resolved,
        "open": label.open,
        "evidence": [list(span) for span in label.evidence],
        "origin": label.origin.value,
    }


def program_json(label: ProgramLabel) -> Json:
    """A program label."""
    return {
        "key": label.key,
        "label": label.label,
        "score": round(label.score, 4),
        "evidence": [list(span) for span in label.evidence],
        "inherited": label.inherited,
        "origin": label.origin.value,
    }


_FORMS: Mapping[type, Callable[[Any], Json]] = {RegionLabel: region_json, YearLabel: year_json, ProgramLabel: program_json}


def facets_json(facets: Facets) -> Json:
    """The facets with counts; `none` is 未标明."""
    return {name: [_facet_value(value, BY_NAME[name]) for value in values] for name, values in facets.items()}


def _facet_value(value: FacetValue, field: Field) -> Json:
    plain: str | int = int(value.value) if isinstance(field, YearField) and value.value != UNLABELLED else value.value
    found: Json = {"value": plain, "label": value.label, "count": value.count, "selected": value.selected, "excluded": value.excluded}
    if isinstance(field, TreeField):
        found["children"] = [_facet_value(child, field) for child in value.children]
    return found


def suggestion_json(suggestion: Suggestion) -> Json:
    """A suggestion with the search it leads to."""
    url = f"/search?{urlencode({'q': suggestion.text})}"
    return {"text": suggestion.text, "kind": suggestion.kind, "total": suggestion.total, "url": url}


def summaries_json(documents: Iterable[DocumentSummary]) -> Json:
    """`GET /api/v1/documents`."""
    return {
        "documents": [
            {
                "id": document.id,
                "title": document.title,
                "year": document.year,
                "date": document.date,
                "publication": document.publication,
                "source_file": document.source_file,
                "passages": document.passages,
                "work": document.work,
            }
            for document in documents
        ]
    }


def document_json(page: DocumentPage) -> Json:
    """`GET /api/v1/documents/<id>`."""
    document = page.document
    return {
        **_document_facts(document),
        "copies": [copy.id for copy in page.copies],
        "blocks": [passage_block(passage) for passage in document.passages],
        "removed": [
            {"text": removal.text, "source_lines": [list(lines) for lines in removal.source_lines], "reason": removal.reason}
            for removal in document.removed
        ],
    }


def _document_facts(document: Document) -> Json:
    return {
        "id": document.id,
        "title": document.title,
        "subtitle": document.subtitle,
        "kicker": document.kicker,
        "byline": document.byline,
        "official": _official(document.official),
        "in_force": document.in_force.isoformat() if document.in_force else None,
        "source": document.source,
        "publication": document.publication,
        "date": document.date.isoformat() if document.date else None,
        "year": document.year,
        "year_inferred": document.year_inferred,
        "year_reason": document.year_reason,
        "page": document.page_label,
        "url": document.url,
        "source_file": document.source_file,
        "format": document.format,
        "encoding": document.encoding,
        "sha256": document.sha256,
        "supporters": list(document.supporters),
        "recipients": list(document.recipients),
        "about": list(document.about),
        "warnings": list(document.warnings),
    }


def _official(official: Official | None) -> Json | None:
    if official is None:
        return None
    return {
        "number": official.number,
        "issuer": official.issuer,
        "addressee": official.addressee,
        "signature": official.signature,
        "attachments": list(official.attachments),
    }


def passage_block(passage: Passage) -> Json:
    """A block of a document."""
    return {
        "id": passage.id,
        "permalink": permalink(passage.id),
        "order": passage.order,
        "kind": passage.kind.value,
        "article": passage.article,
        "article_title": passage.article_title or None,
        "heads": list(passage.heads),
        "section": list(passage.section),
        "section_inferred": passage.section_inferred,
        "placed": passage.placed,
        "page": passage.page,
        "text": passage.text,
        "source_lines": [list(lines) for lines in passage.source_lines],
        **labels_json(passage),
        "figures": [figure_json(figure) for figure in passage.figures],
        "relations": [relation_json(relation) for relation in passage.relations],
    }


def passage_json(page: PassagePage) -> Json:
    """`GET /api/v1/passages/<id>`: the block at the end of the link, and the state of the link."""
    resolution = page.resolution
    document = page.document
    state: Json = {
        "state": resolution.state.value,
        "current": resolution.current,
        "candidates": list(resolution.candidates),
        "old_text": resolution.old_text or None,
        "old_document": resolution.old_document or None,
        "document": {"id": document.id, "title": document.title, "year": document.year} if document else None,
    }
    if page.passage is None:
        return {"id": resolution.id, **state}
    return {**passage_block(page.passage), "id": resolution.id, **state}


def figure_json(figure: Figure) -> Json:
    """A figure within its passage."""
    whole = int(figure.value) if float(figure.value).is_integer() else figure.value
    return {
        "text": figure.text,
        "value": whole,
        "unit": figure.unit,
        "qualifier": figure.qualifier.value if figure.qualifier else None,
        "subject": figure.subject,
        "years": list(figure.years),
        "regions": list(figure.regions),
        "roles": [role.value for role in figure.roles],
        "programs": list(figure.programs),
        "per": figure.per,
        "change": figure.change,
        "from": {
            "years": figure.years_from.value if figure.years_from else None,
            "regions": figure.regions_from.value if figure.regions_from else None,
            "programs": figure.programs_from.value if figure.programs_from else None,
        },
        "start": figure.start,
        "end": figure.end,
    }


def relation_json(relation: Relation) -> Json:
    """Who helps whom, as one clause of a passage says it."""
    return {
        "supporter": relation.supporter.name,
        "recipient": relation.recipient.name,
        "kind": relation.kind,
        "since": relation.since,
        "until": relation.until,
        "years": list(relation.years),
        "amounts": [figure_json(figure) for figure in relation.amounts],
        "people": [figure_json(figure) for figure in relation.people],
        "start": relation.start,
        "end": relation.end,
    }


def figures_json(rows: Iterable[FigureRow], total: int) -> Json:
    """`GET /api/v1/figures`."""
    return {
        "total": total,
        "figures": [found_figure_json(row) for row in rows],
    }


def found_figure_json(row: FigureRow) -> Json:
    """A figure with where it stands, and its clause."""
    return {**figure_json(row.figure), "passage": row.passage_id, "document": row.document_id, "quote": row.quote}


def sums_json(table: FigureTable) -> Json:
    """What the totals of each unit add up to, beside the rows: rates and changes are in none, repetitions are."""
    return {unit: {"count": count, "sum": total} for unit, (count, total) in table.sums.items()}


def relations_json(table: RelationTable) -> Json:
    """`GET /api/v1/relations`."""
    return {"total": table.total, "said": table.said, "relations": [relation_row_json(row) for row in table.rows]}


def relation_row_json(row: RelationRow) -> Json:
    """A pair with every clause that says so; the amounts are those of the clauses shown."""
    return {
        "supporter": row.supporter,
        "recipient": row.recipient,
        "kind": row.kinds[0] if row.kinds else None,
        "kinds": list(row.kinds),
        "since": row.since,
        "until": row.until,
        "disagree": list(row.sinces),
        "years": list(row.years),
        "amounts": [figure_json(figure) for one in row.evidence for figure in one.relation.amounts],
        "people": [figure_json(figure) for one in row.evidence for figure in one.relation.people],
        "said": row.said,
        "evidence": [
            {
                "passage": one.passage_id,
                "document": one.document_id,
                "start": one.start,
                "end": one.end,
                "text": one.quote,
                "kind": one.relation.kind,
                "since": one.relation.since,
                "until": one.relation.until,
            }
            for one in row.evidence
        ],
    }


def told_json(told: Told) -> Json:
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


def kwic_json(table: KwicTable) -> Json:
    """`GET /api/v1/kwic`: every occurrence with its context, in the order asked for."""
    return {
        "total": table.total,
        "complete": table.complete,
        "rows": [
            {
                "left": row.left,
                "keyword": row.keyword,
                "right": row.right,
                "passage": row.passage_id,
                "document": row.document_id,
                "start": row.start,
                "end": row.end,
            }
            for row in table.rows
        ],
    }


def matches_json(matches: Iterable[LocateMatch]) -> Json:
    """`GET /api/v1/locate`."""
    return {
        "matches": [
            {
                "id": match.id,
                "document": match.document_id,
                "start": match.start,
                "end": match.end,
                "score": round(match.score, 2),
                "permalink": permalink(match.id),
                "difference": [list(piece) for piece in match.difference],
                "amounts": [{"quoted": quoted, "there": there or None} for quoted, there in match.amounts],
            }
            for match in matches
        ]
    }


def permalink(passage_id: str) -> str:
    """`/p/<passage>`."""
    return f"/p/{passage_id}"


def document_url(document_id: str, passage_id: str = "", text: str = "") -> str:
    """`/d/<document>?q=…#<passage>`."""
    query = f"?{urlencode({'q': text})}" if text else ""
    return f"/d/{quote(document_id)}{query}" + (f"#{passage_id}" if passage_id else "")
