"""How values of parameters read to people, in the language of the page."""

from __future__ import annotations

from search.results import Role
from web.locale import gettext as _
from web.site import site
from web.state import SearchState


def facet_label(name: str) -> str:
    """The heading of a facet, or of another filter."""
    return str(
        {
            "region": _("地区"),
            "year": _("年份"),
            "program": _("帮扶类型"),
            "document": _("文献"),
            "kind": _("文块"),
            "supporter": _("支援方"),
            "recipient": _("受援方"),
        }[name.removeprefix("not_")]
    )


def view_label(view: str) -> str:
    return str(
        {
            "passages": _("段落"),
            "documents": _("按文献"),
            "kwic": _("上下文"),
            "cross": _("交叉表"),
            "figures": _("数据"),
        }[view]
    )


def sort_label(sort: str) -> str:
    return str({"relevance": _("相关"), "year-desc": _("年份新到旧"), "year-asc": _("年份旧到新"), "document": _("文献顺序")}[sort])


def kind_label(kind: str) -> str:
    return str(
        {
            "body": _("正文"),
            "title": _("标题"),
            "subtitle": _("副题"),
            "heading": _("小标题"),
            "caption": _("图片说明"),
            "credit": _("署名"),
            "table": _("表格"),
        }[kind]
    )


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


def page_title(state: SearchState) -> str:
    """Query and filters, so that tabs, history and bookmarks tell one another apart."""
    parts = [state.q.strip()] if state.q.strip() else []
    parts += [("−" if name.startswith("not_") else "") + value_label(name, value) for name, value in state.applied()]
    text = " · ".join(parts) or str(_("全部段落"))
    return text + (" " + str(_("第 %(n)s 页", n=state.page)) if state.page > 1 else "")


def value_label(name: str, value: str) -> str:
    """How a filter's value reads: regions by their last name, types and kinds by their label, documents by their title."""
    facet = name.removeprefix("not_")
    if value == "none":
        return str(_("未标明"))
    if facet in ("region", "supporter", "recipient"):
        return value.rpartition("/")[2]
    if facet == "program":
        return program_label(value)
    if facet == "kind":
        return kind_label(value)
    if facet == "document":
        return next((item.title for item in site().library.documents() if item.id == value), value)
    return value.replace("-", "–") if facet == "year" else value


def program_label(key: str) -> str:
    """The label of a program type, from the library's own table; the key itself when it is not in it."""
    label = site().programs().get(key, "")
    return str(_(label)) if label else key


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
