"""Dates in the names of files, folders and addresses."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.reading.naming import NamedTime, named_time

DAY = date(2020, 3, 6)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("t20200306_5487.html", NamedTime(DAY, 2020)),
        ("news_20200306.md", NamedTime(DAY, 2020)),
        ("某市简报2020-03-06.docx", NamedTime(DAY, 2020)),
        ("简报（2020年3月6日）.pdf", NamedTime(DAY, 2020)),
        ("某日报/2020/03/06/1.txt", NamedTime(DAY, 2020)),
        ("某日报/2020-03/06/1.txt", NamedTime(DAY, 2020)),
        ("paper_20200306-07-02.txt", NamedTime(DAY, 2020, "07")),
        ("人民日报_2020-03-06_04版.txt", NamedTime(DAY, 2020, "04", "人民日报")),
        ("《某地农民报》2020年3月6日第A03版.pdf", NamedTime(DAY, 2020, "A03", "某地农民报")),
        ("某晚报20200306.doc", NamedTime(DAY, 2020, None, "某晚报")),
        ("2020-03-06 第2版.txt", NamedTime(DAY, 2020, "2")),
        ("扶贫年报2020.pdf", NamedTime(None, 2020)),
        ("报2020-03-06.txt", NamedTime(DAY, 2020)),
        ("20200306103045.txt", NamedTime(DAY, 2020)),
        ("某省_2026.txt", NamedTime(None, 2026)),
        ("2026年中央一号文件.pdf", NamedTime(None, 2026)),
        ("202003/简报.txt", NamedTime(None, 2020)),
        ("简报.zip/2020年3月/一.txt", NamedTime(None, 2020)),
        ("2018-2020年行动计划.txt", NamedTime()),
        ("000_b8b8e20200306a9b.txt", NamedTime()),
        ("12020030612.txt", NamedTime()),
        ("20201399.txt", NamedTime()),
        ("crud-02019.txt", NamedTime()),
    ],
)
def test_name_states_its_time(name: str, expected: NamedTime) -> None:
    """Names as newspapers, content systems and users make them give their date, page and newspaper; ranges, hashes and longer numbers
    give none, and a 简报 or 年报 is no newspaper."""
    assert named_time(name) == expected


def test_address_counts_after_the_name() -> None:
    """The address dates what the name does not."""
    assert named_time("a.html", "http://example.org/2020-03/06/content_1.htm").date == DAY
    assert named_time("20210101.html", "http://example.org/t20200306_1.html").date == date(2021, 1, 1)


@given(st.text(max_size=60), st.one_of(st.none(), st.text(max_size=60)))
def test_any_name_is_read(name: str, url: str | None) -> None:
    """No name raises, and a date and its year agree."""
    found = named_time(name, url)
    assert found.date is None or found.date.year == found.year


@given(st.dates(date(1950, 1, 1), date(2049, 12, 31)), st.sampled_from(["{:%Y%m%d}", "{:%Y-%m-%d}", "{:%Y_%m_%d}", "{:%Y年%m月%d日}"]))
def test_every_day_is_read_back(day: date, form: str) -> None:
    """Each way of writing a day in a name gives that day."""
    assert named_time(f"简报 {form.format(day)}.txt").date == day
