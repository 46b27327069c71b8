"""The facet of mechanisms and the field of topics, from text to count and click."""

from __future__ import annotations

from pathlib import Path

from search import build, open_library

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
