"""A process that seals one segment, seen from the builder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from search.engine.whoosh.files.records import FileRecord
from search.engine.whoosh.write.seal import Job
from search.errors import SearchError


class SealFailed(SearchError):
    """A segment could not be written (disk full, process killed)."""

    code = "seal-failed"


class SealProcess:
    """Starts on the job at once. It ends by itself when the builder dies."""

    def __init__(self, job: Job) -> None:
        package = str(Path(__file__).absolute().parents[4])
        path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH", ""))))
        command = [sys.executable, "-P", "-c", f"from {__package__}.seal import main; main()"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path})
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asdict(job)).encode() + b"\n")
        self._process.stdin.flush()

    def is_done(self) -> bool:
        """Whether `files` answers at once."""
        return self._process.poll() is not None

    def files(self) -> dict[str, FileRecord]:
        """Waits for the segment and gives its files. Raises `SealFailed`."""
        assert self._process.stdout is not None
        answer = self._process.stdout.read()
        code = self._process.wait()
        self._close()
        if code != 0 or not answer:
            raise SealFailed("写索引时一个子进程失败了。", hint="请检查磁盘空间和内存，然后重试。")
        return {name: FileRecord(size, digest) for name, (size, digest) in json.loads(answer).items()}

    def kill(self) -> None:
        """Ends the process and waits until it is gone."""
        self._process.kill()
        self._process.wait()
        self._close()

    def _close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
