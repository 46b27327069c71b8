"""Trends of words over the years, and two sets of passages side by side. Every number is a link to its passages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from search import Library
from search.results import FACETS, Answer, Collapse, WordCount, YearField
from web.locale import gettext as _
from web.shown.charts import stretch
from web.shown.frame import Frame, Link
from web.shown.labels import facet_label, value_label
from web.shown.results import day_text, source_text
from web.shown.tables import CrossCell
from web.state import SearchState

MOST_WORDS = 6
"""Lines that can be told apart on one chart."""
WIDTH, HEIGHT = 720, 200
TOP_VALUES = 8
TOP_DOCUMENTS = 6
WORDS_SHOWN = 30
_BETWEEN = re.compile(r"[,，、;；\n]+")


@dataclass(frozen=True, slots=True)
class TrendLine:
    """A word over the years: a polyline in the view box, a cell for each year, shares in per cent."""

    word: str
    points: str
    dots: tuple[tuple[float, float, str, str], ...]
    cells: tuple[CrossCell, ...]
    shares: tuple[str, ...]
    total: int
    url: str


@dataclass(frozen=True, slots=True)
class TrendsPage:
    """View model of `trends.html`."""

    frame: Frame
    words: str
    carry: tuple[tuple[str, str], ...]
    years: tuple[str, ...]
    ticks: tuple[tuple[float, str], ...]
    lines: tuple[TrendLine, ...]
    whole: tuple[int, ...]
    most: str
    modes: tuple[Link, ...]
    is_share: bool
    csv_url: str
    chips: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComparedValue:
    """A value in two sets: counts and shares with their links; `length` are bars in per cent of the larger share."""

    label: str
    one: CrossCell
    other: CrossCell
    one_share: str
    other_share: str
    one_length: float
    other_length: float


@dataclass(frozen=True, slots=True)
class ComparedDocument:
    """A document of one of two sets, with the passages of it that are in the set."""

    title: str
    url: str
    told: str
    passages: int


@dataclass(frozen=True, slots=True)
class ComparedSet:
    """One of the two sets: its query, its size, its documents, the words that set it apart."""

    query: str
    url: str
    total: int
    documents: int
    first: tuple[ComparedDocument, ...]
    words: tuple[tuple[WordCount, str], ...]


@dataclass(frozen=True, slots=True)
class ComparePage:
    """View model of `compare.html`."""

    frame: Frame
    carry: tuple[tuple[str, str], ...]
    chips: tuple[str, ...]
    sets: tuple[ComparedSet, ...]
    tables: tuple[tuple[str, tuple[ComparedValue, ...]], ...]
    query: str
    other: str
    both: int
    most_read: int
    """Passages of each set whose words were compared, where that is not all of both; else 0."""


def asked_words(text: str) -> tuple[str, ...]:
    """The words, or queries, of a list between commas, each once."""
    return tuple(dict.fromkeys(word.strip() for word in _BETWEEN.split(text) if word.strip()))[:MOST_WORDS]


def year_counts(library: Library, state: SearchState, text: str) -> dict[int, int]:
    """Passages a year that a query finds under the filters of a state."""
    answer = library.search(replace(state.with_query(text).question, size=1, page=1))
    return {int(item.value): item.count for item in answer.facets["year"] if item.value.isdigit()}


def build_trends(
    frame: Frame, state: SearchState, words: tuple[str, ...], counts: Sequence[Mapping[int, int]], *, share: bool
) -> TrendsPage:
    """The trends of some words; `counts` are those of the words and, last, those of everything under the filters."""
    plain, urls = state.with_view("passages"), frame.urls
    *own, whole = counts
    known = [(year, sum(one.get(year, 0) for one in own), "", False) for year in sorted({year for one in own for year in one})]
    kept = stretch(known) if known else []
    years = list(range(kept[0][0], kept[-1][0] + 1)) if kept else []
    shares = [[one.get(year, 0) / whole[year] if whole.get(year) else 0.0 for year in years] for one in own]
    values = shares if share else [[float(one.get(year, 0)) for year in years] for one in own]
    most = max((value for line in values for value in line), default=0.0) or 1.0
    step = WIDTH / max(len(years) - 1, 1)
    lines = []
    for word, line, parts, one in zip(words, values, shares, own, strict=True):
        here = plain.with_query(word)
        cells = tuple(CrossCell(one.get(year, 0), urls.search(here.choose("year", str(year))), 0) for year in years)
        spots = [(round(at * step, 1), round(HEIGHT - value / most * HEIGHT, 1)) for at, value in enumerate(line)]
        said = [f"{100 * part:.1f}%" for part in parts]
        dots = tuple(
            (x, y, f"{word} {year}：{said[at] if share else one.get(year, 0)}", cells[at].url)
            for at, ((x, y), year) in enumerate(zip(spots, years, strict=True))
            if one.get(year)
        )
        points = " ".join(f"{x},{y}" for x, y in spots)
        total = sum(one.get(year, 0) for year in years)
        lines.append(TrendLine(word, points, dots, cells, tuple(said), total, urls.search(here)))
    every = max(1, -(-len(years) // 12))
    ticks = tuple((round(at * step, 1), str(year)) for at, year in enumerate(years) if (len(years) - 1 - at) % every == 0)
    text = "，".join(words)
    return TrendsPage(
        frame,
        text,
        _carry(state),
        tuple(map(str, years)),
        ticks,
        tuple(lines),
        tuple(whole.get(year, 0) for year in years),
        f"{100 * most:.1f}%" if share else f"{most:,.0f}",
        tuple(
            Link(label, frame.query.path("/trends", words=text, by=by), (by == "share") == share)
            for by, label in (("", _("段落数")), ("share", _("占当年段落的比例")))
        ),
        share,
        frame.query.path("/trends.csv", words=text),
        _chips(state),
    )


def trend_rows(words: tuple[str, ...], counts: Sequence[Mapping[int, int]]) -> Iterator[list[str | int]]:
    """The same as rows of a file: a year a row, for each word its passages and their share of the year's."""
    *own, whole = counts
    yield [str(_("年份")), *(name for word in words for name in (word, f"{word} %")), str(_("全部段落"))]
    for year in sorted({year for one in own for year in one}):
        row: list[str | int] = [year]
        for one in own:
            row += [one.get(year, 0), f"{100 * one.get(year, 0) / whole[year]:.2f}" if whole.get(year) else ""]
        yield [*row, whole.get(year, 0)]


def build_compare(frame: Frame, library: Library, state: SearchState, other: str) -> ComparePage:
    """Two queries under the same filters: their documents, values and words side by side."""
    states = (state.with_view("passages"), state.with_view("passages").with_query(other))
    answers = [library.search(replace(one.question, size=1, page=1)) for one in states]
    words = library.distinctive_words(states[0].question, states[1].question, WORDS_SHOWN)
    sets = tuple(_set(frame, library, one, answer, apart) for one, answer, apart in zip(states, answers, words, strict=True))
    tables = tuple((facet_label(field.name), _values(frame, field.name, states, answers)) for field in FACETS)
    both = library.count(replace(states[0].question, text=f"({state.q}) AND ({other})")) if state.q.strip() and other.strip() else 0
    most_read = library.most_compared if any(answer.total > library.most_compared for answer in answers) else 0
    return ComparePage(frame, _carry(state), _chips(state), sets, tables, state.q, other, both, most_read)


def _set(frame: Frame, library: Library, state: SearchState, answer: Answer, words: tuple[WordCount, ...]) -> ComparedSet:
    urls = frame.urls
    hits = library.search(replace(state.question, collapse=Collapse.DOCUMENT, size=TOP_DOCUMENTS, page=1)).hits if answer.total else ()
    documents = tuple(
        ComparedDocument(
            hit.document.title,
            urls.document(hit.document.id, state, hit=hit.passage.id, anchor=hit.passage.id),
            f"{source_text(hit.document)} {day_text(hit.document)}",
            hit.collapsed + 1,
        )
        for hit in hits[: answer.documents]
    )
    within = f"({state.q}) AND " if state.q.strip() else ""
    linked = tuple((word, urls.search(state.with_query(within + word.word))) for word in words)
    return ComparedSet(state.q, urls.search(state), answer.total, answer.documents, documents, linked)


def _values(frame: Frame, name: str, states: Sequence[SearchState], answers: Sequence[Answer]) -> tuple[ComparedValue, ...]:
    """The values of a facet that most of either set have, by the larger share; years in their own order."""
    urls = frame.urls
    counted = [{item.value: item.count for item in answer.facets[name]} for answer in answers]
    totals = [answer.total or 1 for answer in answers]

    def parts(value: str) -> list[float]:
        return [one.get(value, 0) / total for one, total in zip(counted, totals, strict=True)]

    values = sorted({*counted[0], *counted[1]}, key=lambda value: -max(parts(value)))[:TOP_VALUES]
    if any(isinstance(field, YearField) and field.name == name for field in FACETS):
        values.sort()
    shares = {value: parts(value) for value in values}
    most = max((share for pair in shares.values() for share in pair), default=0) or 1
    made = []
    for value in values:
        one, two = (
            CrossCell(count.get(value, 0), urls.search(state.choose(name, value)), 0) for count, state in zip(counted, states, strict=True)
        )
        said = [f"{100 * share:.0f}%" for share in shares[value]]
        lengths = [round(100 * share / most, 1) for share in shares[value]]
        made.append(ComparedValue(value_label(name, value), one, two, said[0], said[1], lengths[0], lengths[1]))
    return tuple(made)


def _carry(state: SearchState) -> tuple[tuple[str, str], ...]:
    """What a form keeps of a state: its filters and language."""
    return (*state.applied(), *(pair for pair in state.pairs() if pair[0] == "lang"))


def _chips(state: SearchState) -> tuple[str, ...]:
    return tuple(
        (f"{_('排除')} " if name.startswith("not_") else "") + f"{facet_label(name)}: {value_label(name, value)}"
        for name, value in state.applied()
    )
