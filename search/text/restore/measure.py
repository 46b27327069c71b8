"""How wide texts are and how they end. Lines are measured all at once: numbers of many lines cost less in arrays than one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import numpy as np

from search.text.restore.cues import cues

MEASURED_CHARS = 160
"""Longer lines are no typeset column: their width is their length, no more is measured."""
HINTED_CHARS = 140
"""No line that wording alone tells is longer."""
_INNER_CHARS = 400

_NARROW_MARKS = "，。、；：！？“”‘’（）《》〈〉【】…—·,.;:!?()"
_NARROW = re.compile(f"[{re.escape(_NARROW_MARKS)}]")
_FINAL = re.compile(r"[。！？!?…][”’」』）》】)\"']*\Z")
_LATIN_FINAL = re.compile(r"[A-Za-z0-9)\"'][.][\"')]*\Z")
_STOP = re.compile(r"[，。、；：！？!?…,;:][”’」』）》】)\"']*\Z")
_ENDERS = frozenset("。！？!?…，、；：,;:.”’」』）》】)\"'")
"""A line that ends with none of these matches none of the three patterns above; so most lines are told without them."""
_PICTOGRAM = "[\\s\u2600-\u27bf\u2b00-\u2bff\ufe0e\ufe0f\u200d\U0001f000-\U0001faff]"
_PICTOGRAMS = re.compile(f"{_PICTOGRAM}+\\Z")
_INNER_MARKS, _INNER_LATIN = "，。、；！？", ",;."
_INNER = re.compile(rf"[{_INNER_MARKS}].|[{_INNER_LATIN}] ")

Measures = tuple[float, float, bool, bool, bool, bool]
"""Width and squeezed width in em; whether a text ends a sentence, ends with a mark that parts sentences or clauses, has one inside,
and may be a credit, a caption or a date by its wording."""

_MARKED, _PARTS, _PARTS_BEFORE_SPACE, _HINTS, _ENDS = 1, 2, 4, 8, 16
_FEW = 24
"""Fewer lines are measured one by one: arrays have a price of their own."""
_TOGETHER = 50_000
"""So many lines are measured together, to bound the memory."""


def measures(texts: Sequence[str]) -> list[Measures]:
    """What each trimmed, non-empty text measures. Linear in their length."""
    found: list[Measures] = []
    for start in range(0, len(texts), _TOGETHER):
        found += _measures_together(texts[start : start + _TOGETHER])
    return found


def _measures_together(texts: Sequence[str]) -> list[Measures]:
    short = [text for text in texts if len(text) <= HINTED_CHARS]
    if len(short) < len(texts):
        of_short = iter(_measures_of_short(short))
        return [next(of_short) if len(text) <= HINTED_CHARS else _measures_of(text) for text in texts]
    return _measures_of_short(short)


def _measures_of_short(texts: Sequence[str]) -> list[Measures]:
    """The same of texts so short that every character counts for all that is asked."""
    if len(texts) < _FEW:
        return [_measures_of(text) for text in texts]
    weights, kinds = _tables()
    whole = "".join(texts)
    codes = np.minimum(np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), np.uint32), 0x10000)
    lengths = np.array([len(text) for text in texts])
    ends = np.cumsum(lengths)
    starts = ends - lengths
    kind = kinds[codes]
    width = np.add.reduceat(weights[codes], starts, dtype=np.int64) / 4
    marks = np.add.reduceat(kind & _MARKED, starts, dtype=np.int64)
    parting = (kind & _PARTS) > 0
    parting[:-1] |= ((kind[:-1] & _PARTS_BEFORE_SPACE) > 0) & (codes[1:] == 0x20)
    parting[ends - 1] = False
    inner = np.logical_or.reduceat(parting, starts)
    hinted = np.bitwise_or.reduceat(kind, starts) & _HINTS
    may_end = kind[ends - 1] & _ENDS
    openings = cues().hint_openings
    columns = (width.tolist(), (width - marks / 2).tolist(), may_end.tolist(), inner.tolist(), hinted.tolist())
    return [
        (
            wide,
            tight,
            (final := bool(end) and ends_sentence(text)),
            final or (bool(end) and _stops(text)),
            within,
            bool(hint) or text.startswith(openings),
        )
        for text, wide, tight, end, within, hint in zip(texts, *columns, strict=True)
    ]


@cache
def _tables() -> tuple[np.ndarray, np.ndarray]:
    """For each character (all outside the basic plane are one) its width in quarters of an em, and what it may be as bits."""
    codes = np.arange(0x10001)
    weights = (2 + (codes >= 0x80) + (codes >= 0x800) + (codes >= 0x10000)).astype(np.uint8)
    kinds = np.zeros(0x10001, np.uint8)
    every = "".join(map(chr, range(0x10000)))
    hints = cues().hint.findall(every)
    for bit, characters in ((_MARKED, _NARROW_MARKS), (_PARTS, _INNER_MARKS), (_PARTS_BEFORE_SPACE, _INNER_LATIN), (_HINTS, hints)):
        kinds[[ord(character) for character in characters]] |= bit
    ends = map(ord, {*_ENDERS, *re.findall(_PICTOGRAM, every)})
    kinds[[*ends, 0x10000]] |= _ENDS
    return weights, kinds


def _measures_of(text: str) -> Measures:
    width = tight = float(len(text))
    marked = True
    if len(text) <= MEASURED_CHARS:
        width = em(text)
        marks = len(_NARROW.findall(text))
        tight, marked = width - 0.5 * marks, marks > 0
    final = ends_sentence(text)
    stopped = final or _stops(text)
    inner = marked and bool(_INNER.search(text, 0, _INNER_CHARS))
    wording = cues()
    cued = bool(wording.hint.search(text, 0, HINTED_CHARS)) or text.startswith(wording.hint_openings)
    return width, tight, final, stopped, inner, cued


def em(text: str) -> float:
    """Width of a text: a full-width character is 1, an ASCII one 0.5 (one and three bytes of UTF-8)."""
    return (len(text) + len(text.encode("utf-8", "surrogatepass"))) / 4


def squeezed(text: str) -> float:
    """Width of a text whose punctuation is set half as wide."""
    return em(text) - 0.5 * len(_NARROW.findall(text))


def ends_sentence(text: str) -> bool:
    """Whether a text ends with a full stop or its like; closing quotes and brackets, and pictograms, aside."""
    last = text[-1:]
    if last not in _ENDERS:
        if last.isalpha() or not _PICTOGRAMS.match(last):
            return False
        text = _PICTOGRAMS.sub("", text[-40:])
        return bool(text) and not _PICTOGRAMS.match(text[-1]) and ends_sentence(text)
    end = text[-4:]
    return bool(_FINAL.search(end)) or bool(_LATIN_FINAL.search(end))


def ends_with_stop(text: str) -> bool:
    """Whether a text ends with punctuation of any kind that parts clauses."""
    return ends_sentence(text) or _stops(text)


def _stops(text: str) -> bool:
    return text[-1:] in _ENDERS and bool(_STOP.search(text[-4:]))
