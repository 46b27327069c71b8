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
        }
    )
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
