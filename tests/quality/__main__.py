"""`make quality`: every measure on judged material, one after the other, with the date and versions it was taken at."""

from __future__ import annotations

import platform
import runpy
import sys
from datetime import date

from search import __version__

MEASURES = ("restore", "heads", "labels", "figures", "ranking", "links")

if __name__ == "__main__":
    print(f"bangfu {__version__}, Python {platform.python_version()}, {platform.machine()}, {date.today().isoformat()}")
    failed = []
    for name in MEASURES:
        print(f"\n## {name}\n", flush=True)
        sys.argv = [f"tests.quality.{name}"]
        try:
            runpy.run_module(f"tests.quality.{name}", run_name="__main__")
        except SystemExit as stop:
            if stop.code:
                failed.append(name)
    sys.exit(f"below the recorded figures: {', '.join(failed)}" if failed else 0)
