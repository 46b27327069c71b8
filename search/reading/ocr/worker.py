"""The child process that renders pages and reads them: one file open at a time, one line of JSON per answer.

Requests on standard input are lines of JSON: `{"open": size, "pages": most}` followed by the bytes of the file, answered by
`{"count": pages}`; `{"page": number}` from 1, answered by `{"width", "height", "lines"}` in points, or by `{"error"}`.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

import numpy as np

from search.reading.ocr.engine import OcrModels

_DPI = 200
_MOST_PIXELS = 24_000_000
"""Pixels of a picture that is read; what is larger is made smaller. A broadsheet at 200 dpi has 14 million."""
_MOST_OPENED = 120_000_000
"""Pixels of a picture that is decoded at all; more do not fit the memory this process may have."""
_UPSIDE_DOWN = 0.75
"""Mean score below which a page is tried the other way up."""
_LEAST_LINES = 4
_Page = tuple[np.ndarray, float]
"""The picture (grey or BGR) and how many points one of its pixels is."""


class _Refused(Exception):
    """A page or file that is not read; its word is a key of `scan.ERRORS`."""


def main() -> None:
    """Serves requests until standard input ends."""
    refuse_sockets()
    _limit_memory(int(sys.argv[1]))
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not get among the answers
    engine: OcrModels | None = None
    pages: Callable[[int], _Page] | None = None
    while line := requests.readline():
        request = json.loads(line)
        answer: dict[str, Any]
        try:
            if "open" in request:
                count, pages = _opened(_exactly(requests, request["open"]), request["pages"])
                answer = {"count": count}
            else:
                assert pages is not None
                picture, scale = pages(request["page"])
                engine = engine or OcrModels()
                answer = _read(engine, picture, scale)
        except _Refused as error:
            answer = {"error": str(error)}
        except MemoryError:
            answer = {"error": "greedy"}
        except Exception:  # whatever a decoder raises on hostile bytes
            answer = {"error": "broken"}
        answers.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
        answers.flush()


def refuse_sockets() -> None:
    """From now on no socket can be opened in this process: nothing of a page leaves the machine, whatever a library tries."""

    def hook(event: str, _: object) -> None:
        if event.startswith("socket."):
            raise PermissionError("no sockets here")

    sys.addaudithook(hook)


def _limit_memory(most: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415  (not on Windows)

        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise SystemExit(0)
    return data


def _opened(data: bytes, most: int) -> tuple[int, Callable[[int], _Page]]:
    """How many pages a file has, and what gives each."""
    if b"%PDF-" in data[:1024]:
        return _pdf(data, most)
    return _pictures(data, most)


def _pdf(data: bytes, most: int) -> tuple[int, Callable[[int], _Page]]:
    import pypdfium2  # noqa: PLC0415

    document = pypdfium2.PdfDocument(data)
    if len(document) > most:
        raise _Refused("long")

    def page(number: int) -> _Page:
        sheet = document[number - 1]
        width, height = sheet.get_size()
        scale = min(_DPI / 72, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
        picture = sheet.render(scale=scale, grayscale=False, may_draw_forms=False).to_numpy()
        return np.ascontiguousarray(picture[:, :, :3]), 1 / scale

    return len(document), page


def _pictures(data: bytes, most: int) -> tuple[int, Callable[[int], _Page]]:
    """Pages of a TIFF, or the one of another picture."""
    from PIL import Image, ImageOps  # noqa: PLC0415

    Image.MAX_IMAGE_PIXELS = None  # the bound is ours, and it is a sentence
    picture = Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP"))
    count = _frames(picture, most)

    def page(number: int) -> _Page:
        if count > 1:
            picture.seek(number - 1)
        width, height = picture.size
        if picture.format == "JPEG" and width * height > _MOST_PIXELS:
            picture.draft("RGB", (round(width * (_MOST_PIXELS / width / height) ** 0.5),) * 2)
        if picture.size[0] * picture.size[1] > _MOST_OPENED:
            raise _Refused("huge")
        shown = picture.convert("RGB" if picture.mode not in {"1", "L", "I;16", "I"} else "L")
        if "transparency" in picture.info or picture.mode in {"RGBA", "LA", "PA"}:
            ground = Image.new("RGBA", picture.size, "white")
            ground.alpha_composite(picture.convert("RGBA"))
            shown = ground.convert("RGB")
        shown = ImageOps.exif_transpose(shown)
        points = 72 / _dpi(picture) * width / picture.size[0]
        if shown.size[0] * shown.size[1] > _MOST_PIXELS:
            smaller = (_MOST_PIXELS / shown.size[0] / shown.size[1]) ** 0.5
            shown = shown.resize((round(shown.size[0] * smaller), round(shown.size[1] * smaller)), Image.Resampling.BOX)
            points /= smaller
        array = np.asarray(shown)
        return np.ascontiguousarray(array[:, :, ::-1] if array.ndim == 3 else array), points

    return count, page


def _frames(picture: Any, most: int) -> int:
    """How many pages a TIFF has, counted no further than needed; other pictures that move have one."""
    if picture.format != "TIFF":
        return 1
    count = 1
    while True:
        try:
            picture.seek(count)
        except EOFError:
            picture.seek(0)
            return count
        count += 1
        if count > most:
            raise _Refused("long")


def _dpi(picture: Any) -> float:
    """The resolution a picture states, if it can be true; else one that makes it about as wide as a sheet of paper."""
    wide = float(picture.size[0])
    try:
        stated = float((picture.info.get("dpi") or (0, 0))[0])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        stated = 0.0
    inches = wide / stated if stated > 0 else 0.0
    return stated if 2.0 <= inches <= 40.0 else max(36.0, wide / 8.27)


def _read(engine: OcrModels, picture: np.ndarray, scale: float) -> dict[str, Any]:
    """The lines of a page; one that reads badly is tried upside down."""
    high, wide = picture.shape[:2]
    lines = engine.lines(picture)
    turned = False
    if len(lines) >= _LEAST_LINES and _mean_score(lines) < _UPSIDE_DOWN:
        other = engine.lines(np.ascontiguousarray(picture[::-1, ::-1]))
        if other and _mean_score(other) > _mean_score(lines) + 0.1:
            lines, turned = other, True
    return {
        "width": round(wide * scale, 2),
        "height": round(high * scale, 2),
        "turned": turned,
        "lines": [
            [[[round(float(v) * scale, 2) for v in corner] for corner in line.quad], line.text, round(line.score, 3)] for line in lines
        ],
    }


def _mean_score(lines: Any) -> float:
    size = sum(len(line.text) for line in lines)
    return float(sum(line.score * len(line.text) for line in lines)) / max(1, size)


if __name__ == "__main__":
    main()
