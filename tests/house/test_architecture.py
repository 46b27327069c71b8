"""The documents for those who come after us are tests: paths they name exist, commands and pages they should name are named."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.house.test_import_law import LAYERS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
FOLDERS = (
    "search/reading",
    "search/text",
    "search/labels",
    "search/query",
    "search/engine",
    "search/links",
    "search/building",
    "search/answering",
    "search/present",
    "search/results",
    "search/wire",
    "search/command",
    "docs",
    "ops",
    "web",
    "tests",
    "seeds",
    "index_data",
)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_paths_named_exist(document: str) -> None:
    """Every path in backticks or a link that looks like one of ours is there."""
    text = (ROOT / document).read_text(encoding="utf-8")
    candidates = set(re.findall(r"`((?:search|web|tests|seeds|index_data|\.ci)/[\w./*-]*)`", text))
    candidates |= set(re.findall(r"\]\(([^)#:]+)\)", text))
    for candidate in candidates:
        if candidate.startswith("index_data/") and candidate != "index_data/README.md":
            continue
        assert list(ROOT.glob(candidate.rstrip("/"))), f"{document} names {candidate}"


def test_every_folder_has_its_heading() -> None:
    """ARCHITECTURE.md has one heading a folder."""
    headings = re.findall(r"^#+ .*$", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), re.MULTILINE)
    for folder in FOLDERS:
        assert any(f"`{folder}/`" in heading for heading in headings), folder


def test_the_table_of_layers_is_the_law() -> None:
    """Each room is in the row of ARCHITECTURE's table that the import law gives it, and none is left out."""
    told = {}
    for row in re.findall(r"^\| (\d) \| (.*) \|$", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), re.MULTILINE):
        for path in re.findall(r"`((?:search|web)/[\w/]*(?:\.py)?)`", re.sub(r"\(.*?\)", "", row[1])):
            told[path.removesuffix("/__init__.py").removesuffix(".py").strip("/").replace("/", ".")] = int(row[0])
    known = {name: layer for name, layer in LAYERS.items() if name not in {"search.engine", "search.__main__", "search.remote_answers"}}
    assert {name: told.get(name) for name in known} == known


def test_make_targets_are_documented() -> None:
    """Every target with a help line stands in README.md or CONTRIBUTING.md."""
    targets = re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    text = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md"))
    for target in targets:
        assert f"make {target}" in text, target


def test_dependencies_are_argued_for() -> None:
    """Every dependency of pyproject.toml is named in ARCHITECTURE.md, so that dropping one drops its reason too."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    section = project.split("dependencies = [", 1)[1].split("]", 1)[0]
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").lower()
    for name in re.findall(r'"([A-Za-z0-9-]+)', section):
        assert name.lower() in text, name


def test_repository_speaks_of_the_project_alone() -> None:
    """No machine path and no package source address in tracked files."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        return  # an unpacked archive has no index to ask
    here = "/" + ROOT.parts[1] + "/"
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if not name or name.startswith("seeds/") or not path.is_file() or path.suffix in (".png", ".mo", ".gz", ".npz"):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert here + ROOT.parts[2] not in text, name
        assert not re.search(r"index[-]url\s*=", text), name


def test_seeds_are_whole() -> None:
    """The five seeds are the user's own data, byte for byte."""
    names = sorted(path.name for path in (ROOT / "seeds").glob("*.txt"))
    assert len(names) == 5
    assert names[0].startswith("000_b8b8e29840079a9b")
