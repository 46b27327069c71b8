"""Brings the catalogues up to date with templates and code: extract, merge, fill zh_Hant by OpenCC, compile.

python -m web.translations.update
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from search.results import FACETS, LABELS, KeyField
from web.state import DEFAULT_LANGUAGE
from web.state import LANGUAGES as SPOKEN

HERE = Path(__file__).parent
LANGUAGES = tuple(code.replace("-", "_") for code in SPOKEN if code != DEFAULT_LANGUAGE)
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.xml", "jinja2")]


def messages() -> Iterator[str]:
    """Every string to be translated: those of templates and code, and those of data."""
    for _file, _line, message, _comments, _context in extract_from_dir(str(HERE.parent), METHODS, keywords={"_": None, "_later": None}):
        yield message if isinstance(message, str) else message[0]
    yield from LABELS.values()
    for field in FACETS:
        if isinstance(field, KeyField):
            yield from field.terms().values()


def catalogue_path(language: str) -> Path:
    """Where the catalogue of a language is."""
    return HERE / language / "LC_MESSAGES" / "messages.po"


def read_catalogue(language: str) -> Catalog:
    """The catalogue as it is on disk."""
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language)


def update(language: str) -> list[str]:
    """Updates one catalogue; returns the strings still without a translation."""
    path = catalogue_path(language)
    old = {str(message.id): str(message.string) for message in read_catalogue(language) if message.id} if path.exists() else {}
    convert = import_module("opencc").OpenCC("s2tw").convert if language == "zh_Hant" else None  # s2twp changes words: 资金支援
    new = Catalog(locale=language, project="bangfu", charset="utf-8", fuzzy=False)
    for message in sorted(set(messages())):
        new.add(message, convert(message) if convert else old.get(message, ""), flags=("python-format",) if "%(" in message else ())
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, new, sort_output=True, omit_header=False, width=140)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, new)
    return [str(message.id) for message in new if message.id and not message.string]


if __name__ == "__main__":
    for one in LANGUAGES:
        missing = update(one)
        print(f"{one}: {len(missing)} without a translation", *missing, sep="\n  ")
