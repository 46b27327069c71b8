"""What an order and a chosen document mean, said once in plain words for every body that needs no server."""

from __future__ import annotations

from pathlib import Path

import pytest

from search import build, open_library
from search.question import Filters, Question

TEXTS = {
    "甲.txt": "2016年，密云区帮扶滦平县，派出教师三名。\n\n2020年，密云区帮扶滦平县，派出医生两名。\n",
    "乙.txt": "2018年，海淀区帮扶赤城县，援建车间一座。\n\n2017年至2019年，海淀区帮扶赤城县，培训干部百名。\n",
}


@pytest.mark.parametrize("body", ["whoosh", "memory"])
def test_years_order_hits_and_a_document_holds_its_own(body: str, tmp_path: Path) -> None:
    """Newest first goes down from the latest year of each hit, oldest first up from its earliest; a chosen document gives its passages
    and no others."""
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    target = f"whoosh:{tmp_path / 'index'}" if body == "whoosh" else "memory:orders"
    build([tmp_path / name for name in TEXTS], target)
    with open_library(target) as library:
        found = {sort: library.search("帮扶", sort=sort).hits for sort in ("year-desc", "year-asc")}
        assert [max(label.year for label in hit.passage.years) for hit in found["year-desc"]] == [2020, 2019, 2018, 2016]
        assert [min(label.year for label in hit.passage.years) for hit in found["year-asc"]] == [2016, 2017, 2018, 2020]
        for one in library.documents():
            chosen = library.search(Question("帮扶", Filters.read({"document": one.id})))
            assert chosen.total == 2
            assert {hit.passage.document_id for hit in chosen.hits} == {one.id}
            assert chosen.facets["program"] or chosen.facets["region"]
