"""`python -m web`: the server that `bangfu serve` becomes. The engine URL and the settings come from the environment.

The site, numpy and the dictionary are loaded once, before the workers are forked: a worker is there at once, also one that takes the place
of another, and they share the memory of what was loaded. Where processes cannot be forked, each worker loads for itself.
"""

from __future__ import annotations

import argparse
import gc
import logging
import multiprocessing
import os
import shutil
import sys
from contextlib import suppress
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from search import SearchError, open_library, prepare, read_settings
from web.front import Front
from web.wsgi import ENGINE, app

TARGET = "web.wsgi:app"
HEADER_MILLISECONDS = 10_000
"""In which the head of a request must have come."""
LARGEST_HEAD = 128 * 1024
"""Bytes of a request's head, above the longest address the site takes."""
STOP_SECONDS = 10
"""Seconds before a worker that ignores SIGTERM is killed. A signal that arrives during the fork can be lost."""


def main() -> None:
    """Serves until it is told to stop."""
    parser = argparse.ArgumentParser(prog="python -m web", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default=8000, type=int)
    parser.add_argument("--workers", default=1, type=int)
    given = parser.parse_args()
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork")
        _load()
    Granian(
        TARGET,
        address=given.host,
        port=given.port,
        interface=Interfaces.RSGI,
        workers=given.workers,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS, max_buffer_size=LARGEST_HEAD),
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        websockets=False,
    ).serve(target_loader=_site, wrap_loader=False)
    shutil.rmtree(os.environ.get("PROMETHEUS_MULTIPROC_DIR", ""), ignore_errors=True)


def _site() -> Any:
    """The application a worker runs. Granian's own loader would put the current folder on the path, and run what lies there."""
    settings = read_settings()
    if settings.access_log:
        lines = logging.StreamHandler()
        lines.setFormatter(logging.Formatter("%(message)s"))
        log = logging.getLogger("bangfu.access")
        log.handlers, log.propagate = [lines], False
        log.setLevel(logging.INFO)
    return Front(app, access_log=bool(settings.access_log), log_queries=bool(settings.log_queries), seconds=settings.max_request_seconds)


def _load() -> None:
    """Loads what any page of results needs, and reads the index through once, which no worker then needs to do again. Nothing of it stays
    open: a connection must not be shared by processes."""
    prepare(ENGINE)
    with suppress(SearchError):
        open_library(ENGINE, settings=read_settings()).close()
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    # What is loaded stays for good: never looked through for rubbish again, and so not copied into each worker by the looking.
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    main()
