"""Traditional script read as simplified for labelling."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.labels.script import simplified


@given(st.text())
def test_length_stays(text: str) -> None:
    """One character becomes one character, and reading twice changes nothing more."""
    assert len(simplified(text)) == len(text)
    assert simplified(simplified(text)) == simplified(text)


def test_characters_of_the_field() -> None:
    """The words labels look for are found in either script; simplified text comes back as the same object."""
    assert simplified("銷售扶貧產品６億元，3年來帶動萬餘戶") == "销售扶贫产品６亿元，3年来带动万余户"
    plain = "消费扶贫"
    assert simplified(plain) is plain
