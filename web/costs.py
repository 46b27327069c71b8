"""Which requests cost much more than a page of results: whole result sets, tables over all pairs, pages of pictures."""

from __future__ import annotations

_PATHS = (
    "/api/v1/export",
    "/api/v1/figures.",
    "/api/v1/relations.",
    "/api/v1/cross",
    "/api/v1/pairs",
    "/api/v1/kwic",
    "/api/v1/new",
    "/feed.atom",
    "/pairs",
    "/cross.csv",
    "/trends",
    "/compare",
    "/relations",
)
_VIEWS = ("view=cross", "view=kwic", "view=figures")


def is_costly(path: str, query: str) -> bool:
    """Whether a request is of those that have a lane and a limit of their own."""
    if path.startswith(_PATHS):
        return True
    return path == "/search" and any(view in query for view in _VIEWS)
