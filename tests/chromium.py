"""Where a Chromium is, if there is one; the same for the browser tests and for the line that says there is none."""

from __future__ import annotations

import os
import shutil

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """The path of a Chromium: BANGFU_CHROMIUM, or the first on the path under its usual names."""
    told = os.environ.get("BANGFU_CHROMIUM")
    if told:
        return told
    return next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
