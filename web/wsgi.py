"""The WSGI application that `bangfu serve` runs. `BANGFU_ENGINE` is the engine URL, settings come from the environment too."""

from __future__ import annotations

import os

from web import create_app

ENGINE = os.environ.get("BANGFU_ENGINE", "whoosh:index_data")

app = create_app(ENGINE)
