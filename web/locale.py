"""Interface languages: chosen by the parameter `lang` alone (no cookie, no guess from headers, so one URL is one page)."""

from __future__ import annotations

from datetime import date

from flask import has_request_context, request
from flask_babel import format_date

from web.state import DEFAULT_LANGUAGE, LANGUAGES

NAMES = {"zh-Hans": "简体", "zh-Hant": "繁體", "en": "English"}


def language() -> str:
    """The interface language of the request at hand; the default where `lang` is missing or unknown."""
    asked = request.args.get("lang", "") if has_request_context() else ""
    return asked if asked in LANGUAGES else DEFAULT_LANGUAGE


def babel_locale() -> str:
    """The same as Babel writes it."""
    return language().replace("-", "_")


def number(value: float) -> str:
    """A number with thousands separators; all three languages group alike."""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.10g}" if abs(value) < 1e6 else f"{value:,.2f}"
    return f"{int(value):,}"


def long_date(value: date) -> str:
    """A date as the language writes it in prose."""
    return str(format_date(value, "long"))
