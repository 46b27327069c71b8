"""What a request can do wrong, as a value: one exception that both the pages and the API know how to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(eq=False)
class Problem(Exception):
    """A request that gets an answer other than its page. `detail` is a sentence for people, `code` is for programs (RFC 9457).

    `extra` are further members of the JSON body; `hint` is a next step for people, `ways` are links to some: (label, address)."""

    status: int
    code: str
    detail: str
    hint: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)
    ways: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.detail}"
