"""Every kind of page, checked from outside: vnu (the W3C's checker; needs Java), html-validate, and Lighthouse in a real Chromium.

`make pagecheck` writes what they say to tests/node/pages/RESULTS.md. Exits with 1 where one of them finds a fault.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from search import Settings, build, open_library
from tests.chromium import find_chromium
from tests.node.installed import HERE, installed
from tests.web.conftest import ROOT, SOURCES, serving
from tests.web.test_browser_pages import PAGES, address
from web import create_app

TABLE = HERE / "pages" / "RESULTS.md"
RULES = HERE / "pages" / "htmlvalidate.json"


@dataclass(frozen=True)
class Found:
    """What the three say of one page; a checker that is not here says None."""

    page: str
    vnu: tuple[str, ...] | None
    validate: tuple[str, ...]
    accessibility: int | None
    audits: tuple[str, ...]

    def faults(self) -> tuple[str, ...]:
        """All complaints."""
        return (*(self.vnu or ()), *self.validate, *self.audits)


def main() -> int:
    """Checks, prints complaints as they come, writes the table; the exit code."""
    wanted = sys.argv[1:] or list(PAGES)
    found = []
    for one in check(wanted):
        sys.stdout.write(f"{one.page}: accessibility {one.accessibility}\n" + "".join(f"  {fault}\n" for fault in one.faults()))
        sys.stdout.flush()
        found.append(one)
    if len(found) == len(PAGES):
        TABLE.write_text(table(found), "utf-8")
    return 1 if any(one.faults() for one in found) else 0


def check(names: list[str]) -> Iterator[Found]:
    """Each page kind over the seeds and the sources of the tests of pages."""
    tools = installed("pages")
    with tempfile.TemporaryDirectory() as folder:
        index = f"whoosh:{folder}/index"
        build([str(ROOT / "seeds"), str(SOURCES)], index)
        kept = Path(folder) / "pages"
        kept.mkdir()
        with open_library(index) as library:
            reader = create_app(library, Settings()).test_client()
            paths = {name: address(name, library) for name in names}
            for name, path in paths.items():
                (kept / f"{name}.html").write_bytes(reader.get(path.partition("#")[0]).get_data())
        vnu, validate = _vnu(tools, kept), _validate(tools, kept)
        with serving(index) as site:
            for name, path in paths.items():
                # Lighthouse refuses a page that is none; the other two read it.
                accessibility, audits = (None, ()) if name == "missing" else _lighthouse(tools, site + quote(path, safe="/?&=#%:"))
                yield Found(name, None if vnu is None else tuple(vnu.get(name, [])), tuple(validate.get(name, [])), accessibility, audits)


def _vnu(tools: Path, pages: Path) -> dict[str, list[str]] | None:
    """Errors by page; None where there is no Java. Warnings (a section without a heading, say) are no faults of HTML."""
    if shutil.which("java") is None:
        return None
    jar = tools / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    done = subprocess.run(["java", "-jar", str(jar), "--format", "json", str(pages)], capture_output=True, text=True, check=False)
    said: dict[str, list[str]] = {}
    for one in json.loads(done.stderr)["messages"]:
        if one["type"] != "error":
            continue
        text = f"vnu {one.get('subType', one['type'])}: {one['message']} {one.get('extract', '')[:120]}"
        said.setdefault(Path(unquote(urlsplit(one.get("url", "")).path)).stem, []).append(text)
    return said


def _validate(tools: Path, pages: Path) -> dict[str, list[str]]:
    """Complaints of html-validate by page."""
    command = ["node", "node_modules/html-validate/bin/html-validate.mjs", "--config", str(RULES), "--formatter", "json"]
    done = subprocess.run([*command, *map(str, sorted(pages.iterdir()))], cwd=tools, capture_output=True, text=True, check=False)
    told = json.loads(done.stdout or "[]")
    if done.returncode and not told:
        raise RuntimeError(done.stderr)
    return {Path(file["filePath"]).stem: [f"html-validate {one['ruleId']}: {one['message']}" for one in file["messages"]] for file in told}


def _lighthouse(tools: Path, place: str) -> tuple[int, tuple[str, ...]]:
    """The score of accessibility, and the audits of it that fail."""
    command = ["node", "node_modules/lighthouse/cli/index.js", place, "--output=json", "--quiet", "--only-categories=accessibility"]
    flags = "--chrome-flags=--headless=new --no-sandbox --disable-gpu"
    environment = {**os.environ, "CHROME_PATH": find_chromium() or ""}
    with tempfile.NamedTemporaryFile(suffix=".json") as told:  # into a pipe it writes no more than the pipe holds before it ends
        where = f"--output-path={told.name}"
        done = subprocess.run([*command, where, flags], cwd=tools, capture_output=True, text=True, check=False, env=environment)
        written = Path(told.name).read_text("utf-8")
    report: dict[str, Any] = json.loads(written) if written else {"runtimeError": {"message": done.stderr[-300:]}}
    if "categories" not in report or report["categories"]["accessibility"]["score"] is None:
        return 0, (f"lighthouse: {report.get('runtimeError', {}).get('message')}",)
    category = report["categories"]["accessibility"]
    failed = [report["audits"][one["id"]] for one in category["auditRefs"] if report["audits"][one["id"]]["score"] == 0]
    return round(category["score"] * 100), tuple(f"lighthouse {one['id']}: {one['title']}" for one in failed)


def table(found: list[Found]) -> str:
    """The results as a page of Markdown."""
    head = (
        f"# Pages, checked from outside\n\nWritten by `make pagecheck` on {date.today()}, over the seeds and the sources of the tests of "
        "pages: errors of vnu, messages of html-validate, and Lighthouse's score of accessibility with the audits that "
        "fail.\n\n"
        "| page | vnu | html-validate | Lighthouse | audits that fail |\n| --- | ---: | ---: | ---: | --- |\n"
    )
    rows = (
        f"| {one.page} | {'–' if one.vnu is None else len(one.vnu)} | {len(one.validate)} "
        f"| {'–' if one.accessibility is None else one.accessibility} | {', '.join(one.audits) or 'none'} |"
        for one in found
    )
    return head + "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.exit(main())
