"""What people expect of pages, one test a behaviour; those that need a browser are in test_browser_*.py."""

from __future__ import annotations

import json
import re
import tomllib
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from search import Library
from search.results import FACETS, Question
from tests.web.conftest import Aged, Page, Reader
from web.state import SearchState, multi
from web.urls import Urls

LONG = "云南省/临沧市/双江拉祜族佤族布朗族傣族自治县"
KINDS_OF_PAGE = (
    "/", "/search", "/search?q=消费扶贫", "/search?q=密云&view=documents", "/search?q=密云&view=kwic", "/search?q=密云&view=cross",
    "/search?q=资金&view=figures", "/search?q=没有的词语字串", "/facet/region", "/facet/year?q=密云", "/facet/program", "/pairs",
    "/advanced", "/help", "/about", "/locate", "/cite?q=密云",
)  # fmt: skip


def count_of(page: Page) -> int:
    """The total a results page states."""
    found = re.search(r"共 ([\d,]+) [条对]", page.text("#count"))
    return int(found[1].replace(",", "")) if found else 0


def first_document(library: Library) -> str:
    return library.search("密云").hits[0].document.id


# --- state -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", KINDS_OF_PAGE)
def test_every_state_is_an_address(read: Reader, url: str) -> None:
    """The same address gives the same page to anyone, twice, without a cookie."""
    first, second = read(url), read(url)
    assert first.html == second.html
    assert "Set-Cookie" not in read.client.get(url).headers


def test_title_holds_query_and_filters(read: Reader) -> None:
    """The title of a results page tells query, filters and page number."""
    page = read("/search?q=扶贫&region=河北省&not_program=health&size=1&page=2")
    title = page.text("title")
    assert "扶贫" in title
    assert "河北省" in title
    assert "−健康帮扶" in title
    assert "第 2 页" in title


def test_facet_links_lead_to_page_one(read: Reader) -> None:
    """No link of a facet or a chip keeps the page number."""
    page = read("/search?q=扶贫&size=1&page=2&region=河北省")
    for link in page.all("#filters a, .chip, .sorts a, .tabs a"):
        assert "page=" not in (link.attributes["href"] or "")


def test_a_result_keeps_the_way_back(read: Reader) -> None:
    """A document opened from results links back to the very results, and to the results before and after."""
    page = read("/search?q=扶贫&sort=document")
    link = page.href(".hit:nth-of-type(2) .cut a")
    document = read(link.partition("#")[0])
    assert document.href(".way a") == "/search?q=扶贫&sort=document"
    assert "第 2 条" in document.text(".way")
    following = document.href('.way a[rel~="next"]')
    third = page.href(".hit:nth-of-type(3) .cut a")
    assert following == third
    assert document.href('.way a[rel~="prev"]') == page.href(".hit:nth-of-type(1) .cut a")


def test_a_rank_counts_among_what_is_listed(read: Reader) -> None:
    """The place of a result and the number beside it are of one list: documents in the view of documents, texts where copies are folded,
    passages else; and what answers in part is counted apart."""
    for view, counted in (("&view=documents", r"共 (\d+) 篇"), ("", r"合并重复后 (\d+) 条|共 (\d+) 条"), ("&copies=all", r"共 (\d+) 条")):
        page = read(f"/search?q=扶贫{view}")
        told = re.findall(counted, page.text("#count"))[-1]
        way = read(page.href(".hit:nth-of-type(2) h2 a").partition("#")[0]).text(".way")
        assert re.search(rf"第 2 [篇条]，共 {next(filter(None, (told,) if isinstance(told, str) else told))} [篇条]", way), (view, way)
    page = read("/search?q=北京 内蒙古 2020")
    part = page.href(".nearest .hit:nth-of-type(1) h2 a").partition("#")[0]
    assert "部分符合的第 1 条" in read(part).text(".way")


def test_an_answer_is_not_announced_as_none(read: Reader) -> None:
    """Where documents answer a question, that no passage has all of its words is said below the answer, not above it."""
    html = read("/search?q=谁帮助赤城县").html
    assert 0 < html.index("class=told") < html.index("没有一段同时含有这些词")


# --- search box --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", KINDS_OF_PAGE)
def test_one_search_box_with_label_and_button(read: Reader, url: str) -> None:
    """Every page has a search landmark, a real label for its box and a visible button; headings start with one h1."""
    page = read(url)
    box = page.one('form.box[role="search"]') if not url.startswith("/advanced") else None
    if box is not None:
        assert page.one("label[for=q]").text().strip()
        assert page.text("form.box button[type=submit]") == "检索"
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1


def test_the_query_stays_in_the_box_and_filters_stay(read: Reader) -> None:
    """The box holds the query as typed; a new search keeps filters and view, and drops the page."""
    page = read('/search?q="扶贫车间" 滦平&region=河北省&size=1&page=2')
    assert page.one("#q").attributes["value"] == '"扶贫车间" 滦平'
    kept = {(item.attributes["name"], item.attributes["value"]) for item in page.all("form.box input[type=hidden]")}
    assert ("region", "河北省") in kept
    assert not any(name == "page" for name, _value in kept)


def test_advanced_form_writes_a_normal_query(client: FlaskClient) -> None:
    """The advanced form ends in the results of a query that people can read and change."""
    answer = client.get(
        "/advanced?go=1&all=扶贫 车间&exact=来京就业&any=医疗 教育&none=滦平&near_one=就业&near_other=培训&near=8"
        "&year_from=2018&year_to=2020"
    )
    assert answer.status_code == 303
    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert asked["q"] == ['扶贫 车间 "来京就业" (医疗 OR 教育) 就业 NEAR/8 培训 -滦平']
    assert asked["year"] == ["2018-2020"]


def test_search_within_results(read: Reader, client: FlaskClient) -> None:
    """“在结果中检索” stands beside the results and adds to the query, in parentheses where it must."""
    assert read("/search?q=扶贫").one('form.within input[name="within"]')
    within = client.get("/search?q=医疗 OR 教育&within=密云&region=河北省").headers["Location"]
    assert parse_qs(urlsplit(within).query)["q"] == ["(医疗 OR 教育) AND 密云"]
    assert "region=" in within
    assert parse_qs(urlsplit(client.get("/search?q=扶贫&within=密云").headers["Location"]).query)["q"] == ["扶贫 密云"]


# --- facets and chips --------------------------------------------------------------------------------------------------


def test_chips_take_filters_off(read: Reader) -> None:
    """Each applied filter is a chip whose link takes just it off; “清除全部” comes with the second."""
    page = read("/search?q=扶贫&region=河北省/承德市/滦平县&not_program=health")
    texts = [" ".join(chip.text().split()) for chip in page.all(".applied .chip")]
    assert texts == ["地区: 滦平县 ×", "排除 帮扶类型: 健康帮扶 ×"]
    links = [chip.attributes["href"] or "" for chip in page.all(".applied .chip")]
    assert "region=" not in links[0]
    assert "not_program=health" in links[0]
    assert read(page.href(".clear")).all(".applied .chip") == []
    assert read("/search?q=扶贫&region=河北省").all(".clear") == []


@pytest.mark.parametrize(
    "url", ["/search", "/search?q=扶贫", "/search?q=扶贫&region=河北省", "/search?q=帮扶&year=2019&not_program=health"]
)
def test_a_count_is_what_the_click_gives(read: Reader, url: str) -> None:
    """Following the link of a value gives exactly the count that stood beside it."""
    page = read(url)
    seen = 0
    for link in page.all("#filters .val[href]"):
        if link.attributes.get("aria-current"):
            continue
        number = link.css_first(".n")
        assert number is not None
        told = int(re.sub(r"\D", "", number.text()))
        assert count_of(read(link.attributes["href"] or "")) == told, link.text()
        seen += 1
    assert seen > 5


def test_bars_lead_to_their_years(read: Reader) -> None:
    """A bar of the year chart names its year and count, and leads to as many."""
    page = read("/search?q=扶贫")
    bars = page.all("svg.chart a")
    assert bars
    year, told = re.findall(r"\d+", bars[-1].text().replace(",", ""))
    assert count_of(read(bars[-1].attributes["href"] or "")) == int(told)
    assert f"year={year}" in (bars[-1].attributes["href"] or "")
    listed = {link.text().split()[0] for link in page.all(".years .twin .val")}
    assert year in listed


def test_a_chosen_value_stays_at_zero(read: Reader) -> None:
    """A chosen value that finds nothing stays listed, checked, with 0."""
    page = read(f"/search?q=密云&region={LONG}&document=nowhere")
    chosen = [item for item in page.all("#filters .tree input[checked]") if item.attributes["value"] == LONG]
    assert len(chosen) == 1
    assert "0 条" in (chosen[0].attributes["aria-label"] or "")


def test_a_chosen_child_marks_its_parent(read: Reader) -> None:
    """The ancestors of a chosen place are open, marked as partly chosen, and the place itself is checked."""
    page = read("/search?region=河北省/承德市/滦平县")
    partly = [" ".join(item.text().split()) for item in page.all("#filters .tree li.part > .val")]
    assert [text.split("（")[0] for text in partly] == ["河北省", "承德市"]
    assert all("部分选中" in text for text in partly)
    assert page.one('#filters .tree li.on > input[checked][value="河北省/承德市/滦平县"]')
    assert page.one("#filters .tree li.part details[open]")


def test_parents_count_their_children(read: Reader) -> None:
    """A province counts at least as much as any of its places."""
    page = read("/facet/region")
    counts: dict[str, int] = {}
    for row in page.all(".values.flat li"):
        box, number = row.css_first("input"), row.css_first(".n")
        assert box is not None
        assert number is not None
        counts[box.attributes["value"] or ""] = int(re.sub(r"\D", "", number.text()))
    for path, count in counts.items():
        parent = path.rpartition("/")[0]
        if parent:
            assert counts[parent] >= count, path


def test_search_inside_a_facet_and_sort_by_name(read: Reader) -> None:
    """The full page of a facet finds names and sorts by name."""
    page = read("/facet/region?find=双江")
    assert [" ".join(row.text().split()).split(" ")[0] for row in page.all(".values.flat .val")] == ["双江拉祜族佤族布朗族傣族自治县"]
    names = [row.text().split()[0] for row in read("/facet/program?by=name").all(".values.flat .val")]
    assert names == sorted(names)
    assert "没有名字里有" in read("/facet/region?find=火星").html


def test_years_have_boxes(read: Reader, client: FlaskClient) -> None:
    """Two number boxes make a span of years; a half-filled pair and a nonsense year are told apart."""
    page = read("/search?q=扶贫&year=2018-2020")
    assert [page.one(f"input[name={name}]").attributes["value"] for name in ("year_from", "year_to")] == ["2018", "2020"]
    assert "year=2018-2020" in client.get("/search?q=扶贫&year_from=2018&year_to=2020").headers["Location"]
    assert "year=2018-2100" in client.get("/search?year_from=2018&year_to=").headers["Location"]
    assert "year" not in client.get("/search?q=扶贫&year_from=&year_to=").headers["Location"]
    assert client.get("/search?year_from=18&year_to=2020").status_code == 400


def test_year_boxes_hold_the_range_and_replace_it(read: Reader, client: FlaskClient) -> None:
    """Another range takes the place of the one in force, empty boxes take it away, and years ticked by themselves stay; a year inside the
    range is marked but not ticked, and the link of its bar leads to what it counts."""
    for sent, kept in (
        ("year=2018-2020&year_from=2013&year_to=2014", ["2013-2014"]),
        ("year=2018-2020&year_from=&year_to=", []),
        ("year=2018-2020&year=2016&year_from=&year_to=", ["2016"]),
        ("year=2018-2020&year_from=2019&year_to=2019", ["2019"]),
    ):
        assert parse_qs(urlsplit(client.get(f"/search?q=扶贫&{sent}").headers["Location"]).query).get("year", []) == kept
    page = read("/search?q=扶贫&year=2018-2020")
    assert not page.all(".years input[type=checkbox][checked]")
    bars = [bar for bar in page.all(".years svg a") if "on" in (bar.attributes.get("class") or "")]
    assert len(bars) == 3
    for bar in bars:
        label = bar.text()
        count = int(re.sub(r"\D", "", label.partition("：")[2]))
        assert count_of(read(bar.attributes["href"] or "")) == count
    assert "2019 年起" in read("/search?q=扶贫&year=2019-2100").text(".applied")


@pytest.mark.parametrize(
    "query",
    ["扶贫", "消费扶贫", "帮扶", "资金", "教育 培训", "北京 内蒙古", "", "易地搬迁后的群众怎样在新的社区里找到工作安定下来"],
)
def test_a_page_of_twenty_hits_is_light(client: FlaskClient, query: str) -> None:
    """Uncompressed, with every facet, it has at most sixty kilobytes."""
    assert len(client.get("/search", query_string={"q": query}).data) <= 60_000


def test_exclusion_is_its_own_control(read: Reader) -> None:
    """Every value has a button that reads “排除” and keeps the rest of the state, and an excluded one a link that lifts it; totals agree,
    and a value that was chosen is chosen no longer."""
    for url in ("/search?q=扶贫&sort=year-desc&size=50", "/search?q=扶贫&program=education&program=health&lang=en"):
        page = read(url)
        first = page.one("#filters .keys li:first-child")
        button, number = first.css_first("button.not"), first.css_first(".n")
        assert button is not None
        assert number is not None
        assert button.text().strip() in ("排除", "Exclude")
        fields = [(one.attributes["name"] or "", one.attributes["value"] or "") for one in page.all("#out input")]
        excluding = (button.attributes["name"] or "", button.attributes["value"] or "")
        sent = read.client.get("/search?" + urlencode([*fields, excluding]))
        assert sent.status_code == 303
        after = read(sent.headers["Location"])
        state = SearchState.parse(multi(parse_qsl(url.partition("?")[2]))).exclude("program", excluding[1])
        assert (
            after.one("link[rel=canonical]").attributes["href"]
            == read(Urls("", {}).search(state)).one("link[rel=canonical]").attributes["href"]
        )
        if not state.values("program"):
            assert count_of(after) == count_of(page) - int(re.sub(r"\D", "", number.text()))
        lifted = after.one("#filters .keys .no a.not").attributes["href"] or ""
        assert ("not_program", excluding[1]) not in parse_qsl(lifted.partition("?")[2])


def test_groups_work_as_plain_forms(read: Reader, client: FlaskClient) -> None:
    """Facets are fieldsets with legends inside a form; checkboxes name their count and a button applies them."""
    page = read("/search?q=扶贫&year=2018-2020&sort=year-desc")
    legends = [item.text() for item in page.all("#filters fieldset > legend")]
    nowhere_said = {"文种", "来源"}  # a facet of which nothing is known is not shown
    assert set(legends) >= {field.label for field in FACETS} - nowhere_said
    assert legends[0] == "年份"
    assert all(re.search(r"，[\d,]+ 条$", box.attributes["aria-label"] or "") for box in page.all("#filters input[type=checkbox]"))
    carried = {item.attributes["name"]: item.attributes["value"] for item in page.all("#filters input[type=hidden]")}
    assert carried["q"] == "扶贫"
    assert carried["sort"] == "year-desc"
    sent = client.get("/search?q=扶贫&apply=1&region=河北省&region=北京市&year_from=&year_to=")
    assert sent.status_code == 303
    assert parse_qs(urlsplit(sent.headers["Location"]).query) == {"q": ["扶贫"], "region": ["北京市", "河北省"]}


def test_crawlers_are_kept_out_of_combinations(read: Reader, client: FlaskClient) -> None:
    """Facet links are nofollow, filtered and further pages are noindex, robots.txt closes the search."""
    page = read("/search?q=扶贫")
    assert all("nofollow" in (link.attributes.get("rel") or "") for link in page.all("#filters .values a, .chip, .sorts a"))
    assert page.all('meta[name="robots"]') == []
    for url in ("/search?q=扶贫&size=1&page=2", "/search?q=扶贫&region=河北省"):
        assert "noindex" in (read(url).one('meta[name="robots"]').attributes["content"] or "")
    robots = client.get("/robots.txt").get_data(as_text=True)
    assert "Disallow: /search?" in robots
    assert "Sitemap: http" in robots


# --- results -----------------------------------------------------------------------------------------------------------


def test_exact_counts_in_words(read: Reader) -> None:
    """“第 1–20 条，共 n 条”, never “约”; the parts of a hit are all there."""
    page = read("/search?q=帮扶")
    assert re.search(r"第 1–20 条，共 \d+ 条", page.text("#count"))
    assert "约" not in page.text("#count")
    assert len(page.all(".hit")) == 20
    hit = page.one(".hit")
    assert hit.css_first("h2 a")
    assert hit.css_first(".cut mark")
    assert any(item.css_first(".margin .y") for item in page.all(".hit"))
    assert any(item.css_first(".margin .p") for item in page.all(".hit"))
    assert any(item.css_first(".margin .t") for item in page.all(".hit"))


def test_text_is_escaped_and_marks_are_marks(read: Reader) -> None:
    """Hostile text is shown as it stands; only `<mark>` is markup."""
    page = read("/search?q=原样显示")
    assert "&lt;b&gt;标签&lt;/b&gt;" in page.html
    assert "<b>标签</b>" not in page.html
    assert "<script>alert" not in page.html
    document = read(page.href(".hit .cut a").partition("#")[0])
    assert "<script>alert" not in document.html
    assert "&lt;b&gt;标签&lt;/b&gt;" in document.html
    assert "<script>alert" not in read('/search?q="><script>alert(1)</script>').html


def test_snippets_lead_to_their_passage(read: Reader, library: Library) -> None:
    """Each snippet links to its own passage, which is an anchor in the document."""
    page = read("/search?q=消费扶贫")
    hits = library.search(Question("消费扶贫")).hits
    for row, hit in zip(page.all(".hit"), hits, strict=False):
        link = row.css_first(".cut a")
        assert link is not None
        address = urlsplit(link.attributes["href"] or "")
        assert address.fragment in {item.passage.id for item in hits}
        if address.fragment == hit.passage.id:
            assert read(address.path).one(f'[id="{hit.passage.id}"]')


def test_nothing_found_offers_next_steps(read: Reader) -> None:
    """A page without hits says so in a sentence, names what did it, and offers links with counts."""
    page = read("/search?q=消费扶贫 火星登陆车")
    if page.all(".hit"):
        assert page.all(".note"), "a relaxed search says so"
        page = read(f"/search?q=密云&region={LONG}&year=2019")
    assert "没有" in page.text(".empty .say")
    assert page.all(".empty .ways a")
    filtered = read(f"/search?q=密云&region={LONG}&year=2019")
    offers = [item for item in filtered.all(".empty .ways li") if item.css_first(".n")]
    assert offers
    for offer in offers:
        link, number = offer.css_first("a"), offer.css_first(".n")
        assert link is not None
        assert number is not None
        assert count_of(read(link.attributes["href"] or "")) == int(re.sub(r"\D", "", number.text()))


def test_misspellings_are_offered(read: Reader) -> None:
    """A look-alike or sound-alike is offered only with the count it gives."""
    page = read("/search?q=滦坪")
    assert "滦平" in page.html


def test_what_was_searched_beside_is_a_removable_chip(read: Reader) -> None:
    """Expansions are chips; taking one off searches without it."""
    page = read("/search?q=消费帮扶")
    chips = page.all('.understood ul[aria-label="同时检索"] .chip')
    assert chips
    target = chips[0].text().split("×")[0]
    after = read(chips[0].attributes["href"] or "")
    assert all(target not in chip.text() for chip in after.all('.understood ul[aria-label="同时检索"] .chip'))


def test_the_query_reads_back(read: Reader) -> None:
    """The page says in words how the query was understood."""
    assert "滦平" in read("/search?q=消费扶贫 AND NOT 滦平").text(".reading")


def test_the_count_is_announced_by_script_only(read: Reader) -> None:
    """The live region is empty on load and the count waits in data for the script."""
    page = read("/search?q=扶贫")
    assert page.text("#live") == ""
    assert page.one("#live").attributes["role"] == "status"
    assert str(count_of(page)) in (page.one("body").attributes["data-count"] or "")


def test_skip_links(read: Reader) -> None:
    """Skip links lead to search, filters and results, and their targets exist."""
    page = read("/search?q=扶贫")
    targets = [link.attributes["href"] or "" for link in page.all(".skips a")]
    assert targets == ["#q", "#filters", "#results", "#main"]
    assert all(page.one(target) for target in targets)


def test_the_five_views(read: Reader, library: Library) -> None:
    """Passages, documents, concordance, cross table and figures are five addresses over one query."""
    page = read("/search?q=密云")
    tabs = {link.text(): link.attributes["href"] or "" for link in page.all(".tabs a")}
    assert list(tabs) == ["段落", "按文献", "上下文", "交叉表", "数据"]
    answer = library.search("密云")
    assert len(read(tabs["按文献"]).all(".hit")) == answer.documents
    kwic = read(tabs["上下文"])
    assert len(kwic.all(".kwic tbody tr")) == min(20, library.kwic(Question("密云")).total)
    assert [link.text() for link in kwic.all(".bar .sorts a")] == ["按左侧文字", "按右侧文字", "按文献"]
    assert read(tabs["交叉表"]).all("table.counts td a")
    assert read(tabs["数据"]).all("table.figures td.num")


@pytest.mark.parametrize("choice", ["rows=region&columns=year", "rows=program&columns=year", "rows=region&columns=program"])
def test_cells_lead_to_their_passages(read: Reader, choice: str) -> None:
    """A cell of the cross table leads to exactly its passages."""
    for link in read(f"/search?q=帮扶&view=cross&{choice}").all("table.counts td a")[::7]:
        assert count_of(read(link.attributes["href"] or "")) == int(link.text().replace(",", ""))


def test_who_helps_whom(read: Reader) -> None:
    """Each cell of the pairs leads to as many pairs with their clauses; the drawing has a table twin with the same numbers."""
    page = read("/pairs")
    cells = page.all("table.counts td a")
    assert cells
    for link in cells[:12]:
        assert count_of(read(link.attributes["href"] or "")) == int(link.text().replace(",", ""))
    drawn = {link.attributes["href"] for link in page.all("svg.flows a")}
    assert drawn <= {link.attributes["href"] for link in cells}
    assert page.all('.pickers a[href*="year=2019"]')


def test_reprints_are_folded_and_unfolded(read: Reader) -> None:
    """The same text in two documents is one hit with a count, and two when unfolded; the total is the same."""
    page = read("/search?q=双江 AND 茶叶")
    assert "同文" in page.one(".hit .fold").text()
    unfolded = read(page.href("#count .more a"))
    assert len(unfolded.all(".hit")) == len(page.all(".hit")) + 1
    assert count_of(unfolded) == count_of(page)


def test_a_page_past_the_last_is_none(read: Reader) -> None:
    """A page past the end is a 404 that says how many there are."""
    assert "只有" in read("/search?q=密云&page=400", 404).html


# --- document ----------------------------------------------------------------------------------------------------------


def test_every_passage_is_an_anchor_with_a_control(read: Reader, library: Library) -> None:
    """Every passage has its id, can take the focus, and has a ¶ that is its permalink."""
    identifier = first_document(library)
    page = read(f"/d/{identifier}?q=密云")
    passages = library.document(identifier).document.passages
    assert [item.attributes["id"] for item in page.all(".passage[id]")] == [passage.id for passage in passages]
    for section in page.all(".passage[id]"):
        assert section.attributes["tabindex"] == "-1"
        control = section.css_first("a.pilcrow")
        assert control is not None
        assert (control.attributes["href"] or "").startswith(f"/p/{section.attributes['id']}")
        assert control.attributes["aria-label"]


def test_hits_can_be_stepped_through(read: Reader, library: Library) -> None:
    """The stepper counts the marks of the page, its links work without script, and the rail has a tick a passage."""
    page = read(f"/d/{first_document(library)}?q=密云")
    marks = page.all(".text mark")
    assert [mark.attributes["id"] for mark in marks] == [f"m{n}" for n in range(1, len(marks) + 1)]
    assert f"/ {len(marks)}" in page.text(".stepper")
    assert page.href('.stepper a[data-step="1"]') == "#m1"
    assert len(page.all(".rail [data-to]")) == len([item for item in page.all(".passage") if item.css_first("mark")])


def test_outline_labels_source_and_provenance(read: Reader, library: Library) -> None:
    """The outline lists headings, labels open to their evidence, the source stands beside, the provenance is whole."""
    identifier = first_document(library)
    document = library.document(identifier).document
    page = read(f"/d/{identifier}?source=1")
    anchors = {link.attributes["href"] for link in page.all(".outline a")}
    assert {f"#{passage.id}" for passage in document.passages if passage.kind == "heading"} <= anchors
    quoted = [item.text() for item in page.all(".labels .why")]
    assert quoted
    whole = "".join(passage.text for passage in document.passages)
    assert all(part in whole for text in quoted for part in text.strip("“”").split("”“"))
    assert document.sha256 in page.html
    assert document.source_file in page.html
    assert library.manifest().generation in page.html
    numbers = [int(item.attributes["value"] or 0) for item in page.all(".source li")]
    lines = document.source_text.split("\n")
    assert numbers
    assert all(lines[number - 1] == item.text() for number, item in zip(numbers, page.all(".source li"), strict=True))


def test_citation_and_machine_tags(read: Reader, client: FlaskClient, library: Library) -> None:
    """A citation stands on the page with other styles beside, and Highwire tags in the head."""
    identifier = first_document(library)
    page = read(f"/d/{identifier}")
    assert library.document(identifier).document.title.split("——")[0] in page.text("#citation")
    assert page.all('meta[name^="citation_"]')
    for link in page.all("#cite li a"):
        assert client.get(link.attributes["href"] or "").status_code == 200


def test_print_states_address_and_day(read: Reader, library: Library) -> None:
    """What is printed carries the address and the day of access."""
    text = read(f"/d/{first_document(library)}").text(".printed")
    assert "/d/" in text
    assert re.search(r"\d{4}年\d{1,2}月\d{1,2}日", text)


def test_permalinks_tell_the_truth(aged: Aged) -> None:
    """A link to text that is the same redirects with its query; to changed text it says what changed; to lost text it is 410."""
    same = aged.client.get(f"/p/{aged.same}?q=密云")
    assert same.status_code == 302
    assert same.headers["Location"].endswith(f"#{aged.same}")
    assert f"q={quote('密云')}" in same.headers["Location"]
    changed = aged.client.get(f"/p/{aged.changed}")
    assert changed.status_code == 200
    html = changed.get_data(as_text=True)
    assert "已经修改" in html
    assert "<del>" in html
    assert "<ins>" in html
    gone = aged.client.get(f"/p/{aged.gone}")
    assert gone.status_code == 410
    assert "劳务协作帮助三百人来京就业" in gone.get_data(as_text=True)
    assert aged.client.get("/p/never-was").status_code == 404


def test_an_address_with_a_hit_is_a_permalink(aged: Aged) -> None:
    """`?hit=` of a changed or lost passage says what its permalink says, without script; one that never was is passed over."""
    document = aged.client.get("/api/v1/documents").get_json()["documents"][0]["id"]
    changed = aged.client.get(f"/d/{document}?q=密云&hit={aged.changed}")
    assert changed.status_code == 200
    assert "已经修改" in changed.get_data(as_text=True)
    assert aged.client.get(f"/d/{document}?hit={aged.gone}").status_code == 410
    assert aged.client.get(f"/d/no-longer?hit={aged.gone}").status_code == 410
    assert aged.client.get(f"/d/no-longer?q=密云&hit={aged.same}").headers["Location"].endswith(f"#{aged.same}")
    assert aged.client.get(f"/d/{document}?hit=000000000000").status_code == 200
    assert aged.client.get("/d/no-longer?hit=000000000000").status_code == 404
    card = aged.client.get(f"/embed/{aged.changed}").get_data(as_text=True)
    assert "已经修改" in card


# --- everywhere --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh-Hant", "en"])
@pytest.mark.parametrize("url", KINDS_OF_PAGE)
def test_languages_by_address(read: Reader, url: str, lang: str) -> None:
    """Each page speaks each language, says so in `lang`, and its links keep it."""
    page = read(f"{url}{'&' if '?' in url else '?'}lang={lang}")
    assert page.one("html").attributes["lang"] == lang
    assert all(f"lang={lang}" in (link.attributes["href"] or "") for link in page.all(".menu a"))
    assert read(page.href('.foot a[hreflang="zh-Hans"]')).one("html").attributes["lang"] == "zh-Hans"


def test_text_of_documents_says_its_language(read: Reader, library: Library) -> None:
    """Chinese text stays Chinese on an English page."""
    page = read(f"/d/{first_document(library)}?lang=en")
    assert page.one("article.text").attributes["lang"] == "zh-Hans"


def test_drawer_without_script(read: Reader) -> None:
    """The way to the filters says how many are on and is a plain link to them; their large button applies what is ticked."""
    page = read("/search?q=扶贫&region=河北省&year=2019")
    assert page.text(".open-filters") == "筛选 (2)"
    assert page.href(".open-filters") == "#filters"
    button = page.one("#filters form .see")
    assert (button.tag, button.attributes["type"], button.attributes["name"]) == ("button", "submit", "apply")


def test_links_for_machines(read: Reader, client: FlaskClient, library: Library) -> None:
    """Search description, Atom and JSON are in the head of the results and answer; the sitemap lists every document."""
    page = read("/search?q=消费扶贫&region=河北省")
    links = {item.attributes["type"]: item.attributes["href"] or "" for item in page.all("head link[type][href]")}
    feed = client.get(links["application/atom+xml"])
    assert feed.mimetype == "application/atom+xml"
    assert feed.get_data(as_text=True).count("<entry>") == count_of(page)
    assert client.get(links["application/json"]).get_json()["total"] == count_of(page)
    assert "{searchTerms}" in client.get(links["application/opensearchdescription+xml"]).get_data(as_text=True)
    sitemap = client.get("/sitemap.xml").get_data(as_text=True)
    assert all(f"/d/{document.id}" in sitemap or f"/d/{quote(document.id)}" in sitemap for document in library.documents())


@pytest.mark.parametrize("url", KINDS_OF_PAGE)
def test_nothing_inline(read: Reader, url: str) -> None:
    """No inline script, style or handler: the policy forbids them, so a page must not need them."""
    page = read(url)
    assert not page.all("style, [style], script:not([src])")
    assert not re.search(r"<[^>]+\son[a-z]+=", page.html)
    assert all((item.attributes["src"] or "").startswith("/static/") for item in page.all("[src]"))


def test_home_shows_the_collection(read: Reader, library: Library) -> None:
    """The home page counts documents and passages, and its bars and rows lead into browsing with the same counts."""
    page = read("/")
    overview = library.overview()
    assert f"{overview.documents:,}" in page.text(".facts")
    assert f"{overview.passages:,}" in page.text(".facts")
    assert len(page.all(".examples a")) >= 3
    for row in page.all(".bars tbody tr")[:6]:
        link, number = row.css_first("a"), row.css_first(".num")
        assert link is not None
        assert number is not None
        assert count_of(read(link.attributes["href"] or "")) == int(number.text().replace(",", ""))


def test_help_examples_are_alive(read: Reader) -> None:
    """Every example of the help page leads to results with the count it tells."""
    for row in read("/help").all(".help-table tbody tr"):
        link, number = row.css_first("a"), row.css_first(".num")
        if link is not None and number is not None:
            assert count_of(read(link.attributes["href"] or "")) == int(re.sub(r"\D", "", number.text()))


def test_a_search_can_be_cited(read: Reader, library: Library) -> None:
    """A cited search tells query, total and generation, and later what has changed."""
    page = read("/cite?q=密云")
    total = library.count(Question("密云"))
    assert str(total) in page.text("#citation")
    assert library.manifest().generation in page.text("#citation")
    assert f"引用时（2025-01-01）{total - 1} 条，今天 {total} 条" in read(f"/cite?q=密云&then={total - 1}&on=2025-01-01").text(".banner")


def test_quotes_are_located(read: Reader, library: Library) -> None:
    """A quote pasted with line breaks leads to its passage."""
    passage = next(item for item in library.document(first_document(library)).document.passages if len(item.text) > 80)
    quote_text = passage.text[10:30] + "\n " + passage.text[30:60]
    answer = read.client.post("/locate", data={"quote": quote_text})
    assert f"#{passage.id}" in answer.get_data(as_text=True)
    assert "没有找到这段引文" in read.client.post("/locate", data={"quote": "火星上的望远镜看不见的东西"}).get_data(as_text=True)


def test_pages_say_what_they_are_to_citing_programs(client: FlaskClient, library: Library) -> None:
    """A document's page carries its own tags; opened at a passage it carries that passage's, with its lasting link and quote."""
    hit = library.search("消费扶贫").hits[0]
    for address, url, kind in (
        (f"/d/{hit.document.id}", f"http://localhost/d/{hit.document.id}", "WebPage"),
        (f"/d/{hit.document.id}?hit={hit.passage.id}", f"http://localhost/p/{hit.passage.id}", "Quotation"),
    ):
        tree = HTMLParser(client.get(address).get_data(as_text=True))
        metas = [node.attributes for node in tree.css("meta[content]")]
        said = {one.get("name") or one.get("property"): one["content"] for one in metas}
        assert said["citation_public_url"] == said["og:url"] == said["DC.identifier"] == url
        assert said["og:type"] == "article"
        script = tree.css_first('script[type="application/ld+json"]')
        assert script is not None
        data = json.loads(script.text())
        assert (data["@type"], data["url"]) == (kind, url)
    assert data["text"] == hit.passage.text
    assert said["og:description"] == hit.passage.text[:200]


def test_results_can_be_taken_in_by_zotero(client: FlaskClient, library: Library) -> None:
    """Every hit of a page has its COinS, with title and lasting link."""
    hits = library.search("消费扶贫").hits
    tree = HTMLParser(client.get("/search?q=消费扶贫").get_data(as_text=True))
    said = [parse_qs(node.attributes["title"] or "") for node in tree.css("span.Z3988")]
    assert [one["rft.identifier"] for one in said] == [[f"http://localhost/p/{hit.passage.id}"] for hit in hits]
    assert [one["rft.title"] for one in said] == [[hit.passage.article_title or hit.document.title] for hit in hits]


def test_what_documents_are_about_is_a_facet_beside_what_they_mention(read: Reader, library: Library) -> None:
    """The panel 主要涉及 is closed until one of its values is chosen; a document's page leads to all that is about its places."""
    closed = read("/search?q=密云")
    assert closed.all("#filters .folded details:not([open]) input[name=about]")
    chosen = read("/search?q=密云&about=河北省")
    assert not chosen.all("#filters .folded input[name=about]")
    assert chosen.all('#filters .tree input[name=about][value="河北省"][checked]')
    links = [link.attributes["href"] or "" for link in read(f"/d/{first_document(library)}").all(".who a")]
    assert any("about=" in link for link in links)


def test_a_wrong_label_leads_to_the_file_that_mends_it(read: Reader, library: Library) -> None:
    """From a passage one comes to its report, and there each label has a file whose line takes it away, whatever facet it is of."""
    page = read(f"/d/{first_document(library)}")
    reports = [link.attributes["href"] or "" for link in page.all('a[href^="/report/"]')]
    links = [link.attributes["href"] or "" for report in reports[:12] for link in read(report).all("a.mend")]
    assert {link.rpartition("?")[2].partition("=")[0] for link in links} >= {"region", "year", "program"}
    for link in (links[0], next(link for link in links if "year=" in link), next(link for link in links if "program=" in link)):
        answer = read.client.get(link)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        said = tomllib.loads(answer.get_data(as_text=True))
        ((name, value),) = parse_qs(urlsplit(link).query).items()
        assert said == {f"forbid_{name}s": [int(value[0])] if name == "year" else value}
    assert tomllib.loads(read.client.get(links[0].partition("?")[0] + "?year=2018-2020").get_data(as_text=True)) == {
        "forbid_years": [2018, 2019, 2020]
    }
    assert read.client.get(links[0].partition("?")[0] + "?region=不知何处").status_code == 400


def test_mechanisms_are_defined_and_those_by_the_pair_explained(read: Reader, library: Library) -> None:
    """The page about this site has a row for each mechanism, with what it rests on, and says how one is worked out from a pair."""
    page = read("/about")
    rows = [row.text() for row in page.all("table.types tr")]
    assert all(any(one.label in row and one.source in row for row in rows) for one in library.mechanisms())
    assert "推定" in page.html
