"""One word for one thing: what the names of the code must keep apart."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

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


MOST_CHARACTERS = 14
"""Chinese characters that the regular expressions of one module may hold: marks of grammar, not lists of words."""
HOLD_MORE = {
    "search.labels.figure.amount": 330,
    "search.labels.figure.number": 72,
    "search.labels.relation.table": 24,
    "search.labels.figure.grammar": 64,
    "search.labels.figure.scope": 34,
    "search.labels.figure.rate": 32,
    "search.labels.region.tables": 24,
    "search.labels.relation.party": 16,
    "search.labels.year.pattern": 20,
}
"""Modules that still hold more, and how much: cue words that were there before this law. A number here only ever gets smaller; new words
go to a data file, with where they come from."""
_REGEX = {"compile", "search", "match", "fullmatch", "finditer", "findall", "sub", "split"}
_HAN = re.compile(r"(?![〇零一二两三四五六七八九十百千万亿])[\u3400-\u9fff]")
"""Chinese characters but numerals, which are grammar."""


def test_cue_words_live_in_data_files() -> None:
    """The regular expressions of a module hold at most a few Chinese characters; the modules that hold more hold no more than they did."""
    found = {module: sum(len(_HAN.findall(text)) for text in _patterns(path)) for module, path in modules()}
    assert sum(found.values()) > 500, "the walk finds the patterns"
    assert {module: count for module, count in found.items() if count > HOLD_MORE.get(module, MOST_CHARACTERS)} == {}
    assert [module for module in HOLD_MORE if found.get(module, 0) <= MOST_CHARACTERS] == [], "no longer holds more: take it off the list"


def _patterns(path: Path) -> Iterator[str]:
    """The texts written in calls of `re`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=name), args=[pattern, *_]) if name in _REGEX:
                for text in ast.walk(pattern):
                    if isinstance(text, ast.Constant) and isinstance(text.value, str):
                        yield text.value
