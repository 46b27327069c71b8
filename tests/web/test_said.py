"""What went wrong is said in the language of the page, and in its words."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.conftest import Page, Reader
from web.said import _patterns, said

HAN = re.compile("[一-鿿]{2,}")


def plain(page: Page) -> str:
    """The text of a page in its own language: what it quotes of the reader's or of documents is left out."""
    for node in page.all("[lang='zh-Hans'], [lang='zh-Hant'], .brand, .examples, .chip, .val, #filters, .hit, title"):
        node.decompose()
    return page.text("main")


@pytest.mark.parametrize(
    "url",
    ["/search?q=abc AND", '/search?q="abc', "/search?q=(abc", "/search?q=*abc*", "/search?q=abc NOT", "/search?q=year:soon abc"],
)
def test_notes_on_a_query_are_english(read: Reader, url: str) -> None:
    """What was made of an odd query is said in English on an English page."""
    page = read(f"{url}&lang=en")
    assert page.all(".note")
    assert not HAN.findall(plain(page)), plain(page)


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/search?year=abc", 400),
        ("/search?q=x&page=zero", 400),
        ("/search?not_region=Mars", 400),
        ("/search?view=map", 400),
        ("/search?kind=poem", 400),
        ("/d/nowhere?", 404),
        ("/p/000000000000?", 404),
        ("/search?q=密云&page=400", 404),
    ],
)
def test_errors_are_english_and_name_no_parameter(read: Reader, url: str, status: int) -> None:
    """An error page in English is English; in Chinese it calls the field what the page calls it, never by its parameter."""
    english = plain(read(f"{url}&lang=en", status))
    assert not [word for word in HAN.findall(english) if word not in ("河北省", "承德市", "滦平县")], english
    chinese = read(url, status).text("main")
    assert "参数" not in chinese
    assert "not_region" not in chinese


def test_the_table_of_sentences_is_whole(app: Flask) -> None:
    """Every translation takes as many fields as its sentence, and what varies is kept in its order."""
    with app.test_request_context("/?lang=en"):
        app.preprocess_request()
        for pattern, english in _patterns():
            assert pattern.groups == english.count("{}"), english
        assert said("“abc”不是年份。") == "“abc” is not a year."
        assert said("没有译文的一句。") == "没有译文的一句。"


def test_a_page_past_the_last_leads_to_the_last(read: Reader) -> None:
    """Past the end, however far, is a 404 that keeps the query in its box and links to the last page there is."""
    for page_number in (400, 10**7):
        page = read(f"/search?q=扶贫&page={page_number}", 404)
        assert page.one("#q").attributes["value"] == "扶贫"
        last = [link.attributes["href"] or "" for link in page.all("main a") if "page=" in (link.attributes["href"] or "")]
        assert read(last[0]).all(".hit")


def test_one_address_a_page(read: Reader, client: FlaskClient) -> None:
    """A slash at the end leads to the address without; every page names its one address, its other languages, and itself to those it is
    shared with."""
    answer = client.get("/help/?lang=en")
    assert answer.status_code == 308
    assert answer.headers["Location"].endswith("/help?lang=en")
    assert client.get("//example.org/").headers.get("Location", "/").startswith("/")
    page = read("/search?year=2019&q=扶贫&unknown=1")
    assert page.href("link[rel=canonical]").endswith("/search?q=%E6%89%B6%E8%B4%AB&year=2019")
    assert [link.attributes["hreflang"] for link in page.all("link[hreflang]")] == ["zh-Hans", "zh-Hant", "en"]
    assert page.one('meta[property="og:title"]').attributes["content"] == "扶贫 · 2019"
    assert "Disallow: /p/" not in client.get("/robots.txt").get_data(as_text=True)


def test_titles_tell_views_apart(read: Reader) -> None:
    """Five views and two orders of a query have titles of their own, and no title is long."""
    urls = [f"/search?q=扶贫&view={view}" for view in ("passages", "documents", "kwic", "cross", "figures")]
    titles = {read(url).text("title") for url in [*urls, "/search?q=扶贫&sort=year-asc"]}
    assert len(titles) == 6
    assert len(read(f"/search?q={'帮扶' * 400}").text("title")) < 100


def test_the_advanced_form_keeps_the_whole_state(read: Reader, client: FlaskClient) -> None:
    """Opened from a state and sent as it is, the form leads back to that state: every filter, exclusion, view, order and operator."""
    states = (
        "/search?q=扶贫&region=河北省&region=贵州省&not_region=北京市&year=2018-2020&not_program=tourism&program=labour&document=x&kind=body",
        '/search?q=消费扶贫 AND NOT "密云区"&year=2016&year=2018-2019&view=documents&sort=year-asc&size=50&lang=en',
        "/search?q=密云&supporter=北京市&topic=health&view=figures&unit=CNY&min=1万",
        "/search?q=扶贫&publication=北京日报&author=张三&date=2020-03..2020-09-15&issued=2020",
        "/search?q=扶贫&date=2020-03&date=2021&not_publication=北京日报",
    )
    for state in states:
        form = read(state.replace("/search", "/advanced")).one("main form")
        fields = []
        for item in form.css("input, select"):
            name, kind = item.attributes.get("name"), item.attributes.get("type")
            if name and (kind != "checkbox" or "checked" in item.attributes):
                chosen = item.css_first("option[selected]") if item.tag == "select" else item
                fields.append((name, (chosen.attributes.get("value") or "") if chosen else ""))
        sent = client.get("/advanced", query_string=[*fields, ("go", "1")])
        assert sent.status_code == 303
        assert sent.headers["Location"] == _canonical(read, state), state


@pytest.mark.parametrize(
    ("first", "last", "asked"),
    [
        ("2020-03", "2020年9月15日", "date=2020-03..2020-09-15"),
        ("2020", "2020", "date=2020"),
        ("", "2021-01-05", "date=..2021-01-05"),
    ],
)
def test_the_advanced_form_asks_for_dates_papers_and_authors(client: FlaskClient, first: str, last: str, asked: str) -> None:
    """Two boxes are a time, alike or not; a paper and an author become filters."""
    told = {"all": "扶贫", "date_from": first, "date_to": last, "publication": "北京日报", "author": "张三", "go": "1"}
    sent = client.get("/advanced", query_string=told)
    assert unquote(sent.headers["Location"]) == f"/search?q=扶贫&publication=北京日报&{asked}&author=张三"


def test_the_advanced_form_says_what_a_date_is(client: FlaskClient) -> None:
    """What is no date is refused with an example of one; a span that ends before it begins, too."""
    for first, last in (("去年", ""), ("2021", "2020")):
        sent = client.get("/advanced", query_string={"date_from": first, "date_to": last, "go": "1"})
        assert sent.status_code == 400
        assert "20" in sent.text


def _canonical(read: Reader, url: str) -> str:
    address = read(url).href("link[rel=canonical]")
    return "/" + address.partition("://")[2].partition("/")[2]
