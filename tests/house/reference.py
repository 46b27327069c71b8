"""Writes `docs/reference.md`: every setting, address, command option, facet field and operator, from the code itself.

    python -m tests.house.reference

`tests/house/test_reference.py` holds the file to what this writes, so nothing of it can be undocumented or out of date.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import click
from flask import Flask

from search.command.cli import main
from search.fields import FIELDS, Field
from search.query.lexer import CHINESE_OPERATORS, FIELD_NAMES, OPERATORS, QUOTES, WILDCARDS
from search.query.syntax import DOCUMENT, TITLE
from search.settings import PREFIX, Settings
from web import create_app

ROOT = Path(__file__).resolve().parents[2]
BOOLEAN = OPERATORS | CHINESE_OPERATORS
TARGET = ROOT / "docs" / "reference.md"


def settings_with_words() -> Iterator[tuple[str, object, str]]:
    """Name, default and docstring of every setting; the docstring is empty where there is none."""
    tree = ast.parse((ROOT / "search" / "settings.py").read_text(encoding="utf-8"))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Settings")
    words = {}
    for here, after in pairwise(body):
        if isinstance(here, ast.AnnAssign) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            words[ast.unparse(here.target)] = str(after.value.value)
    for item in fields(Settings):
        yield item.name, item.default, " ".join(words.get(item.name, "").split())


def commands() -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Command line, help, and options with their help, of every command."""
    context = click.Context(main, info_name="bangfu")
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        arguments = [str(parameter.make_metavar(context)) for parameter in command.params if isinstance(parameter, click.Argument)]
        shown = [option for option in command.params if isinstance(option, click.Option)]
        options = [("/".join((*option.opts, *option.secondary_opts)), option.help or "") for option in shown]
        yield " ".join(["bangfu", name, *arguments]), command.get_short_help_str(200), options


def addresses(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Address, methods and first line of the docstring of every route."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        said = (app.view_functions[rule.endpoint].__doc__ or "").strip().partition("\n\n")[0]
        yield rule.rule, methods, " ".join(said.split())


def reference() -> str:
    """The whole page."""
    lines = [
        "# Reference",
        "",
        "Written by `python -m tests.house.reference` from the code. Words about it are in README.md and on the site's help page.",
        "",
        "## Settings",
        "",
        f"Environment variables, `{PREFIX}` and the name in capitals.",
        "",
        "| variable | default | |",
        "| --- | --- | --- |",
        *(f"| `{PREFIX}{name.upper()}` | {_default(default)} | {words} |" for name, default, words in settings_with_words()),
        "",
        "## Facet fields",
        "",
        "Filters of the API (`region=…`, `not_region=…`), options of the command (`--region`, `--not-region`) and words of a query"
        " (`地区:…`).",
        "",
        "| field | | kind | counted | in queries |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| `{field.name}` | {field.label} | {_kind(field)} | {'yes' if field.counted else 'no'} |"
            f" {' '.join(f'`{word}:`' for word in field.words)} |"
            for field in FIELDS
        ),
        "",
        "## Query language",
        "",
        "| operator | written |",
        "| --- | --- |",
        *(
            f"| {kind} | {_codes(word for word, of in (OPERATORS | CHINESE_OPERATORS).items() if of == kind)} |"
            for kind in ("and", "or", "not")
        ),
        f"| exact run | {_codes(f'{opens}…{closes}' for opens, closes in QUOTES.items())} |",
        "| group | `(…)` `（…）` |",
        "| near, in order | `NEAR/10` `近/10`, `PRE/10` `前/10` |",
        f"| any characters between, one character | {_codes(WILDCARDS)} |",
        "| not inside a longer run | `京东 -北[京东]西` |",
        f"| other fields | {_codes(f'{word}:' for word, name in FIELD_NAMES.items() if name in (TITLE, DOCUMENT))} |",
        "",
        "## Commands",
        "",
    ]
    for line, said, options in commands():
        lines += [f"### `{line}`", "", said, "", *(f"- `{names}` {words}".rstrip() for names, words in options), ""]
    lines += ["## Addresses", "", "| address | methods | |", "| --- | --- | --- |"]
    lines += [f"| `{rule}` | {methods} | {said} |" for rule, methods, said in addresses(create_app("memory:reference", Settings()))]
    return "\n".join(lines) + "\n"


def _kind(field: Field) -> str:
    return type(field).__name__.removesuffix("Field").lower()


def _default(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return f"`{value}`" if value else "none"


def _codes(words: Iterator[str] | str) -> str:
    return " ".join("`|`" if word == "|" else f"`{word}`".replace("|", "\\|") for word in words)


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
