"""Help, the page about this site, the place of a quote, and a search to be cited."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request

from search.results import Question
from web.locale import gettext as _
from web.locale import language, long_date, number
from web.routes.reader import read_state
from web.shown import cited, quotes
from web.shown import guide as guide_pages
from web.shown.frame import build_frame
from web.shown.labels import page_title
from web.site import site
from web.state import SearchState

blueprint = Blueprint("guide", __name__)


@blueprint.get("/help")
def help_() -> str:
    """The query language, each example with what it finds in this collection."""
    library = site().library
    lang = language()
    frame = build_frame(_("帮助"), current="/help")
    examples: dict[str, tuple[guide_pages.HelpExample, ...]] = {}
    for section, rows in _help_examples().items():
        states = [SearchState(Question(query), lang=lang) for query, _ in rows]
        totals = library.totals([state.question for state in states])
        examples[section] = tuple(
            guide_pages.HelpExample(query, says, frame.urls.search(state), total)
            for (query, says), state, total in zip(rows, states, totals, strict=True)
        )
    return render_template("help.html", page=guide_pages.HelpPage(frame, examples))


@blueprint.get("/about")
def about() -> str:
    """What this is, how text and labels are made, and how far to trust them."""
    library = site().library
    overview, manifest = library.overview(), library.manifest()
    frame = build_frame(_("关于"), current="/about")
    state = SearchState(lang=language())
    types = tuple(
        guide_pages.TypeRow(str(_(item.label)), item.definition, item.source, frame.urls.search(state.choose("program", item.key)))
        for item in library.program_types()
    )
    mechanisms = tuple(
        guide_pages.TypeRow(str(_(item.label)), item.definition, item.source, frame.urls.search(state.choose("mechanism", item.key)))
        for item in library.mechanisms()
    )
    return render_template(
        "about.html",
        page=guide_pages.AboutPage(
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
    matches = quotes.found_quotes(placed, frame.urls, lang)
    return render_template("locate.html", page=quotes.LocatePage(frame, quote, bool(quote), matches))


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
    page = cited.CiteSearchPage(
        frame,
        state.q,
        cited.filters_text(state),
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
