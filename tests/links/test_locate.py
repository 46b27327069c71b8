"""A quote is found where it stands, however it was typed or pasted, and nowhere else."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.answering.locate import locate
from search.engine.memory import Corpus, MemoryEngine
from search.engine.port import Manifest
from search.text.fold import match_form
from tests.house.constants import patch_constant
from tests.links.corpus import DATA, OTHER, document, judged_texts

DOCUMENTS = [document("000_b8b8e29840079a9b", judged_texts()), document("003_ec5599ac1f062679", judged_texts(OTHER))]
ENGINE = MemoryEngine(Corpus({one.id: one for one in DOCUMENTS}, {}, Manifest("g", "memory", "", "", 0, 2, "")))
TEXTS = {passage.id: passage.text for one in DOCUMENTS for passage in one.passages}


def judged_quotes() -> list[dict[str, str]]:
    """Quotes with the paragraph they stand in, of `tests/quality/data/deeplinks.jsonl`."""
    with (DATA / "deeplinks.jsonl").open(encoding="utf-8") as lines:
        return [row for line in lines if (row := json.loads(line))["kind"] == "quote"]


@pytest.mark.parametrize("row", judged_quotes(), ids=lambda row: row["id"])
@pytest.mark.parametrize(
    "typed",
    [
        lambda quote: quote,
        lambda quote: "\n".join(quote[at : at + 7] for at in range(0, len(quote), 7)),
        lambda quote: quote.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789,"}),
        lambda quote: f"“{quote}……",
        lambda quote: f"{quote[:6]}某{quote[7:]}",
        lambda quote: quote[:9] + quote[10:],
        lambda quote: quote.replace("贫困", "貧困").replace("万", "萬").replace("对", "對"),
    ],
    ids=["as it is", "broken into lines", "full width", "in quotation marks", "one character wrong", "one missing", "traditional"],
)
def test_judged_quotes_are_located(row: dict[str, str], typed: object) -> None:
    """Every judged quote is found first, in its paragraph, also when it was typed with another width, script or a small error."""
    found = locate(typed(row["quote"]), ENGINE)  # type: ignore[operator]
    assert found
    document_ = next(one for one in DOCUMENTS if one.id == found[0].document_id)
    assert f"{document_.id}.txt" == row["doc"]
    assert next(passage.order for passage in document_.passages if passage.id == found[0].id) == int(row["order"])


@given(st.data())
def test_any_stretch_is_located_letter_for_letter(data: st.DataObject) -> None:
    """Any run of a passage is found with score 100, and the range says exactly what was quoted."""
    id_ = data.draw(st.sampled_from(sorted(TEXTS)))
    text = TEXTS[id_]
    start = data.draw(st.integers(0, max(0, len(text) - 8)))
    quote = text[start : start + data.draw(st.integers(8, 60))]
    found = locate(quote, ENGINE, limit=50)
    assert any(match.id == id_ for match in found)
    for match in found:
        assert match.score == 100.0
        assert TEXTS[match.id][match.start : match.end] == match.text
        asked, said = match_form(quote).text, match_form(match.text).text
        assert said in asked


@pytest.mark.parametrize(
    "quote",
    ["", " \n", "？？", "这句话根本不存在于任何地方的文档里面", "今天天气不错我们去公园玩", "x" * 999],
)
def test_a_quote_that_stands_nowhere_is_not_found(quote: str) -> None:
    """Nothing is better than a look-alike."""
    assert locate(quote, ENGINE) == ()


def test_a_long_text_pasted_whole_gives_its_stretches() -> None:
    """Half a newspaper page pasted at once leads to the paragraphs it is made of."""
    texts = judged_texts()
    found = locate("\n".join(texts[5:12]), ENGINE)
    assert {match.text.rstrip("。") for match in found} >= {text.rstrip("。") for text in texts[5:12] if len(text) > 60}
    assert all(match.score == 100.0 for match in found)


def test_a_quote_over_two_paragraphs_gives_both_ends() -> None:
    """The end of one paragraph and the beginning of the next are each found where they stand."""
    texts = judged_texts()
    found = locate(f"{texts[5][-60:]}\n{texts[7][:70]}", ENGINE)
    assert {TEXTS[match.id] for match in found} == {texts[5], texts[7]}
    assert all(len(match.text) >= 55 for match in found)


def test_a_stretch_begins_where_the_texts_agree() -> None:
    """The first characters of a paragraph may differ from the quote: the stretch starts behind them."""
    text = next(text for text in judged_texts() if len(text) > 200)
    found = locate("某某某某" + text[4:] + "别处的话" * 10, ENGINE)
    assert found[0].text.rstrip("。") == text[4:].rstrip("。")


@pytest.mark.parametrize(
    ("quote", "old", "new", "amounts"),
    [
        ("北京市朝阳区共结对帮扶9个受援地区", "朝阳", "密云", (("9个", "6个"),)),
        ("密云区一共结对帮助了16个受援地区，扶贫协作的有4个", "16", "6", (("16个", "6个"),)),
    ],
)
def test_a_misquote_gives_the_sentence_and_what_differs(quote: str, old: str, new: str, amounts: tuple[tuple[str, str], ...]) -> None:
    """A quote that stands nowhere leads to the sentence nearest to it, below every true match, with names and amounts compared."""
    best, *_ = locate(quote, ENGINE)
    assert best.score < 80
    assert any(op == "old" and old in text for op, text in best.difference)
    assert any(op == "new" and new in text for op, text in best.difference)
    assert best.amounts == amounts


@pytest.mark.parametrize(("looked_at", "found"), [(20, True), (0, False)])
def test_a_misquote_is_looked_for_in_so_many_passages(monkeypatch: pytest.MonkeyPatch, looked_at: int, found: bool) -> None:
    """The nearest sentence is found among the passages looked at, and none where none are."""
    patch_constant(monkeypatch, "search.answering.misquote.LOOKED_AT", looked_at)
    assert bool(locate("北京市朝阳区共结对帮扶9个受援地区", ENGINE)) is found


@given(st.data())
def test_a_quote_that_lacks_marks_keeps_its_ends(data: st.DataObject) -> None:
    """A quote typed without its commas covers the very range it was taken from, not one as long as itself."""
    id_ = data.draw(st.sampled_from(sorted(id_ for id_, text in TEXTS.items() if text.count("，") > 3)))
    text = TEXTS[id_]
    commas = [at for at, char in enumerate(text) if char == "，"]
    at = data.draw(st.sampled_from(commas[1:-1]))
    start, end = max(0, at - 15), min(len(text), at + 16)
    quote = text[start:end].strip("，。；：、 ").replace("，", "")
    found = next((match for match in locate(quote, ENGINE, limit=50) if match.id == id_), None)
    assert found is not None
    said, asked = (re.sub(r"\W", "", match_form(text_).text) for text_ in (found.text, quote))
    assert said == asked
