"""Links that last: the ledger of passage ids and the resolution of old ones."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from search.links.resolution import LinkState, Resolution

if TYPE_CHECKING:
    from search.links.ledger import Ledger, LedgerReport

FILE_NAME = "ledger.sqlite3"
"""What the ledger is called in an index directory."""

__all__ = ["FILE_NAME", "Ledger", "LedgerReport", "LinkState", "Resolution"]


def __getattr__(name: str) -> Any:
    """The ledger comes with SQLite and the comparison of texts; a server whose index has none starts without them."""
    if name in ("Ledger", "LedgerReport"):
        return getattr(import_module("search.links.ledger"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
