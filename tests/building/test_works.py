"""Copies of the same work are recognised whatever file they come in, and alike documents are left apart."""

from __future__ import annotations

import heapq
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.building.copies import SHINGLE, SHORTEST, SKETCH, group_works, resemblance, sketch
from search.model import BlockKind
from search.text.fold import match_form
from tests.house.constants import patch_constant

WORDS = (
    "帮扶", "协作", "资金", "产业", "就业", "教育", "医疗", "消费", "扶贫", "车间", "合作社", "贫困", "人口", "乡村", "振兴", "东西部",
    "项目", "建设", "培训", "农户", "增收", "滦平", "密云", "赤城", "海淀",
)  # fmt: skip


def article(seed: int, length: int = 400) -> str:
    """Prose of a kind: the same seed, the same text."""
    rng = random.Random(seed)
    return "".join(rng.choice(WORDS) + rng.choice(["，", "", "", "。"]) for _ in range(length))


def of(*texts: str) -> tuple[int, ...]:
    """The sketch of body paragraphs."""
    return sketch((BlockKind.BODY, text) for text in texts)


def test_same_text_in_other_lines_is_one_work() -> None:
    """Line breaks, spaces and width do not make another work."""
    text = article(1)
    spaced = "\n".join(text[at : at + 13] for at in range(0, len(text), 13)).replace("，", " ，")
    groups = group_works({"a": of(text), "b": of(spaced), "c": of(article(2))})
    assert groups == {"a": "a", "b": "a", "c": "c"}


def test_small_edits_stay_one_work() -> None:
    """A reprint with a paragraph more is still the same work."""
    text = article(3, 800)
    assert resemblance(of(text), of(text, article(4, 40))) >= 0.8


def test_yearly_reports_stay_apart() -> None:
    """Two reports that share a third of their sentences are two works."""
    common, first, second = article(5, 200), article(6, 400), article(7, 400)
    assert group_works({"2024": of(common, first), "2025": of(common, second)}) == {"2024": "2024", "2025": "2025"}


def test_short_notices_are_never_copies() -> None:
    """A text too short to judge has no sketch."""
    assert of("关于召开会议的通知。") == ()
    assert group_works({"a": (), "b": ()}) == {"a": "a", "b": "b"}


@pytest.mark.parametrize("piece", [1, 7, 100_000])
@given(st.lists(st.sampled_from(["扶", "贫", "a", "é", "𠮷", "\ud800", "。", "1"]), max_size=300).map("".join))
def test_a_sketch_is_of_the_checksums_of_shingles(piece: int, text: str) -> None:
    """Worked out all together and in pieces, hashes are the CRC-32 of every eight characters in UTF-8, however many bytes these take."""
    with pytest.MonkeyPatch.context() as patched:
        patch_constant(patched, "search.building.copies._PIECE", piece)
        found = of(text)
    form = match_form(text).text
    shingles = {form[at : at + SHINGLE].encode("utf-8", "surrogatepass") for at in range(len(form) - SHINGLE + 1)}
    assert found == (tuple(heapq.nsmallest(SKETCH, map(zlib.crc32, shingles))) if len(form) >= SHORTEST else ())


@given(st.permutations(["a", "b", "c", "d", "e"]))
def test_groups_do_not_depend_on_order(order: list[str]) -> None:
    """Whichever document is looked at first, the groups and their leaders are the same."""
    texts = {"a": article(1), "b": article(1) + article(8, 20), "c": article(2), "d": article(1), "e": article(2)}
    groups = group_works({name: of(texts[name]) for name in order})
    assert groups == {"a": "a", "b": "a", "c": "c", "d": "a", "e": "c"}
