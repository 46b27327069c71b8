"""RTF as Outlook packs it ([MS-OXRTFCP]): runs of what came before within the last 4,096 bytes, which begin with common words of RTF."""

from __future__ import annotations

import struct

_HEAD = struct.Struct("<IIII")
_PACKED, _PLAIN = 0x75465A4C, 0x414C454D
_WINDOW = 4096
_COMMON = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArial"
    b"Times New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


def unpacked_rtf(data: bytes, limit: int) -> bytes:
    """The RTF; what could be had of one that is cut off or longer than `limit` bytes, nothing of what is no packed RTF."""
    if len(data) < _HEAD.size:
        return b""
    _, size, kind, _ = _HEAD.unpack_from(data)
    size = min(size, limit)
    if kind == _PLAIN:
        return data[_HEAD.size : _HEAD.size + size]
    if kind != _PACKED:
        return b""
    out = bytearray(_COMMON)
    end = len(_COMMON) + size
    at = _HEAD.size
    while at < len(data) and len(out) < end:
        flags = data[at]
        at += 1
        for bit in range(8):
            if len(out) >= end or at + (flags >> bit & 1) >= len(data):
                break
            if not flags >> bit & 1:
                out.append(data[at])
                at += 1
                continue
            place, length = data[at] << 4 | data[at + 1] >> 4, (data[at + 1] & 0xF) + 2
            at += 2
            here = len(out) % _WINDOW
            if place == here:  # the mark of the end
                return bytes(out[len(_COMMON) :])
            start = len(out) - ((here - place) % _WINDOW)
            for offset in range(length):
                out.append(out[start + offset] if start + offset >= 0 else 0x20)
    return bytes(out[len(_COMMON) : end])
