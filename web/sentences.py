"""The library's sentences in the reader's language.

The library speaks Chinese and knows of no catalogue, so what it says is read back by the sentences it is made of: `%(…)s` stands for what
was filled in, which is translated in turn where it is a sentence itself. What is not here stays as it was said.
"""

from __future__ import annotations

import re
from functools import cache

from web.locale import gettext, language
from web.locale import gettext_noop as _later
from web.state import DEFAULT_LANGUAGE

SENTENCES = (
    _later("参数 %(name)s 的值“%(value)s”不能用：%(must)s"),
    _later("参数 %(name)s 不能用：%(reason)s"),
    _later("可用的值是 %(values)s。"),
    _later("可用：%(values)s。"),
    _later("可用的是 %(values)s。"),
    _later("要一个 %(least)s 到 %(most)s 之间的整数。"),
    _later("要一个数，如 10000、0.5 或 1万。"),
    _later("“%(text)s”不止一处。"),
    _later("请写全路径，如 %(paths)s。"),
    _later("不认识的地区“%(text)s”。"),
    _later("请写行政区划全名，如 河北省/承德市/滦平县。"),
    _later("“%(text)s”不是年份。"),
    _later("请写 2019 或 2018-2020。"),
    _later("年份范围“%(text)s”前大后小。"),
    _later("请写 %(text)s。"),
    _later("不认识的帮扶类型“%(text)s”。"),
    _later("不认识的帮扶机制“%(text)s”。"),
    _later("不认识的话题“%(text)s”。"),
    _later("不认识的排序“%(text)s”。"),
    _later("不认识的段落种类“%(text)s”。"),
    _later("没有名为“%(name)s”的筛选。"),
    _later("没有“%(name)s”这种引文格式。"),
    _later("没有“%(name)s”这种导出格式。"),
    _later("一个筛选最多 %(n)s 个值。"),
    _later("“%(text)s”不是一篇文献的编号。"),
    _later("“%(text)s”不是数。"),
    _later("请写 10000、0.5 或 1万。"),
    _later("页码从 1 开始。"),
    _later("每页条数在 1 到 %(n)s 之间。"),
    _later("翻页最多到第 %(n)s 条。"),
    _later("请用筛选缩小范围，或导出全部结果。"),
    _later("只能翻到第 %(n)s 条。"),
    _later("用地区、年份或类型缩小范围，或导出全部结果。"),
    _later("交叉表要两个不同的分面。"),
    _later("地区层级是 1、2 或 3。"),
    _later("这一段已不在了。"),
    _later("没有这件文献。"),
    _later("请从首页的文献表里找。"),
    _later("没有这个段落。"),
    _later("请核对链接是否完整。"),
    _later("没有“%(text)s”这个索引版本，也没有这个日子。"),
    _later("请写 2026-11-27，或链接簿里的版本。"),
    _later("这份文献没有这一页。"),
    _later("这一页没有图像。"),
    _later("没有保留这份文献的原始件。"),
    _later("网址太长。"),
    _later("缩短检索词；要定位一大段引文，请用“引文定位”的表单提交。"),
    _later("网址里的参数超过 %(n)s 个。"),
    _later("去掉一些筛选。"),
    _later("有的参数超过 %(n)s 个字。"),
    _later("请缩短它。"),
    _later("提交的内容太大。"),
    _later("一次提交不要超过一兆字节。"),
    _later("数据接口要凭令牌读取。"),
    _later("请求头：Authorization: Bearer 令牌。"),
    _later("请求太密，请稍后再试。"),
    _later("只提供 JSON 格式。"),
    _later("请用 format=json。"),
    _later("只有段落的固定链接可以嵌入。"),
)

_FIELD = re.compile(r"%\((\w+)\)s")


def in_readers_language(said: str) -> str:
    """The sentence in the language of the request; itself where no sentence is known that it could be."""
    if language() == DEFAULT_LANGUAGE or not said:
        return said
    for sentence, pattern in _patterns():
        if found := pattern.fullmatch(said):
            fields = {name: in_readers_language(text) for name, text in found.groupdict().items()}
            return gettext(sentence, **fields)
    return said


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((sentence, re.compile(_pattern(sentence), re.DOTALL)) for sentence in SENTENCES)


def _pattern(sentence: str) -> str:
    """The sentence with a group for each field."""
    parts = _FIELD.split(sentence)
    return "".join(f"(?P<{part}>.*)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
