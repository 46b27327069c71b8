"""Links made before the sources were edited, followed in a real browser through each of their four states."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from search import build
from tests.web.conftest import Visitor, serving
from tests.web.test_browser_pages import ARTEFACTS, AXE_OPTIONS, COLOUR_OPTIONS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

TITLE = "一个结对县的三年"
STAYS = "2017年，北京市密云区与河北省滦平县签订携手奔小康协议，两地各设联络办公室，每季度会商一次，至今没有中断过。"
MOVES = "2018年，密云区医院派出十二名医生到滦平县坐诊，教会当地医生十二项新技术。群众看病不再往返北京，很受欢迎。"
CHANGES = "2019年，北京市密云区向滦平县投入帮扶资金3000万元，建成蔬菜大棚200个。带动贫困人口800人增收，户均增收4000元。"
CHANGED = CHANGES.replace("3000万元", "4000万元").replace("200个", "260个")
GOES = "劳务协作帮助滦平县三百名贫困劳动力来京就业，人均月收入四千五百元，务工人员可以领取一次性交通补贴。"
DOUBTFUL = "滦平县东部乡镇引进肉鸡养殖企业两家，建成标准化鸡舍四十栋，吸纳周边五个村的贫困户到场里务工。"
LIKE_ONE = DOUBTFUL.replace("东部", "南部").replace("四十栋", "三十栋")
LIKE_OTHER = DOUBTFUL.replace("东部", "北部").replace("四十栋", "五十栋")
ELSEWHERE = "内蒙古自治区库伦旗的荞麦进入密云区的超市，全年销售一百二十吨，合作社社员每户分红两千元。"


@dataclass(frozen=True)
class Edited:
    """A served index whose sources were edited while it was served. `links` leads from a text to the link copied before the edit."""

    address: str
    links: dict[str, str]


def write(folder: Path, name: str, *paragraphs: str) -> None:
    """A text of paragraphs between blank lines."""
    (folder / name).write_text("\n\n".join(paragraphs) + "\n", "utf-8")


def copied_links(page: Page) -> dict[str, str]:
    """Every passage of the document page, its text and the link that its ¶ copies."""
    links = {}
    for passage in page.locator(".passage").all():
        passage.hover()
        passage.locator(".pilcrow").click()
        expect(passage.locator(".pilcrow.done")).to_have_count(1)
        text: str = page.evaluate("navigator.clipboard.readText()")
        quote, source, link = text.strip().splitlines()
        assert source.startswith("——")
        links[quote.removeprefix("“").removesuffix("”")] = link
    return links


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Edited]:
    """Builds, serves, copies links in the browser; then moves, changes, deletes and renames, and builds again under the running server."""
    folder = tmp_path_factory.mktemp("links")
    sources, url = folder / "sources", f"whoosh:{folder / 'index'}"
    sources.mkdir()
    write(sources, "县.txt", TITLE, STAYS, MOVES, CHANGES, GOES, DOUBTFUL)
    write(sources, "旗.txt", "荞麦进了超市", ELSEWHERE)
    write(sources, "长卷.txt", "一本长卷", *(f"长卷里的第{number}段讲的是第{number}户人家的茶园。" for number in range(1, 620)))
    build([str(sources)], url)
    with serving(url) as address:
        context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"], reduced_motion="reduce")
        page = context.new_page()
        links: dict[str, str] = {}
        for document in ("县", "旗"):
            page.goto(f"{address}/d/{document}")
            links |= copied_links(page)
        context.close()
        write(sources, "县.txt", TITLE, MOVES, STAYS, CHANGED, LIKE_ONE, LIKE_OTHER)
        (sources / "旗.txt").rename(sources / "库伦旗.txt")
        wait_for(build([str(sources)], url).generation, address)
        yield Edited(address, links)


def wait_for(generation: str, address: str) -> None:
    """Until the running server has taken the generation up: it looks every few seconds."""
    for _ in range(200):
        with urlopen(f"{address}/readyz", timeout=10) as answer:
            if generation in answer.read().decode():
                return
        time.sleep(0.1)
    raise AssertionError("the server never took up the new generation")


@pytest.fixture
def follow(edited: Edited, chromium: Browser) -> Iterator[Visitor]:
    """A reader who has only the old links."""
    visitor = Visitor(chromium, edited.address)
    yield visitor
    visitor.close()


def opened(edited: Edited, visitor: Visitor, text: str) -> tuple[Page, int]:
    """The page behind the old link of a text, in a fresh profile, and its final status."""
    page = visitor.profile().new_page()
    answer = page.goto(edited.links[text])
    assert answer is not None
    return page, answer.status


@pytest.mark.parametrize("text", [STAYS, MOVES], ids=["exact", "moved"])
def test_text_that_is_the_same_is_opened(edited: Edited, follow: Visitor, text: str) -> None:
    """Exact and moved: the link leads straight to the passage, wherever in the document it now stands."""
    page, status = opened(edited, follow, text)
    assert status == 200
    assert "/d/" in page.url
    lit = page.locator(".passage.lit")
    expect(lit).to_be_in_viewport()
    assert lit.locator(".words").inner_text().strip() == text
    assert page.locator(".banner").count() == 0


def test_a_renamed_file_keeps_its_links(edited: Edited, follow: Visitor) -> None:
    """The document has another address now; the old link finds it there."""
    page, status = opened(edited, follow, ELSEWHERE)
    assert status == 200
    expect(page.locator(".passage.lit .words")).to_have_text(ELSEWHERE)


def test_changed_text_is_opened_with_its_difference(edited: Edited, follow: Visitor) -> None:
    """Changed: the successor is opened under a banner that strikes the old words out and underlines the new ones."""
    page, status = opened(edited, follow, CHANGES)
    assert status == 200
    banner = page.locator(".banner")
    expect(banner).to_contain_text("已经修改")
    assert "3000" in " ".join(banner.locator("del").all_inner_texts())
    assert "4000" in " ".join(banner.locator("ins").all_inner_texts())
    assert "户均增收" not in " ".join(banner.locator("del").all_inner_texts())
    banner.locator("a").first.click()
    expect(page.locator(".passage.lit .words")).to_have_text(CHANGED)
    expect(page.locator(".passage.lit")).to_be_in_viewport()


def test_lost_text_is_said_to_be_gone(edited: Edited, follow: Visitor) -> None:
    """Gone: 410, with the old words and where they stood; never a look-alike."""
    page, status = opened(edited, follow, GOES)
    assert status == 410
    expect(page.locator("blockquote")).to_have_text(GOES)
    expect(page.locator("main")).to_contain_text(TITLE)


def test_two_look_alikes_are_offered_and_none_is_chosen(edited: Edited, follow: Visitor) -> None:
    """Gone with candidates: both are offered, each leads to its passage."""
    page, status = opened(edited, follow, DOUBTFUL)
    assert status == 410
    offered = page.locator(".found li")
    texts = [text.strip() for text in offered.locator("p").all_inner_texts()]
    assert set(texts[:2]) == {LIKE_ONE, LIKE_OTHER}
    offered.locator("a").first.click()
    expect(page.locator(".passage.lit .words")).to_have_text(texts[0])


FORMS = {
    "hit": "/d/{document}?q=%E5%AF%86%E4%BA%91&hit={id}#{id}",
    "fragment": "/d/{document}#{id}",
    "fragment of sentences": "/d/{document}?lang=en#{id}.2",
}
"""Addresses of a passage as they come out of an address bar: what is behind `#` reaches no server."""
SAID = {"changed": (CHANGES, ".diff"), "gone": (GOES, "blockquote"), "renamed": (ELSEWHERE, ".passage.lit")}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("fate", SAID)
def test_every_address_of_a_passage_lasts(edited: Edited, follow: Visitor, fate: str, form: str) -> None:
    """What the address bar showed before the edit says afterwards what the permalink says: in a document that has changed, and in one
    whose file was renamed, so that its own address is gone."""
    text, proof = SAID[fate]
    identifier = edited.links[text].rpartition("/")[2]
    page = follow.profile().new_page()
    page.goto(edited.address + FORMS[form].format(document="旗" if fate == "renamed" else "县", id=identifier))
    expect(page.locator(proof)).to_be_visible()
    expect(page.locator(proof)).to_contain_text("4000" if fate == "changed" else text[:20])


def test_an_address_that_never_was_says_so(edited: Edited, follow: Visitor) -> None:
    """A passage id that was never given out leaves the reader on the page, and is not passed over in silence."""
    page = follow.profile().new_page()
    page.goto(f"{edited.address}/d/县#{'0' * 12}")
    expect(page.locator("main > .note")).to_contain_text("从来没有过")
    expect(page.locator(".passage").first).to_be_visible()


def test_a_fragment_finds_its_part(edited: Edited, follow: Visitor) -> None:
    """`/d/<document>#<passage>` of a document in parts leads to the part that holds the passage; without script a field does."""
    page = follow.profile().new_page()
    page.goto(f"{edited.address}/d/长卷?part=2")
    last = page.locator(".passage").last.get_attribute("id")
    page.goto(f"{edited.address}/d/长卷#{last}")
    expect(page.locator(f"#{last}.lit")).to_be_in_viewport()
    page.goto(f"{edited.address}/p/{last}")
    expect(page.locator(f"#{last}.lit")).to_be_in_viewport()
    plain = follow.profile(java_script_enabled=False).new_page()
    plain.goto(f"{edited.address}/d/长卷#{last}")
    plain.locator("noscript input, .parts input[name=hit]").first.fill(f"{last}")
    plain.locator(".parts button").first.click()
    expect(plain.locator(f"#{last}.opened")).to_be_visible()


def test_a_link_to_sentences(edited: Edited, follow: Visitor) -> None:
    """`.2` behind a link opens the passage with its second sentence highlighted, also where the passage is short."""
    page = follow.profile().new_page()
    page.goto(edited.links[MOVES] + ".2")
    expect(page.locator(".passage.lit")).to_be_in_viewport()
    drawn = "[...CSS.highlights.get('sentence')].map(range => range.toString()).join('')"
    assert page.evaluate(drawn) == "群众看病不再往返北京，很受欢迎。"
    page.goto(edited.links[MOVES] + ".9")
    expect(page.locator(".passage.lit")).to_be_in_viewport()


def test_copying_a_selection_links_its_sentence(edited: Edited, follow: Visitor) -> None:
    """With a sentence selected, ¶ copies that sentence, and the link leads to it."""
    page = follow.profile(permissions=["clipboard-read", "clipboard-write"]).new_page()
    page.goto(edited.links[MOVES])
    page.evaluate(
        """() => {
            const text = document.querySelector('.passage.lit .words').firstChild;
            getSelection().setBaseAndExtent(text, text.data.indexOf('群众'), text, text.data.length);
        }"""
    )
    page.locator(".passage.lit").hover()
    page.locator(".passage.lit .pilcrow").click()
    expect(page.locator("#live")).to_have_text("已复制")
    copied: str = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("“群众看病不再往返北京，很受欢迎。”")
    assert copied.endswith(f"{edited.links[MOVES]}.2")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("name", "text"), [("changed", CHANGES), ("gone", DOUBTFUL)])
def test_pages_of_old_links_are_accessible(edited: Edited, follow: Visitor, name: str, text: str, scheme: str) -> None:
    """axe finds nothing on the pages of changed and gone passages; nothing is wider than a small phone."""
    page = follow.profile(color_scheme=scheme).new_page()
    page.goto(edited.links[text])
    found = Axe().run(page, options=AXE_OPTIONS if scheme == "light" else COLOUR_OPTIONS).response["violations"]
    assert [f"{item['id']}: {node['html'][:160]}" for item in found for node in item["nodes"][:3]] == []
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"{name}-desk-{scheme}.png")
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
