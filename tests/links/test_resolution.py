"""The law of links: after any edit a link says the truth, and never leads to a text that is not its successor."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.links import Ledger, LinkState
from search.model import Document
from tests.links.corpus import DATA, OTHER, Served, document, judged_texts
from tests.links.edits import KINDS, EditKind


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@settings(max_examples=12)
@given(seed=st.integers(0, 2**32))
def test_an_edit_gives_its_state_and_harms_no_other_link(kind: EditKind, seed: int) -> None:
    """The edited paragraph has the state its edit demands; every other link still leads to its own text."""
    rnd = random.Random(seed)
    names = [judged_texts(), judged_texts(OTHER)]
    rnd.shuffle(names)
    texts, other = names
    at = rnd.choice([place for place, text in enumerate(texts) if texts.count(text) == 1 and len(text) >= 12])
    edit = kind(texts, at, other, rnd)
    if edit is None:
        return
    before = [document("one", texts), document("two", other)]
    after = [document("uno" if edit.renamed else "one", edit.texts), document("two", edit.other)]
    with Ledger(":memory:") as ledger:
        ledger.record("g1", before)
        ledger.record("g2", after, base="g1")
        served = Served(*after)
        for place, passage in enumerate(before[0].passages):
            found = ledger.resolve(passage.id, served, "g2")
            current = served.fetch([found.current or ""])[0]
            if place == at:
                assert (found.state, current and current.text) == (edit.state, edit.target)
            elif place in edit.partners:
                assert (found.state, current and current.text) == ("changed", edit.target)
            else:
                assert current is not None
                assert current.text == passage.text
        for passage in before[1].passages:
            assert ledger.resolve(passage.id, served, "g2").state is LinkState.EXACT


def judged_edits() -> list[dict[str, object]]:
    """The judged edits of `tests/quality/data/deeplinks.jsonl`."""
    with (DATA / "deeplinks.jsonl").open(encoding="utf-8") as lines:
        return [row for line in lines if (row := json.loads(line))["kind"] == "edit"]


@pytest.mark.parametrize("row", judged_edits(), ids=lambda row: row["id"])
def test_judged_edits_resolve_as_expected(row: dict[str, object]) -> None:
    """Edits a person thought of, with the outcome that person expects."""
    texts = judged_texts(str(row["doc"]))
    edited = list(texts)
    new = row["new"]
    assert isinstance(new, list)
    at = texts.index(row["old"][0]["text"])  # type: ignore[index]
    if row["edit_type"] == "heading renamed":
        edited[edited.index(str(row["old_heading"]))] = str(row["new_heading"])
    elif row["edit_type"] == "paragraph duplicated":
        edited.append(new[1])
    else:
        edited[at : at + 1] = new
    before, after = document("d", texts), document("d", edited)
    with Ledger(":memory:") as ledger:
        ledger.record("g1", [before])
        ledger.record("g2", [after])
        served = Served(after)
        found = ledger.resolve(before.passages[at].id, served, "g2")
        assert found.state is (LinkState.EXACT if row["expect"] == "resolve" else LinkState.CHANGED)
        assert found.current == after.passages[at].id
        assert after.passages[at].text == new[int(str(row["target_new_index"]))]


def test_two_equally_good_successors_are_offered_and_neither_chosen() -> None:
    """Where two new texts are as near to the old one, the page says gone and offers both."""
    old = "2019年，全县投入帮扶资金三百万元，建成扶贫车间五个，带动贫困人口就业。"
    texts = judged_texts()
    one, two = (old.replace("扶贫车间", word) for word in ("产业大棚", "养殖小区"))
    before = document("d", [*texts[:5], old, *texts[5:]])
    after = document("d", [*texts[:5], one, two, *texts[5:]])
    with Ledger(":memory:") as ledger:
        ledger.record("g1", [before])
        ledger.record("g2", [after])
        found = ledger.resolve(before.passages[5].id, Served(after), "g2")
    assert found.state is LinkState.GONE
    assert set(found.candidates) == {after.passages[5].id, after.passages[6].id}


def test_a_split_names_all_parts() -> None:
    """All parts of a split text are known, the largest is where the link leads."""
    first, second = "密云区投入资金建设了二十个扶贫车间。" * 2, "教育部门派出十名教师到受援地区支教，为期一年。"
    before, after = document("d", ["开头。", first + second, "结尾。"]), document("d", ["开头。", first, second, "结尾。"])
    with Ledger(":memory:") as ledger:
        ledger.record("g1", [before])
        ledger.record("g2", [after])
        found = ledger.resolve(before.passages[1].id, Served(after), "g2")
    assert (found.state, found.current) == (LinkState.CHANGED, after.passages[1].id)
    assert found.parts == (after.passages[1].id, after.passages[2].id)


def test_a_removed_copy_leads_to_the_copy_that_stays() -> None:
    """Of two files with one text the link to the one removed leads to the same words in the other."""
    texts = judged_texts()
    pdf, docx = document("报告", texts, source="报告.pdf"), document("报告-docx", texts, source="报告.docx")
    with Ledger(":memory:") as ledger:
        ledger.record("g1", [pdf, docx])
        ledger.record("g2", [docx])
        served = Served(docx)
        for old, new in zip(pdf.passages, docx.passages, strict=True):
            found = ledger.resolve(old.id, served, "g2")
            assert (found.state, found.current) == (LinkState.MOVED, new.id)


def test_a_short_heading_is_not_led_to_its_like_in_another_document() -> None:
    """组织领导 stands in every report: when it goes here, it has not moved there."""
    one, two = document("a", ["组织领导", *judged_texts()[2:8]]), document("b", ["组织领导", *judged_texts(OTHER)[2:8]])
    after = document("a", judged_texts()[2:8])
    with Ledger(":memory:") as ledger:
        ledger.record("g1", [one, two])
        ledger.record("g2", [after, two])
        assert ledger.resolve(one.passages[0].id, Served(after, two), "g2").state is LinkState.GONE


def _chain(*versions: Document) -> tuple[Ledger, list[str]]:
    ledger = Ledger(":memory:")
    for number, version in enumerate(versions):
        ledger.record(f"g{number}", [version], base=f"g{number - 1}" if number else None)
    return ledger, [version.passages[3].id for version in versions]


def test_chains_are_followed_to_their_end() -> None:
    """Edited five times, the first link still leads to the last text, and says that it changed."""
    texts = judged_texts()
    versions = [document("d", [*texts[:3], texts[3] + "新增一句话。" * number, *texts[4:]]) for number in range(5)]
    ledger, ids = _chain(*versions)
    with ledger:
        found = ledger.resolve(ids[0], Served(versions[-1]), "g4")
        assert (found.state, found.current, found.old_text) == (LinkState.CHANGED, ids[-1], texts[3])


def test_an_edit_undone_makes_no_circle() -> None:
    """A → B → A: the link of A is exact again, that of B leads to A, and both end."""
    texts = judged_texts()
    a = document("d", texts)
    b = document("d", [*texts[:3], texts[3].replace("2019", "2018"), *texts[4:]])
    ledger, ids = _chain(a, b, a, b)
    with ledger:
        assert ledger.resolve(ids[0], Served(a), "g2").state is LinkState.EXACT
        back = ledger.resolve(ids[1], Served(a), "g2")
        assert (back.state, back.current) == (LinkState.CHANGED, ids[0])
        again = ledger.resolve(ids[0], Served(b), "g3")
        assert (again.state, again.current) == (LinkState.CHANGED, ids[1])


def test_a_text_that_comes_back_is_found_again() -> None:
    """Gone with its file, the link leads to the text once the file is back under another name."""
    texts = judged_texts()
    old, other, back = document("a", texts), document("b", judged_texts(OTHER)), document("c", texts)
    with Ledger(":memory:") as ledger:
        ledger.record("g1", [old, other])
        ledger.record("g2", [other])
        assert ledger.resolve(old.passages[4].id, Served(other), "g2").state is LinkState.GONE
        report = ledger.record("g3", [other, back])
        found = ledger.resolve(old.passages[4].id, Served(other, back), "g3")
    assert report.found == len(texts)
    assert (found.state, found.current) == (LinkState.MOVED, back.passages[4].id)
