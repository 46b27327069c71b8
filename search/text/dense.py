"""Texts as few bytes, for what is compressed: Chinese takes three bytes a character in UTF-8, two in GB 18030, whose order by frequency and
sound leaves a compressor fifteen to twenty per cent less to write (measured on newspaper articles).

Kept for years, so only characters whose code is the same in all editions of the standard (2000, 2005, 2022) are written that way; a text
with others is UTF-8 after a zero byte.
"""

from __future__ import annotations

import re

_UNSETTLED = re.compile(
    "^\0|[\ud800-\udfff\ue000-\uf8ff\u1e3f\u9fb4-\u9fbb\ufe10-\ufe19\U00020087\U00020089\U000200cc\U000215d7\U0002298f\U000241fe]"
)
"""Characters that an edition moved (GB 18030-2022, table of changes; GB 18030-2005, annex), private ones, and lone surrogates."""


def dense(text: str) -> bytes:
    """The text in bytes. A line break is one byte that no other character has in it."""
    if _UNSETTLED.search(text) is None:
        return text.encode("gb18030")
    return b"\0" + text.encode("utf-8", "surrogatepass")


def from_dense(data: bytes) -> str:
    """The text again. Raises UnicodeError for bytes that are none."""
    return data[1:].decode("utf-8", "surrogatepass") if data[:1] == b"\0" else data.decode("gb18030")
