"""What the words of a command mean as filters."""

from __future__ import annotations

import pytest

from search.answering.meant import filters_meant
from search.errors import BadRequest
from search.question import Filters


def occurring(*paths: str):  # type: ignore[no-untyped-def]
    """A count that is 1 where one of these places is chosen, 0 elsewhere."""
    return lambda several: [int(any(path in one.values("region") for path in paths)) for one in several]


def test_only_places_that_occur_compete() -> None:
    """河北 is the province where no passage speaks of the district of Tianjin, and the higher one where both occur."""
    for there in (("河北省",), ("河北省", "天津市/河北区")):
        assert filters_meant({"region": ("河北",)}, occurring(*there)) == Filters.read({"region": "河北省"})
    assert filters_meant({"region": ("河北",)}, occurring("天津市/河北区")) == Filters.read({"region": "天津市/河北区"})


def test_a_doubt_stays_a_doubt() -> None:
    """Where two places of one name and level occur, the user is asked."""
    with pytest.raises(BadRequest, match="不止一处"):
        filters_meant({"region": ("朝阳区",)}, occurring("北京市/朝阳区", "吉林省/长春市/朝阳区", "辽宁省/朝阳市/朝阳区"))


@pytest.mark.parametrize("word", ["教育", "教育帮扶", "education"])
def test_a_type_by_any_word(word: str) -> None:
    """A program type by key, label, synonym or everyday word."""
    assert filters_meant({"program": (word,)}, occurring()) == Filters.read({"program": "education"})


@pytest.mark.parametrize("text", ["2018,2019", "2018，2019", "2018、2019"])
def test_several_values_in_one_word(text: str) -> None:
    """A list in one word is as good as the option given twice."""
    assert filters_meant({"year": (text,)}, occurring()) == Filters.read({"year": ("2018", "2019")})


def test_what_makes_no_sense_is_refused() -> None:
    """As it is everywhere."""
    for given in ({"region": ("没有此地",)}, {"program": ("无此类",)}, {"year": ("去年",)}):
        with pytest.raises(BadRequest):
            filters_meant(given, occurring())
