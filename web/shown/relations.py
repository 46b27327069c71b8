"""Who helps whom as a list, the page of a place, and the answer line: each line with the clauses that say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from search.results import AmountSaid, Answer, FigureRow, PairRecord, RelationRow, RelationTable, Told
from web.locale import gettext as _
from web.shown.charts import Histogram, histogram
from web.shown.frame import Frame, Link
from web.shown.labels import value_label, within_quotes
from web.shown.results import Pager, build_pager, year_text
from web.state import SearchState
from web.urls import Urls

QUOTES = 3
"""Clauses shown of each pair."""
AMOUNTS = 4
TOLD = 5
"""Lines of an answer above the hits; the rest is a click away."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A clause with the link to its passage."""

    text: str
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class RelationLine:
    """A pair: who, whom, how, since when, with how much. `more` counts clauses beyond those quoted."""

    supporter: Link
    recipient: Link
    kinds: str
    span: str
    disagree: str
    amounts: str
    quotes: tuple[Quote, ...]
    more: int
    url: str = ""
    """The page of the pair."""


@dataclass(frozen=True, slots=True)
class YearLine:
    """What is said of a pair in a year or span of years."""

    years: str
    said: int
    amounts: tuple[AmountLine, ...]


@dataclass(frozen=True, slots=True)
class RelationPage:
    """View model of `relation.html`: one pair."""

    frame: Frame
    supporter: Link
    recipient: Link
    kinds: str
    since: int | None
    until: int | None
    disagree: str
    programs: tuple[Link, ...]
    said: int
    years: tuple[YearLine, ...]
    complete: bool
    quotes: tuple[Quote, ...]
    first: int
    pager: Pager
    list_url: str
    both_url: str


@dataclass(frozen=True, slots=True)
class RelationsPage:
    """View model of `relations.html`."""

    frame: Frame
    state: SearchState
    lines: tuple[RelationLine, ...]
    total: int
    said: int
    kinds: tuple[Link, ...]
    chips: tuple[Link, ...]
    csv_url: str
    matrix_url: str
    pager: Pager


@dataclass(frozen=True, slots=True)
class PlacePage:
    """View model of `place.html`: what a place gives and gets."""

    frame: Frame
    name: str
    crumbs: tuple[Link, ...]
    gives: tuple[RelationLine, ...]
    gets: tuple[RelationLine, ...]
    gives_total: int
    gets_total: int
    gives_url: str
    gets_url: str
    figures: tuple[AmountLine, ...]
    figures_url: str
    passages: int
    passages_url: str
    years: Histogram
    """Passages of the place by year."""


@dataclass(frozen=True, slots=True)
class AmountLine:
    """A figure in a list of few: as written, what it is of, when, and its clause."""

    text: str
    subject: str
    years: str
    quote: Quote


@dataclass(frozen=True, slots=True)
class AnswerLines:
    """The answer line above the hits."""

    says: str
    lines: tuple[RelationLine, ...]
    figures: tuple[AmountLine, ...]
    all_url: str
    complete: bool


def build_relations(frame: Frame, state: SearchState, table: RelationTable) -> RelationsPage:
    """A page of pairs with what chooses among them."""
    urls = frame.urls
    kinds = [Link(_("全部关系"), urls.relations(state.viewing(relation="")), not state.relation)]
    kinds += [
        Link(f"{kind} {count:,}", urls.relations(state.viewing(relation=kind)), kind == state.relation) for kind, count in table.kinds
    ]
    names = {"supporter": _("支援方"), "recipient": _("受援方"), "region": _("地区"), "year": _("年份")}
    chips = tuple(
        Link(f"{names[name]}: {value.rpartition('/')[2]}", urls.relations(state.remove(name, value)))
        for name, value in state.applied()
        if name in names
    )
    return RelationsPage(
        frame,
        state,
        relation_lines(table.rows, urls, state),
        table.total,
        table.said,
        tuple(kinds),
        chips,
        frame.query.relations_csv(),
        urls.pairs(state.viewing(relation="")),
        _pager(frame, table.total),
    )


def relation_lines(rows: Sequence[RelationRow], urls: Urls, state: SearchState, quotes: int = QUOTES) -> tuple[RelationLine, ...]:
    """Pairs as lines, each with so many of the clauses that say it."""
    return tuple(_line(row, urls, state, quotes) for row in rows)


def _line(row: RelationRow, urls: Urls, state: SearchState, quotes: int) -> RelationLine:
    relations = [one.relation for one in row.evidence]
    amounts = dict.fromkeys(figure.text for relation in relations for figure in (*relation.amounts, *relation.people))
    return RelationLine(
        _side(row.supporter, relations[0].supporter.place if relations else "", urls, state),
        _side(row.recipient, relations[0].recipient.place if relations else "", urls, state),
        "、".join(row.kinds),
        _span(row),
        "、".join(map(str, row.sinces)),
        "、".join(list(amounts)[:AMOUNTS]),
        tuple(_quote(one.quote, one.passage_id, one.document_id, one.document_title, urls) for one in row.evidence[:quotes]),
        max(0, row.said - quotes) if quotes > 1 else 0,
        urls.relation(row.supporter, row.recipient, state.lang),
    )


def _side(name: str, place: str, urls: Urls, state: SearchState) -> Link:
    return Link(name.rpartition("/")[2], urls.place(place, state.lang) if place else "")


def _span(row: RelationRow) -> str:
    if row.since and row.until and row.until != row.since:
        return f"{row.since}—{row.until}"
    if row.since:
        return str(_("%(year)s 年起", year=row.since))
    return year_text(list(row.years))


def _quote(text: str, passage: str, document: str, title: str, urls: Urls) -> Quote:
    return Quote(within_quotes(text), urls.document(document, anchor=passage), title)


def amount_lines(rows: Sequence[FigureRow], urls: Urls) -> tuple[AmountLine, ...]:
    """Figures as lines."""
    return tuple(
        AmountLine(
            row.figure.text,
            row.figure.subject,
            year_text(list(row.figure.years)),
            _quote(row.quote, row.passage_id, row.document_id, row.document_title, urls),
        )
        for row in rows
    )


def build_relation(frame: Frame, pair: PairRecord, page: int, size: int, lang: str) -> RelationPage:
    """One pair: since when, how much in which year, by which programs, and every quote."""
    urls, row = frame.urls, pair.row
    state = SearchState(lang=lang)
    said = row.evidence[0].relation
    both = state
    for name, party in (("supporter", said.supporter), ("recipient", said.recipient)):
        both = both.choose(name, party.place) if party.place else both
    years = tuple(
        YearLine(year_text(list(one.years)), one.said, tuple(_amount(amount, urls) for amount in one.amounts)) for one in pair.years
    )
    last = max(1, -(-pair.clauses.total // size))
    near = _near(page, last) if last > 1 else []
    numbers = tuple(Link(str(at), urls.relation(row.supporter, row.recipient, lang, at), at == page) for at in near)
    pager = Pager(
        page,
        last,
        urls.relation(row.supporter, row.recipient, lang, page - 1) if page > 1 else "",
        urls.relation(row.supporter, row.recipient, lang, page + 1) if page < last else "",
        numbers,
    )
    return RelationPage(
        frame,
        _side(row.supporter, said.supporter.place, urls, state),
        _side(row.recipient, said.recipient.place, urls, state),
        "、".join(row.kinds),
        row.since,
        row.until,
        "、".join(map(str, row.sinces)),
        tuple(Link(f"{value_label('program', key)} {count:,}", urls.search(both.choose("program", key))) for key, count in pair.programs),
        row.said,
        years,
        pair.complete,
        tuple(_quote(one.quote, one.passage_id, one.document_id, one.document_title, urls) for one in pair.clauses.rows),
        (page - 1) * size + 1,
        pager,
        urls.relations(state),
        urls.relations(both),
    )


def _near(page: int, last: int) -> list[int]:
    """Page numbers for links: the first, the last, and those around this one."""
    return sorted({1, last, *(at for at in range(page - 2, page + 3) if 1 <= at <= last)})


def _amount(amount: AmountSaid, urls: Urls) -> AmountLine:
    figure, clause = amount.figure, amount.clause
    quote = _quote(clause.quote, clause.passage_id, clause.document_id, clause.document_title, urls)
    return AmountLine(figure.text, figure.subject, year_text(list(figure.years)), quote)


def build_place(
    frame: Frame, path: str, gives: RelationTable, gets: RelationTable, figures: Sequence[FigureRow], here_said: Answer, state: SearchState
) -> PlacePage:
    """What a place gives and gets."""
    urls = frame.urls
    parts = path.split("/")
    crumbs = tuple(Link(part, urls.place("/".join(parts[: at + 1]), state.lang)) for at, part in enumerate(parts[:-1]))
    here = SearchState(lang=state.lang)
    return PlacePage(
        frame,
        parts[-1],
        crumbs,
        relation_lines(gives.rows, urls, state),
        relation_lines(gets.rows, urls, state),
        gives.total,
        gets.total,
        urls.relations(here.choose("supporter", path)),
        urls.relations(here.choose("recipient", path)),
        amount_lines(figures, urls),
        urls.search(here.choose("region", path).viewing(view="figures", unit="CNY", order="value-desc")),
        here_said.total,
        urls.search(here.choose("region", path)),
        histogram(_years(here_said, here.choose("region", path), urls), width=480, height=64, label_room=38),
    )


def _years(here_said: Answer, chosen: SearchState, urls: Urls) -> list[tuple[int, int, str, bool]]:
    counted = [item for item in here_said.facets["year"] if item.value.isdigit()]
    return [(int(item.value), item.count, urls.search(chosen.choose("year", item.value)), False) for item in counted]


def build_told(told: Told, urls: Urls, state: SearchState) -> AnswerLines:
    """What the records answer, or that the collection does not say."""
    supporter, recipient = (side.rpartition("/")[2] for side in (told.supporter, told.recipient))
    here = SearchState(lang=state.lang)
    for name, value in (("supporter", told.supporter), ("recipient", told.recipient)):
        here = here.choose(name, value) if value and told.asks != "amount" else here
    all_url = urls.relations(here)
    if told.asks == "amount":
        chosen = here.choose("region", told.supporter).choose("year", str(told.year))
        all_url = urls.search(chosen.viewing(view="figures", unit="CNY", order="value-desc"))
    if not told.relations and not told.figures:
        says = _("这里收的文献没有说。")
    elif told.asks == "amount":
        says = _("%(place)s %(year)s 年，文献里有这些数：", place=supporter, year=told.year or "")
    elif told.asks == "since":
        sinces = sorted({row.since for row in told.relations if row.since})
        says = _("说到了，但没有说从哪年开始：")
        if sinces:
            says = _("%(one)s 帮扶 %(other)s，最早说的是 %(year)s 年：", one=supporter, other=recipient, year=sinces[0])
    elif told.asks == "who":
        says = _("帮助 %(place)s 的，文献里说到 %(n)s 个：", place=recipient, n=told.total)
    else:
        says = _("%(place)s 帮助的，文献里说到 %(n)s 个：", place=supporter, n=told.total)
    lines = relation_lines(told.relations[:TOLD], urls, state, quotes=1)
    return AnswerLines(str(says), lines, amount_lines(told.figures[:TOLD], urls), all_url, told.complete)


def _pager(frame: Frame, items: int) -> Pager:
    pager = build_pager(frame, items)

    def moved(url: str) -> str:
        return url.replace("/search", "/relations", 1) if url else url

    links = tuple(Link(link.label, moved(link.url), link.current) for link in pager.links)
    return Pager(pager.page, pager.last, moved(pager.previous_url), moved(pager.next_url), links)
