"""A search taken to a notebook: a Jupyter file that asks this site the same question again, and goes on from there."""

from __future__ import annotations

import json
from typing import Any

from search.results import Question, Sort
from web.locale import gettext as _


def notebook(base: str, question: Question, title: str) -> str:
    """The file, as JSON of nbformat 4.5. What a reader typed stands in it as Python strings, never as code."""
    filters: dict[str, list[str]] = {}
    for name, value in question.filters.pairs():
        filters.setdefault(name, []).append(value)
    sort = "" if question.sort is Sort.RELEVANCE else f", sort={str(question.sort)!r}"
    said = _("这个笔记本向站点再问一次同样的检索。先安装：")
    cells = [
        _cell("markdown", f"# {_one_line(title)}\n\n{said} `pip install 'bangfu[tables]'`"),
        _cell("code", f"import search\n\nlibrary = search.connect({base!r})\nlibrary"),
        _cell("code", f"text = {question.text!r}\nfilters = {filters!r}\nanswer = library.search(text, filters=filters{sort})\nanswer"),
        _cell("code", f"from search.results import Hit\n\nhits: list[Hit] = list(library.hits(text, filters=filters{sort}))\nlen(hits)"),
        _cell("code", "answer.to_pandas()"),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, ensure_ascii=False, indent=1)


def _cell(kind: str, source: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)}
    return cell if kind == "markdown" else {**cell, "execution_count": None, "outputs": []}


def _one_line(text: str) -> str:
    """A title as Markdown takes it for text."""
    return "".join(f"\\{char}" if char in "\\`*_[]<>#" else char for char in " ".join(text.split()))
