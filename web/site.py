"""What every request needs: the open library, the settings and the addresses, as one value kept by the application."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import current_app, request

from search import Library, SearchError, Settings, open_library
from web import metrics
from web.assets import Assets
from web.kept import KeptPages
from web.limiter import Limiter
from web.urls import Urls

log = logging.getLogger("bangfu.web")

REFRESH_SECONDS = 2.0
"""How often a worker looks whether a new generation is in force."""


class LibraryDoor:
    """Opens the library on first need, so that a site without an index still answers (503, with the command that mends it), and takes
    up a new generation while serving."""

    def __init__(self, library_or_url: Library | str, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = library_or_url if isinstance(library_or_url, str) else ""
        self._library = None if isinstance(library_or_url, str) else library_or_url
        self._settings = settings
        self._clock = clock
        self._looked = clock()
        self._lock = threading.Lock()
        self.refused = ""
        """Why the last new generation was not taken up; empty where it was."""

    def library(self) -> Library:
        """The open library. Raises SearchError (503) while there is none to open."""
        library = self._library
        if library is None:
            with self._lock:
                library = self._library
                if library is None:
                    library = self._library = open_library(self._url, settings=self._settings)
        now = self._clock()
        if now - self._looked >= REFRESH_SECONDS and self._lock.acquire(blocking=False):
            try:
                self._looked = now
                library.refresh()
                self.refused = ""
            except SearchError as error:  # the generation that is open still answers; the next look may find the new one whole
                if self.refused != error.message:
                    log.warning("a new generation was not taken up: %s %s", error.code, error.message)
                self.refused = error.message
                metrics.REFUSALS.inc()
            finally:
                self._lock.release()
        return library

    def fault(self) -> str:
        """What is wrong with the index while it is answered from, in a sentence for people; empty where nothing is."""
        library = self._library
        told = library.fault if library is not None else ""
        return " ".join(part for part in (told, self.refused and f"新版本没有采用：{self.refused}") if part)


@dataclass(frozen=True, slots=True)
class Site:
    """The application's own state. Nothing in it belongs to one reader."""

    shelf: LibraryDoor
    settings: Settings
    assets: Assets
    limiter: Limiter
    pages: KeptPages
    static: dict[str, str] = field(default_factory=dict)
    started: float = field(default_factory=time.time)

    @property
    def library(self) -> Library:
        return self.shelf.library()

    def urls(self) -> Urls:
        """Addresses, absolute ones by the public address of the settings, or else by the host that was asked."""
        if not self.static:
            self.static.update(self.assets.paths())
        return Urls(self.settings.base_url.rstrip("/") or f"{request.scheme}://{request.host}", self.static)


def site() -> Site:
    """The site that serves the request at hand."""
    found: Site = current_app.extensions["bangfu"]
    return found
