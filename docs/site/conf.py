"""Sphinx's settings for one language of the documentation; `build.py` stages the pages and names the language in DOCS_LANGUAGE."""

from __future__ import annotations

import os
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_LANGUAGE = os.environ.get("DOCS_LANGUAGE", "en")

project = "帮扶检索" if _LANGUAGE == "zh" else "Bangfu 帮扶检索"
author = "The Bangfu project"
copyright = author
version = release = installed("bangfu")
language = {"zh": "zh_CN", "en": "en"}[_LANGUAGE]

extensions = ["myst_parser"]
root_doc = "index"
source_suffix = {".md": "markdown"}
myst_heading_anchors = 3
nitpicky = True
highlight_language = "text"

html_theme = "furo"
html_title = project
html_static_path = [str(_HERE / "static")]
html_css_files = ["site.css"]
templates_path = [str(_HERE / "templates")]
html_copy_source = False
html_show_sphinx = False
html_last_updated_fmt = None
html_context = {"other": "en" if _LANGUAGE == "zh" else "zh"}
html_theme_options = {"sidebar_hide_name": False}
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/search.html",
        "sidebar/language.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}


def setup(app: Any) -> None:
    """Says of pages that are in English alone that they are, where they are among Chinese ones."""
    if _LANGUAGE == "zh":
        app.connect("html-page-context", _mark_english)


def _mark_english(_app: Any, page: str, _template: str, context: dict[str, Any], _tree: Any) -> None:
    if page in ("reference", "opensearch", "security"):
        context["body"] = f'<div lang="en">{context["body"]}</div>'
