"""Relative addresses in JSON."""

from __future__ import annotations

from urllib.parse import quote, urlencode


def permalink(passage_id: str) -> str:
    """`/p/<passage>`."""
    return f"/p/{passage_id}"


def document_url(document_id: str, passage_id: str = "", text: str = "") -> str:
    """`/d/<document>?q=…#<passage>`."""
    query = f"?{urlencode({'q': text})}" if text else ""
    return f"/d/{quote(document_id)}{query}" + (f"#{passage_id}" if passage_id else "")


def search_url(text: str) -> str:
    """`/search?q=…`."""
    return f"/search?{urlencode({'q': text})}"
