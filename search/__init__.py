"""帮扶检索: build an index of Chinese documents about paired assistance, and search it.

    from search import build, open_library
    report = build(["seeds"], "whoosh:index_data")
    with open_library("whoosh:index_data") as library:
        page = library.search("消费扶贫 密云", filters={"year": ["2020"]}, page=1)

What answers are made of is in `search.results`, their JSON in `search.wire`.
"""

from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any

from search.answering.library import Library, open_library, prepare
from search.errors import LibraryClosed, SearchError
from search.settings import Settings, read_settings
from search.work import WorkStopped, under

if TYPE_CHECKING:
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


def __getattr__(name: str) -> Any:
    """`build` comes with all the readers and the labelling; a server that only answers starts without them."""
    if name == "build":
        return import_module("search.building.build").build
    if name == "connect":
        return import_module("search.remote").connect
    if name == "copy_index":
        return import_module("search.building.copying").copy_index
    if name == "keeping":
        return import_module("search.building.keeping")
    if name == "BuildReport":
        return import_module("search.building.report").BuildReport
    if name == "__version__":
        return _installed()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
