"""Hostile shapes of text, each at any size: what must not cost more than its length."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from search.model import Reading, SourceLine

CAPTION = "图为青山区医疗队在云岭县卫生院义诊。"
PROSE = "北京市密云区积极克服自身财政困难，2019年投入帮扶资金9801万元，支持滦平县、竹溪县和蔡家洼村发展特色产业，带动贫困人口稳定脱贫。"
Shape = Callable[[int], list[str]]


def columns(text: str, width: int) -> list[str]:
    """A text cut as a narrow column cuts it, without its marks at line starts."""
    return [text[at : at + width] for at in range(0, len(text), width)]


def _repeat(*lines: str) -> Shape:
    """The same few lines again and again; `{}` is the number of the turn."""
    return lambda count: [line.replace("{}", str(turn)) for turn in range(count) for line in lines]


LINES: dict[str, Shape] = {
    "unfinished credits": _repeat("来源：甲 "),
    "open credits": _repeat("（来源：甲"),
    "one character a line": _repeat("甲"),
    "one character, blank lines": _repeat("甲", ""),
    "columns": lambda count: columns(PROSE * count, 13)[:count],
    "columns, blank lines": lambda count: [part for line in columns(PROSE * count, 13)[:count] for part in (line, "")],
    "columns without a stop": lambda count: columns("扶贫协作密云区支持滦平县特色产业发展" * count, 13)[:count],
    "unfinished paragraphs": _repeat(PROSE[:-1] + "{}个支持的", ""),
    "unfinished, captions between": _repeat(PROSE[:-3], "", CAPTION, ""),
    "numbers broken over lines": _repeat("投入资金共计{}", "0万元支持，"),
    "headings": _repeat("一、加强组织领导{}"),
    "headings, blank lines": _repeat("加强组织领导{}", ""),
    "headings behind the text": lambda count: [PROSE, *_repeat("携手奔小康{}")(count)],
    "dashed titles": _repeat("——某市对口帮扶纪实"),
    "official titles": _repeat("关于印发{}的"),
    "attachments": lambda count: ["附件：1.某某通知", *_repeat("9.某某通知{}")(count)],
    "captions": _repeat(CAPTION),
    "captions printed twice": _repeat("村民{}在采摘村民{}在采摘。。"),
    "islands": _repeat("村民{}在车间劳作", "", "", "", ""),
    "dates": _repeat("2019年3月{}日"),
    "page numbers": _repeat("-{}-"),
    "letter-spaced": _repeat("来 京 就 业 1204 人"),
    "table rows": _repeat("甲{}\t乙\t丙"),
    "brackets": _repeat("（（（（（（"),
    "articles": _repeat("携手奔小康第{}回", "", "□本报记者 马超", "", PROSE, "", "转自《赤峰日报》", ""),
    "openings": lambda count: [PROSE, *_repeat("转自《赤峰日报》", "——某市纪实", "产业扶贫", "消费扶贫")(count)],
    "control characters": _repeat("\x00甲\x0b乙"),
}
"""Many lines."""

ONE_LINE: dict[str, str] = {
    "prose": PROSE,
    "no stop": "扶贫协作密云区",
    "spaces": "扶贫  协作 3 个 ",
    "Latin": "hello world. ",
    "digits": "1234567890",
    "Chinese digits": "一二三四五六七八九十",
    "years": "2018",
    "a list of years": "2018、",
    "open times": "自2016年结对帮扶",
    "a list of places": "滦平县、",
    "a chain of places": "河北省承德市滦平县",
    "ordinary words": "合作、资源、振兴、",
    "names of several places": "朝阳区和鼓楼区，",
    "amounts": "9801万元",
    "programmes": "消费扶贫、产业合作、",
    "captions printed twice": "甲乙丙丁甲乙丙丁。。",
}
"""One line of a piece again and again."""


def all_shapes() -> Iterator[tuple[str, Shape]]:
    """Name and maker of every shape."""
    yield from LINES.items()
    for name, piece in ONE_LINE.items():
        yield f"one line: {name}", lambda count, piece=piece: [piece * count]  # type: ignore[misc]
    yield "one line: nested brackets", lambda count: ["（" * count + "甲" + "）" * count]


def as_reading(lines: list[str]) -> Reading:
    """Lines as a plain text file gives them."""
    return Reading(tuple(SourceLine(number, line) for number, line in enumerate(lines, 1)), "txt")


def furnished_pages(count: int) -> Reading:
    """So many pages of a PDF with running heads, a foot and a page number on each."""
    lines: list[tuple[str, int]] = []
    for page in range(1, count + 1):
        body = columns(PROSE * 3, 28)
        lines += [(text, page) for text in ("某市人民政府公报", f"第{page % 9}期", *body, "内部资料", f"- {page} -")]
    return Reading(tuple(SourceLine(number, text, page) for number, (text, page) in enumerate(lines, 1)), "pdf")
