"""Laws of restoring, on arbitrary text: nothing lost, nothing invented, same again, settled, never an exception."""

from __future__ import annotations

from collections import Counter

from hypothesis import example, given
from hypothesis import strategies as st

from search.model import Reading, Restored, SourceLine
from search.text.restore import restore

_WORDS = [
    "密云区", "积极克服自身财政困难", "，", "。", "、", "：", "“", "”", "（", "）", "24期", "2019年", "万元", "——", "第一章",
    "一、", "（二）", "图为", "转自《赤峰日报》", "下载", "【字号：", "】", "。。", "举办春风行动现场", "and", "3.5%", "-3-",
    "带动贫困人口稳定脱贫", "精准施策", "全面推进扶贫协作", "的", "1.1", "|", "！", "？", "；", "\u200b", "关于", "通知",
    "2026年1月20日", "来源：", "附件", " ", "　", "\t", "\x00", "\x0c", "\n", "记者 马超 摄", "□本报记者 马超",
    "来 京 就 业", "24 期", "1.1 ",
]  # fmt: skip
_lines = st.one_of(
    st.lists(st.lists(st.sampled_from(_WORDS), max_size=7).map("".join), max_size=24),
    st.lists(st.text(max_size=30), max_size=12),
    st.lists(st.one_of(st.just(""), st.text(alphabet="密云区扶贫协作的，。、“”1 a", min_size=10, max_size=14)), max_size=40),
)


def _read(lines: list[str]) -> Reading:
    return Reading(tuple(SourceLine(number, line) for number, line in enumerate(lines, 1)), "txt")


def _characters(text: str) -> Counter[str]:
    return Counter(char for char in text if not char.isspace())


def _texts(restored: Restored) -> list[str]:
    return [block.text for block in restored.blocks]


@given(_lines)
@example(["\x00", "\x0c甲\x0b乙", "\ufeff"])
@example(["甲" * 3000])
def test_every_character_is_kept_once_and_none_is_added(lines: list[str]) -> None:
    """The non-space characters of blocks and removals together are those of the source, as often."""
    restored = restore(_read(lines))
    found = sum((_characters(block.text) for block in restored.blocks), Counter())
    found += sum((_characters(removal.text) for removal in restored.removed), Counter())
    assert found == _characters("".join(lines))
    assert all(removal.reason for removal in restored.removed)


@given(_lines)
def test_source_lines_hold_the_characters_of_their_block(lines: list[str]) -> None:
    """Each block's characters stand, in their order, in the source lines it names."""
    for block in restore(_read(lines)).blocks:
        source = iter("".join("".join(lines[first - 1 : last]) for first, last in block.source_lines))
        assert all(char in source for char in block.text if not char.isspace())


@given(_lines)
def test_restoring_twice_is_the_same(lines: list[str]) -> None:
    """Equal input gives equal output."""
    assert restore(_read(lines)) == restore(_read(lines))


@given(_lines)
def test_restored_text_is_settled(lines: list[str]) -> None:
    """The blocks' texts with blank lines between them restore to themselves."""
    once = _texts(restore(_read(lines)))
    again = restore(_read("\n\n".join(once).split("\n")))
    assert _texts(again) == once


@given(_lines)
def test_blocks_are_one_clean_line(lines: list[str]) -> None:
    """No block is empty, padded, or has a line break or control character in it."""
    for block in restore(_read(lines)).blocks:
        assert block.text == block.text.strip()
        assert len(block.text.splitlines()) == 1
        assert "\x00" not in block.text


_paragraph = st.text(alphabet="密云区扶贫协作，、abc 12", min_size=61, max_size=400).map(lambda text: f"甲{text.strip()}。")


@given(st.lists(_paragraph, max_size=8))
def test_whole_paragraphs_pass_one_for_one(paragraphs: list[str]) -> None:
    """Text that stands one paragraph to a line comes out one block to a paragraph."""
    restored = restore(_read("\n\n".join(paragraphs).split("\n")))
    assert len(restored.blocks) == len(paragraphs)


_STYLES = [None, "title", "heading1", "paragraph", "list", "caption", "table", "quote", "running-head", "page-number"]


_styled_line = st.tuples(st.lists(st.sampled_from(_WORDS), max_size=7).map("".join), st.sampled_from(_STYLES), st.booleans())


@given(st.lists(_styled_line, max_size=12))
def test_styled_text_keeps_every_character(lines: list[tuple[str, str | None, bool]]) -> None:
    """Lines with styles lose no character and gain none either."""
    source = tuple(SourceLine(at, text, None, style, goes_on) for at, (text, style, goes_on) in enumerate(lines, 1))
    restored = restore(Reading(source, "docx"))
    found = sum((_characters(block.text) for block in restored.blocks), Counter())
    found += sum((_characters(removal.text) for removal in restored.removed), Counter())
    assert found == _characters("".join(text for text, _, _ in lines))


@given(st.lists(_paragraph.map(lambda text: " ".join(text.split())), max_size=6))
def test_paragraphs_read_the_same_with_and_without_styles(paragraphs: list[str]) -> None:
    """A document's paragraphs have one canonical text, whether its format tells them apart (DOCX, HTML) or not (text, PDF)."""
    styled = Reading(tuple(SourceLine(at, text, None, "paragraph") for at, text in enumerate(paragraphs, 1)), "docx")
    assert _texts(restore(styled)) == _texts(restore(_read("\n\n".join(paragraphs).split("\n"))))
