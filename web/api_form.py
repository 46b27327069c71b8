"""What the API may be asked and what it answers, declared once: the edge refuses what is not here, the description is printed from it.

Answers are the types of `search.wire`; filters and facets come from the table of fields.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from search.results import (
    BY_NAME,
    FIRST_YEAR,
    IDENTIFIER,
    LABELS,
    LAST_YEAR,
    LONGEST_NAME,
    PARAMETERS,
    BlockKind,
    DayField,
    Field,
    KeyField,
    NameField,
    Sort,
    TreeField,
    YearField,
)
from search.wire import (
    CITE_TYPES,
    EXPORT_TYPES,
    AnswerForm,
    DocumentForm,
    DocumentsForm,
    FiguresForm,
    KwicForm,
    MatchesForm,
    NewestForm,
    PassageForm,
    RelationsForm,
    SuggestionsForm,
)
from web.locale import gettext as _
from web.problems import Problem
from web.state import KWIC_ORDERS, LANGUAGES, MAX_SIZE, RECORD_ORDERS

Json = dict[str, Any]
JSON, CSV = "application/json", "text/csv"
XLSX, GRAPHML = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/graphml+xml"
MOST_DOCUMENTS = 1_000
"""Documents on a page of their list."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DEEPEST = 10**8
PLACE = "#/components/schemas/Place"
"""The schema of places, which the table of divisions fills."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `schema` is JSON Schema of one value, `many` says that it may be repeated."""

    name: str
    said: str
    schema: Json
    many: bool = False
    required: bool = False
    where: str = "query"
    example: Any = None

    def refuses(self, text: str) -> str:
        """What a value must be, in a sentence, where it is not; else nothing."""
        schema = self.schema
        if "$ref" in schema:
            return ""
        if (allowed := schema.get("enum")) is not None:
            return "" if text in allowed else _("可用的值是 %(values)s。", values="、".join(allowed))
        if schema["type"] == "integer":
            least, most = schema["minimum"], schema["maximum"]
            whole = text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most
            return "" if whole else _("要一个 %(least)s 到 %(most)s 之间的整数。", least=least, most=most)
        return ""


@dataclass(frozen=True, slots=True)
class Operation:
    """What one address answers. `form` is the type of its JSON; `media` are its media types where it is no JSON."""

    path: str
    name: str
    tag: str
    summary: str
    parameters: tuple[Parameter, ...] = ()
    form: Any = None
    media: tuple[str, ...] = (JSON,)
    errors: tuple[int, ...] = (400, 401, 414, 429, 503)
    posted: bool = False
    """It may be asked by POST too, with the same parameters as a form."""


def _text(name: str, said: str, example: str | None = None, **more: Any) -> Parameter:
    required = more.pop("required", False)
    return Parameter(name, said, {"type": "string", **more}, required=required, example=example)


def _chosen(name: str, said: str, values: Sequence[str], default: str | None = None) -> Parameter:
    return Parameter(name, said, {"type": "string", "enum": list(values), **({"default": default} if default else {})})


def _whole(name: str, said: str, default: int | None = None, most: int = _DEEPEST) -> Parameter:
    bounds = {"default": default, "maximum": most}
    return Parameter(name, said, {"type": "integer", "minimum": 1, **{key: value for key, value in bounds.items() if value is not None}})


def years_pattern() -> str:
    """`none`, a year, or a range of years that does not run backwards: where its ends first differ, the second digit is the larger one."""
    centuries = range(FIRST_YEAR // 100, LAST_YEAR // 100)
    year = rf"(?:{'|'.join(map(str, centuries))})\d\d|{LAST_YEAR}"
    ranges = [rf"{one}\d\d-(?:{_any_of([*range(one + 1, LAST_YEAR // 100)])})" for one in centuries]
    prefix = "|".join(map(str, centuries))
    decades = "|".join(rf"{digit}\d-\1[{digit + 1}-9]\d" for digit in range(9))
    singles = "|".join(rf"{digit}-\2[{digit}-9]" for digit in range(10))
    return rf"^(?:none|{year}|({prefix})(?:{decades})|((?:{prefix})\d)(?:{singles})|{'|'.join(ranges)}|{LAST_YEAR}-{LAST_YEAR})$"


DAYS = rf"^(?:none|(?:1[89]|2[01])\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|1\d|2[0-8]))?)?(?:\.\.)?|{LAST_YEAR})$"
"""Times that are always good; ranges of two ends are, too, where the first is the earlier one."""
_SIGN = "A-Za-z0-9\u4e00-\u9fff"
NAMES = rf"^[{_SIGN}](?:[{_SIGN} ·（）、，.&—-]{{0,{LONGEST_NAME - 2}}}[{_SIGN}）])?$"
"""Names as documents have them."""


def _any_of(centuries: Sequence[int]) -> str:
    return "|".join([*(rf"{century}\d\d" for century in centuries), str(LAST_YEAR)])


def _filter(name: str) -> Parameter:
    plain = name.removeprefix("not_")
    field = BY_NAME.get(plain)
    schema: Json = {"type": "string", "minLength": 1}
    if isinstance(field, TreeField):
        schema = {"$ref": PLACE}
    elif isinstance(field, YearField):
        schema["pattern"] = years_pattern()
    elif isinstance(field, DayField):
        schema["pattern"] = DAYS
    elif isinstance(field, NameField):
        schema |= {"maxLength": LONGEST_NAME, "pattern": NAMES}
    elif isinstance(field, KeyField):
        schema["enum"] = [*field.terms(), "none"]
    elif plain == "kind":
        schema["enum"] = [str(kind) for kind in BlockKind]
    elif plain == "document":
        schema["pattern"] = IDENTIFIER
    said = ("排除：" if name != plain else "") + (_field_said(field) if field else LABELS[plain])
    example = {"region": ["河北省/承德市/滦平县"], "year": ["2018-2020"]}.get(name)
    return Parameter(name, said, schema, many=True, example=example)


def _field_said(field: Field) -> str:
    if isinstance(field, TreeField):
        return f"{field.label}的路径，如 河北省/承德市/滦平县；只有一处叫这个名字时，写名字也可以；none 是未标明"
    if isinstance(field, YearField):
        return f"{field.label}：2019 或 2018-2020（前小后大）；none 是未标明"
    if isinstance(field, DayField):
        return f"{field.label}：2020-08-19、2020-08、2020，或 2020-08-01..2020-09-15（两头可空一头）；none 是未标明"
    if isinstance(field, NameField):
        return f"{field.label}，照文献上的写法；none 是未标明"
    return f"{field.label}的键；none 是未标明"


LANG = _chosen("lang", "出错时说明的语言 language of error details", LANGUAGES, LANGUAGES[0])
QUERY = _text("q", "检索式；空则浏览", "消费扶贫 密云")
OFF = Parameter("off", "不用的扩展（expansions 的 key）", {"type": "string"}, many=True)
LITERAL = _chosen("literal", "1：只按原词，不放宽", ("0", "1"), "0")
FILTERS = tuple(_filter(name) for name in PARAMETERS)
ASKED = (QUERY, *FILTERS, OFF, LITERAL)
SORT = _chosen("sort", "次序", [str(sort) for sort in Sort], str(Sort.RELEVANCE))
PAGE = _whole("page", "第几页；翻页有尽头（404 page-too-deep），更多请导出", 1)
SIZE = _whole("size", "每页条数", 20, MAX_SIZE)
SINCE = r"^(\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z?)?|[0-9A-Za-z_-]{12,80})$"
AMOUNT = r"^-?\d{1,15}(\.\d{1,6})?[万亿]?$"
FIGURES = (
    *ASKED,
    _text("unit", "单位，如 CNY、人", "CNY", maxLength=100),
    _text("per", "total 总数、rate 比率、change 变化，或比率按什么算，如 亩", "total", maxLength=100),
    _text("min", "不小于；可写 1万、1.2亿", "1万", pattern=AMOUNT),
    _text("max", "不大于；可写 1万、1.2亿", None, pattern=AMOUNT),
    _chosen("order", "次序", RECORD_ORDERS, RECORD_ORDERS[0]),
    _whole("page", "第几页；不给 page 和 size 则给全部，以导出的上限为限"),
    _whole("size", "每页条数", most=MAX_SIZE),
    LANG,
)
RELATIONS = (
    *ASKED,
    _text("relation", "关系的种类，如 对口支援", "对口支援", maxLength=100),
    *(one for one in FIGURES if one.name in ("page", "size")),
    LANG,
)
KWIC = (*ASKED, _chosen("order", "left 按左侧语境，right 按右侧语境，document 按文献顺序", KWIC_ORDERS, KWIC_ORDERS[0]), LANG)
IDENTIFIED = (Parameter("id", "编号", {"type": "string", "minLength": 1}, required=True, where="path"), LANG)
WITH_NOT_FOUND = (400, 401, 404, 414, 429, 503)

TAGS = {"search": "检索", "documents": "文献", "records": "数据与谁帮谁", "taking": "取走", "description": "本文"}
"""Tag → what it says; generators make names of modules of the tags."""

OPERATIONS: tuple[Operation, ...] = (
    Operation("/api/v1/search", "search", "search", "检索段落，附分面", (*ASKED, SORT, PAGE, SIZE, LANG), AnswerForm),
    Operation(
        "/api/v1/new", "new", "search", "按首次收录的先后，新的在前",
        (
            *ASKED, _text("since", "此后的：日子，或 index.generation 里的版本", "2026-11-27", pattern=SINCE), PAGE, SIZE, LANG,
        ),
        NewestForm,
    ),
    Operation(
        "/api/v1/suggest", "suggest", "search", "补全正在输入的文字",
        (_text("q", "正在输入的文字，可以是拼音", "miyun"), LANG), SuggestionsForm,
    ),
    Operation("/api/v1/kwic", "kwic", "search", "每一处命中和它的语境", KWIC, KwicForm),
    Operation("/api/v1/kwic.csv", "kwicCsv", "search", "同上，表格", KWIC, media=(CSV,)),
    Operation(
        "/api/v1/locate", "locate", "search", "引文在哪里",
        (_text("quote", "引文", "结对帮扶六个受援地区", required=True, minLength=1, pattern=r"\S"), LANG), MatchesForm, posted=True,
    ),
    Operation(
        "/api/v1/documents", "documents", "documents", "文献表",
        (_whole("page", "第几页；不给 page 和 size 则给全部"), _whole("size", "每页件数", most=MOST_DOCUMENTS), LANG), DocumentsForm,
    ),
    Operation(
        "/api/v1/documents/{id}", "document", "documents", "一件文献，段落依阅读顺序", IDENTIFIED, DocumentForm, errors=WITH_NOT_FOUND,
    ),
    Operation(
        "/api/v1/passages/{id}", "passage", "documents", "一个段落和它的链接状态；已不在的是 410，正文里有同样的字段",
        IDENTIFIED, PassageForm, errors=(400, 401, 404, 410, 414, 429, 503),
    ),
    Operation("/api/v1/figures", "figures", "records", "检索到的段落里的数据，按它们自己的年份、地区、类型筛选", FIGURES, FiguresForm),
    Operation("/api/v1/figures.csv", "figuresCsv", "records", "同上，表格", FIGURES, media=(CSV,)),
    Operation("/api/v1/figures.xlsx", "figuresXlsx", "records", "同上，工作簿", FIGURES, media=(XLSX,)),
    Operation("/api/v1/relations", "relations", "records", "谁帮谁：每一对，和说到它的每一句", RELATIONS, RelationsForm),
    Operation("/api/v1/relations.csv", "relationsCsv", "records", "同上，表格，每句一行", RELATIONS, media=(CSV,)),
    Operation("/api/v1/relations.xlsx", "relationsXlsx", "records", "同上，工作簿，每句一行", RELATIONS, media=(XLSX,)),
    Operation("/api/v1/relations.graphml", "relationsGraphml", "records", "同上，图：各方为点，各对为边", RELATIONS, media=(GRAPHML,)),
    Operation(
        "/api/v1/export", "export", "taking", "整个检索结果，一种格式的文件",
        (
            *ASKED, SORT, _chosen("format", "格式", tuple(EXPORT_TYPES), "csv"),
            _chosen("partial", "1：只是部分符合的段落也要，partial 一栏注明", ("0", "1"), "0"), LANG,
        ),
        media=tuple(dict.fromkeys(media for media, _suffix in EXPORT_TYPES.values())),
    ),
    Operation(
        "/api/v1/cite", "cite", "taking", "文献或段落的引文",
        (
            _text("id", "文献或段落的编号", None, required=True, minLength=1, pattern=IDENTIFIER),
            _chosen("style", "格式", tuple(CITE_TYPES), next(iter(CITE_TYPES))), LANG,
        ),
        media=tuple(dict.fromkeys(CITE_TYPES.values())), errors=WITH_NOT_FOUND,
    ),
    Operation("/api/v1/openapi.json", "openapi", "description", "本文 this description", (), dict),
)  # fmt: skip

BY_PATH: Mapping[str, Operation] = {operation.path: operation for operation in OPERATIONS}


def check(path: str, given: Mapping[str, Sequence[str]]) -> None:
    """Refuses parameters that the address does not know and values that none of its parameters takes. Raises Problem 400.

    `path` is the address as declared. What only the collection can tell (is there such a place?) is told where it is read."""
    operation = BY_PATH[path]
    known = {one.name: one for one in operation.parameters if one.where == "query"}
    for name, texts in given.items():
        parameter = known.get(name)
        if parameter is None:
            shown = _CONTROL.sub("\ufffd", name[:40])
            hint = _("可用的参数：%(names)s。", names="、".join(known)) if known else _("这个地址没有参数。")
            raise Problem(400, "unknown-parameter", _("没有名为“%(name)s”的参数。", name=shown), hint=hint)
        if len(texts) > 1 and not parameter.many:
            raise Problem(400, f"bad-{name}", _("参数 %(name)s 只能给一次。", name=name))
        for text in texts:
            if must := text and parameter.refuses(text):
                shown = _CONTROL.sub("\ufffd", text if len(text) <= 40 else text[:40] + "…")
                detail = _("参数 %(name)s 的值“%(value)s”不能用：%(must)s", name=name, value=shown, must=must)
                raise Problem(400, f"bad-{name.replace('_', '-')}", detail)
