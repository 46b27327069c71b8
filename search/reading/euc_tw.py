"""EUC-TW, which Python has no codec for: CNS 11643 planes 1 to 3 by their correspondence to Big5."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent / "data" / "euc_tw.txt"
_FORM = re.compile(rb"(?:[\x00-\x7f]|[\xa1-\xfe]{2}|\x8e[\xa1-\xb0][\xa1-\xfe]{2})*")
_CHARACTER = re.compile(rb"[\x00-\x7f]+|\x8e[\xa1-\xb0][\xa1-\xfe]{2}|[\xa1-\xfe]{2}")


def decode_euc_tw(data: bytes) -> str:
    """The text; characters of the rarer planes, which Big5 has no place for, as U+FFFD. Raises UnicodeDecodeError for what is no EUC-TW."""
    if _FORM.fullmatch(data) is None:
        raise UnicodeDecodeError("euc_tw", data, 0, len(data), "not of the form of EUC-TW")
    known = _characters()
    parts = []
    for found in _CHARACTER.finditer(data):
        raw = found[0]
        if raw[0] < 0x80:
            parts.append(raw.decode("ascii"))
            continue
        plane = raw[1] - 0xA0 if raw[0] == 0x8E else 1
        parts.append(known.get((plane, raw[-2] & 0x7F, raw[-1] & 0x7F), "\ufffd"))
    return "".join(parts)


@cache
def _characters() -> dict[tuple[int, int, int], str]:
    """Characters by plane, row and column (21 to 7E)."""
    known: dict[tuple[int, int, int], str] = {}
    for line in _TABLE.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        plane, first, last, start = line.split("\t")
        big5 = _place(int(start, 16))
        for code in range(_linear(int(first, 16)), _linear(int(last, 16)) + 1):
            row, column = divmod(code, 94)
            lead, trail = divmod(big5, 157)
            raw = bytes((lead + 0xA1, trail + (0x40 if trail < 63 else 0x62)))
            known[int(plane), row + 0x21, column + 0x21] = raw.decode("cp950", errors="replace")
            big5 += 1
    return known


def _linear(code: int) -> int:
    return ((code >> 8) - 0x21) * 94 + (code & 0xFF) - 0x21


def _place(code: int) -> int:
    """A Big5 code as its place in the order of Big5."""
    lead, trail = code >> 8, code & 0xFF
    return (lead - 0xA1) * 157 + (trail - 0x40 if trail < 0x7F else trail - 0x62)
