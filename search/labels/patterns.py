"""Words of a table as a pattern."""

from __future__ import annotations

import re
from collections.abc import Iterable


def either(words: Iterable[str], *, escape: bool = True) -> str:
    """One of these words, the longest that fits, as a group of a pattern; without `escape` they are patterns themselves."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(map(re.escape, ordered) if escape else ordered)})"
