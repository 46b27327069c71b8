"""Links that last: the ledger of passage ids and the resolution of old ones."""

from search.links.ledger import FILE_NAME, Ledger, LedgerReport
from search.links.resolution import LinkState, Resolution

__all__ = ["FILE_NAME", "Ledger", "LedgerReport", "LinkState", "Resolution"]
