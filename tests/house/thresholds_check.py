"""Changes every listed constant, one at a time, and reports those whose test does not notice (by hand, not in the suite).

`python -m tests.house.thresholds_check PREFIX …`: a constant is doubled and halved, in its module and wherever its test gives it a value
of its own (`patch_constant`), so that neither a test of the usual value nor one that patches it small passes by hiding the change. Each
run is a fork of a process that has the test file loaded; all take some minutes.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import defaultdict
from collections.abc import Callable
from importlib import import_module

import pytest

from tests.house import constants
from tests.house.test_thresholds import ALIKE, TESTED

SECONDS = 120
"""A test that goes on for so long has noticed."""
_Scale = Callable[[float], float]


def doubled(value: float) -> float:
    """Twice a value; 1 for 0."""
    return value * 2 or value + 1


def halved(value: float) -> float:
    """Half a value, rounded down where it is whole; 1 less where that is no other."""
    return (value // 2 if value > 1 else value - 1) if isinstance(value, int) else value / 2


SCALES: dict[str, _Scale] = {"doubled": doubled, "halved": halved}


class Check:
    """Runs the tests of each constant of one file under each change, in place of running all once."""

    def __init__(self, wanted: list[str]) -> None:
        self.wanted = wanted
        self.survivors: dict[str, list[str]] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Asks for every constant."""
        for constant in self.wanted:
            items = _items_of(session.items, constant)
            survived = [name for name, scale in SCALES.items() if _passes(items, constant, scale)]
            self.survivors[constant] = survived
            print(f"{constant}: {'noticed' if not survived else 'NOT NOTICED ' + ' and '.join(survived)}", flush=True)
        return True


def _items_of(items: list[pytest.Item], constant: str) -> list[pytest.Item]:
    """The items of its test that name a constant, or all where the test has no parameters that do."""
    function = TESTED[constant][0].partition("::")[2]
    chosen = [item for item in items if getattr(item, "originalname", item.name) == function]
    named = [item for item in chosen if constant in _parameters(item)]
    return named or chosen


def _parameters(item: pytest.Item) -> list[object]:
    call = getattr(item, "callspec", None)
    return [value for value in call.params.values() if isinstance(value, str)] if call is not None else []


def _passes(items: list[pytest.Item], constant: str, scale: _Scale) -> bool:
    """Whether all the items pass though the constant is another."""
    child = os.fork()
    if child == 0:
        signal.alarm(SECONDS)
        code = 1
        try:
            _change(constant, scale)
            code = int(any(_fails(item) for item in items))
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _change(constant: str, scale: _Scale) -> None:
    home, _, name = constant.rpartition(".")
    usual = constants.patch_constant
    usual(pytest.MonkeyPatch(), constant, scale(getattr(import_module(home), name)))

    def scaled(patch: pytest.MonkeyPatch, dotted: str, value: object) -> None:
        usual(patch, dotted, scale(value) if dotted == constant and isinstance(value, int | float) else value)

    for module in list(sys.modules.values()):
        if getattr(module, "patch_constant", None) is usual:
            module.patch_constant = scaled  # type: ignore[attr-defined]


def _fails(item: pytest.Item) -> bool:
    from _pytest.runner import runtestprotocol  # noqa: PLC0415

    return any(report.failed for report in runtestprotocol(item, nextitem=None, log=False))


def main(prefixes: list[str]) -> int:
    """Checks the constants that begin so, all without any; the exit code says whether any change went unnoticed."""
    by_file: defaultdict[str, list[str]] = defaultdict(list)
    for constant, (test, _) in TESTED.items():
        if constant not in ALIKE and (not prefixes or constant.startswith(tuple(prefixes))):
            by_file[test.partition("::")[0]].append(constant)
    survivors: dict[str, list[str]] = {}
    for wanted in by_file.values():
        check = Check(wanted)
        tests = sorted({TESTED[constant][0] for constant in wanted})
        pytest.main(["-q", "-n", "0", "-p", "no:cacheprovider", "-p", "no:randomly", "--no-header", *tests], plugins=[check])
        survivors |= {constant: found for constant, found in check.survivors.items() if found}
    print(f"{sum(map(len, by_file.values()))} constants changed, {len(survivors)} not noticed both ways:")
    for constant, found in sorted(survivors.items()):
        print(f"  {constant}: {' and '.join(found)}")
    return int(bool(survivors))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
