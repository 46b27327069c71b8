"""Pages of results kept as they were sent, a generation each: what many ask for is made once."""

from __future__ import annotations

import gzip
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

OVERHEAD = 1_000
"""Bytes a kept page takes beside its body: key, validator, entry."""


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A whole page: compressed body and validator."""

    packed: bytes
    etag: str

    @property
    def body(self) -> bytes:
        """The page as text bytes, for the few clients that take no gzip."""
        return gzip.decompress(self.packed)


class KeptPages:
    """The pages last asked for, at most `limit` bytes of them. Thread-safe. The key names the generation, so nothing goes stale."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pages: OrderedDict[Hashable, KeptPage] = OrderedDict()
        self._held = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> KeptPage | None:
        """The page, if it is still kept."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: Hashable, page: KeptPage) -> None:
        """Keeps a page, and lets go of those not asked for longest."""
        with self._lock:
            if key in self._pages or len(page.packed) + OVERHEAD > self._limit:
                return
            self._pages[key] = page
            self._held += len(page.packed) + OVERHEAD
            while self._held > self._limit:
                _, gone = self._pages.popitem(last=False)
                self._held -= len(gone.packed) + OVERHEAD
