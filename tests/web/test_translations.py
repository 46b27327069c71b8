"""The interface speaks all its languages, wholly."""

from __future__ import annotations

import re
from gettext import GNUTranslations

import pytest
from flask import Flask

from search import Library
from tests.web.conftest import Reader
from web.locale import gettext, passages, speak, template_gettext
from web.translations.update import LANGUAGES, catalogue_path, messages, read_catalogue

FIELD = re.compile(r"%\((\w+)\)s")


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_are_whole(language: str) -> None:
    """Every string of templates, code and data has a translation with the same fields, and none is left over."""
    catalogue = {str(message.id): str(message.string) for message in read_catalogue(language) if message.id}
    assert set(catalogue) == set(messages())
    for source, translated in catalogue.items():
        assert translated.strip(), source
        assert sorted(FIELD.findall(source)) == sorted(FIELD.findall(translated)), source
        assert source.count("%%") == translated.count("%%"), source


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogues_are_current(language: str) -> None:
    """The compiled catalogue says what its source says; `python -m web.translations.update` makes it so."""
    with catalogue_path(language).with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for message in read_catalogue(language):
        if message.id:
            assert compiled.gettext(str(message.id)) == message.string


def test_labels_of_types_are_translated(library: Library) -> None:
    """The labels of the library's own table of program types are in the catalogues."""
    catalogue = {str(message.id) for message in read_catalogue("en")}
    assert {item.label for item in library.program_types()} <= catalogue


@pytest.mark.parametrize("url", ["/", "/search", "/advanced", "/pairs", "/locate", "/facet/program"])
def test_an_english_page_has_no_chinese_of_its_own(read: Reader, url: str) -> None:
    """Outside text that is marked as Chinese, names of places and the languages' own names, an English page is English."""
    page = read(f"{url}?lang=en")
    for node in page.all(
        "[lang='zh-Hans'], [lang='zh-Hant'], .val, .hit, .bars a, .entries, .counts, .flows, .brand, title, input, #h-region, .chart"
    ):
        node.decompose()
    left = re.findall(r"[一-鿿]+", page.one("body").text())
    assert left in ([], ["亿元"]), left


@pytest.mark.parametrize(("n", "says"), [(1, "1 passage"), (0, "0 passages"), (2, "2 passages"), (1_001, "1,001 passages")])
def test_one_passage_is_one(app: Flask, n: int, says: str) -> None:
    """A word goes with the number before it, in Python as in templates; Chinese has one form."""
    with app.test_request_context("/?lang=en"):
        speak()
        assert passages(n) == says
        assert f"from {n} document{'s' * (n != 1)}" == gettext("出自 %(n)s 篇文献", n=n) == template_gettext("出自 %(n)s 篇文献", n=n)
    with app.test_request_context("/"):
        speak()
        assert passages(n) == f"{n:,} 条"
