"""Traditional script read as simplified, one character to one character, so that ranges stay the same."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def _table() -> tuple[re.Pattern[str], dict[int, int]]:
    raw = tomllib.loads((Path(__file__).parent / "data" / "script.toml").read_text("utf-8"))
    traditional, simplified = ("".join(raw[name].split()) for name in ("traditional", "simplified"))
    return re.compile(f"[{traditional}]"), {ord(t): ord(s) for t, s in zip(traditional, simplified, strict=True)}


def simplified(text: str) -> str:
    """`text` with the traditional characters that matter to labels simplified; the same object where there are none."""
    pattern, table = _table()
    return text.translate(table) if pattern.search(text) else text
