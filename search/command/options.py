"""What the commands share: their options, the settings, the library they ask, and how they print."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

import search as api
from search.command.language import said
from search.errors import BadRequest
from search.fields import BY_NAME, KeyField
from search.model import BlockKind
from search.question import PARAMETERS, Sort
from search.records import RecordSort, read_amount
from search.settings import Settings, checked_address, read_settings
from search.wire import (
    EXPORT_TYPES,
)

if TYPE_CHECKING:
    from search import Library

Given = Mapping[str, tuple[str, ...]]
"""Filters as words, by parameter."""

Chosen = dict[str, Any] | None
"""What chooses among figures; None where passages are asked for."""

_ENGINE_URL = re.compile(r"[a-z]{3,}:")
"""An engine URL given where a folder was asked for: it is none, and no folder of that name is made."""

_FILTER_HELP = {
    "region": "a place: 河北省/承德市/滦平县, or a name that only one place has",
    "year": "2019, 2018-2020, or none",
    "supporter": "a place or unit that gives",
    "recipient": "a place that gets",
    "publication": "the name of what the document appeared in",
    "issued": "the document's year: 2019, 2018-2020, or none",
    "date": "the document's date: 2020-08-19, 2020-08, 2020, 2020-08-01..2020-09-15, or none",
    "author": "a name of the byline",
    "document": "the id of a document",
    "kind": "kind of passage: body, title, heading, caption, table …",
}

DEFAULT_INDEX = "index_data"

HIT_FORMS = tuple(EXPORT_TYPES)

FIGURE_FORMS = ("csv", "jsonl", "xlsx")

RELATION_FORMS = (*FIGURE_FORMS, "graphml")

TABLE_FORMS = tuple(form for form in RELATION_FORMS if form not in HIT_FORMS)

ORDERS = list(dict.fromkeys([*map(str, Sort), *map(str, RecordSort)]))

CONTEXTS = ["left", "right", "document"]

FORMS = [*HIT_FORMS, *TABLE_FORMS]


def engine_options(command: Callable[..., None]) -> Callable[..., None]:
    """`--index DIR` and `--engine URL`, handed on as one engine URL."""

    @click.option("--index", "index", type=click.Path(path_type=Path), help="index directory [default: index_data]")
    @click.option("--engine", "engine", help="engine URL, such as whoosh:index_data")
    @functools.wraps(command)
    def wrapped(index: Path | None, engine: str | None, **rest: Any) -> None:
        if index is not None and engine is not None:
            raise click.UsageError(said("Give --index or --engine, not both."))
        place = str(index or DEFAULT_INDEX)
        command(url=engine or (place if _ENGINE_URL.match(place) else f"whoosh:{place}"), **rest)

    return wrapped


class Hinted(click.Choice[str]):
    """Values that help and completion name; what is none of them is refused by the library, in its own sentence."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        del param, ctx
        return value


def filter_help(name: str) -> str:
    """What a filter takes."""
    plain = name.removeprefix("not_")
    return {f"not_{plain}": "leave out: see the option without not"}.get(name) or _FILTER_HELP.get(plain, "a key or its name")


def _values(_context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The keys that a filter takes, for the completion of shells."""
    plain = (parameter.name or "").removeprefix("not_")
    field = BY_NAME.get(plain)
    terms = field.terms() if isinstance(field, KeyField) else dict.fromkeys(BlockKind, "") if plain == "kind" else {}
    return [CompletionItem(key, help=label) for key, label in terms.items() if key.startswith(incomplete)]


def filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """The filters, repeatable, handed on as one mapping for `Library.filters`."""

    @functools.wraps(command)
    def wrapped(**given: Any) -> None:
        command(given={name: given.pop(name) for name in PARAMETERS}, **given)

    for name in reversed(PARAMETERS):
        option = f"--{name.replace('_', '-')}"
        about = filter_help(name)
        wrapped = click.option(option, name, multiple=True, metavar=name.split("_")[-1].upper(), help=about, shell_complete=_values)(
            wrapped
        )
    return wrapped


def figure_options(command: Callable[..., None]) -> Callable[..., None]:
    """What chooses among figures, handed on as one mapping for `Library.figures`; empty without `--figures`."""

    @click.option("--figures", is_flag=True, help="the figures of the passages found, not the passages")
    @click.option("--unit", help="unit of figures: CNY, 人, %")
    @click.option("--per", help="total, rate, change, or what a rate is per (亩)")
    @click.option("--min", "minimum", help="least value: 10000, 1万")
    @click.option("--max", "maximum", help="greatest value: 10000, 1万")
    @functools.wraps(command)
    def wrapped(figures: bool, **given: Any) -> None:
        chosen = {name: given.pop(name) for name in ("unit", "per", "minimum", "maximum")}
        if any(chosen.values()) and not figures:
            raise click.UsageError(said("--unit, --per, --min and --max go with --figures."))
        bounds = {name: read_amount(chosen[name]) if chosen[name] else None for name in ("minimum", "maximum")}
        command(figures={"unit": chosen["unit"], "per": chosen["per"], **bounds} if figures else None, **given)

    return wrapped


def in_one(_context: click.Context, _parameter: click.Parameter, words: tuple[str, ...]) -> str:
    """The words of a query that were typed without quotes, as one."""
    return " ".join(words)


def link_base(text: str) -> str:
    try:
        return checked_address(text, "--base-url")
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def settings_given() -> Settings:
    try:
        return read_settings()
    except ValueError as error:
        raise BadRequest(str(error)) from None


def library_at(url: str, *, any_analysis: bool = False) -> Library:
    library = api.open_library(url, settings=settings_given(), any_analysis=any_analysis)
    if library.fault:
        click.echo(f"注意 {library.fault}", err=True)
    return library


def print_json(data: Any) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=1))
