"""What people who work with the site all day rely on, in a real Chromium: the results page and its filters."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from search import Library
from search.results import Question
from tests.web.conftest import Visitor
from tests.web.test_browser_journeys import total

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

WIDTHS = (375, 1024, 1280)
HIDDEN_MARKS = """() => [...document.querySelectorAll('.hit mark')].filter((mark) => {
    const row = mark.closest('.cut, h2').getBoundingClientRect();
    return [...mark.getClientRects()].some((box) => box.bottom > row.bottom + 2 || box.right > innerWidth || !box.width);
}).length"""


@pytest.mark.parametrize("width", WIDTHS)
def test_no_mark_is_cut_away(visitor: Visitor, width: int) -> None:
    """A snippet is cut once, on the server: of a hundred hits every mark is seen, and no mark holds an ellipsis."""
    page = visitor.open("/search?q=扶贫&size=100", viewport={"width": width, "height": 800})
    assert page.locator(".hit mark").count() > 100
    assert page.evaluate(HIDDEN_MARKS) == 0
    assert page.locator("mark", has_text="…").count() == 0
    assert page.evaluate("[...document.querySelectorAll('.cut')].every((cut) => cut.scrollHeight <= cut.clientHeight + 2)")


@pytest.mark.parametrize("url", ["/search?q=消费扶贫", "/search?q=消费扶贫 密云&region=河北省&year=2018-2020"])
def test_the_first_hit_is_near(visitor: Visitor, url: str) -> None:
    """On a phone the first hit begins within 300 px, with two words and two filters too; few stops of the Tab key come before it."""
    page = visitor.open(url, viewport={"width": 375, "height": 800})
    box = page.locator(".hit").first.bounding_box()
    assert box is not None
    assert box["y"] <= 300
    stops = page.evaluate(
        """() => { const hit = document.querySelector('.hit a');
        return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), summary')].filter((stop) =>
            stop.getClientRects().length && stop.compareDocumentPosition(hit) & Node.DOCUMENT_POSITION_FOLLOWING).length; }"""
    )
    assert stops <= 36
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_every_hit_says_whence_and_when(visitor: Visitor) -> None:
    """Publisher or file and the date of the document are on every hit."""
    page = visitor.open("/search?q=扶贫")
    assert page.locator(".hit").count() == page.locator(".hit .d .from").count() == 20
    assert all(re.search(r"\d{4}|不详", text) for text in page.locator(".hit .d").all_inner_texts())


def row(page: Page, label: str) -> tuple[str, int]:
    """The selector of a value's row in the filters and the number beside it."""
    link = page.locator("#filters .values .val", has_text=label).first
    return label, int(re.sub(r"\D", "", link.locator(".n").inner_text()))


def test_a_tick_is_a_click(visitor: Visitor) -> None:
    """A tick applies at once, gives the number beside it, keeps its focus and every earlier choice, and goes back with the browser."""
    page = visitor.open("/search?q=扶贫")
    first = page.url
    for label in ("北京市", "河北省"):
        _, told = row(page, label)
        page.locator("#filters .tree li", has_text=label).locator("> input").first.click()
        expect(page.locator(".applied .chip", has_text=label)).to_be_visible()
        assert total(page) == told
        assert page.evaluate("document.activeElement.value") == label
    assert page.locator(".applied .chip").count() == 2
    expect(page.locator("#live")).to_have_text(f"共 {total(page):,} 条")
    _, told = row(page, "劳务协作")
    page.locator("#filters .val", has_text="劳务协作").click()
    expect(page.locator(".applied .chip")).to_have_count(3)
    assert total(page) == told
    assert page.title().startswith("扶贫 · ")
    page.go_back()
    expect(page.locator(".applied .chip")).to_have_count(2)
    page.go_back()
    expect(page.locator(".applied .chip")).to_have_count(1)
    page.go_back()
    expect(page.locator(".applied .chip")).to_have_count(0)
    assert page.url == first


def test_a_page_kept_open_all_day_stays_what_it_was(visitor: Visitor) -> None:
    """After forty ticks in one page a tick still asks the server once, each hit still has one button, and an even number of them leads back
    to the same results, with no more elements than at first."""
    page = visitor.open("/search?q=扶贫")
    page.wait_for_selector(".hit .keep")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/search" in request.url else None)
    elements, count = page.evaluate("document.querySelectorAll('*').length"), page.locator("#count").inner_text()
    for tick in range(40):
        page.locator("#filters .keys input[type=checkbox]").first.click()
        page.wait_for_function("wanted => location.search.includes('program=') === wanted", arg=tick % 2 == 0)
    assert len(asked) == 40
    assert page.locator("#count").inner_text() == count
    assert page.evaluate("document.querySelectorAll('*').length") == elements
    assert page.locator(".hit .keep").count() == page.locator(".hit").count()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"


@pytest.mark.parametrize("width", WIDTHS)
def test_every_export_can_be_reached(visitor: Visitor, width: int) -> None:
    """The menu of exports opens within the page, on a phone too, where it stands at the edge."""
    page = visitor.open("/search?q=消费扶贫", viewport={"width": width, "height": 800})
    page.locator(".tools summary").click()
    for link in page.locator(".tools .pop a").all():
        link.scroll_into_view_if_needed()
        box = link.bounding_box()
        assert box is not None
        assert 0 <= box["x"] < box["x"] + box["width"] <= width
        link.click(trial=True)


def test_the_drawer_counts_as_it_is_ticked(visitor: Visitor) -> None:
    """On a phone the drawer stays open while it is ticked, its large button says how many results there are, and shows them."""
    page = visitor.open("/search?q=扶贫", viewport={"width": 375, "height": 800})
    page.click(".open-filters")
    see = page.locator("#filters .see")
    expect(see).to_have_text(f"查看 {total(page):,} 条结果")
    for label in ("组织领导", "劳务协作"):
        page.locator("#filters .keys li", has_text=label).locator("> input").first.click()
        expect(page.locator("#filters .keys li.on", has_text=label)).to_be_visible()
        expect(see).to_have_text(f"查看 {total(page):,} 条结果")
    see.click()
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.locator(".open-filters")).to_have_text("筛选 (2)")
    assert "program=labour" in page.url


def test_finding_in_a_facet_says_where_and_when_nothing_is(visitor: Visitor) -> None:
    """A place is found with the places above it; a name that is none is said to be none; what is found can be ticked."""
    page = visitor.open("/search?q=扶贫")
    page.click(".find-open")
    page.fill(".find-in", "滦平")
    expect(page.locator("#filters .tree .in")).to_have_text("河北省 › 承德市")
    page.fill(".find-in", "火星")
    expect(page.locator("#filters .tree .none")).to_contain_text("没有名字里有“火星”的")
    page.fill(".find-in", "滦平")
    page.locator("#filters .tree .values input").click()
    expect(page.locator(".applied .chip")).to_contain_text("滦平县")


def test_single_keys_can_be_switched_off(visitor: Visitor) -> None:
    """`/` moves to the search box until the reader switches single keys off, here and on the pages after."""
    page = visitor.open("/search?q=扶贫")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.click(".settings summary")
    page.locator("input[name=display-keys][value=off]").check()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") != "q"
    page.reload()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") != "q"


def test_how_the_reader_likes_it_is_kept(visitor: Visitor) -> None:
    """Colours, size and density are chosen once and hold on every page from its first paint."""
    page = visitor.open("/search?q=扶贫")
    before = page.locator(".hit").nth(2).bounding_box()
    page.click(".settings summary")
    page.locator("input[name=display-density][value=dense]").check()
    page.locator("input[name=display-theme][value=dark]").check()
    page.locator("input[name=display-size][value=huge]").check()
    after = page.locator(".hit").nth(2).bounding_box()
    assert before is not None
    assert after is not None
    assert after["y"] < before["y"]
    page.goto(page.url)
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(24, 22, 19)"
    page.locator(".hit .cut a").first.click()
    page.wait_for_selector(".text")
    assert page.evaluate("getComputedStyle(document.querySelector('.text')).fontSize") == "25px"


@pytest.mark.parametrize("width", [375, 1280])
def test_nothing_moves_while_a_page_comes(visitor: Visitor, library: Library, width: int) -> None:
    """No kind of page shifts after its first paint, on a phone or a desk: what script adds has its room from the start."""
    watch = """() => { globalThis.moved = [];
        new PerformanceObserver((seen) => { for (const one of seen.getEntries()) if (one.value > 0.002)
            globalThis.moved.push(`${one.value} ${one.sources.map((source) => source.node?.className)}`); })
            .observe({ type: 'layout-shift', buffered: true }); }"""
    hit = library.search(Question("消费扶贫")).hits[0].passage
    opened = f"/d/{hit.document_id}?q=消费扶贫&hit={hit.id}"
    figures, report = "/search?q=资金&view=figures", f"/report/{hit.id}"
    for url in (
        "/",
        "/search?q=扶贫",
        "/pairs",
        figures,
        "/list",
        f"/list?p={hit.id}&n=",
        "/cite?q=密云",
        report,
        opened,
        f"{opened}&source=1",
    ):
        for _ in range(2):  # a machine that is busy may paint half a page once; what script or style moves, moves each time
            page = visitor.open(url, viewport={"width": width, "height": 800})
            page.evaluate(watch)
            page.wait_for_timeout(300)
            moved = page.evaluate("globalThis.moved")
            page.context.close()
            if not moved:
                break
        assert moved == [], url


def test_a_reading_list_without_an_account(visitor: Visitor, tmp_path: Path) -> None:
    """Hits and passages are kept with notes, put in order, shared as one address, taken away as files and as W3C Web Annotation, and
    taken in again; nothing is sent but what is asked for."""
    page = visitor.open("/search?q=消费扶贫", permissions=["clipboard-read", "clipboard-write"])
    for index in (0, 1):
        page.locator(".hit .keep").nth(index).click()
    expect(page.locator(".menu a[data-kept='2']")).to_be_visible()
    page.locator(".hit .cut a").nth(3).click()
    lit = page.locator(".passage.lit")
    lit.hover()
    lit.locator(".keep").click()
    expect(lit.locator(".keep")).to_have_attribute("aria-pressed", "true")
    third = lit.get_attribute("id")
    page.goto(visitor.address + "/list")
    rows = page.locator(".kept-items > li")
    expect(rows).to_have_count(3)
    page.locator(".kept-items textarea").nth(2).fill("要引的一段")
    rows.nth(2).locator(".tool", has_text="↑").click()
    expect(rows.nth(1)).to_have_attribute("data-id", str(third))
    page.reload()
    expect(rows.nth(1).locator("textarea")).to_have_value("要引的一段")
    for name, proof in (("CSV", "要引的一段".encode()), ("Markdown", "要引的一段".encode()), ("Word", b"PK"), ("RIS", b"TY  - ")):
        with page.expect_download() as given:
            page.locator(".kept-out button", has_text=name).first.click()
        assert proof in given.value.path().read_bytes()
    with page.expect_download() as given:
        page.locator(".kept-out button", has_text="W3C").click()
    saved = tmp_path / "list.jsonld"
    given.value.save_as(saved)
    notes = json.loads(saved.read_text("utf-8"))["first"]["items"]
    assert [one["target"]["source"].rpartition("/p/")[2] for one in notes][1] == third
    assert notes[1]["body"]["value"] == "要引的一段"
    assert notes[1]["target"]["selector"]["exact"] == rows.nth(1).locator("blockquote").inner_text()
    page.locator(".kept-out .tool", has_text="复制分享网址").click()
    expect(page.locator("#live")).to_have_text("已复制")
    shared: str = page.evaluate("navigator.clipboard.readText()")
    fresh = visitor.open(shared.removeprefix(visitor.address), java_script_enabled=False)
    expect(fresh.locator(".kept-items > li")).to_have_count(3)
    expect(fresh.locator(".kept-note")).to_have_text("要引的一段")
    other = visitor.open("/list")
    expect(other.locator(".empty-list")).to_be_visible()
    other.set_input_files(".take input", saved)
    expect(other.locator(".kept-items > li")).to_have_count(3)
    expect(other.locator(".kept-items textarea").nth(1)).to_have_value("要引的一段")
    rows.nth(0).locator(".tool", has_text="移除").click()
    expect(rows).to_have_count(2)


def test_searches_are_remembered_and_saved(visitor: Visitor) -> None:
    """Searches made are listed and can be forgotten; a saved one tells what is new since, from what it found then."""
    page = visitor.open("/search?q=消费扶贫")
    page.click(".tools .save")
    expect(page.locator(".tools .save")).to_have_attribute("aria-pressed", "true")
    page.evaluate(
        """() => { const all = JSON.parse(localStorage.getItem('bangfu.saved')); all[0].ids = all[0].ids.slice(2); all[0].total -= 2;
        localStorage.setItem('bangfu.saved', JSON.stringify(all)); }"""
    )
    page.goto(visitor.address + "/search?q=密云&region=河北省")
    page.goto(visitor.address + "/list")
    expect(page.locator("#own .searches").nth(1).locator("a")).to_have_text(["密云 · 河北省", "消费扶贫"])
    page.locator(".tool", has_text="有什么新的").click()
    expect(page.locator(".searches ul li")).to_have_count(2)
    expect(page.locator("#own .searches").nth(0)).to_contain_text("新的 2 条")
    page.locator(".tool", has_text="清除历史").click()
    expect(page.locator("#own h2")).to_have_text(["存下的检索"])
