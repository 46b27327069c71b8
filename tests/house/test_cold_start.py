"""What a server does not load: a law on modules, as times differ from machine to machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from search import build

ROOT = Path(__file__).resolve().parents[2]
PAGE = """
import sys
from web import create_app
page = create_app(sys.argv[1]).test_client().get("/search?q=%E6%B6%88%E8%B4%B9%E6%89%B6%E8%B4%AB")
assert page.status_code == 200, page.status_code
print(*sorted(sys.modules))
"""
NOT_LOADED = (
    "docx",
    "jieba",
    "lxml",
    "openpyxl",
    "pypdfium2",
    "rich",
    "selectolax",
    "whoosh",
    "search.building",
    "search.labels.labelling",
    "search.reading",
    "search.text.restore",
)
"""Packages and modules, with all below them. Answering needs none of what builds."""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """The modules of a process that has answered one search."""
    index = f"whoosh:{tmp_path_factory.mktemp('index')}"
    build([ROOT / "seeds"], index)
    done = subprocess.run([sys.executable, "-c", PAGE, index], cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    return frozenset(done.stdout.split())


@pytest.mark.parametrize("name", NOT_LOADED)
def test_first_page_of_results_does_without(loaded: frozenset[str], name: str) -> None:
    """A worker's first page of results loads nothing of this."""
    assert not [module for module in loaded if module == name or module.startswith(name + ".")]
