"""The JSON of the API read back into the library's answers: the inverse of `search.wire`, as far as the site sends them."""

from __future__ import annotations

from typing import Any

from search.fields import LABELS
from search.model import (
    BlockKind,
    Figure,
    Origin,
    Party,
    Passage,
    ProgramLabel,
    Qualifier,
    Reach,
    RegionLabel,
    Relation,
    Role,
    Span,
    YearLabel,
)
from search.question import Question
from search.results import (
    Answer,
    DocumentSummary,
    Expansion,
    FacetValue,
    FigureRow,
    FigureTable,
    Hit,
    LinkState,
    LocateMatch,
    Newest,
    NewHit,
    PassagePage,
    QueryReading,
    RelationEvidence,
    RelationRow,
    RelationTable,
    Remark,
    Resolution,
    Snippet,
    Suggestion,
    Tier,
)

Json = dict[str, Any]


def answer(body: Json, question: Question) -> Answer:
    """`GET /api/v1/search`."""
    return Answer(
        question=question,
        query=_reading(body["query"]),
        hits=tuple(map(hit, body["hits"])),
        total=body["total"],
        documents=body["documents"],
        groups=body["groups"],
        tiers={Tier[name.upper()]: count for name, count in body["tiers"].items()},
        facets={name: tuple(map(_facet_value, values)) for name, values in body["facets"].items()},
        suggestions=tuple(Suggestion(one["text"], one["kind"], one["total"]) for one in body["suggestions"]),
        also=body["also"]["total"],
        first_also=body["also"]["first"] or 0,
    )


def newest(body: Json) -> Newest:
    """`GET /api/v1/new`."""
    hits = tuple(NewHit(hit(one["hit"]), one["first_seen"], one["generation"]) for one in body["hits"])
    return Newest(hits, body["more"], hits[-1].first_seen if hits else "")


def hit(body: Json) -> Hit:
    """One hit."""
    return Hit(
        passage=_passage(body, body["document"]["id"]),
        document=_named(body["document"]),
        score=body["score"],
        tier=Tier[body["tier"].upper()],
        marks=_spans(body["marks"]),
        snippets=tuple(Snippet(one["start"], one["end"], one["html"]) for one in body["snippets"]),
        collapsed=body["folded"],
    )


def summary(body: Json) -> DocumentSummary:
    """A row of `GET /api/v1/documents`."""
    return DocumentSummary(
        body["id"],
        body["title"],
        body["year"],
        body["source_file"],
        "",
        body["passages"],
        work=body["work"],
        date=body["date"],
        publication=body["publication"],
    )


def passage_page(body: Json) -> PassagePage:
    """`GET /api/v1/passages/<id>`, also of one that is gone."""
    resolution = Resolution(
        body["id"],
        LinkState(body["state"]),
        body["current"],
        candidates=tuple(body["candidates"]),
        old_text=body["old_text"] or "",
        old_document=body["old_document"] or "",
    )
    document = _named(body["document"]) if body["document"] else None
    passage = _passage({**body, "id": body["current"]}, document.id) if document and "text" in body else None
    return PassagePage(resolution, passage, document)


def match(body: Json) -> LocateMatch:
    """A match of `GET /api/v1/locate`."""
    return LocateMatch(
        id=body["id"],
        document_id=body["document"],
        start=body["start"],
        end=body["end"],
        score=body["score"],
        text="",
        difference=tuple((op, text) for op, text in body["difference"]),
        amounts=tuple((one["quoted"], one["there"] or "") for one in body["amounts"]),
    )


def figures(body: Json, question: Question) -> FigureTable:
    """`GET /api/v1/figures`."""
    rows = tuple(FigureRow(_figure(one), one["passage"], one["document"], "", one["quote"]) for one in body["figures"])
    sums = {unit: (one["count"], one["sum"]) for unit, one in body["sums"].items()}
    return FigureTable(rows, body["total"], tuple(body["units"].items()), _asked(question), pers=tuple(body["per"].items()), sums=sums)


def relations(body: Json, question: Question) -> RelationTable:
    """`GET /api/v1/relations`."""
    rows = tuple(map(_relation_row, body["relations"]))
    pairs = {(row.supporter, row.recipient): row.said for row in rows}
    return RelationTable(rows, body["total"], body["said"], (), pairs, _asked(question))


def _relation_row(body: Json) -> RelationRow:
    evidence = tuple(
        RelationEvidence(
            one["passage"],
            one["document"],
            "",
            one["start"],
            one["end"],
            one["text"],
            Relation(Party(body["supporter"]), Party(body["recipient"]), one["kind"], one["start"], one["end"], one["since"], one["until"]),
        )
        for one in body["evidence"]
    )
    return RelationRow(
        body["supporter"],
        body["recipient"],
        tuple(body["kinds"]),
        body["since"],
        body["until"],
        tuple(body["disagree"]),
        tuple(body["years"]),
        body["said"],
        evidence,
    )


def _asked(question: Question) -> QueryReading:
    return QueryReading(question.text, question.text, "")


def _reading(body: Json) -> QueryReading:
    notes = tuple(Remark(one["code"], one["message"], one["start"], one["end"]) for one in body["notes"])
    expansions = tuple(Expansion(one["from"], one["to"], one["kind"], one["key"]) for one in body["expansions"])
    return QueryReading(body["text"], body["canonical"], body["description"], notes, expansions, body["relaxed"] or "")


def _facet_value(body: Json) -> FacetValue:
    children = tuple(map(_facet_value, body.get("children", ())))
    return FacetValue(str(body["value"]), body["label"], body["count"], body["selected"], body["excluded"], children=children)


def _named(body: Json) -> DocumentSummary:
    return DocumentSummary(body["id"], body["title"], body["year"], "", "", 0)


def _passage(body: Json, document_id: str) -> Passage:
    labels: dict[str, Any] = {name: tuple(map(_label, body[name])) for name, _ in LABELS}
    return Passage(
        id=body["id"],
        document_id=document_id,
        order=body["order"],
        kind=BlockKind(body["kind"]),
        text=body["text"],
        source_lines=_spans(body.get("source_lines", ())),
        article=body["article"],
        section=tuple(body["section"]),
        article_title=body["article_title"] or "",
        heads=tuple(body["heads"]),
        page=body.get("page"),
        figures=tuple(map(_figure, body.get("figures", ()))),
        **labels,
    )


def _label(body: Json) -> Any:
    common = {"inherited": body["inherited"], "evidence": _spans(body["evidence"]), "origin": Origin(body["origin"])}
    if "path" in body:
        return RegionLabel(body["path"], Role(body["role"]), was=body["was"], **common)
    if "year" in body:
        return YearLabel(body["year"], resolved=body["resolved"], open=body["open"], **common)
    return ProgramLabel(body["key"], body["label"], body["score"], **common)


def _figure(body: Json) -> Figure:
    reach = {f"{name}_from": Reach(value) if value else None for name, value in body["from"].items()}
    return Figure(
        body["text"],
        body["value"],
        body["unit"],
        body["start"],
        body["end"],
        Qualifier(body["qualifier"]) if body["qualifier"] else None,
        body["subject"],
        tuple(body["years"]),
        tuple(body["regions"]),
        body["per"],
        body["change"],
        tuple(body["programs"]),
        tuple(map(Role, body["roles"])),
        **reach,
    )


def _spans(ranges: Any) -> tuple[Span, ...]:
    return tuple((start, end) for start, end in ranges)
