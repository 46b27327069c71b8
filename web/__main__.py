"""`python -m web`: the server that `bangfu serve` becomes. The engine URL and the settings come from the environment.

The site, numpy and the dictionary are loaded once, before the workers are forked: a worker is there at once, also one that takes the place
of another, and they share the memory of what was loaded. Where processes cannot be forked, each worker loads for itself.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import sys

from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from search import prepare
from web.wsgi import ENGINE, app

TARGET = "web.wsgi:app"
BLOCKING_THREADS = 2
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
        interface=Interfaces.WSGI,
        workers=given.workers,
        blocking_threads=BLOCKING_THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        websockets=False,
    ).serve(target_loader=_site, wrap_loader=False)


def _site() -> Flask:
    """The application a worker runs. Granian's own loader would put the current folder on the path, and run what lies there."""
    return app


def _load() -> None:
    """Loads what any page of results needs. No file of an index is opened here: a connection must not be shared by processes."""
    prepare(ENGINE)
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    # What is loaded stays for good: never looked through for rubbish again, and so not copied into each worker by the looking.
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    main()
