"""What the project says of itself: version, citation, classifiers, security. One version in all of them."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from trove_classifiers import classifiers

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = Path(__file__).parent / "data" / "cff-1.2.0.json"
"""The schema of the Citation File Format 1.2.0 as its makers publish it (CC BY 4.0, doi:10.5281/zenodo.1003149)."""
_RELEASE = re.compile(r"^## (\d+\.\d+\.\d+) — (\d{4}-\d{2}-\d{2})$", re.MULTILINE)


@pytest.fixture
def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return found


@pytest.fixture
def releases() -> list[tuple[str, str]]:
    """Version and day of each release, the newest first, as CHANGELOG.md has them."""
    return _RELEASE.findall((ROOT / "CHANGELOG.md").read_text("utf-8"))


def test_the_newest_release_is_the_version(project: dict[str, Any], releases: list[tuple[str, str]]) -> None:
    """CHANGELOG.md, pyproject.toml and CITATION.cff name one version and one day, and releases are in order."""
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert project["version"] == releases[0][0] == str(cited["version"])
    assert releases[0][1] == str(cited["date-released"])
    assert releases == sorted(releases, key=lambda one: [int(part) for part in one[0].split(".")], reverse=True)
    sections = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert sections == ["Unreleased", *(f"{version} — {day}" for version, day in releases)]


def test_every_release_tagged_is_in_the_changelog(releases: list[tuple[str, str]]) -> None:
    """A tag `v1.2.3` has its section; a checkout without tags, or an unpacked archive, has nothing to compare."""
    done = subprocess.run(["git", "tag", "--list", "v*.*.*"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert set(done.stdout.split()) <= {f"v{version}" for version, _ in releases}


def test_the_citation_file_is_valid() -> None:
    """CITATION.cff holds to its format, and the schema can say no."""
    schema = json.loads(SCHEMA.read_text("utf-8"))
    text = (ROOT / "CITATION.cff").read_text("utf-8")
    cited = yaml.load(text, Loader=yaml.BaseLoader)
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.validate(cited, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**cited, "licence": "MIT"}, schema)


def test_classifiers_are_known(project: dict[str, Any]) -> None:
    """Every classifier is one that the index of packages takes, and those of Python begin at the oldest that is promised."""
    assert set(project["classifiers"]) <= classifiers
    minors = [int(one.rsplit(".", 1)[1]) for one in project["classifiers"] if re.search(r":: 3\.\d+$", one)]
    assert minors[0] == int(project["requires-python"].rsplit(".", 1)[1])


def test_security_says_how_to_tell_us() -> None:
    """SECURITY.md has what is supported, how to tell, and leads to the list point by point."""
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["What is supported", "Telling us", "What we hold ourselves to"]
    assert "docs/security.md" in text
