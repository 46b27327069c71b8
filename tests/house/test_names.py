"""One word for one thing: what the names of the code must keep apart."""

from __future__ import annotations

import ast
import re
from collections import defaultdict

from tests.house.test_import_law import ROOT, modules


def test_a_class_name_lives_in_one_module() -> None:
    """No two modules of the product define a class of one name, private ones included: a name said aloud means one thing."""
    homes: dict[str, set[str]] = defaultdict(set)
    for module, path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                homes[node.name].add(module)
    assert len(homes) > 400, "the walk finds the classes"
    assert {name: sorted(where) for name, where in homes.items() if len(where) > 1} == {}


WORDS = {
    "view": (r"\bviews?\b|View[A-Z]|View\b", {"web"}, "a way the results are shown (passages, documents, figures …)"),
    "fold": (
        r"\bfold(?:ed|s|ing)?\b|Fold",
        {"search/text", "search/query", "search/links", "search/building", "search/labels", "search/wire"},
        "one character",
    ),
}
"""Word → how it is written in code, the folders it may occur in as a name, and its one meaning. (The JSON keeps its key `folded`.)"""


def test_view_and_fold_mean_one_thing() -> None:
    """A view is a way the results are shown, so `search` has none; folding is of characters, so engines and pages collapse hits instead."""
    strangers = []
    for module, path in modules():
        place = path.relative_to(ROOT).as_posix()
        names = {name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) for name in _given(node)}
        for word, (pattern, folders, _) in WORDS.items():
            if not any(place.startswith(f"{folder}/") for folder in folders):
                strangers += [(module, name, word) for name in names if re.search(pattern, name.replace("_", " "))]
    assert strangers == []


def _given(node: ast.AST) -> list[str]:
    """The names that a node gives: classes, functions, arguments, variables, fields."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return [node.name]
    if isinstance(node, ast.arg):
        return [node.arg]
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return [node.id]
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        return [node.attr]
    return []
