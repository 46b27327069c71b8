"""帮扶检索: build an index of Chinese documents about paired assistance, and search it.

    from search import build, open_library
    report = build(["seeds"], "whoosh:index_data")
    with open_library("whoosh:index_data") as library:
        page = library.search("消费扶贫 密云", filters={"year": ["2020"]}, page=1)

What answers are made of is in `search.results`, their JSON in `search.wire`.
"""

from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any

from search.errors import LibraryClosed, SearchError
from search.settings import Settings, read_settings
from search.work import WorkStopped, under

if TYPE_CHECKING:
    from search.answering.library import Library, open_library, prepare
    from search.building import keeping as keeping
    from search.building.build import build
    from search.building.copying import copy_index
    from search.building.report import BuildReport
    from search.remote import connect

    __version__: str

__all__ = [
    "BuildReport",
    "Library",
    "LibraryClosed",
    "SearchError",
    "Settings",
    "WorkStopped",
    "__version__",
    "build",
    "connect",
    "copy_index",
    "keeping",
    "open_library",
    "prepare",
    "read_settings",
    "under",
]


def _installed() -> str:
    try:
        return metadata.version("bangfu")
    except metadata.PackageNotFoundError:  # a source tree that was never installed
        return "0"


_DOORS = {
    "BuildReport": "search.building.report",
    "Library": "search.answering.library",
    "build": "search.building.build",
    "connect": "search.remote",
    "copy_index": "search.building.copying",
    "open_library": "search.answering.library",
    "prepare": "search.answering.library",
}
"""Each public name with the module that has it."""


def __getattr__(name: str) -> Any:
    """Building comes with all the readers and the labelling, answering with the engines and the views: whoever does the one starts
    without the other, and a process that reads a single file without both."""
    if name in _DOORS:
        return getattr(import_module(_DOORS[name]), name)
    if name == "keeping":
        return import_module("search.building.keeping")
    if name == "__version__":
        return _installed()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
