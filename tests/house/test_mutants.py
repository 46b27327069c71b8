"""The table of mutants keeps up with the code (`make mutants` tries them)."""

from __future__ import annotations

import pytest

from tests.mutants.table import ROOT, Mutant, mutants


@pytest.mark.parametrize("mutant", mutants(), ids=lambda mutant: mutant.name)
def test_a_mutant_still_fits_the_code(mutant: Mutant) -> None:
    """What it replaces occurs once, what it puts there is something else, and its tests exist."""
    assert (ROOT / mutant.file).read_text(encoding="utf-8").count(mutant.old) == 1
    assert mutant.old != mutant.new
    assert mutant.tests
    for test in mutant.tests:
        assert (ROOT / test.partition("::")[0]).exists(), test


def test_names_are_told_apart() -> None:
    """No two mutants share a name."""
    names = [mutant.name for mutant in mutants()]
    assert len(names) == len(set(names))
