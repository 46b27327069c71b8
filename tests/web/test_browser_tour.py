"""The tour of the documentation in a real browser, over the example it works on: each of its pictures is taken on the way."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from search import build
from search.command.keeping import PAPERS
from tests.web.conftest import Visitor, serving

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "docs" / "pictures"
TAKEN = KEPT if os.environ.get("TAKE_PICTURES") else ROOT / "tests" / "artefacts" / "pictures"
LANGUAGES = ("zh", "en")


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site over the example."""
    index = tmp_path_factory.mktemp("tour") / "index_data"
    build([PAPERS], index)
    with serving(f"whoosh:{index}") as address:
        yield address


@pytest.fixture
def reader(chromium: Browser, example: str) -> Iterator[Visitor]:
    made = Visitor(chromium, example)
    yield made
    made.close()


def take(page: Page, language: str, name: str) -> None:
    """Keeps what the reader sees, as the site shows it: a WebP of a few dozen kilobytes."""
    (TAKEN / language).mkdir(parents=True, exist_ok=True)
    shot = TAKEN / language / f"{name}.png"
    page.screenshot(path=shot)
    with Image.open(shot) as picture:
        picture.save(shot.with_suffix(".webp"), quality=82, method=6)
    shot.unlink()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tour_is_walked(reader: Visitor, language: str) -> None:
    """Search from the first page, choose a year, open a hit, see why a label is there, see who helps whom; then every picture that the
    documentation shows has been taken, and none is kept that it does not show."""
    english = language == "en"
    page = reader.open("/?lang=en" if english else "/", viewport={"width": 1100, "height": 720}, locale="en-GB" if english else "zh-CN")
    take(page, language, "home")
    page.fill("input[name=q]", "消费扶贫")
    page.keyboard.press("Enter")
    expect(page.locator(".hit").first).to_contain_text("消费扶贫")
    take(page, language, "results")
    page.locator(".hit a", has_text="密云滦平").first.click()
    expect(page.locator("mark").first).to_be_visible()
    page.locator(".labels summary").nth(2).click()
    take(page, language, "document")
    page.goto(page.url.split("/d/")[0] + "/relations" + ("?lang=en" if english else ""))
    expect(page.locator("main")).to_contain_text("从2016年起对口帮扶")
    take(page, language, "pairs")
    shown = set(re.findall(rf"\]\(\.\./pictures/{language}/([\w.-]+)\)", _pages(language)))
    assert {path.name for path in (TAKEN / language).glob("*.webp")} >= shown
    assert {path.name for path in (KEPT / language).iterdir()} == shown


def _pages(language: str) -> str:
    return "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "docs" / language).glob("*.md")))
