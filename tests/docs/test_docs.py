"""Every command, every piece of Python and every notebook of the documentation runs as it stands, over the example that the tour writes."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from werkzeug.serving import make_server

from search import open_library
from search.command.keeping import PAPERS
from search.settings import Settings
from tests.command_here import bangfu_here
from tests.docs.conftest import NOTEBOOKS, run
from web import create_app

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(path.relative_to(DOCS).as_posix() for language in ("zh", "en") for path in (DOCS / language).glob("*.md"))
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


@pytest.fixture
def folder(tmp_path: Path, index: Path) -> Path:
    """A folder as a reader has it after the tour's first step: the example, and an index of it."""
    shutil.copytree(PAPERS, tmp_path / "papers")
    shutil.copytree(index, tmp_path / "index_data")
    return tmp_path


def blocks(page: str, kind: str) -> list[str]:
    """The fenced blocks of a kind."""
    return [text for found, text in _BLOCK.findall((DOCS / page).read_text("utf-8")) if found == kind]


@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith("zh/")])
def test_every_command_runs(page: str, folder: Path) -> None:
    """Each line of a `sh` block is a command of ours that ends well and prints something: the tour's as a reader starts them, the others
    in this process. The other language has the same (below)."""
    for block in blocks(page, "sh"):
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            if not words:
                continue
            assert words[0] == "bangfu", line
            if page == "zh/tour.md" or words[1] in ("watch", "serve"):
                command = [sys.executable, "-m", "search", *words[1:]]
                ended = subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False, env=_environment(), text=True)
                code, out, said = ended.returncode, ended.stdout, ended.stderr
            else:
                done = bangfu_here(*words[1:], cwd=folder)
                code, out, said = done.exit_code, done.stdout, done.output
            assert code == 0, f"{line}\n{said}"
            assert out or words[1] == "watch"


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")])
def test_every_piece_of_python_runs(page: str, folder: Path) -> None:
    """The `python` blocks of a page run one after the other."""
    text = "\n".join(blocks(page, "python"))
    done = subprocess.run([sys.executable, "-c", text], cwd=folder, capture_output=True, timeout=120, check=False, env=_environment())
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("page", ["zh/query.md", "en/query.md"])
def test_every_example_of_the_query_language_finds_something(page: str, index: Path) -> None:
    """The examples of the table are found as they are written, nothing relaxed, by the example's documents."""
    examples = re.findall(r"^\|.*\| `([^`]+)` \|$", (DOCS / page).read_text("utf-8"), re.MULTILINE)
    assert len(examples) >= 7
    with open_library(index) as library:
        for example in examples:
            told = library.told(example)
            if told:
                assert told.relations, example
                continue
            answer = library.search(example)
            assert answer.total, example
            assert not answer.query.relaxed, example


@pytest.mark.filterwarnings("ignore")
@pytest.mark.xdist_group("notebooks")
def test_every_notebook_runs(executed: dict[str, Any]) -> None:
    """A kernel runs each over the example without an error, tables come out, and what is kept has no outputs of somebody's machine."""
    for path in NOTEBOOKS:
        assert all(not cell.get("outputs") for cell in json.loads(path.read_text("utf-8"))["cells"])
        assert any("text/html" in one.get("data", {}) for cell in executed[path.stem].cells for one in cell.get("outputs", []))


@pytest.fixture
def site(index: Path) -> Iterator[str]:
    with open_library(index) as library:
        server = make_server("127.0.0.1", 0, create_app(library, Settings()), threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.xdist_group("notebooks")
def test_a_search_goes_to_a_notebook(site: str, folder: Path) -> None:
    """The notebook of a results page asks the same question of the site it came from, and finds what the page found."""
    asked = f"/search.ipynb?q={quote('消费扶贫')}&year=2019-2020&not_program=health&sort=year-desc"
    with urlopen(site + asked) as answer:
        assert answer.headers["Content-Disposition"].endswith('.ipynb"')
        text = answer.read().decode()
    found = run(text, folder)
    with urlopen(site + asked.replace("/search.ipynb", "/api/v1/search")) as answer:
        total = json.load(answer)["total"]
    outputs = ["".join(str(one.get("data", {}).get("text/plain", "")) for one in cell.get("outputs", [])) for cell in found.cells]
    assert str(total) in outputs
    with urlopen(f"{site}/search.ipynb?q={quote(chr(39) + '); import os; #')}") as answer:
        run(answer.read().decode(), folder)


def test_both_languages_have_the_same_pages_and_commands() -> None:
    """No page is missing in a language, and both run the same commands."""
    pages = {page.partition("/")[2] for page in PAGES}
    assert {f"{language}/{page}" for language in ("zh", "en") for page in pages} == set(PAGES)
    for page in pages:
        assert blocks(f"zh/{page}", "sh") == blocks(f"en/{page}", "sh"), page


def test_links_between_pages_lead_somewhere() -> None:
    """Every relative link of the documentation names a file."""
    for path in [DOCS / "README.md", *(DOCS / page for page in PAGES)]:
        for target in _LINK.findall(path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def _environment() -> dict[str, str]:
    return {**{name: value for name, value in os.environ.items() if not name.startswith("BANGFU_")}, "PYTHONPATH": str(ROOT)}
