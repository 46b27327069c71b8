"""Figures and relations of a result set, filtered by their own values, and questions that they answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from search.answering import compared as compare
from search.answering import pair as one_pair
from search.answering.record_questions import given_pattern, national_pattern, readings
from search.engine.port import Counted, DocumentSummary, Engine
from search.errors import BadRequest, NotFound
from search.fields import UNLABELLED
from search.labels.gazetteer import gazetteer
from search.model import Figure, Reach
from search.query.plan import All, Node, conditions
from search.question import NO_CHOICE, Choice, Filters, Question
from search.records import (
    OPEN,
    RATE,
    RecordFilters,
    RecordKind,
    RecordRequest,
    RecordResult,
    RecordRow,
    RecordSort,
    pair_name,
)
from search.results import (
    ClauseTable,
    Comparison,
    Facets,
    FigureRow,
    FigureTable,
    PairRecord,
    QueryReading,
    RelationEvidence,
    RelationRow,
    RelationTable,
    Told,
)

_CLAUSE = re.compile("[，。；！？\n]")
_QUOTE_LONGEST: Final = 90
_EVIDENCE: Final = 20
"""Clauses shown for each pair; all are counted."""
FIGURE_PANELS: Final = ("region", "year", "program")
"""The facets that figures have values of themselves, shown beside them."""
Panels = Callable[[Counted, Filters], Facets]
"""Makes facets of counts (`search.answering.facets.FacetLists.of`)."""
_COUNTED: Final = ("kind", "since", "until", "year")
"""What is counted over all clauses of a pair."""
_MOST_ANSWERS: Final = 12
_MOST_READ: Final = 500
"""Amounts of a place that are read to tell which of them were given; where there are more, the answer says so."""


def filters(unit: str | None, per: str | None, minimum: float | None, maximum: float | None) -> RecordFilters:
    """Filters of figures that no question has."""
    chosen = {name: Choice((value,)) for name, value in (("unit", unit), ("per", per)) if value}
    return RecordFilters.of(minimum, maximum, **chosen)


def of_kind(kind: str | None, pair: str = "") -> RecordFilters:
    """Relations of a kind and a pair, or of all."""
    return RecordFilters(_chosen({name: Choice((value,)) for name, value in (("kind", kind), ("pair", pair)) if value}))


def read_order(text: str) -> RecordSort:
    """The order of records by this name. Raises BadRequest."""
    try:
        return RecordSort(text)
    except ValueError:
        raise BadRequest(f"不认识的排序“{text[:40]}”。", hint=f"可用：{'、'.join(RecordSort)}。", parameter="order") from None


class Records:
    """Over one open engine."""

    def __init__(self, engine: Engine, summaries: Mapping[str, DocumentSummary]) -> None:
        self._engine, self._summaries = engine, summaries

    def figures(
        self,
        question: Question,
        plan: Node,
        reading: QueryReading,
        where: RecordFilters,
        sort: RecordSort,
        offset: int,
        limit: int,
        *,
        panels: Panels | None = None,
        compared: bool = False,
    ) -> FigureTable:
        """A page of figures. The question's choices are the figures' own; its documents and kinds are the passages'. `panels` makes facets
        of counts, `compared` adds totals up by year and holds them against each other."""
        own = replace(_own(question, where), measures=conditions(plan))
        request = RecordRequest(RecordKind.FIGURE, plan, _of_passages(question), own, sort, offset, limit, yearly=compared)
        if panels is not None:
            request = replace(request, counted=(*request.fields_counted, *FIGURE_PANELS))
        found = self._engine.records(request)
        rows = tuple(map(self._figure, found.rows))
        told = Counter((row.figure.value, row.figure.unit, row.figure.subject, row.figure.years) for row in rows)
        return FigureTable(
            rows=rows,
            total=found.total,
            units=_most(found.counts["unit"]),
            query=reading,
            passages=found.passages,
            pers=_most(found.counts["per"]),
            sums=found.sums,
            repeated=any(count > 1 for count in told.values()),
            facets=panels({name: found.counts[name] for name in FIGURE_PANELS}, question.filters) if panels is not None else {},
            yearly=found.yearly,
            compared=self._compared(request) if compared else None,
        )

    def _compared(self, request: RecordRequest) -> Comparison:
        found = self._engine.records(replace(request, sort=RecordSort.VALUE_DESC, offset=0, limit=compare.MOST_READ, yearly=False))
        return compare.compare(tuple(map(self._figure, found.rows)), complete=found.total <= compare.MOST_READ)

    def count_figures(self, question: Question, plan: Node, where: RecordFilters) -> int:
        """How many figures `figures` would find."""
        own = replace(_own(question, where), measures=conditions(plan))
        return self._engine.records(RecordRequest(RecordKind.FIGURE, plan, _of_passages(question), own, limit=0, counted=())).total

    def relations(
        self, question: Question, plan: Node, reading: QueryReading, where: RecordFilters, offset: int, limit: int
    ) -> RelationTable:
        """A page of pairs, those most often said first."""
        own = _own(question, where, without=("program",))
        found = self._engine.records(RecordRequest(RecordKind.RELATION, plan, _of_passages(question), own, limit=0))
        pairs = sorted(found.pairs, key=lambda pair: (-found.pairs[pair], _official(pair)))
        return RelationTable(
            rows=self._rows(pairs[offset : offset + limit], found, plan, question, own),
            total=len(pairs),
            said=found.total,
            kinds=_most(found.counts["kind"]),
            pairs=found.pairs,
            query=reading,
        )

    def clauses(self, question: Question, plan: Node, where: RecordFilters, offset: int, limit: int) -> ClauseTable:
        """A page of clauses as the documents have them, with what all of them say."""
        own = _own(question, where, without=("program",))
        request = RecordRequest(RecordKind.RELATION, plan, _of_passages(question), own, offset=offset, limit=limit)
        found = self._engine.records(request)
        return ClauseTable(tuple(map(self._evidence, found.rows)), found.total)

    def pair(self, supporter: str, recipient: str, offset: int, limit: int) -> PairRecord:
        """One pair by every clause that says so. Raises NotFound where none does."""
        where = of_kind(None, pair_name(supporter, recipient))
        counted = self._engine.records(RecordRequest(RecordKind.RELATION, where=where, limit=0))
        if not counted.total:
            raise NotFound("这里收的文献没有说这一对。", hint="请从“谁帮谁”里找。")
        (row,) = self._rows([(supporter, recipient)], counted, All(), Question(), where)
        every = self.clauses(Question(), All(), where, 0, one_pair.MOST_READ)
        shown = self.clauses(Question(), All(), where, offset, limit)
        return PairRecord(row, shown, one_pair.by_year(every.rows), one_pair.programs(every.rows), len(every.rows) == every.total)

    def _rows(
        self, pairs: Sequence[tuple[str, str]], counted: RecordResult, plan: Node, question: Question, own: RecordFilters
    ) -> tuple[RelationRow, ...]:
        request = RecordRequest(RecordKind.RELATION, plan, _of_passages(question), own, limit=_EVIDENCE, counted=_COUNTED)
        return tuple(self._pair(request, pair, counted.pairs[pair]) for pair in pairs)

    def _pair(self, request: RecordRequest, pair: tuple[str, str], said: int) -> RelationRow:
        """A pair with counts over all of its clauses; those that say a beginning are shown first."""
        choices = {**dict(request.where.choices), "pair": Choice((pair_name(*pair),))}
        where = replace(request.where, choices=_chosen(choices))
        found = self._engine.records(replace(request, where=where))
        rows = list(found.rows)
        if said > len(rows) and found.counts["since"].keys() - {UNLABELLED}:
            dated = _chosen({**choices, "since": Choice(exclude=(UNLABELLED,))})
            rows = [*self._engine.records(replace(request, where=replace(where, choices=dated))).rows, *rows]
        return _row(pair, found, [self._evidence(row) for row in rows])

    def _evidence(self, row: RecordRow) -> RelationEvidence:
        relation, passage = row.relation, row.passage
        return RelationEvidence(
            passage.id,
            passage.document_id,
            self._summaries[passage.document_id].title,
            relation.start,
            relation.end,
            _shortened(passage.text, relation.start, relation.end),
            relation,
            tuple(label.key for label in passage.programs),
        )

    def _figure(self, row: RecordRow) -> FigureRow:
        passage, figure = row.passage, row.figure
        first = max((mark.end() for mark in _CLAUSE.finditer(passage.text, 0, figure.start)), default=0)
        stop = _CLAUSE.search(passage.text, figure.end)
        last = stop.start() if stop else len(passage.text)
        title = self._summaries[passage.document_id].title
        return FigureRow(figure, passage.id, passage.document_id, title, _shortened(passage.text, first, last))

    # --- questions -----------------------------------------------------------------------------------------------------

    def told(self, text: str) -> Told | None:
        """What the records say to a question of who helps whom, since when, or with how much; None for any other text."""
        first: Told | None = None
        for asked in readings(text):
            supporter, recipient = (self._place(name) if name else "" for name in (asked.supporter, asked.recipient))
            if (supporter or not asked.supporter) and (recipient or not asked.recipient):
                told = self._answer(asked.asks, supporter, recipient, asked.year)
                if told.total:
                    return told
                first = first or told
        return first

    def _answer(self, asks: str, supporter: str, recipient: str, year: int | None) -> Told:
        choices = {"year": Choice((str(year),))} if year else {}
        if asks == "amount":
            choices |= {"unit": Choice(("CNY",)), "per": Choice((), (RATE,)), "region": Choice((supporter,))}
            if recipient:
                choices["recipient"] = Choice((recipient,))
            where = RecordFilters.of(**choices)  # type: ignore[arg-type]
            found = self._engine.records(RecordRequest(where=where, sort=RecordSort.VALUE_DESC, limit=_MOST_READ))
            rows, complete = [self._figure(row) for row in found.rows], found.total <= _MOST_READ
            given = _each_once(row for row in rows if given_pattern().search(row.quote) and not national_pattern().search(row.quote))
            given.sort(key=lambda row: (_is_far(row.figure), supporter not in row.figure.regions, year and row.figure.years != (year,)))
            return Told(asks, supporter, recipient, year, figures=tuple(given[:_MOST_ANSWERS]), total=len(given), complete=complete)
        table = self._between(supporter, recipient)
        if asks == "since" and not table.total and (other := self._between(recipient, supporter)).total:
            supporter, recipient, table = recipient, supporter, other
        return Told(asks, supporter, recipient, year, relations=table.rows, total=table.total)

    def _between(self, supporter: str, recipient: str) -> RelationTable:
        choices = {name: Choice((path,)) for name, path in (("supporter", supporter), ("recipient", recipient)) if path}
        where = RecordFilters.of(**choices)  # type: ignore[arg-type]
        return self.relations(Question(), All(), QueryReading("", "", ""), where, 0, _MOST_ANSWERS)

    def _place(self, name: str) -> str:
        """The place of this name; of several, the one that the relations name most."""
        found = [division.path for division in gazetteer().lookup(name)]
        if len(found) < 2:
            return found[0] if found else ""
        counts = {
            path: self._engine.records(RecordRequest(RecordKind.RELATION, where=RecordFilters.of(region=Choice((path,))), limit=0)).total
            for path in found
        }
        return max(counts, key=lambda path: (counts[path], -path.count("/")))


def _chosen(choices: Mapping[str, Choice]) -> tuple[tuple[str, Choice], ...]:
    return tuple((name, choice) for name, choice in sorted(choices.items()) if choice != NO_CHOICE)


def _row(pair: tuple[str, str], found: RecordResult, evidence: Sequence[RelationEvidence]) -> RelationRow:
    counts = [found.counts[name] for name in ("since", "until", "year")]
    sinces, untils, years = (tuple(sorted(int(value) for value in count if value.isdigit())) for count in counts)
    kinds = found.counts["kind"]
    ordered = sorted(dict.fromkeys(evidence), key=lambda one: (one.relation.since is None, one.relation.kind == "帮扶"))
    return RelationRow(
        supporter=pair[0],
        recipient=pair[1],
        # A clause that names no programme is of the kind 帮扶: it says nothing beside one that does.
        kinds=tuple(sorted((kind for kind in kinds if kind != "帮扶" or len(kinds) == 1), key=lambda kind: (-kinds[kind], kind))),
        since=sinces[0] if sinces else None,
        # An end said by one clause is none where another says only a beginning, which goes on.
        until=max(untils, default=None) if OPEN not in found.counts["until"] else None,
        sinces=sinces if len(sinces) > 1 else (),
        years=years,
        said=found.total,
        evidence=tuple(ordered[:_EVIDENCE]),
    )


_OWN: Final = frozenset(("region", "year", "program", "supporter", "recipient"))
"""The fields that figures and relations have values of themselves; choices in all others are of their passages."""


def _own(question: Question, where: RecordFilters, without: Iterable[str] = ()) -> RecordFilters:
    kept = _OWN.difference(without)
    choices = {**{name: choice for name, choice in question.filters.choices if name in kept}, **dict(where.choices)}
    return RecordFilters.of(where.minimum, where.maximum, **choices)


def _of_passages(question: Question) -> Filters:
    filters = question.filters
    return Filters.of(filters.documents, filters.kinds, **{name: choice for name, choice in filters.choices if name not in _OWN})


def _each_once(rows: Iterable[FigureRow]) -> list[FigureRow]:
    """The rows without those that give an amount of a document once more."""
    return list({(row.document_id, row.figure.unit, row.figure.value): row for row in rows}.values())


def _is_far(figure: Figure) -> bool:
    """Whether the places of a figure stand elsewhere in its passage, or above it."""
    return figure.regions_from is Reach.PASSAGE


def _most(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _official(pair: tuple[str, str]) -> tuple[tuple[int, str], ...]:
    return tuple((gazetteer().official_order(side), side) for side in pair)


def _shortened(text: str, first: int, last: int) -> str:
    quote = text[first:last].strip()
    return quote if len(quote) <= _QUOTE_LONGEST else quote[: _QUOTE_LONGEST - 1] + "…"
