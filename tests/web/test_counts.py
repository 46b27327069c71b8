"""Every number that is a link keeps its word, on states drawn at random."""

from __future__ import annotations

import random
import re

import pytest

from tests.web.conftest import Page, Reader
from web.state import SearchState
from web.urls import QueryString

TEXTS = ("扶贫", "帮扶", "密云", "消费扶贫 密云", "消费扶贫 AND NOT 密云", '"扶贫车间"', "医疗 OR 教育", "", "茶叶", "来京就业")
CHOICES = {
    "region": ("北京市", "河北省", "河北省/承德市/滦平县", "河北省/承德市", "内蒙古自治区", "none"),
    "year": ("2018", "2020", "2017-2019", "2019-2100", "none"),
    "program": ("consumption", "labour", "education", "health", "none"),
    "mechanism": ("none",),
    "about": ("河北省", "none"),
    "publication": ("赤峰日报", "none"),
    "genre": ("news", "none"),
    "issued": ("2019", "2019-2020", "none"),
    "date": ("2020", "2019-06..2020-12", "none"),
    "author": ("马超", "none"),
}
ORDERS = ("relevance", "relevance", "date-desc", "date-asc", "year-desc")
STATES = 50
LINKS = 6
"""Links followed on each."""


def drawn(seed: int) -> SearchState:
    """A state of a results page: words, choices of several facets, exclusions."""
    chance = random.Random(seed)
    state = SearchState().with_query(chance.choice(TEXTS))
    for field in chance.sample(sorted(CHOICES), chance.randint(0, 3)):
        for value in chance.sample(CHOICES[field], min(len(CHOICES[field]), chance.choice((1, 1, 2, 3)))):
            state = state.exclude(field, value) if chance.random() < 0.25 else state.add(field, value)
    return state.with_sort(chance.choice(ORDERS))


def said(page: Page) -> int:
    """The total of a page."""
    found = re.search(r"共 ([\d,]+) 条", page.text("#count"))
    return int(found[1].replace(",", "")) if found else 0


def promises(page: Page) -> list[tuple[str, int]]:
    """Address and number of every link that states a number: values that can be chosen, bars, offers of every kind."""
    out = []
    for link in page.all("#filters .val[href]"):
        number = link.css_first(".n")
        if number is not None and link.parent is not None and link.parent.css_first("input[checked]") is None:
            out.append((link.attributes["href"] or "", int(re.sub(r"\D", "", number.text()))))
    for bar in page.all("#filters svg.chart a"):
        address, label = bar.attributes["href"] or "", bar.text().replace(",", "")
        year, count = (int(number) for number in re.findall(r"\d+", label))
        if f"year={year}" in address:
            out.append((address, count))
    for offer in page.all(".offer, .ways li"):
        number = offer.css_first(".n")
        for way in (offer, offer.css_first("a")):
            if way is not None and number is not None and way.tag == "a":
                out.append((way.attributes["href"] or "", int(re.sub(r"\D", "", number.text()))))
    return out


@pytest.mark.parametrize("seed", range(STATES))
def test_every_count_link_is_what_its_click_gives(read: Reader, seed: int) -> None:
    """On fifty states drawn at random, with choices and exclusions in several facets, the total behind a link is the number beside it."""
    page = read(_address(drawn(seed)))
    links = promises(page)
    for address, count in random.Random(seed).sample(links, min(LINKS, len(links))):
        assert said(read(address)) == count, f"{_address(drawn(seed))} → {address}"


@pytest.mark.parametrize("seed", range(STATES))
def test_taking_a_chip_off_follows_the_rule(read: Reader, seed: int) -> None:
    """Without an exclusion or the only choice of a facet at least as much is found, without one of several choices at most as much; and
    what is searched without an expansion is part of what was searched with it."""
    state = drawn(seed)
    page = read(_address(state))
    total = said(page)
    for name, value in state.applied():
        less = said(read(_address(state.remove(name, value))))
        alone = name.startswith("not_") or len(state.values(name)) == 1
        assert less >= total if alone else less <= total, (name, value)
    if page.all(".hit") and not page.all(".understood .note"):
        for chip in page.all('.understood ul[aria-label="同时检索"] .chip'):
            assert said(read(chip.attributes["href"] or "")) <= total


def _address(state: SearchState) -> str:
    return QueryString(state).here("/search")
