"""A document's own short names of units: found as by looking for each alone, at the cost of looking for one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.labels.relation.short_names import ShortNames, short_names
from search.model import Block, BlockKind
from tests.steps import count_steps

LETTERS = "甲乙团"


@given(st.lists(st.text(LETTERS, max_size=4), max_size=5), st.text(LETTERS, max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_names_are_found_as_each_alone(names: list[str], text: str, low: int, high: int) -> None:
    """In any range, every name where `str.find` finds it, one after the other; counted as `str.count` does."""
    low, high = sorted((min(low, len(text)), min(high, len(text))))
    expected = []
    for name in dict.fromkeys(filter(None, names)):
        at = text.find(name, low, high)
        while at >= 0:
            expected.append((name, (at, at + len(name))))
            at = text.find(name, at + len(name), high)
    found = ShortNames(names)
    assert sorted(found.spans(text, low, high)) == sorted(expected)
    assert all(found.counts(text)[name] == text.count(name) for name in found.names)


def test_a_name_is_short_where_it_is_used_without_its_ending() -> None:
    """甲乙丙 of 甲乙丙集团 is a name once it occurs by itself; what a document says it will call a unit is one anyhow."""
    said = Block(BlockKind.BODY, "丙丁有限公司（简称“丙丁”）到会。", ())
    longer = Block(BlockKind.BODY, "华兴源集团捐款，", ())
    alone = Block(BlockKind.BODY, "华兴源还派出人员。", ())
    assert set(short_names([said, longer]).names) == {"丙丁"}
    assert {"丙丁", "华兴源", "华兴源集团"} <= set(short_names([said, longer, alone]).names)


def test_many_names_cost_what_their_text_does() -> None:
    """A list of four times as many units takes four times the steps, not sixteen."""

    def read(size: int) -> int:
        blocks = [
            Block(BlockKind.BODY, f"{chr(0x4E00 + at)}{chr(0x5E00 + at)}源集团捐款，{chr(0x4E00 + at)}{chr(0x5E00 + at)}源派人。", ())
            for at in range(size)
        ]
        names = short_names(blocks)
        assert len(names.names) >= size
        return sum(len(list(names.spans(block.text, 0, len(block.text)))) for block in blocks)

    small, large = count_steps(read, 40), count_steps(read, 160)
    assert large <= 5 * small
