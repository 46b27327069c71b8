"""The language of help: Chinese or English, by the locale, and never both. Commands are written in English; the catalogue has the Chinese,
of click's own strings too.

What comes out of a search is in Chinese, as its documents are."""

from __future__ import annotations

import gettext
import os
import tomllib
from functools import cache
from pathlib import Path

import click

HERE = Path(__file__).parent
CATALOGUES = HERE / "translations"
EXAMPLES = HERE / "data" / "examples.toml"
WIDTH = 120


def settle() -> None:
    """Lets gettext, by which click speaks, find our catalogue; the locale decides whether it is used."""
    gettext.bindtextdomain("messages", str(CATALOGUES))
    gettext.textdomain("messages")


def said(message: str) -> str:
    """A string of the command in the language of the locale."""
    return gettext.gettext(message) if message else message


def speak(group: click.Group) -> None:
    """Puts the help of every command and option into the language of the locale, with examples below."""
    settle()
    for name, command in {"": group, **group.commands}.items():
        command.help = said(" ".join((command.help or "").split()))
        command.epilog = epilog(name)
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                parameter.help = said(parameter.help or "")


def epilog(name: str) -> str:
    """The examples of a command, as click keeps lines."""
    lines = examples().get(name, [])
    return "\b\n" + "\n".join([said("Examples:"), *(f"  {line}" for line in lines)]) if lines else ""


@cache
def examples() -> dict[str, list[str]]:
    """Command → its examples."""
    found: dict[str, list[str]] = tomllib.loads(EXAMPLES.read_text("utf-8"))
    return found


def colours() -> bool | None:
    """Whether to colour, as the environment says: NO_COLOR, FORCE_COLOR, TERM=dumb; None leaves it to whether there is a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return False if os.environ.get("TERM") == "dumb" else None
