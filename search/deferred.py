"""Modules that are imported when something in them is first asked for: what PEP 810 writes `lazy import`, for the Pythons before it.

    if TYPE_CHECKING:
        from search.present import cite
    else:
        cite = Deferred("search.present.cite")

The import stands at the top of the file, where readers, the type checker and the import law see it; a worker that only answers searches
starts without what citations, exports, old links or tables need. `tests/house/test_cold_start.py` says what that is.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Deferred:
    """Stands for the module of this name."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)
