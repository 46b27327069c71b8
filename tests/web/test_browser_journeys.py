"""Journeys in a real Chromium, over the served site."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def total(page: Page) -> int:
    """The total the page states."""
    found = re.search(r"共 ([\d,]+) 条", page.locator("#count").inner_text())
    return int(found[1].replace(",", "")) if found else 0


def test_search_drill_document_copy_open_elsewhere(visitor: Visitor) -> None:
    """Search, drill down by clicks that give their counts, open a document at its passage, copy its link, open it in a fresh profile."""
    page = visitor.open("/", permissions=["clipboard-read", "clipboard-write"])
    page.fill("#q", "消费扶贫")
    page.press("#q", "Enter")
    expect(page.locator(".hit mark").first).to_be_visible()
    for panel in (".tree", ".keys"):
        link = page.locator(f"#filters {panel} li > .val").first
        told = int(re.sub(r"\D", "", link.locator(".n").inner_text()))
        link.click()
        expect(page.locator(f"#filters {panel} li.on").first).to_be_visible()
        assert total(page) == told
    assert page.locator(".applied .chip").count() == 2
    page.locator(".hit .cut a").first.click()
    expect(page.locator(".passage.lit")).to_be_in_viewport()
    lit = page.locator(".passage.lit")
    identifier = lit.get_attribute("id")
    assert page.evaluate("document.activeElement.id") == identifier
    lit.hover()
    lit.locator(".pilcrow").click()
    expect(page.locator("#live")).to_have_text("已复制")
    copied: str = page.evaluate("navigator.clipboard.readText()")
    assert lit.locator(".words").inner_text().strip() in copied
    assert "[EB/OL]" in copied or "[N" in copied or "[R" in copied
    permalink = copied.strip().splitlines()[-1]
    fresh = visitor.profile().new_page()
    fresh.goto(permalink)
    assert fresh.url.endswith(f"#{identifier}")
    expect(fresh.locator(f"[id='{identifier}']")).to_be_in_viewport()


def test_back_and_forward_restore_the_page(visitor: Visitor) -> None:
    """Back and forward bring back query, filters, page and place on the page."""
    page = visitor.open("/search?q=帮扶")
    page.evaluate("window.scrollTo(0, 900)")
    first = page.url
    page.locator(".pager a[rel~=next]").click()
    page.wait_for_url("**page=2*")
    page.locator("#filters .keys li > .val").first.click()
    expect(page.locator(".applied .chip")).to_have_count(1)
    assert "page=" not in page.url
    page.go_back()
    assert "page=2" in page.url
    page.go_back()
    assert page.url == first
    expect(page.locator("#q")).to_have_value("帮扶")
    page.wait_for_function("window.scrollY > 300")
    page.go_forward()
    assert "page=2" in page.url


def test_keyboard_only(visitor: Visitor) -> None:
    """Skip links, `/`, arrows in the listbox, Esc and the stepper work without a mouse; focus is always seen."""
    page = visitor.open("/search?q=扶贫")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#q"
    expect(page.locator(".skips a").first).to_be_in_viewport()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "results"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("Control+A")
    page.keyboard.type("消费")
    options = page.locator("#options [role=option]")
    expect(options.first).to_be_visible()
    assert page.locator("#q").get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert options.first.get_attribute("aria-selected") == "true"
    assert page.locator("#q").get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("Escape")
    expect(page.locator("#options")).to_be_hidden()
    expect(page.locator("#q")).to_have_value("消费")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    chosen = options.first.get_attribute("data-text")
    page.keyboard.press("Enter")
    expect(page.locator("#q")).to_have_value(str(chosen))
    expect(page.locator(".hit").first).to_be_visible()
    page.locator(".hit .cut a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".passage.lit")).to_be_in_viewport()
    page.keyboard.press("n")
    place = page.locator("[data-at]").inner_text()
    assert place.isdigit()
    page.keyboard.press("n")
    expect(page.locator("mark.here")).to_be_in_viewport()
    page.keyboard.press("p")
    expect(page.locator("[data-at]")).to_have_text(place)
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_input_methods_are_left_alone(visitor: Visitor) -> None:
    """While an input method composes, nothing is submitted and nothing suggested; the Enter that ends it does not search."""
    page = visitor.open("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/suggest" in request.url else None)
    home = page.url
    page.focus("#q")
    session = page.context.new_cdp_session(page)
    for text in ("x", "xi", "xiao", "xiaofei"):
        session.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
    page.evaluate(
        """() => document.getElementById('q').dispatchEvent(
            new KeyboardEvent('keydown', {key: 'Enter', keyCode: 229, isComposing: true, bubbles: true, cancelable: true}))"""
    )
    page.wait_for_timeout(250)
    assert asked == []
    assert page.locator("#options").is_hidden()
    session.send("Input.insertText", {"text": "消费"})
    page.evaluate("document.getElementById('q').dispatchEvent(new CompositionEvent('compositionend', {data: '消费', bubbles: true}))")
    page.keyboard.press("Enter")
    assert page.url == home, "the Enter in the same moment as the end of composition does not search"
    expect(page.locator("#options [role=option]").first).to_be_visible()
    assert len(asked) == 1
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    expect(page.locator("#q")).to_have_value("消费")


def test_without_script(visitor: Visitor) -> None:
    """Without JavaScript: search, check boxes and apply, open the drawer on a phone, reach a passage, step to a mark."""
    page = visitor.open("/", java_script_enabled=False)
    page.fill("#q", "扶贫")
    page.click("form.box button")
    before = total(page)
    page.locator("#filters .keys input[type=checkbox]").nth(0).check()
    page.locator("#filters .keys input[type=checkbox]").nth(1).check()
    page.locator("#filters .keys .after button").first.click()
    expect(page.locator(".applied .chip")).to_have_count(2)
    assert 0 < total(page) < before
    page.locator(".hit .cut a").first.click()
    anchor = page.url.partition("#")[2]
    expect(page.locator(f"[id='{anchor}']")).to_be_in_viewport()
    page.locator(".stepper a[data-step='1']").click()
    expect(page.locator("#m1")).to_be_in_viewport()
    phone = visitor.open("/search?q=扶贫", java_script_enabled=False, viewport={"width": 360, "height": 740})
    expect(phone.locator("#filters")).to_be_hidden()
    phone.click(".open-filters")
    expect(phone.locator("#filters")).to_be_visible()
    phone.click("#filters .see")
    expect(phone.locator("#filters")).to_be_hidden()


def test_drawer_holds_the_focus(visitor: Visitor) -> None:
    """On a phone the filters are a drawer: it takes the focus, keeps it, closes by Esc and gives it back."""
    page = visitor.open("/search?q=扶贫&region=河北省", viewport={"width": 360, "height": 740})
    expect(page.locator(".open-filters")).to_have_text("筛选 (1)")
    page.click(".open-filters")
    assert page.locator(".open-filters").get_attribute("aria-expanded") == "true"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.className") == "see"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "close"
    page.keyboard.press("Escape")
    expect(page.locator("#filters")).to_be_hidden()
    assert page.evaluate("document.activeElement.className") == "open-filters"


@pytest.mark.parametrize("script", [True, False])
def test_a_value_is_excluded_by_its_button(visitor: Visitor, script: bool) -> None:
    """The button beside a value excludes it, keeps what is chosen, and takes its count off; Enter in a box of years excludes nothing."""
    page = visitor.open("/search?q=扶贫&region=河北省&sort=year-desc", java_script_enabled=script)
    before = total(page)
    row = page.locator("#filters .keys li").first
    told = int(re.sub(r"\D", "", row.locator(".n").inner_text()))
    row.hover()
    row.locator("button.not").click()
    expect(page.locator(".applied .chip.no")).to_have_count(1)
    assert total(page) == before - told
    assert "sort=year-desc" in page.url
    assert "apply" not in page.url
    page.fill("#filters .span input >> nth=0", "2019")
    page.press("#filters .span input >> nth=0", "Enter")
    page.wait_for_url("**year=2019*")
    expect(page.locator(".applied .chip.no")).to_have_count(1)


def test_a_phone_has_room_for_what_is_asked_for(visitor: Visitor) -> None:
    """In the drawer the box to search within is one line high; in a document the stepper through the hits stays in sight."""
    page = visitor.open("/search?q=消费扶贫", viewport={"width": 375, "height": 800})
    page.click(".open-filters")
    box = page.locator("#filters .within").bounding_box()
    assert box is not None
    assert box["height"] < 60
    page.click("#filters .close")
    page.locator(".hit .cut a").first.click()
    expect(page.locator(".stepper")).to_be_in_viewport()
    page.locator(".stepper .step").last.click()
    expect(page.locator(".stepper [data-at]")).to_have_text(re.compile(r"\d+"))
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    expect(page.locator(".stepper")).to_be_in_viewport()


def test_search_inside_the_region_facet(visitor: Visitor) -> None:
    """Typing in the facet narrows its rows in place, and clearing brings them back."""
    page = visitor.open("/search?q=扶贫")
    rows = page.locator("#filters .tree .values > li")
    before = rows.count()
    page.click(".find-open")
    page.fill(".find-in", "滦平")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("滦平县")
    page.fill(".find-in", "")
    expect(rows).to_have_count(before)


def test_the_count_is_announced_after_a_search(visitor: Visitor) -> None:
    """Nothing is announced on first load; going from results to results announces the count."""
    page = visitor.open("/search?q=扶贫")
    page.wait_for_timeout(300)
    assert page.locator("#live").inner_text() == ""
    page.locator("#filters .keys li > .val").first.click()
    expect(page.locator("#live")).to_have_text(f"共 {total(page):,} 条")


def test_a_laptop_shows_five_hits_and_three_facets(visitor: Visitor) -> None:
    """At 1366 × 768 five hits stand wholly, and the first rows of all three facets, without scrolling."""
    page = visitor.open("/search?q=消费扶贫")
    bottom = page.locator(".hit").nth(4).bounding_box()
    assert bottom is not None
    assert bottom["y"] + bottom["height"] <= 768 + 12
    for panel in (".years .chart", ".tree .values", ".keys .values"):
        box = page.locator(f"#filters {panel}").first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 768


def test_first_page_is_light_and_keeps_to_itself(visitor: Visitor) -> None:
    """All of the first page, compressed, is at most 60 KB, and nothing is asked of anyone else."""
    context = visitor.profile()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(visitor.address + "/search?q=消费扶贫", wait_until="networkidle")
    assert len(asked) >= 3
    assert all(url.startswith(visitor.address) for url in asked)
    assert sum(sizes) <= 60 * 1024
    assert context.cookies() == []


def test_print_hides_the_controls(visitor: Visitor, tmp_path: Path) -> None:
    """Printed, a document is its text with the address and the day; menus and controls are gone."""
    page = visitor.open("/search?q=密云")
    page.locator(".hit .cut a").first.click()
    page.emulate_media(media="print")
    expect(page.locator(".printed")).to_be_visible()
    for part in (".top", ".side-left", ".pilcrow >> nth=0", ".labels >> nth=0", ".rail"):
        expect(page.locator(part)).to_be_hidden()
    page.pdf(path=tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").stat().st_size > 10_000
