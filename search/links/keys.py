"""Passage ids as the ledger's tables have them: numbers, a third of the bytes of their letters. Ids of another form stay texts."""

from __future__ import annotations

import re

from search.text.passage_id import ALPHABET, LENGTH

Key = int | str

_NARROW = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")
_DIGITS = "0123456789abcdefghijklmnopqrstuv"
"""What `int` reads in base 32."""
_TO_DIGITS = str.maketrans(ALPHABET, _DIGITS)
_BITS = 5
_SHIFTS = range(_BITS * (LENGTH - 1), -1, -_BITS)


def key_of(id_: str) -> Key:
    """The number an id of the usual form spells; other ids as they are."""
    return int(id_.translate(_TO_DIGITS), 32) if _NARROW.fullmatch(id_) else id_


def id_of(key: Key) -> str:
    """The id again. Raises ValueError for a number that is none."""
    if isinstance(key, str):
        return key
    if not 0 <= key < 1 << _BITS * LENGTH:
        raise ValueError(key)
    return "".join([ALPHABET[key >> shift & 31] for shift in _SHIFTS])
