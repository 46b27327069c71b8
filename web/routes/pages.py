"""Home, results in their five views, the full page of a facet, who helps whom, and the smaller pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from search import SearchError
from search.results import BY_NAME, FACETS, Answer, Question, YearField
from web.locale import gettext as _
from web.locale import language, long_date, number
from web.problems import Problem
from web.routes.files import csv_file
from web.routes.reader import read_state
from web.shown import home as home_page
from web.shown import pairs as pairs_page
from web.shown import relations as relations_page
from web.shown import simple, tables
from web.shown.facets import build_facet_page
from web.shown.frame import Frame, HeadLink, build_frame
from web.shown.labels import facet_label, kind_label, page_title, sort_label
from web.shown.results import build_results
from web.site import site
from web.state import EARLIEST, FACET_NAMES, LATEST, SORTS, SearchState
from web.urls import QueryString

blueprint = Blueprint("pages", __name__)

FACET_ORDERS = ("count", "name", "official")
YEAR_FIELDS = tuple(field.name for field in FACETS if isinstance(field, YearField))
ADVANCED_FIELDS = ("all", "exact", "any", "none", "near_one", "near_other", "near", "scope", "year_from", "year_to", "date_from", "date_to")
PAIR_YEARS = 12
PAIR_QUOTES = 50
"""Quotes on a page of one pair."""
PLACE_ROWS = 20
"""Pairs and figures shown on the page of a place."""
PLACE_READ = 100
"""Figures of a place that its page chooses from."""
KINDS = ("body", "title", "subtitle", "heading", "caption", "credit", "table")


@blueprint.get("/")
def home() -> str:
    """What is in the collection."""
    here = site()
    frame = build_frame("", state=SearchState(lang=language()), search_in_page=True, head_links=_search_description())
    return render_template("home.html", page=home_page.build_home(frame, here.library.overview()))


@blueprint.get("/search")
def search() -> str | Response:
    """Results. Forms may send `within`, `year_from` and `year_to`; they are turned into the canonical address of the same state."""
    state = read_state(deep=True)
    if state.question.offset >= site().settings.max_page_depth and state.page > 1:
        found = site().library.search(replace(state.asked(), page=1, size=1))
        if found.groups <= state.question.offset:
            raise _past_end(state, found.groups + found.also)
        read_state()
    if (told := _from_form(state)) is not None:
        return redirect(site().urls().search(told), 303)
    frame = _results_frame(state)
    library = site().library
    asked = state.asked()
    answer = library.search(asked)
    if state.view == "kwic":
        lines = library.kwic(asked, order=state.kwic_order, width=int(state.context))
        beside = library.collocates(asked) if state.q.strip() and state.page == 1 else ()
        return render_template("kwic.html", page=tables.build_kwic(frame, state, answer, lines, beside))
    if state.view == "cross":
        table = library.cross(asked, state.rows, state.columns, level=state.level)
        return render_template("cross.html", page=tables.build_cross(frame, state, answer, table))
    if state.view == "figures":
        figures = library.figures(
            asked,
            **state.figure_choices(),
            sort=state.record_order,
            offset=asked.offset,
            limit=asked.size,
            facets=True,
            compared=bool(state.sums and state.unit and state.per == "total"),
        )
        return render_template("figures.html", page=tables.build_figures(frame, state, answer, figures))
    answered = library.told(state.q) if state.q and state.page == 1 else None
    said = relations_page.build_told(answered, frame.urls, state) if answered else None
    return render_template("results.html", page=build_results(frame, _on_last_page(state, answer)), told=said)


@blueprint.get("/cross.csv")
def cross_csv() -> Response:
    """The cross table of a state as a file, with totals and shares."""
    state, library = read_state(), site().library
    asked = state.asked()
    table = library.cross(asked, state.rows, state.columns, level=state.level)
    answer = library.search(replace(asked, size=1, page=1))
    return csv_file(tables.cross_rows(state, answer, table), "bangfu-cross.csv")


@blueprint.get("/facet/<name>")
def facet(name: str) -> str:
    """All values of one facet under a state."""
    if name not in FACET_NAMES:
        raise Problem(404, "no-such-facet", _("没有这个分面。"))
    state = read_state()
    by = request.args.get("by", "count")
    start = request.args.get("start", "1")
    if by not in FACET_ORDERS or not start.isascii() or not start.isdigit() or not 0 < int(start) < 10**7:
        raise Problem(400, "bad-facet-page", _("参数 by 或 start 的值不能用。"))
    library, asked = site().library, state.asking(size=1)
    if state.view == "figures":
        facets = library.figures(asked.question, **state.figure_choices(), limit=0, facets=True).facets
        if name not in facets:
            raise Problem(404, "no-such-facet", _("数据没有这个分面。"))
    else:
        facets = library.search(asked.with_view("passages").asking(size=1).asked()).facets
    frame = build_frame(f"{facet_label(name)} · {page_title(state)}", state=state, robots="noindex")
    page = build_facet_page(frame, name, facets, state, find=request.args.get("find", "").strip()[:50], by=by, start=int(start))
    return render_template("facet.html", page=page)


@blueprint.get("/pairs")
def pairs() -> str:
    """Who helps whom, by year."""
    state = read_state()
    library = site().library
    table = library.pairs(state.question, level=state.level)
    facets = library.overview().facets
    fullest = sorted((item for item in facets["year"] if item.value.isdigit()), key=lambda item: -item.count)[:PAIR_YEARS]
    years = tuple(sorted((item.value for item in fullest), reverse=True))
    frame = build_frame(_("谁帮谁"), current="/pairs", state=state, robots="noindex" if request.query_string else "")
    return render_template("pairs.html", page=pairs_page.build_pairs(frame, state, table, years))


@blueprint.get("/relations")
def relations() -> str:
    """Who helps whom, pair by pair, each with the clauses that say so."""
    state = read_state()
    asked = state.question
    table = site().library.relations(asked, kind=state.relation or None, offset=asked.offset, limit=asked.size)
    frame = build_frame(_("谁帮谁：逐对列出"), current="/pairs", state=state, robots="noindex" if request.query_string else "")
    return render_template("relations.html", page=relations_page.build_relations(frame, state, table))


@blueprint.get("/relation/<path:pair>")
def relation(pair: str) -> str:
    """One pair of who helps whom: since when, how much in which year, by which programs, every quote."""
    supporter, _arrow, recipient = pair.partition("→")
    given = request.args.get("page", "1")
    if not (given.isascii() and given.isdigit() and 0 < int(given[:9]) < 10**6):
        raise Problem(400, "bad-page", _("参数 page 的值不能用。"))
    page = int(given)
    try:
        found = site().library.pair(supporter, recipient, offset=(page - 1) * PAIR_QUOTES, limit=PAIR_QUOTES)
    except SearchError:
        raise Problem(404, "no-such-pair", _("这里收的文献没有说这一对。")) from None
    if not found.clauses.rows:
        raise Problem(404, "page-past-end", _("没有这一页。"))
    title = f"{supporter.rpartition('/')[2]} → {recipient.rpartition('/')[2]}"
    frame = build_frame(title, current="/pairs", state=SearchState(lang=language()), robots="noindex" if page > 1 else "")
    return render_template("relation.html", page=relations_page.build_relation(frame, found, page, PAIR_QUOTES, language()))


@blueprint.get("/place/<path:path>")
def place(path: str) -> str:
    """What a place gives and gets, and its figures."""
    library, lang = site().library, language()
    here = SearchState(lang=lang)
    try:
        chosen = {name: here.choose(name, BY_NAME["region"].read(path)) for name in ("region", "supporter", "recipient")}
    except SearchError:
        raise Problem(404, "no-such-place", _("没有这个地方。")) from None
    gives, gets = (library.relations(chosen[name].question, limit=PLACE_ROWS) for name in ("supporter", "recipient"))
    figures = library.figures(chosen["region"].question, unit="CNY", per="total", sort="value-desc", limit=PLACE_READ)
    # An amount whose place is said elsewhere in the passage may be somebody else's: it comes last.
    rows = sorted(figures.rows, key=lambda row: row.figure.regions_from == "passage")[:PLACE_ROWS]
    frame = build_frame(path.rpartition("/")[2], state=here)
    passages = library.search(chosen["region"].asking(size=1).question)
    return render_template("place.html", page=relations_page.build_place(frame, path, gives, gets, tuple(rows), passages, here))


@blueprint.get("/advanced")
def advanced() -> str | Response:
    """The advanced form: writes a normal query, and goes to its results. It shows the whole state it was opened from, and carries the way
    of viewing it along."""
    state = read_state()
    fields = {name: request.args.get(name, "").strip() for name in ADVANCED_FIELDS}
    if "go" in request.args:
        written = state.with_query(simple.joined_query(state.q, simple.written_query(fields)))
        span = _year_span(fields["year_from"], fields["year_to"])
        years = (*(year for year in state.values("year") if "-" not in year), *span)
        days = (*state.values("date"), *_day_span(fields["date_from"], fields["date_to"]))
        return redirect(site().urls().search(written.replacing(year=years, date=days)), 303)
    if simple.is_plain(state.q) and not any(fields.values()):
        fields["all"], state = state.q, state.with_query("")
    spans = [value for value in state.values("year") if "-" in value]
    if len(spans) == 1 and not fields["year_from"] and not fields["year_to"]:
        first, _dash, last = spans[0].partition("-")
        fields["year_from"], fields["year_to"] = first.replace(EARLIEST, ""), last.replace(LATEST, "")
    if len(state.values("date")) == 1 and not fields["date_from"] and not fields["date_to"]:
        fields["date_from"], fields["date_to"] = simple.ends_of(state.values("date")[0])
    facets = site().library.overview().facets
    frame = build_frame(_("高级检索"), current="/advanced", state=read_state())
    scopes = tuple(simple.FormOption(code, label) for code, label in (("", _("全文")), ("标题", _("标题")), ("文献", _("文献名"))))
    kinds = tuple(simple.FormOption(kind, kind_label(kind), kind in state.values("kind")) for kind in KINDS)
    sorts = tuple(simple.FormOption(sort, sort_label(sort), sort == state.question.sort) for sort in SORTS)
    return render_template(
        "advanced.html",
        page=simple.AdvancedPage(
            frame,
            fields,
            scopes,
            simple.keyed_groups(state),
            kinds,
            sorts,
            written=state.q,
            kept=simple.other_choices(state),
            carry=simple.carried(state),
            places=simple.all_places(facets["region"]),
            publications=simple.all_places(facets["publication"]),
        ),
    )


@blueprint.get("/help")
def help_() -> str:
    """The query language, each example with what it finds in this collection."""
    library = site().library
    lang = language()
    frame = build_frame(_("帮助"), current="/help")
    examples: dict[str, tuple[simple.HelpExample, ...]] = {}
    for section, rows in _help_examples().items():
        states = [SearchState(Question(query), lang=lang) for query, _ in rows]
        totals = library.totals([state.question for state in states])
        examples[section] = tuple(
            simple.HelpExample(query, says, frame.urls.search(state), total)
            for (query, says), state, total in zip(rows, states, totals, strict=True)
        )
    return render_template("help.html", page=simple.HelpPage(frame, examples))


@blueprint.get("/about")
def about() -> str:
    """What this is, how text and labels are made, and how far to trust them."""
    library = site().library
    overview, manifest = library.overview(), library.manifest()
    frame = build_frame(_("关于"), current="/about")
    state = SearchState(lang=language())
    types = tuple(
        simple.TypeRow(str(_(item.label)), item.definition, item.source, frame.urls.search(state.choose("program", item.key)))
        for item in library.program_types()
    )
    mechanisms = tuple(
        simple.TypeRow(str(_(item.label)), item.definition, item.source, frame.urls.search(state.choose("mechanism", item.key)))
        for item in library.mechanisms()
    )
    return render_template(
        "about.html",
        page=simple.AboutPage(
            frame,
            overview.documents,
            overview.passages,
            types,
            mechanisms,
            manifest.generation,
            manifest.created[:16].replace("T", " "),
            manifest.analysis,
            manifest.segmenter,
            manifest.engine,
        ),
    )


@blueprint.route("/locate", methods=["GET", "POST"])
def locate() -> str:
    """Where does this quote stand? Long quotes are sent in the body."""
    quote = (request.values.get("quote") or request.values.get("q", "")).strip()
    lang = language()
    frame = build_frame(_("引文定位"), current="/locate", robots="noindex" if quote else "")
    library = site().library
    located = library.locate(quote) if quote else ()
    placed = tuple((match, found) for match in located if (found := library.passage(match.id).passage))
    matches = simple.found_quotes(placed, frame.urls, lang)
    return render_template("locate.html", page=simple.LocatePage(frame, quote, bool(quote), matches))


@blueprint.get("/cite")
def cite() -> str:
    """A search to be cited: query, filters, exact total, generation and day; opened later, what has changed since."""
    state = read_state()
    library = site().library
    frame = build_frame(_("引用这次检索"), state=state, robots="noindex")
    total, manifest = library.count(state.question), library.manifest()
    then, then_date = request.args.get("then", ""), request.args.get("on", "")[:10]
    known = int(then) if then.isascii() and then.isdigit() and len(then) < 10 else None
    today = date.today()
    url = frame.urls.absolute(frame.urls.cite_search(state)) + f"&then={total}&on={today.isoformat()}"
    if "?" not in url:
        url = url.replace("&", "?", 1)
    text = _(
        "%(site)s：检索“%(query)s”，命中 %(total)s 条（索引版本 %(generation)s）[EB/OL]. [%(day)s]. %(url)s.",
        site=frame.site_name,
        query=page_title(state),
        total=number(total),
        generation=manifest.generation,
        day=today.isoformat(),
        url=url,
    )
    page = simple.CiteSearchPage(
        frame,
        state.q,
        simple.filters_text(state),
        total,
        known,
        then_date,
        total - known if known is not None else 0,
        manifest.generation,
        long_date(today),
        url,
        text,
        frame.urls.search(state),
    )
    return render_template("cite.html", page=page)


def _results_frame(state: SearchState) -> Frame:
    """Frame of a results page: machine links, and no indexing of filter combinations and further pages."""
    query = QueryString(state)
    links = (
        *_search_description(),
        HeadLink("alternate", query.feed(), "application/atom+xml", _("这次检索的订阅")),
        HeadLink("alternate", query.api_search(), "application/json", "JSON"),
    )
    plain = not state.applied() and state.page == 1 and state.view == "passages"
    return build_frame(
        page_title(state),
        current="/search" if not state.q else "",
        state=state,
        query=query,
        head_links=links,
        canonical=site().urls().absolute(query.here("/search")),
        robots="" if plain else "noindex, nofollow",
        hidden=tuple([pair for pair in query.pairs if pair[0] not in ("q", "page", "off", "literal")]),
    )


def _search_description() -> tuple[HeadLink, ...]:
    return (HeadLink("search", "/opensearch.xml", "application/opensearchdescription+xml", site().settings.site_name),)


def _from_form(state: SearchState) -> SearchState | None:
    """The state that form fields of the results page ask for; None when the address is one of ours already."""
    within = request.args.get("within", "").strip()
    told = None
    if within:
        has_or = any(mark in f" {state.q} " for mark in (" OR ", " 或 ", "|"))
        told = state.with_query(f"{_both(state.q)}{within}" if has_or else f"{state.q} {within}".strip())
    for name in YEAR_FIELDS:
        first, last = (request.args.get(f"{name}_{end}") for end in ("from", "to"))
        if first is not None or last is not None:
            told = told or state
            span = _year_span((first or "").strip(), (last or "").strip())
            ticked = (year for year in told.values(name) if "-" not in year)
            told = told.replacing(**{name: (*ticked, *span)})
    if told is None and "apply" in request.args:
        told = state
    return told


def _both(text: str) -> str:
    """A query text as the left side of an AND; nothing for an empty one."""
    text = text.strip()
    return f"({text}) AND " if text else ""


def _year_span(first: str, last: str) -> tuple[str, ...]:
    """A span of years from two boxes, either of which may be empty."""
    if not first and not last:
        return ()
    for value in (first, last):
        if value and not (value.isascii() and value.isdigit() and len(value) == 4):
            raise Problem(400, "bad-year", _("年份要写成四位数，如 2019。"))
    low, high = sorted((first or EARLIEST, last or LATEST))
    return (low,) if low == high else (f"{low}-{high}",)


def _day_span(first: str, last: str) -> tuple[str, ...]:
    """A time from two boxes, either of which may be empty; both alike are that day, month or year."""
    if not first and not last:
        return ()
    try:
        return (BY_NAME["date"].read(first if first == last else f"{first}..{last}"),)
    except SearchError as error:
        raise Problem(400, "bad-date", error.message, error.hint) from None


def _on_last_page(state: SearchState, answer: Answer) -> Answer:
    """A page past the last is no page (404), so that crawlers stop and people are told, with the way to the last."""
    if answer.hits or state.page == 1 or not (answer.total or answer.also):
        return answer
    raise _past_end(state, answer.groups + answer.also)


def _past_end(state: SearchState, items: int) -> Problem:
    last = max(1, -(-items // state.size))
    detail = _("只有 %(last)s 页，没有第 %(page)s 页。", last=number(last), page=number(state.page))
    way = (str(_("到第 %(n)s 页", n=number(last))), site().urls().search(state.with_page(last)))
    return Problem(404, "page-past-end", detail, ways=(way,))


def _help_examples() -> dict[str, list[tuple[str, str]]]:
    return {
        "words": [
            ("消费扶贫 密云", _("两个词都在的段落在前")),
            ("密雲區", _("繁体、全角都可以")),
            ("京东", _("跨词的字串也找得到，排在最后")),
        ],
        "phrase": [('"扶贫车间"', _("恰好这几个字")), ('"1.2亿元"', _("数字和标点也算"))],
        "operators": [
            ("消费扶贫 AND NOT 密云", _("前者有、后者没有")),
            ("医疗 OR 教育", _("有一个就行")),
            ("(就业 OR 务工) 培训", _("用括号分组")),
            ("扶贫 -消费", _("减号排除")),
        ],
        "fields": [
            ("标题:密云", _("只在标题里找")),
            ("地区:滦平县", _("限定地区")),
            ("年份:2019", _("限定年份")),
            ("类型:消费扶贫", _("限定帮扶类型")),
        ],
        "figures": [
            ("资金>1000万元", _("有一笔钱超过这个数；单位和写法随意")),
            ("人数:1000-5000", _("有一个人数在这两数之间")),
            ("九千八百零一万", _("同一个数，怎么写都找得到")),
        ],
        "near": [("就业 NEAR/10 培训", _("相距不过十个字")), ("扶贫*车间", _("中间隔着别的字"))],
        "neighbour": [("京东 -北[京东]西", _("要“京东”，不要“北京东西”里的"))],
    }
