"""Interface languages: chosen by the parameter `lang` alone (no cookie, no guess from headers, so one URL is one page).

Catalogues are gettext's, kept with Babel's tools. A results page says some hundred strings, so the catalogue of a request is found once and
every string is one look into a dictionary.
"""

from __future__ import annotations

import gettext as catalogues
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from babel import dates
from flask import request
from markupsafe import Markup

from web.escaping import escaped
from web.state import DEFAULT_LANGUAGE, LANGUAGES

NAMES = {"zh-Hans": "简体", "zh-Hant": "繁體", "en": "English"}
CATALOGUES = Path(__file__).parent / "translations"

_spoken: ContextVar[str] = ContextVar("language", default=DEFAULT_LANGUAGE)


def language() -> str:
    """The interface language of the request at hand."""
    return _spoken.get()


def babel_locale() -> str:
    """The same as Babel writes it."""
    return language().replace("-", "_")


def speak() -> None:
    """Settles the language of the request that begins: the default where `lang` is missing or unknown."""
    asked = request.args.get("lang", "")
    _spoken.set(asked if asked in LANGUAGES else DEFAULT_LANGUAGE)


@cache
def _lookup(lang: str) -> Callable[[str], str]:
    """What a string reads in a language."""
    if lang == DEFAULT_LANGUAGE:
        return str
    catalogue = catalogues.translation("messages", CATALOGUES, [lang.replace("-", "_")], fallback=True)
    known: dict[str, str] = {}

    def find(message: str) -> str:
        found = known.get(message)
        if found is None:
            found = known[message] = catalogue.gettext(message)
        return found

    return find


def gettext(message: str, **fields: object) -> str:
    """A string of the interface in the language of the request, its `%(name)s` fields filled in."""
    text = _lookup(_spoken.get())(message)
    return _inflected(text, fields) % fields if fields else text.replace("%%", "%")


_FORMS = re.compile(r"%\((\w+)\)s([^%{}]*)\{([^{}|]*)\|([^{}|]*)\}")


def _inflected(text: str, fields: Mapping[str, object]) -> str:
    """A string with its words in the form that goes with the number before them: `%(n)s {passage|passages}`, of one and of all else."""
    if "|" not in text:
        return text
    return _FORMS.sub(lambda found: f"%({found[1]})s{found[2]}{found[3 if str(fields[found[1]]) == '1' else 4]}", text)


def gettext_noop(message: str) -> str:
    """Marks a string for the catalogues where it stands in a table; it is looked up where it is said."""
    return message


def template_gettext(message: str, **fields: object) -> Markup:
    """The same for templates: the string is ours and safe, the fields are escaped."""
    if not fields:
        return texts()[message]
    return Markup(_inflected(_lookup(_spoken.get())(message), fields) % {name: escaped(value) for name, value in fields.items()})


class TemplateTexts(dict[str, Markup]):
    """The strings without fields that templates say, in one language, each looked up when it is first said; templates hold only so many."""

    def __init__(self, lang: str) -> None:
        super().__init__()
        self._find = _lookup(lang)

    def __missing__(self, message: str) -> Markup:
        found = self[message] = Markup(self._find(message).replace("%%", "%"))
        return found


_texts = cache(TemplateTexts)


def texts() -> TemplateTexts:
    """The strings of templates in the language of the request."""
    return _texts(_spoken.get())


def number(value: float) -> str:
    """A number with thousands separators; all three languages group alike."""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.10g}" if abs(value) < 1e6 else f"{value:,.2f}"
    return f"{int(value):,}"


def passages(count: int) -> str:
    """How many passages, in words."""
    return _passages(_spoken.get(), count)


_ = gettext


@lru_cache(4096)
def _passages(_lang: str, count: int) -> str:
    return _("%(n)s 条", n=number(count))


def long_date(value: date) -> str:
    """A date as the language writes it in prose."""
    return str(dates.format_date(value, "long", locale=babel_locale()))
