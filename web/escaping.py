"""Escaping for values that go straight into a page, without a `Markup` for each."""

from __future__ import annotations

from typing import Any

import markupsafe

_escape_text: Any = getattr(markupsafe, "_escape_inner", markupsafe.escape)
"""What `escape` does to a `str`, without the `Markup` around it, where this release of MarkupSafe has it apart."""


def escaped(value: object) -> str:
    """What `markupsafe.escape` makes of a value, as text to be joined."""
    kind = type(value)
    if kind is str:
        text: str = _escape_text(value)
        return text
    if kind is markupsafe.Markup:
        return value  # type: ignore[return-value]
    if kind is int or kind is float:
        return str(value)
    return markupsafe.escape(value)
