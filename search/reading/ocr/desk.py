"""Asks the child process that reads pages, and knows which file is open in it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from search.reading.child import Child, OneChild
from search.settings import Settings

_ROOT = str(Path(__file__).parents[3])
_REQUESTS_A_PROCESS = 400


class Desk:
    """The process of this interpreter, if any, and the file that is open in it."""

    def __init__(self) -> None:
        self._process = OneChild()
        self._opened: tuple[Child, str] | None = None

    def count(self, name: str, data: bytes, settings: Settings) -> dict[str, Any]:
        """`{"count"}` of the pages of a file, which is then open, or `{"error"}`."""
        with self._process.lock:
            return self._open(name, data, settings)

    def page(self, name: str, data: bytes, number: int, settings: Settings) -> dict[str, Any]:
        """The answer of the worker for one page; `{"error"}` is `slow` past the time limit, `greedy` when the process died."""
        with self._process.lock:
            child = self._process.child
            if child is None or self._opened != (child, name) or child.served >= _REQUESTS_A_PROCESS:
                answer = self._open(name, data, settings)
                if "error" in answer:
                    return answer
                child = self._process.child
            assert child is not None
            return self._asked(child, json.dumps({"page": number}).encode() + b"\n", settings=settings)

    def close(self) -> None:
        """Ends the process, if there is one."""
        self._process.close()

    def _open(self, name: str, data: bytes, settings: Settings) -> dict[str, Any]:
        command = (sys.executable, "-P", "-m", "search.reading.ocr.worker", str(settings.max_ocr_memory_bytes))
        # one thread: pages are read in parallel by processes
        environment = os.environ | {"PYTHONPATH": _ROOT, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        child = self._process.ready(command, _REQUESTS_A_PROCESS, environment)
        head = json.dumps({"open": len(data), "pages": settings.max_pdf_pages}).encode() + b"\n"
        answer = self._asked(child, head, data, settings=settings)
        self._opened = None if "error" in answer else (child, name)
        return answer

    def _asked(self, child: Child, *request: bytes, settings: Settings) -> dict[str, Any]:
        line = child.answer(*request, seconds=settings.max_ocr_page_seconds)
        if not line.endswith(b"\n"):
            self._process.close()
            return {"error": child.failure}
        answer: dict[str, Any] = json.loads(line)
        return answer


DESK = Desk()
