"""The child process that draws pages: one request, one picture. It stands alone, so that it starts fast.

Requests on standard input are lines of JSON: `{"path", "page" from 1, "width" in pixels}`; answers are a line of JSON, `{"size", "type"}`
followed by so many bytes, or `{"error"}`.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from typing import Any

_MOST_OPENED = 120_000_000
_MOST_DRAWN = 12_000_000
"""Pixels of a picture that is decoded, and of one that is drawn."""


def main() -> None:
    """Serves requests until standard input ends."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415  (not on Windows)

        most = int(sys.argv[1])
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with contextlib.suppress(ImportError):
        import PIL.WebPImagePlugin  # noqa: F401, PLC0415  (loaded before the first request, which it would keep waiting)
        import pypdfium2  # noqa: F401, PLC0415
    while line := requests.readline():
        request = json.loads(line)
        try:
            data = drawn(request["path"], request["page"], request["width"])
            answers.write(json.dumps({"size": len(data), "type": "image/webp"}).encode() + b"\n" + data)
        except Exception as error:  # whatever a decoder raises on hostile bytes
            answers.write(json.dumps({"error": type(error).__name__}).encode() + b"\n")
        answers.flush()


def drawn(path: str, page: int, width: int) -> bytes:
    """A page of a PDF, or a picture, as WebP of that width."""
    from PIL import Image, ImageOps  # noqa: PLC0415  (starts without what this request does not need)

    with open(path, "rb") as stream:
        head = stream.read(1024)
    picture: Any
    if b"%PDF-" in head:
        import pypdfium2  # noqa: PLC0415

        sheet = pypdfium2.PdfDocument(path)[page - 1]
        wide, high = sheet.get_size()
        scale = min(width / wide, (_MOST_DRAWN / (wide * high)) ** 0.5)
        picture = sheet.render(scale=scale, may_draw_forms=False, rev_byteorder=True).to_pil()
    else:
        Image.MAX_IMAGE_PIXELS = None
        picture = Image.open(path, formats=("PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP"))
        if page > 1:
            picture.seek(page - 1)
        picture.draft("RGB", (width, width * 2))
        if picture.size[0] * picture.size[1] > _MOST_OPENED:
            picture.close()
            raise ValueError("too many pixels")
        picture = ImageOps.exif_transpose(picture.convert("RGB"))
        if picture.size[0] > width:
            picture = picture.resize((width, max(1, round(picture.size[1] * width / picture.size[0]))), Image.Resampling.BOX)
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=70, method=2)
    return out.getvalue()


if __name__ == "__main__":
    main()
