"""What users install is the wheel, not the checkout."""

from __future__ import annotations

from pathlib import Path

from tests.packaging.wheel import install_beside, tracked, walk_through, wheel_names


def test_wheel_has_every_tracked_file(wheel: Path) -> None:
    """Every file that git tracks in the two packages is in the wheel: tables, the ledger's schema, templates, type marks."""
    missing = set(tracked("search", "web")) - wheel_names(wheel)
    assert not missing
    assert {"search/py.typed", "web/py.typed", "search/links/schema.sql"} <= wheel_names(wheel)


def test_installed_wheel_works_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """Build, search, cite, export, check and serve work from the wheel, and nothing that lies in the current folder is run."""
    walk_through(install_beside(wheel, tmp_path / "environment"), tmp_path)
