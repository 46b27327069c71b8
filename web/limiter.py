"""How often a client may ask. The counting is that of the `limits` library; what it counts in is memory that the workers share, since each
answers a part of a client's requests."""

from __future__ import annotations

import mmap
import struct
import threading
import time
from collections.abc import Callable
from hashlib import blake2b

from limits import RateLimitItemPerMinute
from limits.storage.base import Storage
from limits.strategies import FixedWindowRateLimiter

from web import metrics
from web.problems import Problem

SLOTS = 1 << 16
_SLOT = struct.Struct("<III")
"""Fingerprint of the key, number of the window, count."""


class SharedStorage(Storage):
    """Counts in a table of fixed size, in memory that forked workers share: it cannot grow, whoever asks. Two clients that fall on one slot
    take turns in it, which lets either ask a little more."""

    STORAGE_SCHEME = None

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._table = mmap.mmap(-1, SLOTS * _SLOT.size)
        self._clock = clock
        self._lock = threading.Lock()  # among the threads of a worker; among workers a count may be lost now and then

    @property
    def base_exceptions(self) -> type[Exception]:
        return OSError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Adds to the count of the window at hand, and gives it."""
        at, fingerprint, window = self._place(key, expiry)
        with self._lock:
            held, begun, count = _SLOT.unpack_from(self._table, at)
            count = min(count + amount if (held, begun) == (fingerprint, window) else amount, 0xFFFFFFFF)
            _SLOT.pack_into(self._table, at, fingerprint, window, count)
        return count

    def get(self, key: str) -> int:
        at, fingerprint, window = self._place(key, 60)
        held, begun, count = _SLOT.unpack_from(self._table, at)
        return count if (held, begun) == (fingerprint, window) else 0

    def get_expiry(self, key: str) -> float:  # noqa: ARG002  every window begins with the minute
        return (self._clock() // 60 + 1) * 60

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        self._table[:] = bytes(len(self._table))
        return None

    def clear(self, key: str) -> None:
        at, _, _ = self._place(key, 60)
        _SLOT.pack_into(self._table, at, 0, 0, 0)

    def _place(self, key: str, expiry: int) -> tuple[int, int, int]:
        slot, fingerprint = struct.unpack("<II", blake2b(key.encode("utf-8", "replace"), digest_size=8).digest())
        return slot % SLOTS * _SLOT.size, fingerprint, int(self._clock() // expiry) & 0xFFFFFFFF


class Limiter:
    """Requests a minute and client: of all kinds, and of costly ones. 0 is no limit."""

    def __init__(self, per_minute: int, costly_per_minute: int = 0, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._storage = SharedStorage(clock)
        self._strategy = FixedWindowRateLimiter(self._storage)
        self._any = RateLimitItemPerMinute(per_minute) if per_minute else None
        self._costly = RateLimitItemPerMinute(costly_per_minute, namespace="COSTLY") if costly_per_minute else None

    def check(self, client: str, *, costly: bool = False) -> None:
        """Raises Problem 429 when this client has used up its requests."""
        for item in (self._any, self._costly if costly else None):
            if item is not None and not self._strategy.hit(item, client):
                metrics.rejected("rate")
                hint = "一分钟后再来，或用数据接口一次多取一些（size=100）。"
                raise Problem(429, "too-many-requests", "请求太密，请稍后再试。", hint=hint)
