"""Asks the PDF process for the text of one file after the other."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from search.reading import pdf_worker
from search.reading.child import PATIENCE, OneChild
from search.settings import Settings

_SCRIPT = Path(pdf_worker.__file__)
_FILES_A_PROCESS = 500
_PROCESS = OneChild()


def text_of(data: bytes, settings: Settings) -> dict[str, Any]:
    """The answer of `pdf_worker.extract`, or an `error` of its own: `slow` past the time limit, `greedy` when the process died."""
    with _PROCESS.lock:
        try:
            # -P keeps this folder off the path: html.py and docx.py here are not the libraries of those names
            child = _PROCESS.ready((sys.executable, "-P", str(_SCRIPT), str(settings.max_pdf_memory_bytes)), _FILES_A_PROCESS)
        except OSError:  # no processes here (a browser, a locked-down container): in this one, then
            return pdf_worker.extract(data, settings.max_pdf_pages, settings.max_expanded_bytes // 4)
        request = {
            "size": len(data),
            "pages": settings.max_pdf_pages,
            "characters": settings.max_expanded_bytes // 4,
            "seconds": settings.max_pdf_seconds,
        }
        line = child.answer(json.dumps(request).encode("ascii") + b"\n", data, seconds=settings.max_pdf_seconds * PATIENCE)
        if not line.endswith(b"\n"):
            _PROCESS.close()
            return {"error": child.failure}
        answer: dict[str, Any] = json.loads(line)
        return answer
