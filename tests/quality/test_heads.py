"""Titles, dates, authors and papers of the own heads are told; a head that says otherwise is noticed."""

from __future__ import annotations

import tomllib

from tests.quality import heads


def test_all_own_heads_are_told() -> None:
    """News with and without a masthead, crawled pages, notices, regulations, speeches, minutes: nothing is missed, nothing made up."""
    own = tomllib.loads(heads._OWN.read_text(encoding="utf-8"))["head"]
    asked, right, misses = heads.judged(own)
    assert (misses, asked) == ([], right)


def test_a_wrong_fact_is_a_miss() -> None:
    """The scorer can fail: of a head with another title one fact is right and one is missed."""
    head = {"file": "a.txt", "text": "两地共建产业园\n\n　　青山区和云岭县共建的产业园开工了。", "title": "别的题目", "byline": ""}
    asked, right, misses = heads.judged([head])
    assert (asked.total(), right.total(), len(misses)) == (2, 1, 1)
