"""The API does what its OpenAPI description says, asked by Schemathesis: by what the description allows, and by what it forbids."""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS
from schemathesis.core.result import Ok

from search import Library, Settings
from web import create_app

EXAMPLES = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "torture" else 4
LEFT_OUT = ("positive_data_acceptance", "negative_data_rejection")
"""Checks left out: a region is any text to the description, and only known ones are taken; and a parameter too many is no fault."""
NAMES = ("search", "suggest", "kwic", "locate", "documents", "documents/{id}", "passages/{id}", "figures", "relations", "export", "cite")
PATHS = frozenset(f"/api/v1/{name}" for name in NAMES)
"""Some that must be among those asked."""


@pytest.fixture(scope="module")
def described(library: Library) -> Flask:
    """The site without limits on how often it may be asked."""
    return create_app(library, Settings(costly_limit_per_minute=0, rate_limit_per_minute=0))


def test_every_operation_answers_as_described(described: Flask) -> None:
    """No 500, no status, type, header or body that the description does not name, for every operation it has."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", described)
    left_out: list[Any] = [CHECKS.get_one(name) for name in LEFT_OUT]
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert {operation.path for operation in operations} >= PATHS
    for operation in operations:
        for mode in schemathesis.GenerationMode:

            @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
            @given(operation.as_strategy(generation_mode=mode))
            def answers(case: schemathesis.Case[Any]) -> None:
                case.call_and_validate(headers={"Accept-Encoding": "identity"}, excluded_checks=left_out)

            answers()
