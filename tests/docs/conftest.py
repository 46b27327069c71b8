"""The example that the documentation works on, its index, and the notebooks as they come out of a run over it: once for all tests here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from search import build
from search.command.keeping import PAPERS

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the example, below a folder in which notebooks may run."""
    place = tmp_path_factory.mktemp("docs") / "index_data"
    build([PAPERS], place)
    return place


def run(text: str, folder: Path) -> Any:
    """A notebook, run by a real kernel."""
    found: Any = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(found)
    NotebookClient(found, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    return found


@pytest.fixture(scope="session")
def executed(index: Path) -> dict[str, Any]:
    """Every notebook of the documentation by name, with its outputs; an error in one is the error of whoever asks."""
    return {path.stem: run(path.read_text("utf-8"), index.parent) for path in NOTEBOOKS}
