"""Passages that can be read: what is longer than a page is parted at sense, and a table of contents is no text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.model import BlockKind, Reading, SourceLine
from search.text.restore import long, restore


def reading(text: str) -> Reading:
    """A text as lines."""
    return Reading(tuple(SourceLine(at, line) for at, line in enumerate(text.strip("\n").split("\n"), 1)), "t")


def blocks(text: str) -> list[tuple[str, str]]:
    """Kind and text of a text's blocks."""
    lines = text.strip("\n").split("\n")
    return [
        (block.kind.value, block.text)
        for block in restore(Reading(tuple(SourceLine(at, line) for at, line in enumerate(lines, 1)), "t")).blocks
    ]


SENTENCE = "两地干部群众携手并肩，共同走过了不平凡的历程，脱贫攻坚取得决定性成就。"


def test_endless_line_is_parted_between_sentences() -> None:
    """Forty thousand characters without a line end become parts of a page at most, each whole sentences, and together the same text."""
    text = SENTENCE * 1200
    found = blocks(text)
    assert {kind for kind, _ in found} == {"body"}
    assert "".join(part for _, part in found) == text
    assert max(len(part) for _, part in found) <= long.LONGEST
    assert all(part.endswith("。") for _, part in found)


def test_quotation_is_not_cut() -> None:
    """A part ends outside of quotation marks."""
    found = blocks((SENTENCE + "他说：“" + SENTENCE * 3 + "”") * 60)
    assert len(found) > 3
    assert all(part.count("“") == part.count("”") for _, part in found)


def test_paragraph_of_a_page_stays_whole() -> None:
    """A paragraph up to the limit is one block; one sentence more and it is parted."""
    whole = SENTENCE * (long.LONGEST // len(SENTENCE))
    assert len(blocks(whole)) == 1
    assert len(blocks(whole + SENTENCE)) > 1


_PIECES = [SENTENCE, "今年，", "“好！”", "他说：“好。", "”", "；", "一二三四五六七八九十"]


@given(st.lists(st.sampled_from(_PIECES), max_size=160).map(lambda pieces: f"甲{''.join(pieces)}"))
def test_parting_loses_nothing_and_settles(text: str) -> None:
    """No character is lost, and the parts restore to themselves."""
    once = blocks(text)
    assert "".join(part for _, part in once).replace(" ", "") == text
    if all(part.endswith("。") for _, part in once):
        assert blocks("\n\n".join(part for _, part in once)) == once


CONTENTS = """
云岭省供水条例

目　录

第一章　总　则
第二章　附　则…………12

第一章　总　则

第一条　为了加强供水管理，维护供水企业和用户的合法权益，制定本条例。

第二章　附　则

第二条　本条例自公布之日起施行，原有规定同时废止。
"""


def test_contents_are_no_text() -> None:
    """Entries of a table of contents that stand again as headings are left out, with the reason."""
    restored = restore(reading(CONTENTS))
    assert [block.text for block in restored.blocks if block.kind is BlockKind.HEADING] == ["第一章　总　则", "第二章　附　则"]
    assert [removal.reason for removal in restored.removed] == ["table-of-contents"] * 3


def test_contents_without_their_chapters_are_kept() -> None:
    """A list under 目录 whose entries stand nowhere else is text."""
    assert ("heading", "目　录") in blocks(CONTENTS.replace("\n第二章　附　则\n", "\n第三章　罚　则\n"))
