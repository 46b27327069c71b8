"""The lock holds every dependency of the package, each with the hashes of its files."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from packaging.requirements import Requirement

from tests.packaging.wheel import LOCK, ROOT

PIN = re.compile(r"^([a-z0-9-]+)==([^ ;]+)( ; .*)? \\$")


def pins() -> Iterator[tuple[str, str, list[str]]]:
    """Name, version and hashes of each pin."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    for at, line in enumerate(lines):
        if found := PIN.match(line):
            hashes = []
            for further in lines[at + 1 :]:
                if not further.startswith("    --hash="):
                    break
                hashes.append(further.strip(" \\"))
            yield found[1], found[2], hashes


def test_every_dependency_is_locked() -> None:
    """Each requirement of pyproject.toml has a pin in its range; where a Python has one of its own, all are in range."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        required = [Requirement(text) for text in tomllib.load(file)["project"]["dependencies"]]
    held = list(pins())
    for requirement in required:
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        versions = [version for pinned, version, _ in held if pinned == name]
        assert versions, f"{name} is not locked: run `make lock`"
        assert all(requirement.specifier.contains(version) for version in versions), (name, versions)


def test_every_pin_has_hashes() -> None:
    """Nothing is installed but what was locked: every line is a pin, a hash of one, or a comment, and no registry is named."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    assert all(PIN.match(line) or re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) or line.startswith("#") for line in lines)
    assert all(hashes for _, _, hashes in pins())
    assert len(list(pins())) >= 30
