"""Every kind of page as the HTML standard parses it: not one parse error, and what a checker would ask beyond that.

vnu, html-validate and Lighthouse see the same pages by `make pagecheck`."""

from __future__ import annotations

from collections import Counter

import html5lib
import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from search import Library
from tests.web.test_browser_pages import PAGES, address


def text_of(client: FlaskClient, library: Library, name: str) -> str:
    return client.get(address(name, library).partition("#")[0]).get_data(as_text=True)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_parses_without_an_error(client: FlaskClient, library: Library, name: str) -> None:
    """html5lib in its strict form raises at the first thing that the standard calls a parse error."""
    html5lib.HTMLParser(strict=True).parse(text_of(client, library, name))


@pytest.mark.parametrize("name", PAGES)
def test_ids_are_unique_and_what_is_pointed_at_is_there(client: FlaskClient, library: Library, name: str) -> None:
    """No id twice; labels, descriptions and skip links name ids of the page; no name on an element that can have none."""
    tree = LexborHTMLParser(text_of(client, library, name))
    ids = Counter(node.attributes["id"] for node in tree.css("[id]"))
    assert [one for one, count in ids.items() if count > 1] == []
    for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
        for node in tree.css(f"[{attribute}]"):
            assert set((node.attributes[attribute] or "").split()) <= set(ids), f"{attribute}={node.attributes[attribute]}"
    assert {str(node.attributes["href"])[1:] for node in tree.css("nav.skips a")} <= set(ids)
    assert not tree.css("span[aria-label]:not([role]), div[aria-label]:not([role])")


def test_a_parse_error_is_one() -> None:
    """The parser can say no."""
    with pytest.raises(html5lib.html5parser.ParseError):
        html5lib.HTMLParser(strict=True).parse("<!doctype html><title>a</title><p id=a id=b>")
