"""The gazetteer: paths, names, history, order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.labels.gazetteer import Division, Gazetteer, gazetteer

DIVISIONS = gazetteer().divisions


@given(st.sampled_from(DIVISIONS))
def test_every_division_is_found_by_its_path_and_every_name(division: Division) -> None:
    """A division is found by its path and by each of its names, and lies among its parent's children."""
    places = gazetteer()
    one = places.division(division.path)
    assert one is not None
    assert one == division
    for name in (one.name, *one.forms, *one.old):
        assert one in places.lookup(name)
    assert one in places.children(one.parent)
    parent = places.parent(one.path)
    assert (parent is None) == (one.level == 1)
    assert parent is None or parent.level < one.level


@given(st.sampled_from(DIVISIONS), st.sampled_from(DIVISIONS))
def test_official_order_keeps_parents_before_children(one: Division, other: Division) -> None:
    """Whoever stands above comes first, and no two divisions share a place."""
    places = gazetteer()
    first, second = one.path, other.path
    if second.startswith(first + "/"):
        assert places.official_order(first) < places.official_order(second)
    assert (places.official_order(first) == places.official_order(second)) == (first == second)


@given(st.sampled_from(sorted(gazetteer().names)))
def test_every_name_leads_to_a_division_in_force(name: str) -> None:
    """No name, however old, leads nowhere."""
    assert all(gazetteer().division(found.path) for found in gazetteer().lookup(name))
    assert gazetteer().lookup(name)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("滦平", "河北省/承德市/滦平县"),
        ("密云县", "北京市/密云区"),
        ("仙桃市", "湖北省/仙桃市"),
        ("双江县", "云南省/临沧市/双江拉祜族佤族布朗族傣族自治县"),
        ("恩施州", "湖北省/恩施土家族苗族自治州"),
        ("科左后旗", "内蒙古自治区/通辽市/科尔沁左翼后旗"),
        ("海南州", "青海省/海南藏族自治州"),
        ("东乡县", "甘肃省/临夏回族自治州/东乡族自治县"),
    ],
)
def test_name_means_path(name: str, path: str) -> None:
    """Short, colloquial and former names mean what they should."""
    assert path in [found.path for found in gazetteer().lookup(name)]


@pytest.mark.parametrize(
    ("old", "path"),
    [
        ("崇文区", "北京市/东城区"),
        ("宣武区", "北京市/西城区"),
        ("襄樊市", "湖北省/襄阳市"),
        ("襄樊", "湖北省/襄阳市"),
        ("米林县", "西藏自治区/林芝市/米林市"),
        ("堆龙德庆县", "西藏自治区/拉萨市/堆龙德庆区"),
        ("哲里木盟", "内蒙古自治区/通辽市"),
        ("中甸县", "云南省/迪庆藏族自治州/香格里拉市"),
        ("莱芜市", "山东省/济南市/莱芜区"),
        ("思茅地区", "云南省/普洱市"),
        ("闸北区", "上海市/静安区"),
    ],
)
def test_old_name_leads_to_todays_division(old: str, path: str) -> None:
    """A name no longer in force has a successor."""
    found = gazetteer().successor(old)
    assert found is not None
    assert found.path == path
    assert gazetteer().is_old(old, path)


def test_short_names_leave_the_suffix_out() -> None:
    """滦平县 is 滦平 for short; 蔚县 is never shortened; an unknown path has no names."""
    places = gazetteer()
    assert places.short_names("河北省/承德市/滦平县") == ("滦平",)
    assert places.short_names("河北省/张家口市/蔚县") == ()
    assert places.short_names("云南省/临沧市/双江拉祜族佤族布朗族傣族自治县") == ("双江",)
    assert places.short_names("没有/这里") == ()
    assert places.parent("没有/这里") is None
    assert places.successor("北京市") is None


def test_municipalities_have_no_prefecture() -> None:
    """Districts of a municipality sit right below it; the provinces come in official order."""
    places = gazetteer()
    assert {found.level for found in places.children("北京市")} == {3}
    assert [found.name for found in places.children("")][:5] == ["北京市", "天津市", "河北省", "山西省", "内蒙古自治区"]
    assert len(places.children("")) == 34


def test_loading_is_a_function_of_the_text() -> None:
    """A gazetteer of three lines knows three divisions and their history."""
    small = Gazetteer("甲省\t100000\t甲\n甲省/乙市\t100100\t乙\n甲省/乙市/丙县\t100121\t丙\nold\n丁县\t甲省/乙市/丙县\t1999\n")
    assert [found.level for found in small.divisions] == [1, 2, 3]
    found = small.successor("丁县")
    assert found is not None
    assert found.name == "丙县"
    assert small.old_until("丁县") == 1999
    assert small.ancestors("甲省/乙市/丙县") == ("甲省", "甲省/乙市")
