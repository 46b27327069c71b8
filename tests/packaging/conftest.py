"""The wheel, built once for everything that is made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.packaging.wheel import build_wheel


@pytest.fixture(scope="package")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    return build_wheel(tmp_path_factory.mktemp("wheel"))
