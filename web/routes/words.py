"""What scripts say, as JSON in the language asked for: strings of the catalogues like all others."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from web.locale import gettext as _

blueprint = Blueprint("words", __name__)


@blueprint.get("/words.json")
def words() -> Response:
    """Name → string. `{n}` stands for what the script fills in."""
    response = jsonify(
        {
            "size": _("正文字号"),
            "size-small": _("小"),
            "size-usual": _("中"),
            "size-large": _("大"),
            "size-huge": _("特大"),
            "theme": _("配色"),
            "theme-usual": _("随系统"),
            "theme-light": _("浅"),
            "theme-dark": _("深"),
            "density": _("结果疏密"),
            "density-usual": _("疏"),
            "density-dense": _("密"),
            "keys": _("单键快捷键（/ n p）"),
            "keys-usual": _("开"),
            "keys-off": _("关"),
            "note": _("批注"),
            "up": _("上移"),
            "down": _("下移"),
            "remove": _("移除"),
            "share": _("复制分享网址"),
            "export": _("导出"),
            "import": _("导入 W3C Annotation"),
            "imported": _("导入了 {n} 条"),
            "nothing-imported": _("文件里没有指向这里段落的批注"),
            "take-all": _("收进我的清单"),
            "saved-searches": _("存下的检索"),
            "saved-at": _("{day} 存，{n} 条"),
            "what-is-new": _("有什么新的"),
            "now-and-then": _("{day} 有 {then} 条，今天 {now} 条，前一百条里新的 {n} 条"),
            "history": _("检索历史"),
            "forget-history": _("清除历史"),
        }
    )
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
