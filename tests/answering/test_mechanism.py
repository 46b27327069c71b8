"""The facet of mechanisms and the field of topics, from text to count and click."""

from __future__ import annotations

from pathlib import Path

from search import build, open_library
from search.question import Filters, Question

REPORT = "".join(f"第{number}项指标如期完成，比上年增长{number}个百分点，完成情况良好。" for number in range(11, 41))
TEXTS = {
    "协作.txt": "东西部协作结硕果\n\n两地深化东西部协作，互派挂职干部三十名。\n\n“万企兴万村”行动带动二十家企业。\n",
    "报告.txt": f"工作情况\n\n{REPORT}\n\n新建三级医院两所，改造乡镇卫生院，培训医护人员，看病更方便。\n",
}


def test_mechanisms_are_counted_and_topics_are_found(tmp_path: Path) -> None:
    """A count of the facet is what its click gives; a topic can be asked for and is no type of aid."""
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text, "utf-8")
    engine = f"whoosh:{tmp_path / 'index'}"
    build([str(tmp_path / name) for name in TEXTS], engine)
    with open_library(engine) as library:
        counts = {value.value: value.count for value in library.search("").facets["mechanism"]}
        assert {"east_west", "enterprises"} <= set(counts)
        for key, count in counts.items():
            assert library.search("", filters={"mechanism": [key]}).total == count
        found = library.search("话题:健康帮扶")
        assert [hit.passage.programs for hit in found.hits] == [()]
        assert library.search("", filters={"topic": ["health"]}).total == found.total == 1
        assert library.search("", filters={"program": ["health"]}).total == 0


def test_mechanisms_filter_figures_and_relations_by_their_passages(tmp_path: Path) -> None:
    """Figures and relations have no mechanism of their own: a choice of one, or an exclusion, is of the passages they stand in, and both
    sides together are all."""
    (tmp_path / "甲.txt").write_text(
        "定点帮扶的一年\n\n2019年，在东西部协作中，北京市密云区对口帮扶河北省滦平县，投入财政资金3000万元。\n\n"
        "2020年，国家税务总局定点帮扶青海省民和县，投入资金500万元。\n\n这一年全县粮食产量12万吨。\n",
        encoding="utf-8",
    )
    build([tmp_path / "甲.txt"], "memory:mechanism-records")
    with open_library("memory:mechanism-records") as library:
        every = library.figures(Question()).total
        assert every >= 3
        facet = library.search("").facets["mechanism"]
        assert len(facet) > 1
        for value in facet:
            chosen = library.figures(Question("", Filters.read({"mechanism": value.value}))).total
            others = library.figures(Question("", Filters.read({"not_mechanism": value.value}))).total
            assert 0 < chosen < every
            assert chosen + others == every
        pairs = library.relations(Question()).total
        chosen = library.relations(Question("", Filters.read({"mechanism": "east_west"}))).total
        assert 0 < chosen < pairs == chosen + library.relations(Question("", Filters.read({"not_mechanism": "east_west"}))).total
