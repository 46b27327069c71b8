"""Thresholds of figures, relations and tables: each decides what is read of some text, and another value reads otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pytest

from search.labels.labelling import BlockLabels, label
from search.model import Block, BlockKind, Metadata
from tests.house.constants import patch_constant

CASES: Final[dict[str, tuple[int, str]]] = {
    "search.labels.figure.amount._APART": (10**9, "投入5-3亿元。"),
    "search.labels.figure.rate._LOOK_BACK": (0, "每亩种植成本为300元。"),
    "search.labels.figure.scope._LIST_REACH": (1, "密云区、海淀区去年分别投入3万元、5万元。"),
    "search.labels.figure.scope._SUBJECT_REACH": (0, "我们滦平县很忙，蔚县建大棚3个。又投入5万元。"),
    "search.labels.figure.subject.LONGEST": (2, "农村饮水安全巩固提升工程项目15个。"),
    "search.labels.figure.subject._RATE": (0, "贫困发生率超过5%的县。"),
    "search.labels.figure.subject._WINDOW": (2, "财政援助资金9801万元。"),
    "search.labels.relation.find._EARLIER": (0, "2016年起，广州市派出干部。帮扶的毕节市已经摘帽。"),
    "search.labels.relation.find._MOST": (5, "密云区对口帮扶滦平县。"),
    "search.labels.figure.find._REACH": (0, "合作社有4万枚鸭蛋，前后卖出1万多枚。"),
    "search.labels.relation.background._COUNTY": (9, "赤城县后城村面貌变了。\n海淀区对口帮扶后城村。"),
    "search.labels.relation.find._LONGEST": (
        1,
        "华兴源集团有限公司（以下简称“华兴源”）很大。\n华兴源今年很忙。大家说，定点帮扶的赤城县已经摘帽。",
    ),
    "search.labels.relation.find._OPENS": (0, "某某集团由大家推荐，定点帮扶的赤城县摘帽了。"),
    "search.labels.relation.party._BRANCH": (1, "共青团海淀区委对口帮扶林西县。"),
    "search.labels.relation.pronouns._BACK": (0, "怀柔区干部来到丰宁县。怀柔区为该县捐赠物资200万元。"),
    "search.labels.relation.sides.NEAR": (0, "仁济医院分院与玉树州人民医院结成对口帮扶关系。"),
    "search.labels.relation.party._COUNTY": (9, "赤城县面貌变了。海淀区对口帮扶后城村。"),
    "search.labels.relation.times._MOST": (0, "自2008年起很忙。丰台区对口帮扶林西县。"),
    "search.labels.table.rows._LEAD_LONGEST": (1, "单位：万元\n县区 | 资金 | 人数\n赤城县 | 120 | 30"),
    "search.labels.table.rows._MAX_HEADS": (1, "县区 | 资金 | 资金\n | 2019年 | 2020年\n赤城县 | 120 | 30万元"),
}
"""Constant → another value, and a text (a row of a table where it has cells) that is read otherwise with it. Our own wording."""


def read(text: str) -> Sequence[BlockLabels]:
    """The labels of a text's lines, each a block of one document of 2020."""
    blocks = [Block(BlockKind.TABLE if " | " in line else BlockKind.BODY, line, ((1, 1),)) for line in text.split("\n")]
    return label(blocks, Metadata(year=2020)).blocks


@pytest.mark.parametrize("constant", CASES)
def test_a_threshold_decides_what_is_read(constant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures and relations of a text at the threshold are others where the constant has another value."""
    value, text = CASES[constant]
    before = [(one.figures, one.relations) for one in read(text)]
    assert any(figures or relations for figures, relations in before) or "_APART" in constant
    patch_constant(monkeypatch, constant, value)
    assert [(one.figures, one.relations) for one in read(text)] != before
