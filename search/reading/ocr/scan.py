"""Pages read by OCR → sheets and lines, with what was read before taken from where it is kept."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from search.errors import UnreadableSource
from search.model import Reading, Source, SourceLine
from search.reading.ocr.desk import DESK
from search.reading.ocr.desks import read_pages
from search.reading.ocr.sheet import ScannedLine, scanned_sheet, tilted
from search.reading.page import Sheet, arranged
from search.reading.watermarks import is_watermark
from search.settings import Settings

INSTALL = "请安装文字识别组件后重建：pip install 'bangfu[ocr]'；或先自行识别，再收录识别出的文字。"
MODEL = "rapidocr-ppocrv6-small-1"
"""Names model and rendering; what was read by another is read again. (`engine` is not imported here: it needs the extra.)"""
ERRORS = {
    "long": ("页数超过上限。", "请分成几个文件。"),
    "huge": ("图片过大，超过一亿两千万像素。", "请缩小后再试。"),
    "slow": ("在限定时间内识别不完。", "请降低分辨率后再试。"),
    "greedy": ("识别时耗尽内存。", "请降低分辨率后再试。"),
    "broken": ("图片已损坏，打不开。", "请重新扫描或另存。"),
}
_TURNED = "第 {} 页上下颠倒，已转正后识别。"


def is_installed() -> bool:
    """Whether the extra is there."""
    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "cv2", "PIL"))


class Scanned:
    """A page read by OCR: its sheet, by how many degrees it was turned, and of each piece its middle on the page, score and length."""

    __slots__ = ("angle", "scores", "sheet")

    def __init__(self, sheet: Sheet, angle: float, scores: Sequence[tuple[tuple[float, float], float, int]]) -> None:
        self.sheet, self.angle, self.scores = sheet, angle, scores


def read_picture(source: Source, settings: Settings) -> Reading:
    """The lines of a picture, or of the pages of a TIFF. Raises UnreadableSource without the extra, and for what cannot be read."""
    if not is_installed():
        raise UnreadableSource("这是图片，没有文字层。", hint=INSTALL)
    return read_scan(source, "image", settings)


def read_scan(source: Source, form: str, settings: Settings) -> Reading:
    """The lines of a file that is pictures throughout. Raises UnreadableSource for what cannot be read."""
    counted = DESK.count(source.sha256, source.data, settings)
    if "error" in counted:
        raise _refusal(counted["error"])
    pages, warnings = scanned_pages(source, range(1, counted["count"] + 1), settings)
    return _reading(pages, form, warnings)


def scanned_pages(source: Source, numbers: Iterable[int], settings: Settings) -> tuple[dict[int, Scanned], tuple[str, ...]]:
    """Pages by their number, and warnings for those that could not be read. Raises UnreadableSource where none could."""
    wanted = list(numbers)
    answers = {number: answer for number in wanted if (answer := _kept(source, number, settings)) is not None}
    missing = [number for number in wanted if number not in answers]

    def keep(number: int, answer: dict[str, Any]) -> None:
        _keep(source, number, answer, settings)

    answers |= read_pages(source.sha256, source.data, missing, settings, keep)
    found: dict[int, Scanned] = {}
    warnings: list[str] = []
    error = ""
    for number in wanted:
        answer = answers[number]
        if "error" in answer:
            error = answer["error"]
            warnings.append(f"第 {number} 页未能识别：{ERRORS[error][0]}")
            continue
        found[number] = _scanned(answer)
        if answer.get("turned"):
            warnings.append(_TURNED.format(number))
    if not found and error:
        raise _refusal(error)
    return found, tuple(warnings)


def _reading(pages: dict[int, Scanned], form: str, warnings: tuple[str, ...]) -> Reading:
    """The lines of pages that are all scanned. Raises UnreadableSource where no text was found."""
    order = [pages.get(number) for number in range(1, max(pages) + 1)]
    found = arranged([page.sheet if page else Sheet(0.0, 0.0) for page in order])
    if not any(line.text.strip() for line in found.lines if line.style is None):
        raise UnreadableSource("图片里没有认出文字。", hint="若是手写、过于模糊或分辨率过低，请换清晰的扫描件。")
    lines = tuple(as_scanned(line, pages[line.page]) if line.page in pages else line for line in found.lines)
    return Reading(lines, form, warnings=warnings, page_sizes=found.page_sizes)


def as_scanned(line: SourceLine, page: Scanned) -> SourceLine:
    """A line with its box on the page as it was scanned, and with its score."""
    if line.box is None:
        return line
    left, top, right, bottom = line.box
    inside = [(score, size) for (x, y), score, size in page.scores if left - 1 <= x <= right + 1 and top - 1 <= y <= bottom + 1]
    weight = sum(size for _, size in inside)
    score = sum(score * size for score, size in inside) / weight if weight else None
    box = tilted(line.box, page.angle, page.sheet.width, page.sheet.height) if page.angle else line.box
    return replace(
        line, box=(round(box[0], 1), round(box[1], 1), round(box[2], 1), round(box[3], 1)), score=None if score is None else round(score, 3)
    )


def _scanned(answer: dict[str, Any]) -> Scanned:
    width, height = answer["width"], answer["height"]
    lines = [ScannedLine(tuple((x, y) for x, y in corners), text, score) for corners, text, score in answer["lines"]]
    sheet, angle = scanned_sheet(lines, width, height)
    scores = []
    for piece, line in zip(sheet.pieces, (line for line in lines if line.text.strip()), strict=True):
        if is_watermark(piece.text):
            piece.style = "watermark"
        left, top, right, bottom = sheet.shown(piece.box)
        scores.append((((left + right) / 2, (top + bottom) / 2), line.score, len(line.text)))
    return Scanned(sheet, angle, scores)


def _refusal(error: str) -> UnreadableSource:
    message, hint = ERRORS[error]
    return UnreadableSource(message, hint=hint)


def _place(source: Source, number: int, settings: Settings) -> Path | None:
    if not settings.ocr_cache or not re.fullmatch(r"[0-9a-f]{8,}", source.sha256):
        return None
    return Path(settings.ocr_cache) / source.sha256[:2] / f"{source.sha256}-{number}.json"


def _kept(source: Source, number: int, settings: Settings) -> dict[str, Any] | None:
    """What was read of a page before, by the same model; None where it was not, or is not whole."""
    place = _place(source, number, settings)
    if place is None:
        return None
    try:
        answer: dict[str, Any] = json.loads(place.read_bytes())
        return answer if answer.pop("model", "") == MODEL and isinstance(answer["lines"], list) else None
    except (OSError, ValueError, KeyError, AttributeError):
        return None


def _keep(source: Source, number: int, answer: dict[str, Any], settings: Settings) -> None:
    """Writes beside and renames: a kill leaves no half page. A full disk costs only the time to read again."""
    place = _place(source, number, settings)
    if place is None:
        return
    beside = place.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps({"model": MODEL} | answer, ensure_ascii=False), "utf-8")
        beside.replace(place)
    except OSError:
        beside.unlink(missing_ok=True)
