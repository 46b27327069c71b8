"""What every test shares: one Hypothesis profile that is the same on every machine, and what happens where there is no browser."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.chromium import find_chromium
from tests.cluster.nodes import NoCluster, Nodes, shared

settings.register_profile("default", derandomize=True, deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("torture", deadline=None, max_examples=5_000, suppress_health_check=list(HealthCheck))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where no Chromium is found the browser tests are deselected, which the summary counts; they are never skipped in silence. What
    starts a cluster or a machine of its own runs when asked for (`make test-cluster`, `make test-machine`, `-m`): a node takes a minute
    and a gigabyte."""
    for asked in ("cluster", "machine"):
        if asked not in str(config.getoption("-m")):
            left = [item for item in items if item.get_closest_marker(asked)]
            config.hook.pytest_deselected(items=left)
            items[:] = [item for item in items if not item.get_closest_marker(asked)]
    if find_chromium():
        return
    browser = [item for item in items if item.get_closest_marker("browser")]
    if browser:
        config.hook.pytest_deselected(items=browser)
        items[:] = [item for item in items if not item.get_closest_marker("browser")]


@pytest.fixture(scope="session")
def node() -> Nodes:
    """A cluster of one node. Where none can be started the test is skipped, with the reason."""
    try:
        return shared()
    except NoCluster as reason:
        pytest.skip(str(reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says loudly that the browser tests did not run, and what would make them run."""
    if not find_chromium():
        terminalreporter.section("NO CHROMIUM FOUND: THE BROWSER TESTS DID NOT RUN", sep="!", red=True, bold=True)
        terminalreporter.line("Install it (Debian: apt-get install chromium) or set BANGFU_CHROMIUM to its path, then run `make browser`.")
