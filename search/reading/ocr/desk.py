"""Asks the child process that reads pages, starts it when first needed, and again when it dies."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from search.settings import Settings

_ROOT = str(Path(__file__).parents[3])
_PAGES_A_PROCESS = 400
"""After so many pages the process is replaced: native memory does not all come back."""


class Desk:
    """The running process of this interpreter, if any, and the file that is open in it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.opened: tuple[str, int] | None = None
        self.served = 0
        self.inherited: list[subprocess.Popen[bytes]] = []

    def forget(self) -> None:
        """After a fork the process is the parent's: the child starts its own."""
        if self.process is not None:
            self.inherited.append(self.process)
        self.process, self.opened, self.lock = None, None, threading.Lock()

    def close(self) -> None:
        """Ends the process and closes its pipes."""
        process, self.process, self.opened = self.process, None, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue
        process.wait()

    def count(self, name: str, data: bytes, settings: Settings) -> dict[str, Any]:
        """`{"count"}` of the pages of a file, which is then open, or `{"error"}`."""
        with self.lock:
            return self._open(name, data, settings)

    def page(self, name: str, data: bytes, number: int, settings: Settings) -> dict[str, Any]:
        """The answer of the worker for one page; `{"error"}` is `slow` past the time limit, `greedy` when the process died."""
        with self.lock:
            if self.opened is None or self.opened[0] != name or self.served >= _PAGES_A_PROCESS or self.process is None:
                if self.served >= _PAGES_A_PROCESS:
                    self.close()
                answer = self._open(name, data, settings)
                if "error" in answer:
                    return answer
            self.served += 1
            return self._asked(json.dumps({"page": number}).encode() + b"\n", settings)

    def _open(self, name: str, data: bytes, settings: Settings) -> dict[str, Any]:
        if self.process is not None and self.process.poll() is not None:
            self.close()
        if self.process is None:
            command = [sys.executable, "-P", "-m", "search.reading.ocr.worker", str(settings.max_ocr_memory_bytes)]
            # one thread: pages are read in parallel by processes
            environ = os.environ | {"PYTHONPATH": _ROOT, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environ, cwd=_ROOT
            )
            self.served = 0
        head = json.dumps({"open": len(data), "pages": settings.max_pdf_pages}).encode() + b"\n"
        answer = self._asked(head + data, settings)
        self.opened = None if "error" in answer else (name, int(answer["count"]))
        return answer

    def _asked(self, request: bytes, settings: Settings) -> dict[str, Any]:
        process = self.process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Event()
        timer = threading.Timer(settings.max_ocr_page_seconds, _give_up, (process, late))
        timer.start()
        try:
            process.stdin.write(request)
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = b""
        finally:
            timer.cancel()
            timer.join()
        if not line.endswith(b"\n"):
            self.close()
            return {"error": "slow" if late.is_set() else "greedy"}
        answer: dict[str, Any] = json.loads(line)
        return answer


def _give_up(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


DESK = Desk()
atexit.register(DESK.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=DESK.forget)
