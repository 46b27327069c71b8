"""The answer of the PDF process for one page → characters on the page as it is shown."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from search.model import Box
from search.reading.page import Glyphs
from search.reading.plain import without_controls

_SLANT = 8.0
"""A character turned by so many degrees beside a quarter turn is set on a slant."""
_WIDEST = 1.05
"""No character is wider than so many em."""
_LEVEL = 0.5
_MARKED, _UNMARKED, _NO_CONTENT = 0.95, -1, -2
"""The marks of a page count if such a share of its characters has any, those aside that are said to be no content."""


def glyphs_of(page: dict[str, Any]) -> Glyphs:
    """Points from the upper left corner of what is shown, y downward, with the page's own rotation carried out."""
    left, bottom, right, top = page["box"]
    width, height = right - left, top - bottom
    turns = page["rotation"] // 90 % 4
    x, y, advance = _one_after_the_other(page)
    x, y = x - left, top - y
    for _ in range(turns):
        x, y = height - y, x
        width, height = height, width
    styles = np.array(page["styles"], float).reshape(-1, 3)
    style = styles[_numbers(page["s"], np.int32)] if len(styles) else np.zeros((0, 3))
    quarters = np.round(style[:, 1] / 90)
    turn = (-quarters.astype(int) + turns) % 4
    off = abs(style[:, 1] - 90 * quarters)
    if (off > _SLANT).any():  # of a seal's letters some are nearly straight
        turn[off > _LEVEL] = 4

    def shown(boxes: list[list[float]]) -> list[Box]:
        return [_shown(box, page["box"], turns) for box in boxes]

    text: str = page["text"]
    if not text.isprintable():  # one character for one: what has no place in a text becomes a blank
        text = "".join(one if one.isprintable() or (one >= " " and without_controls(one)[0]) else " " for one in text)
    return Glyphs(
        text,
        x,
        y,
        advance,
        style[:, 0],
        turn,
        style[:, 2] > 0,
        width,
        height,
        shown(page["pictures"]),
        shown(page["frames"]),
        shown(page["rules"]),
        _blocks(page),
    )


def _blocks(page: dict[str, Any]) -> np.ndarray | None:
    """Of each character the block it is marked as part of; None where the file leaves too many of a page's characters unmarked."""
    if "b" not in page:
        return None
    blocks = _numbers(page["b"], np.int32)
    content = int((blocks != _NO_CONTENT).sum())
    return np.maximum(blocks, -1) if content and (blocks != _UNMARKED).sum() - (len(blocks) - content) >= _MARKED * content else None


def _one_after_the_other(page: dict[str, Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places and widths in user space; characters that share one glyph (fi, a double dash) share its width."""
    x, y, advance = (np.round(_numbers(page[name], np.float64), 2) for name in ("x", "y", "w"))
    if not len(x):
        return x, y, advance
    index = _numbers(page["s"], np.int32)
    styles = np.array(page["styles"], float)[index]
    same = np.concatenate([[False], (np.diff(x) == 0) & (np.diff(y) == 0) & (np.diff(index) == 0)])
    first = np.maximum.accumulate(np.where(same, 0, np.arange(len(x))))
    place = np.arange(len(x)) - first
    count = np.bincount(first, minlength=len(x))[first]
    advance = np.minimum(advance[first] / count, _WIDEST * styles[:, 0])
    angle = np.radians(styles[:, 1])
    return x + place * advance * np.cos(angle), y + place * advance * np.sin(angle), advance


def _numbers(encoded: str, kind: type[np.generic]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(encoded), kind)


def _shown(box: list[float], page: list[float], turns: int) -> Box:
    left, top, right, bottom = box[0] - page[0], page[3] - box[3], box[2] - page[0], page[3] - box[1]
    width, height = page[2] - page[0], page[3] - page[1]
    for _ in range(turns):
        left, top, right, bottom = height - bottom, left, height - top, right
        width, height = height, width
    return (left, top, right, bottom)
