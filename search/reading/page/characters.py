"""Characters as a page shows them → as a text has them: forms of vertical writing turned back, radicals made characters."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"
_KANGXI = range(0x2F00, 0x2FD6)


def plain_characters(text: str) -> str:
    """One character for one; most texts come back as they are."""
    return text.translate(_table())


@cache
def _table() -> dict[int, str]:
    table = {code: unicodedata.normalize("NFKC", chr(code)) for code in _KANGXI}
    for name in ("vertical_forms.txt", "radicals.txt"):
        for line in (_DATA / name).read_text("utf-8").splitlines():
            if line and not line.startswith("#"):
                form, character = line.split()
                table[ord(form)] = character
    return table
