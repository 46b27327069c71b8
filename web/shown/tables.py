"""Concordance, cross table and figures: counts and lines, each cell a link into browsing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from search.results import Answer, CrossTable, FacetValue, Figure, FigureRow, FigureTable, KwicTable, WordCount
from web.locale import gettext as _
from web.locale import number
from web.shown.charts import Histogram, histogram, shade
from web.shown.facets import ShownFacets, build_facets
from web.shown.frame import Frame, Link
from web.shown.labels import facet_label, value_label
from web.shown.largest import largest
from web.shown.results import Pager, ResultsHead, build_head, build_pager, day_text, source_text, year_text
from web.state import CONTEXTS, KWIC_ORDERS, SearchState
from web.urls import Urls

_NOWHERE = Link("", "")


@dataclass(frozen=True, slots=True)
class KwicLine:
    """A line of the concordance. `url` leads to the passage."""

    left: str
    keyword: str
    right: str
    url: str
    title: str
    source: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class Collocate:
    """A word that occurs beside what was searched. `url` leads to the passages that hold both."""

    word: str
    near: int
    strength: str
    url: str


@dataclass(frozen=True, slots=True)
class KwicPage:
    """View model of `kwic.html`."""

    frame: Frame
    head: ResultsHead
    facets: ShownFacets
    lines: tuple[KwicLine, ...]
    total: int
    complete: bool
    orders: tuple[Link, ...]
    pager: Pager
    contexts: tuple[Link, ...] = ()
    wide: bool = False
    csv_url: str = ""
    collocates: tuple[Collocate, ...] = ()


@dataclass(frozen=True, slots=True)
class CrossCell:
    """A count with its link and its shade (0–5)."""

    count: int
    url: str
    shade: int


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table of counts."""

    label: str
    url: str
    cells: tuple[CrossCell, ...]
    full: str = ""
    total: CrossCell | None = None
    share: str = ""


@dataclass(frozen=True, slots=True)
class CrossPage:
    """View model of `cross.html`."""

    frame: Frame
    head: ResultsHead
    facets: ShownFacets
    row_label: str
    column_label: str
    columns: tuple[Link, ...]
    rows: tuple[TableRow, ...]
    choices: tuple[Link, ...]
    levels: tuple[Link, ...]
    total: int
    cut: str = ""
    foot: tuple[CrossCell, ...] = ()
    csv_url: str = ""


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure with where it stands."""

    text: str
    value: str
    unit: str
    qualifier: str
    subject: str
    years: str
    places: str
    url: str
    title: str
    quote: str = ""
    nature: str = ""
    """What a rate is per, or what a change is measured against; empty for a total."""


@dataclass(frozen=True, slots=True)
class SumsView:
    """Totals of one unit added up, with what makes the sum doubtful: sums said in several passages, parts of others, totals of several
    years or none (in no bar), and pairs that cannot both be so."""

    total: str
    count: int
    chart: Histogram
    years: tuple[tuple[str, int, str], ...]
    """Year, how many totals, what they add up to."""
    undated: int
    repeated: tuple[tuple[FigureLine, ...], ...]
    repetitions: int
    parts: int
    contradictions: tuple[tuple[FigureLine, FigureLine], ...]
    all_contradictions: bool
    complete: bool


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """View model of `figures.html`."""

    frame: Frame
    head: ResultsHead
    facets: ShownFacets
    lines: tuple[FigureLine, ...]
    total: int
    units: tuple[Link, ...]
    carry: tuple[tuple[str, str], ...]
    csv_url: str
    pager: Pager
    pers: tuple[Link, ...] = ()
    by_value: Link = _NOWHERE
    by_year: Link = _NOWHERE
    sum: str = ""
    """What the totals of the chosen unit add up to; empty unless a unit and totals alone are chosen."""
    summed: int = 0
    passages: int = 0
    sums: SumsView | None = None
    sums_link: Link = _NOWHERE
    """Opens or closes the sums; nowhere unless a unit and totals alone are chosen."""


def build_kwic(frame: Frame, state: SearchState, answer: Answer, table: KwicTable, beside: tuple[WordCount, ...] = ()) -> KwicPage:
    """A page of the concordance: `state.size` lines. `beside` are the words beside what was searched."""
    urls = frame.urls
    start = (state.page - 1) * state.size
    lines = tuple(
        KwicLine(
            row.left,
            row.keyword,
            row.right,
            urls.document(row.document_id, state, hit=row.passage_id, anchor=row.passage_id),
            table.titles[row.document_id],
            source_text(table.sources[row.document_id]),
            day_text(table.sources[row.document_id]),
        )
        for row in table.rows[start : start + state.size]
    )
    labels = {"left": _("按左侧文字"), "right": _("按右侧文字"), "document": _("按文献")}
    orders = tuple(Link(labels[order], urls.search(state.viewing(order=order)), order == state.order) for order in KWIC_ORDERS)
    return KwicPage(
        frame,
        build_head(frame, answer),
        build_facets(answer.facets, frame),
        lines,
        table.total,
        table.complete,
        orders,
        build_pager(frame, len(table.rows)),
        tuple(Link(said, urls.search(state.viewing(context=width)), width == state.context) for width, said in _contexts().items()),
        state.context == CONTEXTS[-1],
        frame.query.kwic_csv(),
        tuple(
            Collocate(word, near, f"{strength:,.1f}", urls.search(state.with_view("passages").with_query(f"{_asked(state.q)} {word}")))
            for word, near, _elsewhere, strength in beside
        ),
    )


def _contexts() -> dict[str, str]:
    return {"20": str(_("短")), "40": str(_("中")), "100": str(_("长"))}


def _asked(text: str) -> str:
    """A query as part of a longer one."""
    return f"({text})" if any(mark in f" {text} " for mark in (" OR ", " AND ", " 或 ", "|")) else text


CROSSES = (("region", "year"), ("program", "year"), ("region", "program"))


def build_cross(frame: Frame, state: SearchState, answer: Answer, table: CrossTable) -> CrossPage:
    """Counts over two facets, shaded by share of the largest, each cell a link to its passages."""
    urls = frame.urls
    plain = state.with_view("passages")
    table_rows, table_columns, table_cells, cut = largest(table.rows, table.columns, table.cells)
    table = replace(table, rows=table_rows, columns=table_columns, cells=table_cells)
    most = max((count for row in table.cells for count in row), default=0)
    columns = tuple(
        Link(value_label(state.columns, value), urls.search(plain.choose(state.columns, value))) for value, _label in table.columns
    )
    row_totals, column_totals = value_totals(answer, state.rows), value_totals(answer, state.columns)
    rows = []
    for (value, _label), counts in zip(table.rows, table.cells, strict=True):
        chosen = plain.choose(state.rows, value)
        cells = tuple(
            CrossCell(count, urls.search(chosen.choose(state.columns, other)) if count else "", shade(count, most))
            for (other, _other_label), count in zip(table.columns, counts, strict=True)
        )
        total = row_totals.get(value, 0)
        sum_cell = CrossCell(total, urls.search(chosen) if total else "", 0)
        rows.append(TableRow(value_label(state.rows, value), urls.search(chosen), cells, value, sum_cell, _share(total, table.total)))
    foot = tuple(
        CrossCell(column_totals.get(value, 0), urls.search(plain.choose(state.columns, value)), 0) for value, _label in table.columns
    )
    choices = tuple(
        Link(
            f"{facet_label(one)} × {facet_label(other)}",
            urls.search(state.viewing(rows=one, columns=other)),
            (one, other) == (state.rows, state.columns),
        )
        for one, other in CROSSES
    )
    return CrossPage(
        frame,
        build_head(frame, answer),
        build_facets(answer.facets, frame),
        facet_label(state.rows),
        facet_label(state.columns),
        columns,
        tuple(rows),
        choices,
        level_links(state, urls.search) if "region" in (state.rows, state.columns) else (),
        table.total,
        cut,
        foot,
        frame.query.cross_csv(),
    )


def value_totals(answer: Answer, name: str) -> dict[str, int]:
    """How many passages have each value of a facet: what the click on its heading gives."""
    found: dict[str, int] = {}
    level: list[FacetValue] = list(answer.facets[name])
    while level:
        found.update((item.value, item.count) for item in level)
        level = [child for item in level for child in item.children]
    return found


def _share(count: int, whole: int) -> str:
    """A share in per cent; empty where a choice in the field itself makes the part larger than the whole."""
    return f"{100 * count / whole:.1f}%" if whole and count <= whole else ""


def cross_rows(state: SearchState, answer: Answer, table: CrossTable) -> Iterator[list[str | int]]:
    """The cross table as rows of a file: a head, a row for each value with its total and share, the totals of the columns."""
    rows, columns = value_totals(answer, state.rows), value_totals(answer, state.columns)
    names = [value_label(state.columns, value) for value, _label in table.columns]
    yield [facet_label(state.rows), *names, str(_("合计")), str(_("占比"))]
    for (value, _label), counts in zip(table.rows, table.cells, strict=True):
        yield [value, *counts, rows.get(value, 0), _share(rows.get(value, 0), table.total)]
    yield [str(_("合计")), *(columns.get(value, 0) for value, _label in table.columns), table.total, ""]


def build_figures(frame: Frame, state: SearchState, answer: Answer, table: FigureTable) -> FiguresPage:
    """Figures of the passages found, sorted and filtered by their own values, with a form for bounds. They are added up only where one
    unit and totals alone are chosen."""
    urls = frame.urls
    units = [Link(_("全部单位"), urls.search(state.viewing(unit="")), not state.unit)]
    units += [
        Link(f"{unit_label(unit)} {count:,}", urls.search(state.viewing(unit=unit)), unit == state.unit) for unit, count in table.units[:12]
    ]
    carry = tuple(pair for pair in state.pairs() if pair[0] not in ("min", "max", "page"))
    counts = dict(table.pers)
    names = {"": _("全部"), "total": _("总数"), "rate": _("比率"), "change": _("变化")}
    pers = [
        Link(f"{name} {counts[per]:,}" if per else str(name), urls.search(state.viewing(per=per)), state.per == per)
        for per, name in names.items()
        if not per or per in counts or per == state.per
    ]
    summed, total = table.sums.get(state.unit, (0, 0.0)) if state.unit and state.per == "total" else (0, 0.0)
    return FiguresPage(
        frame,
        build_head(frame, answer),
        build_facets(table.facets, frame),
        tuple(_figure_line(row, state, urls) for row in table.rows),
        table.total,
        tuple(units),
        carry,
        frame.query.figures_csv(),
        build_pager(frame, table.total),
        tuple(pers),
        _order_link(state, urls.search, _("数值"), "value"),
        _order_link(state, urls.search, _("年份"), "year"),
        number(total) if summed else "",
        summed,
        table.passages,
        _sums(table, state, urls) if table.compared is not None else None,
        _sums_link(state, urls),
    )


def _figure_line(row: FigureRow, state: SearchState, urls: Urls) -> FigureLine:
    figure = row.figure
    qualifiers = {"approx": _("约"), "at_least": _("至少"), "at_most": _("至多")}
    return FigureLine(
        figure.text,
        number(figure.value),
        unit_label(figure.unit),
        str(qualifiers.get(figure.qualifier or "", "")),
        figure.subject,
        year_text(list(figure.years)),
        "、".join(dict.fromkeys(path.rpartition("/")[2] for path in figure.regions[:3])),
        urls.document(row.document_id, state, hit=row.passage_id, anchor=row.passage_id),
        row.document_title,
        row.quote,
        _nature(figure),
    )


def _sums_link(state: SearchState, urls: Urls) -> Link:
    if not (state.unit and state.per == "total"):
        return _NOWHERE
    opened = bool(state.sums)
    return Link(_("不加总") if opened else _("加起来看看"), urls.search(state.viewing(sums="" if opened else "1")), opened)


def _sums(table: FigureTable, state: SearchState, urls: Urls) -> SumsView | None:
    compared = table.compared
    if compared is None:
        return None
    count, total = table.sums.get(state.unit, (0, 0.0))
    bars = [(year, round(amount), urls.search(state.choose("year", str(year))), False) for year, (_many, amount) in table.yearly.items()]
    years = tuple((str(year), many, number(amount)) for year, (many, amount) in sorted(table.yearly.items(), reverse=True))
    return SumsView(
        number(total),
        count,
        histogram(bars, width=480, height=64, label_room=38),
        years,
        count - sum(many for many, _amount in table.yearly.values()),
        tuple(tuple(_figure_line(row, state, urls) for row in group) for group in compared.repeated),
        compared.repetitions,
        compared.parts,
        tuple((_figure_line(one, state, urls), _figure_line(other, state, urls)) for one, other in compared.contradictions),
        compared.all_contradictions,
        compared.complete,
    )


def _order_link(state: SearchState, url: Callable[[SearchState], str], label: str, name: str) -> Link:
    """Sorts by a column: the largest first, then the smallest, then as in the documents."""
    steps = {f"{name}-desc": f"{name}-asc", f"{name}-asc": "left"}
    marks = {f"{name}-desc": " ↓", f"{name}-asc": " ↑"}
    return Link(
        f"{label}{marks.get(state.order, '')}", url(state.viewing(order=steps.get(state.order, f"{name}-desc"))), state.order in marks
    )


def _nature(figure: Figure) -> str:
    if figure.change is not None:
        return str(_("变化，比%(base)s", base=figure.change) if figure.change else _("变化"))
    return str(_("每%(per)s", per=figure.per)) if figure.per else ""


def unit_label(unit: str) -> str:
    """A unit as people write it: money by its name, everything else as it is."""
    return str({"CNY": _("元"), "USD": _("美元"), "EUR": _("欧元"), "": _("无单位")}.get(unit, unit))


def level_links(state: SearchState, url: Callable[[SearchState], str]) -> tuple[Link, ...]:
    """Links to the three depths of regions."""
    names = {1: _("省级"), 2: _("地级"), 3: _("县级")}
    return tuple(Link(label, url(state.viewing(level=level)), level == state.level) for level, label in names.items())
