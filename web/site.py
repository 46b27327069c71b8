"""What every request needs: the open library, the settings and the addresses, as one value kept by the application."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import current_app, request

from search import Library, SearchError, Settings, open_library
from web.assets import Assets
from web.kept import KeptPages
from web.problems import Problem
from web.urls import Urls

REFRESH_SECONDS = 2.0
"""How often a worker looks whether a new generation is in force."""


class Shelf:
    """Opens the library on first need, so that a site without an index still answers (503, with the command that mends it), and takes
    up a new generation while serving."""

    def __init__(self, library_or_url: Library | str, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = library_or_url if isinstance(library_or_url, str) else ""
        self._library = None if isinstance(library_or_url, str) else library_or_url
        self._settings = settings
        self._clock = clock
        self._looked = clock()
        self._lock = threading.Lock()

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
            except SearchError:
                pass  # the generation that is open still answers; the next look may find the new one whole
            finally:
                self._lock.release()
        return library


@dataclass(slots=True)
class Limiter:
    """Requests a minute and client, counted in buckets that refill steadily. 0 is no limit."""

    per_minute: int
    clock: Callable[[], float] = time.monotonic
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self, client: str) -> None:
        """Raises Problem 429 when this client has used up its requests."""
        if not self.per_minute:
            return
        now = self.clock()
        with self._lock:
            if len(self._buckets) > 10_000:
                self._buckets.clear()
            left, seen = self._buckets.get(client, (float(self.per_minute), now))
            left = min(self.per_minute, left + (now - seen) * self.per_minute / 60)
            self._buckets[client] = (left - 1 if left >= 1 else left, now)
        if left < 1:
            raise Problem(429, "too-many-requests", "请求太密，请稍后再试。", hint="一分钟后再来，或用数据接口一次多取一些（size=100）。")


@dataclass(frozen=True, slots=True)
class Site:
    """The application's own state. Nothing in it belongs to one reader."""

    shelf: Shelf
    settings: Settings
    assets: Assets
    limiter: Limiter
    pages: KeptPages
    counters: dict[tuple[str, int], int] = field(default_factory=dict)
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
