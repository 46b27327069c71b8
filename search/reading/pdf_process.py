"""Asks the PDF process for the text of one file after the other; starts it when first needed, and again when it dies."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from search.reading import pdf_worker
from search.settings import Settings

_SCRIPT = Path(pdf_worker.__file__)
_FILES_A_PROCESS = 500
"""After so many files the process is replaced: native memory does not all come back."""


class _PdfDesk:
    """The running process of this interpreter, if any, and the lock that lets one thread at a time use it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.memory = 0
        self.served = 0
        self.inherited: list[subprocess.Popen[bytes]] = []

    def forget(self) -> None:
        """After a fork the process is the parent's: the child starts its own."""
        if self.process is not None:
            self.inherited.append(self.process)
        self.process, self.lock = None, threading.Lock()

    def close(self) -> None:
        """Ends the process and closes its pipes."""
        process, self.process = self.process, None
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

    def running(self, memory: int) -> subprocess.Popen[bytes]:
        """The process, started if need be. Raises OSError where processes cannot be started."""
        if self.process is not None and (self.memory != memory or self.served >= _FILES_A_PROCESS or self.process.poll() is not None):
            self.close()
        if self.process is None:
            # -P keeps this folder off the path: html.py and docx.py here are not the libraries of those names
            command = [sys.executable, "-P", str(_SCRIPT), str(memory)]
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            self.memory, self.served = memory, 0
        self.served += 1
        return self.process


_DESK = _PdfDesk()
atexit.register(_DESK.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_DESK.forget)


def text_of(data: bytes, settings: Settings) -> dict[str, Any]:
    """The answer of `pdf_worker.extract`, or an `error` of its own: `slow` past the time limit, `greedy` when the process died."""
    with _DESK.lock:
        try:
            process = _DESK.running(settings.max_pdf_memory_bytes)
        except OSError:  # no processes here (a browser, a locked-down container): in this one, then
            return pdf_worker.extract(data, settings.max_pdf_pages, settings.max_expanded_bytes // 4)
        late = threading.Event()
        timer = threading.Timer(settings.max_pdf_seconds, _give_up, (process, late))
        timer.start()
        try:
            line = _asked(process, data, settings)
        finally:
            timer.cancel()
            timer.join()
        if not line.endswith(b"\n"):
            _DESK.close()
            return {"error": "slow" if late.is_set() else "greedy"}
        answer: dict[str, Any] = json.loads(line)
        return answer


def _give_up(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _asked(process: subprocess.Popen[bytes], data: bytes, settings: Settings) -> bytes:
    """The line that answers; cut short when the process dies over it."""
    request = {"size": len(data), "pages": settings.max_pdf_pages, "characters": settings.max_expanded_bytes // 4}
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(request).encode("ascii") + b"\n")
        process.stdin.write(data)
        process.stdin.flush()
        return process.stdout.readline()
    except OSError:
        return b""
