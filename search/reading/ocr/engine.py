"""Pictures of pages → lines with their quadrilaterals and scores, by RapidOCR (PP-OCRv6, models in its wheel; nothing is fetched).

Finding lines takes memory by the pixel, so it works on a picture of bounded size: first the whole page, made small; where its type then is
too small to be found well, parts of the page cut where no line is cut. Lines are read one by one at full size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

_MOST_PIXELS = 1_900_000
"""Pixels of a picture in which lines are looked for: about 650 MB, models and all."""
_SMALL_TYPE = 17.0
"""Pixels of a line's height below which the parts of a page are looked at in larger scale."""
_GOOD_TYPE = 26.0
_MOST_ENLARGED = 2.5
_MAX_PARTS = 64
_MARGIN = 24
"""Pixels around a part that are looked at with it."""
_LEAST_SCORE = 0.5
_TALL = 1.5
_MAX_LINES = 6_000
_PADDING = 0.06
"""Share of a line's height that is read around it."""
_MAX_CROP = 4_000
"""Pixels of a line's length; what is longer is made smaller."""

Quad = np.ndarray
"""Four corners (x, y) from the upper left one clockwise, pixels of the whole picture; float, shape (4, 2)."""


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line: its corners, its text, and how sure the model is (0 to 1)."""

    quad: Quad
    text: str
    score: float


class OcrModels:
    """The two models, loaded once a process, one thread each."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR  # noqa: PLC0415  (an extra; loading it takes a second)

        cv2.setNumThreads(1)
        self._models: Any = RapidOCR(
            params={
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                "Global.log_level": "error",
                "Global.use_cls": False,
                "Global.max_side_len": 100_000,
                "Global.use_vertical_padding": True,
            }
        )

    def lines(self, picture: np.ndarray) -> list[ReadLine]:
        """The lines of a picture (grey or BGR), in no order."""
        if picture.ndim == 2:
            picture = cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)
        read = []
        for quad in self.quads(picture)[:_MAX_LINES]:
            text, score = self._text(_crop(picture, quad))
            if text.strip() and score >= _LEAST_SCORE:
                read.append(ReadLine(quad, text, score))
        return read

    def quads(self, picture: np.ndarray) -> list[Quad]:
        """Where lines are."""
        high, wide = picture.shape[:2]
        scale = min(1.0, math.sqrt(_MOST_PIXELS / (high * wide)))
        coarse = self._found(picture, scale)
        if not coarse:
            return coarse
        height = float(np.median([_sides(quad)[1] for quad in coarse]))
        if height * scale >= _SMALL_TYPE:
            return coarse
        fine = min(_MOST_ENLARGED, _GOOD_TYPE / height)
        parts = _parts((0, 0, wide, high), coarse, _MOST_PIXELS / fine**2)
        return self._in_parts(picture, parts, coarse, fine)

    def _in_parts(self, picture: np.ndarray, parts: list[tuple[int, int, int, int]], coarse: list[Quad], scale: float) -> list[Quad]:
        """Lines of each part; those that a cut goes through are taken from the whole page."""
        high, wide = picture.shape[:2]
        found: list[Quad] = []
        for left, top, right, bottom in parts:
            x0, y0, x1, y1 = max(0, left - _MARGIN), max(0, top - _MARGIN), min(wide, right + _MARGIN), min(high, bottom + _MARGIN)
            for quad in self._found(picture[y0:y1, x0:x1], scale):
                placed = quad + np.array((x0, y0))
                middle_x, middle_y = placed.mean(axis=0)
                if left <= middle_x < right and top <= middle_y < bottom:
                    found.append(placed)
        cut = [quad for quad in coarse if _is_cut(quad, parts)]
        return [quad for quad in found if not any(_covers(whole, quad) for whole in cut)] + cut

    def _found(self, picture: np.ndarray, scale: float) -> list[Quad]:
        if scale != 1.0:
            size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
            picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1.0 else cv2.INTER_CUBIC)
        result = self._models(picture, use_det=True, use_cls=False, use_rec=False)
        return [] if result.boxes is None else [np.asarray(box, float) / scale for box in result.boxes]

    def _text(self, crop: np.ndarray) -> tuple[str, float]:
        result = self._models(crop, use_det=False, use_cls=False, use_rec=True)
        return ("", 0.0) if not result.txts else (str(result.txts[0]), float(result.scores[0]))


def _crop(picture: np.ndarray, quad: Quad) -> np.ndarray:
    """The line straightened; a column of characters is laid on its side, as the model was taught."""
    quad = _padded(quad)
    wide, high = (max(4, min(_MAX_CROP, round(side))) for side in _sides(quad))
    target = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), target)
    crop = cv2.warpPerspective(picture, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(np.rot90(crop)) if high >= _TALL * wide else crop


def _padded(quad: Quad) -> Quad:
    """A little more than the ink: a character cut at its edge is read as another."""
    wide, high = _sides(quad)
    more = _PADDING * min(wide, high)
    along, down = (quad[1] - quad[0]) / max(wide, 1.0), (quad[3] - quad[0]) / max(high, 1.0)
    return np.array(
        [quad[0] - more * (along + down), quad[1] + more * (along - down), quad[2] + more * (along + down), quad[3] + more * (down - along)]
    )


def _sides(quad: Quad) -> tuple[float, float]:
    """Width and height of a quadrilateral."""
    wide = max(np.linalg.norm(quad[0] - quad[1]), np.linalg.norm(quad[3] - quad[2]))
    high = max(np.linalg.norm(quad[0] - quad[3]), np.linalg.norm(quad[1] - quad[2]))
    return float(wide), float(high)


def _parts(box: tuple[int, int, int, int], quads: list[Quad], most: float) -> list[tuple[int, int, int, int]]:
    """The box cut into parts of at most so many pixels, each time across the longer side where the fewest lines are cut."""
    waiting, parts = [box], list[tuple[int, int, int, int]]()
    while waiting:
        left, top, right, bottom = waiting.pop()
        if (right - left) * (bottom - top) <= most or len(parts) + len(waiting) >= _MAX_PARTS:
            parts.append((left, top, right, bottom))
            continue
        axis = 0 if right - left > bottom - top else 1
        place = _best_cut((left, right) if axis == 0 else (top, bottom), quads, axis)
        halves = (
            ((left, top, place, bottom), (place, top, right, bottom))
            if axis == 0
            else ((left, top, right, place), (left, place, right, bottom))
        )
        waiting.extend(halves)
    return parts


def _best_cut(span: tuple[int, int], quads: list[Quad], axis: int) -> int:
    """Where between a third and two thirds of a span the fewest lines are cut; the middlemost such place."""
    start, end = span
    places = np.linspace(start + (end - start) / 3, end - (end - start) / 3, 41)
    lows = np.array([quad[:, axis].min() for quad in quads])
    highs = np.array([quad[:, axis].max() for quad in quads])
    cuts = ((lows[None, :] < places[:, None]) & (places[:, None] < highs[None, :])).sum(axis=1)
    best = np.flatnonzero(cuts == cuts.min())
    return int(places[best[np.argmin(abs(best - 20))]])


def _is_cut(quad: Quad, parts: list[tuple[int, int, int, int]]) -> bool:
    """Whether no part holds the whole line, its margin allowed for."""
    (x0, y0), (x1, y1) = quad.min(axis=0), quad.max(axis=0)
    return not any(
        left - _MARGIN <= x0 and top - _MARGIN <= y0 and x1 <= right + _MARGIN and y1 <= bottom + _MARGIN
        for left, top, right, bottom in parts
    )


def _covers(whole: Quad, part: Quad) -> bool:
    """Whether the middle of a line lies in another."""
    x, y = part.mean(axis=0)
    (x0, y0), (x1, y1) = whole.min(axis=0), whole.max(axis=0)
    return bool(x0 <= x <= x1 and y0 <= y <= y1)
