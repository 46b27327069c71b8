"""What is looked for before a pattern is tried stands in every line the pattern matches."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from search.text.restore import cues as wording
from search.text.restore.cues import cues
from search.text.restore.kinds import level
from search.text.restore.measure import measures

_TABLE = tomllib.loads((Path(wording.__file__).parent / "data" / "cues.toml").read_text("utf-8"))
_CREDIT, _CAPTION = _TABLE["credit"], _TABLE["caption"]
PATTERNS = [*_CREDIT["whole"], *_CREDIT["opening"], *_CREDIT["label"], *_CREDIT["date"], *_CAPTION["start"], *_CAPTION["end"]]
EXAMPLES = (
    """
□马超|本报记者 马超 李平|（本报驻承德记者 马超）|新华社北京记者 马超|通讯员 李平 文
特约撰稿人 王文|本版图文由某某区提供|以上数据来自某某办公室
本文据某某日报整理|文中照片均由李平摄影所得|资料来源：某某办|转自《赤峰日报》|据《某某报》报道|转自某某网站
摘自某某文集|文/马超|责任编辑：李平|摄影丨马超
发布时间：2020年1月|来源：某网 时间：2020|文号：某办发一号|（作者单位：某某大学）|（作者系某某人）|（某某单位供图）|（此件公开发布）
责编 马超 校对 李平
编辑 马超 版式 李平|赤峰日报 2020年1月2日|某某号 2020-01-02 08:00 发表于北京|（数据来源|来源：|2020年1月2日|二〇二〇年一月二日|2020-01-02
图为某某|图①|图1：|图一：|上图：|右图是
▲某某|陈马超摄| 马超摄|记者马超摄|（资料图片）|某某供图
组版 马超 审读 李平|2020/1/2|（2020年1月）|照片由马超提供|文字由马超提供|本页稿件均由李平提供
http://example.org/1.html 来源：某网|8-3 20:24|□本报记者 马超|主持人：马超|《某某日报》（2020年1月2日 5版）|——编 者|（新华社北京2月5日电）
版式设计：马超|第3版 要闻|2020年1月2日 星期四 责任编辑 马超 第A2版
记者马超文/图|分送：各区县|（采访/撰文：马超 摄影：李平）|2023-09-11 17:32来源：某县融媒体中心 编辑：李平
索引号：00012|原创 小马 某某协作|某某日报 2020年1月2日|[2020年1月2日]
""".replace("\n", "|")
    .strip("|")
    .split("|")
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_line_of_a_pattern_is_cued(pattern: str) -> None:
    """Each pattern of credits, captions and dates has an example here, and every line that it matches may be one."""
    matched = [text for text in EXAMPLES if re.search(rf"(?:{pattern})\Z" if pattern in _CAPTION["end"] else rf"\A(?:{pattern})", text)]
    assert matched
    assert all(cued for *_, cued in measures([text.strip() for text in matched]))


@pytest.mark.parametrize("text", ["第一编 总则", "第2章", "第十节", "一、总则", "（二）总则", "3.总则", "(4)总则", "（5）总则"])
def test_numbered_headings_of_every_level_are_found(text: str) -> None:
    """A heading of any level opens with one of the characters that are asked for first."""
    assert level(text) == next(depth for depth, pattern in enumerate(cues().heading_levels, 1) if pattern.match(text))
