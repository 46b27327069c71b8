"""How values of parameters read to people, in the language of the page."""

from __future__ import annotations

from search.results import BY_NAME, LABELS, DayField, KeyField, Role, YearField
from web.locale import gettext as _
from web.locale import gettext_noop as _later
from web.site import site
from web.state import EARLIEST, LATEST, SORTS, SearchState

_VIEWS = {
    "passages": _later("段落"),
    "documents": _later("按文献"),
    "kwic": _later("上下文"),
    "cross": _later("交叉表"),
    "figures": _later("数据"),
}
_SORTS = {
    "relevance": _later("相关度"),
    "year-desc": _later("年份新到旧"),
    "year-asc": _later("年份旧到新"),
    "date-desc": _later("文献新到旧"),
    "date-asc": _later("文献旧到新"),
    "document": _later("按文献编次"),
}
_KINDS = {
    "body": _later("正文"),
    "title": _later("标题"),
    "subtitle": _later("副题"),
    "heading": _later("小标题"),
    "caption": _later("图片说明"),
    "credit": _later("署名"),
    "table": _later("表格"),
}


def within_quotes(text: str) -> str:
    """A text as it stands within quotation marks: double ones in it become single, single ones double. A mark that has no fellow, because
    the text was cut between the two, is left out at either end."""
    for opening, closing in ("“”", "‘’"):
        if text.startswith(opening) and closing not in text:
            text = text[1:]
        if text.endswith(closing) and opening not in text:
            text = text[:-1]
    return text.translate(_INNER)


def facet_label(name: str) -> str:
    """The heading of a facet, or of another filter."""
    return _(LABELS[name.removeprefix("not_")])


def view_label(view: str) -> str:
    return _(_VIEWS[view])


def sort_label(sort: str) -> str:
    return _(_SORTS[sort])


def kind_label(kind: str) -> str:
    return _(_KINDS[kind])


def suggestion_kind(kind: str) -> str:
    """How a suggestion came about, for people."""
    known = {
        "spelling": _("形近或音近"),
        "pinyin": _("拼音"),
        "script": _("繁简"),
        "synonym": _("同义"),
        "title": _("标题"),
        "heading": _("小标题"),
        "place": _("地名"),
        "organisation": _("机构"),
        "term": _("词语"),
        "number": _("数字写法"),
    }
    return str(known.get(kind, kind))


_INNER = str.maketrans("“”‘’", "‘’“”")
LONGEST_TITLE = 60
"""Characters of a query that a title says."""
MOST_NAMED = 4
"""Filters that a title names."""


def page_title(state: SearchState) -> str:
    """Query, filters, view, order and page, so that tabs, history and bookmarks tell one another apart."""
    text = " ".join(state.q.split())
    parts = [text if len(text) <= LONGEST_TITLE else text[:LONGEST_TITLE] + "…"] if text else []
    applied = state.applied()
    parts += [("−" if name.startswith("not_") else "") + value_label(name, value) for name, value in applied[:MOST_NAMED]]
    if len(applied) > MOST_NAMED:
        parts.append(str(_("等 %(n)s 项", n=len(applied))))
    if not parts:
        parts = [str(_("全部段落"))]
    if state.view != "passages":
        parts.append(view_label(state.view))
    if state.question.sort != SORTS[0]:
        parts.append(sort_label(state.question.sort))
    return " · ".join(parts) + (" " + str(_("第 %(n)s 页", n=state.page)) if state.page > 1 else "")


def value_label(name: str, value: str) -> str:
    """How a filter's value reads: regions by their last name, types and kinds by their label, documents by their title."""
    facet = name.removeprefix("not_")
    if value == "none":
        return str(_("未标明"))
    if facet == "kind":
        return kind_label(value)
    if facet == "document":
        return site().library.title(value) or value
    field = BY_NAME[facet]
    shown = field.shown_as(value)
    if isinstance(field, KeyField):
        return _(shown)
    if isinstance(field, DayField):
        return _days(value)
    return _years(shown) if isinstance(field, YearField) else shown


def _years(value: str) -> str:
    """A year, or a range whose open end is said in words."""
    first, dash, last = value.partition("-")
    if dash and last == LATEST:
        return str(_("%(year)s 年起", year=first))
    if dash and first == EARLIEST:
        return str(_("%(year)s 年及以前", year=last))
    return f"{first}–{last}" if dash else value


def _days(value: str) -> str:
    """A day, or a range whose open end is said in words."""
    first, dots, last = value.partition("..")
    if dots and not last:
        return str(_("%(day)s 起", day=first))
    if dots and not first:
        return str(_("%(day)s 及以前", day=last))
    return f"{first}–{last}" if dots else value


def term_labels(name: str) -> dict[str, str]:
    """The labels of all values of a key field, by key."""
    field = BY_NAME[name]
    return {key: _(label) for key, label in field.terms().items()} if isinstance(field, KeyField) else {}


def role_label(role: Role) -> str:
    return str({Role.SUPPORTER: _("支援方"), Role.RECIPIENT: _("受援方"), Role.MENTIONED: _("提及")}[role])


def removal_label(reason: str) -> str:
    """Why characters of a source were left out of the text; unknown reasons read as they are."""
    known = {
        "duplicate-caption": _("重复的图片说明"),
        "page-number": _("页码"),
        "running-head": _("页眉"),
        "furniture": _("网页或版面装饰"),
        "watermark": _("水印"),
        "spacing": _("排版空格"),
        "hyphen": _("断词连字符"),
    }
    return str(known.get(reason, reason))


def filter_text(name: str, value: str) -> str:
    """A filter in words."""
    return (f"{_('排除')} " if name.startswith("not_") else "") + f"{facet_label(name)}: {value_label(name, value)}"
