"""A cache that forgets what was not used for longest, bounded in bytes. One a generation: nothing in it ever goes stale."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Cache(Generic[Value]):
    """Thread-safe. `size` says how many bytes a value holds; values above a quarter of the limit are not kept."""

    def __init__(self, limit: int, size: Callable[[Value], int]) -> None:
        self._limit, self._size = limit, size
        self._entries: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._held = 0
        self._lock = Lock()

    def get(self, key: Hashable) -> Value | None:
        """The value, if it is still known."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            self._entries.move_to_end(key)
            return entry[0]

    def get_all(self, keys: Sequence[Hashable]) -> list[Value | None]:
        """The values of several keys, None for those not known."""
        with self._lock:
            entries = self._entries
            found: list[Value | None] = []
            for key in keys:
                entry = entries.get(key)
                if entry is not None:
                    entries.move_to_end(key)
                found.append(entry[0] if entry is not None else None)
            return found

    def put(self, key: Hashable, value: Value) -> None:
        """Remembers the value, and forgets others if need be."""
        size = self._size(value)
        if size > self._limit // 4:
            return
        with self._lock:
            old = self._entries.pop(key, None)
            self._held += size - (old[1] if old else 0)
            self._entries[key] = value, size
            while self._held > self._limit:
                _, (_, freed) = self._entries.popitem(last=False)
                self._held -= freed

    def clear(self) -> None:
        """Forgets everything."""
        with self._lock:
            self._entries.clear()
            self._held = 0
