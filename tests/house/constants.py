"""The numeric constants of the product, where each is used as a threshold, and how a test gives one another value."""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r"_?[A-Z][A-Z0-9_]*")
CUTTING = frozenset(("islice", "min", "max", "minimum", "maximum", "clip", "range", "most_common", "nsmallest", "nlargest"))
"""Functions that take a threshold."""


@dataclass(frozen=True, slots=True)
class SourceModule:
    """A module of the product by name, its tree, and what it imports: local name → (module, name), the name "" for a whole module."""

    name: str
    tree: ast.Module
    imports: Mapping[str, tuple[str, str]]


def patch_constant(patch: pytest.MonkeyPatch, dotted: str, value: object) -> None:
    """Gives a constant (module and name) another value wherever it is looked up: in its own module, and in every loaded one that imported
    it by name, which a plain `setattr` of the first would not reach."""
    home, _, name = dotted.rpartition(".")
    module = import_module(home)
    assert hasattr(module, name), f"there is no {dotted}: the path that it chose is tested by nothing"
    patch.setattr(module, name, value)
    for other, loaded in list(sys.modules.items()):
        if (
            other.startswith(("search.", "web."))
            and other != home
            and name in vars(loaded)
            and _imports_of(other).get(name) == (home, name)
        ):
            patch.setattr(loaded, name, value)


@cache
def _imports_of(module: str) -> Mapping[str, tuple[str, str]]:
    path = Path(sys.modules[module].__file__ or "")
    return _imports(module, ast.parse(path.read_text(encoding="utf-8")), package=path.name == "__init__.py")


@cache
def source_modules() -> tuple[SourceModule, ...]:
    """Every module of `search` and `web`."""
    return tuple(_modules())


def _modules() -> Iterator[SourceModule]:
    for room in ("search", "web"):
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            package = parts[-1] == "__init__"
            name, tree = ".".join(parts[:-1] if package else parts), ast.parse(path.read_text(encoding="utf-8"))
            yield SourceModule(name, tree, _imports(name, tree, package=package))


def _imports(module: str, tree: ast.AST, *, package: bool) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            above = module.split(".")[: len(module.split(".")) - node.level + package] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            found |= {one.asname or one.name: (source, one.name) for one in node.names}
        elif isinstance(node, ast.Import):
            found |= {one.asname or one.name: (one.name, "") for one in node.names}
    return found


def numeric_constants() -> set[str]:
    """The dotted names of all module-level constants that are numbers, or sums and products of numbers."""
    found: set[str] = set()
    for module in source_modules():
        known: set[str] = set()
        for node in module.tree.body:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target if isinstance(node, ast.AnnAssign) else None
            value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
            if isinstance(target, ast.Name) and value is not None and NAME.fullmatch(target.id) and _is_number(value, known):
                known.add(target.id)
        found |= {f"{module.name}.{name}" for name in known}
    return found


def _is_number(node: ast.expr, known: set[str]) -> bool:
    match node:
        case ast.Constant(value):
            return isinstance(value, int | float) and not isinstance(value, bool)
        case ast.UnaryOp():
            return _is_number(node.operand, known)
        case ast.BinOp():
            return _is_number(node.left, known) and _is_number(node.right, known)
        case ast.Name(name):
            return name in known
        case _:
            return False


def thresholds() -> dict[str, set[str]]:
    """The constants that decide something (compared with, cut at, counted up to), each with the modules that do so."""
    constants = numeric_constants()
    found: defaultdict[str, set[str]] = defaultdict(set)
    for module in source_modules():
        for node in ast.walk(module.tree):
            for part in _deciding(node):
                for name in ast.walk(part):
                    dotted = _dotted(name, module)
                    if dotted in constants:
                        found[dotted].add(module.name)
    return dict(found)


def _deciding(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.Compare | ast.Slice):
        return [node]
    if isinstance(node, ast.Call):
        called = node.func
        name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
        limits: list[ast.AST] = [one.value for one in node.keywords if one.arg == "limit"]
        return [*node.args, *limits] if name in CUTTING else limits
    return []


def _dotted(node: ast.AST, module: SourceModule) -> str:
    if isinstance(node, ast.Name):
        return ".".join(module.imports.get(node.id, (module.name, node.id)))
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in module.imports:
        source, name = module.imports[node.value.id]
        return f"{source}.{name}.{node.attr}" if name else f"{source}.{node.attr}"
    return ""
